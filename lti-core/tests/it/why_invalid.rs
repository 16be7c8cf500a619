//! Signatures with a planted mistake: the cause is found, and what is said of it shows neither secret nor value.

#![expect(clippy::unwrap_used, reason = "tests")]

use lti_core::lti11::inspect::{Received, Request};
use lti_core::lti11::oauth1::{Lti11Secret, Parameters, SignatureMethod, base_string, sign};
use lti_core::lti11::why_invalid::{Cause, CauseKind as Kind, Hints, why_invalid};
use proptest::prelude::*;

const URL: &str = "https://hub.example:8443/hub/lti/launch?unit=3";
const SECRET: &str = "c0fe 2924";

fn launch() -> Parameters {
    [
        ("lti_message_type", "basic-lti-launch-request"),
        ("resource_link_id", "7"),
        ("resource_link_description", "one\r\ntwo"),
        ("lis_person_name_full", "Zoë ~*O'Neil"),
        ("custom_empty", ""),
        ("custom_x", "2"),
        ("custom_x", "10"),
        ("oauth_consumer_key", "key"),
        ("oauth_callback", "about:blank"),
        ("oauth_signature_method", "HMAC-SHA1"),
    ]
    .into_iter()
    .collect()
}

/// What is said when `form` arrives at `url` with this signature.
fn causes(url: &str, form: &Parameters, signature: &str, hints: &Hints) -> Vec<Cause> {
    let mut form = form.clone();
    form.push("oauth_signature", signature);
    let body = form.to_form();
    let request = Request::read(Received {
        method: "POST",
        url,
        content_type: Some("application/x-www-form-urlencoded"),
        authorization: None,
        body: body.as_bytes(),
    });
    let causes = why_invalid(&request.unwrap(), &Lti11Secret::new(SECRET), hints);
    for cause in &causes {
        let shown = format!("{cause} {cause:?}");
        assert!(!shown.contains("c0fe") && !shown.contains("Neil"), "{shown}");
    }
    causes
}

fn signature(url: &str, form: &Parameters) -> String {
    sign(SignatureMethod::HmacSha1, &base_string("POST", url, form).unwrap(), &Lti11Secret::new(SECRET), "")
}

fn kinds(causes: &[Cause]) -> Vec<Vec<Kind>> {
    causes.iter().map(|cause| cause.kinds.clone()).collect()
}

#[test]
fn an_address_that_a_proxy_changed_is_named() {
    let form = launch();
    let hints = Hints::default().host("public.example").prefix("/jupyter");
    let prefixed = "https://hub.example:8443/jupyter/hub/lti/launch?unit=3";
    let rows: &[(&str, &str, &[Kind])] = &[
        ("http://hub.example:8443/hub/lti/launch?unit=3", URL, &[Kind::Scheme]),
        ("https://hub.example/hub/lti/launch?unit=3", URL, &[Kind::Port]),
        (URL, "https://hub.example/hub/lti/launch?unit=3", &[Kind::Port]),
        ("http://hub.example/hub/lti/launch?unit=3", URL, &[Kind::Scheme, Kind::Port]),
        (
            "https://inner:8443/hub/lti/launch?unit=3",
            "https://public.example:8443/hub/lti/launch?unit=3",
            &[Kind::Host],
        ),
        (
            "http://inner:8000/hub/lti/launch?unit=3",
            "https://public.example/hub/lti/launch?unit=3",
            &[Kind::Scheme, Kind::Port, Kind::Host],
        ),
        (URL, "https://hub.example:8443/hub/lti/launch/?unit=3", &[Kind::TrailingSlash]),
        (URL, prefixed, &[Kind::PathPrefix]),
        (prefixed, URL, &[Kind::PathPrefix]),
    ];
    for (verified, signed, wanted) in rows {
        let found = causes(verified, &form, &signature(signed, &form), &hints);
        assert_eq!(kinds(&found), [wanted.to_vec()], "{verified} {signed}");
        let (verified, signed) = (verified.replace("?unit=3", ""), signed.replace("?unit=3", ""));
        let start = format!("you verified {verified}, it was signed for {signed}: ");
        assert!(found[0].to_string().starts_with(&start), "{}", found[0]);
    }
}

