//! The discovery document of an issuer: OpenID Provider Configuration (OpenID Connect Discovery 1.0, section 3), with the
//! place where LTI describes its platform.
//!
//! It is read leniently: what is not understood is kept, what has an odd type is left out unless it is required. It is
//! written strictly: empty lists are left out, as section 4.2 asks.

mod platform;

pub use platform::{MessageSupported, PlatformConfiguration};
use serde_json::{Map, Value};
use url::Url;

/// Where LTI puts its platform configuration in the discovery document (LTI Dynamic Registration 1.0, section 2.1).
pub const PLATFORM_CONFIGURATION: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";

/// The path of the discovery document below the issuer (OpenID Connect Discovery 1.0, section 4).
pub const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// What an issuer says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderMetadata {
    /// The issuer identifier, exactly as it stands in `iss`.
    pub issuer: String,
    /// Where authentication requests go.
    pub authorization_endpoint: Url,
    /// Where access tokens come from.
    pub token_endpoint: Option<Url>,
    /// Where the public keys are.
    pub jwks_uri: Url,
    /// Where a tool registers itself.
    pub registration_endpoint: Option<Url>,
    /// The scopes that may be asked for.
    pub scopes_supported: Vec<String>,
    /// The response types: `id_token` for LTI.
    pub response_types_supported: Vec<String>,
    /// The response modes: `form_post` for LTI.
    pub response_modes_supported: Vec<String>,
    /// The grants of the token endpoint.
    pub grant_types_supported: Vec<String>,
    /// How `sub` is made: `public` or `pairwise`.
    pub subject_types_supported: Vec<String>,
    /// The algorithms that ID tokens are signed with.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// How clients prove themselves at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// The algorithms for `private_key_jwt`.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// The claims that may come.
    pub claims_supported: Vec<String>,
    /// What LTI adds.
    pub platform_configuration: Option<PlatformConfiguration>,
    /// Every member that has no field here, and every optional one of an odd type.
    pub other: Map<String, Value>,
}

/// Why a discovery document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// It is not a JSON object.
    #[error("the discovery document is not a JSON object: {0}")]
    NotAnObject(String),
    /// A required member is missing or of the wrong type.
    #[error("the discovery document has no usable {0}")]
    Member(&'static str),
    /// The document speaks for another issuer (OpenID Connect Discovery 1.0, section 4.3: it must not be used).
    #[error("the discovery document is for issuer {seen:?}, expected {expected:?}, character for character")]
    Issuer {
        /// The issuer that was asked.
        expected: String,
        /// The issuer in the document.
        seen: String,
    },
}

impl ProviderMetadata {
    /// What an LTI platform says: `id_token` by `form_post`, RS256, scope `openid`, public subjects.
    pub fn new(issuer: impl Into<String>, authorization_endpoint: Url, jwks_uri: Url) -> Self {
        let one = |value: &str| vec![value.to_owned()];
        Self {
            issuer: issuer.into(),
            authorization_endpoint,
            token_endpoint: None,
            jwks_uri,
            registration_endpoint: None,
            scopes_supported: one("openid"),
            response_types_supported: one("id_token"),
            response_modes_supported: one("form_post"),
            grant_types_supported: one("implicit"),
            subject_types_supported: one("public"),
            id_token_signing_alg_values_supported: one("RS256"),
            token_endpoint_auth_methods_supported: Vec::new(),
            token_endpoint_auth_signing_alg_values_supported: Vec::new(),
            claims_supported: Vec::new(),
            platform_configuration: None,
            other: Map::new(),
        }
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`MetadataError`] when it is no JSON object, or lacks `issuer`, `authorization_endpoint` or `jwks_uri`. The
    /// issuer still has to be compared: see [`ProviderMetadata::for_issuer`].
    pub fn from_json(document: &[u8]) -> Result<Self, MetadataError> {
        let mut members: Map<String, Value> =
            serde_json::from_slice(document).map_err(|error| MetadataError::NotAnObject(error.to_string()))?;
        let m = &mut members;
        Ok(Self {
            issuer: take_string(m, "issuer").ok_or(MetadataError::Member("issuer"))?,
            authorization_endpoint: take_url(m, "authorization_endpoint")
                .ok_or(MetadataError::Member("authorization_endpoint"))?,
            token_endpoint: take_url(m, "token_endpoint"),
            jwks_uri: take_url(m, "jwks_uri").ok_or(MetadataError::Member("jwks_uri"))?,
            registration_endpoint: take_url(m, "registration_endpoint"),
            scopes_supported: take_strings(m, "scopes_supported"),
            response_types_supported: take_strings(m, "response_types_supported"),
            response_modes_supported: take_strings(m, "response_modes_supported"),
            grant_types_supported: take_strings(m, "grant_types_supported"),
            subject_types_supported: take_strings(m, "subject_types_supported"),
            id_token_signing_alg_values_supported: take_strings(m, "id_token_signing_alg_values_supported"),
            token_endpoint_auth_methods_supported: take_strings(m, "token_endpoint_auth_methods_supported"),
            token_endpoint_auth_signing_alg_values_supported: take_strings(
                m,
                "token_endpoint_auth_signing_alg_values_supported",
            ),
            claims_supported: take_strings(m, "claims_supported"),
            platform_configuration: platform::take(m),
            other: members,
        })
    }

