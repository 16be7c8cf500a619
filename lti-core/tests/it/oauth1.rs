//! Signatures that others made and published: every encoding and port rule.

#![expect(clippy::unwrap_used, reason = "tests")]

use lti_core::Timestamp;
use lti_core::lti11::oauth1::{
    Credentials, Lti11Secret, Parameters, SignatureMethod, Source, Stamp, authorization_header, base_string, sign,
    sign_form,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    url: String,
    params: Vec<(String, String)>,
    secret: String,
    base_string: String,
    signature: String,
    form_body: String,
}

fn signature_method(parameters: &Parameters) -> SignatureMethod {
    parameters.get("oauth_signature_method").unwrap_or_default().parse().unwrap()
}

#[test]
fn every_vector_of_another_library_agrees() {
    let vectors: Vectors = serde_json::from_str(include_str!("../fixtures/lti11/vectors.json")).unwrap();
    assert_eq!(vectors.vectors.len(), 17);
    for vector in vectors.vectors {
        let secret = Lti11Secret::new(vector.secret);
        let given: Parameters = vector.params.iter().map(|(name, value)| (name, value)).collect();
        let posted = Parameters::from_form(vector.form_body.as_bytes());
        for parameters in [&given, &posted] {
            let base = base_string(&vector.method, &vector.url, parameters).unwrap();
            assert_eq!(base, vector.base_string, "{}", vector.name);
            assert_eq!(sign(signature_method(&given), &base, &secret, ""), vector.signature, "{}", vector.name);
        }
        assert_eq!(posted.get("oauth_signature"), Some(vector.signature.as_str()), "{}", vector.name);
    }
}

#[test]
fn the_example_of_oauth_core_agrees() {
    let parameters: Parameters = [
        ("file", "vacation.jpg"),
        ("size", "original"),
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_token", "nnch734d00sl2jdk"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1191242096"),
        ("oauth_nonce", "kllo9940pd9333jh"),
        ("oauth_version", "1.0"),
    ]
    .into_iter()
    .collect();
    let base = base_string("GET", "http://photos.example.net/photos", &parameters).unwrap();
    let signature = sign(SignatureMethod::HmacSha1, &base, &Lti11Secret::new("kd94hf93k423kf44"), "pfkkdhi9sl3r4s00");
    assert_eq!(signature, "tR3+Ty81lMeYAr/Fid0kMTYa/WM=");
}

/// The base string is the one that the RFC prints. The signature that it prints is not the one of its base string.
#[test]
fn the_example_of_the_rfc_agrees_with_its_base_string() {
    let mut parameters = Parameters::from_form(b"c2&a3=2+q");
    let header = "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", \
                  oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
                  oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"";
    parameters.extend_from_authorization(header).unwrap();
    let url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
    let base = base_string("post", url, &parameters).unwrap();
    assert_eq!(
        base,
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26\
         c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26\
         oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    );
    let signature = sign(SignatureMethod::HmacSha1, &base, &Lti11Secret::new("j49sk3j29djd"), "dh893hdasih9");
    assert_eq!(signature, "r6/TJjbCOr97/+UU0NsvSne7s5g=");
}

const PROTOCOL: [(&str, &str); 5] = [
    ("oauth_consumer_key", "12345"),
    ("oauth_nonce", "c8350c0e47782d16d2fa48b2090c1d8f"),
    ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "1251600739"),
    ("oauth_version", "1.0"),
];

/// The sample launch of the Basic LTI guide; it posts `oauth_callback` and does not sign it.
const GUIDE: [(&str, &str); 14] = [
    ("basiclti_submit", "Launch Endpoint with BasicLTI Data"),
    ("context_id", "456434513"),
    ("context_label", "SI182"),
    ("context_title", "Design of Personal Environments"),
    ("lis_person_contact_email_primary", "user@school.edu"),
    ("lis_person_name_full", "Jane Q. Public"),
    ("lis_person_sourced_id", "school.edu:user"),
    ("lti_message_type", "basic-lti-launch-request"),
    ("lti_version", "LTI-1p0"),
    ("resource_link_id", "120988f929-274612"),
    ("roles", "Instructor"),
    ("tool_consumer_instance_description", "University of School (LMSng)"),
    ("tool_consumer_instance_guid", "lmsng.school.edu"),
    ("user_id", "292832126"),
];

fn signed(url: &str, parameters: &Parameters, secret: &str) -> String {
    let base = base_string("POST", url, parameters).unwrap();
    sign(signature_method(parameters), &base, &Lti11Secret::new(secret), "")
}

