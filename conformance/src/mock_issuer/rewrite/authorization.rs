//! Faults of the answer that the authorization endpoint sends through the browser: by query, by fragment or by form.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use oauth2_issuer::server::page;
use url::Url;

use super::{set_body, token::MARKUP};
use crate::{mock_issuer::Fault, user_agent::Elements};

/// How the parameters reach the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// The answer to an authorization request, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    mode: Mode,
    address: Url,
    /// Its parameters; by query, those of the redirect URI are among them.
    pub(crate) parameters: Vec<(String, String)>,
}

impl Reply {
    /// Reads the answer, if it is one to the client: what goes to a page of the issuer itself is none.
    pub(crate) fn read(issuer: &Url, answer: &Response<Bytes>) -> Option<Self> {
        let reply = match answer.headers().get(header::LOCATION) {
            Some(location) => Self::redirect(issuer.join(location.to_str().ok()?).ok()?),
            None if answer.status() == StatusCode::OK => Self::form(issuer, answer)?,
            None => return None,
        };
        let ours = ["code", "error", "id_token", "access_token", "response"];
        (reply.parameters.iter().any(|(name, _)| ours.contains(&name.as_str()))).then_some(reply)
    }

    fn redirect(mut address: Url) -> Self {
        let (mode, text) = match address.fragment() {
            Some(fragment) => (Mode::Fragment, fragment.to_owned()),
            None => (Mode::Query, address.query().unwrap_or_default().to_owned()),
        };
        match mode {
            Mode::Fragment => address.set_fragment(None),
            _ => address.set_query(None),
        }
        Self { mode, address, parameters: form_urlencoded::parse(text.as_bytes()).into_owned().collect() }
    }

    fn form(issuer: &Url, answer: &Response<Bytes>) -> Option<Self> {
        let form = Elements::read(issuer, answer).forms.into_iter().next()?;
        let address = form.url.clone();
        (address.path() != issuer.path()).then_some(())?;
        Some(Self { mode: Mode::FormPost, address, parameters: form.fields })
    }

