//! Results: who is listed, and what a row says (LTI AGS 2.0, 3.3).

use http::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    asks,
    bench::{Bench, bench, learners, publish_sound, results, row, rows},
    create::bare,
    list::typed,
    turned_away,
};
use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Call, RESULT_READONLY, RESULTS_TYPE, below},
    },
};

/// The members that the text knows in a result.
const KNOWN: [&str; 7] = ["id", "scoreOf", "userId", "resultScore", "resultMaximum", "scoringUserId", "comment"];

/// What a look at a row sees: sound, or what is wrong.
type Look = fn(&Map<String, Value>, &Bench) -> Result<String, String>;

/// A case that looks at the row of one learner: what is broken is worth this.
macro_rules! looked {
    ($worth:ident, $id:literal, $title:literal, $rule:literal, $look:expr) => {
        asks!($id, $title, $rule, "80 of 100 for a learner, then the results", look, $look, $worth)
    };
}

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = lists();
    cases.extend(members());
    cases
}

fn lists() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-results",
            "every user with a score is listed",
            "lti13-platform-ags-results",
            "scores for two learners, then the results",
            listed
        ),
        asks!(
            "platform-ags-results-user",
            "with user_id one user's result is listed",
            "lti13-platform-ags-result-user",
            "scores for two learners, then the results of one",
            of_user
        ),
        asks!(
            "platform-ags-results-user-none",
            "a user without a score has an empty list",
            "lti13-platform-ags-result-user",
            "a score for one learner, then the results of another",
            of_nobody
        ),
        asks!(
            "platform-ags-results-limit",
            "limit restricts the results",
            "lti13-platform-ags-result-limit",
            "scores for two learners, then the results with limit=1",
            limit
        ),
        asks!(
            "platform-ags-results-next",
            "a Link header names the next page of results",
            "lti13-platform-ags-next",
            "scores for two learners, then the results with limit=1",
            next
        ),
        asks!(
            "platform-ags-results-media-type",
            "results come as what they are",
            "lti13-platform-ags-media-types",
            "80 of 100 for a learner, then the results",
            media_type
        ),
        asks!(
            "platform-ags-results-write",
            "results cannot be written",
            "lti13-platform-ags-results-write",
            "POST at the address of results",
            write
        ),
    ]
}

fn members() -> Vec<PlatformCase> {
    vec![
        looked!(
            Fail,
            "platform-ags-result-user-id",
            "a result names its user as launches do",
            "lti13-platform-ags-result-user-id",
            |row, bench| match row.get("userId").and_then(Value::as_str) {
                Some(user) if user == bench.user => Ok("userId is the sub of the launch".to_owned()),
                Some(_) => Err("userId is another than the sub of the launch".to_owned()),
                None => Err("no userId".to_owned()),
            }
        ),
        looked!(Warn, "platform-ags-result-id", "a result has an address", "lti13-platform-ags-result-id", |row, _| {
            match row.get("id").and_then(Value::as_str) {
                Some(id) if Url::parse(id).is_ok() => Ok("id is an address".to_owned()),
                Some(_) => Err("id is no full URL".to_owned()),
                None => Err("no id".to_owned()),
            }
        }),
        looked!(
            Fail,
            "platform-ags-result-score-of",
            "scoreOf is the line item",
            "lti13-platform-ags-result-score-of",
            |row, bench| match row.get("scoreOf").and_then(Value::as_str) {
                Some(item) if Url::parse(item).is_ok_and(|item| alike(&item, &bench.item)) => {
                    Ok("scoreOf is the line item".to_owned())
                }
                Some(_) => Err("scoreOf is another address than the line item's".to_owned()),
                None => Ok("no scoreOf".to_owned()),
            }
        ),
        looked!(
            Fail,
            "platform-ags-result-score",
            "resultScore is a number",
            "lti13-platform-ags-result-score",
            |row, _| match row.get("resultScore") {
                Some(Value::Number(score)) => Ok(format!("resultScore {score}")),
                None | Some(Value::Null) => Ok("no resultScore".to_owned()),
                Some(_) => Err("resultScore is no number".to_owned()),
            }
        ),
        looked!(
            Fail,
            "platform-ags-result-maximum",
            "resultMaximum is a number above 0",
            "lti13-platform-ags-result-maximum",
            |row, _| match row.get("resultMaximum") {
                None => Ok("no resultMaximum: it is 1".to_owned()),
                Some(maximum) if maximum.as_f64().is_some_and(|maximum| maximum > 0.0) => Ok(maximum.to_string()),
                Some(maximum) => Err(format!("resultMaximum is {maximum}")),
            }
        ),
        asks!(
            "platform-ags-result-extension",
            "what the platform adds to results is named by URLs",
            "lti13-platform-ags-extensions",
            "80 of 100 for a learner, then the results",
            extension
        ),
    ]
}

/// Whether two addresses are the same but for the order of their queries.
fn alike(one: &Url, other: &Url) -> bool {
    let parts = |url: &Url| {
        let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        query.sort();
        (url.origin(), url.path().to_owned(), query)
    };
    parts(one) == parts(other)
}

/// A line item on which one learner has 80 of 100.
async fn scored(driver: &mut PlatformDriver<'_>) -> Result<Bench, Halt> {
    let bench = bench(driver).await?;
    let score = bench.given(0, 80.0);
    publish_sound(driver, &bench, &score).await?;
    Ok(bench)
}

/// A line item on which two learners have a score, and the second of them.
async fn both(driver: &mut PlatformDriver<'_>) -> Result<(Bench, String), Halt> {
    let Some(second) = learners(driver).into_iter().nth(1) else {
        return Err(Halt::Skip("needs launches of two learners with identifiers".to_owned()));
    };
    let bench = scored(driver).await?;
    let score = bench.score(0, json!({"scoreGiven": 60, "scoreMaximum": 100, "userId": second}));
    publish_sound(driver, &bench, &score).await?;
    Ok((bench, second))
}

