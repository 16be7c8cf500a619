//! The rows of the certification guide for Assignment and Grade Services (CERT 5.4), in their order: two launches of
//! learners from two contexts, three tokens of one scope each, three line items, two scores and two results.
//!
//! The exchange is done once, by the first row that runs; each row shows its own step. What fails only by the guide fails
//! only in a certification run.

use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::bench::{learners, moment};
use crate::{
    case::{
        Ended,
        Outcome::{FailCertified, Pass},
    },
    driver::Halt,
    sight::Sight,
    subject::platform::{
        Arrival, PayloadRole, PlatformCase, PlatformDriver,
        service::{
            AgsEndpoint, Call, LABEL, LINE_ITEM, LINE_ITEM_TYPE, RESULT_READONLY, RESULTS_TYPE, SCORE, SCORE_TYPE,
            Service, Step, TokenRequest, bearer_of, below, entries, item_url,
        },
    },
};

/// A row of the guide: its code, its name, what it asks.
macro_rules! rows {
    ($($step:literal $code:literal $name:literal $title:literal;)*) => {
        vec![$(
            PlatformCase::service(concat!("platform-cert-", $code), $title, Service::Ags, |driver| {
                Box::pin(row(driver, $step))
            })
            .certified($name)
            .rules(&["lti13-platform-ags-certified"])
            .sent("the guide's exchange over two contexts, up to this step"),
        )*]
    };
}

/// The rows, in the guide's order.
pub(super) fn cases() -> Vec<PlatformCase> {
    rows! {
        0 "pa01" "PA-01 Payload Signature Valid" "context A: the signature of the learner's launch verifies";
        1 "pa02" "PA-02 Payload is Complete" "context A: the launch has every required claim and offers the service";
        2 "pa03" "PA-03 Generate OAuth2 Call 1" "a token for the scope lineitem alone";
        3 "pa04" "PA-04 Create Line Item 1" "context A: a line item is made";
        4 "pa05" "PA-05 Retrieve Line Item 1" "context A: the line item can be read";
        5 "pa06" "PA-06 Create Line Item 2" "context A: a second line item is made";
        6 "pa07" "PA-07 Payload Signature Valid" "context B: the signature of the learner's launch verifies";
        7 "pa08" "PA-08 Payload is Complete" "context B: the launch has every required claim and offers the service";
        8 "pa09" "PA-09 Create Line Item 3" "context B: a line item is made with the token of context A";
        9 "pa10" "PA-10 Generate OAuth2 Call 2" "a token for the scope score alone";
        10 "pa11" "PA-11 Post Score Line Item 3" "context B: a score is taken";
        11 "pa12" "PA-12 Post Score Line Item 1" "context A: a score is taken with the same token";
        12 "pa13" "PA-13 Generate OAuth2 Call 3" "a token for the scope result.readonly alone";
        13 "pa14" "PA-14 Retrieve Results Line Item 3" "context B: the result shows the score";
        14 "pa15" "PA-15 Retrieve Results Line Item 1" "context A: the result shows the score";
        15 "pa16" "PA-16 Verify Gradebook Entities" "three columns and two scores stand in the gradebook";
    }
}

/// The step of a row.
async fn row(driver: &mut PlatformDriver<'_>, step: usize) -> Result<Ended, Halt> {
    let steps = if let Some(steps) = driver.world.certified() {
        steps
    } else {
        let steps = exchange(driver).await?;
        driver.world.keep_certified(steps)
    };
    let Some(step) = steps.get(step) else {
        return Ok(Ended::skip("a step before this one failed; for a certification what is skipped counts as failed"));
    };
    Ok(driver.recall(step))
}

/// The launch of a learner from this many-th context.
fn payload<'d>(driver: &PlatformDriver<'d>, context: usize) -> Result<&'d Arrival, Halt> {
    let mut seen: Vec<Option<&str>> = Vec::new();
    for arrival in &driver.evidence.arrivals {
        let learner = arrival.launch.as_ref().is_none_or(|launch| launch.role == PayloadRole::Learner);
        let id = arrival.lti("context").and_then(|context| context.get("id")?.as_str());
        if learner && arrival.claim("sub").is_some() && !seen.contains(&id) {
            seen.push(id);
            if seen.len() > context {
                return Ok(arrival);
            }
        }
    }
    Err(Halt::Skip(
        "needs launches of learners from two courses: for a certification what is skipped counts as failed".to_owned(),
    ))
}

