//! Registrations: tables as documents, and what goes over the wire in dynamic registration.

use lti_core::registration::dynamic::{
    LocalHttp, RegistrationRequest, RegistrationResponse, TOOL_CONFIGURATION, ToolConfiguration, ToolMessage,
};
use lti_core::registration::{PlatformRegistration, ProblemKind, RegistrationDocument, ToolRegistration};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

use crate::support::made;

const BOTH: &str = r#"
[[platform]]
issuer = "https://lms.example"
client_id = "tool-7"
deployment_ids = ["1", "2"]
authorization_url = "https://lms.example/auth"
jwks_url = "https://lms.example/jwks"
token_url = "https://lms.example/token"
token_audience = "https://lms.example"
services = true

[[tool]]
client_id = "tool-7"
name = "Quiz"
deployment_ids = ["1", "2"]
initiation_url = "https://tool.example/lti/login"
redirect_uris = ["https://tool.example/lti/launch"]
target_link_uri = "https://tool.example/quiz"
jwks_url = "https://tool.example/lti/jwks"
deep_linking = true
"#;

fn problems(text: &str) -> Vec<String> {
    RegistrationDocument::read_toml(text).problems.iter().map(ToString::to_string).collect()
}

#[test]
fn both_directions_are_read_and_written() {
    let reading = RegistrationDocument::read_toml(BOTH);
    assert_eq!(reading.problems, []);
    let document = made(reading.into_document());
    assert_eq!(document.to_toml().trim(), BOTH.trim());
    let again = RegistrationDocument::read_json(document.to_json().to_string().as_bytes());
    assert_eq!(made(again.into_document()), document);
}

#[test]
fn the_names_of_other_products_are_understood() {
    let reading = RegistrationDocument::read_toml(
        r#"
[platform]
platform_id = "https://lms.example"
client_id = "7"
deployment_id = "1"
auth_login_url = "https://lms.example/auth"
public_keyset_url = "https://lms.example/jwks"
auth_token_url = "https://lms.example/token"

[tool]
client_id = "7"
initiate_login_uri = "https://tool.example/login"
redirect_uri = "https://tool.example/launch"
"#,
    );
    assert_eq!(reading.problems, []);
    assert_eq!(reading.document.platforms[0].deployment_ids.len(), 1);
    assert_eq!(reading.document.tools[0].target_link_uri, "https://tool.example/launch");
}

#[test]
fn everything_wrong_is_named_with_its_line() {
    let text = r#"
[[platform]]
issuer = "https://lms.example?x=1"
client_id = ""
deployment_ids = ["1", "1", "é", 7]
authorisation_url = "https://lms.example/auth"
jwks_url = "lms.example/jwks"
services = "yes"

[[tool]]
client_id = "t"
initiation_url = "https://tool.example/login#top"
redirect_uris = []
public_key = "-----BEGIN PRIVATE KEY-----secret"
deep_linking = true

[[tols]]
"#;
    insta::assert_snapshot!(problems(text).join("\n"));
    assert!(RegistrationDocument::read_toml(text).into_document().is_err());
}

#[test]
fn what_is_no_document_says_so() {
    assert_eq!(problems("x ="), ["line 1: expected TOML, saw string values must be quoted, expected literal string"]);
    assert_eq!(problems(""), ["a registration is missing: expected [[platform]] or [[tool]]"]);
    assert_eq!(problems("platform = 7"), ["line 1: platform 1: platform: expected a table of fields, saw a number"]);
    let json = RegistrationDocument::read_json(b"[]");
    assert_eq!(json.problems[0].kind, ProblemKind::Document);
    assert_eq!(RegistrationDocument::read_json(b"{").problems[0].kind, ProblemKind::Document);
}

fn url() -> impl Strategy<Value = Url> {
    "https://[a-z]{1,10}\\.example(:[1-9][0-9]{3})?/[a-z0-9/]{0,12}"
        .prop_filter_map("a URL", |text| Url::parse(&text).ok())
}

prop_compose! {
    fn platform()(
        issuer in url(), client in "[ -~]{1,20}", ids in prop::collection::btree_set("[!-~]{1,30}", 0..3),
        authorization in url(), jwks in url(), token in prop::option::of(url()),
    ) -> PlatformRegistration {
        let mut platform = PlatformRegistration::new(issuer.as_str(), format!("c{client}"), authorization, jwks);
        platform.deployment_ids = ids.into_iter().map(Into::into).collect();
        platform.services = token.is_some();
        platform.token_url = token;
        platform
    }
}

