//! Our issuer, judged by other people's clients: the crates `openidconnect` and `oauth2` complete every flow that they
//! know against it over HTTP, and refuse what a layer before it alters.

mod flows;
mod issuer;
mod refusals;
