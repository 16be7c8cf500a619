//! A variable as the value of a custom parameter names it.

use super::Definition;

/// The prefixes of the variables about the person behind a masquerade, and what they stand in for (B.1, B.2).
const ACTUAL: &[(&str, &str)] = &[("ActualUser.", "User."), ("ActualPerson.", "Person.")];

/// A variable, read from a template.
///
/// ```
/// use lti_core::custom::Variable;
///
/// let variable = Variable::parse("$ActualPerson.name.full").ok_or("no variable")?;
/// assert_eq!(variable.name(), "ActualPerson.name.full");
/// assert_eq!(variable.definition().map(|found| found.name), Some("Person.name.full"));
/// assert!(variable.is_actual());
/// assert_eq!(Variable::parse("price in $"), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable<'t> {
    name: &'t str,
    definition: Option<&'static Definition>,
    is_actual: bool,
}

impl<'t> Variable<'t> {
    /// Reads a template: a value that starts with `$` and goes on. Everything behind the `$` is the name, whatever it
    /// is; a `$` further inside means nothing (LTI Core 1.3, B: "prefixing").
    pub fn parse(template: &'t str) -> Option<Self> {
        template.strip_prefix('$').filter(|name| !name.is_empty()).map(Self::named)
    }

    /// The variable with this name, which has no `$`. Names are compared byte for byte.
    pub fn named(name: &'t str) -> Self {
        if let Some(definition) = Definition::find(name) {
            return Self { name, definition: Some(definition), is_actual: false };
        }
        let actual = ACTUAL.iter().find_map(|(actual, plain)| {
            let rest = name.strip_prefix(actual)?;
            Definition::ALL.iter().find(|definition| {
                let own = definition.name.strip_prefix(plain);
                own == Some(rest)
                    || own.and_then(|own| own.strip_suffix('*')).is_some_and(|family| within(rest, family))
            })
        });
        Self { name, definition: actual, is_actual: actual.is_some() }
    }

    /// The name without its `$`.
    pub fn name(&self) -> &'t str {
        self.name
    }

    /// What the text says of it; `None` for a variable of a vendor or of another specification (B, B.12).
    pub fn definition(&self) -> Option<&'static Definition> {
        self.definition
    }

    /// Whether it asks about the person behind a masquerade, and not about the subject of the message.
    pub fn is_actual(&self) -> bool {
        self.is_actual
    }

    /// The vocabulary that the name of a family carries: `example` of `User.gradeLevels.example`.
    pub fn vocabulary(&self) -> Option<&'t str> {
        let family = self.definition.filter(|definition| definition.is_family())?;
        let plain = ACTUAL.iter().find_map(|(actual, _)| self.name.strip_prefix(actual));
        match plain {
            Some(rest) => rest.rsplit_once('.').map(|(_, vocabulary)| vocabulary),
            None => family.vocabulary_of(self.name),
        }
    }
}

fn within(name: &str, family: &str) -> bool {
    name.len() > family.len() && name.starts_with(family)
}

#[cfg(test)]
mod tests {
    use super::Variable;

    fn defined(template: &str) -> Option<&'static str> {
        Variable::parse(template)?.definition().map(|definition| definition.name)
    }

    #[test]
    fn a_name_is_everything_behind_the_first_sign() {
        for (template, name) in
            [("$User.id", "User.id"), ("$$", "$"), ("$ User.id", " User.id"), ("$User.id$", "User.id$")]
        {
            assert_eq!(Variable::parse(template).map(|variable| variable.name()), Some(name));
        }
        for plain in ["", "$", "User.id", " $User.id", "a$User.id", "＄User.id"] {
            assert_eq!(Variable::parse(plain), None, "{plain:?}");
        }
    }

    #[test]
    fn names_are_compared_byte_for_byte_but_for_the_misprints() {
        assert_eq!(defined("$CourseSection.timeframe.begin"), Some("CourseSection.timeFrame.begin"));
        assert_eq!(defined("$Group.enrollControl.allowed"), Some("Group.enrollControl.end"));
        assert_eq!(defined("$membership.role"), None);
        assert_eq!(defined("$com.example.Foo.bar"), None);
    }

    #[test]
    fn families_take_any_vocabulary_and_no_empty_one() {
        let example = Variable::named("User.gradeLevels.example");
        assert_eq!(example.vocabulary(), Some("example"));
        assert_eq!(defined("$User.gradeLevels.oneRoster"), Some("User.gradeLevels.oneRoster"));
        assert_eq!(defined("$User.gradeLevels."), None);
        let actual = Variable::named("ActualUser.gradeLevels.example");
        assert_eq!((actual.vocabulary(), actual.is_actual()), (Some("example"), true));
        assert_eq!(Variable::named("User.id").vocabulary(), None);
    }

    #[test]
    fn only_users_and_persons_have_an_actual_one() {
        assert!(Variable::named("ActualUser.id").is_actual());
        assert_eq!(defined("$ActualPerson.sourcedId"), Some("Person.sourcedId"));
        assert_eq!(defined("$ActualContext.id"), None);
        assert_eq!(defined("$ActualUser.name.full"), None);
    }
}
