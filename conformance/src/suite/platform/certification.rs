//! The rows of the certification guide for platforms, Core (5.1): four payloads, learner and instructor, each with and
//! without personal data. What is wrong by the guide alone fails only in a certification run.

use lti_core::vocab::{ContextRole, Role};
use serde_json::Value;

use super::{
    look::{RESOURCE_LINK_REQUEST, cut, list},
    token::{LEEWAY, audiences, seconds},
    user::identity,
};
use crate::{
    case::Outcome::FailCertified,
    sight::Sight,
    subject::platform::{Arrival, Evidence, IdToken, PayloadRole, PersonalData, PlatformCase, Signature},
};

/// One of the payloads that the guide asks for.
struct Payload {
    role: PayloadRole,
    personal_data: PersonalData,
    /// What a `[[launch]]` of this payload says.
    ask: &'static str,
}

/// The payloads, in the guide's order.
const PAYLOADS: [Payload; 4] = [
    Payload {
        role: PayloadRole::Learner,
        personal_data: PersonalData::Full,
        ask: "role = \"learner\" and personal_data = \"full\"",
    },
    Payload {
        role: PayloadRole::Learner,
        personal_data: PersonalData::None,
        ask: "role = \"learner\" and personal_data = \"none\"",
    },
    Payload {
        role: PayloadRole::Instructor,
        personal_data: PersonalData::Full,
        ask: "role = \"instructor\" and personal_data = \"full\"",
    },
    Payload {
        role: PayloadRole::Instructor,
        personal_data: PersonalData::None,
        ask: "role = \"instructor\" and personal_data = \"none\"",
    },
];

/// What a row looks at in a launch of its payload.
type Look = fn(&IdToken, &Arrival, &Evidence, &Payload) -> Sight;

/// The rows PC-01 to PC-10.
const ROWS: [Look; 10] = [
    |token, _, _, _| is_launch(token),
    |token, arrival, _, _| times(token, arrival.at),
    |token, _, _, _| match token.header_text("alg") {
        Some("RS256") => Sight::Sound("alg is RS256".to_owned()),
        other => Sight::Broken(format!("alg is {}", cut(other.unwrap_or_default()))),
    },
    |token, _, _, _| verified(token),
    |token, _, evidence, _| complete(token, evidence),
    |token, _, _, _| match token.lti("version").and_then(Value::as_str) {
        Some("1.3.0") => Sight::Sound("version is 1.3.0".to_owned()),
        Some(other) => Sight::Broken(format!("version is {}", cut(other))),
        None => Sight::Broken("the token has no version".to_owned()),
    },
    |token, _, _, payload| roles(token, payload),
    |token, _, _, payload| private(token, payload),
    |token, _, _, _| trimmed(token),
    |token, _, _, payload| expected(token, payload),
];

/// Looks at every launch of a payload.
fn look<const ROW: usize, const PAYLOAD: usize>(evidence: &Evidence) -> Sight {
    let payload = &PAYLOADS[PAYLOAD];
    let mut seen = None;
    for arrival in &evidence.arrivals {
        let asked = arrival.launch.as_ref();
        if !asked.is_some_and(|asked| asked.role == payload.role && asked.personal_data == payload.personal_data) {
            continue;
        }
        let Some(token) = &arrival.token else {
            return Sight::Broken(format!("in the launch {}: no ID token that can be taken apart", arrival.name));
        };
        match ROWS[ROW - 1](token, arrival, evidence, payload) {
            Sight::Broken(what) => return Sight::Broken(format!("in the launch {}: {what}", arrival.name)),
            sight => seen = seen.or(Some(sight)),
        }
    }
    seen.unwrap_or_else(|| {
        Sight::Nothing(format!(
            "no [[launch]] has {}: add one; for a certification what is skipped counts as failed",
            payload.ask
        ))
    })
}

