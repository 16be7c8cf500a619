//! Text from a subject, made fit for a terminal and a log: no control characters, no workflow commands, wrapped.

use std::fmt::Write as _;

/// One line of text in which everything invisible is visible.
///
/// Control characters would move the cursor or start an escape sequence, bidirectional overrides would turn a line
/// round; both are shown as `\u{..}`. Line ends become spaces.
pub(crate) fn visible(text: &str) -> String {
    let line = visible_lines(text).replace('\n', " ");
    // The runner of GitHub Actions finds this mark anywhere in a line, and `::` at its beginning.
    let line = line.replace("##[", "##\\[");
    let line = line.trim();
    if line.starts_with("::") { format!("\\{line}") } else { line.to_owned() }
}

/// The text with everything invisible made visible, but for its line ends.
pub(crate) fn visible_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push(' '),
            '\r' => {}
            c if is_deceiving(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a character shows nothing by itself and changes how its neighbours are shown.
fn is_deceiving(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Wraps a text at this many columns; a longer word, such as an address, stays whole, so that it can be followed.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        if used > 0 && used + 1 + count(word) > columns {
            lines.push(String::new());
            used = 0;
        } else if used > 0 {
            push(&mut lines, " ");
            used += 1;
        }
        // The runner of GitHub Actions reads `::` at the beginning of a line as a command.
        if used == 0 && word.starts_with("::") {
            push(&mut lines, "\\");
            used += 1;
        }
        push(&mut lines, word);
        used += count(word);
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escape_sequences_and_overrides_are_shown_not_obeyed() {
        assert_eq!(visible("a\x1b[31mb\r\nc\u{202e}d"), "a\\u{1b}[31mb c\\u{202e}d");
    }

    #[test]
    fn workflow_commands_of_the_subject_are_not_commands() {
        assert_eq!(visible("x ##[error]y"), "x ##\\[error]y");
        assert_eq!(visible(" ::error::y"), "\\::error::y");
        assert_eq!(wrapped("aaaa ::stop-commands::x", 5), ["aaaa", "\\::stop-commands::x"]);
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_and_keeps_the_width(text in "[a-z ]{0,200}", columns in 1_usize..60) {
            let lines = wrapped(&text, columns);
            let joined = lines.join(" ");
            prop_assert_eq!(joined.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
            prop_assert!(lines.iter().all(|line| count(line) <= columns || !line.contains(' ')));
        }

        #[test]
        fn nothing_invisible_survives(text in any::<String>()) {
            prop_assert!(!visible(&text).chars().any(is_deceiving));
        }
    }
}
