//! Tokens by hand: taken apart, altered, and signed again without the library's encoder.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::keys::ForgerKey;

/// base64url without padding.
pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url part.
pub fn unb64(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).expect("a part of a good token")
}

/// The header, payload and signature of a compact token, as they stand in it.
pub fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<&str> = token.split('.').collect();
    parts.try_into().expect("a compact token has three parts")
}

/// The claims of a token, whoever signed it.
pub fn claims(token: &str) -> Map<String, Value> {
    serde_json::from_slice(&unb64(parts(token)[1])).expect("a payload is a JSON object")
}

/// The JOSE header of a token.
pub fn header(token: &str) -> Map<String, Value> {
    serde_json::from_slice(&unb64(parts(token)[0])).expect("a header is a JSON object")
}

/// Header and payload as raw text, so that they can hold what no JSON library would write.
#[derive(Clone, Debug)]
pub struct Forgery {
    header: Vec<u8>,
    payload: Vec<u8>,
}

impl Forgery {
    /// Starts from a token that the authority issued.
    pub fn of(token: &str) -> Self {
        let [header, payload, _] = parts(token);
        Self { header: unb64(header), payload: unb64(payload) }
    }

    /// Replaces the whole header.
    pub fn raw_header(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.header = text.into();
        self
    }

    /// Replaces the whole payload.
    pub fn raw_payload(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.payload = text.into();
        self
    }

    /// Sets a header member.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header = edited(&self.header, |members| {
            members.insert(name.to_owned(), value.into());
        });
        self
    }

    /// Removes a header member.
    pub fn without_header(mut self, name: &str) -> Self {
        self.header = edited(&self.header, |members| {
            members.remove(name).expect("the member was there");
        });
        self
    }

    /// Sets a claim.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.payload = edited(&self.payload, |members| {
            members.insert(name.to_owned(), value.into());
        });
        self
    }

    /// Removes a claim.
    pub fn without(mut self, name: &str) -> Self {
        self.payload = edited(&self.payload, |members| {
            members.remove(name).expect("the claim was there");
        });
        self
    }

    /// Sets a claim to JSON text that need not be JSON.
    pub fn raw_claim(self, name: &str, text: &str) -> Self {
        let has_claim = serde_json::from_slice::<Map<String, Value>>(&self.payload)
            .expect("a JSON object")
            .contains_key(name);
        let forgery = if has_claim { self.without(name) } else { self };
        forgery.append(format!("\"{name}\":{text}"))
    }

    /// Adds text at the end of the payload, inside of the braces.
    pub fn append(mut self, text: impl AsRef<[u8]>) -> Self {
        append(&mut self.payload, text.as_ref());
        self
    }

    /// Adds text at the start of the payload, inside of the braces.
    pub fn prepend(mut self, text: impl AsRef<[u8]>) -> Self {
        prepend(&mut self.payload, text.as_ref());
        self
    }

    /// Adds text at the end of the header, inside of the braces.
    pub fn append_header(mut self, text: impl AsRef<[u8]>) -> Self {
        append(&mut self.header, text.as_ref());
        self
    }

    /// Adds text at the start of the header, inside of the braces.
    pub fn prepend_header(mut self, text: impl AsRef<[u8]>) -> Self {
        prepend(&mut self.header, text.as_ref());
        self
    }

    /// The header's text.
    pub fn header_text(&self) -> String {
        String::from_utf8_lossy(&self.header).into_owned()
    }

    /// The payload's bytes.
    pub fn payload_bytes(&self) -> &[u8] {
        &self.payload
    }

    /// What a signature is over.
    pub fn signing_input(&self) -> String {
        format!("{}.{}", b64(&self.header), b64(&self.payload))
    }

    /// Signs with any key; `alg` in the header stays as it is.
    pub fn sign(&self, key: &ForgerKey) -> String {
        let input = self.signing_input();
        let signature = key.sign(input.as_bytes());
        format!("{input}.{signature}")
    }

    /// Puts any bytes where the signature belongs.
    pub fn with_signature(&self, signature: impl AsRef<[u8]>) -> String {
        format!("{}.{}", self.signing_input(), b64(signature))
    }
}

fn edited(json: &[u8], edit: impl FnOnce(&mut Map<String, Value>)) -> Vec<u8> {
    let mut members = serde_json::from_slice(json).expect("a JSON object");
    edit(&mut members);
    serde_json::to_vec(&members).expect("a map serialises")
}

fn append(json: &mut Vec<u8>, text: &[u8]) {
    assert_eq!(json.pop(), Some(b'}'), "a JSON object");
    json.push(b',');
    json.extend_from_slice(text);
    json.push(b'}');
}

fn prepend(json: &mut Vec<u8>, text: &[u8]) {
    assert_eq!(json.first(), Some(&b'{'), "a JSON object");
    json.splice(1..1, text.iter().copied().chain([b',']));
}
