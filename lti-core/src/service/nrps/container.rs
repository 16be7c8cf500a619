//! One page of a roster (LTI NRPS 2.0, 2.1 and 2.2).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Member;
use crate::id::ContextId;
use crate::message::resource_link::entry;
use crate::message::{Context, OtherClaims, Slot, Texts};
use crate::service::members::{Elements, Members, Reader};
use crate::service::{Problem, Problems, Reading, ServiceRule};
use crate::vocab::ContextType;

/// The members of a context, or one page of them.
///
/// One odd member never loses the roster: a member without a usable id is kept aside with the reason.
///
/// ```
/// use lti_core::service::nrps::MembershipContainer;
/// let page = br#"{"context": {"id": "c"}, "members": [{"user_id": "u", "roles": ["Learner"]}, {"user_id": 7}, null]}"#;
/// let page = MembershipContainer::read(page).lenient()?;
/// assert_eq!(page.members.len(), 1);
/// assert_eq!(page.unreadable[0].index, 1);
/// # Ok::<(), lti_core::service::Problems>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MembershipContainer {
    /// Its own URL; only examples of the text have it.
    pub id: Option<String>,
    /// The context; required of the platform, and missing at times.
    pub context: Option<Context>,
    /// The members that can be used, in their order.
    pub members: Vec<Member>,
    /// The members that cannot.
    pub unreadable: Vec<UnreadableMember>,
    /// Members of the object that this crate gives no type.
    pub other: OtherClaims,
}

/// A member that cannot be used.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnreadableMember {
    /// Which one of the array, counted from 0.
    pub index: usize,
    /// Why.
    pub problems: Problems,
}

impl MembershipContainer {
    /// A page of this context.
    pub fn new(id: impl Into<String>, context: Context, members: Vec<Member>) -> Self {
        Self {
            id: Some(id.into()),
            context: Some(context),
            members,
            unreadable: Vec::new(),
            other: OtherClaims::default(),
        }
    }

    /// Reads a page that a platform sent.
    pub fn read(body: &[u8]) -> Reading<Self> {
        let refused = |name: &str, expected: &str, seen: String| Reading {
            value: None,
            problems: vec![Problem::new(ServiceRule::NrpsJson, name, expected, seen)],
        };
        let members = match Members::parse(body) {
            Ok(members) => members,
            Err(seen) => return refused("the roster", "a JSON object", seen),
        };
        let mut reader = Reader::new(members, "", ServiceRule::MemberType);
        let id = reader.text("id");
        let context = context(&mut reader);
        let elements = match reader.slot::<Elements>("members") {
            Slot::Is(elements) => elements.0,
            Slot::Missing => return refused("members", "an array", "no such member".to_owned()),
            Slot::Mistyped(kind) => return refused("members", "an array", kind.to_owned()),
        };
        let (mut members, mut unreadable) = (Vec::with_capacity(elements.len()), Vec::new());
        for (index, element) in elements.iter().enumerate() {
            let reading = Member::read_at(element.get().as_bytes(), index);
            reader.problems.extend(reading.problems.iter().cloned());
            match reading.value {
                Some(member) => members.push(member),
                None => unreadable.push(UnreadableMember { index, problems: Problems(reading.problems) }),
            }
        }
        let problems = std::mem::take(&mut reader.problems);
        Reading { value: Some(Self { id, context, members, unreadable, other: reader.into_other() }), problems }
    }
}

/// The context; one that has no id is reported and left out.
fn context(reader: &mut Reader) -> Option<Context> {
    let rule = ServiceRule::NrpsContext;
    let Some(mut inner) = reader.object("context") else {
        reader.report(rule, "context", "an object with an id", "none");
        return None;
    };
    let id = inner.required::<String>("id", rule, "the id of the context, a string");
    let (label, title) = (inner.text("label"), inner.text("title"));
    let types = inner.take::<Texts>("type").unwrap_or_default();
    reader.problems.append(&mut inner.problems);
    Some(Context {
        id: ContextId::new(id?),
        types: types.texts.into_iter().map(ContextType::parse).collect(),
        label,
        title,
        other: inner.into_other(),
    })
}

impl Serialize for MembershipContainer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "id", self.id.as_ref())?;
        entry(&mut map, "context", self.context.as_ref())?;
        map.serialize_entry("members", &self.members)?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