#[test]
fn the_launch_of_the_guide_agrees() {
    let url = "http://dr-chuck.com/ims/php-simple/tool.php";
    let mut launch: Parameters = PROTOCOL.into_iter().chain(GUIDE).collect();
    assert_eq!(signed(url, &launch, "secret"), "TPFPK4u3NwmtLt0nDMP1G1zG30U=");
    assert_eq!(signed(&format!("{url}?a=1&b=2&c=3%20%26a"), &launch, "secret"), "uF7LooyefQN5aocx7UlYQ4tQM5k=");
    launch.push("oauth_callback", "about:blank");
    assert_eq!(signed(url, &launch, "secret"), "ygcxvTl4YWwq555U3+MBHKjskxc=");
    let mut other = launch.filtered(|name, _| name != "oauth_signature_method");
    other.push("oauth_signature_method", "HMAC-SHA256");
    assert_eq!(signed(url, &other, "secret"), "whcID1Ug0p741xAHs9kksMtm9XfzeGvgB6XIfQmZwoY=");
}

#[test]
fn ports_of_a_small_launch_agree() {
    let rest =
        [("resource_link_id", "1"), ("lti_message_type", "basic-lti-launch-request"), ("lti_version", "LTI-1.0")];
    let launch: Parameters = PROTOCOL.into_iter().chain(rest).collect();
    let at = |address: &str| {
        signed(&address.replace("HOST", "dr-chuck.com").replace("PATH", "/ims/php-simple/tool.php"), &launch, "secret")
    };
    for (address, signature) in [
        ("http://HOST:123PATH", "HdHJri8Z7OhnMhxX27hSPB5W+SI="),
        ("http://HOSTPATH", "bTcODyqQSdogpn1mJAugGB2c2F4="),
        ("http://HOST:80PATH", "bTcODyqQSdogpn1mJAugGB2c2F4="),
        ("http://HOST:443PATH", "n0P6aFgyv6ikNsMiNNG/KjxMZ8w="),
        ("https://HOSTPATH", "9DoVeq1RYnidTgF71Zg16SNJFpY="),
        ("https://HOST:443PATH", "9DoVeq1RYnidTgF71Zg16SNJFpY="),
        ("https://HOST:80PATH", "4L1f5SctEX0num3GPElvMKq2w+s="),
        ("https://HOST:80PATH?oi=hoyt", "dvvQchwqhDH1nFGzWbgVxmcUysc="),
    ] {
        assert_eq!(at(address), signature, "{address}");
    }
}

/// Address, further fields, secret, and the signature under either method.
type Edge<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str, &'a str);

