//! What makes a guard the one that it is: every argument, and every limit from both sides.

use super::expand;

fn messages(source: &str) -> Vec<String> {
    expand(source).0
}

/// The expansion of a handler without mistakes.
fn expansion(source: &str) -> String {
    let (mistakes, expansion) = expand(source);
    assert_eq!(mistakes, [""; 0], "{source}");
    expansion
}

fn with_parameters(count: usize) -> String {
    let parameters: Vec<String> = (0..count).map(|index| format!("p{index}: P")).collect();
    format!("#[jwt_required] async fn me({}) {{}}", parameters.join(", "))
}

#[test]
fn seventh_parameter_is_the_guards_doing() {
    for (parameters, allowed) in [(6, false), (7, true), (8, false)] {
        let expansion = expansion(&with_parameters(parameters));
        assert_eq!(expansion.contains("too_many_arguments"), allowed, "{parameters}");
    }
}

#[test]
fn sixteenth_parameter_is_the_last() {
    assert_eq!(messages(&with_parameters(15)).len(), 0);
    assert_eq!(messages(&with_parameters(16)).len(), 1);
    let with_claims =
        |count: usize| with_parameters(count).replacen("me(", "me(#[claims] u: U, ", 1);
    assert_eq!(messages(&with_claims(15)).len(), 0);
    assert_eq!(messages(&with_claims(16)).len(), 1);
    assert_ne!(messages(&with_claims(16)), messages(&with_parameters(16)));
}

#[test]
fn items_are_called_what_they_are() {
    for (item, name) in [
        ("enum A {}", "an `enum`"),
        ("struct A;", "a `struct`"),
        ("const A: B = 1;", "a `const`"),
        ("pub(crate) use a;", "a `use`"),
        ("1", "not one"),
    ] {
        let message = &messages(&format!("#[jwt_required] {item}"))[0];
        assert!(message.contains(&format!("this is {name};")), "{item}: {message}");
    }
}

#[test]
fn arguments_about_the_token_need_a_policy() {
    let policy = |attribute: &str| {
        expansion(&format!("#[{attribute}] async fn me(#[claims] u: U) {{}}"))
            .contains("enum __jwt_guard_me")
    };
    for asked in [
        "jwt_required(auth = Other)",
        "jwt_required(issuer = \"a\")",
        "jwt_required(audience = \"a\")",
        "jwt_required(skip_revocation)",
        "jwt_required(any_type)",
        "jwt_required(all_scopes(\"a\"))",
        "jwt_required(any_scope(\"a\"))",
        "jwt_required(all_roles(R::A))",
        "jwt_required(any_role(R::A))",
        "jwt_required(require = ok)",
        "fresh_jwt_required(max_age = \"1s\")",
        "refresh_required(issuer = \"a\")",
    ] {
        assert!(policy(asked), "{asked}");
    }
    for unasked in [
        "jwt_required",
        "jwt_required(state = S)",
        "jwt_required(crate = ::other)",
        "jwt_required(self_type = Api)",
        "fresh_jwt_required",
        "refresh_required",
    ] {
        assert!(!policy(unasked), "{unasked}");
    }
}

#[test]
fn rules_are_those_that_were_written() {
    let rules = |attribute: &str, parameter: &str| {
        let source = format!("#[{attribute}] async fn me(#[claims] u: {parameter}) {{}}");
        let expansion = expansion(&source).replace(' ', "");
        let (_, rules) = expansion.split_once("Rules::").expect("the rules");
        rules.split_once(';').expect("their end").0.to_owned()
    };
    for (attribute, parameter, expected) in [
        ("jwt_required(auth = A)", "U", "access()"),
        ("fresh_jwt_required(auth = A)", "U", "fresh()"),
        ("refresh_required(auth = A)", "U", "refresh()"),
        ("jwt_required(optional, auth = A)", "Option<U>", "access().optional()"),
        ("fresh_jwt_required(max_age = \"2m\")", "U", "fresh().max_age(120u64)"),
        ("jwt_required(issuer = \"a\")", "U", "access().issuer(\"a\")"),
        ("jwt_required(audience(\"a\", \"b\"))", "U", "access().audience(&[\"a\",\"b\"])"),
        ("jwt_required(audience = \"a\")", "U", "access().audience(&[\"a\"])"),
        ("jwt_required(skip_revocation)", "U", "access().skip_revocation()"),
        ("jwt_required(any_type)", "U", "any_type()"),
        ("jwt_required(any_type, optional)", "Option<U>", "any_type().optional()"),
        ("jwt_required(optional(lenient))", "Option<U>", "access().lenient()"),
        ("jwt_required(any_type, optional(lenient))", "Option<U>", "any_type().lenient()"),
    ] {
        assert_eq!(rules(attribute, parameter), expected, "{attribute}");
    }
}

