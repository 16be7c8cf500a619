//! The good exchange that every case starts from: who launches what, the login, and the form that brings the ID token.

use http::Method;
use serde_json::{Map, Value, json};

use crate::{
    forge::Token,
    platform::{FOREIGN_KID, PLATFORM_KID},
    user_agent::CookiePolicy,
    world::World,
};

/// The namespace of LTI's claims.
pub const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";
/// The namespace of context roles.
pub const MEMBERSHIP: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#";
/// The namespace of institution roles.
pub const INSTITUTION: &str = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#";

/// The full name of an LTI claim.
pub fn lti(claim: &str) -> String {
    format!("{LTI}{claim}")
}

/// Somebody who launches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The subject identifier.
    pub sub: String,
    /// Given and family name.
    pub name: Option<(String, String)>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The roles.
    pub roles: Vec<String>,
}

impl Person {
    fn new(sub: &str, given: &str, family: &str, role: &str) -> Self {
        let email = format!("{}.{}@school.example", given.to_lowercase(), family.to_lowercase());
        Self {
            sub: sub.to_owned(),
            name: Some((given.to_owned(), family.to_owned())),
            email: Some(email),
            roles: vec![format!("{MEMBERSHIP}{role}")],
        }
    }

    /// The learner of the control.
    pub fn learner() -> Self {
        Self::new("suite-learner-ada", "Ada", "Lindqvist", "Learner")
    }

    /// Another learner.
    pub fn other_learner() -> Self {
        Self::new("suite-learner-ben", "Ben", "Okonkwo", "Learner")
    }

    /// An instructor.
    pub fn instructor() -> Self {
        Self::new("suite-instructor-cleo", "Cleo", "Marchetti", "Instructor")
    }

    /// The same person without names and e-mail address.
    #[must_use]
    pub fn nameless(mut self) -> Self {
        self.name = None;
        self.email = None;
        self
    }

    /// The full name.
    pub fn full_name(&self) -> Option<String> {
        self.name.as_ref().map(|(given, family)| format!("{given} {family}"))
    }

    /// The values that name this person.
    pub fn values(&self) -> Vec<String> {
        let mut values = vec![self.sub.clone()];
        values.extend(self.full_name());
        values.extend(self.email.clone());
        if let Some((given, family)) = &self.name {
            values.extend([given.clone(), family.clone()]);
        }
        values
    }
}

/// A placement of the tool in a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The resource link's id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// The course that a link lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The context's id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A launch before it begins.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The registration that it runs under.
    pub registration: usize,
    /// The deployment of that registration.
    pub deployment: String,
    /// Who launches.
    pub person: Person,
    /// What is launched.
    pub link: Link,
    /// Where it lies.
    pub course: Course,
    /// Whether the browser posts the login or follows a link.
    pub method: Method,
    /// The login initiation's parameters.
    pub login: Vec<(String, String)>,
    /// How the browser treats cookies.
    pub cookies: CookiePolicy,
}

impl Plan {
    /// A sound launch by this person under this registration.
    pub fn new(world: &World, registration: usize, person: Person) -> Self {
        let deployment = world.deployment(registration, 0).to_owned();
        let link = Link { id: "suite-link-1".to_owned(), title: "Photosynthesis quiz".to_owned() };
        let course = Course { id: "suite-course-1".to_owned(), title: "Plant biology".to_owned() };
        let login = vec![
            ("iss".to_owned(), world.issuer(registration)),
            ("login_hint".to_owned(), format!("hint-of-{}", person.sub)),
            ("target_link_uri".to_owned(), world.config.tool.target_link_uri.to_string()),
            ("lti_message_hint".to_owned(), format!("message-{}", world.next_number())),
            ("client_id".to_owned(), world.client_id(registration).to_owned()),
            ("lti_deployment_id".to_owned(), deployment.clone()),
        ];
        let mut plan = Self {
            registration,
            deployment,
            person,
            link,
            course,
            method: world.login_method(),
            login,
            cookies: CookiePolicy::Lenient,
        };
        if let Some(variant) = world.variant() {
            variant.dress_login(&mut plan, world);
        }
        plan
    }

