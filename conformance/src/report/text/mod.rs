//! The terminal's face of a run: what was judged, every finding with its evidence, the counts.
//!
//! Results go to standard output, [`Progress`] to standard error. What the subject said is shown with
//! every control character made visible, so that it can neither move the cursor nor give a build server commands.

mod annotate;
mod progress;
mod style;
mod wrap;

use std::io::{self, Write};

use super::model::{CaseResult, ClauseRef, RunReport, Verdict};
use super::redact::Redactor;
use super::words;

pub use self::progress::Progress;
pub use self::style::Style;
pub(crate) use self::wrap::{visible, visible_lines};

use self::style::Ink;
use self::wrap::wrapped;

/// Where the text beside a verdict word begins.
const INDENT: usize = 8;
/// Where the text beside a label begins, from the indent on.
const LABEL: usize = 10;

/// Prints a run: its head, its findings worst first, its counts.
///
/// Secrets are taken out first.
///
/// # Errors
/// Whatever the writer answers.
pub fn print_run(out: &mut impl Write, run: &RunReport, style: Style) -> io::Result<()> {
    let run = Redactor::new().run(run);
    head(out, &run, style)?;
    for result in words::findings(&run) {
        if style.lines {
            one_line(out, result, style)?;
        } else {
            block(out, &run, result, style)?;
        }
        if style.annotations {
            writeln!(out, "{}", annotate::annotation(&run, result))?;
        }
    }
    tail(out, &run, style)
}

fn head(out: &mut impl Write, run: &RunReport, style: Style) -> io::Result<()> {
    let subject = visible(&run.subject);
    let mut what = format!("{}, {}", words::judged(&run.suite), words::cases(run.summary.total()));
    if let Some(variant) = &run.variant {
        what = format!("{what}, variant {}", visible(variant));
    }
    spread(out, (&subject, Some(Ink::Strong)), (&what, None), style)?;
    for note in &run.notes {
        note_lines(out, &note.stage, &visible(&note.text), note.duration_ms, style)?;
    }
    writeln!(out)
}

fn note_lines(out: &mut impl Write, stage: &str, text: &str, milliseconds: u64, style: Style) -> io::Result<()> {
    let label = format!("  {stage:<LABEL$}  ");
    let mut lines = wrapped(text, style.width.saturating_sub(label.len() + LABEL)).into_iter();
    let first = lines.next().unwrap_or_default();
    let time = if milliseconds == 0 { String::new() } else { words::duration(milliseconds) };
    spread(out, (&format!("{label}{first}"), None), (&time, Some(Ink::Faint)), style)?;
    for line in lines {
        writeln!(out, "{:indent$}{line}", "", indent = label.len())?;
    }
    Ok(())
}

/// Writes two texts at the two ends of a line; on two lines where there is no room.
fn spread(
    out: &mut impl Write,
    (left, left_ink): (&str, Option<Ink>),
    (right, right_ink): (&str, Option<Ink>),
    style: Style,
) -> io::Result<()> {
    let ink = |ink: Option<Ink>, text: &str| ink.map_or_else(|| text.to_owned(), |ink| style.paint(ink, text));
    let used = left.chars().count() + right.chars().count();
    if right.is_empty() {
        writeln!(out, "{}", ink(left_ink, left))
    } else if used + 2 <= style.width {
        let gap = style.width - used;
        writeln!(out, "{}{:gap$}{}", ink(left_ink, left), "", ink(right_ink, right))
    } else {
        writeln!(out, "{}\n  {}", ink(left_ink, left), ink(right_ink, right))
    }
}

fn block(out: &mut impl Write, run: &RunReport, result: &CaseResult, style: Style) -> io::Result<()> {
    headline(out, result, style)?;
    for clause in &result.clauses {
        clause_lines(out, clause, style)?;
    }
    if let Some(row) = &result.certification {
        labelled(out, "guide", row, style)?;
    }
    for (label, text) in evidence(result) {
        labelled(out, label, text, style)?;
    }
    if let Some(again) = words::again(run, result) {
        writeln!(out, "{:INDENT$}{:<LABEL$}{}", "", "try", visible(&again))?;
    }
    writeln!(out)
}