fn user(row: &Map<String, Value>) -> Option<&str> {
    row.get("userId").and_then(Value::as_str)
}

async fn listed(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (bench, second) = both(driver).await?;
    let reply = results(driver, &bench, &[]).await?;
    if !reply.is_success() {
        return Ok(Ended::judged(Fail, "refused", reply.describe()));
    }
    let found = rows(&reply);
    let there = |wanted: &str| found.iter().any(|row| user(row) == Some(wanted));
    Ok(match (there(&bench.user), there(&second)) {
        (true, true) => Ended::judged(Pass, "listed", format!("{} results", found.len())),
        // A page that is not the last one proves nothing yet.
        _ if reply.link("next", &bench.item).is_some() => Ended::skip("the results go on on another page"),
        _ => Ended::judged(Fail, "missing", format!("{} results, and not both learners among them", found.len())),
    })
}

async fn of_user(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (bench, _) = both(driver).await?;
    let reply = results(driver, &bench, &[("user_id", bench.user.as_str())]).await?;
    let found = rows(&reply);
    Ok(match found.as_slice() {
        _ if !reply.is_success() => Ended::judged(Fail, "refused", reply.describe()),
        [one] if user(one) == Some(bench.user.as_str()) => Ended::judged(Pass, "one", "the one result"),
        [_] => Ended::judged(Fail, "other", "one result, of another user"),
        other => Ended::judged(Fail, "many", format!("{} results", other.len())),
    })
}

async fn of_nobody(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let Some(second) = learners(driver).into_iter().nth(1) else {
        return Ok(Ended::skip("needs launches of two learners with identifiers"));
    };
    let bench = scored(driver).await?;
    let reply = results(driver, &bench, &[("user_id", second.as_str())]).await?;
    let scores = rows(&reply).iter().filter(|row| row.get("resultScore").is_some_and(Value::is_number)).count();
    Ok(if !reply.is_success() {
        Ended::judged(Warn, "refused", reply.describe())
    } else if scores > 0 {
        Ended::judged(Warn, "other", "a result with a score, though this user has none")
    } else {
        Ended::judged(Pass, "empty", "no score")
    })
}

/// Two results that are there, and the answer to a limit of one.
async fn limited(driver: &mut PlatformDriver<'_>) -> Result<(Bench, crate::subject::platform::service::Reply), Halt> {
    let (bench, _) = both(driver).await?;
    let whole = results(driver, &bench, &[]).await?;
    if rows(&whole).len() < 2 {
        return Err(Halt::Skip("without a limit fewer than two results are listed".to_owned()));
    }
    let reply = results(driver, &bench, &[("limit", "1")]).await?;
    Ok((bench, reply))
}

async fn limit(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, reply) = limited(driver).await?;
    let found = rows(&reply).len();
    Ok(if !reply.is_success() {
        Ended::judged(Warn, "refused", reply.describe())
    } else if found > 1 {
        Ended::judged(Warn, "wide", format!("limit=1, and {found} results"))
    } else {
        Ended::judged(Pass, "kept", format!("{found} results"))
    })
}

async fn next(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (bench, reply) = limited(driver).await?;
    let found = rows(&reply).len();
    if !reply.is_success() || found > 1 {
        return Ok(Ended::skip("limit is not kept, so there may be no next page"));
    }
    Ok(match reply.link("next", &bench.item) {
        Some(_) => Ended::judged(Pass, "sound", "Link with rel=next"),
        None if reply.headers.contains_key("link") => {
            Ended::judged(Fail, "broken", "a Link header in which no rel=next can be read")
        }
        None => Ended::judged(Fail, "missing", "no Link header, though more results exist"),
    })
}

async fn media_type(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = scored(driver).await?;
    let reply = results(driver, &bench, &[]).await?;
    if !reply.is_success() {
        return Ok(Ended::skip(format!("the results cannot be read: {}", reply.describe())));
    }
    Ok(typed(&reply, RESULTS_TYPE))
}

async fn write(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = scored(driver).await?;
    results(driver, &bench, &[]).await?;
    let token = driver.access(&[RESULT_READONLY]).await?;
    let body = json!({"userId": bench.user, "resultScore": 100, "resultMaximum": 100});
    let call = Call::send(Method::POST, &below(&bench.item, "results"), "application/json", &body);
    let reply = driver.call(&call.bearer(&token)).await?;
    Ok(turned_away(&reply, Warn))
}

/// The learner's row, which has to be there.
async fn own_row(driver: &mut PlatformDriver<'_>) -> Result<(Map<String, Value>, Bench), Halt> {
    let bench = scored(driver).await?;
    let found = row(driver, &bench).await?;
    found.map(|row| (row, bench)).ok_or_else(|| Halt::Skip("the learner has no result".to_owned()))
}

async fn look(driver: &mut PlatformDriver<'_>, look: Look, broken: Outcome) -> Result<Ended, Halt> {
    let (row, bench) = own_row(driver).await?;
    Ok(match look(&row, &bench) {
        Ok(seen) => Ended::judged(Pass, "sound", seen),
        Err(seen) => Ended::judged(broken, "broken", seen),
    })
}

async fn extension(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (row, _) = own_row(driver).await?;
    Ok(bare(&Value::Object(row), &KNOWN))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_alike_whatever_the_order_of_their_queries() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(alike(&url("https://lms.test/1?a=1&b=2"), &url("https://lms.test/1?b=2&a=1")));
        assert!(!alike(&url("https://lms.test/1?a=1"), &url("https://lms.test/1")));
    }
}
