//! The scripted user agent at an issuer: it types name and password where a page asks for them, presses the button that
//! goes on, and stops where it leaves the issuer.

use http::Method;

use super::config::{LoginConfig, Secret};
use crate::user_agent::{Browser, Elements, Link, Page, PageForm, Step, Stop};

/// What a page on the way asked of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Name or password.
    Login,
    /// A button or a link to go on: consent, or which of several people it is.
    Button,
}

/// Somebody with a browser.
#[derive(Debug, Clone)]
pub struct IssuerVisitor {
    /// The browser.
    pub browser: Browser,
    /// Who it is; nobody where the issuer asks for no login.
    pub login: Option<LoginConfig>,
    /// Whether the session is kept for the cases that follow.
    pub(super) keeps: bool,
}

/// What a person does next on a page.
#[derive(Debug)]
pub(super) enum Deed {
    /// Sends a form in which a name or a password was typed.
    SignIn(Step),
    /// Presses a button or follows a link.
    GoOn(Step),
}

/// The names that fields for user names have, as far as they are known, in small letters.
const NAMES: [&str; 12] = [
    "username",
    "user",
    "login",
    "email",
    "identifier",
    "account",
    "user_name",
    "userid",
    "user_id",
    "loginid",
    "subject",
    "j_username",
];
/// What buttons that go on say or send, in small letters.
const ON: [&str; 18] = [
    "allow",
    "accept",
    "approve",
    "authorize",
    "authorise",
    "agree",
    "grant",
    "consent",
    "yes",
    "confirm",
    "continue",
    "permit",
    "ok",
    "submit",
    "next",
    "sign in",
    "log in",
    "proceed",
];
/// What buttons that go back say or send, in small letters.
const BACK: [&str; 11] =
    ["deny", "denied", "cancel", "reject", "decline", "refuse", "abort", "don't", "disallow", "back", "not now"];

impl IssuerVisitor {
    /// What this person does on a page where the browser stopped; nothing where it is an error, or asks for nothing that is
    /// known.
    pub(super) fn deed(&self, page: &Page) -> Option<Deed> {
        if page.stop != Stop::Arrived || page.status().is_none_or(|status| !status.is_success()) {
            return None;
        }
        let elements = Elements::read(page.url()?, page.last.as_ref()?);
        self.sign_in(&elements).map(Deed::SignIn).or_else(|| self.go_on(&elements).map(Deed::GoOn))
    }

    /// The step that goes on from a page that asks something of this person.
    pub fn next_step(&self, page: &Page) -> Option<Step> {
        self.deed(page).map(|(Deed::SignIn(step) | Deed::GoOn(step))| step)
    }

    fn sign_in(&self, elements: &Elements) -> Option<Step> {
        let login = self.login.as_ref()?;
        let named = login.name_field.as_deref();
        let form = elements.forms.iter().find(|form| form.asks_password);
        let form = form.or_else(|| elements.forms.iter().find(|form| asks_name(form, named).is_some()))?;
        let mut form = form.clone();
        let first_typed = || form.typed.iter().find(|(_, hidden)| !hidden).map(|(name, _)| name.clone());
        let name = asks_name(&form, named).or_else(first_typed);
        let hidden: Vec<String> =
            form.typed.iter().filter(|(_, hidden)| *hidden).map(|(name, _)| name.clone()).collect();
        for (field, value) in &mut form.fields {
            if Some(field.as_str()) == name.as_deref() {
                value.clone_from(&login.name);
            } else if hidden.contains(field) {
                *value = login.password.as_ref().map(|Secret(password)| password.clone()).unwrap_or_default();
            }
        }
        let button = onward(&form, &login.press).or_else(|| form.buttons.first());
        Some(form.submit(button.and_then(|(_, sends)| sends.as_ref())))
    }