#[test]
fn edges_of_encoding_agree_under_both_methods() {
    let launch: Parameters = [
        ("lti_message_type", "basic-lti-launch-request"),
        ("lti_version", "LTI-1p0"),
        ("resource_link_id", "120988f929-274612"),
        ("user_id", "292832126"),
        ("roles", "Instructor,urn:lti:instrole:ims/lis/Alumni"),
        ("lis_person_name_full", "Zoë O'Neil & Co."),
        ("context_title", ""),
        ("custom_a", "x y+z~*"),
        ("oauth_consumer_key", "key"),
        ("oauth_nonce", "c8350c0e47782d16d2fa48b2090c1d8f"),
        ("oauth_timestamp", "1251600739"),
        ("oauth_version", "1.0"),
        ("oauth_callback", "about:blank"),
    ]
    .into_iter()
    .collect();
    let twice: Vec<(&str, &str)> = vec![("x", "2"), ("x", "10")];
    let rows: [Edge<'_>; 8] = [
        (
            "https://tool.example.com/lti/launch",
            &[],
            "secret",
            "pY8Va7sAhAdlpVKAOqijZrWfB5I=",
            "tvrY3Eey9MRdQ35t1cM4fnuXHaT9hY1OK0+0UiAdE0s=",
        ),
        (
            "HTTPS://Tool.Example.COM:443/lti/launch",
            &[],
            "secret",
            "pY8Va7sAhAdlpVKAOqijZrWfB5I=",
            "tvrY3Eey9MRdQ35t1cM4fnuXHaT9hY1OK0+0UiAdE0s=",
        ),
        (
            "https://tool.example.com:8443/lti/launch",
            &[],
            "secret",
            "N2T3s5qIyZ0XcSqPg5RfWV6TzRo=",
            "s3p1mzgYI5zJEdd3O/5TFUgL5wOX/xXnMc34X7wYyAo=",
        ),
        (
            "https://tool.example.com/lti/launch?b=2&a=1&empty=",
            &[],
            "secret",
            "Jsf0dvnTvr+HNyxu5b361ZXaH/w=",
            "owW/dtak50tmOXQmjNJw3nuYRtciykRKXAck3IsQQxo=",
        ),
        (
            "https://tool.example.com/lti/launch?x=1",
            &twice,
            "secret",
            "VTsExS8AwnFNZG7Dx29bxS/bRAI=",
            "vximHLYyu2PGtP4/Z3U6aFGAxNAZal6jx9i1qPTz1Fw=",
        ),
        (
            "https://tool.example.com",
            &[],
            "secret",
            "khYqNvshwAdwD5NMUQ2pNjIAkSc=",
            "exnLq8tx1BZA1oCT/zC5T6z6U5iqLI+s5UugG2hBWKU=",
        ),
        (
            "https://tool.example.com/lti/launch",
            &[],
            "s&c r/é",
            "JIGGAE9BSNzNxnMpsp4unzvQNIc=",
            "O3i/e3uDhiiF+dEvrSQVvPODY8PVZV0V7ih/SVJ2InQ=",
        ),
        (
            "https://tool.example.com/lti/launch#top",
            &[],
            "secret",
            "pY8Va7sAhAdlpVKAOqijZrWfB5I=",
            "tvrY3Eey9MRdQ35t1cM4fnuXHaT9hY1OK0+0UiAdE0s=",
        ),
    ];
    for (url, more, secret, sha1, sha256) in rows {
        for (method, signature) in [("HMAC-SHA1", sha1), ("HMAC-SHA256", sha256)] {
            let mut launch = launch.clone();
            launch.extend(more.iter().copied());
            launch.push("oauth_signature_method", method);
            assert_eq!(signed(url, &launch, secret), signature, "{url} {method}");
            // What travels as a form is the same launch, whatever way the form is written.
            let form = launch.to_form();
            assert_eq!(signed(url, &Parameters::from_form(form.as_bytes()), secret), signature, "{form}");
            let plus = form.replace("%20", "+").replace("%C3%AB", "%c3%ab").replace("context_title=", "context_title");
            assert_eq!(signed(url, &Parameters::from_form(plus.as_bytes()), secret), signature, "{plus}");
        }
    }
}

#[derive(Deserialize)]
struct Capture {
    form: CapturedForm,
}

#[derive(Deserialize)]
struct CapturedForm {
    action: String,
    fields: Vec<(String, String)>,
}

/// A page shows LF where the platform signed CR LF: it knows what browsers post. `sign_form` knows it as well, and makes
/// the very same signature.
#[test]
fn a_launch_of_moodle_is_signed_alike() {
    let capture: Capture =
        serde_json::from_str(include_str!("../fixtures/moodle-4.5/lti11-launch-student1.json")).unwrap();
    let (action, fields) = (capture.form.action, capture.form.fields);
    let shown: Parameters = fields.iter().map(|(name, value)| (name, value)).collect();
    let secret = Lti11Secret::new("secret11");
    let credentials = Credentials { consumer_key: "key11", secret: &secret, method: SignatureMethod::HmacSha1 };
    let nonce = shown.get("oauth_nonce").unwrap();
    let stamp = Stamp { timestamp: Timestamp::from_secs(1_795_301_851), nonce };
    let form = sign_form(&action, &shown, &credentials, stamp).unwrap();
    assert_eq!(form.get("oauth_signature"), shown.get("oauth_signature"));
    assert_eq!(form.get("resource_link_description"), Some("Line one\r\nLine two"));
    assert_ne!(signed(&action, &shown, "secret11"), shown.get("oauth_signature").unwrap());
}

#[test]
fn a_service_request_signs_its_body_and_its_query() {
    let secret = Lti11Secret::new("secret");
    let credentials = Credentials { consumer_key: "key", secret: &secret, method: SignatureMethod::HmacSha256 };
    let stamp = Stamp { timestamp: Timestamp::from_secs(1_251_600_739), nonce: "n+1" };
    let url = "https://lms.example/outcomes?id=a%20b";
    let header = authorization_header("post", url, b"", &credentials, stamp).unwrap();
    let mut all = Parameters::new();
    all.extend_from_authorization(&header).unwrap();
    assert_eq!(all.get("oauth_body_hash"), Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
    assert_eq!(all.get("oauth_nonce"), Some("n+1"));
    assert_eq!(all.get("oauth_callback"), None);
    assert!(all.sources().all(|(_, source)| source == Source::Header));
    let signature = all.get("oauth_signature").unwrap();
    assert_eq!(signed(url, &all, "secret"), signature);
    assert_ne!(signed("https://lms.example/outcomes", &all, "secret"), signature);
}
