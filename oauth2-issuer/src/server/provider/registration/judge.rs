//! Whether a client can be registered as it asks, and what is registered for what it leaves open.

use lti_core::jose::KeySet;
use lti_core::registration::dynamic::{RegistrationError, RegistrationErrorCode};
use serde_json::{Map, Value};
use url::Url;

use super::metadata::{ClientMetadata, KNOWN};
use super::redirect::{self, Application, cut};

const CODE: &str = "authorization_code";
const IMPLICIT: &str = "implicit";
const REFRESH: &str = "refresh_token";
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// What an issuer gives to clients that register themselves. What discovery announces is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationOffer {
    /// The grants.
    pub grant_types: Vec<String>,
    /// The response types, their words in alphabetical order.
    pub response_types: Vec<String>,
    /// How clients may prove themselves.
    pub auth_methods: Vec<String>,
    /// What assertions may be signed with.
    pub auth_signing_algs: Vec<String>,
    /// What ID tokens can be signed with.
    pub id_token_signing_algs: Vec<String>,
    /// What a client may be registered for; who asks for none gets all of them.
    pub scopes: Vec<String>,
}

impl RegistrationOffer {
    /// All grants, response types and methods that this crate knows, ID tokens by RS256, for these scopes.
    pub fn new(scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let all = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        Self {
            grant_types: all(&[CODE, IMPLICIT, REFRESH, CLIENT_CREDENTIALS]),
            response_types: all(&["code", "id_token"]),
            auth_methods: all(&["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]),
            auth_signing_algs: lti_core::jose::Algorithm::ALL.iter().map(|alg| alg.as_str().to_owned()).collect(),
            id_token_signing_algs: all(&["RS256"]),
            scopes: scopes.into_iter().map(Into::into).collect(),
        }
    }
}

/// What is registered for a client that asks for this: with every default written out, without what nobody here
/// understands (RFC 7591, 2: MUST ignore) and without scopes that are not offered.
///
/// # Errors
/// `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591, 3.2.2), with the member, what is expected of it, and
/// what it holds.
///
/// ```
/// use oauth2_issuer::server::provider::registration::{ClientMetadata, RegistrationOffer, judge};
///
/// let offer = RegistrationOffer::new(["openid", "profile"]);
/// let registered = judge(ClientMetadata::new(["https://quiz.example/cb"]), &offer)?;
/// assert_eq!(registered.response_types, Some(vec!["code".to_owned()]));
/// let error = judge(ClientMetadata::new(["https://quiz.example/cb#"]), &offer).unwrap_err();
/// assert_eq!(error.code.as_str(), "invalid_redirect_uri");
/// # Ok::<(), lti_core::registration::dynamic::RegistrationError>(())
/// ```
pub fn judge(mut metadata: ClientMetadata, offer: &RegistrationOffer) -> Result<ClientMetadata, RegistrationError> {
    if let Some(name) = KNOWN.iter().find(|name| metadata.other.contains_key(**name)) {
        // A list of addresses that is none is as bad as the addresses.
        let code = if *name == "redirect_uris" {
            RegistrationErrorCode::InvalidRedirectUri
        } else {
            RegistrationErrorCode::InvalidClientMetadata
        };
        return Err(RegistrationError::new(
            code,
            format!("{name}: expected the type of RFC 7591, 2, saw another type"),
        ));
    }
    metadata.other = Map::new();
    flows(&mut metadata, offer)?;
    authentication(&mut metadata, offer)?;
    redirects(&mut metadata)?;
    keys(&metadata)?;
    scopes(&mut metadata, offer)?;
    identity(&mut metadata, offer)?;
    pages(&metadata)?;
    Ok(metadata)
}

/// Grants and response types, each offered, and each with its other half (RFC 7591, 2.1). What is absent follows from
/// what is there.
fn flows(metadata: &mut ClientMetadata, offer: &RegistrationOffer) -> Result<(), RegistrationError> {
    let of_code = |response_type: &String| response_type.split(' ').any(|word| word == "code");
    let of_front = |response_type: &String| response_type.split(' ').any(|word| word == "id_token" || word == "token");
    if let Some(response_types) = &mut metadata.response_types {
        for one in response_types {
            *one = sorted(one);
        }
    }
    let grants = metadata.grant_types.take().unwrap_or_else(|| match &metadata.response_types {
        None => vec![CODE.to_owned()],
        Some(types) => {
            let grants = [(CODE, types.iter().any(of_code)), (IMPLICIT, types.iter().any(of_front))];
            grants.into_iter().filter(|(_, used)| *used).map(|(grant, _)| grant.to_owned()).collect()
        }
    });
    let has = |grant: &str| grants.iter().any(|one| one == grant);
    let types = metadata.response_types.take().unwrap_or_else(|| {
        let types = [("code", has(CODE)), ("id_token", has(IMPLICIT))];
        types.into_iter().filter(|(_, used)| *used).map(|(response_type, _)| response_type.to_owned()).collect()
    });
    for grant in &grants {
        offered("grant_types", grant, &offer.grant_types)?;
    }
    for response_type in &types {
        offered("response_types", response_type, &offer.response_types)?;
    }
    if grants.is_empty() {
        return Err(invalid("grant_types: expected one grant at least, saw none"));
    }
    for (grant, used, whose) in [
        (CODE, types.iter().any(of_code), "with code"),
        (IMPLICIT, types.iter().any(of_front), "with id_token or token"),
    ] {
        if has(grant) != used {
            let (member, seen) = if used { ("grant_types", "none") } else { ("response_types", "none") };
            let expected = if used { grant.to_owned() } else { format!("one {whose}") };
            return Err(invalid(format!(
                "{member}: expected {expected}, which belongs together (RFC 7591, 2.1), saw {seen}"
            )));
        }
    }
    if has(REFRESH) && !has(CODE) {
        return Err(invalid("grant_types: expected authorization_code beside refresh_token, saw none"));
    }
    (metadata.grant_types, metadata.response_types) = (Some(grants), Some(types));
    Ok(())
}

/// How the client proves itself, and that it can.
fn authentication(metadata: &mut ClientMetadata, offer: &RegistrationOffer) -> Result<(), RegistrationError> {
    let method = metadata.auth_method().to_owned();
    offered("token_endpoint_auth_method", &method, &offer.auth_methods)?;
    if method == "none" && metadata.has_grant(CLIENT_CREDENTIALS) {
        let sentence = "token_endpoint_auth_method: expected a way to prove itself for client_credentials (RFC 6749, 4.4), \
                        saw none";
        return Err(invalid(sentence));
    }
    if let Some(alg) = &metadata.token_endpoint_auth_signing_alg {
        offered("token_endpoint_auth_signing_alg", alg, &offer.auth_signing_algs)?;
    }
    if method == "private_key_jwt" && metadata.jwks.is_none() && metadata.jwks_uri.is_none() {
        return Err(invalid("jwks_uri: expected it, or jwks, for private_key_jwt, saw neither"));
    }
    metadata.token_endpoint_auth_method = Some(method);
    Ok(())
}

/// Redirection URIs: one at least where a browser is sent back, each fit for the kind of application.
fn redirects(metadata: &mut ClientMetadata) -> Result<(), RegistrationError> {
    let application = match metadata.application_type.as_deref() {
        None => Application::Unsaid,
        Some("web") => Application::Web,
        Some("native") => Application::Native,
        Some(other) => return Err(invalid(format!("application_type: expected web or native, saw {}", plain(other)))),
    };
    let implicit = metadata.has_grant(IMPLICIT);
    if metadata.redirect_uris.is_empty() && (implicit || metadata.has_grant(CODE)) {
        let sentence = "redirect_uris: expected one address at least, saw none";
        return Err(RegistrationError::new(RegistrationErrorCode::InvalidRedirectUri, sentence));
    }
    for uri in &metadata.redirect_uris {
        redirect::judge(uri, application, implicit)?;
    }
    metadata.application_type.get_or_insert_with(|| "web".to_owned());
    Ok(())
}

/// Keys by value or by reference, never both (RFC 7591, 2), and public ones alone.
fn keys(metadata: &ClientMetadata) -> Result<(), RegistrationError> {
    if metadata.jwks.is_some() && metadata.jwks_uri.is_some() {
        return Err(invalid("jwks: expected either jwks or jwks_uri (RFC 7591, 2), saw both"));
    }
    if let Some(uri) = &metadata.jwks_uri {
        server_address("jwks_uri", uri)?;
    }
    let Some(jwks) = &metadata.jwks else { return Ok(()) };
    let secret =
        |key: &Value| ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|member| key.get(member).is_some());
    if jwks.get("keys").and_then(Value::as_array).is_some_and(|keys| keys.iter().any(secret)) {
        return Err(invalid("jwks: expected public keys, saw the secret half of one: it has to be replaced"));
    }
    match KeySet::parse(jwks.to_string().as_bytes()) {
        Ok(keys) if !keys.is_empty() => Ok(()),
        Ok(_) => Err(invalid("jwks: expected one key at least that can be used here, saw none")),
        Err(_) => Err(invalid("jwks: expected a JWK Set (RFC 7517, 5), saw something else")),
    }
}

/// What is asked for, as far as it is offered.
fn scopes(metadata: &mut ClientMetadata, offer: &RegistrationOffer) -> Result<(), RegistrationError> {
    let Some(asked) = metadata.scope.take().filter(|asked| !asked.is_empty()) else {
        metadata.scope = Some(offer.scopes.clone());
        return Ok(());
    };
    let registered: Vec<String> = asked.into_iter().filter(|scope| offer.scopes.contains(scope)).collect();
    if registered.is_empty() {
        return Err(invalid(format!("scope: expected one of {}, saw others", offer.scopes.join(" "))));
    }
    metadata.scope = Some(registered);
    Ok(())
}

/// What ID tokens are like.
fn identity(metadata: &mut ClientMetadata, offer: &RegistrationOffer) -> Result<(), RegistrationError> {
    if let Some(alg) = &metadata.id_token_signed_response_alg {
        offered("id_token_signed_response_alg", alg, &offer.id_token_signing_algs)?;
    }
    if let Some(kind) = &metadata.subject_type {
        offered("subject_type", kind, &["public".to_owned()])?;
    }
    metadata.subject_type = Some("public".to_owned());
    Ok(())
}

/// Addresses that people are led to, or that their browsers load: none of them may run anything.
fn pages(metadata: &ClientMetadata) -> Result<(), RegistrationError> {
    let named = [
        ("client_uri", &metadata.client_uri),
        ("logo_uri", &metadata.logo_uri),
        ("tos_uri", &metadata.tos_uri),
        ("policy_uri", &metadata.policy_uri),
    ];
    let named = named.into_iter().filter_map(|(name, uri)| Some((name, uri.as_deref()?)));
    let translated = metadata.translated.iter().filter(|(name, _)| !name.starts_with("client_name#"));
    let translated = translated.filter_map(|(name, uri)| Some((name.as_str(), uri.as_str()?)));
    for (name, uri) in named.chain(translated) {
        if !Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(invalid(format!("{}: expected the address of a page, saw {}", plain(name), cut(uri))));
        }
    }
    match &metadata.initiate_login_uri {
        Some(uri) => server_address("initiate_login_uri", uri),
        None => Ok(()),
    }
}

