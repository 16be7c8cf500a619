//! Recorded launches, judged offline.

mod form;
mod har;
mod platform;
mod platform11;
mod privacy;

use conformance::{
    capture::{self, Recorded},
    report::model::{RunReport, Verdict},
};

const STUDENT: &str = include_str!("../../fixtures/moodle-4.5/lti13-launch-student1-cm13.json");
const TEACHER: &str = include_str!("../../fixtures/moodle-4.5/lti13-launch-teacher1-cm13.json");
const CHROMIUM: &str = include_str!("../../fixtures/moodle-4.5/two-launches.chromium.har");
const FIREFOX: &str = include_str!("../../fixtures/moodle-4.5/student1.firefox.har");

fn verdicts(run: &RunReport) -> Vec<(&str, Verdict)> {
    run.results.iter().map(|result| (result.id.as_str(), result.verdict)).collect()
}

/// The launches of a recording.
fn launches(text: &str) -> Vec<Recorded> {
    capture::launches(text).unwrap()
}
