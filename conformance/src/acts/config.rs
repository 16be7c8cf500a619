//! How a tool is brought to call its platform: what a person does, in words of the configuration.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::Act;
use crate::steps::UserStep;

/// How the tool is brought to call the services: `[tool.services]`.
///
/// Each trigger is what a person does right after a sound launch that offers the services, in the browser of that launch:
/// one step, a list of steps, or `{ on_launch = true }` where the tool does it by itself. What a step does comes before the
/// page that it leads to, or at most `settle_ms` later.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServicesConfig {
    /// The tool sends a score for the learner who has launched (or who launched before, where an instructor does it), to
    /// the line item of the link where the launch names one, otherwise to one of its own. Done twice it sends two scores.
    pub grades: Option<Trigger>,
    /// Who does that: the learner, who is graded, or an instructor behind them.
    pub grades_by: GradedBy,
    /// The tool makes a line item; an instructor does it.
    pub create_line_item: Option<Trigger>,
    /// The tool reads the results of the line item of the link; an instructor does it.
    pub results: Option<Trigger>,
    /// The tool reads the roster; an instructor does it. What the page shows of it is judged where it shows names.
    pub roster: Option<Trigger>,
    /// How long the suite waits for calls that come after the page, in milliseconds.
    pub settle_ms: u64,
}

impl Default for ServicesConfig {
    fn default() -> Self {
        Self {
            grades: None,
            grades_by: GradedBy::default(),
            create_line_item: None,
            results: None,
            roster: None,
            settle_ms: 1000,
        }
    }
}

impl ServicesConfig {
    /// How this act is brought about.
    pub const fn trigger(&self, act: Act) -> Option<&Trigger> {
        match act {
            Act::Grades => self.grades.as_ref(),
            Act::LineItem => self.create_line_item.as_ref(),
            Act::Results => self.results.as_ref(),
            Act::Roster => self.roster.as_ref(),
        }
    }

    /// Every address that a trigger opens.
    pub fn addresses(&self) -> impl Iterator<Item = &url::Url> {
        let triggers = Act::ALL.iter().filter_map(|act| self.trigger(*act));
        triggers
            .flat_map(|trigger| match trigger {
                Trigger::OnLaunch => &[],
                Trigger::Steps(steps) => steps.as_slice(),
            })
            .filter_map(|step| match step {
                UserStep::Open(url) => Some(url),
                _ => None,
            })
    }
}

/// Who brings the tool to send a score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GradedBy {
    /// The learner: handing in is what makes the grade.
    #[default]
    Learner,
    /// An instructor, after the learner was there.
    Instructor,
}

/// What a person does to bring the tool to an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// Nothing: the tool does it while it takes the launch.
    OnLaunch,
    /// These steps, from the page of the launch on.
    Steps(Vec<UserStep>),
}

/// A step, or the word that none is needed.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    OnLaunch(bool),
    Open(url::Url),
    Follow(String),
    Fill(std::collections::BTreeMap<String, String>),
    Submit(String),
    Expect(String),
}

impl<'de> Deserialize<'de> for Trigger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;

        impl<'de> Visitor<'de> for Words {
            type Value = Trigger;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a step such as { submit = \"Send grade\" }, a list of steps, or { on_launch = true }")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Trigger, A::Error> {
                let word = Word::deserialize(MapAccessDeserializer::new(map))?;
                Ok(match step(word).map_err(A::Error::custom)? {
                    Some(step) => Trigger::Steps(vec![step]),
                    None => Trigger::OnLaunch,
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Trigger, A::Error> {
                let mut steps = Vec::new();
                while let Some(word) = list.next_element::<Word>()? {
                    steps.extend(step(word).map_err(A::Error::custom)?);
                }
                Ok(if steps.is_empty() { Trigger::OnLaunch } else { Trigger::Steps(steps) })
            }
        }

        deserializer.deserialize_any(Words)
    }
}

fn step(word: Word) -> Result<Option<UserStep>, &'static str> {
    Ok(Some(match word {
        Word::OnLaunch(true) => return Ok(None),
        Word::OnLaunch(false) => return Err("on_launch = false says nothing: leave the trigger out"),
        Word::Open(url) => UserStep::Open(url),
        Word::Follow(text) => UserStep::Follow(text),
        Word::Fill(values) => UserStep::Fill(values),
        Word::Submit(button) => UserStep::Submit(button),
        Word::Expect(text) => UserStep::Expect(text),
    }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ServicesConfig, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_trigger_is_a_step_or_many_or_the_launch_itself() {
        let config = read(
            "grades = { submit = \"Hand in\" }\nroster = [{ follow = \"People\" }, { expect = \"Members\" }]\n\
             results = { on_launch = true }",
        )
        .unwrap();
        assert_eq!(config.grades, Some(Trigger::Steps(vec![UserStep::Submit("Hand in".to_owned())])));
        assert!(matches!(&config.roster, Some(Trigger::Steps(steps)) if steps.len() == 2));
        assert_eq!(config.results, Some(Trigger::OnLaunch));
        assert_eq!((config.create_line_item, config.settle_ms), (None, 1000));
    }

    #[test]
    fn a_trigger_that_says_nothing_is_a_mistake() {
        assert!(read("grades = { on_launch = false }").unwrap_err().contains("on_launch = false"));
        assert!(read("grades = { press = \"x\" }").unwrap_err().contains("press"));
        assert!(read("grades = 5").unwrap_err().contains("a list of steps"));
    }
}
