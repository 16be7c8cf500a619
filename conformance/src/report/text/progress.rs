//! How far a run is: a bar for each area of the suite, on standard error.

use std::sync::Mutex;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::visible;

/// The progress of a run: one bar for each area, with the case that is running.
///
/// On anything but a terminal it draws nothing. It may be shared between tasks.
#[derive(Debug)]
pub struct Progress {
    bars: MultiProgress,
    areas: Mutex<Vec<(String, ProgressBar)>>,
}

impl Progress {
    /// Draws on standard error, if that is a terminal.
    pub fn on_stderr() -> Self {
        Self::on(ProgressDrawTarget::stderr())
    }

    /// Draws nothing.
    pub fn hidden() -> Self {
        Self::on(ProgressDrawTarget::hidden())
    }

    /// Draws on a target of the caller's.
    pub fn on(target: ProgressDrawTarget) -> Self {
        Self { bars: MultiProgress::with_draw_target(target), areas: Mutex::default() }
    }

    /// Announces an area with its number of cases, below the areas announced before.
    pub fn area(&self, name: &str, cases: usize) {
        let cases = u64::try_from(cases).unwrap_or(u64::MAX);
        let bar = self.bars.add(ProgressBar::new(cases).with_prefix(name.to_owned()).with_style(style()));
        bar.tick();
        self.with_areas(|areas| areas.push((name.to_owned(), bar)));
    }

    /// Says which case of an area is running.
    pub fn running(&self, area: &str, case: &str) {
        self.bar(area, |bar| bar.set_message(visible(case)));
    }

    /// Counts a case of an area as done; the last one completes the bar.
    pub fn done(&self, area: &str) {
        self.bar(area, |bar| {
            bar.inc(1);
            if bar.length().is_some_and(|length| bar.position() >= length) {
                bar.finish_with_message("");
            }
        });
    }

    /// Takes the bars away, so that the results stand alone.
    pub fn clear(&self) {
        self.with_areas(|areas| areas.drain(..).for_each(|(_, bar)| bar.finish_and_clear()));
        // A terminal that refuses to be cleared costs nothing but looks.
        let _ = self.bars.clear();
    }

    fn bar(&self, area: &str, act: impl FnOnce(&ProgressBar)) {
        self.with_areas(|areas| {
            if let Some((_, bar)) = areas.iter().find(|(name, _)| name == area) {
                act(bar);
            }
        });
    }

    fn with_areas(&self, act: impl FnOnce(&mut Vec<(String, ProgressBar)>)) {
        let mut areas = self.areas.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        act(&mut areas);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn style() -> ProgressStyle {
    // The template is a constant of ours; should it not parse, the default bar is good enough.
    let style = ProgressStyle::with_template("  {prefix:<12}{bar:20}  {pos:>3}/{len:<4}  {wide_msg}");
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("##.")
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that remembers what was written to it.
    #[derive(Debug, Clone, Default)]
    struct Paper(Arc<Mutex<String>>);

    impl TermLike for Paper {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().map_err(|_| io::Error::other("poisoned"))?.push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(paper: &Paper) -> String {
        paper.0.lock().map(|text| text.clone()).unwrap_or_default()
    }

    #[test]
    fn a_bar_names_its_area_its_count_and_the_case_that_runs() {
        let paper = Paper::default();
        let progress = Progress::on(ProgressDrawTarget::term_like_with_hz(Box::new(paper.clone()), 255));
        progress.area("token", 2);
        progress.done("token");
        progress.running("token", "tool-nonce-replayed");
        progress.done("token");
        let text = written(&paper);
        assert!(text.contains("token"), "{text}");
        assert!(text.contains("####################    2/2"), "{text}");
    }

    #[test]
    fn an_unknown_area_and_a_hidden_target_are_no_trouble() {
        let progress = Progress::hidden();
        progress.running("nowhere", "x");
        progress.done("nowhere");
        progress.clear();
    }
}
