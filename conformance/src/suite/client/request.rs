//! The authorization request, looked at in sound logins, and what becomes of PKCE after an error.

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Evidence, Flow, Landed, Parameters, s256},
};

pub(super) fn cases() -> Vec<ClientCase> {
    vec![
        ClientCase::look(
            "client-request-parameters",
            "response_type, client_id and redirect_uri are there, each once",
            Fail,
            parameters,
        )
        .rules(&["oauth2-client-request-parameters"]),
        ClientCase::look(
            "client-request-state",
            "state is new in each login where neither nonce nor PKCE protects it",
            Fail,
            |evidence| state(evidence, false),
        )
        .rules(&["oauth2-client-state-fresh"]),
        ClientCase::look(
            "client-request-state-fresh",
            "whether state is new in each login that nonce or PKCE protects",
            Info,
            |evidence| state(evidence, true),
        )
        .rules(&["oauth2-client-state-fresh"]),
        ClientCase::look("client-request-nonce", "nonce is there where it must be, and new in each login", Fail, nonce)
            .rules(&["oidc-client-nonce-fresh"]),
        ClientCase::look("client-request-pkce", "a code is protected by PKCE", Warn, pkce)
            .rules(&["oauth2-client-pkce"])
            .needs(ClientNeed::Code),
        ClientCase::look("client-request-pkce-method", "the code challenge is made by S256", Fail, method)
            .rules(&["oauth2-client-pkce-s256"])
            .needs(ClientNeed::Code),
        ClientCase::look(
            "client-request-pkce-fresh",
            "each login has a code challenge of its own",
            Fail,
            fresh_challenge,
        )
        .rules(&["oauth2-client-pkce-fresh"])
        .needs(ClientNeed::Code),
        ClientCase::look(
            "client-request-pkce-verifier",
            "the code verifier has 43 to 128 unreserved characters and fits its challenge",
            Fail,
            verifier,
        )
        .rules(&["oauth2-client-pkce-verifier"])
        .needs(ClientNeed::Code),
        ClientCase::sequence(
            "client-request-pkce-fallback",
            "a client does not fall back to plain after an error",
            Duty::Act,
            |driver| Box::pin(fallback(driver)),
        )
        .rules(&["oauth2-client-pkce-no-fallback"])
        .sent("error = invalid_request, saying that the transform algorithm is not supported; then a new login")
        .needs(ClientNeed::Code),
    ]
}

fn parameters(evidence: &Evidence<'_>) -> Sight {
    for request in evidence.requests() {
        // RFC 8707, 2: resource may be repeated.
        if let Some(name) = request.repeated().iter().find(|name| **name != "resource") {
            return Sight::Broken(format!("{name} is there more than once"));
        }
        for name in ["response_type", "client_id", "redirect_uri"] {
            if request.get(name).is_none_or(str::is_empty) {
                return Sight::Broken(format!("{name} is missing"));
            }
        }
        let scopes = request.get("scope").unwrap_or_default();
        if !Flow::of(request).openid {
            return Sight::Free("plain", format!("scope is {scopes:?}, without openid: plain OAuth 2.0"));
        }
        if request.get("client_id") != Some(evidence.config.client.client_id.as_str()) {
            return Sight::Broken("client_id is not the one that was given to the client".to_owned());
        }
    }
    Sight::Sound("response_type, client_id and redirect_uri are there once, and openid is asked for".to_owned())
}

/// What is wrong with values that nobody may foresee.
fn foreseeable(values: &[&str]) -> Option<String> {
    if values.len() < 2 {
        return None;
    }
    let repeated = values.iter().enumerate().any(|(index, value)| values[..index].contains(value));
    if repeated {
        return Some("the same value came in two logins".to_owned());
    }
    let numbers: Option<Vec<u64>> = values.iter().map(|value| value.parse().ok()).collect();
    let counted = numbers.is_some_and(|numbers| numbers.windows(2).all(|pair| pair[1].abs_diff(pair[0]) <= 1000));
    counted.then(|| "the values are counted up".to_owned())
}

/// Whether something else binds a response to the login: a nonce that is new, or a code challenge that is.
fn otherwise_protected(evidence: &Evidence<'_>) -> bool {
    // A nonce comes back in the ID token alone, which plain OAuth 2.0 does not have.
    let has_token = evidence.requests().all(|request| {
        let flow = Flow::of(request);
        flow.openid || flow.front_token
    });
    ["nonce", "code_challenge"].iter().filter(|name| has_token || **name != "nonce").any(|name| {
        let values = evidence.values(name);
        !values.is_empty() && foreseeable(&values).is_none()
    })
}

/// `state` alone must be unguessable where nothing else binds the response (RFC 9700, 2.1).
fn state(evidence: &Evidence<'_>, protected: bool) -> Sight {
    let values = evidence.values("state");
    if otherwise_protected(evidence) != protected {
        return if protected {
            Sight::Unsupported("neither nonce nor PKCE protects this login: state has to".to_owned())
        } else {
            Sight::Sound("nonce or PKCE protects the login".to_owned())
        };
    }
    if values.is_empty() {
        return if protected {
            Sight::Unsupported("the client sends no state".to_owned())
        } else {
            Sight::Broken("neither state, nonce nor PKCE binds the response to this login".to_owned())
        };
    }
    foreseeable(&values).map_or_else(
        || Sight::Sound(format!("{} logins, as many values", values.len())),
        |reason| {
            if protected {
                Sight::Free("constant", format!("state: {reason}; nonce or PKCE protects the login"))
            } else {
                Sight::Broken(format!("state: {reason}"))
            }
        },
    )
}

