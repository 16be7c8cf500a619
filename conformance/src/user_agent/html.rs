//! What a browser without scripts can make out of a page: its text, its frames, and where it goes by itself.

use http::Method;
use scraper::{ElementRef, Html, Node, Selector};

/// Where a page sends the browser by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// A meta refresh or a script that names an address.
    Link(String),
    /// The same address once more with one more parameter: the cookie check of a widely used library does that by script.
    Reload(&'static str),
    /// A form that submits itself.
    Form {
        /// The form's address.
        action: String,
        /// GET or POST.
        method: Method,
        /// Its fields.
        fields: Vec<(String, String)>,
    },
}

/// A page, read.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The text that a person sees, blanks folded.
    pub text: String,
    /// The text of inline scripts, where single-page applications put what they show.
    pub scripts: String,
    /// The addresses of its frames.
    pub frames: Vec<String>,
    /// Where it goes by itself.
    pub onward: Option<Onward>,
}

impl Document {
    /// Reads a body of this media type. What is no HTML is its own text.
    pub fn read(media_type: &str, body: &[u8]) -> Self {
        let source = String::from_utf8_lossy(body);
        let looks_like_html =
            media_type.contains("html") || (media_type.is_empty() && source.trim_start().starts_with('<'));
        if !looks_like_html {
            return Self { text: fold(&source), ..Self::default() };
        }
        let html = Html::parse_document(&source);
        let mut document = Self::default();
        collect(html.root_element(), &mut document);
        document.text = fold(&document.text);
        let handlers = event_handlers(&html);
        document.onward = cookie_check(&document.scripts)
            .or_else(|| meta_refresh(&html))
            .or_else(|| without_scripts(&html))
            .or_else(|| script_location(&document.scripts))
            .or_else(|| script_location(&handlers))
            .or_else(|| submitted_form(&html, &format!("{}\n{handlers}", document.scripts)));
        document
    }
}

/// Folds runs of white space.
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn collect(element: ElementRef<'_>, document: &mut Document) {
    for child in element.children() {
        match child.value() {
            Node::Text(text) => {
                document.text.push_str(text);
                document.text.push(' ');
            }
            Node::Element(inner) => {
                let Some(child) = ElementRef::wrap(child) else { continue };
                match inner.name() {
                    "script" => {
                        document.scripts.push_str(&child.text().collect::<String>());
                        document.scripts.push('\n');
                    }
                    "style" | "template" | "noscript" => {}
                    "iframe" | "frame" => {
                        if let Some(source) = inner.attr("src") {
                            document.frames.push(source.to_owned());
                        }
                    }
                    _ => collect(child, document),
                }
            }
            _ => {}
        }
    }
}

fn selector(text: &str) -> Option<Selector> {
    Selector::parse(text).ok()
}

fn meta_refresh(html: &Html) -> Option<Onward> {
    let meta = selector("meta[http-equiv]")?;
    for element in html.select(&meta) {
        if !element.attr("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh")) {
            continue;
        }
        let content = element.attr("content")?;
        let at = content.to_ascii_lowercase().find("url=")?;
        let link = content[at + 4..].trim().trim_matches(['\'', '"']);
        return Some(Onward::Link(link.to_owned()));
    }
    None
}

/// Where a page sends browsers that run no scripts.
fn without_scripts(html: &Html) -> Option<Onward> {
    let noscript = selector("noscript")?;
    html.select(&noscript).find_map(|element| {
        let inside: String = element.text().collect();
        meta_refresh(&Html::parse_document(&inside))
    })
}

/// `PyLTI1p3` answers a login with a page whose script tries whether cookies are kept and then reloads it with this
/// parameter, in an address that the script puts together.
fn cookie_check(script: &str) -> Option<Onward> {
    const PASSED: &str = "lti1p3_new_window";
    (script.contains(PASSED) && script.contains("location")).then_some(Onward::Reload(PASSED))
}

/// What `onload` of the body says.
fn event_handlers(html: &Html) -> String {
    let Some(loaded) = selector("[onload]") else { return String::new() };
    html.select(&loaded).filter_map(|element| element.attr("onload")).collect::<Vec<_>>().join("\n")
}

/// The address that a script goes to: `location = "..."`, `location.href = "..."`, `location.replace("...")`.
fn script_location(script: &str) -> Option<Onward> {
    let running = without_idle_functions(script);
    let mut rest = running.as_str();
    while let Some(at) = rest.find("location") {
        rest = &rest[at + "location".len()..];
        let mut tail = rest.trim_start();
        for member in [".href", ".replace", ".assign"] {
            if let Some(after) = tail.strip_prefix(member) {
                tail = after.trim_start();
                break;
            }
        }
        let value = match tail.as_bytes() {
            [b'=', second, ..] if *second != b'=' => tail[1..].trim_start(),
            [b'(', ..] => tail[1..].trim_start(),
            _ => continue,
        };
        if let Some(link) = string_literal(value) {
            return Some(Onward::Link(link));
        }
    }
    None
}

/// A script without the bodies of functions that do not run when the page loads: `function leave() { ... }` waits for
/// somebody to press a button.
fn without_idle_functions(script: &str) -> String {
    let mut running = String::with_capacity(script.len());
    let mut idle = Vec::new();
    let mut quote = None;
    let mut escaped = false;
    for character in script.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            None if matches!(character, '"' | '\'' | '`') => quote = Some(character),
            None if character == '{' => {
                let outer = idle.last().copied().unwrap_or(false);
                idle.push(outer || begins_idle_function(&running));
            }
            None if character == '}' => {
                idle.pop();
            }
            _ => {}
        }
        if !idle.last().copied().unwrap_or(false) {
            running.push(character);
        }
    }
    running
}

