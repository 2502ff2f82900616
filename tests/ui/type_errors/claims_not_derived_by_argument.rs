use jwt_runtime::jwt_required;

#[jwt_required(claims = Profile)]
async fn handler() {}

struct Profile;

fn main() {}
