//! The authorization endpoint and its user: hints of somebody else, and nobody signed in.

use super::request::{changed, no_error, token};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{Answer, AnswerKind, Asked, PlatformCase, PlatformDriver, Worth},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        changed(
            "platform-login-hint-missing",
            "a request without login_hint: the platform chooses",
            Worth::FREE,
            &["lti13-platform-auth-hint-optional"],
            "without login_hint",
            |asked, _| asked.remove("login_hint"),
        ),
        changed(
            "platform-login-hint-junk",
            "a login_hint that nobody was given gets no token",
            Worth { token: Warn, elsewhere: Warn, error: Pass, page: Pass },
            &["lti13-platform-auth-login-hint"],
            "with login_hint = \"nobody-was-given-this\"",
            |asked, _| asked.set("login_hint", "nobody-was-given-this"),
        ),
        PlatformCase::sequence("platform-login-hint-other", "another user's login_hint gets no token", |driver| {
            Box::pin(other_hint(driver))
        })
        .rules(&["lti13-platform-auth-login-hint"])
        .sent("the request of the control with the login_hint that another user was given"),
        changed(
            "platform-message-hint-missing",
            "a request without lti_message_hint: the platform chooses",
            Worth::FREE,
            &["lti13-platform-auth-hint-optional"],
            "without lti_message_hint",
            |asked, _| asked.remove("lti_message_hint"),
        )
        .weigh(same_link),
        changed(
            "platform-message-hint-altered",
            "an altered lti_message_hint leads to no wrong message",
            Worth::FREE,
            &["lti13-platform-auth-message-hint"],
            "with one character of lti_message_hint changed",
            |asked, _| {
                let hint = asked.get("lti_message_hint").unwrap_or_default().to_owned();
                asked.set("lti_message_hint", altered(&hint));
            },
        )
        .weigh(same_link),
        PlatformCase::sequence(
            "platform-message-hint-other",
            "another user's lti_message_hint leads to no wrong message",
            |driver| Box::pin(other_message(driver)),
        )
        .rules(&["lti13-platform-auth-message-hint"])
        .sent("the request of the control with the lti_message_hint of another user's launch"),
        PlatformCase::sequence(
            "platform-session-none",
            "without a session there is neither a token nor a login page",
            |driver| Box::pin(no_session(driver)),
        )
        .rules(&["lti13-platform-auth-session", "lti13-platform-auth-login-hint"])
        .sent("the sound request in a browser in which nobody is signed in"),
        PlatformCase::sequence(
            "platform-session-none-error",
            "without a session an error goes to the tool",
            |driver| Box::pin(no_session_error(driver)),
        )
        .rules(&["lti13-platform-auth-error"])
        .sent("the sound request in a browser in which nobody is signed in"),
    ]
}

/// Changes the last character.
fn altered(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if let Some(last) = characters.last_mut() {
        *last = if *last == 'A' { 'B' } else { 'A' };
    }
    characters.into_iter().collect()
}

/// A token for the control's own message is lawful whatever became of the hint; one for another is not.
fn same_link(answer: &Answer, _: &Asked, driver: &PlatformDriver<'_>) -> Option<Ended> {
    let control = driver.evidence.arrivals.first()?;
    let sent_hint = control.initiation.as_ref().and_then(|initiation| initiation.get("lti_message_hint"));
    if sent_hint.is_none() {
        return Some(Ended::unsupported("the platform sends no lti_message_hint"));
    }
    let token = token(answer, driver)?;
    let same = token.lti("resource_link").and_then(|link| link.get("id"))
        == control.lti("resource_link").and_then(|link| link.get("id"));
    Some(if same {
        Ended::judged(Info, "token", "an ID token for the same resource link")
    } else {
        Ended::judged(Warn, "wrong", "an ID token for another resource link")
    })
}

/// The request of the control in a browser in which nobody is signed in.
async fn sessionless(driver: &mut PlatformDriver<'_>) -> Result<Answer, Halt> {
    let (_, initiation) = driver.initiated(driver.control()?).await?;
    let asked = Asked::sound(driver.world, &initiation);
    let mut stranger = driver.world.browser();
    driver.ask(&mut stranger, &asked).await
}