/// The cases of a row, one for each of its payloads: the places in [`PAYLOADS`].
macro_rules! row {
    ($row:literal $code:literal $name:literal, $title:literal, $rules:expr, $($payload:tt)*) => {
        [$(
            PlatformCase::together(
                concat!("platform-cert-", $code, "-", row!(@slug $payload)),
                concat!(row!(@who $payload), ": ", $title),
                FailCertified,
                look::<$row, $payload>,
            )
            .certified($name)
            .rules($rules),
        )*]
    };
    (@slug 0) => { "student-full" };
    (@slug 1) => { "student-no-pii" };
    (@slug 2) => { "instructor-full" };
    (@slug 3) => { "instructor-no-pii" };
    (@who 0) => { "learner" };
    (@who 1) => { "learner without personal data" };
    (@who 2) => { "instructor" };
    (@who 3) => { "instructor without personal data" };
}

/// The rows, in the guide's order.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = Vec::new();
    cases.extend(row!(1 "pc01" "PC-01 Payload is LTI 1.3", "the payload is an LTI 1.3 launch",
        &["lti13-platform-payload", "lti13-launch-message-type"], 0 1 2 3));
    cases.extend(row!(2 "pc02" "PC-02 Payload Timestamps Valid", "iat and exp are valid",
        &["lti13-token-exp", "lti13-token-iat-missing"], 0 1 2 3));
    cases.extend(row!(3 "pc03" "PC-03 Payload Signed with RSA 256", "the payload is signed with RS256",
        &["lti13-platform-token-alg"], 0 1 2 3));
    cases.extend(row!(4 "pc04" "PC-04 Payload Signature Valid", "the key that kid names verifies the signature",
        &["lti13-token-signature", "lti13-token-kid-unknown"], 0 1 2 3));
    cases.extend(row!(5 "pc05" "PC-05 Payload is Complete", "every required claim is there",
        &["lti13-platform-payload"], 0 1 2 3));
    cases.extend(row!(6 "pc06" "PC-06 Payload LTI Version", "the version is 1.3.0",
        &["lti13-launch-version", "lti13-launch-version-missing"], 0 1 2 3));
    cases.extend(row!(7 "pc07" "PC-07 Payload Roles Correct", "the roles are those of this user and not the other's",
        &["lti13-platform-payload-roles"], 0 1 2 3));
    cases.extend(row!(8 "pc08" "PC-08 Payload Without PII", "the payload tells no name and no address",
        &["lti13-platform-personal-data"], 1 3));
    cases
        .extend(row!(9 "pc09" "PC-09 Payload is Free of Extra Whitespace", "no value begins or ends with white space",
        &["lti13-platform-whitespace"], 0 1 2 3));
    cases.extend(row!(10 "pc10" "PC-10 Payload Expected Received", "the values that the payload is to have arrive",
        &["lti13-platform-payload"], 0 1 2 3));
    cases
}

pub(super) fn is_launch(token: &IdToken) -> Sight {
    let text = |claim: &str| token.lti(claim).and_then(Value::as_str).unwrap_or_default();
    match (text("message_type"), text("version")) {
        (RESOURCE_LINK_REQUEST, "1.3.0") => Sight::Sound("a resource link launch of LTI 1.3.0".to_owned()),
        (kind, version) => Sight::Broken(format!("message_type is {}, version is {}", cut(kind), cut(version))),
    }
}

pub(super) fn times(token: &IdToken, at: i64) -> Sight {
    let time = |name: &str| token.claim(name).and_then(Value::as_f64);
    let now = seconds(at);
    match (time("iat"), time("exp")) {
        (Some(iat), Some(exp)) if iat > now + LEEWAY => {
            Sight::Broken(format!("iat is {:.0} s ahead, exp {:.0} s", iat - now, exp - now))
        }
        (Some(_), Some(exp)) if exp <= now - LEEWAY => Sight::Broken(format!("it ended {:.0} s ago", now - exp)),
        (Some(iat), Some(exp)) if exp <= iat => Sight::Broken("exp is not later than iat".to_owned()),
        (Some(_), Some(_)) => Sight::Sound("iat and exp lie around now".to_owned()),
        _ => Sight::Broken("iat and exp are not both there as numbers".to_owned()),
    }
}

