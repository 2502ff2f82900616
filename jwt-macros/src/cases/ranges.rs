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

#[test]
fn what_was_meant_is_written_as_a_range() {
    for (written, meant) in [
        ("5", "5..=5"),
        ("1, 9", "1..=9"),
        ("min = 1, max = 9", "1..=9"),
        ("max = 9, min = 1", "1..=9"),
        ("min = 1", "1.."),
        ("max = 9", "..=9"),
        ("least = 2", "1..=10"),
        ("\"2\"", "1..=10"),
    ] {
        let fields = format!("sub: B, #[claim(range({written}))] level: u8");
        let expected =
            format!("`range` takes one range, as Rust writes them; write `range({meant})`");
        assert_eq!(messages("", &fields), [expected], "{written}");
    }
}
