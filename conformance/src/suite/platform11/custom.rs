//! Custom parameters: their names, their values, and that they come at all.

use super::look::launch;
use crate::{
    case::Outcome::{Fail, Info, Warn},
    sight::Sight,
    subject::platform11::{Arrival11, Platform11Case},
};

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = required();
    cases.extend(free());
    cases
}

fn required() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-custom-sent",
            "the custom parameters of a link are sent",
            Fail,
            |arrival, _| {
                declared(arrival, |declared| match declared.iter().find(|one| one.sent().is_none()) {
                    Some(gone) => Sight::Broken(format!("{:?} is declared and not sent", gone.name)),
                    None => Sight::Sound(format!("{} parameters are sent", declared.len())),
                })
            },
        )
        .rules(&["lti11-platform-custom-sent"]),
        Platform11Case::each(
            "platform11-custom-folded",
            "names are sent in lower case with an underscore for each other character",
            Fail,
            |arrival, _| {
                declared(arrival, |declared| {
                    let ascii: Vec<&Declared<'_>> =
                        declared.iter().filter(|one| one.name.is_ascii() && one.sent().is_some()).collect();
                    match ascii.iter().find(|one| one.folded_value().is_none()) {
                        _ if ascii.is_empty() => Sight::Nothing("none of them is sent".to_owned()),
                        Some(wrong) => Sight::Broken(format!(
                            "{:?} does not come as custom_{}, but as custom_{}",
                            wrong.name,
                            fold(wrong.name),
                            wrong.sent().map(|(name, _)| name).unwrap_or_default()
                        )),
                        None => Sight::Sound("each comes under its folded name".to_owned()),
                    }
                })
            },
        )
        .rules(&["lti11-custom-name"]),
        Platform11Case::each("platform11-custom-value", "values are sent as they were typed", Warn, |arrival, _| {
            declared(arrival, |declared| {
                // A browser posts its own line ends, and blanks at the ends are lost in many a form.
                let plain = |value: &str| value.replace("\r\n", "\n").trim().to_owned();
                let wrong = |one: &&Declared<'_>| one.sent().is_some_and(|(_, value)| plain(value) != plain(one.value));
                match declared.iter().find(wrong) {
                    _ if declared.iter().all(|one| one.sent().is_none()) => {
                        Sight::Nothing("none of them is sent".to_owned())
                    }
                    Some(wrong) => Sight::Broken(format!("the value of {:?} is another", wrong.name)),
                    None => Sight::Sound("each value is as it was typed".to_owned()),
                }
            })
        })
        .rules(&["lti11-platform-custom-value"]),
    ]
}

fn free() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-custom-letters",
            "letters outside of ASCII in names are kept or replaced",
            Info,
            |arrival, _| {
                declared(arrival, |declared| {
                    let Some(one) = declared.iter().find(|one| !one.name.is_ascii()) else {
                        return Sight::Nothing("no declared name has letters outside of ASCII".to_owned());
                    };
                    match one.sent() {
                        Some((name, _)) if name.is_ascii() => Sight::Free("replaced", format!("sent as custom_{name}")),
                        Some((name, _)) => Sight::Free("kept", format!("sent as custom_{name}")),
                        None => Sight::Nothing(format!("{:?} is not sent", one.name)),
                    }
                })
            },
        )
        .rules(&["lti11-platform-custom-letters"]),
        Platform11Case::each(
            "platform11-custom-copy",
            "a copy under the exact name is sent beside the folded one, or not",
            Info,
            |arrival, _| {
                declared(arrival, |declared| {
                    let Some(one) = declared
                        .iter()
                        .find(|one| one.name.is_ascii() && fold(one.name) != one.name && one.sent().is_some())
                    else {
                        return Sight::Nothing("no declared name that has to be folded is sent".to_owned());
                    };
                    if arrival.custom().any(|(name, _)| name == one.name) {
                        return Sight::Free("beside", format!("custom_{} is sent as well", one.name));
                    }
                    Sight::Free("alone", "the folded name comes alone".to_owned())
                })
            },
        )
        .rules(&["lti11-custom-name"]),
        Platform11Case::each(
            "platform11-custom-variable",
            "what becomes of a variable that nobody supports",
            Info,
            |arrival, _| {
                launch(arrival, || {
                    let typed = arrival.launch.as_ref().map(|launch| &launch.custom);
                    let unknown = typed.into_iter().flatten().find(|(_, value)| value.starts_with("$Com.example."));
                    let Some((name, value)) = unknown else {
                        return Sight::Nothing("no declared value begins with $Com.example.".to_owned());
                    };
                    match arrival.custom().find(|(sent, _)| *sent == fold(name)) {
                        Some((_, sent)) if sent == value => Sight::Free("verbatim", "sent as it was typed".to_owned()),
                        Some(_) => Sight::Free("replaced", "sent as something else".to_owned()),
                        None => Sight::Free("gone", "not sent".to_owned()),
                    }
                })
            },
        )
        .rules(&["lti11-platform-custom-variable"]),
    ]
}

/// A parameter as it was typed in, beside what arrived.
struct Declared<'a> {
    name: &'a str,
    value: &'a str,
    arrival: &'a Arrival11,
}

impl<'a> Declared<'a> {
    /// The value under the name that the guide makes of this one.
    fn folded_value(&self) -> Option<&'a str> {
        let folded = fold(self.name);
        self.arrival.custom().find(|(name, _)| *name == folded).map(|(_, value)| value)
    }

    /// What came of the parameter, whatever became of its name.
    fn sent(&self) -> Option<(&'a str, &'a str)> {
        let folded = fold(self.name);
        let exactly = self.arrival.custom().find(|(name, _)| *name == folded);
        let letters = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let wanted = letters(self.name);
        let like = || self.arrival.custom().find(|(name, _)| *name == self.name || letters(name) == wanted);
        exactly.or_else(like)
    }
}

/// A name as the guide has it sent (LTI 1.1, 3): lower case, and an underscore for what is neither letter nor digit.
pub(super) fn fold(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

/// Whether a value names a variable: a dollar sign and a letter.
fn has_variable(value: &str) -> bool {
    value.split('$').skip(1).any(|behind| behind.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Looks at the parameters that were typed in, those left out whose value is a variable.
fn declared(arrival: &Arrival11, look: impl FnOnce(&[Declared<'_>]) -> Sight) -> Sight {
    launch(arrival, || {
        let typed = arrival.launch.as_ref().map(|launch| &launch.custom);
        let declared: Vec<Declared<'_>> = typed
            .into_iter()
            .flatten()
            .filter(|(_, value)| !has_variable(value))
            .map(|(name, value)| Declared { name, value, arrival })
            .collect();
        if declared.is_empty() {
            return Sight::Nothing("no custom parameter is declared for the launch".to_owned());
        }
        look(&declared)
    })
}

#[cfg(test)]
mod tests {
    use super::{fold, has_variable};

    #[test]
    fn names_are_folded_as_the_guide_and_its_certification_suite_have_it() {
        assert_eq!(fold("Review:Chapter"), "review_chapter");
        assert_eq!(fold("Complex!@#$^*(){}[]KEY"), "complex____________key");
        assert_eq!(fold("größe 2"), "größe_2");
    }

    #[test]
    fn a_dollar_sign_alone_is_no_variable() {
        assert!(has_variable("pre-$User.id") && !has_variable("Complex!@#$^*(){}[]Value") && !has_variable("5$"));
    }
}