pub(super) fn verified(token: &IdToken) -> Sight {
    match &token.signature {
        Signature::Named => Sight::Sound("the key that kid names verifies".to_owned()),
        Signature::Unnamed => Sight::Broken("a published key verifies that kid does not name".to_owned()),
        Signature::Broken => Sight::Broken("no published key that can be read verifies".to_owned()),
        Signature::None => Sight::Broken("the token is not signed".to_owned()),
        Signature::Unknown(reason) => Sight::Broken(format!("cannot be verified: {reason}")),
    }
}

/// Every claim that Security Framework 1.0, 5.1.2 and LTI Core 1.3, 5.3 require.
pub(super) fn complete(token: &IdToken, evidence: &Evidence) -> Sight {
    let mut missing: Vec<&str> =
        ["iss", "sub", "exp", "iat", "nonce"].into_iter().filter(|name| blank(token.claim(name))).collect();
    let client = evidence.config.platform.client_id.as_str();
    let audience = token.claim("aud").and_then(audiences).is_some_and(|audiences| audiences.contains(&client));
    if !audience {
        missing.push("aud with the client id");
    }
    let required = ["message_type", "version", "deployment_id", "target_link_uri"];
    missing.extend(required.into_iter().filter(|name| blank(token.lti(name))));
    if blank(token.lti("resource_link").and_then(|link| link.get("id"))) {
        missing.push("resource_link.id");
    }
    if !token.lti("roles").is_some_and(Value::is_array) {
        missing.push("roles");
    }
    if missing.is_empty() {
        return Sight::Sound("every required claim is there".to_owned());
    }
    Sight::Broken(format!("without {}", missing.join(", ")))
}

fn blank(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || value.as_str() == Some(""))
}

/// Roles in the context alone: what somebody is elsewhere in the institution says nothing about this launch.
fn roles(token: &IdToken, payload: &Payload) -> Sight {
    let (own, other) = match payload.role {
        PayloadRole::Instructor => (ContextRole::Instructor, ContextRole::Learner),
        PayloadRole::Learner | PayloadRole::Other => (ContextRole::Learner, ContextRole::Instructor),
    };
    let texts = token.roles();
    let has = |principal| {
        texts.iter().any(|text| match Role::parse(*text) {
            Role::Context(role) => role == principal,
            Role::Sub(sub) => sub.principal == principal,
            _ => false,
        })
    };
    if !has(own) {
        return Sight::Broken(format!("no {} role: {}", own.name(), list(texts.iter().copied())));
    }
    if has(other) {
        return Sight::Broken(format!("a {} role as well: {}", other.name(), list(texts.iter().copied())));
    }
    Sight::Sound(format!("{} and not {}", own.name(), other.name()))
}

/// An instructor's payload without personal data may hold the e-mail address (5.1.4).
fn private(token: &IdToken, payload: &Payload) -> Sight {
    let mut told = identity(token);
    if payload.role == PayloadRole::Instructor {
        told.retain(|name| *name != "email");
    }
    if told.is_empty() {
        return Sight::Sound("no claim tells a name or an address".to_owned());
    }
    Sight::Broken(format!("the payload has {}", told.join(", ")))
}

fn trimmed(token: &IdToken) -> Sight {
    let mut around = Vec::new();
    for (name, value) in &token.claims {
        let short = name.rsplit('/').next().unwrap_or(name);
        untrimmed(value, short, &mut around);
    }
    if around.is_empty() {
        return Sight::Sound("no value begins or ends with white space".to_owned());
    }
    Sight::Broken(format!("white space around the value of {}", around.join(", ")))
}

fn untrimmed(value: &Value, path: &str, around: &mut Vec<String>) {
    match value {
        Value::String(text) if text.trim() != text => around.push(path.to_owned()),
        Value::Array(values) => values.iter().for_each(|value| untrimmed(value, path, around)),
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| untrimmed(value, &format!("{path}.{name}"), around));
        }
        _ => {}
    }
}

