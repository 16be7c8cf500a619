//! The context a launch comes from: a course, as a rule (LTI Core 1.3, 5.4.1).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::OtherClaims;
use crate::id::ContextId;
use crate::vocab::ContextType;

/// A context.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Context {
    /// Stable and unique within the deployment; at most 255 ASCII characters.
    pub id: ContextId,
    /// What kind of context it is; at least one known type if there are any.
    pub types: Vec<ContextType>,
    /// Short name, such as the number of a course.
    pub label: Option<String>,
    /// Full name.
    pub title: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl Context {
    /// A context without names.
    pub fn new(id: impl Into<ContextId>) -> Self {
        Self { id: id.into(), types: Vec::new(), label: None, title: None, other: OtherClaims::default() }
    }

    /// Whether it is of this type.
    pub fn is(&self, context_type: &ContextType) -> bool {
        self.types.contains(context_type)
    }
}

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        if !self.types.is_empty() {
            map.serialize_entry("type", &self.types)?;
        }
        super::resource_link::entry(&mut map, "label", self.label.as_ref())?;
        super::resource_link::entry(&mut map, "title", self.title.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
