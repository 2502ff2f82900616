//! Nonsense, made of the cases: whatever is written, a macro refuses it or guards the handler.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::calls::{Call, Macro};
use super::printed::{Mistake, take_mistakes};
use super::{cases, guarded};

const ROUNDS: usize = 4_000;

/// What may come in anywhere.
const STRAY: &str = "# ! , ; : = | & < > $ . 1 \"a b\" 'x' 'life self Self fn async impl crate r#fn optional claims () {} [] (,) \
                     any_role all_scopes require max_age state sub roles serde rename Option RefreshToken Jwt \
                     policy authorize user public any_type lenient test locations self_type issuer audience skip_revocation return \
                     mod const static trait unsafe pub where for dyn self .. Future Ready";

/// What does something only as a whole.
const PHRASES: [&str; 13] = [
    "#[public]",
    "#[claims]",
    "#[user]",
    "#[test]",
    "#[cfg(any())]",
    "#[cfg_attr(all(), public)]",
    "#[jwt_required]",
    "#[fresh_jwt_required(max_age = \"1s\")]",
    "#[jwt_required(optional)]",
    "policy = any(A, not(B)),",
    "authorize = owns,",
    "skip_revocation,",
    "-> impl Future<Output = ()>",
];

/// xorshift64: the same nonsense every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).expect("it is below a usize")
    }

    fn mutate(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let at = self.below(tokens.len());
        match tokens.get(at).cloned() {
            Some(TokenTree::Group(group)) if self.below(4) > 0 => {
                let inner = self.mutate(group.stream());
                tokens[at] = TokenTree::Group(Group::new(group.delimiter(), inner));
            }
            None => tokens.extend(self.stray()),
            Some(token) => match self.below(7) {
                0 | 1 => drop(tokens.remove(at)),
                2 => tokens.insert(at, token),
                3 => {
                    let other = self.below(tokens.len());
                    tokens.swap(at, other);
                }
                4 => drop(tokens.splice(at..at, self.stray())),
                5 => drop(tokens.splice(at..=at, self.stray())),
                _ => tokens[at] = Group::new(Delimiter::None, token.into()).into(),
            },
        }
        tokens.into_iter().collect()
    }

    fn stray(&mut self) -> TokenStream {
        if self.below(4) == 0 {
            return PHRASES[self.below(PHRASES.len())].parse().expect("tokens");
        }
        let strays: TokenStream = STRAY.parse().expect("tokens");
        let strays: Vec<TokenTree> = strays.into_iter().collect();
        strays[self.below(strays.len())].clone().into()
    }

    fn call(&mut self, calls: &[Call]) -> Call {
        let mut call = calls[self.below(calls.len())].clone();
        for _ in 0..=self.below(3) {
            match self.below(3) {
                0 => call.arguments = self.mutate(call.arguments),
                _ => call.item = self.mutate(call.item),
            }
        }
        call
    }
}

#[test]
fn nonsense_is_refused_or_guarded() {
    let cases = cases("fail").into_iter().chain(cases("pass"));
    let calls: Vec<Call> = cases.flat_map(|case| case.calls).collect();
    let mut random = Random(0x6a77_745f_7275_6e74);
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let call = random.call(&calls);
        let mut mistakes = Vec::new();
        let left = catch_unwind(AssertUnwindSafe(|| {
            take_mistakes(call.expand_once(), call.site, &mut mistakes)
        }));
        let Ok(left) = left else { panic!("a macro panicked on {}", written(&call)) };
        refused += usize::from(!mistakes.is_empty());

        let result = match call.called {
            Macro::Claims => derived("Claims", &left, mistakes.is_empty()),
            Macro::Scope => derived("Scope", &left, mistakes.is_empty()),
            // What is not understood stays as it is, beside the error that keeps it from being built.
            Macro::Guard(_) if !mistakes.is_empty() && is_same(&left, &call.item) => Ok(()),
            Macro::Guard(_) if mistakes.iter().any(Mistake::leaves_item_alone) => Ok(()),
            Macro::Guard(_) => guarded(&call, left.clone()),
            Macro::Public => {
                (!mistakes.is_empty()).then_some(()).ok_or("it is no mistake".to_owned())
            }
        };
        if let Err(failure) = result {
            panic!("{failure}\nof {}\nis left {left}\nmistakes: {mistakes:#?}", written(&call));
        }
    }
    assert!((ROUNDS / 3..ROUNDS).contains(&refused), "{refused} of {ROUNDS} were refused");
}

/// Whether the expansion of a derive is made of items, and of the impl if nothing is wrong.
fn derived(name: &str, left: &TokenStream, is_good: bool) -> Result<(), String> {
    syn::parse2::<syn::File>(left.clone()).map_err(|error| format!("no items: {error}"))?;
    match is_good && !left.to_string().contains(&format!(":: {name} for")) {
        true => Err("there is no impl".to_owned()),
        false => Ok(()),
    }
}

fn is_same(left: &TokenStream, item: &TokenStream) -> bool {
    left.to_string() == item.to_string()
}

fn written(call: &Call) -> String {
    format!("{:?}({}) {}", call.called, call.arguments, call.item)
}
