//! The gradebook: line items, and for each user what the tool sent last.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::school::LINKS;

/// What a tool said of one user.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// The time stamp of the newest score, in nanoseconds since 1970.
    pub(super) at: i128,
    /// The same as it was written.
    pub(super) stamp: String,
    /// When the last score arrived, in seconds since 1970.
    pub(super) arrived: i64,
    /// The share of the maximum, in points of the line item.
    pub(super) points: Option<f64>,
    /// The comment.
    pub(super) comment: Option<String>,
}

/// A line item.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its place in addresses.
    pub(super) number: u32,
    /// The course: a place in the school's list.
    pub(super) course: usize,
    /// The tool that it belongs to.
    pub(super) client: String,
    /// What a person reads.
    pub(super) label: String,
    /// The most that can be reached.
    pub(super) maximum: f64,
    /// The resource link that it is tied to.
    pub(super) link: Option<String>,
    /// The other members as the tool sent them.
    pub(super) members: Map<String, Value>,
    /// What the tool said of each user, by their permanent identifiers.
    pub(super) records: BTreeMap<String, Record>,
}

impl Item {
    /// The definition as it is shown, with this for its id.
    pub(super) fn definition(&self, id: Value) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert("id".to_owned(), id);
        shown.insert("label".to_owned(), json!(self.label));
        shown.insert("scoreMaximum".to_owned(), json!(self.maximum));
        shown.extend(self.members.clone());
        if let Some(link) = &self.link {
            shown.insert("resourceLinkId".to_owned(), json!(link));
        }
        shown
    }

    /// A member that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }
}

/// The gradebook of the school.
#[derive(Debug, Default)]
pub(super) struct Gradebook {
    items: BTreeMap<u32, Item>,
    made: u32,
}

impl Gradebook {
    /// A book in which every link has one line item of this tool.
    pub(super) fn with_links(client: &str) -> Self {
        let mut book = Self::default();
        for link in LINKS {
            book.add(Item {
                number: 0,
                course: link.course,
                client: client.to_owned(),
                label: link.title.to_owned(),
                maximum: 100.0,
                link: Some(link.id.to_owned()),
                members: Map::new(),
                records: BTreeMap::new(),
            });
        }
        book
    }

    /// Adds a line item and gives it its number.
    pub(super) fn add(&mut self, item: Item) -> Item {
        self.made += 1;
        let item = Item { number: self.made, ..item };
        self.items.insert(self.made, item.clone());
        item
    }

    /// Every line item in the order in which they were made.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// The line item with this number.
    pub(super) fn item(&self, number: u32) -> Option<&Item> {
        self.items.get(&number)
    }

    /// The line item with this number, to be changed.
    pub(super) fn item_mut(&mut self, number: u32) -> Option<&mut Item> {
        self.items.get_mut(&number)
    }

    /// Takes a line item out.
    pub(super) fn remove(&mut self, number: u32) -> Option<Item> {
        self.items.remove(&number)
    }

    /// Puts a line item under another number.
    pub(super) fn renumber(&mut self, from: u32, to: u32) {
        if let Some(item) = self.items.remove(&from) {
            self.items.insert(to, Item { number: to, ..item });
        }
    }

    /// The line items that are tied to a link.
    pub(super) fn tied_to(&self, link: &str) -> Vec<u32> {
        self.items().filter(|item| item.link.as_deref() == Some(link)).map(|item| item.number).collect()
    }
}
