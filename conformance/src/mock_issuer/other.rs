//! The session of somebody else, whose code is put into an answer.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, header::COOKIE};
use oauth2_issuer::server::provider::{ProviderStore, ScopeSet};

use super::{layer::OtherSession, people::Person, session::Sessions};

/// The challenge of a verifier that no client has: the example of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Makes of the query of an authorization request the same one in the session of another user, with another nonce and
/// another challenge.
pub(super) fn other_session(
    store: Arc<dyn ProviderStore>,
    sessions: Arc<Sessions>,
    issuer: String,
    own: String,
) -> OtherSession {
    Arc::new(move |query| {
        let (store, sessions, issuer, own) = (Arc::clone(&store), Arc::clone(&sessions), issuer.clone(), own.clone());
        Box::pin(async move {
            let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            let get = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            let (client, scopes) = (get("client_id").unwrap_or(own), get("scope").unwrap_or_default());
            let user = Person::other_than(sessions.everybody().unwrap_or("ada"));
            store.add_consent(&issuer, user.id, &client, ScopeSet::parse(&scopes)).await.ok()?;
            pairs.retain(|(name, _)| !["prompt", "max_age", "login_hint"].contains(&name.as_str()));
            for (name, value) in &mut pairs {
                match name.as_str() {
                    "nonce" => "nonce-of-another-session".clone_into(value),
                    "code_challenge" => CHALLENGE.clone_into(value),
                    _ => {}
                }
            }
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let cookie = sessions.sign_in(user.id).ok()?;
            let cookie = cookie.split(';').next().unwrap_or_default();
            let request = Request::get(format!("{issuer}/authorize?{query}")).header(COOKIE, cookie);
            request.body(Bytes::new()).ok()
        })
    })
}
