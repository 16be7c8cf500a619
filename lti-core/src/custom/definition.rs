//! What the text says of one variable.

use super::table::TABLE;
use crate::requirement::{Clause, spec};

/// One variable of LTI Core 1.3, appendix B.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition {
    /// The name without its `$`, as the text prints it. One that ends in `.*` is a family: the name of a vocabulary
    /// stands in place of the star.
    pub name: &'static str,
    /// Other spellings that a misprint of the text gives reason to read.
    pub also: &'static [&'static str],
    /// The table that holds it, `B.1` to `B.11`.
    pub section: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Where its value comes from.
    pub source: Source,
    /// Where the text contradicts itself.
    pub erratum: Option<Erratum>,
}

/// What the values of a variable are. All of them travel as strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A text without a form of its own.
    Text,
    /// A date and time as ISO 8601 writes it, or the empty string.
    DateTime,
    /// A number in digits.
    Number,
    /// Several values, separated by commas.
    List,
}

/// Where the value of a variable comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A claim of the message has the same value: its full name.
    Claim(&'static str),
    /// A member of a claim has the same value: the full name of the claim, and the member.
    Member(&'static str, &'static str),
    /// A record of a student information system: the path within Learning Information Services 2.0.
    Lis(&'static str),
    /// The platform alone knows; the clause says in words what the value is.
    Platform,
}

/// A misprint, and the other reading of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Erratum {
    /// What stands there.
    pub printed: &'static str,
    /// What is meant, by all that surrounds it. A receiver takes both readings.
    pub meant: &'static str,
}

impl Definition {
    /// Every variable of appendix B, in the order of the text. The names for the person behind a masquerade
    /// (`ActualUser`, `ActualPerson`) are not repeated here: [`Variable`](super::Variable) reads them.
    pub const ALL: &'static [Self] = TABLE;

    /// The variable of exactly this name, or of one of its misprinted spellings; for a family, a name within it.
    ///
    /// ```
    /// use lti_core::custom::Definition;
    /// assert_eq!(Definition::find("Context.id").map(|found| found.section), Some("B.3"));
    /// assert_eq!(Definition::find("User.gradeLevels.example").map(|found| found.name), Some("User.gradeLevels.*"));
    /// assert_eq!(Definition::find("context.id"), None);
    /// ```
    pub fn find(name: &str) -> Option<&'static Self> {
        let exactly = |definition: &&Self| definition.name == name || definition.also.contains(&name);
        // A name of its own wins over a family: `User.gradeLevels.oneRoster` is defined beside `User.gradeLevels.*`.
        TABLE.iter().find(exactly).or_else(|| TABLE.iter().find(|definition| definition.vocabulary_of(name).is_some()))
    }

    /// Whether the name stands for many: a vocabulary takes the place of the star.
    pub fn is_family(&self) -> bool {
        self.name.ends_with(".*")
    }

    /// The vocabulary that a name of this family carries in place of the star.
    pub(super) fn vocabulary_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        let family = self.name.strip_suffix('*')?;
        name.strip_prefix(family).filter(|vocabulary| !vocabulary.is_empty())
    }

    /// The clause that defines it.
    pub fn clause(&self) -> Clause {
        spec::CORE.at(self.section)
    }
}