    /// The document, if it speaks for exactly this issuer (OpenID Connect Discovery 1.0, section 4.3).
    ///
    /// # Errors
    /// [`MetadataError::Issuer`] when a single character differs, a trailing slash included.
    pub fn for_issuer(self, expected: &str) -> Result<Self, MetadataError> {
        if self.issuer == expected {
            return Ok(self);
        }
        Err(MetadataError::Issuer { expected: expected.to_owned(), seen: self.issuer })
    }

    /// The document, as it is served.
    pub fn to_json(&self) -> Value {
        let mut members = self.other.clone();
        members.insert("issuer".to_owned(), self.issuer.clone().into());
        for (name, url) in [
            ("authorization_endpoint", Some(&self.authorization_endpoint)),
            ("token_endpoint", self.token_endpoint.as_ref()),
            ("jwks_uri", Some(&self.jwks_uri)),
            ("registration_endpoint", self.registration_endpoint.as_ref()),
        ] {
            if let Some(url) = url {
                members.insert(name.to_owned(), url.as_str().into());
            }
        }
        for (name, values) in [
            ("scopes_supported", &self.scopes_supported),
            ("response_types_supported", &self.response_types_supported),
            ("response_modes_supported", &self.response_modes_supported),
            ("grant_types_supported", &self.grant_types_supported),
            ("subject_types_supported", &self.subject_types_supported),
            ("id_token_signing_alg_values_supported", &self.id_token_signing_alg_values_supported),
            ("token_endpoint_auth_methods_supported", &self.token_endpoint_auth_methods_supported),
            (
                "token_endpoint_auth_signing_alg_values_supported",
                &self.token_endpoint_auth_signing_alg_values_supported,
            ),
            ("claims_supported", &self.claims_supported),
        ] {
            put_strings(&mut members, name, values);
        }
        if let Some(platform) = &self.platform_configuration {
            members.insert(PLATFORM_CONFIGURATION.to_owned(), platform.to_json());
        }
        Value::Object(members)
    }
}

fn put_strings(members: &mut Map<String, Value>, name: &str, values: &[String]) {
    if !values.is_empty() {
        members.insert(name.to_owned(), values.to_vec().into());
    }
}

fn take_string(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = members.get(name)?.as_str()?.to_owned();
    members.remove(name);
    Some(text)
}

fn take_url(members: &mut Map<String, Value>, name: &str) -> Option<Url> {
    let url = Url::parse(members.get(name)?.as_str()?).ok()?;
    members.remove(name);
    Some(url)
}

/// The strings of a list; elements of other types are dropped. A member that is no list stays where it is.
fn take_strings(members: &mut Map<String, Value>, name: &str) -> Vec<String> {
    let Some(values) = members.get(name).and_then(Value::as_array) else { return Vec::new() };
    let strings = values.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    members.remove(name);
    strings
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn metadata() -> ProviderMetadata {
        let url = |path: &str| Url::parse("https://lms.example").unwrap().join(path).unwrap();
        let mut metadata = ProviderMetadata::new("https://lms.example", url("/auth"), url("/jwks"));
        metadata.platform_configuration = Some(PlatformConfiguration::new("example-lms"));
        metadata
    }

    #[test]
    fn what_is_written_is_strict_and_reads_back() {
        let written = metadata().to_json();
        insta::assert_json_snapshot!(written);
        assert_eq!(ProviderMetadata::from_json(written.to_string().as_bytes()).unwrap(), metadata());
    }

    #[test]
    fn odd_documents_are_read_as_far_as_possible() {
        let document = json!({
            "issuer": "https://lms.example", "authorization_endpoint": "https://lms.example/auth",
            "jwks_uri": "https://lms.example/jwks", "token_endpoint": 7, "scopes_supported": ["openid", 3],
            "claims_supported": "sub", "vendor": {"a": 1},
            PLATFORM_CONFIGURATION: {"messages_supported": ["LtiResourceLinkRequest", {"type": "LtiDeepLinkingRequest",
                "placements": ["ContentArea"]}, 5], "vendor": true},
        });
        let read = ProviderMetadata::from_json(document.to_string().as_bytes()).unwrap();
        assert_eq!(read.token_endpoint, None);
        assert_eq!(read.scopes_supported, ["openid"]);
        assert_eq!(read.other["token_endpoint"], 7);
        assert_eq!(read.other["claims_supported"], "sub");
        assert_eq!(read.other["vendor"], json!({"a": 1}));
        let platform = read.platform_configuration.unwrap();
        let types: Vec<_> = platform.messages_supported.iter().map(|message| &message.message_type).collect();
        assert_eq!(types, ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]);
        assert_eq!(platform.messages_supported[1].placements, ["ContentArea"]);
        assert_eq!(platform.other["vendor"], true);
    }

    #[test]
    fn required_members_and_the_issuer_are_required() {
        for member in ["issuer", "authorization_endpoint", "jwks_uri"] {
            let mut document = metadata().to_json();
            document.as_object_mut().unwrap().remove(member);
            let error = ProviderMetadata::from_json(document.to_string().as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), format!("the discovery document has no usable {member}"));
        }
        assert!(matches!(ProviderMetadata::from_json(b"[]"), Err(MetadataError::NotAnObject(_))));
        assert!(metadata().for_issuer("https://lms.example").is_ok());
        assert!(matches!(metadata().for_issuer("https://lms.example/"), Err(MetadataError::Issuer { .. })));
    }

    proptest! {
        #[test]
        fn reading_never_panics(document in any::<Vec<u8>>(), text in ".{0,80}") {
            let _ = ProviderMetadata::from_json(&document);
            let _ = ProviderMetadata::from_json(format!("{{\"issuer\":{text:?},\"jwks_uri\":{text}}}").as_bytes());
        }
    }
}
