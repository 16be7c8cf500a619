//! The exchange with the platform: configuration, request, answer.

use lti_core::registration::dynamic::{
    IssuerMatch, OPENID_CONFIGURATION, REGISTRATION_TOKEN, RegistrationError, RegistrationResponse, issuer_match,
};
use oauth2_issuer::metadata::ProviderMetadata;
use oauth2_issuer::relying::{Fetched, Submission};
use url::Url;

use super::Registering;
use super::error::RegisteringError;
use super::sink::Registered;
use crate::registration::Registration;

/// How much of a platform's text a page shows, in characters.
const TEXT_MAX: usize = 300;

impl Registering {
    /// Registers the tool at the platform that these query parameters name.
    ///
    /// # Errors
    /// [`RegisteringError`] says which step failed and why.
    pub async fn register(&self, parameters: &[(String, String)]) -> Result<Registered, RegisteringError> {
        let configuration = one(parameters, OPENID_CONFIGURATION)?.ok_or(RegisteringError::ConfigurationMissing)?;
        let token = one(parameters, REGISTRATION_TOKEN)?;
        let configuration = Url::parse(configuration).map_err(|_| RegisteringError::ConfigurationAddress)?;
        let platform = self.configuration(&configuration).await?;
        let endpoint = platform.registration_endpoint.clone().ok_or(RegisteringError::EndpointMissing)?;
        let mut request = self.request.clone();
        // Scopes that the platform does not have are not asked for: some refuse the whole request.
        request.scope.retain(|scope| platform.scopes_supported.contains(scope));
        let submission = Submission::new(request.to_json()).with_bearer(token.map(str::to_owned));
        let answer = self.submit.post(&endpoint, &submission).await.map_err(RegisteringError::Endpoint)?;
        // 201 says RFC 7591, 3.2.1; 200 says a widespread platform.
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        let response = RegistrationResponse::from_json(&answer.body)?;
        let client_id = response.client_id.clone();
        let (issuer, authorization) = (platform.issuer.clone(), platform.authorization_endpoint.clone());
        let mut registration = Registration::new(issuer, client_id, authorization, platform.jwks_uri.clone());
        registration.token_url.clone_from(&platform.token_endpoint);
        let deployment_id = response.deployment_id().cloned();
        let registered = Registered { registration, deployment_id, response, platform };
        self.sink.accept(&registered).await?;
        Ok(registered)
    }

    /// The configuration at this address, if it speaks for its own origin.
    async fn configuration(&self, url: &Url) -> Result<ProviderMetadata, RegisteringError> {
        let fetched = self.fetch.get(url).await.and_then(|fetched| fetched.document(url));
        let document = fetched.map_err(RegisteringError::Configuration)?;
        let platform = ProviderMetadata::from_json(&document)?;
        let host = url.host_str().unwrap_or_default();
        let named = self.elsewhere.iter().any(|(issuer, at)| *issuer == platform.issuer && at == host);
        if issuer_match(&platform.issuer, url) == IssuerMatch::Foreign && !named {
            let served_by = url.origin().ascii_serialization();
            return Err(RegisteringError::IssuerForeign { issuer: shortened(&platform.issuer), served_by });
        }
        Ok(platform)
    }
}

/// The parameter of this name, which must not be there twice.
fn one<'p>(parameters: &'p [(String, String)], name: &'static str) -> Result<Option<&'p str>, RegisteringError> {
    let mut values = parameters.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let first = values.next().filter(|value| !value.is_empty());
    if values.next().is_some() { Err(RegisteringError::Repeated(name)) } else { Ok(first) }
}

fn refused(answer: &Fetched) -> RegisteringError {
    let error = RegistrationError::from_json(&answer.body);
    let text = String::from_utf8_lossy(&answer.body);
    // A page of the platform is for its own users: its markup says nothing here.
    let text = if text.trim_start().starts_with(['<', '{', '[']) { String::new() } else { shortened(&text) };
    RegisteringError::Refused { status: answer.status.as_u16(), error, text }
}

/// One line, and not a long one.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line,
    }
}
