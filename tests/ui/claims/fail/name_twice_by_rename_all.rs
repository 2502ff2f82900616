use jwt_runtime::Claims;

#[derive(Claims)]
#[serde(rename_all = "camelCase")]
struct User {
    sub: String,
    home_team: String,
    #[serde(rename = "homeTeam")]
    team: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