/// The exchange, step by step; it ends with the first step without which nothing more can be tried.
async fn exchange(driver: &mut PlatformDriver<'_>) -> Result<Vec<Step>, Halt> {
    let (first, second) = (payload(driver, 0)?, payload(driver, 1)?);
    let mut done = Exchange { steps: Vec::new(), items: Vec::new() };
    done.payload(driver, first);
    if let Some(token) = done.token(driver, LINE_ITEM).await? {
        done.create(driver, first, &token).await?;
        done.read(driver, &token).await?;
        done.create(driver, first, &token).await?;
        done.payload(driver, second);
        done.create(driver, second, &token).await?;
    }
    let (Some(Some(one)), Some(Some(three))) = (done.items.first().cloned(), done.items.get(2).cloned()) else {
        return Ok(done.steps);
    };
    if let Some(token) = done.token(driver, SCORE).await? {
        done.score(driver, &three, &token).await?;
        done.score(driver, &one, &token).await?;
    } else {
        return Ok(done.steps);
    }
    let posted = done.steps.iter().rev().take(2).all(|step| step.ended.word == "done");
    if let Some(token) = done.token(driver, RESULT_READONLY).await? {
        done.result(driver, &three, &token).await?;
        done.result(driver, &one, &token).await?;
        if posted {
            done.look(driver);
        }
    }
    Ok(done.steps)
}

/// The exchange so far.
struct Exchange {
    steps: Vec<Step>,
    items: Vec<Option<Url>>,
}

impl Exchange {
    fn record(&mut self, driver: &mut PlatformDriver<'_>, done: Result<String, String>) {
        let ended = match done {
            Ok(seen) => Ended::judged(Pass, "done", seen),
            Err(seen) => Ended::judged(FailCertified, "failed", seen),
        };
        self.steps.push(Step { ended, exchanges: driver.take_log() });
    }

    /// Two rows: the signature, and what is there.
    fn payload(&mut self, driver: &mut PlatformDriver<'_>, arrival: &Arrival) {
        let looked = |sight: Sight| match sight {
            Sight::Sound(seen) => Ok(seen),
            Sight::Broken(seen)
            | Sight::Absent(seen)
            | Sight::Nothing(seen)
            | Sight::Unsupported(seen)
            | Sight::Free(_, seen) => Err(seen),
        };
        let missing = || Err("no ID token that can be taken apart".to_owned());
        let token = arrival.token.as_ref();
        let signed = token.map_or_else(missing, |token| looked(super::super::certification::verified(token)));
        self.record(driver, signed);
        let complete =
            token.map_or_else(missing, |token| looked(super::super::certification::complete(token, driver.evidence)));
        let offered = AgsEndpoint::of(arrival).and_then(|endpoint| endpoint.lineitems);
        let complete = complete.and_then(|seen| {
            offered
                .map(|_| seen)
                .ok_or_else(|| "the claim of Assignment and Grade Services has no lineitems".to_owned())
        });
        self.record(driver, complete);
    }

    /// A token for this scope alone.
    async fn token(&mut self, driver: &mut PlatformDriver<'_>, scope: &str) -> Result<Option<String>, Halt> {
        let request = TokenRequest::sound(driver.world, &[scope])?;
        let reply = driver.ask_token(&request).await?;
        let token = bearer_of(&reply);
        let granted = reply.json().and_then(|body| Some(body.get("scope")?.as_str()?.to_owned()));
        let alone = granted.as_deref().is_none_or(|granted| granted.split_ascii_whitespace().all(|one| one == scope));
        let done = match &token {
            Some(_) if alone => Ok("a token for this scope".to_owned()),
            Some(_) => Err(format!("a token for {}", granted.unwrap_or_default())),
            None => Err(format!("no token: {}", reply.describe())),
        };
        self.record(driver, done);
        Ok(token)
    }