#[test]
fn a_default_port_that_was_kept_is_named() {
    let form = launch().filtered(|name, _| name != "oauth_signature");
    let url = "https://hub.example/hub/lti/launch";
    // Made by hand: the crate itself leaves the port out.
    let base = base_string("POST", url, &form).unwrap().replace("hub.example", "hub.example%3A443");
    let kept = sign(SignatureMethod::HmacSha1, &base, &Lti11Secret::new(SECRET), "");
    let found = causes(url, &form, &kept, &Hints::default());
    assert_eq!(kinds(&found), [vec![Kind::Port]]);
    assert_eq!(found[0].signed, "https://hub.example:443/hub/lti/launch");
}

#[test]
fn a_form_that_was_changed_on_the_way_is_named() {
    let form = launch();
    let whole = signature(URL, &form);
    let mut added = form.clone();
    added.push("ext_submit", "Launch");
    assert_eq!(kinds(&causes(URL, &added, &whole, &Hints::default())), [vec![Kind::ParameterAdded]]);
    assert!(causes(URL, &added, &whole, &Hints::default())[0].verified.contains("\"ext_submit\""));
    let bare = "https://hub.example:8443/hub/lti/launch";
    assert_eq!(kinds(&causes(URL, &form, &signature(bare, &form), &Hints::default())), [vec![Kind::QueryLeftOut]]);
    let twice = signature(&format!("{URL}&unit=3"), &form);
    assert_eq!(kinds(&causes(URL, &form, &twice, &Hints::default())), [vec![Kind::QueryTwice]]);
    let without = form.filtered(|name, _| name != "oauth_callback");
    assert_eq!(kinds(&causes(URL, &without, &whole, &Hints::default())), [vec![Kind::CallbackMissing]]);
    // The other way round: it arrives, and was not signed.
    let found = causes(URL, &form, &signature(URL, &without), &Hints::default());
    assert_eq!(kinds(&found), [vec![Kind::ParameterAdded]]);
    let filled = form.filtered(|_, value| !value.is_empty());
    assert_eq!(kinds(&causes(URL, &form, &signature(URL, &filled), &Hints::default())), [vec![Kind::EmptyLeftOut]]);
    let lf: Parameters = form.iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect();
    assert_eq!(kinds(&causes(URL, &form, &signature(URL, &lf), &Hints::default())), [vec![Kind::LineEnds]]);
    assert_eq!(kinds(&causes(URL, &lf, &whole, &Hints::default())), [vec![Kind::LineEnds]]);
    let both = causes(&URL.replace("https", "http"), &form, &signature(URL, &lf), &Hints::default());
    assert_eq!(kinds(&both), [vec![Kind::Scheme, Kind::LineEnds]]);
    assert!(both[0].to_string().contains("/hub/lti/launch, and with line ends LF: "), "{}", both[0]);
}

#[test]
fn a_secret_that_was_entered_otherwise_is_named() {
    let form = launch();
    let base = base_string("POST", URL, &form).unwrap();
    for (secret, kind) in [
        ("c0fe 2924 ", Kind::SecretBlank),
        ("c0fe 2924\n", Kind::SecretBlank),
        (" c0fe 2924", Kind::SecretBlank),
        ("key", Kind::KeyForSecret),
    ] {
        let made = sign(SignatureMethod::HmacSha1, &base, &Lti11Secret::new(secret), "");
        assert_eq!(kinds(&causes(URL, &form, &made, &Hints::default())), [vec![kind]], "{secret:?}");
    }
    let raw = |key: &str| {
        use aws_lc_rs::hmac;
        use base64::Engine as _;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, base.as_bytes()))
    };
    for (key, kind) in [
        ("c0fe 2924&", Kind::SecretNotEncoded),
        ("c0fe%202924", Kind::SecretWithoutAmpersand),
        ("c0fe 2924", Kind::SecretWithoutAmpersand),
    ] {
        assert_eq!(kinds(&causes(URL, &form, &raw(key), &Hints::default())), [vec![kind]], "{key:?}");
    }
    let other = sign(SignatureMethod::HmacSha1, &base, &Lti11Secret::new("another"), "");
    assert_eq!(causes(URL, &form, &other, &Hints::default()), [], "nothing explains another secret");
    assert_eq!(causes(URL, &form, &signature(URL, &form), &Hints::default()), [], "nothing is wrong");
}

