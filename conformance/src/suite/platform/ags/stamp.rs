//! The time stamps of scores: what is older changes nothing (LTI AGS 2.0, 3.4.9).

use serde_json::{Value, json};

use super::{
    asks,
    bench::{Bench, about, bench, moment, publish, publish_sound, publish_together, share, shown},
    taken,
};
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{PlatformCase, PlatformDriver},
};

/// How many scores race.
const RACE: i64 = 16;

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let free = [
        asks!(
            "platform-ags-score-equal",
            "a score with the time stamp of the last one: both answers are sound",
            "lti13-platform-ags-equal",
            "80 of 100, then 20 of 100 with the same time stamp",
            equal
        ),
        asks!(
            "platform-ags-score-same-second",
            "a score half a second later: the report says whether it counts",
            "lti13-platform-ags-same-second",
            "80 of 100, then 20 of 100 half a second later",
            same_second
        ),
        asks!(
            "platform-ags-score-seconds",
            "a time stamp in whole seconds: both answers are sound",
            "lti13-platform-ags-seconds",
            "a score whose time stamp has no fraction",
            seconds
        ),
    ];
    let mut cases = vec![
        asks!(
            "platform-ags-score-older",
            "an older score changes nothing",
            "lti13-platform-ags-older",
            "80 of 100, then 20 of 100 whose time stamp lies 30 seconds before",
            older
        ),
        asks!(
            "platform-ags-score-older-zone",
            "an older score from another time zone changes nothing",
            "lti13-platform-ags-older",
            "80 of 100, then 20 of 100 from 30 seconds before, written in the zone +05:00",
            older_zone
        ),
        asks!(
            "platform-ags-score-race",
            "of scores that arrive together the newest stands",
            "lti13-platform-ags-older",
            "16 scores at one time, the newest of them first",
            race
        ),
        asks!(
            "platform-ags-score-short-zone",
            "a time stamp with the zone +00 is taken",
            "lti13-platform-ags-short-zone",
            "a score whose time stamp ends with +00",
            short_zone
        ),
    ];
    cases.extend(free.map(|case| PlatformCase { duty: Duty::Free, ..case }));
    cases
}

/// A line item on which a learner has 80 of 100, and does so in the results.
async fn eighty(driver: &mut PlatformDriver<'_>) -> Result<Bench, Halt> {
    let bench = bench(driver).await?;
    let score = bench.given(60_000, 80.0);
    publish_sound(driver, &bench, &score).await?;
    match share(driver, &bench).await? {
        Some(share) if about(share, 0.8) => Ok(bench),
        other => Err(Halt::Skip(format!("80 of 100 becomes {}, so nothing can be compared", shown(other)))),
    }
}

/// 20 of 100 with this time stamp.
async fn then(driver: &mut PlatformDriver<'_>, bench: &Bench, stamp: &str) -> Result<(String, Option<f64>), Halt> {
    let members = json!({"scoreGiven": 20, "scoreMaximum": 100, "timestamp": stamp});
    let score = bench.score(0, members);
    let reply = publish(driver, bench, &score).await?;
    Ok((reply.describe(), share(driver, bench).await?))
}

fn unchanged((answer, found): (String, Option<f64>)) -> Ended {
    match found {
        Some(share) if about(share, 0.8) => Ended::judged(Pass, "ignored", format!("{answer}, and 80 % stand")),
        other => Ended::judged(Fail, "applied", format!("{answer}, and 80 % became {}", shown(other))),
    }
}

async fn older(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = eighty(driver).await?;
    let stamp = super::bench::stamp(bench.base(), 30_000);
    Ok(unchanged(then(driver, &bench, &stamp).await?))
}

async fn older_zone(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    const AHEAD: i64 = 5 * 3600 * 1000;
    let bench = eighty(driver).await?;
    // The wall clock of that zone shows later hours, and the moment is older all the same.
    let wall = super::bench::stamp(bench.base(), 30_000 + AHEAD);
    let stamp = wall.replace('Z', "+05:00");
    Ok(unchanged(then(driver, &bench, &stamp).await?))
}

async fn race(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = eighty(driver).await?;
    let scores: Vec<Value> = (0..RACE)
        .rev()
        .map(|step| bench.score(70_000 + step * 250, json!({"scoreGiven": 5 * (step + 1), "scoreMaximum": 100})))
        .collect();
    let taken = publish_together(driver, &bench, &scores).await?;
    // The first is the newest: where it was refused it is not on record, and an older one may stand.
    if !taken.first().copied().unwrap_or_default() {
        return Ok(Ended::skip("the newest of the scores is not taken"));
    }
    // The newest is the last step: 5 times 16.
    let newest = share(driver, &bench).await?;
    Ok(match newest {
        Some(share) if about(share, 0.8) => Ended::judged(Pass, "newest", "the newest stands"),
        other => Ended::judged(Fail, "older", format!("the newest is 80 %, the result is {}", shown(other))),
    })
}

async fn equal(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = eighty(driver).await?;
    let stamp = super::bench::stamp(bench.base(), 60_000);
    let (answer, found) = then(driver, &bench, &stamp).await?;
    let ignored = found.is_some_and(|share| about(share, 0.8));
    Ok(Ended::judged(Info, if ignored { "ignored" } else { "applied" }, answer))
}

async fn same_second(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = eighty(driver).await?;
    let stamp = super::bench::stamp(bench.base(), 60_500);
    let (answer, found) = then(driver, &bench, &stamp).await?;
    let ignored = found.is_some_and(|share| about(share, 0.8));
    Ok(Ended::judged(Info, if ignored { "ignored" } else { "applied" }, answer))
}

async fn short_zone(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = eighty(driver).await?;
    let stamp = super::bench::stamp(bench.base(), 70_000).replace('Z', "+00");
    let score = bench.score(0, json!({"scoreGiven": 20, "scoreMaximum": 100, "timestamp": stamp}));
    let reply = publish(driver, &bench, &score).await?;
    Ok(taken(&reply, Warn))
}

async fn seconds(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = eighty(driver).await?;
    let stamp = format!("{:.0}", moment(bench.base(), 70_000));
    let score = bench.score(0, json!({"scoreGiven": 20, "scoreMaximum": 100, "timestamp": stamp}));
    let reply = publish(driver, &bench, &score).await?;
    Ok(taken(&reply, Info))
}