    fn go_on(&self, elements: &Elements) -> Option<Step> {
        let press = self.login.as_ref().map_or(&[][..], |login| login.press.as_slice());
        // What the configuration names goes before the words that everybody uses.
        for wanted in press {
            let named = |text: &str| text.trim().eq_ignore_ascii_case(wanted.trim());
            let pressed =
                elements.forms.iter().find_map(|form| Some((form, form.buttons.iter().find(|(text, _)| named(text))?)));
            if let Some((form, (_, sends))) = pressed {
                return Some(form.submit(sends.as_ref()));
            }
            if let Some(Link { url, .. }) = elements.links.iter().find(|link| named(&link.text)) {
                return Some(Step::visit(url.clone()));
            }
        }
        let form = elements.forms.iter().find(|form| onward(form, press).is_some());
        let form =
            form.or_else(|| elements.forms.iter().find(|form| form.buttons.is_empty() && form.method == Method::POST))?;
        Some(form.submit(onward(form, press).and_then(|(_, sends)| sends.as_ref())))
    }
}

/// The field of a form that asks who somebody is.
pub(super) fn asks_name(form: &PageForm, named: Option<&str>) -> Option<String> {
    let mut typed = form.typed.iter().filter(|(_, hidden)| !hidden).map(|(name, _)| name);
    let known = |name: &&String| match named {
        Some(wanted) => *name == wanted,
        None => NAMES.contains(&name.to_ascii_lowercase().as_str()),
    };
    typed.find(known).cloned()
}

/// The button of a form that goes on.
fn onward<'f>(form: &'f PageForm, press: &[String]) -> Option<&'f (String, Option<(String, String)>)> {
    let said = |button: &(String, Option<(String, String)>)| -> String {
        let sends = button.1.as_ref().map(|(name, value)| format!(" {name} {value}")).unwrap_or_default();
        format!("{}{sends}", button.0).to_ascii_lowercase()
    };
    let has = |text: &str, words: &[&str]| words.iter().any(|word| contains_word(text, word));
    let named = form.buttons.iter().find(|button| press.iter().any(|wanted| wanted.eq_ignore_ascii_case(&button.0)));
    named.or_else(|| form.buttons.iter().find(|button| has(&said(button), &ON) && !has(&said(button), &BACK)))
}

/// Whether a text has this word, and not only as a part of another one.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(char::is_alphabetic);
        let after = text[at + word.len()..].chars().next().is_some_and(char::is_alphabetic);
        !before && !after
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use url::Url;

    use super::*;

    fn elements(page: &'static str) -> Elements {
        let response = http::Response::new(bytes::Bytes::from_static(page.as_bytes()));
        Elements::read(&Url::parse("https://op.test/page").unwrap(), &response)
    }

    fn ada() -> IssuerVisitor {
        let login: LoginConfig = toml::from_str("name = \"ada\"\npassword = \"pw\"\npress = [\"Ada\"]").unwrap();
        let world = crate::selftest::issuer_world(None).unwrap();
        IssuerVisitor { browser: world.browser(), login: Some(login), keeps: false }
    }

    #[tokio::test]
    async fn a_login_form_is_filled_by_the_kinds_of_its_fields() {
        let page = r#"<form action="/find"><input name="q" type="search"></form><form method="post" action="/login">
            <input type="hidden" name="csrf" value="1"><input name="kc_user"><input type="password" name="kc_pass">
            <input type="checkbox" name="remember"><button name="action" value="cancel">Cancel</button><button>Sign In</button></form>"#;
        let step = ada().sign_in(&elements(page)).unwrap();
        let field = |name: &str| step.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!((field("csrf"), field("kc_user"), field("kc_pass")), (Some("1"), Some("ada"), Some("pw")));
        assert_eq!((field("action"), field("remember")), (None, None));
    }

    #[tokio::test]
    async fn the_button_that_goes_on_is_found() {
        let consent = r#"<form method="post" action="/consent"><button name="decision" value="deny">No, thank you</button>
            <button name="decision" value="allow">Yes, go on</button></form>"#;
        let step = ada().go_on(&elements(consent)).unwrap();
        assert_eq!(step.fields, [("decision".to_owned(), "allow".to_owned())]);
        let people = r#"<a href="/as/ben">Ben</a><a href="/as/ada">Ada</a>"#;
        assert_eq!(ada().go_on(&elements(people)).unwrap().url.path(), "/as/ada");
        assert!(ada().go_on(&elements("<form><button>Deny</button></form>")).is_none());
    }
}
