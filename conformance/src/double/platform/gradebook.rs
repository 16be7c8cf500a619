//! The gradebook: line items, the scores that tools sent, and what becomes of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::school::LINKS;

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
    pub(super) maximum: Value,
    /// The resource link that it is tied to.
    pub(super) link: Option<String>,
    /// The other members as the tool sent them.
    pub(super) members: Map<String, Value>,
}

impl Item {
    /// The definition as it is shown, with this address for its id.
    pub(super) fn definition(&self, address: &str) -> Value {
        let mut shown = Map::new();
        shown.insert("id".to_owned(), json!(address));
        shown.insert("label".to_owned(), json!(self.label));
        shown.insert("scoreMaximum".to_owned(), self.maximum.clone());
        shown.extend(self.members.clone());
        if let Some(link) = &self.link {
            shown.insert("resourceLinkId".to_owned(), json!(link));
        }
        Value::Object(shown)
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
            let number = book.next();
            book.items.insert(
                number,
                Item {
                    number,
                    course: link.course,
                    client: client.to_owned(),
                    label: link.title.to_owned(),
                    maximum: json!(100),
                    link: Some(link.id.to_owned()),
                    members: Map::new(),
                },
            );
        }
        book
    }

    fn next(&mut self) -> u32 {
        self.made += 1;
        self.made
    }

    /// Every line item in the order in which they were made.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// The line item with this number.
    pub(super) fn item(&self, number: u32) -> Option<&Item> {
        self.items.get(&number)
    }

    /// The line items that are tied to a link.
    pub(super) fn tied_to(&self, link: &str) -> Vec<u32> {
        self.items().filter(|item| item.link.as_deref() == Some(link)).map(|item| item.number).collect()
    }
}
