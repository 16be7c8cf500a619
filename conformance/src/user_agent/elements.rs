//! What a person can click on a page: its links, its forms and their buttons.

use http::Method;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::Step;
use crate::transport::Response;

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says, blanks folded.
    pub text: String,
    /// Where it leads.
    pub url: Url,
}

/// A form of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageForm {
    /// Where it goes.
    pub url: Url,
    /// GET or POST.
    pub method: Method,
    /// `multipart/form-data` or `text/plain`, where it is not URL-encoded.
    pub enctype: Option<String>,
    /// The fields with the values that they have now; buttons are not among them.
    pub fields: Vec<(String, String)>,
    /// The buttons: what each says, and what it sends.
    pub buttons: Vec<(String, Option<(String, String)>)>,
    /// Whether it asks for a password.
    pub asks_password: bool,
    /// The names of the fields that a person types into, each with whether it hides what is typed.
    pub typed: Vec<(String, bool)>,
}

impl PageForm {
    /// The step of sending this form from its own page, with the button of this name pressed.
    pub fn submit(&self, button: Option<&(String, String)>) -> Step {
        let mut fields = self.fields.clone();
        fields.extend(button.cloned());
        let mut step = if self.method == Method::POST {
            Step::post(self.url.clone(), fields)
        } else {
            let mut url = self.url.clone();
            url.set_query(None);
            Step::get(url, &fields)
        };
        step.cross_site = false;
        step
    }
}

/// What a person can click on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elements {
    /// The links, in order.
    pub links: Vec<Link>,
    /// The forms, in order.
    pub forms: Vec<PageForm>,
}

impl Elements {
    /// Reads an answer that came from this address.
    pub fn read(base: &Url, response: &Response) -> Self {
        let html = Html::parse_document(&String::from_utf8_lossy(response.body()));
        let mut elements = Self::default();
        for anchor in select(&html, "a[href]") {
            if let Some(url) = anchor.attr("href").and_then(|href| base.join(href).ok()) {
                elements.links.push(Link { text: text(anchor), url });
            }
        }
        for form in select(&html, "form") {
            if let Ok(url) = base.join(form.attr("action").unwrap_or_default()) {
                elements.forms.push(page_form(form, url));
            }
        }
        elements
    }
}

fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(selector).map(|selector| html.select(&selector).collect()).unwrap_or_default()
}

fn inside<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(selector).map(|selector| element.select(&selector).collect()).unwrap_or_default()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn page_form(form: ElementRef<'_>, url: Url) -> PageForm {
    let post = form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
    let mut page_form = PageForm {
        url,
        method: if post { Method::POST } else { Method::GET },
        enctype: enctype(form),
        fields: Vec::new(),
        buttons: Vec::new(),
        asks_password: false,
        typed: Vec::new(),
    };
    for input in inside(form, "input, button, select, textarea") {
        let name = input.attr("name").map(str::to_owned);
        let value = input.attr("value").unwrap_or_default().to_owned();
        let kind = input.attr("type").unwrap_or_default().to_ascii_lowercase();
        let is_button = input.value().name() == "button";
        match (is_button, kind.as_str()) {
            (true, "" | "submit") => page_form.buttons.push((text(input), name.map(|name| (name, value)))),
            (false, "submit" | "image") => {
                page_form.buttons.push((value.clone(), name.map(|name| (name, value))));
            }
            (true, _) | (false, "button" | "reset") => {}
            (false, "checkbox" | "radio") if input.attr("checked").is_none() => {}
            (false, kind) => {
                page_form.asks_password |= kind == "password";
                let Some(name) = name else { continue };
                if input.value().name() == "input" && matches!(kind, "" | "text" | "email" | "tel" | "password") {
                    page_form.typed.push((name.clone(), kind == "password"));
                }
                page_form.fields.push((name, initial_value(input, value)));
            }
        }
    }
    page_form
}

/// The encoding of a form; whatever browsers do not know is URL-encoded for them.
fn enctype(form: ElementRef<'_>) -> Option<String> {
    let named = form.attr("enctype")?.to_ascii_lowercase();
    matches!(named.as_str(), "multipart/form-data" | "text/plain").then_some(named)
}

/// What a field holds before anybody touches it.
fn initial_value(input: ElementRef<'_>, value: String) -> String {
    match input.value().name() {
        "textarea" => input.text().collect(),
        "select" => {
            let options = inside(input, "option");
            let chosen = options.iter().find(|option| option.attr("selected").is_some()).or_else(|| options.first());
            chosen.map_or_else(String::new, |option| option.attr("value").map_or_else(|| text(*option), str::to_owned))
        }
        "input" if value.is_empty() && matches!(input.attr("type"), Some("checkbox" | "radio")) => "on".to_owned(),
        _ => value,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn links_and_forms_are_read_as_a_person_sees_them() {
        let page = r#"<a href="course/1">My <b>course</b></a><form method="post" action="/session?x=1"><input type="hidden" name="t" value="1">
            <input name="user"><input type="password" name="pass"><select name="s"><option value="a">A<option value="b" selected>B</select>
            <input type="checkbox" name="off"><button name="go" value="in">Log in</button></form>"#;
        let response = http::Response::new(bytes::Bytes::from_static(page.as_bytes()));
        let elements = Elements::read(&Url::parse("https://lms.test/home/").unwrap(), &response);
        assert_eq!(elements.links[0].text, "My course");
        assert_eq!(elements.links[0].url.as_str(), "https://lms.test/home/course/1");
        let form = &elements.forms[0];
        assert!(form.asks_password);
        assert_eq!(form.typed, [("user".to_owned(), false), ("pass".to_owned(), true)]);
        let names: Vec<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["t", "user", "pass", "s"]);
        assert_eq!(form.fields[3].1, "b");
        let step = form.submit(form.buttons[0].1.as_ref());
        assert_eq!(step.url.as_str(), "https://lms.test/session?x=1");
        assert_eq!(step.fields.last().unwrap(), &("go".to_owned(), "in".to_owned()));
    }
}
