use jwt_runtime::Claims;

mod claims {
    use jwt_runtime::Claims;

    #[derive(Claims)]
    pub struct User {
        sub: String,
        #[claim(roles)]
        roles: Vec<Role>,
    }

    #[derive(PartialEq, serde::Serialize, serde::Deserialize)]
    enum Role {
        Admin,
    }
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<claims::User>();
}
