//! How the terminal output looks: in colour or not, how wide, whole findings or a line for each.

use std::io::IsTerminal as _;

/// How the terminal output looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Style {
    /// Whether ANSI colours are used.
    pub colour: bool,
    /// Whether each finding is one line, for logs and `grep`, instead of a block.
    pub lines: bool,
    /// How many columns there are to fill.
    pub width: usize,
    /// Whether findings are repeated as annotations for GitHub Actions.
    pub annotations: bool,
}

/// The width of output that has no terminal to ask.
const DEFAULT_WIDTH: usize = 100;
/// What is read below this many columns is read by scrolling anyway.
const NARROWEST: usize = 40;
/// Longer lines are hard to read.
const WIDEST: usize = 140;

impl Style {
    /// Blocks without colours, 100 columns wide.
    pub const fn plain() -> Self {
        Self { colour: false, lines: false, width: DEFAULT_WIDTH, annotations: false }
    }

    /// What suits standard output and the environment of this process.
    ///
    /// On a terminal: blocks, as wide as it is, in colours unless `NO_COLOR` is set or `TERM` is `dumb`. Else: lines
    /// without colours. Annotations where `GITHUB_ACTIONS` is `true`.
    pub fn of_stdout() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let width = console::Term::stdout().size_checked().map(|(_, columns)| columns);
        Self::chosen(terminal, width, |name| std::env::var(name).ok())
    }

    /// What suits an output that is a terminal or not, with this many columns, in this environment.
    ///
    /// ```
    /// use conformance::report::text::Style;
    /// let style = Style::chosen(true, Some(80), |name| (name == "NO_COLOR").then(|| "1".to_owned()));
    /// assert!(!style.colour && !style.lines);
    /// assert_eq!(style.width, 80);
    /// ```
    pub fn chosen(terminal: bool, columns: Option<u16>, environment: impl Fn(&str) -> Option<String>) -> Self {
        // Set to nothing it counts as not set (no-color.org).
        let no_colour = environment("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = environment("TERM").is_some_and(|value| value == "dumb");
        Self {
            colour: terminal && !no_colour && !dumb,
            lines: !terminal,
            width: columns.map_or(DEFAULT_WIDTH, usize::from).clamp(NARROWEST, WIDEST),
            annotations: environment("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
        }
    }

    /// The text in a colour, if colours are used.
    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{}m{text}\x1b[0m", ink.code()) } else { text.to_owned() }
    }
}

/// What a piece of text is, from which its colour follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Bad,
    Doubtful,
    Good,
    Look,
    Strong,
    Faint,
}

impl Ink {
    /// The SGR parameters: the eight basic colours, which every theme makes legible.
    const fn code(self) -> &'static str {
        match self {
            Self::Bad => "1;31",
            Self::Doubtful => "1;33",
            Self::Good => "32",
            Self::Look => "1;36",
            Self::Strong => "1",
            Self::Faint => "2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(set: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        move |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn colours_only_on_a_terminal_that_wants_them() {
        assert!(Style::chosen(true, None, environment(&[])).colour);
        assert!(Style::chosen(true, None, environment(&[("NO_COLOR", "")])).colour);
        assert!(!Style::chosen(true, None, environment(&[("NO_COLOR", "1")])).colour);
        assert!(!Style::chosen(true, None, environment(&[("TERM", "dumb")])).colour);
        assert!(!Style::chosen(false, None, environment(&[])).colour);
    }

    #[test]
    fn without_a_terminal_a_line_for_each_finding() {
        assert!(Style::chosen(false, None, environment(&[])).lines);
        assert!(!Style::chosen(true, None, environment(&[])).lines);
    }

    #[test]
    fn the_width_stays_readable() {
        assert_eq!(Style::chosen(true, Some(10), environment(&[])).width, 40);
        assert_eq!(Style::chosen(true, Some(400), environment(&[])).width, 140);
        assert_eq!(Style::chosen(false, None, environment(&[])).width, 100);
    }

    #[test]
    fn annotations_under_github_actions_alone() {
        assert!(Style::chosen(false, None, environment(&[("GITHUB_ACTIONS", "true")])).annotations);
        assert!(!Style::chosen(false, None, environment(&[])).annotations);
    }
}