/// https; http on the machine itself.
fn server_address(name: &str, uri: &str) -> Result<(), RegistrationError> {
    let good = Url::parse(uri).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => redirect::is_local(&url),
        _ => false,
    });
    if good { Ok(()) } else { Err(invalid(format!("{name}: expected an https address, saw {}", cut(uri)))) }
}

fn offered(name: &str, value: &str, offer: &[String]) -> Result<(), RegistrationError> {
    if offer.iter().any(|one| one == value) {
        return Ok(());
    }
    Err(invalid(format!("{name}: expected one of {}, saw {}", offer.join(", "), plain(value))))
}

/// The words of a response type in order: `token id_token` is `id_token token` (Multiple Response Types 1.0, 3).
fn sorted(response_type: &str) -> String {
    let mut words: Vec<&str> = response_type.split_ascii_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

fn invalid(sentence: impl Into<String>) -> RegistrationError {
    RegistrationError::new(RegistrationErrorCode::InvalidClientMetadata, sentence)
}

/// A foreign word, as far as it can stand in a sentence.
fn plain(text: &str) -> String {
    let plain = |c: char| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') { c } else { '?' };
    text.chars().take(60).map(plain).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::jose::{SigningKey, jwks_document};
    use serde_json::json;

    use super::*;

    fn asked(changes: &Value) -> Result<ClientMetadata, RegistrationError> {
        let mut document = json!({"client_name": "Quiz", "redirect_uris": ["https://quiz.example/cb"]});
        let members = document.as_object_mut().unwrap();
        members.extend(changes.as_object().unwrap().clone());
        members.retain(|_, value| !value.is_null());
        judge(ClientMetadata::read(members.clone()), &RegistrationOffer::new(["openid", "profile", "api"]))
    }

    #[test]
    fn what_is_left_open_is_registered_by_default() {
        let registered = asked(&json!({"colour": "red", "client_name#de": "Rätsel"})).unwrap();
        let expected = json!({
            "redirect_uris": ["https://quiz.example/cb"], "application_type": "web", "client_name": "Quiz",
            "token_endpoint_auth_method": "client_secret_basic", "grant_types": ["authorization_code"],
            "response_types": ["code"], "scope": "openid profile api", "subject_type": "public",
            "client_name#de": "Rätsel",
        });
        assert_eq!(Value::Object(registered.to_json()), expected);
        // What was registered can be registered again.
        assert_eq!(judge(registered.clone(), &RegistrationOffer::new(["openid", "profile", "api"])), Ok(registered));
    }

    #[test]
    fn grants_and_response_types_follow_from_each_other() {
        let follow = |changes: Value| {
            let registered = asked(&changes).unwrap();
            (registered.grant_types.unwrap().join(" "), registered.response_types.unwrap().join(","))
        };
        let pair = |grants: &str, types: &str| (grants.to_owned(), types.to_owned());
        assert_eq!(follow(json!({"response_types": ["id_token"]})), pair("implicit", "id_token"));
        assert_eq!(
            follow(json!({"grant_types": ["implicit", "client_credentials"]})),
            pair("implicit client_credentials", "id_token")
        );
        let service = json!({"grant_types": ["client_credentials"], "redirect_uris": null});
        assert_eq!(follow(service), pair("client_credentials", ""));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let key = SigningKey::generate_es256("k").unwrap();
        let jwks = jwks_document([&key]);
        let mut leaked = jwks.clone();
        leaked["keys"][0]["d"] = json!("planted");
        for (changes, part) in [
            (
                json!({"grant_types": ["authorization_code"], "response_types": ["id_token"]}),
                "response_types: expected one with code",
            ),
            (
                json!({"grant_types": ["client_credentials"], "response_types": ["code"]}),
                "grant_types: expected authorization_code",
            ),
            (json!({"grant_types": ["authorization_code", "implicit"], "response_types": ["code"]}), "response_types"),
            (json!({"grant_types": ["refresh_token", "client_credentials"]}), "beside refresh_token"),
            (json!({"grant_types": []}), "one grant at least"),
            (json!({"grant_types": ["password"]}), "saw password"),
            (json!({"response_types": ["code id_token"]}), "response_types: expected one of"),
            (json!({"token_endpoint_auth_method": "client_secret_jwt"}), "saw client_secret_jwt"),
            (json!({"token_endpoint_auth_method": "private_key_jwt"}), "saw neither"),
            (
                json!({"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]}),
                "expected a way to prove itself",
            ),
            (json!({"token_endpoint_auth_signing_alg": "none"}), "token_endpoint_auth_signing_alg"),
            (json!({"jwks": jwks, "jwks_uri": "https://quiz.example/jwks"}), "saw both"),
            (json!({"jwks": leaked}), "secret half"),
            (json!({"jwks": {"keys": []}}), "one key at least"),
            (json!({"jwks": {}}), "a JWK Set"),
            (json!({"jwks_uri": "http://quiz.example/jwks"}), "jwks_uri: expected an https address"),
            (json!({"scope": "admin"}), "scope: expected one of openid profile api"),
            (json!({"id_token_signed_response_alg": "none"}), "id_token_signed_response_alg"),
            (json!({"subject_type": "pairwise"}), "subject_type"),
            (json!({"logo_uri": "javascript:alert(1)"}), "logo_uri: expected the address of a page"),
            (json!({"logo_uri#de": "javascript:alert(1)"}), "logo_uri#de"),
            (json!({"initiate_login_uri": "http://quiz.example/login"}), "initiate_login_uri"),
            (json!({"application_type": "device"}), "web or native"),
            (json!({"client_name": 7}), "client_name: expected the type"),
        ] {
            let error = asked(&changes).unwrap_err();
            assert_eq!(error.code, RegistrationErrorCode::InvalidClientMetadata, "{changes}");
            let text = error.to_string();
            assert!(text.contains(part) && !text.contains("planted"), "{changes}: {text}");
        }
    }

    #[test]
    fn redirection_uris_have_a_code_of_their_own() {
        for changes in [
            json!({"redirect_uris": null}),
            json!({"redirect_uris": []}),
            json!({"redirect_uris": "https://quiz.example/cb"}),
            json!({"redirect_uris": ["https://quiz.example/cb", "http://quiz.example/cb"]}),
            json!({"redirect_uris": ["https://localhost/cb"], "response_types": ["id_token"]}),
            json!({"redirect_uris": ["https://quiz.example/cb"], "application_type": "native"}),
        ] {
            assert_eq!(asked(&changes).unwrap_err().code, RegistrationErrorCode::InvalidRedirectUri, "{changes}");
        }
    }

    #[test]
    fn scopes_that_are_not_offered_are_left_out() {
        assert_eq!(asked(&json!({"scope": "api admin openid"})).unwrap().scope.unwrap(), ["api", "openid"]);
        assert_eq!(asked(&json!({"scope": ""})).unwrap().scope.unwrap(), ["openid", "profile", "api"]);
    }
}
