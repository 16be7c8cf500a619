//! A function, and how its request is made.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use url::Url;

use super::kind::{Argument, BodyKind, ResponseKind};
use crate::relying::call::ServiceRequest;
use crate::relying::issuer::is_safe;

/// What is not encoded in an argument's place: the unreserved characters of RFC 3986, 2.3.
const PLACE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Why a function was not called, or what its service says, in the service's own words: those may repeat what was sent, so
/// that an error of a service is shown to whoever called and not logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestError {
    /// An argument that has to be given is not.
    #[error("{function}: the argument {argument} is missing")]
    Missing {
        /// The function.
        function: String,
        /// The argument.
        argument: String,
    },
    /// An argument is given that the function does not have.
    #[error("{function}: there is no argument {argument}")]
    Unknown {
        /// The function.
        function: String,
        /// The argument.
        argument: String,
    },
    /// An argument is of another type.
    #[error("{function}: the argument {argument} has to be {expected}")]
    Type {
        /// The function.
        function: String,
        /// The argument.
        argument: String,
        /// What it has to be.
        expected: &'static str,
    },
    /// An argument would change the address beyond its place: `.`, `..`, or nothing between two slashes.
    #[error("{function}: the argument {argument} cannot stand in the path")]
    Place {
        /// The function.
        function: String,
        /// The argument.
        argument: String,
    },
    /// The endpoint is no https address, or names a placeholder that is no argument.
    #[error("{function}: its endpoint cannot be used: expected {expected}")]
    Endpoint {
        /// The function.
        function: String,
        /// What it has to be.
        expected: &'static str,
    },
    /// The service answers with an error.
    #[error("the service refuses: {status}{}{}", .code.as_deref().map(|code| format!(" {code}")).unwrap_or_default(),
        .message.as_deref().map(|text| format!(": {text}")).unwrap_or_default())]
    Refused {
        /// The status code of HTTP.
        status: u16,
        /// The code of the error object.
        code: Option<String>,
        /// The message of the error object.
        message: Option<String>,
    },
    /// What came is not JSON.
    #[error("the service answers {status} without the JSON that was expected")]
    NotJson {
        /// The status code of HTTP.
        status: u16,
    },
}

/// A function of a service, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RestFunction {
    /// Its name.
    pub name: String,
    /// The method: GET, POST, PUT, PATCH, HEAD or DELETE.
    pub method: Method,
    /// The address, with `{name}` for each argument that stands in it.
    pub endpoint: String,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// Where the other arguments go.
    pub rest: BodyKind,
    /// What the answer is.
    pub response: ResponseKind,
}

impl RestFunction {
    /// A function of this method: the rest of the arguments goes into the query for GET, HEAD and DELETE, and into a JSON
    /// object otherwise; the answer is JSON, for HEAD the header fields.
    pub fn new(name: impl Into<String>, method: Method, endpoint: impl Into<String>) -> Self {
        let in_query = matches!(method, Method::GET | Method::HEAD | Method::DELETE);
        let response = if method == Method::HEAD { ResponseKind::Headers } else { ResponseKind::Json };
        let rest = if in_query { BodyKind::Query } else { BodyKind::Json };
        Self { name: name.into(), method, endpoint: endpoint.into(), arguments: Vec::new(), rest, response }
    }

    /// A function that reads.
    pub fn get(name: impl Into<String>, endpoint: impl Into<String>) -> Self {
        Self::new(name, Method::GET, endpoint)
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: Argument) -> Self {
        self.arguments.push(argument);
        self
    }

    /// Says where the rest of the arguments goes.
    #[must_use]
    pub const fn rest_in(mut self, rest: BodyKind) -> Self {
        self.rest = rest;
        self
    }

    /// Says what the answer is.
    #[must_use]
    pub const fn answers(mut self, response: ResponseKind) -> Self {
        self.response = response;
        self
    }

