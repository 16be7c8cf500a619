//! How deep linking is brought about at a platform, in the words of its own pages.

use serde::Deserialize;
use url::Url;

use crate::steps::UserStep;

/// Stands for the title of a returned item in the steps that look for it.
pub const TITLE: &str = "{title}";
/// The same in an address, where braces are escaped.
const TITLE_IN_URL: &str = "%7Btitle%7D";

/// How somebody adds content of the suite's tool, and where it is found afterwards.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeepLinkingConfig {
    /// A name for the report.
    pub name: String,
    /// Who adds content: a `[[user]]`.
    pub user: String,
    /// A word for the course: the same word for the same course as in a `[[launch]]`.
    #[serde(default)]
    pub course: String,
    /// How the user gets there after signing in; the last step leads to the tool.
    pub steps: Vec<UserStep>,
    /// What the user does on the page that the platform shows when the tool has answered, where it asks once more.
    #[serde(default)]
    pub confirm: Vec<UserStep>,
    /// How the user gets to the page that shows what was added.
    #[serde(default)]
    pub shows: Vec<UserStep>,
    /// How a link that was added is launched; `{title}` stands for its title, and the last step leads to the tool.
    #[serde(default)]
    pub created: Vec<UserStep>,
}

impl DeepLinkingConfig {
    /// What is wrong with it, if anything is. `known` tells whether there is a user of this name.
    pub(in crate::subject) fn fault(&self, known: impl Fn(&str) -> bool) -> Option<String> {
        let name = &self.name;
        if !known(&self.user) {
            return Some(format!("deep_linking {name} names the user {}, and there is no such [[user]]", self.user));
        }
        if self.steps.is_empty() {
            return Some(format!("deep_linking {name} has no steps: the last one has to lead to the tool"));
        }
        if self.shows.is_empty() && self.created.is_empty() {
            return Some(format!(
                "deep_linking {name} has neither shows nor created: say where the platform shows what was added, or how it \
                 is launched"
            ));
        }
        let titled = |step: &UserStep| filled(step, "x") != *step;
        if !self.created.is_empty() && !self.created.iter().any(titled) {
            return Some(format!("deep_linking {name}: no step of created has {TITLE}, so it finds no link"));
        }
        None
    }

    /// The steps that launch the link of this title; nothing where none are known.
    pub fn launch_of(&self, title: &str) -> Option<Vec<UserStep>> {
        (!self.created.is_empty()).then(|| self.created.iter().map(|step| filled(step, title)).collect())
    }

    /// The steps to the page that shows what was added; nothing where none are known.
    pub fn page_of(&self, title: &str) -> Option<Vec<UserStep>> {
        (!self.shows.is_empty()).then(|| self.shows.iter().map(|step| filled(step, title)).collect())
    }
}

/// The step with the title in its place.
fn filled(step: &UserStep, title: &str) -> UserStep {
    let put = |text: &String| text.replace(TITLE, title);
    match step {
        UserStep::Open(url) => {
            let encoded: String = form_urlencoded::byte_serialize(title.as_bytes()).collect();
            let text = url.as_str().replace(TITLE_IN_URL, &encoded).replace(TITLE, &encoded);
            UserStep::Open(Url::parse(&text).unwrap_or_else(|_| url.clone()))
        }
        UserStep::Follow(text) => UserStep::Follow(put(text)),
        UserStep::Fill(values) => {
            UserStep::Fill(values.iter().map(|(name, value)| (name.clone(), put(value))).collect())
        }
        UserStep::Submit(text) => UserStep::Submit(put(text)),
        UserStep::Expect(text) => UserStep::Expect(put(text)),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &str) -> DeepLinkingConfig {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_title_goes_into_every_kind_of_step() {
        let config = read(
            r#"
name = "content"
user = "teacher"
steps = [{ follow = "Add" }]
created = [{ open = "https://lms.test/find?q={title}" }, { fill = { q = "{title}" } }, { submit = "Open {title}" }, { follow = "{title}" }]
"#,
        );
        let steps = config.launch_of("a b&c").unwrap();
        assert_eq!(steps[0], UserStep::Open("https://lms.test/find?q=a+b%26c".parse().unwrap()));
        assert_eq!(steps[1], UserStep::Fill([("q".to_owned(), "a b&c".to_owned())].into()));
        assert_eq!(steps[2], UserStep::Submit("Open a b&c".to_owned()));
        assert_eq!(steps[3], UserStep::Follow("a b&c".to_owned()));
        assert_eq!((config.fault(|_| true), config.page_of("x")), (None, None));
    }

    #[test]
    fn what_cannot_find_an_item_is_refused() {
        let bare = "name = \"n\"\nuser = \"u\"\n";
        let rows = [
            (format!("{bare}steps = []"), "no steps"),
            (format!("{bare}steps = [{{ follow = \"a\" }}]"), "neither shows nor created"),
            (format!("{bare}steps = [{{ follow = \"a\" }}]\ncreated = [{{ follow = \"b\" }}]"), "{title}"),
        ];
        for (text, said) in rows {
            let fault = read(&text).fault(|_| true).unwrap();
            assert!(fault.contains(said), "{fault}");
        }
        assert!(read(&rows_ok(bare)).fault(|_| false).unwrap().contains("no such [[user]]"));
    }

    fn rows_ok(bare: &str) -> String {
        format!("{bare}steps = [{{ follow = \"a\" }}]\nshows = [{{ follow = \"b\" }}]")
    }
}
