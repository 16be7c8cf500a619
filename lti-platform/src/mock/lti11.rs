//! The school as tools of LTI 1.1 see it: launches from its pages, and what the trace keeps of them.

use std::sync::Arc;

use lti_core::id::ResourceLinkId;
use lti_core::lti11::oauth1::Parameters;
use lti_core::service::Scopes;

use super::choice::Choice;
use super::choosing::ContentChoice;
use super::content::may_enter;
use super::explain::Place;
use super::observe::{entries, message};
use super::trace::{Entry, Kind, LaunchTrace, Message, REDACTED, ServiceCall};
use super::{MockState, StartError};
use crate::launch::LaunchRequest;
use crate::lti11::content_item::{CONTENT_ITEMS_PATH, ItemsRefusal, ItemsTaken};
use crate::lti11::{
    DEPLOYMENT, LaunchForm, Lti11LaunchError, Lti11Observer, Lti11Tool, OUTCOMES_PATH, OutcomeExchange, RELAUNCH_PATH,
};

impl MockState {
    /// The tool that a link leads to, if it is one of LTI 1.1.
    pub(super) fn lti11_tool_of(&self, link: &ResourceLinkId) -> Option<Arc<Lti11Tool>> {
        let school = self.store.school();
        let (_, link) = school.link(link)?;
        self.store.lti11_tool(&link.client_id)
    }

    /// Makes the form of a chosen launch by LTI 1.1 and begins its trace.
    pub(super) async fn start_lti11(&self, choice: &Choice) -> Result<LaunchForm, StartError> {
        let school = self.store.school();
        let (course, link) = school.link(&choice.link).ok_or(StartError::UnknownLink)?;
        let user = school.person(&choice.user).ok_or(StartError::UnknownUser)?;
        if !may_enter(course, user) {
            return Err(StartError::NotEnrolled);
        }
        let deployment = DEPLOYMENT.into();
        let mut request = LaunchRequest::new(user.id.clone(), link.client_id.clone(), deployment, link.id.clone());
        request.target_link_uri.clone_from(&link.target_link_uri);
        request.memo = choice.memo();
        let form = self.lti11.launch(request).await?;
        let enrolled = course.membership(&choice.user).map(|membership| membership.role);
        let role = choice.role.label(enrolled);
        let who = format!("{}, {}", user.name, role.as_deref().unwrap_or("school administrator"));
        self.begin_lti11(&form, who, format!("{}, {}", link.title, course.title));
        Ok(form)
    }

    /// Makes the form that lets somebody choose content in a tool of LTI 1.1 and begins its trace.
    pub(super) async fn start_lti11_content(&self, choice: &ContentChoice) -> Result<LaunchForm, StartError> {
        let school = self.store.school();
        let course = school.course(&choice.course).ok_or(StartError::UnknownCourse)?;
        let user = school.person(&choice.user).ok_or(StartError::UnknownUser)?;
        if !may_enter(course, user) {
            return Err(StartError::NotEnrolled);
        }
        let (deployment, context) = (DEPLOYMENT.into(), course.id.clone().into());
        let mut request = LaunchRequest::deep_linking(user.id.clone(), choice.client_id.clone(), deployment, context);
        request.memo = choice.target.value().to_owned();
        let form = self.lti11.launch(request).await?;
        let what = format!("Choosing content of {}, {}", choice.client_id, course.title);
        self.begin_lti11(&form, user.name.clone(), what);
        Ok(form)
    }

    fn begin_lti11(&self, form: &LaunchForm, who: String, what: String) {
        let at = self.clock.now();
        self.trace.begin(LaunchTrace { id: form.launch.clone(), at, who, what, messages: vec![self.posted(form)] });
    }

    /// The form as the trace keeps it: with what was signed, and without the signature.
    fn posted(&self, form: &LaunchForm) -> Message {
        Message {
            parameters: form_entries(&form.pairs()),
            base_string: Some(form.base_string.clone()),
            ..message(Kind::Lti11Launch, self.clock.now(), "POST", form.action.as_str())
        }
    }
}

/// Fields of a signed form; a signature would let its reader in.
pub(super) fn form_entries(pairs: &[(String, String)]) -> Vec<Entry> {
    let mut fields = entries(Place::Lti11, pairs);
    for field in &mut fields {
        if field.name == "oauth_signature" {
            REDACTED.clone_into(&mut field.value);
        }
    }
    fields
}

impl Lti11Observer for MockState {
    fn outcome(&self, exchange: &OutcomeExchange<'_>) {
        let query = exchange.query.map(|query| format!("?{query}")).unwrap_or_default();
        self.trace.add_service_call(ServiceCall {
            at: self.clock.now(),
            method: "POST".to_owned(),
            address: format!("{}{query}", self.lti11.below(OUTCOMES_PATH)),
            client_id: exchange.answer.tool.clone(),
            scopes: Scopes::default(),
            media_type: exchange.call.content_type.unwrap_or_default().to_owned(),
            request: String::from_utf8_lossy(exchange.call.body).into_owned(),
            status: exchange.answer.status,
            links: Vec::new(),
            answer: exchange.xml.to_owned(),
        });
    }

    fn chosen(&self, form: &Parameters, outcome: Result<&ItemsTaken, &ItemsRefusal>) {
        let at = self.clock.now();
        let pairs: Vec<_> = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let answer = Message {
            parameters: form_entries(&pairs),
            refusal: outcome.err().map(|refusal| refusal.reason.to_string()),
            ..message(Kind::ContentItemSelection, at, "POST", &self.lti11.below(CONTENT_ITEMS_PATH))
        };
        let launch = outcome.map_or_else(|refusal| refusal.launch.clone(), |taken| Some(taken.launch.clone()));
        let known = launch.filter(|id| self.trace.launch(id).is_some());
        let stray = || self.begin_stray(at, "a content item selection that belongs to no launch of this school");
        if let Some(id) = known.or_else(stray) {
            self.trace.add(&id, answer);
        }
    }

    fn relaunched(&self, parameters: &[(String, String)], outcome: Result<&LaunchForm, &Lti11LaunchError>) {
        let at = self.clock.now();
        let address = self.lti11.below(RELAUNCH_PATH);
        let asked = Message {
            parameters: form_entries(parameters),
            refusal: outcome.err().map(ToString::to_string),
            ..message(Kind::Lti11Relaunch, at, "GET", &address)
        };
        let known = outcome.ok().map(|form| form.launch.clone()).filter(|id| self.trace.launch(id).is_some());
        let stray = || self.begin_stray(at, "a relaunch that belongs to no launch of this school");
        let Some(id) = known.or_else(stray) else { return };
        self.trace.add(&id, asked);
        if let Ok(form) = outcome {
            self.trace.add(&id, self.posted(form));
        }
    }
}