    /// The request with these arguments.
    ///
    /// # Errors
    /// [`RestError`] names the first argument that is wrong.
    pub fn prepare(&self, arguments: &Map<String, Value>) -> Result<(Url, ServiceRequest), RestError> {
        let mut given = self.typed(arguments)?;
        let mut url = self.address(&mut given)?;
        let in_query = matches!(self.rest, BodyKind::Query | BodyKind::Given);
        if in_query && !given.is_empty() {
            url.query_pairs_mut().extend_pairs(given.iter().map(|(name, value)| (name, text(value))));
        }
        let body = match self.rest {
            BodyKind::Query | BodyKind::Given => None,
            BodyKind::Form => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(given.iter().map(|(name, value)| (name, text(value))));
                Some(("application/x-www-form-urlencoded", form.finish()))
            }
            BodyKind::Json => Some(("application/json", Value::Object(given).to_string())),
        };
        let accept = if self.response == ResponseKind::Json { "application/json" } else { "*/*" };
        let mut request = ServiceRequest::get(accept);
        request.method = self.method.clone();
        request.body = body.map(|(media_type, body)| (media_type, body.into()));
        Ok((url, request))
    }

    /// The request with these arguments, and a body of one's own: for [`BodyKind::Given`].
    ///
    /// # Errors
    /// [`RestError`].
    pub fn prepare_with_body(
        &self,
        arguments: &Map<String, Value>,
        media_type: &'static str,
        body: impl Into<bytes::Bytes>,
    ) -> Result<(Url, ServiceRequest), RestError> {
        let (url, mut request) = self.prepare(arguments)?;
        request.body = Some((media_type, body.into()));
        Ok((url, request))
    }

    fn typed(&self, arguments: &Map<String, Value>) -> Result<Map<String, Value>, RestError> {
        let function = || self.name.clone();
        if let Some(unknown) = arguments.keys().find(|name| !self.arguments.iter().any(|known| known.name == **name)) {
            return Err(RestError::Unknown { function: function(), argument: unknown.clone() });
        }
        let mut typed = Map::new();
        for Argument { name, kind, optional } in &self.arguments {
            match arguments.get(name).filter(|value| !(value.is_null() && *optional)) {
                Some(value) => {
                    let taken = kind.take(value).ok_or_else(|| RestError::Type {
                        function: function(),
                        argument: name.clone(),
                        expected: kind.expected(),
                    })?;
                    typed.insert(name.clone(), taken);
                }
                None if *optional => {}
                None => return Err(RestError::Missing { function: function(), argument: name.clone() }),
            }
        }
        Ok(typed)
    }

    /// The address, its placeholders filled with arguments, which are taken out.
    fn address(&self, given: &mut Map<String, Value>) -> Result<Url, RestError> {
        let fault = |expected| RestError::Endpoint { function: self.name.clone(), expected };
        let mut address = String::new();
        let mut used: Vec<String> = Vec::new();
        let mut rest = self.endpoint.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').ok_or_else(|| fault("a '}' for each '{'"))?;
            if !self.arguments.iter().any(|known| known.name == name) {
                return Err(fault("an argument for each placeholder"));
            }
            let refuse = || RestError::Place { function: self.name.clone(), argument: name.to_owned() };
            let value = given
                .get(name)
                .ok_or_else(|| RestError::Missing { function: self.name.clone(), argument: name.to_owned() })?;
            let value = text(value);
            if value.is_empty() || value.chars().all(|character| character == '.') {
                return Err(refuse());
            }
            address.push_str(before);
            address.extend(utf8_percent_encode(&value, PLACE));
            used.push(name.to_owned());
            rest = behind;
        }
        address.push_str(rest);
        // An argument decides about its place alone: never about the host.
        let authority = self.endpoint.split_once("://").map(|(_, behind)| behind.split(['/', '?', '#']).next());
        if authority.flatten().is_none_or(|authority| authority.contains('{')) {
            return Err(fault("an address whose host is no placeholder"));
        }
        for name in &used {
            given.shift_remove(name);
        }
        let url = Url::parse(&address).map_err(|_| fault("an https address"))?;
        if is_safe(&url) { Ok(url) } else { Err(fault("an https address")) }
    }
}

