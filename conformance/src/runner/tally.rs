//! What a run of cases has found so far, and what becomes of that when the subject is lost or refuses the sound launch.

use std::time::Instant;

use super::{Finished, RunOptions, Stopped, Watcher, milliseconds, result};
use crate::{
    case::{Case, Ended, Outcome},
    report::model::{CaseResult, Exchange, Note, RunReport, Summary, Verdict},
};

/// After so many lost connections in a row the subject counts as lost.
const LOST_LIMIT: u32 = 3;
/// So many cases are named where a subject failed in more.
const SHOWN_CRASHES: usize = 5;

/// The words in which a suite speaks of its runs.
#[derive(Clone, Copy)]
pub(crate) struct Nouns {
    /// The suite.
    pub(crate) suite: &'static str,
    /// What its subject is called.
    pub(crate) subject: &'static str,
    /// What its controls repeat.
    pub(crate) control: &'static str,
}

/// What a run has found so far.
pub(crate) struct Tally<'r> {
    nouns: Nouns,
    options: &'r RunOptions,
    watcher: &'r dyn Watcher,
    started: Instant,
    notes: Vec<Note>,
    pub(crate) results: Vec<CaseResult>,
    pub(crate) words: Vec<&'static str>,
    /// The first result since the last good control.
    since_control: usize,
    lost_in_a_row: u32,
    /// The cases in which the subject failed instead of answering.
    crashed: Vec<&'static str>,
}

impl<'r> Tally<'r> {
    /// A run that begins now.
    pub(crate) fn new(nouns: Nouns, options: &'r RunOptions, watcher: &'r dyn Watcher) -> Self {
        Self {
            nouns,
            options,
            watcher,
            started: Instant::now(),
            notes: Vec::new(),
            results: Vec::new(),
            words: Vec::new(),
            since_control: 0,
            lost_in_a_row: 0,
            crashed: Vec::new(),
        }
    }

    /// Writes down what was learned before the cases, in a stage that began then.
    pub(crate) fn note(&mut self, stage: &str, text: String, since: Instant) {
        let note = Note { stage: stage.to_owned(), text, duration_ms: milliseconds(since) };
        self.watcher.note(&note);
        self.notes.push(note);
    }

    /// When the run began.
    pub(crate) const fn started(&self) -> Instant {
        self.started
    }

    /// The run is over: what it found of this subject, with the exchanges of its control.
    pub(crate) fn finish(self, subject: String, control: Vec<Exchange>, ended_early: Option<Stopped>) -> Finished {
        let report = RunReport {
            suite: self.nouns.suite.to_owned(),
            subject,
            variant: None,
            certification: self.options.certification,
            command: self.options.command.clone(),
            captured: false,
            summary: Summary::of(&self.results),
            notes: self.notes,
            results: self.results,
            control,
            duration_ms: milliseconds(self.started),
        };
        Finished { report, words: self.words, ended_early }
    }

    /// Writes down how a case ended that began then.
    pub(crate) fn put<S>(&mut self, case: &Case<S>, ended: &Ended, since: Instant, exchanges: Vec<Exchange>) {
        let mut result = result(self.nouns.suite, case, ended, self.options.certification);
        result.duration_ms = milliseconds(since);
        result.exchanges = exchanges;
        self.watcher.case(self.results.len() + 1, &result);
        self.results.push(result);
        self.words.push(ended.word);
    }

    /// The subject failed in this case instead of answering.
    pub(crate) fn crashed_in<S>(&mut self, case: &Case<S>) {
        self.crashed.push(case.id);
    }

    /// Whether the subject gave an answer in the last case; says so when it did not too often.
    pub(crate) fn answered(&mut self, answered: bool) {
        self.lost_in_a_row = if answered { 0 } else { self.lost_in_a_row + 1 };
    }

    /// Ends the run where the subject is lost; the cases that are left are skipped.
    pub(crate) fn lost<S>(&mut self, rest: &[Case<S>]) -> Option<Stopped> {
        if self.lost_in_a_row < LOST_LIMIT {
            return None;
        }
        self.skip(rest, "the subject was lost");
        Some(Stopped::Unreachable(format!(
            "the {} was lost: no answer {LOST_LIMIT} times in a row",
            self.nouns.subject
        )))
    }

    /// The sound launch was accepted again.
    pub(crate) fn control_passed(&mut self) {
        self.since_control = self.results.len();
    }

    /// Everything since the last good control proves nothing, for this reason.
    pub(crate) fn spoil(&mut self, reason: &str) {
        for (result, word) in self.results.iter_mut().zip(&mut self.words).skip(self.since_control) {
            result.verdict = Verdict::Skip;
            result.reason = Some(reason.to_owned());
            *word = "skipped";
        }
    }

    /// The sound launch stays refused: everything since the last good one proves nothing, and the rest is skipped.
    pub(crate) fn control_failed<S>(&mut self, rest: &[Case<S>]) -> Stopped {
        let Nouns { subject, control, .. } = self.nouns;
        self.spoil(&format!("the sound {control} was refused after this case, so its verdict proves nothing"));
        let after = self.results.last().map_or_else(String::new, |last| last.id.clone());
        self.skip(rest, &format!("the {subject} refuses the sound {control} since an earlier case"));
        Stopped::ControlRefused(format!(
            "after {after} the {subject} refuses the sound {control} that it accepted before"
        ))
    }

    fn skip<S>(&mut self, cases: &[Case<S>], reason: &str) {
        for case in cases {
            self.results.push(result(self.nouns.suite, case, &Ended::skip(reason), self.options.certification));
            self.words.push("skipped");
        }
    }

    /// Server errors are one warning for the whole run: this case's.
    pub(crate) fn sum_up_crashes<S>(&mut self, case: &Case<S>, none: &str) {
        let Some(index) = self.results.iter().position(|result| result.id == case.id) else { return };
        let ended = if self.crashed.is_empty() {
            Ended::judged(Outcome::Pass, "answered", none)
        } else {
            let shown: Vec<&str> = self.crashed.iter().copied().take(SHOWN_CRASHES).collect();
            let more = self.crashed.len().saturating_sub(shown.len());
            let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
            let observed = format!("the {} failed or gave no answer in {}{rest}", self.nouns.subject, shown.join(", "));
            Ended::judged(Outcome::Warn, "crashed", observed)
        };
        self.results[index] = result(self.nouns.suite, case, &ended, self.options.certification);
        self.words[index] = ended.word;
    }
}
