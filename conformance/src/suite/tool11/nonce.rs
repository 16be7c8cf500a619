//! The nonce: once and not twice, for each consumer, whatever comes in between.

use crate::{
    case::{
        Duty, Ended, Outcome,
        Outcome::{Info, Pass, Warn},
    },
    driver::Halt,
    exchange::Person,
    seen::Meaning,
    subject::tool11::{Answered, Launch, Need11, Sealed, Tool11Case, Tool11Driver, learner},
};

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = replays();
    cases.extend(scopes());
    cases.extend(forms());
    cases
}

const NONCE: &str = "oauth_nonce";
const STAMP: &str = "oauth_timestamp";

/// How many bad requests come between a launch and its replay.
const FLOOD: usize = 60;

fn replays() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11("tool11-replay", "a launch that came already is refused", Duty::Reject, |driver| {
            Box::pin(replay(driver, 0))
        })
        .rules(&["lti11-tool-replay"])
        .sent("a sound launch twice, each time in a fresh browser"),
        Tool11Case::sequence11(
            "tool11-replay-after-flood",
            "a launch is remembered whatever bad requests come after it",
            Duty::Reject,
            |driver| Box::pin(replay(driver, FLOOD)),
        )
        .rules(&["lti11-tool-nonce-kept"])
        .sent("a sound launch, 60 launches signed with another secret, each with a nonce of its own, a sound one, and the first one again")
        .disturbs11(),
        Tool11Case::sequence11(
            "tool11-replay-spelt-otherwise",
            "a launch that came already is refused however its form is spelt",
            Duty::Reject,
            |driver| Box::pin(replay_reordered(driver)),
        )
        .rules(&["lti11-tool-replay"])
        .sent("a sound launch twice in fresh browsers, the second time with its fields in reverse"),
        Tool11Case::reject11("tool11-nonce-missing", "a launch without a nonce is refused", Warn)
            .rules(&["lti11-tool-timestamp-nonce-present"])
            .sent("the control without oauth_nonce, signed so")
            .launch(|launch, _| launch.remove(NONCE)),
        Tool11Case::reject11("tool11-nonce-empty", "a launch with an empty nonce is refused", Warn)
            .rules(&["lti11-tool-timestamp-nonce-present"])
            .sent("the control with oauth_nonce without a value, signed so")
            .launch(|launch, _| launch.set(NONCE, "")),
    ]
}

async fn replay(driver: &mut Tool11Driver<'_>, flood: usize) -> Result<Ended, Halt> {
    let launch = driver.sound();
    let (sealed, _) = driver.accepted(launch).await?;
    if flood > 0 {
        // Where an immediate replay is let in, the flood shows nothing.
        let at_once = driver.answer(&sealed, &learner()).await?;
        if at_once.meaning != Meaning::Refused {
            return Ok(Ended::skip("the tool lets a replay in without any flood, which tool11-replay reports"));
        }
    }
    for _ in 0..flood {
        let mut bad = driver.sound();
        bad.signing.secret = b"another secret".to_vec();
        let mut browser = driver.world.browser();
        driver.send(&mut browser, &bad.seal()).await?;
    }
    // What a flood is made of is shown by its beginning.
    let mut log = driver.take_log();
    if flood > 0 {
        log.truncate(4);
    }
    driver.resume_log(log);
    if flood > 0 {
        // Whoever lets nobody in any more after so many requests shows nothing about the replay.
        let launch = driver.sound();
        driver.accepted(launch).await?;
    }
    once_more(driver, &sealed).await
}

async fn replay_reordered(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let launch = driver.sound();
    let (mut sealed, _) = driver.accepted(launch).await?;
    sealed.pairs.0.reverse();
    once_more(driver, &sealed).await
}

async fn once_more(driver: &mut Tool11Driver<'_>, sealed: &Sealed) -> Result<Ended, Halt> {
    let answered = driver.answer(sealed, &learner()).await?;
    Ok(judged(&answered, (Warn, "accepted"), (Pass, "refused")))
}

/// Judges an answer by what an acceptance and a refusal are worth.
fn judged(answered: &Answered, accepted: (Outcome, &'static str), refused: (Outcome, &'static str)) -> Ended {
    let seen = answered.page.describe();
    match answered.meaning {
        Meaning::Accepted => Ended::judged(accepted.0, accepted.1, format!("{seen}: signed in")),
        Meaning::Refused => Ended::judged(refused.0, refused.1, format!("{seen}: refused")),
        Meaning::Unclear => Ended::review("this answer looks neither like an acceptance nor like a refusal", seen),
    }
}

