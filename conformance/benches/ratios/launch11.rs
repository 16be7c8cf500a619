//! What a launch of LTI 1.1 costs the tool: a signature by a shared secret, which is cheap, so everything else counts.

use std::hint::black_box;

use lti_core::Timestamp;
use lti_core::lti11::inspect::{Context, Policy, Received, Request, Takes, verify};
use lti_core::lti11::oauth1::{Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, sign_form};

use crate::Failure;
use crate::sample::Sample;
use crate::turns::Turns;

const URL: &str = "https://hub.example.jp/hub/lti/launch";
const CONSUMER: &str = "b18e82ec68372474";
/// 64 digits, as `openssl rand -hex 32` makes them.
const SECRET: &str = "1b32c28cb38c05480eccc1bd60ff97029b57a05c96718b96dad7e9d84894f549";
/// What the parameters of a launch and its body may be: 34, and 1.4 KB, give or take.
const PARAMETERS: usize = 34;
const BODY_BYTES: std::ops::Range<usize> = 1_350..1_450;

/// A launch as Moodle posts it, without what the signature adds.
const FIELDS: [(&str, &str); 27] = [
    ("user_id", "42"),
    ("lis_person_sourcedid", "S-00142"),
    ("roles", "Learner"),
    ("context_id", "7"),
    ("context_label", "BIO 101"),
    ("context_title", "Biology: Cells and tissues"),
    ("lti_message_type", "basic-lti-launch-request"),
    ("resource_link_title", "Quiz 7 日本語"),
    ("resource_link_description", "Line one\r\nLine two"),
    ("resource_link_id", "12"),
    ("context_type", "CourseSection"),
    ("lis_course_section_sourcedid", "crs-0001"),
    ("lis_result_sourcedid", "{\"data\":{\"instanceid\":\"12\",\"userid\":\"42\"},\"hash\":\"bbeff87f\"}"),
    ("lis_outcome_service_url", "https://moodle.example.jp/mod/lti/service.php"),
    ("lis_person_name_given", "Hanako"),
    ("lis_person_name_family", "Suzuki"),
    ("lis_person_name_full", "Hanako Suzuki"),
    ("ext_user_username", "hanako"),
    ("lis_person_contact_email_primary", "hanako@example.jp"),
    ("launch_presentation_locale", "ja"),
    ("ext_lms", "moodle-2"),
    ("tool_consumer_info_product_family_code", "moodle"),
    ("tool_consumer_info_version", "2024100706"),
    ("lti_version", "LTI-1p0"),
    ("tool_consumer_instance_guid", "f6ac9e9565f053ae36e82f2f80978a21"),
    ("launch_presentation_document_target", "window"),
    ("launch_presentation_return_url", "https://moodle.example.jp/mod/lti/return.php?course=7&instanceid=12"),
];

/// From the body as it came to the clean message: parameters, signature, timestamp and every rule that refuses.
pub(crate) fn lti11_verify(sample: &Sample, rounds: usize) -> Result<Turns, Failure> {
    let (now, secret, policy) = (Timestamp::from_secs(1_795_300_000), Lti11Secret::new(SECRET), Policy::default());
    let credentials = Credentials { consumer_key: CONSUMER, secret: &secret, method: SignatureMethod::HmacSha1 };
    let stamp = Stamp { timestamp: now, nonce: "4af33f1562ff7e2888de232cef17b1ff" };
    let form = sign_form(URL, &FIELDS.into_iter().collect::<Parameters>(), &credentials, stamp)?;
    let body = form.to_form();
    if form.len() != PARAMETERS || !BODY_BYTES.contains(&body.len()) {
        let (count, bytes) = (form.len(), body.len());
        return Err(format!("expected {PARAMETERS} parameters in {BODY_BYTES:?} bytes, made {count} in {bytes}").into());
    }
    let context = Context { secret: Some(&secret), takes: Takes::Launches, policy: &policy };
    let verified = || {
        let received = Received {
            method: "POST",
            url: black_box(URL),
            content_type: Some("application/x-www-form-urlencoded"),
            authorization: None,
            body: black_box(body.as_bytes()),
        };
        verify(&Request::read(received).ok()?, &context, now).ok()
    };
    let signature = sample.raw_sign(&body).ok_or("the sample cannot be signed")?;
    let mut turns = Turns::default();
    for _ in 0..rounds * 32 {
        turns.take(|| sample.raw_verify(&body, &signature), verified)?;
    }
    Ok(turns)
}
