//! The service that both crates are: which claims there are, and which handler asks for what.

pub const HANDLERS: usize = 200;
pub const CLAIMS: usize = 50;

/// What a handler asks of a request.
#[derive(Clone, Copy)]
pub enum Asks {
    Token,
    Optional,
    AllScopes,
    AnyScopeAndRole,
    AnyRole,
    ScopeAndCondition,
    Fresh,
    FreshForFiveMinutes,
    Refresh,
}

/// About a quarter asks for a token and no more, and half has conditions.
pub const MIX: [Asks; 16] = [
    Asks::Token,
    Asks::AllScopes,
    Asks::Token,
    Asks::AnyRole,
    Asks::Optional,
    Asks::ScopeAndCondition,
    Asks::Fresh,
    Asks::AnyScopeAndRole,
    Asks::Token,
    Asks::AllScopes,
    Asks::Token,
    Asks::AnyRole,
    Asks::Optional,
    Asks::ScopeAndCondition,
    Asks::FreshForFiveMinutes,
    Asks::Refresh,
];

/// One handler: what it asks, and of which claims.
pub struct Handler {
    pub number: usize,
    pub asks: Asks,
    pub claims: String,
}

pub fn handlers() -> impl Iterator<Item = Handler> {
    (0..HANDLERS).map(|number| Handler {
        number,
        asks: MIX[number % MIX.len()],
        claims: format!("Claims{}", number % CLAIMS),
    })
}

/// The application's own fields of a claims type, beside subject, roles and scopes.
pub fn fields(number: usize) -> &'static str {
    match number % 4 {
        0 => "pub region: String,",
        1 => "pub region: String,\n    pub level: u32,\n    pub email: Option<String>,",
        2 => "pub region: String,\n    pub teams: Vec<String>,\n    pub is_staff: bool,",
        _ => {
            "pub region: String,\n    pub tenant_id: u64,\n    pub display_name: String,\n    \
             #[serde(default)]\n    pub locale: Option<String>,"
        }
    }
}

/// What the crates have in common.
pub const COMMON: &str = "
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = \"snake_case\")]
pub enum Role {
    Admin,
    Seller,
    Auditor,
}

#[derive(Clone)]
pub struct Db {
    pub name: String,
}
";

/// The routes, in functions of 25: nobody writes one of 200.
pub fn router(state: &str) -> String {
    let numbers: Vec<usize> = (0..HANDLERS).collect();
    let mut text = String::new();
    let groups = numbers.chunks(25).enumerate().map(|(group, numbers)| {
        let routes: String = numbers
            .iter()
            .map(|n| format!("\n        .route(\"/things/{n}/{{id}}\", get(handler_{n}))"))
            .collect();
        text.push_str(&format!(
            "\nfn routes_{group}() -> Router<{state}> {{\n    Router::new(){routes}\n}}\n"
        ));
        format!("\n        .merge(routes_{group}())")
    });
    let merged: String = groups.collect();
    format!(
        "{text}\npub fn app(state: {state}) -> Router {{\n    Router::new(){merged}\n        \
         .with_state(state)\n}}\n"
    )
}
