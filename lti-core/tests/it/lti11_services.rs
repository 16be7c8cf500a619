//! Basic Outcomes and Content-Item of LTI 1.x: what is written is read back, and what others write is read.

#![expect(clippy::unwrap_used, reason = "tests")]

use lti_core::lti11::content_item::{
    ContentItem, ContentItemSelection, ItemError, ItemType, LTI_LINK, LineItem, SelectionError, read_items, write_items,
};
use lti_core::lti11::launch::LaunchParameters;
use lti_core::lti11::outcomes::{
    CodeMajor, CodeMinor, NAMESPACE, Operation, OutcomeRequest, OutcomeResponse, ResponseBody, ResultData, ResultScore,
    Score, ScoreError, Severity, XmlError,
};
use proptest::prelude::*;

use crate::properties::any_json;

/// As an older platform and tool write it: another namespace, prefixes, elements of their own, and a comma in the score.
const OLD: &str = r#"<?xml version = "1.0" encoding = "UTF-8"?>
<p:imsx_POXEnvelopeRequest xmlns:p="http://www.imsglobal.org/lis/oms1p0/pox">
  <p:imsx_POXHeader><p:imsx_POXRequestHeaderInfo>
    <p:imsx_version>V1.0</p:imsx_version><p:imsx_messageIdentifier>7</p:imsx_messageIdentifier><p:mine/>
  </p:imsx_POXRequestHeaderInfo></p:imsx_POXHeader>
  <p:imsx_POXBody><p:replaceResultRequest><p:resultRecord>
    <p:sourcedGUID><p:sourcedId>{&quot;a&quot;:&lt;1&#62;}</p:sourcedId></p:sourcedGUID>
    <p:result><p:resultScore><p:language>de</p:language><p:textString>0,5</p:textString></p:resultScore>
      <p:resultData><p:url>https://tool.example/work?a=1&amp;b=2</p:url></p:resultData></p:result>
  </p:resultRecord></p:replaceResultRequest></p:imsx_POXBody>
</p:imsx_POXEnvelopeRequest>"#;

#[test]
fn a_request_in_the_older_namespace_is_read_and_its_score_is_none() {
    let request = OutcomeRequest::from_xml(OLD.as_bytes()).unwrap();
    assert_eq!(request.message_identifier.as_deref(), Some("7"));
    assert_eq!(request.operation.sourcedid(), Some(r#"{"a":<1>}"#));
    let Operation::Replace { score: Some(score), data, .. } = &request.operation else { panic!("{request:?}") };
    assert_eq!((score.language.as_deref(), score.score()), (Some("de"), Err(ScoreError::NotANumber)));
    assert_eq!(*data, Some(ResultData::Url("https://tool.example/work?a=1&b=2".into())));
    let shown = format!("{request:?} {score:?} {data:?}");
    assert!(!shown.contains("0,5") && !shown.contains("<1>") && !shown.contains("work"), "{shown}");
}

#[test]
fn what_is_missing_or_unknown_is_read_so_that_it_can_be_answered() {
    let envelope = |body: &str| {
        let text = format!("<imsx_POXEnvelopeRequest xmlns='{NAMESPACE}'>{body}</imsx_POXEnvelopeRequest>");
        OutcomeRequest::from_xml(text.as_bytes()).unwrap()
    };
    let nothing = envelope("");
    assert_eq!((nothing.message_identifier.clone(), &nothing.operation), (None, &Operation::Unknown(String::new())));
    let unknown = envelope("<imsx_POXBody><sendBananasRequest/></imsx_POXBody>");
    assert_eq!(unknown.operation.name(), "sendBananas");
    let answer = OutcomeResponse::unsupported("1", &unknown);
    assert_eq!((answer.code_major, answer.operation_ref.as_deref()), (CodeMajor::Unsupported, Some("sendBananas")));
    let bare = envelope("<imsx_POXBody><replaceResultRequest/></imsx_POXBody>");
    assert_eq!(bare.operation, Operation::Replace { sourcedid: String::new(), score: None, data: None });
    let other = OutcomeRequest::from_xml(b"<imsx_POXEnvelopeResponse/>");
    assert_eq!(other, Err(XmlError::Root("imsx_POXEnvelopeRequest")));
}

#[test]
fn each_answer_is_read_back_and_names_its_request() {
    let replace = OutcomeRequest::new("r-1", Operation::replace("s", Score::new(0.5).unwrap()));
    let read = OutcomeRequest::new("r-2", Operation::read("s"));
    let delete = OutcomeRequest::new("r-3", Operation::delete("s"));
    let answers = [
        OutcomeResponse::success("1", &replace, "stored <&>"),
        OutcomeResponse::success("2", &delete, "gone"),
        OutcomeResponse::score("3", &read, Some(Score::new(1.0).unwrap())),
        OutcomeResponse::score("4", &read, None),
        OutcomeResponse::failure("5", &replace, CodeMinor::InvalidData, "the score is not from 0.0 to 1.0"),
        OutcomeResponse::unreadable("6", "the document is not UTF-8"),
    ];
    for answer in &answers {
        assert_eq!(&OutcomeResponse::from_xml(answer.to_xml().unwrap().as_bytes()).unwrap(), answer);
    }
    let [stored, _, full, none, failure, unreadable] = answers;
    assert!(stored.is_success() && stored.body == ResponseBody::Replace && !failure.is_success());
    assert_eq!((stored.message_ref.as_deref(), stored.operation_ref.as_deref()), (Some("r-1"), Some("replaceResult")));
    let score_of = |answer: OutcomeResponse| match answer.body {
        ResponseBody::Read { score, .. } => score.map(|score| (score.text.clone(), score.score())),
        _ => None,
    };
    assert_eq!(score_of(full), Some(("1.0".into(), Score::new(1.0))));
    assert!(none.is_success());
    assert_eq!(score_of(none), Some((String::new(), Err(ScoreError::Empty))));
    assert_eq!((failure.severity, failure.body), (Some(Severity::Error), ResponseBody::Empty));
    assert_eq!(unreadable.message_ref, None);
}

#[test]
fn a_request_is_written_as_the_guide_prints_it() {
    let request = OutcomeRequest::new("999999123", Operation::replace("3124567", Score::new(0.92).unwrap()));
    insta::assert_snapshot!(request.to_xml().unwrap());
    let answer = OutcomeResponse::failure("4560", &request, CodeMinor::UnknownObject, "the sourcedId is not known");
    insta::assert_snapshot!(answer.to_xml().unwrap());
}

#[test]
fn what_xml_cannot_carry_is_not_written() {
    let request = OutcomeRequest::new("1", Operation::read("a\u{1}b"));
    let error = request.to_xml().unwrap_err();
    assert_eq!(error.to_string(), "sourcedId holds a character that XML 1.0 cannot carry");
}

#[test]
fn items_of_an_older_tool_are_read_with_everything_that_is_its_own() {
    let text = r#"{"@context":["http://purl.imsglobal.org/ctx/lti/v1/ContentItem",{"x":"y"}],"@graph":[
        {"@type":"LtiLink","mediaType":"application/vnd.ims.lti.v1.ltilink","title":7,"custom":{"a":"1","b":2},
         "icon":"https://tool.example/i.png","placementAdvice":{"displayWidth":"640","presentationDocumentTarget":"IFRAME"},
         "lineItem":{"@type":"LineItem","label":"Quiz","scoreConstraints":{"normalMaximum":"10"}},"mine":{"deep":[1]}},
        {"@type":"Poem","text":"roses"}]}"#;
    let items = read_items(text).unwrap();
    let [link, poem] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((&link.item_type, link.media_type.as_deref()), (&ItemType::LtiLinkItem, Some(LTI_LINK)));
    assert_eq!(link.custom, [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
    assert_eq!(link.icon.as_ref().map(|icon| icon.id.as_str()), Some("https://tool.example/i.png"));
    assert_eq!(link.placement_advice.as_ref().and_then(|advice| advice.display_width), Some(640));
    assert_eq!(link.line_item.as_ref().and_then(|column| column.normal_maximum), Some(10.0));
    assert_eq!((link.title.as_deref(), link.other.len()), (None, 2));
    assert_eq!((&poem.item_type, poem.text.as_deref()), (&ItemType::Unknown("Poem".into()), Some("roses")));
    let one = r#"{"@type":"FileItem","@id":"urn:x"}"#;
    for alone in [one.to_owned(), format!("[{one}]"), format!(r#"{{"@graph":{one}}}"#)] {
        assert_eq!(read_items(&alone).unwrap()[0].id.as_deref(), Some("urn:x"));
    }
    for (broken, error) in [
        ("{", ItemError::Json),
        ("7", ItemError::Graph),
        ("{}", ItemError::Graph),
        (r#"{"@graph":[1]}"#, ItemError::Graph),
    ] {
        assert_eq!(read_items(broken), Err(error));
    }
}

#[test]
fn an_item_that_breaks_a_rule_is_not_written() {
    let sound = ContentItem::lti_link("https://tool.example/q", "Quiz");
    let wrong = |change: fn(&mut ContentItem)| {
        let mut item = sound.clone();
        change(&mut item);
        write_items(&[item]).unwrap_err()
    };
    assert_eq!(wrong(|item| item.media_type = None), ItemError::MediaType);
    assert_eq!(wrong(|item| item.media_type = Some("text/html".into())), ItemError::LinkMediaType);
    assert_eq!(wrong(|item| item.url = Some("javascript:alert(1)".into())), ItemError::Address("url"));
    assert_eq!(wrong(|item| item.line_item = Some(LineItem::new("Quiz", 0.0))), ItemError::Maximum);
    let nothing = |item: &mut ContentItem| {
        item.item_type = ItemType::FileItem;
        item.url = None;
    };
    assert_eq!(wrong(nothing), ItemError::Nothing);
}

#[test]
fn an_answer_is_read_back() {
    let mut link = ContentItem::lti_link("https://tool.example/q", "Quiz");
    link.custom = vec![("Level".into(), "7".into())];
    link.line_item = Some(LineItem::new("Quiz", 12.5));
    let mut answer = ContentItemSelection::new([link, ContentItem::content("https://tool.example/p.png", "image/png")]);
    answer.data = Some("opaque".into());
    answer.message = Some("two things chosen".into());
    let message = answer.message().unwrap();
    assert_eq!(ContentItemSelection::read(&message), Ok(answer));
    let cancelled = ContentItemSelection::default().message().unwrap();
    assert_eq!(ContentItemSelection::read(&cancelled).unwrap().items, []);
    let nothing = LaunchParameters::new([("lti_message_type", "ContentItemSelection")]);
    assert_eq!(ContentItemSelection::read(&nothing), Ok(ContentItemSelection::default()));
    assert_eq!(ContentItemSelection::read(&LaunchParameters::default()), Err(SelectionError::MessageType));
}

proptest! {
    #[test]
    fn no_document_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..OLD.len(), byte in any::<u8>()) {
        let _ = (OutcomeRequest::from_xml(&bytes), OutcomeResponse::from_xml(&bytes));
        let mut altered = OLD.as_bytes().to_vec();
        altered[at] = byte;
        let _ = OutcomeRequest::from_xml(&altered);
    }

    #[test]
    fn a_request_comes_back(id in "\\PC{0,30}", sourcedid in "\\PC{0,60}|[ \r\n\t&<>\"']{0,9}", score in 0.0..=1.0_f64) {
        for operation in [
            Operation::replace(sourcedid.clone(), Score::new(score).unwrap()),
            Operation::read(sourcedid.clone()),
            Operation::delete(sourcedid.clone()),
        ] {
            let request = OutcomeRequest::new(id.clone(), operation);
            let read = OutcomeRequest::from_xml(request.to_xml().unwrap().as_bytes()).unwrap();
            prop_assert_eq!(&read, &request);
        }
        let text = ResultScore::new(Score::new(score).unwrap());
        prop_assert_eq!(text.score().map(Score::value), Ok(score));
    }

    #[test]
    fn items_of_any_json_are_read_and_lose_nothing(json in any_json()) {
        if let Ok(items) = read_items(&json.to_string()) {
            for item in items {
                let _ = write_items(&[item]);
            }
        }
        // a float may lose its last digit in JSON itself
        prop_assume!(serde_json::from_str::<serde_json::Value>(&json.to_string()).ok().as_ref() == Some(&json));
        let mut link = ContentItem::lti_link("https://tool.example/", "Quiz");
        link.other.insert("mine".to_owned(), json);
        let written = write_items(std::slice::from_ref(&link)).unwrap();
        prop_assert_eq!(read_items(&written).unwrap(), [link]);
    }
}
