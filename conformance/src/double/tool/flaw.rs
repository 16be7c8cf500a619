//! What a flaw is: a name, what the tool does wrong, the rule that it breaks, and the verdicts that it changes.

use super::flaws::{
    AudienceFlaw, ClaimFlaw, KeyFlaw, LoginFlaw, MessageFlaw, PageFlaw, StateFlaw, StrictFlaw, TenancyFlaw, TokenFlaw,
};

/// A row of a flaw table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlawEntry {
    /// The permanent name, lower-case kebab: what the tool does wrong.
    pub name: &'static str,
    /// What the tool does wrong, in one sentence.
    pub sentence: &'static str,
    /// The requirement that this breaks, or whose freedom it uses where only observations change.
    pub breaks: &'static str,
    /// The cases whose verdict differs from the sound tool's, each with the verdict that it gets: `fail`, `warn`,
    /// `skip`, or for what is only observed `info:` and the word of the observation.
    pub changes: &'static [(&'static str, &'static str)],
}

/// Declares a table of flaws as an enum, so that the code which misbehaves and the declaration cannot drift apart.
macro_rules! flaws {
    (
        $(#[$meta:meta])*
        pub enum $table:ident {
            $($variant:ident = $name:literal, breaks $rule:literal, $sentence:literal,
                [$($case:literal => $verdict:literal),* $(,)?];)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $table {
            $(#[doc = concat!("The flaw `", $name, "`.")] $variant,)*
        }

        impl $table {
            /// Every flaw of the table, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The row.
            pub const fn entry(self) -> &'static $crate::double::tool::FlawEntry {
                match self {
                    $(Self::$variant => &$crate::double::tool::FlawEntry {
                        name: $name,
                        sentence: $sentence,
                        breaks: $rule,
                        changes: &[$(($case, $verdict)),*],
                    },)*
                }
            }
        }
    };
}
pub(super) use flaws;

macro_rules! tables {
    ($($area:ident($table:ident),)*) => {
        /// One thing that a tool does wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ToolFlaw {
            $(#[doc = concat!("See [`", stringify!($table), "`].")] $area($table),)*
        }

        $(impl From<$table> for ToolFlaw {
            fn from(flaw: $table) -> Self {
                Self::$area(flaw)
            }
        })*

        impl ToolFlaw {
            /// Every flaw, table by table.
            pub fn all() -> impl Iterator<Item = Self> {
                std::iter::empty()$(.chain($table::ALL.iter().copied().map(Self::$area)))*
            }

            /// The row of the flaw.
            pub const fn entry(self) -> &'static FlawEntry {
                match self {
                    $(Self::$area(flaw) => flaw.entry(),)*
                }
            }
        }
    };
}

tables! {
    Token(TokenFlaw),
    Key(KeyFlaw),
    Audience(AudienceFlaw),
    Claim(ClaimFlaw),
    Message(MessageFlaw),
    Strict(StrictFlaw),
    State(StateFlaw),
    Login(LoginFlaw),
    Page(PageFlaw),
    Tenancy(TenancyFlaw),
}

impl ToolFlaw {
    /// The permanent name.
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// What the tool does wrong, in one sentence.
    pub const fn sentence(self) -> &'static str {
        self.entry().sentence
    }

    /// The id of the requirement that this breaks.
    pub const fn breaks(self) -> &'static str {
        self.entry().breaks
    }

    /// The verdicts that this changes, declared by hand.
    pub const fn changes(self) -> &'static [(&'static str, &'static str)] {
        self.entry().changes
    }

    /// The flaw with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|flaw| flaw.name() == name)
    }
}

impl std::fmt::Display for ToolFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::ToolFlaw;

    #[test]
    fn names_are_permanent_words_and_differ() {
        let mut seen = HashSet::new();
        for flaw in ToolFlaw::all() {
            let name = flaw.name();
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{name}"
            );
            assert!(seen.insert(name), "{name} is there twice");
            assert_eq!(ToolFlaw::from_name(name), Some(flaw));
        }
    }

    #[test]
    fn every_flaw_changes_something_and_says_it_in_known_words() {
        for flaw in ToolFlaw::all() {
            assert!(!flaw.changes().is_empty(), "{flaw} changes nothing");
            assert!(!flaw.sentence().ends_with('.') && flaw.sentence().len() > 10, "{flaw}");
            let mut cases = HashSet::new();
            for (case, verdict) in flaw.changes() {
                assert!(case.starts_with("tool-"), "{flaw}: {case}");
                assert!(cases.insert(case), "{flaw}: {case} is there twice");
                let known = matches!(*verdict, "pass" | "fail" | "warn" | "skip" | "info")
                    || verdict.strip_prefix("info:").is_some_and(|word| !word.is_empty());
                assert!(known, "{flaw}: {case}: {verdict}");
            }
        }
    }
}
