//! The pages that the suite's tool shows to a person who launches it by hand.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use crate::report::model::CaseResult;

/// What to enter in the platform, and what has arrived.
#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>lti-conformance</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}</style>
<main><h1>Judge a platform by hand</h1><p>Register this tool at the platform, launch it there, and come back.</p>
<dl>{% for (name, value) in values %}<dt>{{ name }}</dt><dd><code>{{ value }}</code></dd>{% endfor %}</dl>
<h2>Launches</h2>{% if launches.is_empty() %}<p>None has arrived yet.</p>{% else %}<ol>{% for launch in launches %}<li>{{ launch }}</li>{% endfor %}</ol>{% endif %}
<form method="post" action="{{ judge }}"><button>Give the verdict and end</button></form></main></html>"#,
    ext = "html"
)]
pub(super) struct FrontPage {
    /// What to enter: what it is called, and the value.
    pub(super) values: Vec<(&'static str, String)>,
    /// The names of the launches that arrived.
    pub(super) launches: Vec<String>,
    /// Where the button goes.
    pub(super) judge: String,
}

/// What a launch brought.
#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>lti-conformance</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}dd{margin:0 0 .5rem;overflow-wrap:anywhere}</style>
<main><h1>{{ title }}</h1><p>{{ text }}</p>{% for result in results %}<h2>{{ result.verdict }}: {{ result.title }}</h2>
<dl><dt>seen</dt><dd>{{ result.observed }}</dd><dt>mend</dt><dd>{{ result.hint }}</dd>{% for clause in result.clauses %}<dt>clause</dt><dd><a href="{{ clause.url }}">{{ clause.spec }}, {{ clause.section }}</a></dd>{% endfor %}</dl>{% endfor %}</main></html>"#,
    ext = "html"
)]
pub(super) struct LandingPage<'a> {
    /// The headline.
    pub(super) title: String,
    /// What to do next.
    pub(super) text: &'a str,
    /// What is wrong with the launch.
    pub(super) results: &'a [CaseResult],
}

/// A page as an answer.
pub(super) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
