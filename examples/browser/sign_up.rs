//! What somebody has to say to get an account, and what of it is accepted.

use serde::Deserialize;

use crate::failure::Failure;

/// The form and the JSON body alike. What is left out is empty, and is refused as that.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignUp {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) password_confirm: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LogIn {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// A user whose name and e-mail are in order.
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) email: Email,
}

impl SignUp {
    const PASSWORD_CHARS: usize = 8;
    const NAME_CHARS: usize = 64;

    pub(crate) fn checked(&self) -> Result<NewUser, Failure> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(Failure::Invalid("Please tell us your name."));
        }
        if name.chars().count() > Self::NAME_CHARS || name.contains(char::is_control) {
            return Err(Failure::Invalid("A name has at most 64 characters, all on one line."));
        }
        let Some(email) = Email::parse(&self.email) else {
            return Err(Failure::Invalid("That does not look like an e-mail address."));
        };
        if self.password.chars().count() < Self::PASSWORD_CHARS {
            return Err(Failure::Invalid("Please choose a password of at least 8 characters."));
        }
        if self.password != self.password_confirm {
            return Err(Failure::Invalid("The two passwords are not the same."));
        }
        Ok(NewUser { name: name.to_owned(), email })
    }
}

/// An e-mail address in the one form in which it is stored and looked up, so that `Ada@Example.org`
/// and `ada@example.org` are one account.
///
/// Whether it exists only a letter to it can tell; this refuses what is none on sight.
pub(crate) struct Email(String);

impl Email {
    /// The longest path of RFC 5321, without its brackets.
    const MAX_BYTES: usize = 254;

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let email = text.trim().to_lowercase();
        let (local, domain) = email.rsplit_once('@')?;
        let is_sound = email.len() <= Self::MAX_BYTES
            && !email.contains(|c: char| c.is_whitespace() || c.is_control())
            && !local.is_empty()
            && !local.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty());
        is_sound.then_some(Self(email))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}
