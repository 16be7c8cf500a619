//! What a launch says of itself, once its signature is known to be right: which message it is, for which link, and where
//! the browser goes when that is wrong.

use url::Url;

use super::{ParameterFlaw, PeopleFlaw, Refusal, ReturnFlaw, Tool11Double, wire::Parameters};

/// What the parameters of a launch begin with.
const KNOWN: [&str; 10] = [
    "oauth_",
    "lti_",
    "lis_",
    "context_",
    "resource_link_",
    "launch_presentation_",
    "tool_consumer_",
    "user_",
    "custom_",
    "ext_",
];
/// Parameters whose names stand for themselves.
const KNOWN_WHOLE: [&str; 6] =
    ["roles", "role_scope_mentor", "resourcelinkid", "relaunch_url", "platform_state", "tool_state"];
/// The longest user id that a tool with a limit takes.
const LONGEST_USER: usize = 100;

impl Tool11Double {
    /// Whether a verified launch is one that the double serves.
    pub(super) fn served(&self, parameters: &Parameters) -> Result<(), Refusal> {
        self.acceptable(parameters)?;
        let wrong = |reason: &str| Err(self.turned_back(parameters, reason));
        if !self.takes_type(parameters.get("lti_message_type").as_deref()) {
            return wrong("the message type is not known");
        }
        if !self.takes_version(parameters.get("lti_version").as_deref()) {
            return wrong("the LTI version is not LTI-1p0");
        }
        if !self.takes_link(parameters) {
            return wrong("resource_link_id is missing");
        }
        let lacks = |name: &str| parameters.filled(name).is_none();
        if lacks("context_title") && self.has(ParameterFlaw::CourseWanted) {
            return wrong("a course is needed");
        }
        let nameless = lacks("lis_person_name_full") && lacks("lis_person_name_given");
        if nameless && self.has(PeopleFlaw::NameWanted) {
            return wrong("a name is needed");
        }
        if nameless && self.has(PeopleFlaw::NameWantedOnPage) {
            return Err(Refusal::new("a name is needed"));
        }
        match parameters.get("user_id") {
            None if self.has(PeopleFlaw::UserWanted) => wrong("user_id is missing"),
            Some(user) if user.is_empty() && self.has(PeopleFlaw::EmptyUserRefused) => wrong("user_id is empty"),
            Some(user) if user.len() > LONGEST_USER && self.has(PeopleFlaw::UserLimited) => {
                wrong("user_id is too long")
            }
            _ => Ok(()),
        }
    }

    /// What a tool cannot read, or does not want to.
    fn acceptable(&self, parameters: &Parameters) -> Result<(), Refusal> {
        let any = |wanted: &dyn Fn(&str, &[u8]) -> bool| {
            parameters.0.iter().any(|known| wanted(&String::from_utf8_lossy(&known.name), &known.value))
        };
        let unknown =
            |name: &str, _: &[u8]| !KNOWN.iter().any(|start| name.starts_with(start)) && !KNOWN_WHOLE.contains(&name);
        let custom = |name: &str| name.starts_with("custom_");
        if self.has(ParameterFlaw::ClosedList) && any(&unknown) {
            return Err(Refusal::new("a parameter is not known"));
        }
        if self.has(ParameterFlaw::CustomResolved) && any(&|name, value| custom(name) && value.starts_with(b"$")) {
            return Err(Refusal::new("a custom parameter was not resolved"));
        }
        if self.has(ParameterFlaw::TargetListed)
            && parameters.get("launch_presentation_document_target").as_deref() == Some("popup")
        {
            return Err(Refusal::new("the presentation is not served"));
        }
        if self.has(ParameterFlaw::MentorScopeRaw)
            && parameters.get("role_scope_mentor").is_some_and(|scope| scope.contains('%'))
        {
            return Err(Refusal::new("role_scope_mentor is no list of users"));
        }
        Ok(())
    }

    fn takes_type(&self, named: Option<&str>) -> bool {
        match named {
            Some("basic-lti-launch-request") => true,
            _ if self.has(ParameterFlaw::TypeIgnored) => true,
            None => self.has(ParameterFlaw::TypeDefaulted),
            Some("ContentItemSelectionRequest") => self.has(ParameterFlaw::ContentItemLaunched),
            Some(other) => other.ends_with("basic-lti-launch-request") && self.has(ParameterFlaw::TypeByItsEnd),
        }
    }

    fn takes_version(&self, named: Option<&str>) -> bool {
        match named {
            Some("LTI-1p0") => true,
            _ if self.has(ParameterFlaw::VersionIgnored) => true,
            None => self.has(ParameterFlaw::VersionDefaulted),
            Some("LTI-1p1") if self.has(ParameterFlaw::VersionAdvanced) => true,
            Some("LTI-2p0") if self.has(ParameterFlaw::SecondVersionTaken) => true,
            Some(other) => other.starts_with("LTI-1") && self.has(ParameterFlaw::VersionByItsStart),
        }
    }

    fn takes_link(&self, parameters: &Parameters) -> bool {
        match parameters.get("resource_link_id") {
            Some(link) if !link.is_empty() => true,
            // An anonymous launch of LTI 1.1.2 and a content-item request name no link yet.
            None if self.has(ParameterFlaw::ContentItemLaunched) || self.has(ParameterFlaw::TypeIgnored) => {
                parameters.get("content_item_return_url").is_some()
            }
            _ if self.has(ParameterFlaw::LinkIgnored) => true,
            Some(_) => self.has(ParameterFlaw::EmptyLinkTaken),
            None => parameters.get("resourcelinkid").is_some() && self.has(ParameterFlaw::LinkGuessed),
        }
    }

    /// Sends a user whose launch is signed and wrong back to the platform.
    fn turned_back(&self, parameters: &Parameters, reason: &str) -> Refusal {
        let page = Refusal::new(reason);
        if self.has(ReturnFlaw::Stays) {
            return page;
        }
        let Some(named) = parameters.filled("launch_presentation_return_url") else { return page };
        let web = named.starts_with("https://") || named.starts_with("http://");
        let any = self.has(ReturnFlaw::AnyScheme)
            || (self.has(ReturnFlaw::ScriptsAlone) && !named.starts_with("javascript:"));
        if !web {
            return if any { Refusal::elsewhere(named) } else { page };
        }
        let Ok(mut url) = Url::parse(&named) else { return page };
        if self.has(ReturnFlaw::QueryLost) {
            url.set_query(None);
        }
        let reason = if self.has(ReturnFlaw::Long) { reason.repeat(100) } else { reason.to_owned() };
        match () {
            () if self.has(ReturnFlaw::Silent) => {}
            () if self.has(ReturnFlaw::OtherName) => drop(url.query_pairs_mut().append_pair("error", &reason)),
            () => drop(url.query_pairs_mut().append_pair("lti_errormsg", &reason)),
        }
        Refusal { posts: self.has(ReturnFlaw::Posted), ..Refusal::elsewhere(url.to_string()) }
    }

    /// The page of its own that a launch asks for; a path, and nothing that a browser reads as another host.
    pub(super) fn next(&self, parameters: &Parameters) -> Option<String> {
        let next = parameters.filled("custom_next")?;
        let own = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\");
        let followed = own
            || self.has(ReturnFlaw::NextAnywhere)
            || (self.has(ReturnFlaw::NextByOneSlash) && next.starts_with('/'))
            || (self.has(ReturnFlaw::NextByTwoSlashes) && next.starts_with('/') && !next.starts_with("//"));
        followed.then_some(next)
    }
}