#[test]
fn an_encoding_of_another_kind_is_named() {
    let form = launch();
    let base = base_string("POST", URL, &form).unwrap();
    let signed = |base: &str| sign(SignatureMethod::HmacSha1, base, &Lti11Secret::new(SECRET), "");
    let latin1 = base.replace("%25C3%25AB", "%25EB");
    // Whatever was encoded twice already is encoded once more.
    let twice = base.replace("%25", "%2525");
    let lower = {
        let parts: Vec<_> = base.split('%').collect();
        let tail = parts[1..].iter().map(|part| {
            let deeper = part.starts_with("25");
            let digits = if deeper { part.len().min(4) } else { 2 };
            format!("%{}{}", part[..digits].to_lowercase(), &part[digits..])
        });
        format!("{}{}", parts[0], tail.collect::<String>())
    };
    for (base, kind) in [
        (base.replace("%2520", "%2B"), Kind::PlusForSpace),
        (twice, Kind::DoubleEncoding),
        (lower, Kind::LowerCaseHex),
        (base.replace('~', "%257E"), Kind::TildeEncoded),
        (base.replace("%252A", "*").replace("%2527", "'"), Kind::MarksNotEncoded),
        (latin1, Kind::Latin1),
        (base.replace("POST&", "GET&"), Kind::HttpMethod),
        (base.replace("custom_x%3D10%26custom_x%3D2", "custom_x%3D2%26custom_x%3D10"), Kind::Sorting),
    ] {
        assert_eq!(kinds(&causes(URL, &form, &signed(&base), &Hints::default())), [vec![kind]], "{base}");
    }
    let sha256 = sign(SignatureMethod::HmacSha256, &base, &Lti11Secret::new(SECRET), "");
    assert_eq!(kinds(&causes(URL, &form, &sha256, &Hints::default())), [vec![Kind::SignatureMethod]]);
    let mut unpadded = signature(URL, &form).replace('=', "%3D");
    assert_eq!(kinds(&causes(URL, &form, &unpadded, &Hints::default())), [vec![Kind::SignatureEncoding]]);
    // Look for a launch whose signature holds a plus, which arrives as a space if nobody encodes it.
    let plus = (0..).find_map(|number| {
        let mut form = form.clone();
        form.push("oauth_nonce", &number.to_string());
        Some(signature(URL, &form)).filter(|made| made.contains('+')).map(|made| (form, made))
    });
    let (form, made) = plus.unwrap();
    unpadded = made.replace('+', " ");
    assert_eq!(kinds(&causes(URL, &form, &unpadded, &Hints::default())), [vec![Kind::SignatureEncoding]]);
}

#[test]
fn what_is_too_large_is_not_looked_into() {
    let mut form = launch();
    form.extend((0..150).map(|number| (format!("custom_{number}"), "x")));
    let found = causes(&URL.replace("https", "http"), &form, &signature(URL, &form), &Hints::default());
    assert_eq!(found, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_planted_cause_is_found_whatever_the_parameters(
        fields in proptest::collection::vec(("[a-z_ é]{1,8}", "\\PC{0,12}"), 0..8),
        which in 0..4_usize,
    ) {
        let mut form: Parameters = fields.iter().map(|(name, value)| (name, value)).collect();
        form.push("oauth_consumer_key", "key");
        let mut arrived = form.clone();
        let (signed, kind) = match which {
            0 => (signature(&URL.replace("https", "http"), &form), Kind::Scheme),
            1 => (signature(&URL.replace(":8443", ""), &form), Kind::Port),
            2 => {
                arrived.push("zz_added", "v");
                (signature(URL, &form), Kind::ParameterAdded)
            }
            _ => (signature(&URL.replace("?unit=3", ""), &form), Kind::QueryLeftOut),
        };
        let found = causes(URL, &arrived, &signed, &Hints::default());
        prop_assert!(found.iter().any(|cause| cause.kinds == [kind]), "{found:?}");
    }
}
