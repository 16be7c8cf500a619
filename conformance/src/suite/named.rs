//! Identifiers of several launches: whether one thing has one, and two things have two.

use crate::sight::Sight;

/// How an identifier and what it names are called.
pub(super) struct Words {
    /// What is named, as people call it.
    pub(super) thing: &'static str,
    /// The identifier's own name.
    pub(super) id: &'static str,
    /// The key of the word for it in a `[[launch]]`.
    pub(super) key: &'static str,
    /// Whether the identifier may be repeated in a report.
    pub(super) public: bool,
}

/// A word of the configuration, and the identifier that arrived for it.
pub(super) struct Pair<'e> {
    /// The launch.
    pub(super) launch: &'e str,
    /// The word for the thing.
    pub(super) word: &'e str,
    /// The identifier that arrived.
    pub(super) id: &'e str,
    /// Within what the identifier has to be unique.
    pub(super) within: Option<&'e str>,
}

/// The beginning of a text, in quotes.
pub(super) fn cut(text: &str) -> String {
    const LIMIT: usize = 80;
    if text.chars().count() <= LIMIT {
        return format!("{text:?}");
    }
    format!("{:?}…", text.chars().take(LIMIT).collect::<String>())
}

impl Words {
    fn show(&self, id: &str) -> String {
        if self.public { format!(" {}", cut(id)) } else { String::new() }
    }

    /// Whether one thing has one identifier in all launches.
    pub(super) fn stable(&self, pairs: &[Pair<'_>]) -> Sight {
        let mut compared = 0;
        for (index, second) in pairs.iter().enumerate() {
            let Some(first) = pairs[..index].iter().find(|first| first.word == second.word) else { continue };
            compared += 1;
            if first.id != second.id {
                return Sight::Broken(format!(
                    "the {} {:?} has one {}{} in the launch {} and another{} in the launch {}",
                    self.thing,
                    second.word,
                    self.id,
                    self.show(first.id),
                    first.launch,
                    self.show(second.id),
                    second.launch
                ));
            }
        }
        if compared == 0 {
            return Sight::Nothing(format!(
                "needs two launches that show one {}: two [[launch]] with the same `{}` that bring {}",
                self.thing, self.key, self.id
            ));
        }
        Sight::Sound(format!("the same {} in {} launches", self.id, compared + 1))
    }

    /// Whether two things have two identifiers.
    pub(super) fn distinct(&self, pairs: &[Pair<'_>]) -> Sight {
        let mut compared = 0;
        for (index, second) in pairs.iter().enumerate() {
            let others = pairs[..index].iter().filter(|first| first.word != second.word);
            for first in others.filter(|first| first.within == second.within) {
                compared += 1;
                if first.id == second.id {
                    return Sight::Broken(format!(
                        "the {}s {:?} (launch {}) and {:?} (launch {}) have the same {}{}",
                        self.thing,
                        first.word,
                        first.launch,
                        second.word,
                        second.launch,
                        self.id,
                        self.show(first.id)
                    ));
                }
            }
        }
        if compared == 0 {
            return Sight::Nothing(format!(
                "needs two {}s: two [[launch]] with different words in `{}` that bring {}",
                self.thing, self.key, self.id
            ));
        }
        Sight::Sound(format!("different {}s have different values of {}", self.thing, self.id))
    }
}
