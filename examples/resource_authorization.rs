//! Decisions about one resource: scopes and policies that are types, a check that looks the
//! resource up, the user out of the database, and one guard for a block of handlers.
//!
//! ```sh
//! cargo run --example resource_authorization
//! token() { curl -s -X POST localhost:3000/login/$1 | sed -E 's/.*"access_token":"([^"]+)".*/\1/'; }
//! ANNA=$(token anna); BOB=$(token bob)
//! curl -i localhost:3000/notes                                                 # 200, public
//! curl -i localhost:3000/notes/1 -H "Authorization: Bearer $ANNA"              # 200, her own
//! curl -i localhost:3000/notes/1 -H "Authorization: Bearer $BOB"               # 403, forbidden
//! curl -i localhost:3000/notes/none -H "Authorization: Bearer $ANNA"           # 400, the path's own
//! curl -i -X DELETE localhost:3000/notes/1 -H "Authorization: Bearer $BOB"     # 200, a moderator
//! curl -i localhost:3000/me -H "Authorization: Bearer $BOB"                    # 200
//! curl -i -X DELETE localhost:3000/users/bob -H "Authorization: Bearer $ANNA"  # 200
//! curl -i localhost:3000/me -H "Authorization: Bearer $BOB"                    # 401, user_unknown
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::routing::{delete, get, post};
use jwt_runtime::{AuthError, Claims, Denied, JwtAuth, LoadUser, Policy, Scope, Scopes, TokenPair};
use jwt_runtime::{jwt_required, public};

/// The scopes of this application: a misspelt one does not compile.
#[derive(Clone, Copy, Scope)]
enum Perm {
    #[scope("notes:read")]
    Read,
    #[scope("notes:moderate")]
    Moderate,
}

#[derive(Claims)]
#[claims(state = AppState)]
struct User {
    #[claim(length(1..=32))]
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

type Db = Arc<Mutex<Tables>>;

struct Tables {
    users: BTreeSet<String>,
    /// Notes by number, and whose they are.
    notes: BTreeMap<u64, String>,
}

#[derive(Clone, FromRef)]
struct AppState {
    auth: JwtAuth,
    db: Db,
}

struct Account(String);

/// A user who was deleted is refused, however long the token is still valid.
impl LoadUser for Account {
    type Claims = User;
    type State = Db;
    type Error = Infallible;

    async fn load(user: &User, db: &Db) -> Result<Option<Self>, Infallible> {
        Ok(db.lock().unwrap().users.get(&user.sub).cloned().map(Self))
    }
}

/// A condition with a name, for as many routes as need it.
struct Moderator;

impl Policy<User> for Moderator {
    fn check(&self, user: &User) -> Result<(), Denied> {
        if user.scope.contains(Perm::Moderate) { Ok(()) } else { Err(Denied::new()) }
    }
}

/// Whether it is the user's own note: asked after all that is cheaper, and before the handler.
async fn owns(user: &User, Path(id): Path<u64>, State(db): State<Db>) -> bool {
    db.lock().unwrap().notes.get(&id) == Some(&user.sub)
}

struct Notes;

/// Every handler in here asks for the scope. Two ask for more, and one is public.
#[jwt_required(all_scopes(Perm::Read))]
impl Notes {
    #[jwt_required(authorize = owns)]
    async fn read(#[claims] user: User, Path(id): Path<u64>) -> String {
        format!("note {id} of {}", user.sub)
    }

    #[jwt_required(policy = Moderator, claims = User)]
    async fn remove(Path(id): Path<u64>, State(db): State<Db>) {
        db.lock().unwrap().notes.remove(&id);
    }

    #[public]
    async fn count(State(db): State<Db>) -> String {
        db.lock().unwrap().notes.len().to_string()
    }
}

#[jwt_required]
async fn me(#[user] account: Account) -> String {
    account.0
}

#[jwt_required]
async fn remove_user(#[user] _: Account, Path(name): Path<String>, State(db): State<Db>) {
    db.lock().unwrap().users.remove(&name);
}

async fn login(
    Path(name): Path<String>,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    let scope = match &*name {
        "anna" => Scopes::from_iter([Perm::Read]),
        "bob" => Scopes::from_iter([Perm::Read, Perm::Moderate]),
        _ => return Err(AuthError::CredentialsInvalid),
    };
    auth.login(&User { sub: name, scope }).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let auth = JwtAuth::builder().secret(b"only to try it out, never in earnest").build()?;
    let users = ["anna", "bob"].map(str::to_owned).into();
    let notes = [(1, "anna".to_owned())].into();
    let db = Arc::new(Mutex::new(Tables { users, notes }));
    let app = Router::new()
        .route("/login/{name}", post(login))
        .route("/notes", get(Notes::count))
        .route("/notes/{id}", get(Notes::read).delete(Notes::remove))
        .route("/users/{name}", delete(remove_user))
        .route("/me", get(me))
        .with_state(AppState { auth, db });
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
