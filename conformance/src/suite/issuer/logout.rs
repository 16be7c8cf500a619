//! Logout that a client asks for (`OpenID` Connect RP-Initiated Logout 1.0). Each case signs in in a browser of its own, so that
//! the session of the others goes on.

use http::Method;
use url::Url;

use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    forge::alter_signature,
    subject::issuer::{AnswerKind, IssuerCase, IssuerDriver, IssuerVisitor},
    user_agent::{Page, Step, Stop},
};

/// An address that nobody registered.
const STRANGER: &str = "https://evil.example/goodbye";

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-logout-redirect", "nobody is sent to an address that is not registered", |driver| {
            Box::pin(stranger(driver))
        })
        .rules(&["oidc-logout-redirect"])
        .sent("a logout request with the user's ID token and a post_logout_redirect_uri that is not registered"),
        IssuerCase::steps("issuer-logout-no-hint", "without a hint the user is asked first", |driver| {
            Box::pin(no_hint(driver))
        })
        .rules(&["oidc-logout-confirm"])
        .sent("a logout request with client_id and the registered post_logout_redirect_uri, without id_token_hint"),
        IssuerCase::steps("issuer-logout-post", "a logout request by POST is taken", |driver| {
            Box::pin(changed(driver, |one| (Method::POST, one.hint.clone(), None), true))
        })
        .rules(&["oidc-logout-post"])
        .sent("the sound logout request as a form by POST"),
        IssuerCase::steps("issuer-logout-hint", "a hint that the issuer did not sign is not taken", |driver| {
            Box::pin(changed(driver, |one| (Method::GET, alter_signature(&one.hint), None), false))
        })
        .rules(&["oidc-logout-hint"])
        .sent("the sound logout request with an id_token_hint whose signature is broken"),
        IssuerCase::steps("issuer-logout-client", "a client_id that is not the hint's is refused", |driver| {
            Box::pin(async move {
                if driver.grounds.clients.second().is_none() {
                    return Ok(Ended::skip("needs a second client of the suite"));
                }
                changed(driver, |one| (Method::GET, one.hint.clone(), one.other.clone()), false).await
            })
        })
        .rules(&["oidc-logout-client"])
        .sent("the sound logout request with the client_id of another client"),
        IssuerCase::steps("issuer-logout-again", "logging out twice is no error", |driver| Box::pin(again(driver)))
            .rules(&["oidc-logout-again"])
            .sent("the sound logout request twice"),
        IssuerCase::steps("issuer-logout-state", "state comes back after logout", |driver| Box::pin(state(driver)))
            .rules(&["oidc-logout-state"])
            .sent("the sound logout request with state"),
    ]
}

/// Somebody who has signed in for a case alone.
struct SignedIn {
    visitor: IssuerVisitor,
    endpoint: Url,
    /// Their ID token.
    hint: String,
    /// Where the client wants them after logout; nothing where none is registered.
    goodbye: Option<String>,
    /// The client, and another one.
    client: String,
    other: Option<String>,
}

impl SignedIn {
    /// Signs in in a browser that has been nowhere; the reason where the issuer has no logout.
    async fn new(driver: &mut IssuerDriver<'_>) -> Result<Result<Self, Ended>, Halt> {
        let Some(endpoint) = driver.grounds.metadata.endpoint("end_session_endpoint") else {
            return Ok(Err(Ended::unsupported("the issuer names no end_session_endpoint")));
        };
        let client = driver.client()?.clone();
        let mut visitor = driver.stranger();
        let ask = driver.ask()?;
        let answer = driver.authorize(&mut visitor, &ask).await?;
        if answer.kind != AnswerKind::Granted {
            return Ok(Err(Ended::skip(format!("no response comes: {}", answer.describe()))));
        }
        let hint = super::common::redeemed_token(driver, ask, answer).await?.compact;
        Ok(Ok(Self {
            visitor,
            endpoint,
            hint,
            goodbye: client.post_logout_redirect_uris.first().cloned(),
            other: driver.grounds.clients.second().map(|other| other.id.clone()),
            client: client.id,
        }))
    }

    /// Sends a logout request; confirms where the issuer asks, if that is wanted.
    async fn logout(
        &mut self,
        driver: &mut IssuerDriver<'_>,
        method: Method,
        fields: &[(&str, &str)],
        confirm: bool,
    ) -> Result<Page, Halt> {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let step = if method == Method::POST {
            Step::post(self.endpoint.clone(), fields)
        } else {
            Step::get(self.endpoint.clone(), &fields)
        };
        let mut page = driver.go(&mut self.visitor.browser, step).await?;
        if confirm && page.stop == Stop::Arrived {
            // The question whether to log out is answered by its button; a login page is none.
            let mut asked = self.visitor.clone();
            asked.login = None;
            if let Some(step) = asked.next_step(&page) {
                page = driver.go(&mut self.visitor.browser, step).await?;
            }
        }
        Ok(page)
    }

