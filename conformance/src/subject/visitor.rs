//! The scripted user agent on a platform: somebody signs in once, takes steps, and leaves for the tool.

use http::{HeaderMap, Method};
use url::Url;

use super::premises::Premises;
use crate::{
    driver::Halt,
    report::model::Exchange,
    steps::{self, Goes, UserStep},
    user_agent::{Browser, Elements, Page, PageForm, Step, Stop},
};

/// What a platform sent to the tool by the user's browser, as it arrived.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// How it was sent.
    pub method: Method,
    /// Where it arrived.
    pub url: Url,
    /// Its fields, in order; for GET the query's.
    pub fields: Vec<(String, String)>,
    /// How the page's form says that it is encoded, where that is not `application/x-www-form-urlencoded`.
    pub enctype: Option<String>,
    /// The headers of the page that sent it, where there was one.
    pub page_headers: HeaderMap,
}

impl Delivery {
    /// What the browser carries away from the platform; nothing where it stopped on a page of it.
    pub fn of(page: &Page) -> Option<Self> {
        let Stop::Authorization { url, method, fields } = &page.stop else { return None };
        let mut all = fields.clone();
        if *method == Method::GET {
            all.extend(url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())));
            all.extend(fragment(url));
        }
        let page_headers = page.last.as_ref().map(|response| response.headers().clone()).unwrap_or_default();
        Some(Self {
            method: method.clone(),
            url: url.clone(),
            fields: all,
            enctype: enctype_to(page, url),
            page_headers,
        })
    }

    /// A field.
    pub fn get(&self, name: &str) -> Option<&str> {
        value(&self.fields, name)
    }
}

/// How the forms of a page that post to this address are encoded, where every one is not URL-encoded.
fn enctype_to(page: &Page, url: &Url) -> Option<String> {
    let forms = Elements::read(page.url()?, page.last.as_ref()?).forms;
    let mut to = forms.into_iter().filter(|form| form.method == Method::POST && form.url == *url);
    let first = to.next()?.enctype;
    if to.all(|form| form.enctype == first) { first } else { None }
}

/// The pairs of an address's fragment, those without a name or a value left out.
pub(super) fn fragment(url: &Url) -> Vec<(String, String)> {
    let pairs = url.fragment().map(|fragment| form_urlencoded::parse(fragment.as_bytes()).into_owned());
    pairs.into_iter().flatten().filter(|(name, value)| !name.is_empty() && !value.is_empty()).collect()
}

/// The first value of this name.
pub(super) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The scripted user agent of one case, with what went over the wire.
#[derive(Debug)]
pub struct Visitor<'w> {
    premises: &'w Premises,
    /// What went over the wire.
    pub log: Vec<Exchange>,
}

impl<'w> Visitor<'w> {
    /// A user agent that has been nowhere.
    pub const fn new(premises: &'w Premises) -> Self {
        Self { premises, log: Vec::new() }
    }

    /// Takes a step in the browser and writes it down.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        let arrived = browser.go(step).await;
        self.log.extend(browser.take_log());
        let mut page = arrived?;
        // A form to another site submits itself by a script of its own file, or by a button that a person presses.
        if let Some(form) = self.leaving_form(&page) {
            let last = page.last.take();
            let pressed = form.buttons.first().and_then(|(_, sends)| sends.as_ref());
            let left = browser.go(form.submit(pressed)).await;
            self.log.extend(browser.take_log());
            page.stop = left?.stop;
            page.last = last;
        }
        Ok(page)
    }

    /// The form of this page that leads away from the platform, if it stopped there.
    fn leaving_form(&self, page: &Page) -> Option<PageForm> {
        let (Stop::Arrived, Some(response), Some(url)) = (&page.stop, &page.last, page.url()) else { return None };
        let forms = Elements::read(url, response).forms;
        forms.into_iter().find(|form| !self.premises.is_platform(&form.url))
    }

    /// A browser in which this user has signed in.
    ///
    /// # Errors
    /// When a step cannot be taken.
    pub async fn signed_in(&mut self, user: &str) -> Result<Browser, Halt> {
        let mut browser = self.premises.browser();
        let kept = self.premises.sessions().get(user).cloned();
        if let Some(jar) = kept {
            browser.jar = jar;
            return Ok(browser);
        }
        self.sign_in(&mut browser, user).await?;
        Ok(browser)
    }

    async fn sign_in(&mut self, browser: &mut Browser, user: &str) -> Result<(), Halt> {
        let steps = self.premises.sign_in_of(user);
        let before = self.log.len();
        let walked = self.walk(browser, steps, &format!("sign_in of {user}")).await;
        // Passwords are nobody's evidence.
        self.log.truncate(before);
        walked?;
        self.premises.sessions().insert(user.to_owned(), browser.jar.clone());
        Ok(())
    }

    /// Takes a signed-in user's steps: the browser, and the page where they ended; nothing where there are no steps.
    ///
    /// # Errors
    /// When a step cannot be taken.
    pub async fn visit(&mut self, user: &str, steps: &[UserStep], what: &str) -> Result<(Browser, Option<Page>), Halt> {
        let had_session = self.premises.sessions().contains_key(user);
        let mut browser = self.signed_in(user).await?;
        let walked = self.walk(&mut browser, steps, what).await;
        if !had_session || !matches!(walked, Err(Halt::Skip(_))) {
            return Ok((browser, walked?));
        }
        // The session may have ended meanwhile.
        let mut browser = self.premises.browser();
        self.sign_in(&mut browser, user).await?;
        let page = self.walk(&mut browser, steps, what).await?;
        Ok((browser, page))
    }

    /// Takes a signed-in user's steps, the last of which leaves the platform: what the browser carries away.
    ///
    /// # Errors
    /// When a step cannot be taken, or the last one ends on a page of the platform.
    pub async fn leave(&mut self, user: &str, steps: &[UserStep], what: &str) -> Result<(Browser, Delivery), Halt> {
        let (browser, page) = self.visit(user, steps, what).await?;
        let page = page.ok_or_else(|| Halt::Skip(format!("{what} has no steps")))?;
        let left = Delivery::of(&page);
        let left = left.ok_or_else(|| {
            Halt::Skip(format!("{what}: the last step does not lead to the tool: {}", page.describe()))
        })?;
        Ok((browser, left))
    }

    /// Takes a person's steps; the page where they ended, if there were any.
    ///
    /// # Errors
    /// When a step cannot be taken: the line says which, and what the page offers instead.
    pub async fn walk(&mut self, browser: &mut Browser, steps: &[UserStep], what: &str) -> Result<Option<Page>, Halt> {
        Ok(steps::walk(self, browser, None, steps, what).await?.page)
    }
}

impl Goes for Visitor<'_> {
    async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        Visitor::go(self, browser, step).await
    }
}
