//! What a `range` may be, beside its type.

use super::claims::messages;

#[test]
fn ranges_hold_something() {
    let is_taken = |range: &str, ty: &str| {
        messages("", &format!("sub: B, #[claim(range({range}))] level: {ty}")).is_empty()
    };
    for (range, ty) in [("5..=5", "u8"), ("4..5", "u8"), ("-5..=-5", "i8"), ("0.5..=0.5", "f64")] {
        assert!(is_taken(range, ty), "{range}");
    }
    for (range, ty) in [
        ("5..5", "u8"),
        ("5..4", "u8"),
        ("5..=4", "u8"),
        ("-4..-5", "i8"),
        ("0.5..0.5", "f64"),
        ("0.5..=-0.5", "f64"),
    ] {
        assert!(!is_taken(range, ty), "{range}");
    }
}

#[test]
fn ends_of_a_range_have_no_suffix() {
    for (range, ty) in [("1u8..", "u8"), ("..=9_u8", "u8"), ("0.5f64..", "f64"), ("..1f64", "f64")]
    {
        let fields = format!("sub: B, #[claim(range({range}))] level: {ty}");
        let expected =
            "the ends of a `range` are number literals without a suffix; write `range(1..=10)`";
        assert_eq!(messages("", &fields), [expected], "{range}");
    }
}
