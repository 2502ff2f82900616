//! One field of an `application/x-www-form-urlencoded` text: a form's body, or a query.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::exchange::BodySource;

/// How often a field is there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Field<T> {
    Absent,
    Once(T),
    Repeated,
}

/// A body that is too long, or that breaks off.
#[derive(Debug)]
pub(crate) struct Unreadable;

/// Whether the body is such a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    is_media_type(headers, |name| name == "application/x-www-form-urlencoded")
}

/// Whether the body's content type, without its parameters and in lower case, is one of these.
pub(crate) fn is_media_type(headers: &HeaderMap, is_wanted: impl Fn(&str) -> bool) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let name = value.split(';').next().unwrap_or_default().trim();
    is_wanted(&name.to_ascii_lowercase())
}

/// Finds a field of a body.
pub(crate) async fn field(
    body: &dyn BodySource,
    name: &str,
    limit: usize,
) -> Result<Field<String>, Unreadable> {
    let body = body.read(limit).await.ok_or(Unreadable)?;
    Ok(match find(&body, name) {
        Field::Once(value) => Field::Once(value.into_owned()),
        Field::Absent => Field::Absent,
        Field::Repeated => Field::Repeated,
    })
}

/// Finds a field by its name.
pub(crate) fn find<'t>(text: &'t [u8], name: &str) -> Field<Cow<'t, str>> {
    let mut values = form_urlencoded::parse(text).filter(|(found, _)| found == name);
    match (values.next(), values.next()) {
        (None, _) => Field::Absent,
        (Some((_, value)), None) => Field::Once(value),
        (Some(_), Some(_)) => Field::Repeated,
    }
}