prop_compose! {
    fn tool()(
        client in "\\PC{1,20}", login in url(), redirects in vec(url(), 1..3), target in url(), jwks in prop::option::of(url()),
    ) -> ToolRegistration {
        let mut tool = ToolRegistration::new(format!("c{client}"), login, target.as_str());
        tool.redirect_uris = redirects.iter().map(|url| url.as_str().to_owned()).collect();
        tool.deep_linking = jwks.is_some();
        tool.jwks_url = jwks;
        tool
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn documents_survive_the_way_there_and_back(platforms in vec(platform(), 0..3), tools in vec(tool(), 1..3)) {
        let mut document = RegistrationDocument::default();
        document.platforms = platforms;
        document.tools = tools;
        let toml = RegistrationDocument::read_toml(&document.to_toml());
        prop_assert_eq!(&toml.problems, &[]);
        prop_assert_eq!(&toml.document, &document);
        prop_assert_eq!(RegistrationDocument::read_json(document.to_json().to_string().as_bytes()).document, document);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", value in "[a-z\"\\[\\]{}=0-9, ]{0,30}") {
        let _ = RegistrationDocument::read_toml(&text);
        let _ = RegistrationDocument::read_json(text.as_bytes());
        let _ = RegistrationDocument::read_toml(&format!("[tool]\nredirect_uris = {value}"));
    }

    #[test]
    fn one_changed_line_never_breaks_the_reader(index in 0usize..20, with in "[a-z_]{1,12} = (true|7|\"[a-z:/]{0,12}\"|\\[\\])") {
        let mut lines: Vec<&str> = BOTH.lines().collect();
        let place = index % lines.len();
        lines[place] = &with;
        for problem in RegistrationDocument::read_toml(&lines.join("\n")).problems {
            prop_assert!(problem.line.is_some_and(|line| line <= lines.len() + 1), "{}", problem);
        }
    }

    #[test]
    fn any_request_is_read_and_written_alike(text in "\\PC{0,60}", members in vec(("[a-z_]{1,12}", "\\PC{0,20}"), 0..6)) {
        let _ = RegistrationRequest::from_json(text.as_bytes());
        let _ = RegistrationResponse::from_json(text.as_bytes());
        let mut document = request().to_json();
        for (name, value) in members {
            document[name] = value.into();
        }
        let read = made(RegistrationRequest::from_json(document.to_string().as_bytes()));
        let again = made(RegistrationRequest::from_json(read.to_json().to_string().as_bytes()));
        prop_assert_eq!(again, read);
    }
}

fn request() -> RegistrationRequest {
    let mut tool = ToolConfiguration::new("tool.example", "https://tool.example/launch");
    tool.messages = vec![ToolMessage::new("LtiResourceLinkRequest")];
    tool.claims = ["iss", "sub", "name"].map(str::to_owned).to_vec();
    let mut request = RegistrationRequest::new(
        "Quiz",
        "https://tool.example/login",
        ["https://tool.example/launch".to_owned()],
        "https://tool.example/jwks",
        tool,
    );
    request.scope = ["https://purl.imsglobal.org/spec/lti-ags/scope/score", "openid"].map(str::to_owned).to_vec();
    request
}

#[test]
fn a_request_is_written_strictly() {
    insta::assert_json_snapshot!(request().to_json());
    assert_eq!(request().check(LocalHttp::Refused), Ok(()));
}

#[test]
fn odd_requests_are_read_as_far_as_possible() {
    let odd = json!({
        "redirect_uris": "https://tool.example/launch", "scope": ["a b", "c"], "client_name": 7, "logo_uri": "",
        "client_name#ja": "クイズ",
        TOOL_CONFIGURATION: {
            "domain": "tool.example", "messages": ["LtiResourceLinkRequest", {"type": "LtiDeepLinkingRequest", "allowLearner": true}, 5],
            "custom_parameters": {"a": "1", "b": 2, "c": {}},
        },
    });
    let read = made(RegistrationRequest::from_json(odd.to_string().as_bytes()));
    assert_eq!(read.redirect_uris, ["https://tool.example/launch"]);
    assert_eq!(read.scope, ["a", "b", "c"]);
    assert_eq!((&read.client_name, &read.other["client_name"]), (&None, &json!(7)));
    assert_eq!(read.other["client_name#ja"], "クイズ");
    let tool = read.tool.unwrap_or_default();
    assert_eq!(tool.messages[0], ToolMessage::new("LtiResourceLinkRequest"));
    assert_eq!(tool.messages[1].other["allowLearner"], true);
    assert_eq!(tool.custom_parameters, [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
}

/// One named change of a sound request, and what a platform answers.
#[test]
fn what_keeps_a_request_from_being_taken_is_named() {
    let rows: [(&str, Value, &str); 13] = [
        ("/redirect_uris", json!([]), "invalid_redirect_uri"),
        ("/redirect_uris/0", json!("https://tool.example/launch#top"), "invalid_redirect_uri"),
        ("/redirect_uris/0", json!("http://tool.example/launch"), "invalid_redirect_uri"),
        ("/redirect_uris/0", json!("https://localhost/launch"), "invalid_redirect_uri"),
        ("/redirect_uris/0", json!("javascript:alert(1)"), "invalid_redirect_uri"),
        ("/redirect_uris/0", json!("https://a:b@tool.example/launch"), "invalid_redirect_uri"),
        ("/initiate_login_uri", Value::Null, "invalid_client_metadata"),
        ("/jwks_uri", json!("tool.example/jwks"), "invalid_client_metadata"),
        ("/client_name", json!(" "), "invalid_client_metadata"),
        ("/response_types", json!(["code"]), "invalid_client_metadata"),
        ("/token_endpoint_auth_method", json!("client_secret_basic"), "invalid_client_metadata"),
        ("/tool/domain", json!("sub.tool.example"), "invalid_client_metadata"),
        ("/tool/target_link_uri", Value::Null, "invalid_client_metadata"),
    ];
    for (place, value, code) in rows {
        let mut changed = request().to_json();
        let members = changed.as_object_mut().map(|members| members.remove(TOOL_CONFIGURATION));
        changed["tool"] = members.flatten().unwrap_or_default();
        if let Some(found) = changed.pointer_mut(place) {
            *found = value;
        }
        changed[TOOL_CONFIGURATION] = changed["tool"].take();
        let read = made(RegistrationRequest::from_json(changed.to_string().as_bytes()));
        let fault = read.check(LocalHttp::Refused).err().map(|fault| fault.code.as_str().to_owned());
        assert_eq!(fault.as_deref(), Some(code), "{place}");
    }
    let mut both = request();
    both.other.insert("jwks".to_owned(), json!({"keys": []}));
    assert!(both.check(LocalHttp::Refused).is_err());
    let mut bare = request();
    bare.tool = None;
    assert!(bare.check(LocalHttp::Refused).is_err());
}

#[test]
fn a_platform_on_this_machine_takes_tools_on_this_machine() {
    let text = request().to_json().to_string();
    for (host, taken) in
        [("http://localhost:9320", true), ("http://127.0.0.1:9320", true), ("http://tool.example", false)]
    {
        let local =
            text.replace("https://tool.example", host).replace("tool.example", host.trim_start_matches("http://"));
        let read = made(RegistrationRequest::from_json(local.as_bytes()));
        assert_eq!(read.check(LocalHttp::Taken).is_ok(), taken, "{host}");
        assert!(read.check(LocalHttp::Refused).is_err());
    }
}

#[test]
fn an_answer_keeps_its_token_to_itself() {
    let mut answer = RegistrationResponse::new("tool-7", request());
    answer.registration_access_token = Some("secret-token".to_owned());
    assert!(!format!("{answer:?}").contains("secret-token"));
    assert_eq!(made(RegistrationResponse::from_json(answer.to_json().to_string().as_bytes())), answer);
    for (body, seen) in [
        ("", "what is no JSON"),
        ("[]", "another JSON value"),
        ("{}", "an object without it"),
        (r#"{"client_id":""}"#, "an empty one"),
        (r#"{"client_id":null}"#, "one that is no text"),
    ] {
        let error = RegistrationResponse::from_json(body.as_bytes()).map_err(|error| error.seen);
        assert_eq!(error, Err(seen), "{body}");
    }
    let numbered = made(RegistrationResponse::from_json(br#"{"client_id":10000000000007}"#));
    assert_eq!(numbered.client_id.as_str(), "10000000000007");
}