/// A full payload tells name and e-mail address, one without personal data still tells users apart.
fn expected(token: &IdToken, payload: &Payload) -> Sight {
    let wanted: &[&str] = match payload.personal_data {
        PersonalData::Full => &["name", "email"],
        PersonalData::None | PersonalData::Anonymous => &["sub"],
    };
    let missing: Vec<&str> = wanted.iter().copied().filter(|name| blank(token.claim(name))).collect();
    if missing.is_empty() {
        return Sight::Sound(format!("{} arrived", wanted.join(" and ")));
    }
    Sight::Broken(format!("without {}", missing.join(" and ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::{NOW, change, evidence, stranger, turned_rows};
    use crate::{
        exchange::lti,
        forge::Token,
        keys::Scheme,
        report::model::Verdict,
        subject::platform::{PersonalData, judge_evidence},
    };

    const ALL: [&str; 4] = ["student-full", "student-no-pii", "instructor-full", "instructor-no-pii"];

    fn rows(spoil: fn(&mut Token)) -> Vec<String> {
        turned_rows(|evidence| change(evidence, |token, _| spoil(token)))
    }

    fn whole(rows: &[&str]) -> Vec<String> {
        rows.iter().flat_map(|row| ALL.map(|payload| format!("{row}-{payload}"))).collect()
    }

    #[test]
    fn there_are_38_rows() {
        let cases = super::cases();
        assert_eq!(cases.len(), 38);
        for case in cases {
            let name = case.certification.unwrap_or_default();
            assert!(name.starts_with("PC-") && case.id.contains(&name[..5].replace('-', "").to_lowercase()), "{name}");
        }
    }

    #[test]
    fn each_fault_turns_its_rows_alone() {
        assert_eq!(rows(|_| {}), Vec::<String>::new());
        assert_eq!(rows(|token| token.set(&lti("version"), "1.3")), whole(&["pc01", "pc06"]));
        assert_eq!(rows(|token| token.set("exp", NOW - 3600)), whole(&["pc02"]));
        assert_eq!(rows(|token| token.remove("iat")), whole(&["pc02", "pc05"]));
        assert_eq!(rows(|token| token.sign_with(&stranger(), Scheme::Rs256)), whole(&["pc04"]));
        assert_eq!(rows(|token| token.set_header("kid", "nobody")), whole(&["pc04"]));
        assert_eq!(rows(|token| token.sign_with(&stranger(), Scheme::Rs384)), whole(&["pc03", "pc04"]));
        assert_eq!(rows(|token| token.remove_in(&lti("resource_link"), "id")), whole(&["pc05"]));
        assert_eq!(rows(|token| token.remove(&lti("roles"))), whole(&["pc05", "pc07"]));
        let both = |token: &mut Token| {
            token
                .set(&lti("roles"), json!(["Learner", "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]));
        };
        assert_eq!(rows(both), whole(&["pc07"]));
        assert_eq!(rows(|token| token.set("family_name", "H")), ["pc08-student-no-pii", "pc08-instructor-no-pii"]);
        assert_eq!(rows(|token| token.set("email", "a@b.example")), ["pc08-student-no-pii"]);
        assert_eq!(rows(|token| token.set_in(&lti("resource_link"), "title", "Quiz\n")), whole(&["pc09"]));
        assert_eq!(rows(|token| token.remove("email")), ["pc10-student-full", "pc10-instructor-full"]);
    }

    #[test]
    fn a_payload_that_nobody_configured_is_skipped_with_what_to_add() {
        let mut evidence = evidence();
        evidence
            .arrivals
            .retain(|arrival| arrival.launch.as_ref().is_some_and(|launch| launch.personal_data != PersonalData::None));
        for result in judge_evidence(&evidence, &super::cases(), true) {
            let skipped = result.id.ends_with("-no-pii");
            assert_eq!(result.verdict == Verdict::Skip, skipped, "{}", result.id);
            let reason = result.reason.unwrap_or_default();
            assert_eq!(skipped, reason.contains("personal_data = \"none\"") && reason.contains("counts as failed"));
        }
    }
}
