//! Properties of signatures: what is signed verifies, one bit makes it another message, and nothing panics.

#![expect(clippy::unwrap_used, reason = "tests")]

use lti_core::Timestamp;
use lti_core::lti11::inspect::{Context, Policy, Received, Request, Takes, inspect, verify};
use lti_core::lti11::oauth1::{
    BaseUri, Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, base_string, sign_form, verifies,
};
use proptest::prelude::*;

const URL: &str = "https://tool.example/launch?unit=3";
const NOW: Timestamp = Timestamp::from_secs(1_795_300_000);

fn signed(fields: &[(String, String)], secret: &Lti11Secret, method: SignatureMethod) -> Parameters {
    let required =
        [("lti_message_type", "basic-lti-launch-request"), ("lti_version", "LTI-1p0"), ("resource_link_id", "7")];
    let mut form: Parameters = required.into_iter().collect();
    form.extend(fields.iter().map(|(name, value)| (name, value)));
    let credentials = Credentials { consumer_key: "key", secret, method };
    sign_form(URL, &form, &credentials, Stamp { timestamp: NOW, nonce: "n" }).unwrap()
}

fn accepted(body: &[u8], secret: &Lti11Secret) -> bool {
    let received = Received {
        method: "POST",
        url: URL,
        content_type: Some("application/x-www-form-urlencoded"),
        authorization: None,
        body,
    };
    let policy = Policy::default();
    let context = Context { secret: Some(secret), takes: Takes::Launches, policy: &policy };
    let request = Request::read(received).unwrap();
    let clean = verify(&request, &context, NOW).is_ok();
    assert_eq!(clean, inspect(&request, &context, NOW).is_clean(), "both ways agree");
    clean
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_signed_is_accepted_and_one_bit_makes_it_another(
        fields in proptest::collection::vec(("x[\\PC]{0,9}", any::<String>()), 0..12),
        secret in any::<String>(),
        sha256 in any::<bool>(),
        bit in any::<proptest::sample::Index>(),
    ) {
        let secret = Lti11Secret::new(secret);
        let method = if sha256 { SignatureMethod::HmacSha256 } else { SignatureMethod::HmacSha1 };
        let form = signed(&fields, &secret, method);
        let body = form.to_form().into_bytes();
        prop_assert!(accepted(&body, &secret));
        let mut changed = body.clone();
        let bit = bit.index(body.len() * 8);
        changed[bit / 8] ^= 1 << (bit % 8);
        // A hexadecimal digit in the other case is the same byte.
        let same = Parameters::from_form(&changed) == Parameters::from_form(&body);
        prop_assert_eq!(accepted(&changed, &secret), same);
    }

    #[test]
    fn no_input_panics(
        url in "(https?://)?\\PC{0,30}", header in "(OAuth )?\\PC{0,60}", body in any::<Vec<u8>>(),
        text in "[a-z%&=+;\\PC]{0,80}",
    ) {
        let _ = BaseUri::parse(&url);
        for body in [body.as_slice(), text.as_bytes()] {
            let parameters = Parameters::from_form(body);
            let again = Parameters::from_form(parameters.to_form().as_bytes());
            prop_assert_eq!(&again, &parameters);
            prop_assert!(base_string("POST", URL, &parameters).is_ok());
            let _ = verifies(SignatureMethod::HmacSha1, body, &Lti11Secret::new(""), &text);
            let received = Received {
                method: "POST", url: URL, content_type: Some("application/x-www-form-urlencoded"),
                authorization: Some(&header), body,
            };
            let policy = Policy::default();
            let secret = Lti11Secret::new("s");
            let context = Context { secret: Some(&secret), takes: Takes::Launches, policy: &policy };
            prop_assert!(!inspect(&Request::read(received).unwrap(), &context, NOW).is_clean());
        }
    }
}