/// A value as it stands in a path, a query or a form.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::ArgumentKind;
    use super::*;

    fn function(method: Method, rest: BodyKind) -> RestFunction {
        RestFunction::new("put_file", method, "https://files.example/v1/{folder}/files/{id}?fixed=1")
            .argument(Argument::required("folder", ArgumentKind::Text))
            .argument(Argument::required("id", ArgumentKind::Integer))
            .argument(Argument::optional("public", ArgumentKind::Bool))
            .argument(Argument::optional("ratio", ArgumentKind::Float))
            .argument(Argument::optional("tags", ArgumentKind::Raw))
            .rest_in(rest)
    }

    fn prepare(function: &RestFunction, arguments: &Value) -> Result<(Url, ServiceRequest), RestError> {
        function.prepare(arguments.as_object().unwrap())
    }

    #[test]
    fn the_rest_of_the_arguments_goes_where_the_function_says() {
        let arguments = json!({ "folder": "a b", "id": "7", "public": 1, "tags": ["x"], "ratio": null });
        let (url, request) = prepare(&function(Method::GET, BodyKind::Query), &arguments).unwrap();
        assert_eq!(url.as_str(), "https://files.example/v1/a%20b/files/7?fixed=1&public=true&tags=%5B%22x%22%5D");
        assert!(request.body.is_none());
        for (rest, body) in
            [(BodyKind::Form, "public=true&tags=%5B%22x%22%5D"), (BodyKind::Json, r#"{"public":true,"tags":["x"]}"#)]
        {
            let (url, request) = prepare(&function(Method::PUT, rest), &arguments).unwrap();
            assert_eq!(url.query(), Some("fixed=1"));
            assert_eq!(request.body.unwrap().1, body);
            assert_eq!(request.method, Method::PUT);
        }
        let upload = function(Method::POST, BodyKind::Given);
        let (url, request) = upload.prepare_with_body(arguments.as_object().unwrap(), "text/csv", "a,b").unwrap();
        assert!(url.query().unwrap().contains("public=true"));
        assert_eq!(request.body.unwrap(), ("text/csv", "a,b".into()));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let function = function(Method::GET, BodyKind::Query);
        for (arguments, text) in [
            (json!({ "id": 1 }), "put_file: the argument folder is missing"),
            (json!({ "folder": "a", "id": 1, "x": 1 }), "put_file: there is no argument x"),
            (json!({ "folder": "a", "id": 1.5 }), "put_file: the argument id has to be a whole number"),
            (json!({ "folder": "a", "id": "planted" }), "put_file: the argument id has to be a whole number"),
            (json!({ "folder": ["a"], "id": 1 }), "put_file: the argument folder has to be a string"),
            (
                json!({ "folder": "a", "id": 1, "public": "yes" }),
                "put_file: the argument public has to be true or false",
            ),
            (json!({ "folder": "..", "id": 1 }), "put_file: the argument folder cannot stand in the path"),
            (json!({ "folder": "", "id": 1 }), "put_file: the argument folder cannot stand in the path"),
        ] {
            assert_eq!(prepare(&function, &arguments).unwrap_err().to_string(), text);
        }
    }

    #[test]
    fn an_endpoint_that_leads_astray_is_refused() {
        for endpoint in [
            "https://{host}/x",
            "http://files.example/{host}",
            "https://files.example/{other}",
            "https://a/{host",
            "{host}",
        ] {
            let function = RestFunction::get("f", endpoint).argument(Argument::required("host", ArgumentKind::Text));
            let error = prepare(&function, &json!({ "host": "evil.example" })).unwrap_err();
            assert!(matches!(error, RestError::Endpoint { .. }), "{endpoint}: {error}");
        }
    }

    proptest! {
        #[test]
        fn an_argument_stays_in_its_place(folder in ".{1,20}", id in any::<i64>()) {
            let function = function(Method::GET, BodyKind::Query);
            let outcome = prepare(&function, &json!({ "folder": folder, "id": id }));
            if folder.chars().all(|character| character == '.') {
                prop_assert!(outcome.is_err());
            } else {
                let (url, _) = outcome.unwrap();
                let segments: Vec<&str> = url.path_segments().unwrap().collect();
                prop_assert_eq!((url.host_str(), segments.len(), url.query()), (Some("files.example"), 4, Some("fixed=1")));
                let read = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
                prop_assert_eq!(read.as_ref(), folder.as_str());
                prop_assert_eq!(segments[3].parse::<i64>().unwrap(), id);
            }
        }
    }
}
