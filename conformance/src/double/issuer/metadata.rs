//! What the double publishes about itself.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{
    IssuerDouble, KID, MetadataFlaw, SECOND_KID,
    http::{add_header, with_type},
};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// The documents at the well-known addresses.
    pub(super) fn well_known(&self, request: &Request, path: &str) -> Option<Response> {
        if request.method() != Method::GET {
            return None;
        }
        let own = &self.wiring.path;
        let openid = format!("{own}/.well-known/openid-configuration");
        let oauth = format!("/.well-known/oauth-authorization-server{own}");
        let appended = format!("{own}/.well-known/oauth-authorization-server");
        if path == openid {
            return Some(self.document(self.spoiled(self.members(), true)));
        }
        let at = if self.has(MetadataFlaw::OauthAppended) { appended } else { oauth };
        (path == at).then(|| self.document(self.spoiled(self.members(), false)))
    }

    fn document(&self, members: Map<String, Value>) -> Response {
        let media_type =
            if self.has(MetadataFlaw::MediaType) { "text/plain; charset=utf-8" } else { "application/json" };
        with_type(StatusCode::OK, media_type, Value::Object(members).to_string())
    }

    /// The sound metadata (RFC 8414, 2; `OpenID` Connect Discovery 1.0, 3).
    pub(super) fn members(&self) -> Map<String, Value> {
        let body = json!({
            "issuer": self.issuer(),
            "authorization_endpoint": self.own("/authorize"),
            "token_endpoint": self.own("/token"),
            "userinfo_endpoint": self.own("/userinfo"),
            "jwks_uri": self.own("/jwks"),
            "registration_endpoint": self.own("/register"),
            "introspection_endpoint": self.own("/introspect"),
            "revocation_endpoint": self.own("/revoke"),
            "pushed_authorization_request_endpoint": self.own("/par"),
            "end_session_endpoint": self.own("/logout"),
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "response_types_supported": [
                "code", "id_token", "id_token token", "code id_token", "code token", "code id_token token",
            ],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256", "plain"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "email"],
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
            "claims_parameter_supported": false,
            "authorization_response_iss_parameter_supported": true,
        });
        if let Value::Object(members) = body { members } else { Map::new() }
    }

    /// Does wrong what the flaw says, in the `OpenID` document or in that of RFC 8414.
    fn spoiled(&self, members: Map<String, Value>, openid: bool) -> Map<String, Value> {
        let mut members = members;
        let Some(super::IssuerFlaw::Metadata(flaw)) = self.flaw else { return members };
        flaw.spoil(&mut members, openid, self);
        members
    }

    /// The key set.
    pub(super) fn jwks(&self) -> Response {
        let mut keys = vec![self.wiring.keys.platform.jwk(KID), self.wiring.keys.second.jwk(SECOND_KID)];
        if let Some(super::IssuerFlaw::Metadata(flaw)) = self.flaw {
            flaw.spoil_keys(&mut keys);
        }
        let mut response = with_type(StatusCode::OK, "application/json", json!({ "keys": keys }).to_string());
        add_header(&mut response, http::header::CACHE_CONTROL, "public, max-age=600");
        response
    }
}
