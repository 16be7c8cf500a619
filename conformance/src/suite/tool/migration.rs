//! The migration claim: a platform that once launched the tool by LTI 1.1 says who a user was there, and signs it with the
//! old secret. A tool may ignore it; one that links accounts by it must not do so when the signature is wrong.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    case::{
        Case, Duty, Ended, Need,
        Outcome::{Pass, Warn},
    },
    config::MigrationConfig,
    driver::{Driver, Freshness, Halt},
    exchange::{Form, Person, lti},
    forge::Token,
    keys::hmac_sha256,
    seen::Meaning,
    user_agent::Page,
};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-migration-right", "a migration claim with the right signature does not stop a launch")
            .rules(&["lti13-tool-migration"])
            .needs(Need::Migration)
            .sent("the control's launch with an lti1p1 claim signed by the configured LTI 1.1 secret")
            .run(Duty::Accept, |driver| Box::pin(right(driver))),
        Case::new("tool-migration-wrong", "a migration claim with a wrong signature links no accounts")
            .rules(&["lti13-launch-migration-signature"])
            .needs(Need::Migration)
            .sent("a launch of another user with the same lti1p1 claim, signed by another secret")
            .run(Duty::Act, |driver| Box::pin(wrong(driver))),
        Case::new("tool-lti1p1-wrong", "a migration claim of an unknown consumer: both answers are sound")
            .rules(&["lti13-launch-migration-signature"])
            .sent("the control's launch with an lti1p1 claim whose oauth_consumer_key_sign is wrong")
            .token(|token, _| {
                let claim =
                    json!({"oauth_consumer_key": "key-1", "oauth_consumer_key_sign": "d3Jvbmc=", "user_id": "u1"});
                token.set(&lti("lti1p1"), claim);
            }),
    ]
}

/// The claim for this token: consumer key, deployment, issuer, client, expiry and nonce, signed by an LTI 1.1 secret. The
/// parts are joined by `&` as they stand.
fn claim(token: &Token, migration: &MigrationConfig, secret: &str) -> Value {
    let text = |name: &str| token.claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let exp = token.claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
    let parts = [
        migration.consumer_key.clone(),
        text(&lti("deployment_id")),
        text("iss"),
        audience(token),
        exp.to_string(),
        text("nonce"),
    ];
    let signature = STANDARD.encode(hmac_sha256(secret.as_bytes(), parts.join("&").as_bytes()));
    json!({
        "user_id": migration.user_id,
        "oauth_consumer_key": migration.consumer_key,
        "oauth_consumer_key_sign": signature,
    })
}

/// The client that the token is for.
fn audience(token: &Token) -> String {
    let aud = token.claims.get("aud");
    let first = aud.and_then(|aud| aud.as_array().and_then(|all| all.first()).or(Some(aud)));
    first.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Launches as this user with a claim that this secret signs.
async fn launch(driver: &mut Driver<'_>, sub: &str, secret: Option<&str>) -> Result<(Meaning, Page), Halt> {
    let Some(migration) = driver.world.config.tool.migration.clone() else {
        return Err(Halt::Skip("no [tool.migration]".to_owned()));
    };
    let mut plan = driver.plan();
    plan.person = Person { sub: sub.to_owned(), ..Person::learner() };
    let mut browser = driver.browser();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    let claim = claim(&token, &migration, secret.unwrap_or_else(|| migration.secret.reveal()));
    token.set(&lti("lti1p1"), claim);
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok((meaning, page))
}

/// Whether the page shows the account of the older integration.
fn shows_old_user(driver: &Driver<'_>, page: &Page) -> bool {
    let old = driver.world.config.tool.migration.as_ref().map(|migration| migration.user_id.as_str());
    old.is_some_and(|old| page.text.contains(old) || page.scripts.contains(old))
}

async fn right(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let (meaning, page) = launch(driver, "suite-migrating-hal", None).await?;
    if meaning == Meaning::Accepted && shows_old_user(driver, &page) {
        return Ok(Ended::judged(Pass, "linked", format!("{}: signed in, linked to the old account", page.describe())));
    }
    Ok(driver.ended(Pass, Warn, meaning, &page))
}

async fn wrong(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let (_, linked) = launch(driver, "suite-migrating-ina", None).await?;
    if !shows_old_user(driver, &linked) {
        return Ok(Ended::skip(
            "after a launch with the right signature the tool's page does not show the old user_id: it links no accounts, \
             or does not show it",
        ));
    }
    let (meaning, page) = launch(driver, "suite-migrating-jon", Some("a secret that nobody agreed on")).await?;
    Ok(if meaning == Meaning::Accepted && shows_old_user(driver, &page) {
        Ended::judged(Warn, "linked", format!("{}: signed in, linked to the old account", page.describe()))
    } else if meaning == Meaning::Accepted {
        Ended::judged(Pass, "unlinked", format!("{}: signed in, without the old account", page.describe()))
    } else {
        driver.ended(Pass, Pass, meaning, &page)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Map, json};

    use super::claim;
    use crate::{
        config::{MigrationConfig, Secret},
        exchange::lti,
        forge::Token,
        keys::SuiteKey,
    };

    /// A vector that several implementations share.
    #[test]
    fn the_signature_is_the_one_that_others_compute() {
        let mut token = Token::new(Map::new(), Arc::new(SuiteKey::ec().expect("a key")), "k");
        token.set("iss", "https://lmsvendor.com");
        token.set("aud", json!(["PM48OJSfGDTAzAo"]));
        token.set("exp", 1_551_290_856);
        token.set("nonce", "172we8671fd8z");
        token.set(&lti("deployment_id"), "689302");
        let migration = MigrationConfig {
            consumer_key: "179248902".to_owned(),
            secret: Secret::new("my-lti11-secret"),
            user_id: "u".to_owned(),
        };
        let claim = claim(&token, &migration, migration.secret.reveal());
        assert_eq!(claim["oauth_consumer_key_sign"], "lWd54kFo5qU7xshAna6v8BwoBm6tmUjc6GTax6+12ps=");
        assert_eq!(format!("{:?}", migration.secret), "Secret(..)");
    }
}
