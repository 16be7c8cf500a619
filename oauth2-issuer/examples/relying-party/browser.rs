//! A person's browser, as far as signing in needs one: cookies by path, redirects, and forms that are filled and sent.

use reqwest::{Client, Method, Response, header, redirect};
use url::Url;

use crate::Failure;

/// How many steps a login may take.
const STEPS: usize = 20;

/// The fields of a form.
type Form = Vec<(&'static str, String)>;

/// The browser of one person.
pub(crate) struct Browser {
    client: Client,
    /// Name, path, value.
    cookies: Vec<(String, String, String)>,
}

/// What the person does on the issuer's pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    /// Signs in and consents.
    Willing,
    /// Follows the link that says no.
    Unwilling,
}

impl Browser {
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self { client: Client::builder().redirect(redirect::Policy::none()).build()?, cookies: Vec::new() })
    }

    /// Goes from `start` through the issuer's pages, until it sends the browser to `redirect_uri`: the parameters there.
    pub(crate) async fn sign_in(
        &mut self,
        start: &Url,
        redirect_uri: &Url,
        person: Person,
    ) -> Result<Vec<(String, String)>, Failure> {
        let (mut url, mut method, mut form) = (start.clone(), Method::GET, Vec::new());
        for _ in 0..STEPS {
            let answer = self.ask(method, &url, &form).await?;
            (method, form) = (Method::GET, Vec::new());
            if let Some(location) = answer.headers().get(header::LOCATION) {
                url = url.join(location.to_str()?)?;
                if url.as_str().starts_with(redirect_uri.as_str()) {
                    return Ok(url.query_pairs().into_owned().collect());
                }
                continue;
            }
            let status = answer.status();
            let page = answer.text().await?;
            if !status.is_success() {
                return Err(format!("the issuer's page at {} answers {status}: {page}", url.path()).into());
            }
            if person == Person::Unwilling {
                url = url.join(&attribute_after(&page, "<a href=\"").ok_or("the page has no link to say no")?)?;
                continue;
            }
            (form, url) = filled(&page, &url)?;
            method = Method::POST;
        }
        Err("the login does not come to an end".into())
    }

    async fn ask(&mut self, method: Method, url: &Url, form: &[(&str, String)]) -> Result<Response, Failure> {
        let sent = self.cookies.iter().filter(|(_, path, _)| url.path().starts_with(path.as_str()));
        let cookies: Vec<String> = sent.map(|(name, _, value)| format!("{name}={value}")).collect();
        let mut request = self.client.request(method.clone(), url.clone()).header(header::COOKIE, cookies.join("; "));
        if method == Method::POST {
            request = request.form(form);
        }
        let answer = request.send().await?;
        for line in answer.headers().get_all(header::SET_COOKIE) {
            self.keep(line.to_str()?);
        }
        Ok(answer)
    }

    fn keep(&mut self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let path = parts.find_map(|part| part.strip_prefix("path=")).unwrap_or("/");
        self.cookies.retain(|(known, at, _)| known != name || at != path);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), path.to_owned(), value.to_owned()));
        }
    }
}

/// The page's form, filled by a person called ada, and where it goes.
fn filled(page: &str, url: &Url) -> Result<(Form, Url), Failure> {
    let action = attribute_after(page, "action=\"").ok_or("the page has no form")?;
    let prompt = attribute_after(page, "name=\"prompt\" value=\"").ok_or("the form has no prompt")?;
    let mut fields = vec![("prompt", prompt.clone())];
    if prompt == "login" {
        fields.extend([("login", "ada".to_owned()), ("password", "any password".to_owned())]);
    }
    Ok((fields, url.join(&action)?))
}

/// What stands behind `mark` up to the next quotation mark.
fn attribute_after(page: &str, mark: &str) -> Option<String> {
    let (_, behind) = page.split_once(mark)?;
    behind.split_once('"').map(|(value, _)| value.replace("&amp;", "&"))
}