#[test]
fn presets_are_those_of_their_attributes() {
    for (attribute, parameter, preset) in [
        ("jwt_required", "U", "Access<U>"),
        ("jwt_required(optional)", "Option<U>", "Optional<Option<U>>"),
        ("fresh_jwt_required", "U", "Fresh<U>"),
        ("refresh_required", "U", "Refresh<U>"),
    ] {
        let source = format!("#[{attribute}] async fn me(#[claims] u: {parameter}) {{}}");
        let found = expansion(&source).replace(' ', "");
        assert!(found.contains(&format!("__private::{preset}>")), "{attribute}: {found}");
    }
}

#[test]
fn fallback_has_the_guard_of_the_type() {
    for (source, guard) in [
        (
            "#[refresh_required(x)] async fn me(#[token] t: AccessToken<U>) {}",
            "Access<AccessToken<U>>",
        ),
        (
            "#[jwt_required(x)] async fn me(#[token] t: RefreshToken<U>) {}",
            "Refresh<RefreshToken<U>>",
        ),
        ("#[fresh_jwt_required(x)] async fn me(#[claims] t: &U) {}", "Fresh<U>"),
        ("#[refresh_required(x)] async fn me(#[claims] t: U) {}", "Refresh<U>"),
        ("#[refresh_required(x)] async fn me() {}", "Refresh<::jwt_runtime::__private::Unbound<"),
        (
            "#[jwt_required(x)] async fn me(#[claims] t: Jwt<U>) {}",
            "Access<::jwt_runtime::__private::Unbound<",
        ),
    ] {
        let (mistakes, left) = expand(source);
        assert!(!mistakes.is_empty(), "{source}");
        let left = left.replace(' ', "");
        assert!(left.contains(&format!("Guarded<::jwt_runtime::__private::{guard}")), "{left}");
    }
}

#[test]
fn fallback_keeps_a_user_whose_type_is_named() {
    for (user, parameter) in [
        ("A", "GuardedUser(_,a):GuardedUser<Access<Unbound<UserClaims<A>>>,A>"),
        ("&A", "GuardedUser(_,a):GuardedUser<Access<Unbound<UserClaims<A>>>,A>"),
        ("impl LoadUser", "_:Guarded<Access<Unbound<NoClaims>>>,a:implLoadUser"),
    ] {
        let (_, left) = expand(&format!("#[jwt_required(x)] async fn me(#[user] a: {user}) {{}}"));
        let left = left.replace(' ', "").replace("::jwt_runtime::__private::", "");
        assert_eq!(left, format!("asyncfnme({parameter}){{}}"));
    }
}

#[test]
fn fallback_keeps_the_other_parameters() {
    let fallback =
        |source: &str| expand(source).1.replace(' ', "").replace("::jwt_runtime::__private::", "");
    assert_eq!(
        fallback("#[jwt_required(x)] async fn me(a: A, #[claims] u: U, b: B) {}"),
        "asyncfnme(Guarded(u):Guarded<Access<U>>,a:A,b:B){}"
    );
    assert_eq!(
        fallback("#[jwt_required(x)] async fn me(&self, a: A) {}"),
        "asyncfnme(&self,_:Guarded<Access<Unbound<NoClaims>>>,a:A){}"
    );
    assert_eq!(
        fallback("#[jwt_required] async fn me(#[cfg(a)] #[claims] u: U) {}"),
        "asyncfnme(_:Guarded<Access<Unbound<NoClaims>>>,#[cfg(a)]Guarded(u):Guarded<Access<U>>){}"
    );
    let sixteen = fallback(&with_parameters(16).replace("async", "#[cold] async"));
    assert!(sixteen.contains(",p13:P,(p14,p15,):(P,P,)){}"), "{sixteen}");
    let fifteen = fallback(&with_parameters(15).replace("required", "required(x)"));
    assert!(fifteen.contains(",p13:P,p14:P){}"), "{fifteen}");
}

