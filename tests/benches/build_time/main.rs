//! What the macros cost at build time: a service with 200 guarded handlers and 50 claims types,
//! and the same one written by hand over `jsonwebtoken`.
//!
//! ```sh
//! cargo bench --bench build_time
//! ```
//!
//! Both are generated, their dependencies are built once, and then only they are, in turns. The
//! figure is the processor time of cargo and rustc, which other programs disturb less than they do
//! the clock; the clock's is beside it. Medians of five. Ratios carry over to other machines, times
//! do not.

mod by_hand;
mod by_macros;
mod shape;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;

/// `by-macros` and `by-hand`.
struct Crate {
    name: &'static str,
    source: String,
}

/// What is measured of one build.
#[derive(Clone, Copy)]
struct Cost {
    processor: Duration,
    clock: Duration,
}

/// How a crate is built.
struct Mode {
    what: &'static str,
    command: &'static str,
    incremental: bool,
}

const MODES: [Mode; 4] = [
    Mode { what: "cargo check", command: "check", incremental: false },
    Mode { what: "cargo build", command: "build", incremental: false },
    Mode { what: "cargo check, one handler changed", command: "check", incremental: true },
    Mode { what: "cargo build, one handler changed", command: "build", incremental: true },
];

/// Shapes whose expansions the macros' own tests hold.
const SNAPSHOTS: [(&str, &str); 5] = [
    ("#[jwt_required]", "plain"),
    ("#[jwt_required(optional)]", "optional"),
    ("#[fresh_jwt_required(max_age = …)]", "fresh_with_max_age"),
    ("#[jwt_required], every argument", "conditions"),
    ("#[derive(Claims)], six fields", "claims_full"),
];

fn main() {
    // `cargo test --all-targets` starts it too, and has no use for it.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let crates = [
        Crate { name: "by-macros", source: by_macros::source() },
        Crate { name: "by-hand", source: by_hand::source() },
    ];
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-time");
    generate(&workspace, &crates);

    println!("{} handlers, {} claims types", shape::HANDLERS, shape::CLAIMS);
    for Crate { name, source } in &crates {
        println!("{name}: {} lines", lines(source));
    }
    println!("\nlines of an expansion, beside the handler or the struct");
    for (what, snapshot) in SNAPSHOTS {
        println!("{what:36} {:>18}", expansion_lines(snapshot));
    }
    println!(
        "\n{:36} {:>18} {:>18} {:>6}",
        "processor (clock), s", "by macros", "by hand", "ratio"
    );
    for mode in &MODES {
        let [macros, hand] = measure(&workspace, &crates, mode).map(median);
        let shown = |cost: Cost| {
            let [processor, clock] = [cost.processor, cost.clock].map(|time| time.as_secs_f64());
            format!("{processor:.2} ({clock:.2})")
        };
        let ratio = macros.processor.as_secs_f64() / hand.processor.as_secs_f64();
        println!("{:36} {:>18} {:>18} {ratio:>6.2}", mode.what, shown(macros), shown(hand));
    }
}

/// Lines with something on them.
fn lines(source: &str) -> usize {
    source.lines().filter(|line| !line.trim().is_empty()).count()
}

/// What stands beside the item in a snapshot: everything from the first hidden item on.
fn expansion_lines(snapshot: &str) -> usize {
    let path = format!("../jwt-macros/src/snapshots/{snapshot}.rs");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(path).expect("the snapshot is there");
    text.find("#[doc(hidden)]").map_or(0, |start| lines(&text[start..]))
}

/// Writes both crates, in a workspace of their own with the versions of this one.
fn generate(workspace: &Path, crates: &[Crate]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let runtime = root.join("jwt-runtime").canonicalize().expect("it is there");
    let write = |path: PathBuf, text: &str| {
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a writable folder");
        fs::write(path, text).expect("a writable file");
    };
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"by-macros\", \"by-hand\"]\n";
    write(workspace.join("Cargo.toml"), members);
    fs::copy(root.join("Cargo.lock"), workspace.join("Cargo.lock")).expect("it is there");
    for (Crate { name, source }, dependencies) in
        crates.iter().zip([by_macros::DEPENDENCIES, by_hand::DEPENDENCIES])
    {
        let dependencies = dependencies.replace("RUNTIME", &runtime.to_string_lossy());
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             publish = false\n\n[dependencies]{dependencies}"
        );
        write(workspace.join(name).join("Cargo.toml"), &manifest);
        write(workspace.join(name).join("src/lib.rs"), source);
    }
}

/// Every round changes both crates and builds them, one after the other.
fn measure(workspace: &Path, crates: &[Crate; 2], mode: &Mode) -> [Vec<Cost>; 2] {
    let mut costs = [Vec::new(), Vec::new()];
    // The first round builds the dependencies, and is not counted.
    for round in 0..=ROUNDS {
        for (Crate { name, source }, costs) in crates.iter().zip(&mut costs) {
            let changed = source.replacen(" at {id} of ", &format!(" in {round} at {{id}} of "), 1);
            assert_ne!(&changed, source, "a handler is there to be changed");
            fs::write(workspace.join(name).join("src/lib.rs"), changed).expect("a writable file");
            let cost = build(workspace, name, mode);
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    costs
}

fn build(workspace: &Path, name: &str, mode: &Mode) -> Cost {
    let (before, start) = (processor_time(), Instant::now());
    let output = Command::new(env!("CARGO"))
        .args([mode.command, "--quiet", "--offline", "--package", name])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .env("CARGO_INCREMENTAL", if mode.incremental { "1" } else { "0" })
        .output()
        .expect("cargo starts");
    let clock = start.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    let processor = match (before, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => clock,
    };
    Cost { processor, clock }
}

/// What all child processes have used so far, in user mode, where the system tells it.
fn processor_time() -> Option<Duration> {
    /// `sysconf(_SC_CLK_TCK)`, on every Linux that rustc runs on.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold anything; `cutime` is the fourteenth field after it.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u32 = fields.split_whitespace().nth(13)?.parse().ok()?;
    Some(Duration::from_secs_f64(f64::from(ticks) / TICKS_PER_SECOND))
}

fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by_key(|cost| cost.processor);
    let processor = costs[costs.len() / 2].processor;
    costs.sort_by_key(|cost| cost.clock);
    Cost { processor, clock: costs[costs.len() / 2].clock }
}
