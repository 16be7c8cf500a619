//! What is wrong with a body that somebody else wrote, and how much of it can be used all the same.

use std::fmt;

use super::ServiceRule;

/// A rule that a body breaks. The texts are lower-case fragments, and repeat nothing that leads to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The rule.
    pub rule: ServiceRule,
    /// Where in the body: `scoreMaximum`, `members[3].user_id`.
    pub member: String,
    /// What the rule asks for.
    pub expected: String,
    /// What is there.
    pub seen: String,
}

impl Problem {
    /// Names the rule, the place, what belongs there and what is there.
    pub fn new(
        rule: ServiceRule,
        member: impl Into<String>,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) -> Self {
        Self { rule, member: member.into(), expected: expected.into(), seen: seen.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {} as {}, saw {}", self.rule.id(), self.expected, self.member, self.seen)
    }
}

impl std::error::Error for Problem {}

/// Why a body is refused; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// All of them, in the order of the body.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "; " };
            write!(f, "{comma}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A body as far as it can be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct Reading<T> {
    /// The value; nothing where it cannot be used at all.
    pub value: Option<T>,
    /// The rules that it breaks, in the order of the body; never empty where there is no value.
    pub problems: Vec<Problem>,
}

impl<T> Reading<T> {
    /// The same reading of something else that is in the value.
    pub fn map<U>(self, part: impl FnOnce(T) -> U) -> Reading<U> {
        Reading { value: self.value.map(part), problems: self.problems }
    }

    /// The value, if it breaks no rule for which a receiver refuses it ([`ServiceRule::refuses`]).
    ///
    /// # Errors
    /// Every rule that is broken, those for which nobody refuses left out.
    pub fn strict(self) -> Result<T, Problems> {
        let refused: Vec<Problem> = self.problems.iter().filter(|problem| problem.rule.refuses()).cloned().collect();
        match self.value {
            Some(value) if refused.is_empty() => Ok(value),
            _ if refused.is_empty() => Err(Problems(self.problems)),
            _ => Err(Problems(refused)),
        }
    }

    /// The value, if it can be used at all.
    ///
    /// # Errors
    /// Every rule that is broken.
    pub fn lenient(self) -> Result<T, Problems> {
        self.value.ok_or(Problems(self.problems))
    }
}
