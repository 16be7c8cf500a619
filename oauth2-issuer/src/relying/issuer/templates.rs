//! Well-known issuers: Google, Microsoft 365, Facebook.

use lti_core::service::Scopes;
use serde_json::{Value, json};
use url::Url;

use super::discovery::{Discovered, Discovery, DiscoveryError};
use super::mapping::{FieldMapping, LocalField};
use super::openid::{self, OpenIdConfiguration};
use super::record::{IssuerName, RegisteredIssuer, Shown};
use super::service::Service;

fn pairs(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Google. A refresh token comes only with `access_type=offline`, and again only with `prompt=consent`; `offline_access` is
/// no scope there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Google;

impl Service for Google {
    fn id(&self) -> &'static str {
        "google"
    }

    fn template(&self) -> RegisteredIssuer {
        let mut template = RegisteredIssuer::new(self.id(), "Google");
        template.base_url = Some("https://accounts.google.com".to_owned());
        template.offline_parameters = pairs(&[("access_type", "offline"), ("prompt", "consent")]);
        template.shown = Shown::Everywhere;
        // What is asked for by the short name comes back by the long one.
        for name in ["email", "profile"] {
            let named = format!("https://www.googleapis.com/auth/userinfo.{name}");
            template.scope_aliases.insert(name.to_owned(), named);
        }
        template
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        Some(&OpenIdConfiguration)
    }
}

/// Microsoft 365, for all tenants; put the id of one in place of `common` to take that one alone.
///
/// The document of `common` names its issuer with `{tenantid}` in place of a tenant, so it is not the one that was asked.
/// That one difference is accepted here, and each ID token then names its own tenant in `tid` ([`IssuerName::PerTenant`]).
/// An e-mail address that comes from any tenant proves nothing: tell accounts by `sub`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Microsoft;

impl Service for Microsoft {
    fn id(&self) -> &'static str {
        "microsoft"
    }

    fn template(&self) -> RegisteredIssuer {
        let mut template = RegisteredIssuer::new(self.id(), "Microsoft 365");
        template.base_url = Some("https://login.microsoftonline.com/common/v2.0".to_owned());
        template.login_scopes = Scopes::parse("openid profile email");
        template.offline_scopes = Scopes::parse("openid profile email offline_access");
        template.shown = Shown::Everywhere;
        template
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        Some(self)
    }
}

impl Discovery for Microsoft {
    fn address(&self, base_url: &str) -> Result<Url, DiscoveryError> {
        OpenIdConfiguration.address(base_url)
    }

    fn read(&self, base_url: &str, document: &[u8]) -> Result<Discovered, DiscoveryError> {
        let mut members = openid::object(document)?;
        let asked = openid::asked(base_url).to_owned();
        let named = members.get("issuer").and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_template = ["/common/", "/organizations/", "/consumers/"]
            .iter()
            .any(|all| asked.contains(all) && asked.replacen(all, &format!("/{}/", IssuerName::TENANT), 1) == named);
        if !is_template {
            return OpenIdConfiguration.read(base_url, document);
        }
        members.insert("issuer".to_owned(), json!(asked));
        let mut discovered = OpenIdConfiguration.read(base_url, Value::Object(members).to_string().as_bytes())?;
        discovered.issuer = Some(IssuerName::PerTenant(named));
        Ok(discovered)
    }

    fn mapping(&self) -> FieldMapping {
        FieldMapping::openid()
    }
}

/// Facebook: OAuth 2.0 with endpoints by hand and claims of its own.
///
/// Its login is no OpenID Connect here: there is no ID token, so who somebody is rests on the access token having come
/// straight from the token endpoint. The subject is the claim `id`, mapped to `idnumber`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facebook;

impl Service for Facebook {
    fn id(&self) -> &'static str {
        "facebook"
    }

    fn template(&self) -> RegisteredIssuer {
        let mut template = RegisteredIssuer::new(self.id(), "Facebook");
        template.login_scopes = Scopes::parse("public_profile email");
        template.offline_scopes = Scopes::parse("public_profile email");
        template.shown = Shown::Everywhere;
        for (name, address) in [
            ("authorization", "https://www.facebook.com/dialog/oauth"),
            ("token", "https://graph.facebook.com/oauth/access_token"),
            ("userinfo", "https://graph.facebook.com/me?fields=id,first_name,last_name,name,email,picture.type(large)"),
        ] {
            // The addresses above are https, so none is refused: a test counts them.
            let _ = template.endpoints.set(name, address);
        }
        let mut mapping = FieldMapping::empty();
        for (claim, field) in [
            ("id", LocalField::IdNumber),
            ("first_name", LocalField::FirstName),
            ("last_name", LocalField::LastName),
            ("name", LocalField::AlternateName),
            ("email", LocalField::Email),
            ("picture-data-url", LocalField::Picture),
        ] {
            if let Ok(claim) = claim.parse() {
                mapping.add(claim, field);
            }
        }
        template.mapping = mapping;
        template
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        None
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn microsoft(issuer: &str) -> String {
        json!({
            "issuer": issuer, "authorization_endpoint": "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            "token_endpoint": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
            "jwks_uri": "https://login.microsoftonline.com/common/discovery/v2.0/keys",
        })
        .to_string()
    }

    #[test]
    fn the_tenant_is_the_only_difference_that_microsoft_may_make() {
        let base = Microsoft.template().base_url.unwrap();
        let read = |issuer: &str| Microsoft.read(&base, microsoft(issuer).as_bytes());
        let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
        assert_eq!(read(template).unwrap().issuer, Some(IssuerName::PerTenant(template.to_owned())));
        assert_eq!(read(&base).unwrap().issuer, Some(IssuerName::Exact(base.clone())));
        for other in ["https://evil.example/{tenantid}/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0/", ""]
        {
            assert!(matches!(read(other), Err(DiscoveryError::Issuer { .. })), "{other}");
        }
        let tenant = "https://login.microsoftonline.com/9f/v2.0";
        assert!(Microsoft.read(tenant, microsoft(template).as_bytes()).is_err(), "one tenant is one issuer");
    }

    #[test]
    fn facebook_is_whole_and_its_picture_lies_deep() {
        let template = Facebook.template();
        assert_eq!(template.endpoints.iter().count(), 3);
        assert_eq!(template.mapping.lines().len(), 6);
        let claims = json!({ "id": "9", "picture": { "data": { "url": "https://p.example/9" } } });
        let user = template.mapping.apply(claims.as_object().unwrap());
        assert_eq!(user.get(&LocalField::Picture), Some("https://p.example/9"));
    }

    #[test]
    fn google_names_two_scopes_otherwise() {
        let answered = Scopes::parse("openid https://www.googleapis.com/auth/userinfo.email");
        let granted = Google.template().granted(&answered);
        assert!(Scopes::parse("openid email").is_subset(&granted));
        assert!(!Scopes::parse("profile").is_subset(&granted));
    }
}
