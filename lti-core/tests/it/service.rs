//! The services: what is sound is read back, what is odd is named, one odd element loses nobody.

use lti_core::Timestamp;
use lti_core::jose::CompactJws;
use lti_core::message::Audience;
use lti_core::service::ags::{ActivityProgress, AgsEndpoint, GradingProgress, LineItem, Points, Score, ScoreResult};
use lti_core::service::nrps::{MemberStatus, MembershipContainer, NamesRoleService};
use lti_core::service::token::{
    AssertionClaims, ClientAssertion, TokenErrorCode, TokenErrorResponse, TokenRequest, TokenRequestFields,
    TokenResponse,
};
use lti_core::service::{Reading, Scope, Scopes, ServiceRule, media_type};
use lti_core::vocab::Role;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{EC, made};

fn rules<T>(reading: &Reading<T>) -> Vec<ServiceRule> {
    reading.problems.iter().map(|problem| problem.rule).collect()
}

fn item() -> Value {
    json!({
        "id": "https://lms.example/l/1?t=1", "scoreMaximum": 60, "label": "Test", "resourceLinkId": "link",
        "resourceId": "quiz", "tag": "", "startDateTime": null, "endDateTime": "2026-11-22T08:00:00+01:00",
        "gradesReleased": true, "submissionReview": {"reviewableStatus": ["None"]}, "https://x.example/e": [1],
    })
}

fn item_with(name: &str, value: Value) -> Reading<LineItem> {
    let mut item = item();
    item[name] = value;
    LineItem::read_answer(item.to_string().as_bytes())
}

#[test]
fn a_line_item_is_read_written_and_read_back() {
    let reading = LineItem::read_answer(item().to_string().as_bytes());
    assert_eq!(rules(&reading), []);
    let read = made(reading.strict());
    assert_eq!((read.tag.as_deref(), read.start_date_time), (None, None), "blank and null are absent");
    assert!(read.other.get("https://x.example/e").is_some() && read.submission_review.is_some());
    let written = made(serde_json::to_value(&read));
    assert_eq!(written["endDateTime"], "2026-11-22T07:00:00.000Z");
    assert_eq!(written["scoreMaximum"], json!(60));
    assert_eq!(made(LineItem::read(written.to_string().as_bytes()).strict()), read);
}

#[test]
fn each_rule_of_a_line_item_is_named_alone() {
    for (name, value, rule, usable) in [
        ("id", json!(""), ServiceRule::LineItemId, true),
        ("id", json!("/l/1"), ServiceRule::LineItemId, true),
        ("label", json!(" "), ServiceRule::LineItemLabel, false),
        ("label", json!(null), ServiceRule::LineItemLabel, false),
        ("scoreMaximum", json!(0), ServiceRule::LineItemMaximum, false),
        ("scoreMaximum", json!("60"), ServiceRule::LineItemMaximum, false),
        ("scoreMaximum", json!(-1.5), ServiceRule::LineItemMaximum, false),
        ("endDateTime", json!("2026-11-22T08:00:00"), ServiceRule::LineItemDate, true),
        ("endDateTime", json!("soon"), ServiceRule::LineItemDate, true),
        ("tag", json!(7), ServiceRule::AgsType, true),
        ("gradesReleased", json!("yes"), ServiceRule::AgsType, true),
        ("ltiLinkId", json!("7"), ServiceRule::AgsExtension, true),
    ] {
        let reading = item_with(name, value.clone());
        assert_eq!(rules(&reading), [rule], "{name}: {value}");
        assert_eq!(reading.value.is_some(), usable, "{name}: {value}");
        assert_eq!(reading.strict().is_err(), rule.refuses(), "{name}: {value}");
    }
    assert_eq!(rules(&LineItem::read(b"[]")), [ServiceRule::AgsJson]);
    assert_eq!(rules(&LineItem::read(b"\xff")), [ServiceRule::AgsJson]);
}