#[test]
fn handlers_in_an_impl_block_are_recognised_by_self() {
    let told = |signature: &str, body: &str| {
        messages(&format!("#[jwt_required(issuer = \"a\")] async fn me{signature} {{ {body} }}"))
    };
    assert_eq!(told("() -> Self", "x").len(), 1);
    assert_eq!(told("(a: Vec<(Self, u8)>)", "x").len(), 1);
    assert_eq!(told("()", "f(Self::NAME)").len(), 1);
    assert_eq!(told("()", "f()").len(), 0);
    assert_eq!(told("()", "impl A { fn a() -> Self { A } }").len(), 0);
    assert_eq!(told("()", "trait A { fn a() -> Self; }").len(), 0);
    assert_eq!(messages("#[jwt_required] async fn me() -> Self {}").len(), 0);
    let named = "#[jwt_required(issuer = \"a\", self_type = A)] async fn me() -> Self {}";
    assert_eq!(messages(named).len(), 0);
}

#[test]
fn claims_of_a_parameter_of_the_function_are_for_presets() {
    let generic = |arguments: &str, generics: &str| {
        messages(&format!(
            "#[jwt_required({arguments})] async fn me<{generics}>(#[claims] u: C) {{}}"
        ))
    };
    assert_eq!(generic("", "C: Claims").len(), 0);
    assert_eq!(generic("issuer = \"a\"", "C: Claims").len(), 1);
    assert_eq!(generic("issuer = \"a\"", "B: Other").len(), 0);
    assert_eq!(generic("issuer = \"a\"", "const C: usize").len(), 0);
}

#[test]
fn sites_of_one_type_are_told_apart() {
    let site = |name: &str| {
        let source =
            format!("#[jwt_required(self_type = A, issuer = \"a\")] async fn {name}() {{}}");
        let expansion = expansion(&source);
        let (_, site) = expansion.split_once("Guarded < A , ").expect("a site");
        site.split('u').next().expect("a number").to_owned()
    };
    let sites = ["a", "b", "ab", "ba", "r#match"].map(site);
    for (index, site) in sites.iter().enumerate() {
        assert!(!sites[..index].contains(site), "{sites:?}");
        assert!(site.parse::<u64>().is_ok(), "{site}");
    }
}

#[test]
fn parameters_of_the_function_are_unknown_to_conditions() {
    let told = |condition: &str| {
        messages(&format!(
            "#[jwt_required({condition})] async fn me<T: A, const N: u8>(#[claims] u: U) {{}}"
        ))
        .len()
    };
    for condition in [
        "require = |u: &T| u.ok",
        "require = |u: &U| u.levels.contains(&(N + 1))",
        "require = |u: &U| (0..N).contains(&u.level)",
        "require = T::check",
        "authorize = owns::<T>",
        "auth = Auth<T>",
        "policy = any(A, not(Level { least: N }))",
        "any_role(Role(N))",
        "all_scopes(Perm::of(N))",
    ] {
        assert_eq!(told(condition), 1, "{condition}");
    }
    for condition in ["require = |u: &U| u.T == Level::N", "any_role(Role::T)", "all_scopes(\"N\")"]
    {
        assert_eq!(told(condition), 0, "{condition}");
    }
}

#[test]
fn authorize_is_called_by_the_guard() {
    for (written, expected) in [
        (
            "orders::owns()",
            "`authorize` calls the function by itself; write `authorize = orders::owns`",
        ),
        ("owns()()", "`authorize` takes the path of an `async fn`; write `authorize = owns_order`"),
        (
            "rules.owns()",
            "`authorize` takes the path of an `async fn`; write `authorize = owns_order`",
        ),
    ] {
        let source =
            format!("#[jwt_required(authorize = {written})] async fn me(#[claims] u: U) {{}}");
        assert_eq!(messages(&source), [expected], "{written}");
    }
}
