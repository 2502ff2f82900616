//! Attributes of somebody else's that are called as ours are, or as those of test frameworks.

use proc_macro::TokenStream;

/// Has nothing to say about guards.
#[proc_macro_attribute]
pub fn public(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Of an A/B test, say: what it is on is served.
#[proc_macro_attribute]
pub fn test(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