fn scopes() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-nonce-other-timestamp",
            "a nonce that comes again with another timestamp: both answers are sound",
            Duty::Free,
            |driver| Box::pin(other_timestamp(driver)),
        )
        .rules(&["lti11-tool-nonce-timestamp"])
        .sent("a sound launch, and another one with the same nonce, stamped a second before"),
        Tool11Case::sequence11(
            "tool11-nonce-other-consumer",
            "two consumers may use the same nonce in the same second",
            Duty::Accept,
            |driver| Box::pin(other_consumer(driver)),
        )
        .rules(&["lti11-tool-nonce-consumer"])
        .needs11(Need11::SecondConsumer)
        .sent("a sound launch of the first consumer, and one of the second with the same nonce and timestamp"),
        Tool11Case::sequence11(
            "tool11-nonce-after-forgery",
            "a launch is let in although somebody forged one with its nonce",
            Duty::Accept,
            |driver| Box::pin(after_forgery(driver)),
        )
        .rules(&["lti11-tool-nonce-after-signature"])
        .sent("a launch signed with another secret, and a sound one with the same nonce and timestamp"),
    ]
}

async fn other_timestamp(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let first = driver.sound();
    let (nonce, stamp) = (first.pairs.get(NONCE).unwrap_or_default(), first.pairs.get(STAMP).unwrap_or_default());
    driver.accepted(first).await?;
    let mut second = driver.sound();
    second.set(NONCE, nonce);
    let seconds: i64 = stamp.parse().unwrap_or_default();
    second.set(STAMP, (seconds - 1).to_string());
    let answered = driver.answer(&second.seal(), &learner()).await?;
    Ok(judged(&answered, (Info, "accepted"), (Info, "refused")))
}

/// A launch of this consumer with the nonce and the timestamp of another one.
fn twin(driver: &Tool11Driver<'_>, consumer: usize, person: Person, of: &Launch) -> Launch {
    let mut launch = Launch::sound(driver.world, consumer, person);
    for name in [NONCE, STAMP] {
        launch.set(name, of.pairs.get(name).unwrap_or_default());
    }
    launch
}

async fn other_consumer(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    // The second consumer has to be able to launch at all.
    let alone = Launch::sound(driver.world, 1, learner());
    driver.accepted(alone).await?;
    let first = driver.sound();
    let second = twin(driver, 1, learner(), &first);
    driver.accepted(first).await?;
    let answered = driver.answer(&second.seal(), &learner()).await?;
    Ok(judged(&answered, (Pass, "accepted"), (Warn, "refused")))
}

async fn after_forgery(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let sound = driver.sound();
    let mut forged = twin(driver, 0, learner(), &sound);
    forged.signing.secret = b"another secret".to_vec();
    let refused = driver.answer(&forged.seal(), &learner()).await?;
    if refused.meaning != Meaning::Refused {
        return Ok(Ended::skip("the forged launch was not refused, which tool11-signature-wrong-secret reports"));
    }
    let answered = driver.answer(&sound.seal(), &learner()).await?;
    Ok(judged(&answered, (Pass, "accepted"), (Warn, "refused")))
}

fn forms() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11("tool11-nonce-short", "a nonce of one character is let in", Duty::Accept, |driver| {
            Box::pin(short(driver))
        })
        .rules(&["lti11-tool-nonce-form"])
        .sent("the control with a nonce of one character, and where that is refused with another character"),
        Tool11Case::accept11("tool11-nonce-long", "a nonce of 200 characters is let in", Warn)
            .rules(&["lti11-tool-nonce-form"])
            .sent("the control with a nonce of 200 characters")
            .launch(|launch, world| launch.set(NONCE, format!("{:a<200}", world.fresh("nonce")))),
        Tool11Case::accept11("tool11-nonce-other-letters", "a nonce of other letters than ASCII's is let in", Warn)
            .rules(&["lti11-tool-nonce-form"])
            .sent("the control with a nonce in Japanese")
            .launch(|launch, world| launch.set(NONCE, format!("{}-乱数", world.fresh("nonce")))),
    ]
}

/// Twice, since somebody else may have used the character already.
async fn short(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let letter = one_character(&driver.world.fresh("nonce"));
    let another = if letter == "_" { "~" } else { "_" };
    let mut launch = driver.sound();
    launch.set(NONCE, letter.as_str());
    let mut answered = driver.answer(&launch.seal(), &learner()).await?;
    if answered.meaning == Meaning::Refused {
        let mut launch = driver.sound();
        launch.set(NONCE, another);
        answered = driver.answer(&launch.seal(), &learner()).await?;
    }
    Ok(judged(&answered, (Pass, "accepted"), (Warn, "refused")))
}

/// One character that this run has not used as a nonce, and another run hardly at the same second.
fn one_character(seed: &str) -> String {
    let sum: usize = seed.bytes().map(usize::from).sum();
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    letters.get(sum % letters.len()).copied().unwrap_or('x').to_string()
}