    /// Runs under this deployment, in the login as in the token.
    pub fn set_deployment(&mut self, deployment: &str) {
        deployment.clone_into(&mut self.deployment);
        self.set_login("lti_deployment_id", deployment);
    }

    /// Sets a login parameter.
    pub fn set_login(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.login.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.login.push((name.to_owned(), value)),
        }
    }

    /// Leaves a login parameter out.
    pub fn remove_login(&mut self, name: &str) {
        self.login.retain(|(known, _)| known != name);
    }

    /// A login parameter.
    pub fn login_value(&self, name: &str) -> Option<&str> {
        self.login.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The sound ID token of this launch, answering this request.
    pub fn token(&self, world: &World, request: &AuthRequest) -> Token {
        let now = world.clock.now();
        let mut claims = Map::new();
        let mut set = |name: String, value: Value| {
            claims.insert(name, value);
        };
        set("iss".to_owned(), json!(world.issuer(self.registration)));
        set("aud".to_owned(), json!(world.client_id(self.registration)));
        set("sub".to_owned(), json!(self.person.sub));
        set("iat".to_owned(), json!(now));
        set("exp".to_owned(), json!(now + 300));
        set("nonce".to_owned(), json!(request.get("nonce").unwrap_or_default()));
        set("locale".to_owned(), json!("en-GB"));
        if let Some((given, family)) = &self.person.name {
            set("given_name".to_owned(), json!(given));
            set("family_name".to_owned(), json!(family));
            set("name".to_owned(), json!(format!("{given} {family}")));
        }
        if let Some(email) = &self.person.email {
            set("email".to_owned(), json!(email));
        }
        set(lti("message_type"), json!("LtiResourceLinkRequest"));
        set(lti("version"), json!("1.3.0"));
        set(lti("deployment_id"), json!(self.deployment));
        set(lti("target_link_uri"), json!(world.config.tool.target_link_uri.as_str()));
        set(lti("resource_link"), json!({"id": self.link.id, "title": self.link.title}));
        set(lti("roles"), json!(self.person.roles));
        set(
            lti("context"),
            json!({
                "id": self.course.id, "label": "BIO 102", "title": self.course.title,
                "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"],
            }),
        );
        set(
            lti("launch_presentation"),
            json!({"document_target": "iframe", "return_url": world.platform.url(0, crate::platform::RETURN_PATH)}),
        );
        let keys = world.platform.keys();
        let of_first = self.registration == 0 || world.issuer(self.registration) == world.issuer(0);
        let (key, kid) = if of_first { (&keys.platform, PLATFORM_KID) } else { (&keys.foreign, FOREIGN_KID) };
        let mut token = Token::new(claims, key.clone(), kid);
        if let Some(variant) = world.variant() {
            variant.dress_token(&mut token, self, world);
        }
        token
    }
}

/// The authentication request that the tool sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthRequest {
    /// The issuer at whose endpoint it arrived.
    pub issuer: usize,
    /// How it was sent.
    pub method: Method,
    /// Its parameters, in order.
    pub parameters: Vec<(String, String)>,
}

impl AuthRequest {
    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The names that stand there more than once.
    pub fn repeated(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let mut repeated: Vec<&str> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        repeated.dedup();
        repeated
    }
}

/// The form that brings the ID token to the tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// POST, unless a case asks what GET does.
    pub method: Method,
    /// The fields, in order.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// A sound response: the token, and the state if the tool sent one.
    pub fn new(request: &AuthRequest, id_token: String) -> Self {
        let mut fields = vec![("id_token".to_owned(), id_token)];
        if let Some(state) = request.get("state") {
            fields.push(("state".to_owned(), state.to_owned()));
        }
        Self { method: Method::POST, fields }
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name.to_owned(), value)),
        }
    }

    /// Leaves a field out.
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|(known, _)| known != name);
    }
}