async fn no_session(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let answer = sessionless(driver).await?;
    let outcome = match answer.kind {
        AnswerKind::Error | AnswerKind::ErrorInUrl | AnswerKind::Page => Pass,
        AnswerKind::Login
        | AnswerKind::Token
        | AnswerKind::TokenElsewhere
        | AnswerKind::TokenInUrl
        | AnswerKind::Stray => Fail,
    };
    let word = if outcome == Pass { "refused" } else { answer.kind.word() };
    Ok(Ended::judged(outcome, word, answer.describe()))
}

async fn no_session_error(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let answer = sessionless(driver).await?;
    Ok(match answer.kind {
        AnswerKind::Error => Ended::judged(Pass, "error", answer.describe()),
        AnswerKind::ErrorInUrl | AnswerKind::Page => Ended::judged(Warn, answer.kind.word(), answer.describe()),
        _ => no_error(&answer),
    })
}

/// The first launch of somebody else than the control's user, who has an identity.
fn someone_else(driver: &PlatformDriver<'_>) -> Result<usize, Halt> {
    let control = driver.control()?;
    let launches = &driver.world.config.launches;
    let named = |launch: &&crate::subject::platform::LaunchConfig| {
        launch.personal_data != crate::subject::platform::PersonalData::Anonymous
    };
    let found = launches.iter().filter(named).find(|launch| launch.user != control.user);
    let index = found.and_then(|found| launches.iter().position(|launch| launch.name == found.name));
    index.ok_or_else(|| Halt::Skip("needs a [[launch]] by another [[user]] than the first one's".to_owned()))
}

/// What becomes of the control's request with one hint of another user's launch in it.
async fn with_hint_of_another(driver: &mut PlatformDriver<'_>, hint: &str) -> Result<(Answer, usize), Halt> {
    let other = someone_else(driver)?;
    let (_, theirs) = driver.initiated(&driver.world.config.launches[other]).await?;
    let Some(value) = theirs.get(hint).map(str::to_owned) else {
        return Err(Halt::Skip(format!("the platform sends no {hint}")));
    };
    let (mut browser, initiation) = driver.initiated(driver.control()?).await?;
    let mut asked = Asked::sound(driver.world, &initiation);
    asked.set(hint, value);
    Ok((driver.ask(&mut browser, &asked).await?, other))
}

/// Whether an answer names the user of another launch.
fn names_user_of(answer: &Answer, launch: usize, driver: &PlatformDriver<'_>) -> bool {
    let theirs = driver.evidence.arrivals.get(launch).and_then(|arrival| arrival.claim("sub"));
    theirs.is_some() && token(answer, driver).and_then(|token| token.claims.get("sub").cloned()).as_ref() == theirs
}

async fn other_hint(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (answer, other) = with_hint_of_another(driver, "login_hint").await?;
    if answer.id_token().is_none() && answer.kind != AnswerKind::Stray {
        return Ok(Ended::judged(Pass, "refused", answer.describe()));
    }
    Ok(if names_user_of(&answer, other, driver) {
        Ended::judged(Fail, "other", "an ID token that names the user of the hint, who has no session in this browser")
    } else {
        Ended::judged(Warn, "own", "an ID token for the user of the session, though the hint names another")
    })
}

async fn other_message(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (answer, other) = with_hint_of_another(driver, "lti_message_hint").await?;
    if answer.id_token().is_none() && answer.kind != AnswerKind::Stray {
        return Ok(Ended::judged(Pass, "refused", answer.describe()));
    }
    if names_user_of(&answer, other, driver) {
        return Ok(Ended::judged(
            Fail,
            "other",
            "an ID token that names the other user, who has no session in this browser",
        ));
    }
    let role =
        |arrival: Option<&crate::subject::platform::Arrival>| arrival.and_then(|arrival| arrival.lti("roles").cloned());
    let roles = token(&answer, driver).and_then(|token| token.lti("roles").cloned());
    let theirs = role(driver.evidence.arrivals.get(other));
    let own = role(driver.evidence.arrivals.first());
    Ok(if roles.is_some() && roles == theirs && theirs != own {
        Ended::judged(Warn, "wrong", "an ID token for the user of the session with the roles of the other launch")
    } else {
        Ended::judged(Pass, "own", "an ID token for the session's own user and roles")
    })
}