fn nonce(evidence: &Evidence<'_>) -> Sight {
    let values = evidence.values("nonce");
    let front = evidence.requests().any(|request| Flow::of(request).front_token);
    if values.is_empty() {
        return if front {
            Sight::Broken("there is no nonce, which an ID token from the authorization endpoint needs".to_owned())
        } else {
            Sight::Unsupported("the client sends no nonce, which is optional with a code".to_owned())
        };
    }
    foreseeable(&values).map_or_else(
        || Sight::Sound(format!("{} logins, as many values", values.len())),
        |reason| Sight::Broken(format!("nonce: {reason}")),
    )
}

/// Only a public client has to (RFC 9700, 2.1.1); every other one is told.
fn pkce(evidence: &Evidence<'_>) -> Sight {
    match (evidence.values("code_challenge").is_empty(), evidence.is_public()) {
        (false, _) => Sight::Sound("code_challenge is there".to_owned()),
        (true, true) => Sight::Broken("a public client sends no code_challenge".to_owned()),
        (true, false) => Sight::Free("absent", "no code_challenge, which is recommended for this client".to_owned()),
    }
}

const NO_PKCE: &str = "the client sends no code_challenge";

fn method(evidence: &Evidence<'_>) -> Sight {
    if evidence.values("code_challenge").is_empty() {
        return Sight::Unsupported(NO_PKCE.to_owned());
    }
    let other = evidence.requests().find(|request| request.get("code_challenge_method") != Some("S256"));
    other.map_or_else(
        || Sight::Sound("code_challenge_method is S256".to_owned()),
        |request| {
            let method = request.get("code_challenge_method").unwrap_or("plain, because none is named");
            Sight::Broken(format!("code_challenge_method is {method}; the issuer offers S256 alone"))
        },
    )
}

fn fresh_challenge(evidence: &Evidence<'_>) -> Sight {
    let values = evidence.values("code_challenge");
    if values.is_empty() {
        return Sight::Unsupported(NO_PKCE.to_owned());
    }
    foreseeable(&values).map_or_else(
        || Sight::Sound(format!("{} logins, as many challenges", values.len())),
        |reason| Sight::Broken(format!("code_challenge: {reason}")),
    )
}

fn verifier(evidence: &Evidence<'_>) -> Sight {
    if evidence.values("code_challenge").is_empty() {
        return Sight::Unsupported(NO_PKCE.to_owned());
    }
    for login in evidence.logins {
        let Some(call) = login.calls.iter().find(|call| call.grants("authorization_code")) else { continue };
        let Some(verifier) = call.field("code_verifier") else {
            return Sight::Broken("the token request has no code_verifier".to_owned());
        };
        let length = verifier.len();
        if !(43..=128).contains(&length) {
            return Sight::Broken(format!("code_verifier has {length} characters"));
        }
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !verifier.bytes().all(unreserved) {
            return Sight::Broken("code_verifier has characters other than letters, digits and -._~".to_owned());
        }
        let challenge = login.request.get("code_challenge").unwrap_or_default();
        if challenge != s256(verifier) && challenge != verifier {
            return Sight::Broken("code_verifier does not fit code_challenge".to_owned());
        }
    }
    Sight::Sound("43 to 128 unreserved characters that fit the challenge".to_owned())
}

async fn fallback(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.world.browser();
    let first = driver.begin(&mut browser).await?;
    if first.get("code_challenge_method") != Some("S256") {
        return Ok(Ended::unsupported("the client sends no code challenge by S256"));
    }
    let mut response = Parameters(vec![
        ("error".to_owned(), "invalid_request".to_owned()),
        ("error_description".to_owned(), "transform algorithm not supported".to_owned()),
    ]);
    if let Some(state) = first.get("state") {
        response.set("state", state);
    }
    if driver.world.issuer.names_itself() {
        response.set("iss", driver.world.issuer.owner(first.issuer).issuer.as_str());
    }
    let step = driver.delivery(&first, &response)?;
    let page = driver.go(&mut browser, step).await?;
    // Some begin anew by themselves, others when the person does.
    let next = match driver.landed(page) {
        Landed::Request(asked) => asked.request,
        Landed::Page(_) => driver.begin(&mut browser).await?,
    };
    Ok(match (next.get("code_challenge"), next.get("code_challenge_method")) {
        (Some(_), Some("S256")) => Ended::judged(Pass, "kept", "the next login uses S256 again"),
        (Some(_), method) => {
            let method = method.unwrap_or("none, which means plain");
            Ended::judged(Fail, "fell back", format!("the next login sends code_challenge_method = {method}"))
        }
        (None, _) => Ended::judged(Warn, "gave up", "the next login sends no code_challenge at all"),
    })
}
