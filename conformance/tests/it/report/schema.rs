//! The published schema is the one that the code keeps, and a written report keeps it.

use std::path::Path;

use conformance::report::json;
use conformance::report::redact::Redactor;
use serde_json::Value;

use super::fixture;

/// Where the schema is published; `UPDATE_SCHEMA=1 cargo test -p conformance` writes it anew.
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");

#[test]
fn the_published_schema_is_fresh() {
    let schema = json::schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(Path::new(PUBLISHED), &schema).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap();
    assert_eq!(published, schema, "{PUBLISHED} is stale: run this test with UPDATE_SCHEMA=1");
}

fn errors(report: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(&json::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(report).map(|error| error.to_string()).collect()
}

fn written() -> Value {
    let mut out = Vec::new();
    let report = fixture::of(vec![fixture::run(), fixture::quiet_run()]);
    json::write(&Redactor::new().report(&report), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn a_written_report_keeps_the_schema() {
    assert_eq!(errors(&written()), Vec::<String>::new());
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let mut report = written();
    report["runs"][0]["results"][0]["verdict"] = "perhaps".into();
    assert!(!errors(&report).is_empty());
    assert!(!errors(&serde_json::json!({"version": 1})).is_empty());
}

#[test]
fn a_written_report_can_be_read_back() {
    let report = fixture::report();
    let redacted = Redactor::new().report(&report);
    let mut out = Vec::new();
    json::write(&redacted, &mut out).unwrap();
    let read: conformance::report::model::Report = serde_json::from_slice(&out).unwrap();
    assert_eq!(read, *redacted);
}
