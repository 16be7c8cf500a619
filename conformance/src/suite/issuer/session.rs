//! Who is asked what: prompt, `max_age`, hints, and decisions that nobody made (`OpenID` Connect Core 1.0, 3.1.2.1 to 3.1.2.4).

use std::time::Duration;

use super::common::{control, number, plain_oauth, redeemed_token};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    forge::{alter_signature, alter_subject},
    subject::issuer::{Answer, AnswerKind, Ask, IssuerCase, IssuerDriver, Worth},
    user_agent::CookiePolicy,
};

/// How much older than `max_age` a login may be, in seconds: "a few minutes".
const LEEWAY: u32 = 300;
/// How long a case waits for an ID token to end, in seconds.
const PATIENCE: i64 = 3600;

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = prompts();
    cases.extend(hints());
    cases
}

fn prompts() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-prompt-none", "prompt=none shows no page and sends an error", |driver| {
            Box::pin(none(driver))
        })
        .rules(&["oidc-prompt-none"])
        .sent("a sound request with prompt=none in a browser that has been nowhere"),
        IssuerCase::steps(
            "issuer-prompt-login",
            "prompt=login asks for a login although there is a session",
            |driver| Box::pin(login(driver)),
        )
        .rules(&["oidc-prompt-login"])
        .sent("a sound request with prompt=login of somebody who is signed in"),
        IssuerCase::ask(
            "issuer-prompt-none-login",
            "prompt=none beside login is refused",
            Worth::refuse(Warn),
            |ask, _| ask.set("prompt", "none login"),
        )
        .judged_by(|_, _, driver| plain_oauth(driver))
        .rules(&["oidc-prompt-none-alone"])
        .sent("a request with prompt=none login"),
        IssuerCase::steps("issuer-max-age-auth-time", "with max_age the ID token has auth_time", |driver| {
            Box::pin(auth_time(driver))
        })
        .rules(&["oidc-max-age"])
        .sent("a sound request with max_age=100000 of somebody who is signed in"),
        IssuerCase::steps("issuer-max-age-relogin", "a login older than max_age is done again", |driver| {
            Box::pin(relogin(driver))
        })
        .rules(&["oidc-max-age"])
        .sent("a sound request with max_age=1, more than five minutes after the login"),
        IssuerCase::steps(
            "issuer-consent-forged",
            "a decision counts for the session alone that was asked",
            |driver| Box::pin(forged_consent(driver)),
        )
        .rules(&["oauth2-consent-csrf"])
        .sent("the form of consent that one person was shown, posted from another site in the browser of another one"),
    ]
}

/// Whether the last page is an error by its status.
fn told_off(answer: &Answer) -> bool {
    answer.page.status().is_some_and(|status| status.is_client_error())
}

/// Whether the issuer asks people to sign in at all.
fn asks_nobody(driver: &IssuerDriver<'_>) -> Result<Option<Ended>, Halt> {
    let (granted, _) = control(driver)?;
    let asked = granted.answer.asked_login();
    Ok((!asked).then(|| Ended::skip("the issuer asked nobody to sign in, not even for the first request")))
}

async fn none(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver).or(asks_nobody(driver)?) {
        return Ok(ended);
    }
    let ask = driver.ask()?.with("prompt", "none");
    let mut stranger = driver.stranger();
    let answer = driver.look(&mut stranger, &ask).await?;
    let outcome = match answer.kind {
        AnswerKind::Error => Pass,
        // RFC 9700, 4.11.2: a client that registered itself may be kept from sending people about.
        AnswerKind::Page if ask.client.registered.is_some() && told_off(&answer) => Pass,
        AnswerKind::Login
        | AnswerKind::Granted
        | AnswerKind::Elsewhere
        | AnswerKind::StrayGrant
        | AnswerKind::Stray => Fail,
        AnswerKind::Empty | AnswerKind::Away | AnswerKind::Page => Warn,
    };
    Ok(Ended::judged(outcome, answer.kind.word(), answer.describe()))
}

async fn login(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver).or(asks_nobody(driver)?) {
        return Ok(ended);
    }
    let ask = driver.ask()?;
    let answer = granted(driver, &ask).await?;
    let before = redeemed_token(driver, ask, answer).await?;
    driver.world.clock.pause(Duration::from_secs(2)).await;
    let ask = driver.ask()?.with("prompt", "login");
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, &ask).await?;
    if answer.kind != AnswerKind::Granted {
        return Ok(Ended::judged(Pass, answer.kind.word(), answer.describe()));
    }
    let asked = answer.asked_login();
    let after = redeemed_token(driver, ask, answer).await?;
    let moved = match (number(&before, "auth_time"), number(&after, "auth_time")) {
        (Some(before), Some(after)) => Some(after > before),
        _ => None,
    };
    Ok(match (asked, moved) {
        (_, Some(true)) => Ended::judged(Pass, "again", "auth_time moved on"),
        (true, None) => Ended::judged(Pass, "again", "the login page was shown"),
        (true, Some(false)) => {
            Ended::judged(Fail, "same-time", "the login page was shown, and auth_time is the old one")
        }
        (false, None) => Ended::judged(Warn, "unknown", "nobody was asked, and no auth_time says when the login was"),
        (false, _) => Ended::judged(Fail, "silent", "nobody was asked, and auth_time is the old one or missing"),
    })
}