fn headline(out: &mut impl Write, result: &CaseResult, style: Style) -> io::Result<()> {
    let word = result.verdict.as_str().to_uppercase();
    let (duty, risk) = (visible(&words::duty(result)), visible(&words::risk(result)));
    let left = format!("{word:<INDENT$}{}", result.id);
    let painted = format!(
        "{}{}",
        style.paint(ink_of(result.verdict), &format!("{word:<INDENT$}")),
        style.paint(Ink::Strong, &result.id)
    );
    let used = left.chars().count();
    let whole = format!("{duty}   {risk}");
    if used + 3 + whole.chars().count() <= style.width {
        let gap = style.width - used - whole.chars().count();
        return writeln!(out, "{painted}{:gap$}{whole}", "");
    }
    if used + 3 + duty.chars().count() <= style.width {
        let gap = style.width - used - duty.chars().count();
        writeln!(out, "{painted}{:gap$}{duty}", "")?;
    } else {
        writeln!(out, "{painted}\n{:INDENT$}{duty}", "")?;
    }
    indented(out, &risk, INDENT, style)
}

fn clause_lines(out: &mut impl Write, clause: &ClauseRef, style: Style) -> io::Result<()> {
    let name = visible(&format!("{}, {}", clause.spec, clause.section));
    let url = visible(&clause.url);
    let address = style.paint(Ink::Faint, &url);
    if INDENT + name.chars().count() + 3 + url.chars().count() <= style.width {
        writeln!(out, "{:INDENT$}{name}   {address}", "")
    } else {
        writeln!(out, "{:INDENT$}{name}\n{:INDENT$}{address}", "", "")
    }
}

/// What a person needs to understand a finding, with the labels that all findings use.
fn evidence(result: &CaseResult) -> impl Iterator<Item = (&'static str, &str)> {
    let reason = if result.verdict == Verdict::Review { "look at" } else { "why" };
    [
        ("sent", result.sent.as_str()),
        ("expected", result.expected.as_str()),
        ("seen", result.observed.as_str()),
        (reason, result.reason.as_deref().unwrap_or_default()),
        ("mend", result.hint.as_str()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.trim().is_empty())
}

fn labelled(out: &mut impl Write, label: &str, text: &str, style: Style) -> io::Result<()> {
    let label = style.paint(Ink::Faint, &format!("{label:<LABEL$}"));
    write!(out, "{:INDENT$}{label}", "")?;
    let room = style.width.saturating_sub(INDENT + LABEL);
    let mut lines = wrapped(&visible(text), room).into_iter();
    writeln!(out, "{}", lines.next().unwrap_or_default())?;
    for line in lines {
        writeln!(out, "{:indent$}{line}", "", indent = INDENT + LABEL)?;
    }
    Ok(())
}

fn indented(out: &mut impl Write, text: &str, indent: usize, style: Style) -> io::Result<()> {
    for line in wrapped(text, style.width.saturating_sub(indent)) {
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

/// A finding as one line: everything that a block says but the command to try.
fn one_line(out: &mut impl Write, result: &CaseResult, style: Style) -> io::Result<()> {
    let word = result.verdict.as_str().to_uppercase();
    write!(
        out,
        "{} {}: {}, {}",
        style.paint(ink_of(result.verdict), &word),
        result.id,
        words::duty(result),
        visible(&words::risk(result))
    )?;
    for (label, text) in evidence(result) {
        write!(out, "; {label} {}", visible(text))?;
    }
    if let Some(clause) = result.clauses.first() {
        write!(out, "; {}, {} {}", visible(&clause.spec), visible(&clause.section), visible(&clause.url))?;
    }
    writeln!(out)
}

fn tail(out: &mut impl Write, run: &RunReport, style: Style) -> io::Result<()> {
    let ink = match run.summary {
        summary if summary.fail > 0 => Ink::Bad,
        summary if summary.warn > 0 => Ink::Doubtful,
        summary if summary.pass > 0 => Ink::Good,
        _ => Ink::Strong,
    };
    let time = words::duration(run.duration_ms);
    spread(out, (&visible(&words::counts(run)), Some(ink)), (&time, Some(Ink::Faint)), style)?;
    for reason in words::skipped(run) {
        indented(out, &visible(&reason), 2, style)?;
    }
    if let Some(note) = words::certification_note(run) {
        writeln!(out, "{note}")?;
    }
    Ok(())
}

const fn ink_of(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Fail => Ink::Bad,
        Verdict::Warn => Ink::Doubtful,
        Verdict::Pass => Ink::Good,
        Verdict::Review => Ink::Look,
        Verdict::Info | Verdict::Unsupported | Verdict::Skip => Ink::Strong,
    }
}