#[test]
fn a_list_of_line_items_is_a_bare_array_and_keeps_the_sound_ones() {
    let list = json!([item(), {"id": "https://lms.example/2"}, null]).to_string();
    let reading = LineItem::read_list(list.as_bytes());
    assert_eq!(reading.value.as_ref().map(Vec::len), Some(1));
    assert!(reading.problems.iter().any(|problem| problem.member == "[1].label"));
    assert_eq!(rules(&LineItem::read_list(br#"{"lineItems": []}"#)), [ServiceRule::AgsJson]);
    assert_eq!(made(LineItem::read_list(b"[]").strict()), []);
}

fn score() -> Value {
    json!({
        "userId": "u", "scoreGiven": 1.1, "scoreMaximum": 1, "comment": "Good", "timestamp": "2017-04-16T18:54:36.736+00",
        "activityProgress": "Completed", "gradingProgress": "FullyGraded", "scoringUserId": "t",
        "submission": {"startedAt": "2017-04-16T18:00:00.000Z", "submittedAt": "2017-04-16T18:00:00.000Z"},
    })
}

fn score_with(name: &str, value: Value) -> Reading<Score> {
    let mut score = score();
    score[name] = value;
    Score::read(score.to_string().as_bytes())
}

#[test]
fn a_score_is_read_written_and_read_back() {
    let reading = Score::read(score().to_string().as_bytes());
    assert_eq!(rules(&reading), []);
    let read = made(reading.strict());
    assert_eq!(read.points, Some(made(Points::new(1.1, 1.0))), "extra credit");
    assert_eq!(made(Score::read(&made(serde_json::to_vec(&read))).strict()), read);
    assert!(!format!("{read:?}").contains("Good"));
    for none in [json!(null), json!({})] {
        let mut score = score();
        score["scoreGiven"] = none.clone();
        let reading = Score::read(score.to_string().as_bytes());
        assert_eq!(reading.value.is_some(), none.is_null(), "null is no grade");
    }
    let zero = made(score_with("scoreGiven", json!(0)).strict());
    assert_eq!(zero.points.map(|points| points.given.get()), Some(0.0), "0 is a grade");
    assert_eq!(made(serde_json::to_value(&zero))["scoreGiven"], json!(0));
}

#[test]
fn each_rule_of_a_score_is_named_alone() {
    for (name, value, rule) in [
        ("userId", json!(""), ServiceRule::ScoreUser),
        ("userId", json!(7), ServiceRule::ScoreUser),
        ("activityProgress", json!("completed"), ServiceRule::ScoreActivity),
        ("gradingProgress", json!("Done"), ServiceRule::ScoreGrading),
        ("scoreGiven", json!(-1), ServiceRule::ScoreGiven),
        ("scoreGiven", json!("1"), ServiceRule::ScoreGiven),
        ("scoreMaximum", json!(null), ServiceRule::ScoreMaximumMissing),
        ("scoreMaximum", json!(0), ServiceRule::ScoreMaximum),
        ("timestamp", json!("2017-04-16T18:54:36.736"), ServiceRule::ScoreTimestamp),
        ("timestamp", json!(1_492_368_876), ServiceRule::ScoreTimestamp),
        ("timestamp", json!("2017-04-16T18:54:36Z"), ServiceRule::ScoreTimestampPrecision),
        ("comment", json!(["x"]), ServiceRule::AgsType),
        ("scoringUserId", json!(null), ServiceRule::ScoreScorer),
        ("scoringUserId", json!(""), ServiceRule::ScoreScorer),
        ("submission", json!({"startedAt": "2017"}), ServiceRule::SubmissionDate),
        (
            "submission",
            json!({"startedAt": "2017-04-16T18:00:01.000Z", "submittedAt": "2017-04-16T18:00:00.000Z"}),
            ServiceRule::SubmissionOrder,
        ),
        ("extra", json!(1), ServiceRule::AgsExtension),
    ] {
        let reading = score_with(name, value.clone());
        assert_eq!(rules(&reading), [rule], "{name}: {value}");
        assert_eq!(reading.strict().is_err(), rule.refuses(), "{name}: {value}");
    }
}

#[test]
fn points_are_rescaled_and_never_overflow() {
    let scaled = |given, maximum, scale| {
        made(Points::new(given, maximum)).on_scale(made(lti_core::service::ags::MaximumPoints::new(scale)))
    };
    assert!((scaled(1.0, 3.0, 6.0) - 2.0).abs() < f64::EPSILON);
    assert!((scaled(83.0, 100.0, 100.0) - 83.0).abs() < f64::EPSILON);
    assert!(scaled(1e300, 1e-300, 1e300).is_finite());
    assert!((scaled(1e300, 1e300, 1e300) - 1e300).abs() < 1e285);
}

#[test]
fn results_are_read_with_their_defaults() {
    let result = |name: &str, value: Value| {
        let mut result = json!({
            "id": "https://lms.example/r", "scoreOf": "https://lms.example/l", "userId": "u", "resultScore": 0.83,
            "comment": null,
        });
        result[name] = value;
        ScoreResult::read_list(json!([result]).to_string().as_bytes())
    };
    let read = made(result("comment", json!("")).strict());
    assert!((read[0].result_maximum.get() - 1.0).abs() < f64::EPSILON, "1 where nothing is named");
    assert_eq!((read[0].result_score, read[0].comment.as_deref()), (Some(0.83), None));
    for (name, value, rule) in [
        ("userId", json!(null), ServiceRule::ResultUser),
        ("resultScore", json!("1"), ServiceRule::ResultScore),
        ("resultMaximum", json!(0), ServiceRule::ResultMaximum),
        ("scoreOf", json!(null), ServiceRule::ResultId),
        ("timestamp", json!("x"), ServiceRule::AgsExtension),
    ] {
        assert_eq!(rules(&result(name, value)), [rule], "{name}");
    }
    let written = made(serde_json::to_vec(&read));
    assert_eq!(made(ScoreResult::read_list(&written).strict()), read);
}

#[test]
fn claims_are_read_as_far_as_they_can_be() {
    let claim: AgsEndpoint = made(serde_json::from_value(json!({
        "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/score x", "lineitems": null, "lineitem": " ", "more": 1,
    })));
    assert_eq!(claim.scope, Scopes::from_iter([Scope::Score, Scope::Other("x".into())]));
    assert_eq!((claim.lineitems.as_deref(), claim.lineitem.as_deref()), (None, None));
    assert_eq!(made(serde_json::from_str::<AgsEndpoint>(&made(serde_json::to_string(&claim)))), claim);
    assert!(serde_json::from_str::<AgsEndpoint>("[]").is_err());
    let roster: NamesRoleService =
        made(serde_json::from_value(json!({"context_memberships_url": "https://x.example", "service_version": "2.0"})));
    assert_eq!(roster.service_versions, ["2.0"]);
    assert!(serde_json::from_str::<NamesRoleService>("{}").is_err());
}

#[test]
fn one_odd_member_does_not_lose_the_roster() {
    let page = json!({
        "id": "https://lms.example/m", "context": {"id": "c", "title": "C", "type": []}, "extra": 1,
        "members": [
            {"user_id": "a", "roles": ["Learner"], "status": "Inactive", "name": "A", "more": {"b": 1}},
            {"user_id": 7, "roles": []},
            "member",
            {"user_id": "b", "roles": "Instructor,Mentor", "status": "Gone", "email": 7},
            {"user_id": "c"},
            {"user_id": "d", "roles": [], "message": [{"https://purl.imsglobal.org/spec/lti/claim/custom": {"x": 1}}]},
        ],
    });
    let reading = MembershipContainer::read(page.to_string().as_bytes());
    let expected = [
        ServiceRule::MemberUser,
        ServiceRule::MemberUser,
        ServiceRule::MemberRoles,
        ServiceRule::MemberStatus,
        ServiceRule::MemberType,
        ServiceRule::MemberRoles,
    ];
    assert_eq!(rules(&reading), expected);
    let read = made(reading.lenient());
    let ids: Vec<_> = read.members.iter().map(|member| member.user_id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "d"]);
    assert_eq!(read.unreadable.iter().map(|member| member.index).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(read.members[0].status, MemberStatus::Inactive);
    assert_eq!(read.members[1].status, MemberStatus::Unknown("Gone".into()));
    assert_eq!(read.members[2].status, MemberStatus::Active);
    assert!(read.members[1].roles.iter().any(Role::is_mentor) && read.members[0].roles[0].is_learner());
    assert_eq!(read.members[3].messages[0].custom.get("x"), Some("1"));
    assert!(!format!("{:?}", read.members[0]).contains("\"A\""));
    let written = MembershipContainer::read(&made(serde_json::to_vec(&read)));
    assert_eq!(made(written.lenient()).members, read.members);
    for broken in ["[]", "{}", r#"{"members": {}}"#] {
        assert_eq!(MembershipContainer::read(broken.as_bytes()).strict().err().map(|e| e.iter().count()), Some(1));
    }
}

#[test]
fn a_client_assertion_is_signed_and_read() {
    let now = Timestamp::from_secs(1_700_000_000);
    let mut assertion = ClientAssertion::new("client", Audience::many(["a", "b"]), "id-1", now);
    assertion.deployment_id = Some("dep".into());
    let signed = made(assertion.sign(&EC));
    let jws = made(CompactJws::parse(&signed));
    let read = made(AssertionClaims::read(jws.payload()));
    assert_eq!((read.iss.as_deref(), read.sub.as_deref()), (Some("client"), Some("client")));
    assert_eq!((read.aud.len(), read.exp, read.jti.as_deref()), (2, Some(assertion.exp), Some("id-1")));
    assert_eq!(read.mistyped, Vec::<&str>::new());
    let odd = made(AssertionClaims::read(br#"{"exp": "1700000300", "aud": "a", "x": 1}"#));
    assert_eq!((odd.exp, odd.mistyped, odd.aud), (None, vec!["exp"], vec!["a".to_owned()]));
    let form = TokenRequest::new(signed.as_str(), Scope::Score).to_form();
    let mut fields = TokenRequestFields::read(form.as_bytes());
    assert_eq!((fields.scope.take(), fields.client_assertion.take()), (Some(Scope::Score.into()), Some(signed)));
    let twice = TokenRequestFields::read(b"scope=&grant_type=a&grant_type=b&x=1");
    assert_eq!((twice.scope, twice.repeated, twice.further), (None, vec!["grant_type"], vec!["x".to_owned()]));
}

#[test]
fn token_answers_are_read_leniently() {
    let response = TokenResponse::new("secret-token", 3600, Scopes::from_iter([Scope::Score, Scope::LineItem]));
    let written = made(serde_json::to_vec(&response));
    let reading = TokenResponse::read(&written);
    assert_eq!(rules(&reading), []);
    assert_eq!(made(reading.strict()), response);
    assert!(!format!("{response:?}").contains("secret"));
    for (body, expected, seconds) in [
        (json!({"access_token": "t", "token_type": "BEARER", "scope": "s", "expires_in": 1.5}), vec![], Some(1)),
        (json!({"access_token": "t", "stenotype": "x"}), vec![ServiceRule::TokenType, ServiceRule::TokenScope], None),
        (
            json!({"access_token": "t", "token_type": "bearer", "scope": "", "expires_in": "60"}),
            vec![ServiceRule::TokenExpires],
            Some(60),
        ),
    ] {
        let reading = TokenResponse::read(body.to_string().as_bytes());
        assert_eq!(rules(&reading), expected, "{body}");
        assert_eq!(made(reading.strict()).expires_in, seconds, "{body}");
    }
    assert!(TokenResponse::read(br#"{"access_token": ""}"#).lenient().is_err());
    assert_eq!(rules(&TokenResponse::read(b"<html>")), [ServiceRule::TokenJson]);
    let error = TokenErrorResponse::new(TokenErrorCode::InvalidClient, "an \"odd\" one\n");
    let written = made(serde_json::to_value(&error));
    assert_eq!(written, json!({"error": "invalid_client", "error_description": "an ?odd? one?"}));
    let read = made(TokenErrorResponse::read(br#"{"error": "own", "error_description": 7}"#).strict());
    assert_eq!((read.error.as_str(), read.error_description), ("own", None));
    assert_eq!(rules(&TokenErrorResponse::read(b"{}")), [ServiceRule::TokenError]);
}

#[test]
fn rules_say_where_they_come_from_and_ids_are_unique() {
    let ids: std::collections::BTreeSet<_> = ServiceRule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), ServiceRule::ALL.len());
    for rule in ServiceRule::ALL {
        let rule = rule.requirement();
        assert!(rule.id.contains("-body-") && !rule.clauses.is_empty() && !rule.hint.ends_with('.'), "{}", rule.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_member_makes_a_reader_panic(
        index in any::<prop::sample::Index>(),
        value in crate::properties::any_json(),
        text in "\\PC{0,40}",
    ) {
        for sound in [item(), score()] {
            let mut body = sound;
            let names: Vec<String> = body.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
            body[index.get(&names).as_str()] = value.clone();
            for body in [body.to_string(), value.to_string(), text.clone()] {
                let body = body.as_bytes();
                prop_assert!(named(&LineItem::read(body)) && named(&Score::read(body)));
                prop_assert!(named(&LineItem::read_list(body)) && named(&ScoreResult::read_list(body)));
                prop_assert!(named(&MembershipContainer::read(body)) && named(&TokenResponse::read(body)));
                let _ = (AssertionClaims::read(body), TokenRequestFields::read(body), TokenErrorResponse::read(body));
            }
        }
    }

    #[test]
    fn no_member_loses_the_others(value in crate::properties::any_json()) {
        let page = json!({"context": {"id": "c"}, "members": [value, {"user_id": "u", "roles": []}]});
        let read = made(MembershipContainer::read(page.to_string().as_bytes()).lenient());
        prop_assert!(read.members.iter().any(|member| member.user_id.as_str() == "u"));
        prop_assert_eq!(read.members.len() + read.unreadable.len(), 2);
    }

    #[test]
    fn a_score_that_is_made_is_read_back(given in 0.0..1e12_f64, maximum in 1e-6..1e12_f64, nanos in 0..i64::MAX, comment in "\\PC{0,20}") {
        let moment = made(lti_core::service::ServiceTime::from_unix_nanos(nanos.into()));
        let mut score = Score::new("u", moment, ActivityProgress::Submitted, GradingProgress::PendingManual);
        score.points = Some(made(Points::new(given, maximum)));
        score.comment = Some(comment).filter(|comment| !comment.trim().is_empty());
        let reading = Score::read(&made(serde_json::to_vec(&score)));
        prop_assert_eq!(rules(&reading), []);
        prop_assert_eq!(made(reading.strict()), score);
    }

    #[test]
    fn no_header_makes_its_reader_panic(text in any::<String>(), rel in "\\PC{0,20}", target in "\\PC{0,20}") {
        let base = made(url::Url::parse("https://lms.example/c?x=1"));
        let _ = lti_core::service::link::Links::parse([text.as_str()], &base).next().map(str::len);
        let _ = (media_type::is(&text, media_type::SCORE), media_type::accepts(&text, media_type::SCORE));
        let value = lti_core::service::link::header_value(&target, &rel);
        prop_assert!(value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
        prop_assert_eq!(lti_core::service::link::Links::parse([value.as_str()], &base).iter().count() <= 1, true);
    }
}

/// Whether what has no value says why.
fn named<T>(reading: &Reading<T>) -> bool {
    reading.value.is_some() || !reading.problems.is_empty()
}
