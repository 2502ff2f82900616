//! The outcomes as a table in Markdown.

use std::fmt::Write as _;
use std::time::Duration;

use super::report::Row;

pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| experiment | store | requests | 2xx | 401 | 503 | other | none | wrongly accepted | \
         wrongly refused | median | p99 | slowest | longest without 2xx | first 2xx after repair | 503 after repair | notes |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for row in rows {
        let recovered = row.recovered.map_or_else(|| "–".to_owned(), short);
        let gap = row.longest_gap.map_or_else(|| "–".to_owned(), short);
        let unavailable = row.unavailable_after.map_or_else(
            || "–".to_owned(),
            |(count, last)| match count {
                0 => "0".to_owned(),
                _ => format!("{count}, last after {}", short(last)),
            },
        );
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {gap} | {} | {} | {} |",
            row.what,
            row.store,
            row.requests,
            row.granted,
            row.refused,
            row.unavailable,
            row.other,
            row.unanswered,
            row.wrongly_accepted,
            row.wrongly_refused,
            measured(row.median),
            measured(row.p99),
            measured(row.slowest),
            recovered,
            unavailable,
            row.notes.join("; ")
        );
    }
    text
}

fn measured(duration: Duration) -> String {
    if duration.is_zero() { "–".to_owned() } else { short(duration) }
}

/// Three digits, more or less.
pub(crate) fn short(duration: Duration) -> String {
    let micros = duration.as_secs_f64() * 1e6;
    match micros {
        _ if micros < 10.0 => format!("{micros:.2} µs"),
        _ if micros < 1_000.0 => format!("{micros:.0} µs"),
        _ if micros < 10_000.0 => format!("{:.1} ms", micros / 1e3),
        _ if micros < 1e6 => format!("{:.0} ms", micros / 1e3),
        _ => format!("{:.1} s", micros / 1e6),
    }
}
