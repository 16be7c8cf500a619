//! What an authorization response holds: state, iss, codes, errors (RFC 6749, 4.1.2; RFC 9207).

use super::common::{control, provoked};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Answer, AnswerKind, Ask, IssuerCase, IssuerDriver},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-response-state", "state comes back as it was sent, once", |driver| {
            Box::pin(async move {
                let (granted, _) = control(driver)?;
                Ok(state_of(&granted.ask, &granted.answer))
            })
        })
        .rules(&["oauth2-response-state"])
        .sent("nothing: looks at the response of the sound flow"),
        IssuerCase::steps("issuer-response-state-error", "state comes back with an error", |driver| {
            Box::pin(async move {
                let (ask, answer) = provoked(driver).await?;
                Ok(state_of(&ask, &answer))
            })
        })
        .rules(&["oauth2-response-state"])
        .sent("a request that is answered with an error at the redirect URI"),
        IssuerCase::steps(
            "issuer-response-state-characters",
            "every printable character of state comes back",
            |driver| {
                Box::pin(async move {
                    // Whatever RFC 6749 (A.5) allows, and what is easily lost: encodings, quotes, markup.
                    let ask = driver.ask()?.with("state", "a+b c%20&d=e;f/\"<g>'#{~}\\");
                    let answer = answered(driver, &ask).await?;
                    Ok(state_of(&ask, &answer))
                })
            },
        )
        .rules(&["oauth2-response-state"])
        .sent("the sound request with a state of odd characters"),
        IssuerCase::steps("issuer-response-iss", "a response names the issuer", |driver| {
            Box::pin(async move {
                let (granted, _) = control(driver)?;
                Ok(iss_of(driver, &granted.answer))
            })
        })
        .rules(&["oauth2-response-iss"])
        .sent("nothing: looks at the response of the sound flow"),
        IssuerCase::steps("issuer-response-iss-error", "an error names the issuer", |driver| {
            Box::pin(async move {
                let (_, answer) = provoked(driver).await?;
                Ok(iss_of(driver, &answer))
            })
        })
        .rules(&["oauth2-response-iss"])
        .sent("a request that is answered with an error at the redirect URI"),
        IssuerCase::steps("issuer-response-query-kept", "the query of a registered redirect URI stays", |driver| {
            Box::pin(query_kept(driver))
        })
        .rules(&["oauth2-response-query-kept"])
        .sent("the sound request with a registered redirect URI that has a query"),
        IssuerCase::steps("issuer-code-entropy", "codes do not repeat and are not counted", |driver| {
            Box::pin(entropy(driver))
        })
        .rules(&["oauth2-code-entropy"])
        .sent("three sound requests"),
        IssuerCase::steps("issuer-error-characters", "an error holds printable ASCII without quotes", |driver| {
            Box::pin(error_characters(driver))
        })
        .rules(&["oauth2-error-characters"])
        .sent("a request with quotes and a backslash in its response_type"),
    ]
}

/// The granted answer to a sound request.
async fn answered(driver: &mut IssuerDriver<'_>, ask: &Ask) -> Result<Answer, Halt> {
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, ask).await?;
    if answer.delivered.is_none() {
        return Err(Halt::Skip(format!("no response comes: {}", answer.describe())));
    }
    Ok(answer)
}

fn state_of(ask: &Ask, answer: &Answer) -> Ended {
    let (Some(sent), Some(delivered)) = (ask.get("state"), &answer.delivered) else {
        return Ended::skip("there is no response");
    };
    match delivered.all("state").collect::<Vec<_>>().as_slice() {
        [] => Ended::judged(Fail, "missing", "the response has no state"),
        [one] if *one == sent => Ended::judged(Pass, "same", "the same state"),
        [_] => Ended::judged(Fail, "other", "the response has another state"),
        many => Ended::judged(Fail, "twice", format!("the response has state {} times", many.len())),
    }
}