    /// The answer with these parameters.
    pub(crate) fn write(mut self, answer: &mut Response<Bytes>) {
        let encoded = || form_urlencoded::Serializer::new(String::new()).extend_pairs(self.parameters.iter()).finish();
        match self.mode {
            Mode::Query => {
                let query = encoded();
                self.address.set_query((!query.is_empty()).then_some(&query));
            }
            Mode::Fragment => {
                let fragment = encoded();
                self.address.set_fragment(Some(&fragment));
            }
            Mode::FormPost => {
                let page = page::form_post(self.address.as_str(), &self.parameters);
                set_body(answer, page.body);
                return;
            }
        }
        if let Ok(location) = HeaderValue::from_str(self.address.as_str()) {
            answer.headers_mut().insert(header::LOCATION, location);
        }
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Sets a parameter that is there.
    pub(crate) fn replace(&mut self, name: &str, new: &str) -> bool {
        let Some((_, value)) = self.parameters.iter_mut().find(|(other, _)| other == name) else { return false };
        let changed = value != new;
        new.clone_into(value);
        changed
    }

    fn remove(&mut self, name: &str) -> bool {
        let before = self.parameters.len();
        self.parameters.retain(|(other, _)| other != name);
        self.parameters.len() < before
    }

    fn push(&mut self, name: &str, value: &str) {
        self.parameters.push((name.to_owned(), value.to_owned()));
    }

    /// Puts the same parameter before the one that is there.
    fn precede(&mut self, name: &str, first: &str) -> bool {
        let Some(index) = self.parameters.iter().position(|(other, _)| other == name) else { return false };
        self.parameters.insert(index, (name.to_owned(), first.to_owned()));
        true
    }

    /// Answers an error in place of a success.
    fn refuse(&mut self, error: &str, description: &str) -> bool {
        if self.get("error").is_some() {
            return false;
        }
        for name in ["code", "id_token", "access_token", "token_type", "expires_in", "scope"] {
            self.remove(name);
        }
        self.push("error", error);
        self.push("error_description", description);
        true
    }

    /// Changes the answer; says whether it is another one now.
    pub(crate) fn rewrite(&mut self, fault: Fault) -> bool {
        match fault {
            Fault::AuthorizationStateOther => self.replace("state", "another-state"),
            Fault::AuthorizationStateMissing => self.remove("state"),
            Fault::AuthorizationStateTwice => self.precede("state", "another-state"),
            Fault::AuthorizationIssOther => self.replace("iss", "https://other-issuer.example"),
            Fault::AuthorizationIssMissing => self.remove("iss"),
            Fault::AuthorizationUnknownParameters => {
                self.push("session_state", "0123.abcdef");
                self.push("conformance_note", "whoever does not know this parameter ignores it");
                true
            }
            Fault::AuthorizationAccessDenied => self.refuse("access_denied", "the user declined"),
            Fault::AuthorizationServerError => self.refuse("server_error", "the issuer failed"),
            Fault::AuthorizationErrorUnknown => self.refuse("out_of_cheese", MARKUP),
            Fault::AuthorizationErrorBesideCode => {
                let fits = self.get("code").is_some() && self.get("error").is_none();
                if fits {
                    self.push("error", "access_denied");
                }
                fits
            }
            Fault::AuthorizationCodeMissing => self.remove("code"),
            Fault::AuthorizationCodeUnknown => self.replace("code", "never-issued-code"),
            Fault::AuthorizationCodeTwice => self.precede("code", "never-issued-code"),
            _ => false,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn issuer() -> Url {
        Url::parse("http://127.0.0.1:1/a/").unwrap()
    }

    fn redirect(location: &str) -> Response<Bytes> {
        Response::builder().status(302).header("location", location).body(Bytes::new()).unwrap()
    }

    #[test]
    fn an_answer_by_query_keeps_the_redirect_uri_and_the_other_parameters() {
        let mut answer = redirect("https://client.test/cb?tenant=7&code=c1&state=s1&iss=i");
        let mut reply = Reply::read(&issuer(), &answer).unwrap();
        assert!(reply.rewrite(Fault::AuthorizationStateTwice) && reply.rewrite(Fault::AuthorizationIssMissing));
        reply.write(&mut answer);
        let expected = "https://client.test/cb?tenant=7&code=c1&state=another-state&state=s1";
        assert_eq!(answer.headers()["location"], expected);
    }

    #[test]
    fn an_answer_by_fragment_and_one_by_form_are_taken_apart() {
        let mut answer = redirect("https://client.test/cb?q=1#id_token=t&state=s1");
        let mut reply = Reply::read(&issuer(), &answer).unwrap();
        assert!(reply.rewrite(Fault::AuthorizationAccessDenied));
        reply.write(&mut answer);
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(location.starts_with("https://client.test/cb?q=1#state=s1&error=access_denied"), "{location}");

        let fields = [("id_token".to_owned(), "t".to_owned()), ("state".to_owned(), "\"s'1".to_owned())];
        let page = page::form_post("https://client.test/launch?x=1", &fields);
        let mut answer = Response::new(Bytes::from(page.body));
        answer.headers_mut().insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
        let mut reply = Reply::read(&issuer(), &answer).unwrap();
        assert_eq!(reply.get("state"), Some("\"s'1"));
        assert!(reply.rewrite(Fault::AuthorizationStateMissing));
        reply.write(&mut answer);
        let again = Reply::read(&issuer(), &answer).unwrap();
        assert_eq!((again.get("state"), again.get("id_token")), (None, Some("t")));
        assert_eq!(again.address.as_str(), "https://client.test/launch?x=1");
    }

    #[test]
    fn the_way_to_a_page_of_the_issuer_is_no_answer() {
        assert_eq!(Reply::read(&issuer(), &redirect("/a/mock/login?return=x")), None);
        let mut page = Response::new(Bytes::from_static(b"<form method=post><input name=password></form>"));
        page.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
        assert_eq!(Reply::read(&issuer(), &page), None);
    }
}
