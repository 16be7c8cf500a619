//! Flaws in what the issuer publishes.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::double::{flaw::flaws, issuer::IssuerDouble};

flaws! {
    /// What an issuer does wrong in its metadata and key set.
    pub enum MetadataFlaw {
        OpenidIssuer = "openid-issuer", breaks "oauth2-metadata-issuer",
            "names its host alone as issuer in the OpenID configuration", [
            "issuer-metadata-openid-issuer" => "fail", "issuer-response-iss" => "fail", "issuer-response-iss-error" => "fail",
        ];
        OauthIssuer = "oauth-issuer", breaks "oauth2-metadata-issuer",
            "names its host alone as issuer in the metadata of RFC 8414", ["issuer-metadata-oauth-issuer" => "fail"];
        SubjectTypesMissing = "subject-types-missing", breaks "oidc-metadata-members",
            "leaves subject_types_supported out", ["issuer-metadata-openid-members" => "fail"];
        OauthTypesMissing = "oauth-types-missing", breaks "oauth2-metadata-members",
            "leaves response_types_supported out of the metadata of RFC 8414", ["issuer-metadata-oauth-members" => "fail"];
        Rs256Missing = "rs256-missing", breaks "oidc-metadata-rs256",
            "does not name RS256 for ID tokens", ["issuer-metadata-rs256" => "fail"];
        EmptyList = "empty-list", breaks "oauth2-metadata-empty-list",
            "publishes empty lists", ["issuer-metadata-empty-list" => "fail"];
        MediaType = "metadata-media-type", breaks "oauth2-metadata-answer",
            "serves its metadata as text/plain", ["issuer-metadata-media-type" => "fail"];
        PlainHttp = "endpoint-http", breaks "oauth2-metadata-https",
            "publishes an endpoint with plain http", ["issuer-metadata-https" => "fail"];
        Fragment = "endpoint-fragment", breaks "oauth2-metadata-fragment",
            "publishes an endpoint with a fragment", ["issuer-metadata-fragment" => "fail"];
        OauthAppended = "oauth-appended", breaks "oauth2-metadata-path",
            "appends the well-known path of RFC 8414 to its issuer", [
            "issuer-metadata-path" => "fail", "issuer-metadata-oauth-issuer" => "unsupported",
            "issuer-metadata-oauth-members" => "unsupported",
        ];
        SigningAlgsMissing = "signing-algs-missing", breaks "oauth2-metadata-signing-algs",
            "lists private_key_jwt without the algorithms", ["issuer-metadata-signing-algs" => "fail"];
        SigningAlgNone = "signing-alg-none", breaks "oauth2-metadata-signing-algs",
            "lists none among the algorithms of client assertions", ["issuer-metadata-signing-algs" => "fail"];
        OpenidAlgNone = "openid-signing-alg-none", breaks "oauth2-metadata-signing-algs",
            "lists none among the algorithms of client assertions in the OpenID configuration alone",
            ["issuer-metadata-signing-algs" => "fail"];
        PkceUnsaid = "pkce-unsaid", breaks "oauth2-pkce-published",
            "does not say that it supports PKCE", [
            "issuer-metadata-pkce" => "warn", "issuer-pkce-s256" => "unsupported",
            "issuer-pkce-method-unknown" => "unsupported", "issuer-code-verifier-wrong" => "unsupported",
            "issuer-code-verifier-missing" => "unsupported", "issuer-code-verifier-plain" => "unsupported",
            "issuer-code-verifier-short" => "unsupported", "issuer-code-verifier-unasked" => "unsupported",
        ];
        KeyPrivate = "key-private", breaks "oauth2-keys-private",
            "publishes the private part of a key", ["issuer-keys-private" => "fail"];
        KeyUseMissing = "key-use-missing", breaks "oauth2-keys-use",
            "publishes a key for encryption, and keys that do not say what they are for", ["issuer-keys-use" => "fail"];
        KidTwice = "key-kid-twice", breaks "oauth2-keys-kid",
            "gives two keys one kid", ["issuer-keys-kid" => "warn"];
    }
}

impl MetadataFlaw {
    /// Does it wrong in the `OpenID` document, or in that of RFC 8414.
    pub(in crate::double::issuer) fn spoil(
        self,
        members: &mut Map<String, Value>,
        openid: bool,
        double: &IssuerDouble,
    ) {
        let host = json!(double.wiring.host);
        match self {
            Self::OpenidIssuer if openid => drop(members.insert("issuer".to_owned(), host)),
            Self::OauthIssuer if !openid => drop(members.insert("issuer".to_owned(), host)),
            Self::SubjectTypesMissing if openid => drop(members.remove("subject_types_supported")),
            Self::OauthTypesMissing if !openid => drop(members.remove("response_types_supported")),
            Self::Rs256Missing => {
                members.insert("id_token_signing_alg_values_supported".to_owned(), json!(["ES256"]));
            }
            Self::EmptyList => drop(members.insert("acr_values_supported".to_owned(), json!([]))),
            Self::PlainHttp => {
                let url = double.own("/userinfo").replacen("https://", "http://", 1);
                members.insert("userinfo_endpoint".to_owned(), json!(url));
            }
            Self::Fragment => {
                members.insert("userinfo_endpoint".to_owned(), json!(double.own("/userinfo#claims")));
            }
            Self::SigningAlgsMissing => drop(members.remove("token_endpoint_auth_signing_alg_values_supported")),
            Self::SigningAlgNone | Self::OpenidAlgNone if openid || self == Self::SigningAlgNone => {
                let algs = json!(["RS256", "none"]);
                members.insert("token_endpoint_auth_signing_alg_values_supported".to_owned(), algs);
            }
            Self::PkceUnsaid => drop(members.remove("code_challenge_methods_supported")),
            _ => {}
        }
    }

    /// Does it wrong in the key set.
    pub(in crate::double::issuer) fn spoil_keys(self, keys: &mut Vec<Value>) {
        let Some(second) = keys.get(1).cloned() else { return };
        match self {
            // The private part of a key that signs nothing, and not its real one.
            Self::KeyPrivate => {
                let mut own = second;
                own["kid"] = json!("op-old");
                own["d"] = json!(URL_SAFE_NO_PAD.encode([7; 64]));
                keys.push(own);
            }
            Self::KeyUseMissing => {
                let mut enc = second;
                enc["kid"] = json!("op-enc");
                enc["use"] = json!("enc");
                enc["alg"] = json!("RSA-OAEP");
                for key in keys.iter_mut() {
                    if let Some(members) = key.as_object_mut() {
                        members.remove("use");
                    }
                }
                keys.push(enc);
            }
            Self::KidTwice => {
                let kid = second["kid"].clone();
                let mut third = keys.first().cloned().unwrap_or_default();
                third["kid"] = kid;
                keys.push(third);
            }
            _ => {}
        }
    }
}
