//! Any claims that go in come out again: random ones, by login, refresh and re-authentication.

use jwt_tests::app::{App, Pair};
use jwt_tests::tokens::claims;
use proptest::prelude::*;
use serde_json::{Map, Value};

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e15..1e15).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn application_claims() -> impl Strategy<Value = Map<String, Value>> {
    let names = ".{1,8}".prop_filter("names of the library, or read by the routes", |name| {
        name != "sub" && name != "device" && !jwt_runtime::RESERVED_CLAIMS.contains(&name.as_str())
    });
    (".{1,20}", prop::collection::btree_map(names, json(), 0..6)).prop_map(|(sub, more)| {
        let mut claims: Map<String, Value> = more.into_iter().collect();
        claims.insert("sub".to_owned(), sub.into());
        claims
    })
}

async fn goes_round(given: Map<String, Value>) -> Result<(), TestCaseError> {
    let app = App::new().await;
    let pair = app.login_as(&Value::Object(given.clone())).await;
    let next: Pair = app.rotate(&pair.refresh).await;
    let again = app.post("/reauthenticate", &next.access).await.assert_status(200);
    for token in [&pair.access, &next.access, &again.text("access_token")] {
        let written = claims(token);
        let read = app.get("/claims", token).await.assert_status(200).json();
        for (name, value) in &given {
            prop_assert_eq!(&written[name], value, "written {}", name);
            prop_assert_eq!(&read[name], value, "read {}", name);
        }
        // Nothing else is in it but the library's own: iss, aud and csrf are not configured.
        prop_assert_eq!(written.len(), given.len() + 8);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn claims_survive_login_refresh_and_reauthentication(given in application_claims()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(goes_round(given))?;
    }
}