/// The granted answer to this request in the first user's session.
async fn granted(driver: &mut IssuerDriver<'_>, ask: &Ask) -> Result<Answer, Halt> {
    super::common::front(driver, ask).await
}

async fn auth_time(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver) {
        return Ok(ended);
    }
    let ask = driver.ask()?.with("max_age", "100000");
    let answer = granted(driver, &ask).await?;
    let token = redeemed_token(driver, ask, answer).await?;
    Ok(match number(&token, "auth_time") {
        Some(time) => Ended::judged(Pass, "sent", format!("auth_time is {time}")),
        None => Ended::judged(Fail, "missing", "the ID token has no auth_time"),
    })
}

async fn relogin(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver).or(asks_nobody(driver)?) {
        return Ok(ended);
    }
    let ask = driver.ask()?;
    granted(driver, &ask).await?;
    driver.wait(LEEWAY + 60).await?;
    let ask = driver.ask()?.with("max_age", "1");
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, &ask).await?;
    if answer.kind != AnswerKind::Granted {
        return Ok(Ended::judged(Pass, answer.kind.word(), answer.describe()));
    }
    let token = redeemed_token(driver, ask, answer).await?;
    let Some(time) = number(&token, "auth_time") else { return Ok(Ended::skip("the ID token has no auth_time")) };
    let age = driver.world.clock.now() - time;
    Ok(if age > i64::from(LEEWAY) + 1 {
        Ended::judged(Fail, "old", format!("max_age was 1, the login is {age} s old"))
    } else {
        Ended::judged(Pass, "fresh", format!("the login is {age} s old"))
    })
}

fn hints() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps(
            "issuer-hint-other-user",
            "an id_token_hint of somebody else is not answered for the session's user",
            |driver| Box::pin(other_user(driver)),
        )
        .rules(&["oidc-hint"])
        .sent("the first user's request with prompt=none and the second user's ID token as id_token_hint"),
        IssuerCase::steps("issuer-hint-forged", "an id_token_hint that the issuer did not sign is refused", |driver| {
            Box::pin(forged_hint(driver))
        })
        .rules(&["oidc-hint-forged"])
        .sent("prompt=none with an id_token_hint whose signature is broken, and with one that names somebody else"),
        IssuerCase::steps("issuer-hint-expired", "an id_token_hint that has ended is taken", |driver| {
            Box::pin(expired_hint(driver))
        })
        .rules(&["oidc-hint-expired"])
        .sent("prompt=none with an id_token_hint that has ended"),
        IssuerCase::steps("issuer-login-hint", "what becomes of a login_hint of somebody else", |driver| {
            Box::pin(login_hint(driver))
        })
        .observes()
        .rules(&["oidc-login-hint"])
        .sent("the sound request with the second user's name as login_hint"),
    ]
}

/// The first user's own ID token, after it was taken as a hint with prompt=none.
async fn own_hint(driver: &mut IssuerDriver<'_>) -> Result<String, Halt> {
    let ask = driver.ask()?;
    let answer = granted(driver, &ask).await?;
    let hint = redeemed_token(driver, ask, answer).await?.compact;
    let ask = driver.ask()?.with("prompt", "none").with("id_token_hint", hint.as_str());
    let mut visitor = driver.visitor();
    let answer = driver.look(&mut visitor, &ask).await?;
    if answer.kind == AnswerKind::Granted {
        return Ok(hint);
    }
    Err(Halt::Skip(format!("the user's own ID token is not taken as a hint: {}", answer.describe())))
}

async fn silently(driver: &mut IssuerDriver<'_>, hint: &str) -> Result<(Ask, Answer), Halt> {
    let ask = driver.ask()?.with("prompt", "none").with("id_token_hint", hint);
    let mut visitor = driver.visitor();
    let answer = driver.look(&mut visitor, &ask).await?;
    Ok((ask, answer))
}

