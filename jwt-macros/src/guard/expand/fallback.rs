//! The handler after a mistake.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, PatType, Safety, Type, parse_quote};

use super::parameter::{guarded, guarded_user, hidden};
use super::{nothing, preset, unbound_user};
use crate::guard::handler::{Handler, MOST_PARAMETERS, Mark, is_conditional};
use crate::guard::model::Attr;
use crate::guard::received::{Received, owned, received_name};
use crate::runtime_path::Runtime;

/// The handler after a mistake: guarded as far as it was understood, so that the mistake is the
/// only thing rustc has to say. It never runs, as a `compile_error!` stands beside it; and if it
/// did, a guard would stand in front of it all the same.
pub(in crate::guard) fn fallback(
    attr: Attr,
    runtime: &Runtime,
    mut handler: Handler,
) -> TokenStream {
    let marks: Vec<(usize, Mark)> =
        handler.marked().map(|marked| (marked.index, marked.mark)).collect();
    handler.strip_markers();
    handler.strip_guards();
    handler.sig.constness = None;
    handler.sig.safety = Safety::Default;
    handler.sig.abi = None;
    handler.sig.variadic = None;
    handler.sig.asyncness.get_or_insert_with(Default::default);

    let (mut receiver, mut guards, mut others) = (None, Vec::new(), Vec::new());
    for (index, input) in std::mem::take(&mut handler.sig.inputs).into_iter().enumerate() {
        // A parameter with two marks is what the last one says.
        let mark = marks.iter().rfind(|&&(marked, _)| marked == index).map(|&(_, mark)| mark);
        match (input, mark) {
            (input @ FnArg::Receiver(_), _) => receiver = Some(input),
            (FnArg::Typed(parameter), None) => others.push(parameter),
            (FnArg::Typed(parameter), Some(mark)) => match guard(attr, runtime, mark, &parameter) {
                // Another one has to be there if a `#[cfg]` takes this one away.
                Some(guard) if guard.attrs.iter().any(is_conditional) => others.push(guard),
                Some(guard) => guards.push(guard),
                None => others.push(parameter),
            },
        }
    }
    if guards.is_empty() {
        let received = nothing(runtime);
        guards.push(hidden(runtime, &received, &preset(attr.preset(runtime), &received)));
    }
    let room = MOST_PARAMETERS.saturating_sub(guards.len());
    let parameters = guards.into_iter().chain(at_most(room, others)).map(FnArg::Typed);
    handler.sig.inputs.extend(receiver.into_iter().chain(parameters));
    handler.into_token_stream()
}

/// The guard that a marked parameter asks for, if the type tells.
fn guard(attr: Attr, runtime: &Runtime, mark: Mark, parameter: &PatType) -> Option<PatType> {
    let ty = owned(&parameter.ty);
    let (attr, mark) = match received_name(ty).map(Received::of) {
        // It asks for a token by itself.
        Some(Received::Extractor) => return None,
        Some(Received::AccessToken) => (Attr::Access, Mark::Token),
        Some(Received::RefreshToken) => (Attr::Refresh, Mark::Token),
        Some(Received::Other) | None => (attr, mark),
    };
    let parameter = PatType { ty: Box::new(ty.clone()), ..parameter.clone() };
    let preset = |received| preset(attr.preset(runtime), received);
    match mark {
        Mark::Token => Some(guarded(runtime, parameter, &preset(ty))),
        // The type would be written twice, and stand for two types.
        Mark::User if matches!(ty, Type::ImplTrait(_)) => None,
        Mark::User => {
            let guard_type = preset(&unbound_user(runtime, ty));
            Some(guarded_user(runtime, None, parameter, &guard_type))
        }
    }
}

/// The parameters with those for which there is no room in one tuple, which axum extracts as well.
fn at_most(room: usize, mut parameters: Vec<PatType>) -> Vec<PatType> {
    if parameters.len() > room {
        let surplus = parameters.split_off(room.saturating_sub(1));
        let pats = surplus.iter().map(|parameter| &parameter.pat);
        let tys = surplus.iter().map(|parameter| &parameter.ty);
        parameters.push(parse_quote!((#(#pats,)*): (#(#tys,)*)));
    }
    parameters
}
