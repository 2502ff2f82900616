//! Names that promise a secret or private data: a token's payload is readable by anyone who holds
//! it, and tokens end up in logs, in browsers and with third parties.

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    Secret,
    PrivateData,
}

impl Promise {
    /// What to call it.
    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::Secret => "a secret",
            Self::PrivateData => "private data",
        }
    }
}

/// Words that are found anywhere in a name.
const WITHIN: [(Promise, &[&str]); 2] = [
    (
        Promise::Secret,
        &[
            "password",
            "passwd",
            "pwd",
            "passphrase",
            "passcode",
            "secret",
            "credentials",
            "mnemonic",
            "seed phrase",
            "api key",
            "access key",
            "private key",
            "signing key",
            "encryption key",
            "access token",
            "refresh token",
            "api token",
            "auth token",
            "bearer token",
            "id token",
            "reset token",
            "session token",
            "backup code",
            "mfa code",
            "otp code",
            "otp seed",
            "totp seed",
            "recovery code",
            "security answer",
            "security code",
        ],
    ),
    (
        Promise::PrivateData,
        &[
            "ssn",
            "social security",
            "national insurance number",
            "national id",
            "passport number",
            "passport no",
            "driver license",
            "drivers license",
            "driving licence",
            "card number",
            "card pin",
            "credit card",
            "debit card",
            "cvv",
            "cvc",
            "iban",
            "bank account",
            "account number",
            "maiden name",
        ],
    ),
];

/// Words that are too common to mean it beside others: `otp_enabled`, `pin_layout`.
const ALONE: [(Promise, &[&str]); 1] = [(Promise::Secret, &["pin", "otp", "totp", "token"])];

/// What a claim of this name promises, in whatever case it is written.
pub(super) fn promise(name: &str) -> Option<Promise> {
    let words = words(name);
    let found = |list: &[(Promise, &[&str])], is_in: &dyn Fn(&str) -> bool| {
        list.iter()
            .find(|(_, phrases)| phrases.iter().any(|phrase| is_in(phrase)))
            .map(|(promise, _)| *promise)
    };
    found(&WITHIN, &|phrase| holds(&words, phrase))
        .or_else(|| found(&ALONE, &|word| matches!(&words[..], [only] if is_word(only, word))))
}

/// Whether the words of a phrase follow each other in `words`, or are one of them.
fn holds(words: &[String], phrase: &str) -> bool {
    let joined = phrase.replace(' ', "");
    let phrase: Vec<_> = phrase.split(' ').collect();
    let follows =
        |run: &[String]| run.iter().zip(&phrase).all(|(word, sought)| is_word(word, sought));
    words.iter().any(|word| is_word(word, &joined)) || words.windows(phrase.len()).any(follows)
}

/// One or several of them.
fn is_word(word: &str, sought: &str) -> bool {
    word.strip_prefix(sought).is_some_and(|rest| matches!(rest, "" | "s"))
}

/// The words of a name in lower case: `apiKey`, `API_KEY` and `api-key2` are `api`, `key`.
fn words(name: &str) -> Vec<String> {
    // A name that is a URI means its last part; RFC 7519 §4.2.
    let name = name.rsplit(['/', '#', ':']).next().unwrap_or(name);
    let mut words = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| letters[i]);
        let after = letters.get(i + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || after.is_some_and(|after| after.is_lowercase()));
        if begins || !letter.is_alphabetic() {
            words.push(String::new());
        }
        if letter.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{Promise, promise};

    #[test]
    fn secrets_are_found_in_every_spelling() {
        for name in [
            "password",
            "passwd",
            "pwd",
            "user_password",
            "passwordHash",
            "DBPassword",
            "PASSWORD",
            "Password2",
            "old-password",
            "password_epoch",
            "passphrase",
            "secret",
            "clientSecret",
            "totp_secret",
            "api_key",
            "apiKey",
            "API_KEY",
            "APIKey",
            "apikey",
            "api-keys",
            "privateKey",
            "secret_key",
            "accessToken",
            "refresh_token",
            "pin",
            "PIN",
            "otp",
            "token",
            "recoveryCodes",
            "security_answer",
            "credentials",
            "https://example.com/api_key",
            "urn:example:password",
        ] {
            assert_eq!(promise(name), Some(Promise::Secret), "{name}");
        }
    }

    #[test]
    fn private_data_is_found_in_every_spelling() {
        for name in [
            "ssn",
            "SSN",
            "userSSN",
            "socialSecurityNumber",
            "card_number",
            "creditCard",
            "cvv",
            "cvv2",
            "CVC",
            "iban",
            "bankAccount",
            "passport_number",
            "passportNo",
            "mothers_maiden_name",
            "drivers_license",
        ] {
            assert_eq!(promise(name), Some(Promise::PrivateData), "{name}");
        }
    }

    #[test]
    fn other_names_promise_nothing() {
        for name in [
            "author",
            "authority",
            "authorization_level",
            "secretary",
            "secretariat",
            "pinned",
            "pin_layout",
            "opinion",
            "spinning",
            "tokens_left",
            "token_type",
            "tokenizer",
            "passport_valid",
            "passport_country",
            "passes",
            "compass",
            "key",
            "key_id",
            "api_version",
            "keyboard",
            "public_key",
            "card_type",
            "cardinality",
            "account",
            "account_id",
            "urban",
            "country_code",
            "postal_code",
            "pincode",
            "otp_enabled",
            "mfa",
            "amr",
            "session",
            "email",
            "phone_number",
            "birthdate",
            "name",
            "sub",
            "scope",
            "https://secret.example.com/team",
            "",
            "_",
            "123",
            "größe",
            "assn",
            "cvvx",
        ] {
            assert_eq!(promise(name), None, "{name}");
        }
    }
}
