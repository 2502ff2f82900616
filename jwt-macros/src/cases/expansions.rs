//! The page on what the macros expand into is made of these sources.
//!
//! After a change on purpose: `UPDATE_EXPECT=1 cargo test -p jwt-macros --lib`, and read the
//! difference.

use std::fmt::Write;

use expect_test::expect_file;
use proc_macro2::TokenStream;

use super::calls::{Macro, calls};

/// What stands above the table.
const INTRO: &str = "\
What the macros write, and how many lines that is.

A guard is a type in front of the handler's other parameters. What it does is in the runtime, where
it is compiled once; an expansion only says what is asked. The body of a handler is left as it is.

The lines are those of the whole expansion, as a formatter breaks them, without what was there
before. Below they are shortened: names of the runtime stand there without their path
(`::jwt_runtime::__private::Guarded` is `Guarded`), and `#[allow(…)]` and the like are left out. The
number in a block's guards is made of the handler's name, and tells them apart.
";

/// Something to write.
struct Shape {
    /// The heading, and what it is called in the table.
    title: &'static str,
    /// What is made of it.
    becomes: &'static str,
    source: &'static str,
}

const SHAPES: [Shape; 13] = [
    Shape {
        title: "A guard",
        becomes: "one parameter",
        source: "
#[jwt_required]
async fn me(State(db): State<Db>, #[claims] user: User) {}",
    },
    Shape {
        title: "Without a parameter",
        becomes: "one parameter",
        source: "
#[jwt_required]
async fn ping() {}",
    },
    Shape {
        title: "`optional`",
        becomes: "one parameter",
        source: "
#[jwt_required(optional)]
async fn feed(#[claims] user: Option<User>) {}",
    },
    Shape {
        title: "A refresh",
        becomes: "one parameter",
        source: "
#[refresh_required]
async fn refresh(#[token] old: RefreshToken<User>) {}",
    },
    Shape {
        title: "A user",
        becomes: "one parameter for both",
        source: "
#[jwt_required]
async fn me(#[claims] user: User, #[user] account: Account) {}",
    },
    Shape {
        title: "An argument",
        becomes: "a parameter, and an empty type with rules",
        source: "
#[fresh_jwt_required(max_age = \"5m\")]
async fn close(#[claims] user: User) {}",
    },
    Shape {
        title: "Conditions",
        becomes: "a parameter, and an empty type with a line for each condition",
        source: "
#[jwt_required(
    all_scopes(\"orders:read\", Perm::OrdersWrite),
    any_role(Role::Admin, Role::Seller),
    policy = any(AdminOnly, InRegion(\"eu\")),
    require = |user: &User| user.verified,
)]
async fn create(#[claims] user: User) {}",
    },
    Shape {
        title: "`authorize`",
        becomes: "a parameter, an empty type that calls the function, and a check of the state",
        source: "
#[jwt_required(authorize = owns_order, state = AppState)]
async fn edit(#[claims] user: User, Path(id): Path<u64>) {}",
    },
    Shape {
        title: "A block",
        becomes: "a parameter in each handler, and its conditions in the block",
        source: "
#[jwt_required(all_scopes(\"orders:read\"))]
impl Orders {
    async fn list(#[claims] user: User) {}

    #[public]
    async fn health() {}
}",
    },
    Shape {
        title: "A module without conditions",
        becomes: "a parameter in each handler",
        source: "
#[jwt_required]
mod admin {
    async fn statistics() {}
}",
    },
    Shape {
        title: "Claims",
        becomes: "a copy of the struct for serde, and an `impl` of `Claims`",
        source: "
#[derive(Claims)]
struct User {
    sub: String,
    exp: NumericDate,
}",
    },
    Shape {
        title: "Claims with everything",
        becomes: "besides, a check for each rule, and `HasScopes` and `HasRoles`",
        source: "
#[derive(Claims)]
#[claims(issuer = \"https://auth.example.com\")]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
    #[claim(roles, non_empty)]
    roles: Vec<Role>,
    #[claim(range(1..=10), validate = is_even)]
    level: u8,
}",
    },
    Shape {
        title: "Scopes",
        becomes: "an `impl` of `Scope`, and two of std's traits",
        source: "
#[derive(Scope)]
enum Perm {
    #[scope(\"orders:read\")]
    OrdersRead,
    #[scope(\"orders:write\")]
    OrdersWrite,
}",
    },
];

/// Paths that a reader knows by their last name.
const KNOWN: [&str; 6] = [
    "::jwt_runtime::__private::",
    "::core::result::",
    "::core::option::",
    "::core::primitive::",
    "::core::convert::",
    "::core::fmt::",
];

/// Attributes for rustc, and for its lints.
const FOR_RUSTC: [&str; 3] = ["#[doc(hidden)]", "#[automatically_derived]", "#[allow("];

impl Shape {
    /// The expansion, and how many lines it has more than what it replaces.
    fn expansion(&self) -> (String, usize) {
        let calls = calls(self.source.parse().expect("tokens"));
        let [call] = &calls[..] else { panic!("{} has one macro", self.title) };
        let expansion = formatted(&call.expand().to_string());
        assert!(!expansion.contains("compile_error"), "{}: {expansion}", self.title);
        let replaced = match call.called {
            Macro::Guard(_) | Macro::Public => formatted(self.source),
            Macro::Claims | Macro::Scope => String::new(),
        };
        let added = expansion.lines().count() - replaced.lines().count();
        (shortened(&expansion), added)
    }

    fn anchor(&self) -> String {
        let kept = |char: &char| char.is_alphanumeric() || *char == ' ';
        self.title.chars().filter(kept).collect::<String>().to_lowercase().replace(' ', "-")
    }
}

fn formatted(source: &str) -> String {
    let tokens: TokenStream = source.parse().expect("tokens");
    prettyplease::unparse(&syn::parse2(tokens).expect("items"))
}

/// What is left for a reader.
fn shortened(expansion: &str) -> String {
    let is_read = |line: &&str| !FOR_RUSTC.iter().any(|start| line.trim_start().starts_with(start));
    let lines: Vec<&str> = expansion.lines().filter(is_read).collect();
    let named = KNOWN.iter().fold(lines.join("\n"), |code, path| code.replace(path, ""));
    formatted(&named)
}

fn page() -> String {
    let mut rows = String::new();
    let mut sections = String::new();
    for shape in &SHAPES {
        let Shape { title, becomes, source } = shape;
        let (expansion, added) = shape.expansion();
        writeln!(rows, "| [{title}](#{}) | {becomes} | {added} |", shape.anchor())
            .expect("a string");
        write!(
            sections,
            "\n# {title}\n\n```text{source}\n```\n\nbecomes\n\n```text\n{expansion}```\n"
        )
        .expect("a string");
    }
    format!("{INTRO}\n| | becomes | lines more |\n|---|---|---|\n{rows}{sections}")
}

#[test]
fn page_shows_every_shape() {
    expect_file!["../../../jwt-runtime/src/docs/expansions.md"].assert_eq(&page());
}
