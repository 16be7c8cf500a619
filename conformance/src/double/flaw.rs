//! What a flaw is: a name, what the double does wrong, the rule that it breaks, and the verdicts that it changes.

/// A row of a flaw table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlawEntry {
    /// The permanent name, lower-case kebab: what the double does wrong.
    pub name: &'static str,
    /// What the double does wrong, in one sentence.
    pub sentence: &'static str,
    /// The requirement that this breaks, or whose freedom it uses where only observations change.
    pub breaks: &'static str,
    /// The cases whose verdict differs from the sound double's, each with the verdict that it gets: `fail`, `warn`,
    /// `skip`, `unsupported`, `review`, or for what is only observed `info:` and the word of the observation.
    pub changes: &'static [(&'static str, &'static str)],
    /// The cases that are skipped because what they build on is lost.
    pub lost: &'static [&'static str],
    /// The cases that are unsupported because the double is of a kind that is not asked them.
    pub unasked: &'static [&'static str],
}

impl FlawEntry {
    /// Every cell that the flaw declares: a case and the verdict that it gets.
    pub fn cells(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let lost = self.lost.iter().map(|&case| (case, "skip"));
        let unasked = self.unasked.iter().map(|&case| (case, "unsupported"));
        self.changes.iter().copied().chain(lost).chain(unasked)
    }
}

/// Declares a table of flaws as an enum, so that the code which misbehaves and the declaration cannot drift apart.
///
/// `losing CASES` behind the list of cells names those that are skipped because what they all build on is lost, `unasked CASES`
/// those that are unsupported because the double is of a kind that is not asked them, and `payloads ["pc05" => "warn"]` stands for that row of the certification guide in each of the
/// four payloads that a platform sends (CERT 5.1).
macro_rules! flaws {
    (@lost) => { &[] };
    (@lost $lost:ident) => { $lost };
    (
        $(#[$meta:meta])*
        pub enum $table:ident {
            $($variant:ident = $name:literal, breaks $rule:literal, $sentence:literal,
                [$($case:literal => $verdict:literal),* $(,)?]
                $(, losing $lost:ident)?
                $(, unasked $unasked:ident)?
                $(, payloads [$($row:literal => $certified:literal),* $(,)?])?;)*
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
            pub const fn entry(self) -> &'static $crate::double::FlawEntry {
                match self {
                    $(Self::$variant => &$crate::double::FlawEntry {
                        name: $name,
                        sentence: $sentence,
                        breaks: $rule,
                        changes: &[
                            $(($case, $verdict),)*
                            $($(
                                (concat!("platform-cert-", $row, "-student-full"), $certified),
                                (concat!("platform-cert-", $row, "-student-no-pii"), $certified),
                                (concat!("platform-cert-", $row, "-instructor-full"), $certified),
                                (concat!("platform-cert-", $row, "-instructor-no-pii"), $certified),
                            )*)?
                        ],
                        lost: $crate::double::flaw::flaws!(@lost $($lost)?),
                        unasked: $crate::double::flaw::flaws!(@lost $($unasked)?),
                    },)*
                }
            }
        }
    };
}
pub(super) use flaws;

/// Joins tables into the enum of everything that one kind of double does wrong.
macro_rules! tables {
    ($(#[$meta:meta])* pub enum $flaw:ident { $($area:ident($table:ident),)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $flaw {
            $(#[doc = concat!("See [`", stringify!($table), "`].")] $area($table),)*
        }

        $(impl From<$table> for $flaw {
            fn from(flaw: $table) -> Self {
                Self::$area(flaw)
            }
        })*

        impl $flaw {
            /// Every flaw, table by table.
            pub fn all() -> impl Iterator<Item = Self> {
                std::iter::empty()$(.chain($table::ALL.iter().copied().map(Self::$area)))*
            }

            /// The row of the flaw.
            pub const fn entry(self) -> &'static $crate::double::FlawEntry {
                match self {
                    $(Self::$area(flaw) => flaw.entry(),)*
                }
            }

            /// The permanent name.
            pub const fn name(self) -> &'static str {
                self.entry().name
            }

            /// What the double does wrong, in one sentence.
            pub const fn sentence(self) -> &'static str {
                self.entry().sentence
            }

            /// The id of the requirement that this breaks.
            pub const fn breaks(self) -> &'static str {
                self.entry().breaks
            }

            /// The verdicts that this changes, declared by hand.
            pub fn changes(self) -> impl Iterator<Item = (&'static str, &'static str)> {
                self.entry().cells()
            }

            /// The flaw with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::all().find(|flaw| flaw.name() == name)
            }
        }

        impl std::fmt::Display for $flaw {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(super) use tables;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::FlawEntry;
    use crate::double::{
        client::ClientFlaw, issuer::IssuerFlaw, platform::PlatformFlaw, platform11::Platform11Flaw, tool::ToolFlaw,
        tool11::Tool11Flaw,
    };

    fn rows() -> impl Iterator<Item = (&'static str, &'static FlawEntry)> {
        ToolFlaw::all()
            .map(|flaw| ("tool-", flaw.entry()))
            .chain(PlatformFlaw::all().map(|flaw| ("platform-", flaw.entry())))
            .chain(Platform11Flaw::all().map(|flaw| ("platform11-", flaw.entry())))
            .chain(Tool11Flaw::all().map(|flaw| ("tool11-", flaw.entry())))
            .chain(IssuerFlaw::all().map(|flaw| ("issuer-", flaw.entry())))
            .chain(ClientFlaw::all().map(|flaw| ("client-", flaw.entry())))
    }

    #[test]
    fn names_are_permanent_words_and_differ() {
        let mut seen = HashSet::new();
        for (suite, entry) in rows() {
            let name = entry.name;
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{name}"
            );
            assert!(seen.insert((suite, name)), "{name} is there twice");
        }
        for flaw in ToolFlaw::all() {
            assert_eq!(ToolFlaw::from_name(flaw.name()), Some(flaw));
        }
        for flaw in PlatformFlaw::all() {
            assert_eq!(PlatformFlaw::from_name(flaw.name()), Some(flaw));
        }
    }

    #[test]
    fn every_flaw_changes_something_and_says_it_in_known_words() {
        for (suite, flaw) in rows() {
            let name = flaw.name;
            assert!(flaw.cells().next().is_some(), "{name} changes nothing");
            assert!(!flaw.sentence.ends_with('.') && flaw.sentence.len() > 10, "{name}");
            let known = ["lti", "oauth2-", "oidc-"].iter().any(|start| flaw.breaks.starts_with(start));
            assert!(known, "{name}");
            let mut cases = HashSet::new();
            for (case, verdict) in flaw.cells() {
                assert!(case.starts_with(suite), "{name}: {case}");
                assert!(cases.insert(case), "{name}: {case} is there twice");
                let known = matches!(verdict, "pass" | "fail" | "warn" | "skip" | "unsupported" | "review" | "info")
                    || verdict.strip_prefix("info:").is_some_and(|word| !word.is_empty());
                assert!(known, "{name}: {case}: {verdict}");
            }
        }
    }
}
