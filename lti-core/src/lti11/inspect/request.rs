//! A request as it arrived, and what of it is signed.

use std::fmt;

use crate::lti11::oauth1::{BaseUri, InvalidUrl, Parameters, Source};

/// What a server knows of a request.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The address that the sender used, with its query: behind a proxy it is the one before the proxy.
    pub url: &'a str,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The body as it came.
    pub body: &'a [u8],
}

/// A request whose parameters are collected (RFC 5849, 3.4.1.3.1). Nothing of it is verified.
///
/// Only the body of a plain form counts: the fields of any other body are no part of the signature, and are not looked at.
///
/// ```
/// use lti_core::lti11::inspect::{Received, Request};
/// let request = Request::read(Received {
///     method: "POST",
///     url: "https://tool.example/launch?unit=3",
///     content_type: Some("application/x-www-form-urlencoded"),
///     authorization: None,
///     body: b"oauth_consumer_key=key&roles=Learner",
/// })?;
/// assert_eq!(request.consumer_key(), Some("key"));
/// assert_eq!(request.parameters().get("unit"), Some("3"));
/// # Ok::<(), lti_core::lti11::oauth1::InvalidUrl>(())
/// ```
#[derive(Clone)]
pub struct Request<'a> {
    received: Received<'a>,
    uri: BaseUri,
    parameters: Parameters,
    is_form: bool,
}

impl<'a> Request<'a> {
    /// Collects the parameters: those of the form first, which a view prefers, then header and query.
    ///
    /// A header of another scheme than OAuth, or one that cannot be read, holds no parameters.
    ///
    /// # Errors
    /// [`InvalidUrl`] when the address is no absolute one.
    pub fn read(received: Received<'a>) -> Result<Self, InvalidUrl> {
        let (uri, query) = BaseUri::parse(received.url)?;
        let is_form = received.content_type.is_some_and(is_form);
        let mut parameters = if is_form { Parameters::from_form(received.body) } else { Parameters::new() };
        if let Some(header) = received.authorization {
            // Other schemes belong to somebody else; what cannot be read leaves the request without a signature.
            let _ = parameters.extend_from_authorization(header);
        }
        if let Some(query) = query {
            parameters.extend_from_form(Source::Query, query.as_bytes());
        }
        Ok(Self { received, uri, parameters, is_form })
    }

    /// Whose secret the request says it is signed with: look it up, then verify.
    pub fn consumer_key(&self) -> Option<&str> {
        self.parameters.get("oauth_consumer_key").filter(|key| !key.is_empty())
    }

    /// Everything that is signed, from wherever it came. Nothing says yet that it is genuine.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The address without its query, as the signature covers it.
    pub const fn uri(&self) -> &BaseUri {
        &self.uri
    }

    /// What arrived.
    pub const fn received(&self) -> &Received<'a> {
        &self.received
    }

    /// Whether the body is a plain form, whose fields are signed one by one.
    pub const fn is_form(&self) -> bool {
        self.is_form
    }
}

/// Whether a content type is that of a plain form; its parameters do not matter.
fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

impl fmt::Debug for Request<'_> {
    /// Where it went and which parameters it has; neither values nor body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.received.method)
            .field("uri", &self.uri)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}