    async fn create(&mut self, driver: &mut PlatformDriver<'_>, arrival: &Arrival, token: &str) -> Result<(), Halt> {
        let Some(list) = AgsEndpoint::of(arrival).and_then(|endpoint| endpoint.lineitems) else {
            self.items.push(None);
            self.record(driver, Err("the claim has no lineitems".to_owned()));
            return Ok(());
        };
        let members = json!({"label": driver.world.fresh(&format!("{LABEL}, certification"))});
        let reply = if driver.world.keeps_line_items() {
            let item = json!({"label": members["label"], "scoreMaximum": 100});
            driver.call(&Call::send(Method::POST, &list, LINE_ITEM_TYPE, &item).bearer(token)).await?
        } else {
            driver.create(&list, token, members).await?
        };
        let made = item_url(&reply).filter(|_| reply.is_success());
        let shown = reply.json().and_then(|item| Url::parse(item.get("id")?.as_str()?).ok());
        self.items.push(made);
        let done = match shown {
            Some(_) if reply.is_success() => Ok(format!("{}, with the line item", reply.describe())),
            _ => Err(format!("{}, without the address of a line item", reply.describe())),
        };
        self.record(driver, done);
        Ok(())
    }

    async fn read(&mut self, driver: &mut PlatformDriver<'_>, token: &str) -> Result<(), Halt> {
        let Some(Some(item)) = self.items.first().cloned() else {
            self.record(driver, Err("there is no line item to read".to_owned()));
            return Ok(());
        };
        let reply = driver.call(&Call::get(&item, LINE_ITEM_TYPE).bearer(token)).await?;
        let shown = reply.is_success() && reply.json().is_some_and(|item| item.is_object());
        self.record(driver, if shown { Ok(reply.describe()) } else { Err(reply.describe()) });
        Ok(())
    }

    async fn score(&mut self, driver: &mut PlatformDriver<'_>, item: &Url, token: &str) -> Result<(), Halt> {
        let user = learners(driver).into_iter().next().unwrap_or_default();
        let score = json!({
            "userId": user, "scoreGiven": 80, "scoreMaximum": 100,
            "timestamp": format!("{:.3}", moment(driver.world.clock.now(), 0)),
            "activityProgress": "Completed", "gradingProgress": "FullyGraded",
        });
        let call = Call::send(Method::POST, &below(item, "scores"), SCORE_TYPE, &score);
        let reply = driver.call(&call.bearer(token)).await?;
        self.record(driver, if reply.is_success() { Ok(reply.describe()) } else { Err(reply.describe()) });
        Ok(())
    }

    async fn result(&mut self, driver: &mut PlatformDriver<'_>, item: &Url, token: &str) -> Result<(), Halt> {
        let user = learners(driver).into_iter().next().unwrap_or_default();
        let reply = driver.call(&Call::get(&below(item, "results"), RESULTS_TYPE).bearer(token)).await?;
        let found = entries(&reply).filter(|_| reply.is_success()).unwrap_or_default();
        let own = found.iter().find(|row| row.get("userId").and_then(Value::as_str) == Some(user.as_str()));
        let done = match own.and_then(|row| row.get("resultScore")?.as_f64()) {
            Some(score) => Ok(format!("the learner's result is {score}")),
            None => Err(format!("{}, and no result of the learner", reply.describe())),
        };
        self.record(driver, done);
        Ok(())
    }

    /// A person looks at the gradebook.
    fn look(&mut self, driver: &mut PlatformDriver<'_>) {
        let stay = if driver.world.keeps_line_items() {
            "they stay there"
        } else {
            "they are removed at the end of the run unless platform.capabilities names keep-line-items"
        };
        let ended = Ended::review(
            format!(
                "look into the gradebook of both courses: two columns {LABEL:?} in the first, one in the second, the \
                 learner's score 80 of 100 in the first column of each; {stay}"
            ),
            "three line items and two scores were sent",
        );
        self.steps.push(Step { ended, exchanges: driver.take_log() });
    }
}
