//! Whether an authentication request may be answered (OpenID Connect Core 1.0, section 3.2.2.2; Security Framework 1.0,
//! sections 5.1.1.2 and 5.1.1.3). Pure: the client was looked up before.

use lti_core::id::{ClientId, LoginHint, LtiMessageHint, Nonce, State};
use lti_core::login::AuthenticationRequest;

use super::client::Client;
use super::error::{AuthenticationError, Denial};
use super::outcome::Outcome;

/// An authentication request that may be answered: its client is known, the address is registered, every parameter that
/// LTI requires is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes: one of the client's registered addresses.
    pub redirect_uri: String,
    /// What the platform sent at login to recognise its user.
    pub login_hint: LoginHint,
    /// What the platform sent at login to recognise its message.
    pub lti_message_hint: Option<LtiMessageHint>,
    /// Goes into the ID token unchanged.
    pub nonce: Nonce,
    /// Goes back beside the ID token unchanged.
    pub state: Option<State>,
}

/// Judges a request against its client.
///
/// The order is that of the risk: first whether there is an address to answer to at all, then the rest.
///
/// # Errors
/// The refusal, as the browser gets it: a page while the address is in doubt, an error post afterwards.
///
/// ```
/// use lti_core::login::AuthenticationRequest;
/// use oauth2_issuer::server::{Outcome, validate};
/// use oauth2_issuer::server::Client;
/// let client = Client::new("tool", ["https://tool.example/launch"]);
/// let near_miss = AuthenticationRequest::new("tool", "https://tool.example/launch/", "ada", "n-1");
/// assert!(matches!(validate(&near_miss, Some(&client)), Err(Outcome::ErrorPage { .. })));
/// ```
pub fn validate(request: &AuthenticationRequest, client: Option<&Client>) -> Result<ValidRequest, Outcome> {
    let client_id = once(request, "client_id", request.client_id.as_ref().map(ClientId::as_str))
        .map_err(|denial| Outcome::page(UNKNOWN_TOOL, sentence(&denial)))?;
    let Some(client) = client.filter(|client| client.client_id.as_str() == client_id) else {
        return Err(Outcome::page(UNKNOWN_TOOL, format!("No tool is registered here under client_id {client_id:?}.")));
    };
    let redirect_uri = registered_address(request, client)?;
    judge(request, client, redirect_uri).map_err(|denial| Outcome::ErrorPost {
        redirect_uri: redirect_uri.to_owned(),
        denial,
        state: request.state.clone().filter(|_| !request.repeated.contains(&"state")),
    })
}

const UNKNOWN_TOOL: &str = "Unknown tool";

/// The address of the request, if the client registered exactly this one.
fn registered_address<'a>(request: &'a AuthenticationRequest, client: &Client) -> Result<&'a str, Outcome> {
    const HEADING: &str = "Wrong return address";
    let asked = once(request, "redirect_uri", request.redirect_uri.as_deref())
        .map_err(|denial| Outcome::page(HEADING, sentence(&denial)))?;
    if client.redirect_uris.iter().any(|registered| registered == asked) {
        return Ok(asked);
    }
    let client_id = &client.client_id;
    let hint = near_miss(asked, &client.redirect_uris);
    let text = format!(
        "redirect_uri {asked:?} is not registered for {client_id}; it must match character for character.{hint}"
    );
    Err(Outcome::page(HEADING, text))
}

/// The parameters beside client and address (Security Framework 1.0, section 5.1.1.2). An empty value counts as absent
/// (RFC 6749, section 3.1), names nobody knows are ignored.
fn judge(request: &AuthenticationRequest, client: &Client, redirect_uri: &str) -> Result<ValidRequest, Denial> {
    use AuthenticationError as E;
    if let Some(name) = request.repeated.first() {
        return Err(Denial::new(E::InvalidRequest, format!("the parameter {name} was sent more than once")));
    }
    for (name, error) in [
        ("request", E::RequestNotSupported),
        ("request_uri", E::RequestUriNotSupported),
        ("registration", E::RegistrationNotSupported),
        // Not looked at, so an answer could name another user than the hint (section 3.1.2.2, point 4).
        ("id_token_hint", E::InvalidRequest),
    ] {
        if request.extra.iter().any(|(other, value)| other == name && !value.is_empty()) {
            return Err(Denial::new(error, format!("the parameter {name} is not supported")));
        }
    }
    if once(request, "response_type", request.response_type.as_deref())? != "id_token" {
        return Err(Denial::new(E::UnsupportedResponseType, "response_type must be id_token"));
    }
    if once(request, "response_mode", request.response_mode.as_deref())? != "form_post" {
        return Err(Denial::new(E::InvalidRequest, "response_mode must be form_post"));
    }
    if !request.scopes().any(|scope| scope == "openid") {
        return Err(Denial::new(E::InvalidScope, "scope must contain openid"));
    }
    judge_prompt(request.prompt.as_deref().unwrap_or("none"))?;
    Ok(ValidRequest {
        client_id: client.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        login_hint: once(request, "login_hint", request.login_hint.as_ref().map(LoginHint::as_str))?.into(),
        lti_message_hint: request.lti_message_hint.clone(),
        nonce: once(request, "nonce", request.nonce.as_ref().map(Nonce::as_str))?.into(),
        state: request.state.clone(),
    })
}

/// LTI asks for `none`; a request without `prompt` gets the same treatment. A prompt that wants the user to do something
/// cannot be met here.
fn judge_prompt(prompt: &str) -> Result<(), Denial> {
    let values: Vec<_> = prompt.split(' ').filter(|value| !value.is_empty()).collect();
    match values.as_slice() {
        ["none"] => Ok(()),
        values if values.contains(&"none") => {
            Err(Denial::new(AuthenticationError::InvalidRequest, "prompt=none stands alone"))
        }
        _ => Err(Denial::new(AuthenticationError::InteractionRequired, "prompt must be none")),
    }
}

/// The value of a parameter that must be there exactly once.
fn once<'a>(request: &AuthenticationRequest, name: &str, value: Option<&'a str>) -> Result<&'a str, Denial> {
    let invalid = |text| Err(Denial::new(AuthenticationError::InvalidRequest, text));
    match value {
        _ if request.repeated.contains(&name) => invalid(format!("the parameter {name} was sent more than once")),
        None => invalid(format!("the required parameter {name} is missing")),
        Some(value) => Ok(value),
    }
}

fn sentence(denial: &Denial) -> String {
    format!("The request cannot be answered: {}.", denial.description)
}

/// Names a registered address that differs by little, since this is the fault most often made. It is shown, never used.
fn near_miss(asked: &str, registered: &[String]) -> String {
    let plain = |uri: &str| {
        let uri = uri.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        uri.replace("https://", "http://").replace("://localhost", "://127.0.0.1")
    };
    match registered.iter().find(|uri| plain(uri) == plain(asked)) {
        Some(uri) => format!(" Registered is {uri:?}."),
        None => String::new(),
    }
}