fn iss_of(driver: &IssuerDriver<'_>, answer: &Answer) -> Ended {
    let metadata = &driver.grounds.metadata;
    if !metadata.flag("authorization_response_iss_parameter_supported") {
        if answer.get("iss").is_some() {
            return Ended::judged(Warn, "unsaid", "iss is sent, and the metadata do not say so");
        }
        return Ended::unsupported("authorization_response_iss_parameter_supported is not true");
    }
    let issuer = metadata.text("issuer").unwrap_or(&driver.world.config.issuer.url);
    match answer.get("iss") {
        Some(iss) if iss == issuer => Ended::judged(Pass, "same", "iss is the issuer"),
        Some(iss) => Ended::judged(Fail, "other", format!("iss is {iss:?}, the metadata say {issuer:?}")),
        None => Ended::judged(Fail, "missing", "the response has no iss"),
    }
}

async fn query_kept(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = driver.client()?;
    let Some(uri) = client.redirect_uris.iter().find(|uri| uri.contains('?')) else {
        return Ok(Ended::skip("no redirect URI with a query is registered for the suite's client"));
    };
    let ask = driver.ask_as(client)?.with("redirect_uri", uri.as_str());
    let answer = answered(driver, &ask).await?;
    if answer.kind != AnswerKind::Granted {
        return Ok(Ended::skip(format!("it is not answered there: {}", answer.describe())));
    }
    let Ok(registered) = url::Url::parse(uri) else { return Ok(Ended::skip("it is no address")) };
    let lost = registered
        .query_pairs()
        .find(|(name, value)| !answer.delivered.iter().any(|sent| sent.all(name).any(|said| said == value)));
    Ok(match lost {
        None => Ended::judged(Pass, "kept", "the query is there"),
        Some((name, _)) => Ended::judged(Fail, "lost", format!("the parameter {name} is lost or changed")),
    })
}

async fn entropy(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let mut codes = Vec::new();
    for _ in 0..3 {
        let ask = driver.ask()?;
        codes.push(driver.granted(ask).await?.code().to_owned());
    }
    let repeats = codes.iter().enumerate().any(|(index, code)| codes[..index].contains(code));
    let counted = counting(&codes);
    let lengths: Vec<usize> = codes.iter().map(String::len).collect();
    Ok(match (repeats, counted) {
        (true, _) => Ended::judged(Fail, "repeated", "a code came twice"),
        (_, true) => Ended::judged(Fail, "counted", "the codes are counted"),
        _ => Ended::judged(Pass, "varied", format!("codes of {lengths:?} characters")),
    })
}

/// Whether values differ in a number at their end alone, which grows.
fn counting(values: &[String]) -> bool {
    let split = |value: &String| {
        let digits = value.chars().rev().take_while(char::is_ascii_digit).count();
        let (start, number) = value.split_at(value.len() - digits);
        Some((start.to_owned(), number.parse::<u64>().ok()?))
    };
    let parts: Option<Vec<(String, u64)>> = values.iter().map(split).collect();
    let Some(parts) = parts else { return false };
    parts.windows(2).all(|pair| matches!(pair, [(a, x), (b, y)] if a == b && y > x && y - x <= 1000))
}

async fn error_characters(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let ask = driver.ask()?.with("response_type", "cert\"ific\\ate\u{fc}");
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, &ask).await?;
    if answer.kind != AnswerKind::Error {
        return Ok(Ended::skip(format!("no error comes to the redirect URI: {}", answer.describe())));
    }
    // RFC 6749, 4.1.2.1: %x20-21 / %x23-5B / %x5D-7E.
    let allowed = |character: char| matches!(character, ' '..='!' | '#'..='[' | ']'..='~');
    let broken = ["error", "error_description"]
        .into_iter()
        .find(|name| answer.get(name).is_some_and(|text| !text.chars().all(allowed)));
    Ok(match broken {
        Some(name) => Ended::judged(Fail, "broken", format!("{name} has a quote, a backslash or no ASCII")),
        None => Ended::judged(Pass, "sound", answer.describe()),
    })
}

#[cfg(test)]
mod tests {
    use super::counting;

    #[test]
    fn only_numbers_that_grow_are_counted() {
        let counted = |values: [&str; 3]| counting(&values.map(str::to_owned));
        assert!(counted(["code-000001", "code-000002", "code-000003"]));
        assert!(!counted(["xK9", "aB3", "xK8"]));
        assert!(!counted(["code-9", "code-3", "code-5"]));
        assert!(!counted(["abc", "abd", "abe"]));
    }
}