/// Whether a brace behind this text opens the body of a function that waits to be called.
fn begins_idle_function(before: &str) -> bool {
    let start = before.rfind([';', '}', '{', '\n']).map_or(0, |at| at + 1);
    let head = &before[start..];
    let is_function = head.contains("function") || head.trim_end().ends_with("=>");
    let runs_on_load = ["onload", "DOMContentLoaded", "\"load\"", "'load'", "setTimeout", "(function", "(()", "ready("];
    is_function && !runs_on_load.iter().any(|sign| head.contains(sign))
}

/// A JavaScript string literal at the start of this text. One that is put together from parts is none.
fn string_literal(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    let mut value = String::new();
    let mut characters = text[1..].chars();
    loop {
        match characters.next()? {
            end if end == quote => break,
            '\\' => match characters.next()? {
                'u' => {
                    let digits: String = characters.by_ref().take(4).collect();
                    value.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                'x' => {
                    let digits: String = characters.by_ref().take(2).collect();
                    value.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                'n' => value.push('\n'),
                plain => value.push(plain),
            },
            plain => value.push(plain),
        }
    }
    let after = characters.as_str().trim_start();
    (!after.starts_with('+') && !value.contains("${")).then_some(value)
}

/// The form that a script submits: by its id or name where the script says so, the first otherwise.
fn submitted_form(html: &Html, script: &str) -> Option<Onward> {
    if !script.contains(".submit(") && !script.contains("requestSubmit(") {
        return None;
    }
    let forms = selector("form")?;
    let mut all: Vec<ElementRef<'_>> = html.select(&forms).collect();
    all.retain(|form| !asks_a_person(*form));
    let named = all.iter().copied().find(|form| {
        ["id", "name"]
            .iter()
            .filter_map(|attribute| form.attr(attribute))
            .any(|name| !name.is_empty() && script.contains(name))
    });
    let form = named.or_else(|| all.first().copied())?;
    let method = if form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
        Method::POST
    } else {
        Method::GET
    };
    Some(Onward::Form { action: form.attr("action").unwrap_or_default().to_owned(), method, fields: fields(form) })
}

/// A form with a field for a person to fill in is not submitted by itself, whatever scripts stand beside it.
fn asks_a_person(form: ElementRef<'_>) -> bool {
    let Some(asking) = selector("input[type=text], input[type=password], input[type=email], textarea, select") else {
        return false;
    };
    form.select(&asking).next().is_some()
}

fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let Some(inputs) = selector("input[name]") else { return Vec::new() };
    form.select(&inputs)
        .filter(|input| !matches!(input.attr("type"), Some("submit" | "button" | "image" | "reset")))
        .filter_map(|input| Some((input.attr("name")?.to_owned(), input.attr("value").unwrap_or_default().to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn onward(page: &str) -> Option<Onward> {
        Document::read("text/html", page.as_bytes()).onward
    }

    #[test]
    fn scripts_and_refreshes_are_followed() {
        let link = |to: &str| Some(Onward::Link(to.to_owned()));
        assert_eq!(onward(r#"<script>window.location = "/a\u0026b";</script>"#), link("/a&b"));
        assert_eq!(onward("<script>location.replace('/c')</script>"), link("/c"));
        assert_eq!(onward(r#"<meta http-equiv="Refresh" content="0; url='/d?e=1'">"#), link("/d?e=1"));
        assert_eq!(onward(r#"<body onload="document.location.href='/f'">"#), link("/f"));
        assert_eq!(onward(r#"<script>if (location.href == "/g") {}</script>"#), None);
        assert_eq!(onward(r#"<script>location = "/h?x=" + y;</script>"#), None);
        assert_eq!(onward(r#"<script>function leave() { location.href = "/logout" }</script>"#), None);
        assert_eq!(onward(r#"<script>b.onclick = () => { location.href = "/logout" }</script>"#), None);
        assert_eq!(onward(r#"<script>window.onload = function () { location.href = "/i" }</script>"#), link("/i"));
        assert_eq!(onward(r#"<script>if (true) { location.href = "/j" }</script>"#), link("/j"));
    }

    #[test]
    fn a_form_that_submits_itself_is_followed_and_a_login_form_is_not() {
        let page = r#"<form id="a"></form><form id="go" method="POST" action="/auth"><input type="hidden" name="x" value="&amp;1"></form>
            <script>document.getElementById("go").submit()</script>"#;
        let fields = vec![("x".to_owned(), "&1".to_owned())];
        assert_eq!(onward(page), Some(Onward::Form { action: "/auth".into(), method: Method::POST, fields }));
        assert_eq!(onward(r#"<form><input type="password" name="p"></form><script>x.submit()</script>"#), None);
    }

    #[test]
    fn a_browser_that_runs_no_scripts_follows_what_is_there_for_it() {
        let page = r#"<head><noscript><meta http-equiv="refresh" content="0;url=/auth?a=1&amp;b=2"></noscript></head>
            <body><form action="/elsewhere" method="post"></form><script>document.forms[0].submit()</script></body>"#;
        let document = Document::read("text/html", page.as_bytes());
        assert_eq!(document.onward, Some(Onward::Link("/auth?a=1&b=2".to_owned())));
    }

    #[test]
    fn text_leaves_scripts_out_and_what_is_no_html_is_its_own_text() {
        let document =
            Document::read("text/html", b"<title>T</title><p>Hello  <b>Ada</b><script>var hidden=1</script>");
        assert_eq!(document.text, "T Hello Ada");
        assert_eq!(Document::read("application/json", br#"{"a": 1}"#).text, r#"{"a": 1}"#);
    }
}
