//! `report.json`: the report as data, and the schema that it keeps.

use std::io;

use super::model::Report;
use super::redact::Redacted;

/// Writes a report as JSON, indented, with a line end.
///
/// # Errors
/// Whatever the writer answers.
pub fn write(report: &Redacted<Report>, out: &mut impl io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &**report)?;
    out.write_all(b"\n")
}

/// The JSON schema of `report.json` (draft 2020-12), as `conformance/schema/report.schema.json` holds it.
///
/// Members may be added within one version of the format: the schema allows what it does not know.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Report);
    schema.insert("title".to_owned(), "Report of lti-conformance".into());
    let mut text = format!("{:#}", schema.to_value());
    text.push('\n');
    text
}
