//! Cookies: what an answer sets, and a jar that gives them back as a browser does.

use crate::client::Reply;
use crate::draft::Draft;

/// The names that the library gives its cookies by default.
pub const ACCESS_COOKIE: &str = "__Host-access_token";
pub const REFRESH_COOKIE: &str = "__Secure-refresh_token";
pub const CSRF_ACCESS_COOKIE: &str = "__Host-csrf_access_token";
pub const CSRF_REFRESH_COOKIE: &str = "__Host-csrf_refresh_token";

/// One `Set-Cookie` header, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    pub name: String,
    pub value: String,
    /// With names in lower case, in the order in which they stand.
    pub attributes: Vec<(String, Option<String>)>,
}

impl SetCookie {
    /// # Panics
    ///
    /// If it is not a pair and attributes.
    pub fn parse(header: &str) -> Self {
        let mut pieces = header.split(';').map(str::trim);
        let pair = pieces.next().and_then(|pair| pair.split_once('='));
        let (name, value) = pair.unwrap_or_else(|| panic!("no cookie: {header:?}"));
        let attribute = |piece: &str| match piece.split_once('=') {
            Some((name, value)) => (name.to_ascii_lowercase(), Some(value.to_owned())),
            None => (piece.to_ascii_lowercase(), None),
        };
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes: pieces.map(attribute).collect(),
        }
    }

    /// Every cookie that an answer sets or unsets.
    pub fn all(reply: &Reply) -> Vec<Self> {
        reply.headers_named("set-cookie").into_iter().map(Self::parse).collect()
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let named = |attribute: &&(String, Option<String>)| attribute.0 == name;
        self.attributes.iter().find(named).and_then(|attribute| attribute.1.as_deref())
    }

    /// Whether an attribute without a value is there, `Secure` for example.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| *attribute == (name.to_owned(), None))
    }

    /// Whether a browser forgets the cookie at once.
    pub fn is_unset(&self) -> bool {
        self.attribute("max-age").is_some_and(|seconds| seconds.starts_with(['0', '-']))
    }

    /// Whether a browser sends the cookie with a request for this path; RFC 6265 §5.1.4.
    fn is_for(&self, path: &str) -> bool {
        let own = self.attribute("path").unwrap_or("/");
        let rest = path.strip_prefix(own);
        rest.is_some_and(|rest| rest.is_empty() || own.ends_with('/') || rest.starts_with('/'))
    }
}

/// The cookies of one browser, for one site.
#[derive(Clone, Debug, Default)]
pub struct Jar(Vec<SetCookie>);

impl Jar {
    /// Takes what an answer sets, and drops what it unsets. A cookie is known by its name, its
    /// domain and its path, so it is only unset with the same ones.
    pub fn take(&mut self, reply: &Reply) {
        for new in SetCookie::all(reply) {
            self.0.retain(|old| key(old) != key(&new));
            if !new.is_unset() {
                self.0.push(new);
            }
        }
    }

    /// Drops the cookies of this name, as when their `Max-Age` is over.
    pub fn forget(&mut self, name: &str) {
        self.0.retain(|cookie| cookie.name != name);
    }

    /// The names of the cookies that are left.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    /// The value of a cookie, as a script on the page may read it.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str())
    }

    /// Adds the cookies for this path to a request.
    pub fn fill(&self, draft: Draft, path: &str) -> Draft {
        let cookies = self.0.iter().filter(|cookie| cookie.is_for(path));
        cookies.fold(draft, |draft, cookie| draft.cookie(&cookie.name, &cookie.value))
    }
}

fn key(cookie: &SetCookie) -> [Option<&str>; 3] {
    [Some(&cookie.name), cookie.attribute("domain"), cookie.attribute("path")]
}