async fn other_user(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver) {
        return Ok(ended);
    }
    let mut second = driver.second_visitor()?;
    let ask = driver.ask()?;
    let answer = driver.authorize(&mut second, &ask).await?;
    if answer.kind != AnswerKind::Granted {
        return Ok(Ended::skip(format!("the second user gets no answer: {}", answer.describe())));
    }
    let hint = redeemed_token(driver, ask, answer).await?;
    own_hint(driver).await?;
    let (ask, answer) = silently(driver, &hint.compact).await?;
    if answer.kind != AnswerKind::Granted {
        return Ok(Ended::judged(Pass, answer.kind.word(), answer.describe()));
    }
    let token = redeemed_token(driver, ask, answer).await?;
    Ok(if token.text("sub") == hint.text("sub") {
        Ended::judged(Pass, "hinted", "the answer is for the user of the hint")
    } else {
        Ended::judged(Fail, "session", "the answer is for the session's user, whom the hint does not name")
    })
}

async fn forged_hint(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver) {
        return Ok(ended);
    }
    let hint = own_hint(driver).await?;
    let (_, altered) = silently(driver, &alter_signature(&hint)).await?;
    if altered.kind != AnswerKind::Granted {
        return Ok(Ended::judged(Pass, "refused", altered.describe()));
    }
    // It is either believed or passed over: a hint that names somebody else tells which.
    let (_, stranger) = silently(driver, &alter_subject(&hint)).await?;
    Ok(if stranger.kind == AnswerKind::Granted {
        Ended::judged(Warn, "ignored", "hints that are not the issuer's are passed over")
    } else {
        Ended::judged(Fail, "believed", "a hint with a broken signature is believed")
    })
}

async fn expired_hint(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver) {
        return Ok(ended);
    }
    let hint = own_hint(driver).await?;
    let token = crate::subject::issuer::IdToken::read(&hint, &driver.grounds.keys);
    let end = token.as_ref().and_then(|token| number(token, "exp"));
    let left = end.map_or(PATIENCE + 1, |end| end - driver.world.clock.now()) + 60;
    let Some(left) = u32::try_from(left.max(0)).ok().filter(|left| i64::from(*left) <= PATIENCE) else {
        return Ok(Ended::skip("ID tokens are good for more than an hour here"));
    };
    driver.wait(left).await?;
    let (_, answer) = silently(driver, &hint).await?;
    if answer.kind == AnswerKind::Granted {
        return Ok(Ended::judged(Pass, "taken", answer.describe()));
    }
    let ask = driver.ask()?.with("prompt", "none");
    let mut visitor = driver.visitor();
    let bare = driver.look(&mut visitor, &ask).await?;
    Ok(if bare.kind == AnswerKind::Granted {
        Ended::judged(Warn, "refused", answer.describe())
    } else {
        Ended::skip("the session has ended meanwhile")
    })
}

async fn login_hint(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let second = driver.world.config.second_user.as_ref();
    let name = second.map_or("somebody-else@example.org", |login| login.name.as_str()).to_owned();
    let ask = driver.ask()?.with("login_hint", name);
    let mut visitor = driver.visitor();
    let answer = driver.look(&mut visitor, &ask).await?;
    let word = match answer.kind {
        AnswerKind::Granted => "kept",
        AnswerKind::Login => "asked",
        _ => "other",
    };
    Ok(Ended::judged(Info, word, answer.describe()))
}

async fn forged_consent(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = plain_oauth(driver) {
        return Ok(ended);
    }
    // The victim has a session, and consented to nothing here.
    let ask = driver.ask()?;
    let answer = granted(driver, &ask).await?;
    let victim = redeemed_token(driver, ask, answer).await?;
    let mut attacker = driver.second_visitor()?;
    let ask = driver.ask()?;
    driver.authorize(&mut attacker, &ask).await?;
    let ask = driver.ask()?.with("prompt", "consent");
    let shown = driver.look(&mut attacker, &ask).await?;
    let step = attacker.next_step(&shown.page).filter(|_| shown.kind == AnswerKind::Page);
    let Some(mut step) = step else {
        return Ok(Ended::skip(format!("no page of consent is shown: {}", shown.describe())));
    };
    step.cross_site = true;
    let mut visitor = driver.visitor();
    visitor.login = None;
    // A browser of today: what SameSite keeps back does not come along.
    visitor.browser.jar = visitor.browser.jar.clone().under(CookiePolicy::LaxByDefault);
    let page = driver.go(&mut visitor.browser, step).await?;
    let delivered = crate::subject::issuer::Delivered::of(&page);
    let Some(code) = delivered.as_ref().and_then(|sent| sent.get("code")) else {
        return Ok(Ended::judged(Pass, "refused", page.describe()));
    };
    // Whose code is it? One of the attacker's own harms nobody who looks at state.
    let mut found = shown.clone();
    found.delivered.clone_from(&delivered);
    if code.is_empty() {
        return Ok(Ended::judged(Pass, "refused", page.describe()));
    }
    let token = redeemed_token(driver, ask, found).await?;
    Ok(if token.text("sub") == victim.text("sub") {
        Ended::judged(Fail, "granted", "the victim's browser granted what the attacker was asked for")
    } else {
        Ended::judged(Pass, "own", "the code is the attacker's own")
    })
}