    /// The sound logout: whether the browser came to where the client wants it.
    async fn comes_back(&mut self, driver: &mut IssuerDriver<'_>) -> Result<Option<Page>, Halt> {
        let Some(goodbye) = self.goodbye.clone() else { return Ok(None) };
        let hint = self.hint.clone();
        let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", goodbye.as_str())];
        let page = self.logout(driver, Method::GET, &fields, true).await?;
        Ok(left_to(&page, &goodbye).then_some(page))
    }
}

/// Whether the browser left the issuer for this address.
fn left_to(page: &Page, address: &str) -> bool {
    let Stop::Authorization { url, .. } = &page.stop else { return false };
    url.as_str().split(['?', '#']).next() == Some(address)
}

/// Why a case does not apply without a sound logout that comes back.
fn no_way_back() -> Ended {
    Ended::skip("after a sound logout the browser does not come to the client's post_logout_redirect_uri")
}

/// That nobody is sent anywhere says something only where a sound logout sends them back.
async fn kept(driver: &mut IssuerDriver<'_>, word: &'static str, page: &Page) -> Result<Ended, Halt> {
    let Ok(mut control) = SignedIn::new(driver).await? else { return Ok(no_way_back()) };
    Ok(match control.comes_back(driver).await? {
        Some(_) => Ended::judged(Pass, word, page.describe()),
        None => no_way_back(),
    })
}

async fn stranger(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let mut one = match SignedIn::new(driver).await? {
        Ok(one) => one,
        Err(ended) => return Ok(ended),
    };
    let hint = one.hint.clone();
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", STRANGER)];
    let page = one.logout(driver, Method::GET, &fields, true).await?;
    if left_to(&page, STRANGER) {
        return Ok(Ended::judged(Fail, "sent", page.describe()));
    }
    kept(driver, "kept", &page).await
}

async fn no_hint(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let mut one = match SignedIn::new(driver).await? {
        Ok(one) => one,
        Err(ended) => return Ok(ended),
    };
    let Some(goodbye) = one.goodbye.clone() else { return Ok(no_way_back()) };
    let client = one.client.clone();
    let fields = [("client_id", client.as_str()), ("post_logout_redirect_uri", goodbye.as_str())];
    let page = one.logout(driver, Method::GET, &fields, false).await?;
    if left_to(&page, &goodbye) {
        return Ok(Ended::judged(Fail, "sent", page.describe()));
    }
    kept(driver, "asked", &page).await
}

/// A logout request that is changed in one thing: whether it has to come back, or must not.
async fn changed(
    driver: &mut IssuerDriver<'_>,
    change: fn(&SignedIn) -> (Method, String, Option<String>),
    comes_back: bool,
) -> Result<Ended, Halt> {
    let mut control = match SignedIn::new(driver).await? {
        Ok(one) => one,
        Err(ended) => return Ok(ended),
    };
    if control.comes_back(driver).await?.is_none() {
        return Ok(no_way_back());
    }
    let Ok(mut one) = SignedIn::new(driver).await? else { return Ok(no_way_back()) };
    let goodbye = one.goodbye.clone().unwrap_or_default();
    let (method, hint, client) = change(&one);
    let mut fields = vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", goodbye.as_str())];
    fields.extend(client.as_deref().map(|client| ("client_id", client)));
    let page = one.logout(driver, method, &fields, comes_back).await?;
    let came = left_to(&page, &goodbye);
    let outcome = if came == comes_back { Pass } else { Fail };
    Ok(Ended::judged(outcome, if came { "sent" } else { "kept" }, page.describe()))
}

async fn again(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let mut one = match SignedIn::new(driver).await? {
        Ok(one) => one,
        Err(ended) => return Ok(ended),
    };
    if one.comes_back(driver).await?.is_none() {
        return Ok(no_way_back());
    }
    let hint = one.hint.clone();
    let goodbye = one.goodbye.clone().unwrap_or_default();
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", goodbye.as_str())];
    let page = one.logout(driver, Method::GET, &fields, false).await?;
    let failed = page.status().is_some_and(|status| status.is_client_error() || status.is_server_error());
    let outcome = if failed { Warn } else { Pass };
    Ok(Ended::judged(outcome, if failed { "error" } else { "sound" }, page.describe()))
}

async fn state(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    const STATE: &str = "farewell 1&2";
    let mut one = match SignedIn::new(driver).await? {
        Ok(one) => one,
        Err(ended) => return Ok(ended),
    };
    let Some(goodbye) = one.goodbye.clone() else { return Ok(no_way_back()) };
    let hint = one.hint.clone();
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", goodbye.as_str()), ("state", STATE)];
    let page = one.logout(driver, Method::GET, &fields, true).await?;
    if !left_to(&page, &goodbye) {
        return Ok(no_way_back());
    }
    let back = crate::subject::issuer::Delivered::of(&page).is_some_and(|sent| sent.get("state") == Some(STATE));
    let outcome = if back { Pass } else { Warn };
    Ok(Ended::judged(
        outcome,
        if back { "same" } else { "lost" },
        if back { "state came back" } else { "no such state" },
    ))
}
