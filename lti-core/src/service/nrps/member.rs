//! One member of a context (LTI NRPS 2.0, 2.2, 2.3 and 3.2).

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::id::Subject;
use crate::message::parameters::Parameters;
use crate::message::resource_link::entry;
use crate::message::{Custom, OtherClaims, Person, ResourceLink, Shape, Slot, Texts, claims};
use crate::service::members::{Elements, Members, Reader};
use crate::service::{Problem, Reading, ServiceRule};
use crate::vocab::Role;

/// Whether somebody belongs to the context.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MemberStatus {
    /// Belongs to it; what is assumed where nothing is said (LTI NRPS 2.0, 2.3).
    #[default]
    Active,
    /// Belongs to it, and takes no part.
    Inactive,
    /// Does not belong to it any more; in differences alone.
    Deleted,
    /// Another word, kept as it stands.
    Unknown(String),
}

impl MemberStatus {
    /// Reads a status by its exact word.
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        match text.as_ref() {
            "Active" => Self::Active,
            "Inactive" => Self::Inactive,
            "Deleted" => Self::Deleted,
            _ => Self::Unknown(text.into()),
        }
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Deleted => "Deleted",
            Self::Unknown(text) => text,
        }
    }
}

/// One member. Nothing but the id and the roles is sure to be there: names and addresses need consent.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// The `sub` of the member's launches.
    pub user_id: Subject,
    /// The roles, short names of context roles read as such.
    pub roles: Vec<Role>,
    /// Whether the member belongs to the context.
    pub status: MemberStatus,
    /// Name and address, as far as they are shared; the language is never sent here.
    pub person: Person,
    /// What a student information system calls the member.
    pub lis_person_sourcedid: Option<String>,
    /// What LTI 1.1 called the member.
    pub lti11_legacy_user_id: Option<String>,
    /// What a launch of the link that was asked for would say of this member (`rlid`).
    pub messages: Vec<MemberMessage>,
    /// Members of the object that this crate gives no type.
    pub other: OtherClaims,
}

/// What a launch would say of a member (LTI NRPS 2.0, 3.2).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct MemberMessage {
    /// The type of the message, `LtiResourceLinkRequest`.
    pub message_type: Option<String>,
    /// The link.
    pub resource_link: Option<ResourceLink>,
    /// The custom parameters, resolved for this member.
    pub custom: Custom,
    /// Other claims.
    pub other: OtherClaims,
}

impl Member {
    /// An active member.
    pub fn new(user_id: impl Into<Subject>, roles: impl IntoIterator<Item = Role>) -> Self {
        Self {
            user_id: user_id.into(),
            roles: roles.into_iter().collect(),
            status: MemberStatus::Active,
            person: Person::default(),
            lis_person_sourcedid: None,
            lti11_legacy_user_id: None,
            messages: Vec::new(),
            other: OtherClaims::default(),
        }
    }

    pub(super) fn read_at(body: &[u8], index: usize) -> Reading<Self> {
        let place = format!("members[{index}]");
        let members = match Members::parse(body) {
            Ok(members) => members,
            Err(seen) => {
                let problem = Problem::new(ServiceRule::MemberUser, place, "an object with a user_id", seen);
                return Reading { value: None, problems: vec![problem] };
            }
        };
        let mut reader = Reader::new(members, format!("{place}."), ServiceRule::MemberType);
        let r = &mut reader;
        let user_id = user(r);
        let roles = roles(r);
        let status = r.text("status").map(MemberStatus::parse).unwrap_or_default();
        if matches!(status, MemberStatus::Unknown(_)) {
            r.report(ServiceRule::MemberStatus, "status", "Active, Inactive or Deleted", "another word");
        }
        let person = Person {
            name: r.text("name"),
            given_name: r.text("given_name"),
            family_name: r.text("family_name"),
            middle_name: r.text("middle_name"),
            email: r.text("email"),
            picture: r.text("picture"),
            locale: r.text("locale"),
        };
        let (lis_person_sourcedid, lti11_legacy_user_id) =
            (r.text("lis_person_sourcedid"), r.text("lti11_legacy_user_id"));
        let messages = messages(r);
        let problems = std::mem::take(&mut r.problems);
        let other = reader.into_other();
        let read = user_id.map(|user_id| Self {
            user_id,
            roles,
            status,
            person,
            lis_person_sourcedid,
            lti11_legacy_user_id,
            messages,
            other,
        });
        Reading { value: read, problems }
    }
}

fn user(reader: &mut Reader) -> Option<Subject> {
    const EXPECTED: &str = "the id of the user, a string";
    let text = reader.required::<String>("user_id", ServiceRule::MemberUser, EXPECTED)?;
    if text.trim().is_empty() {
        reader.report(ServiceRule::MemberUser, "user_id", EXPECTED, "a blank one");
        return None;
    }
    Some(Subject::new(text))
}

/// An array of roles, or one alone. A member without roles is kept, and has no rights.
fn roles(reader: &mut Reader) -> Vec<Role> {
    const EXPECTED: &str = "an array of roles";
    match reader.slot::<RoleNames>("roles") {
        Slot::Is(read) => {
            if let Some(seen) = read.odd {
                reader.report(ServiceRule::MemberRoles, "roles", EXPECTED, seen);
            }
            read.names.into_iter().map(Role::parse).collect()
        }
        Slot::Missing => {
            reader.report(ServiceRule::MemberRoles, "roles", EXPECTED, "no such member");
            Vec::new()
        }
        Slot::Mistyped(kind) => {
            reader.report(ServiceRule::MemberRoles, "roles", EXPECTED, kind);
            Vec::new()
        }
    }
}

struct RoleNames {
    names: Vec<String>,
    odd: Option<&'static str>,
}

impl<'de> Shape<'de> for RoleNames {
    const WANTED: &'static str = "an array of roles";

    /// One role, or several with commas between them, as LTI 1.1 wrote them.
    fn string(text: &str) -> Option<Self> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Some(Self { names, odd: Some("a string") })
    }

    fn array<A: serde::de::SeqAccess<'de>>(array: A) -> Result<Option<Self>, A::Error> {
        Ok(Texts::array(array)?.map(|read| Self { names: read.texts, odd: read.stranger }))
    }
}

/// An array of messages, or one alone; what is no object is left out, and reported.
fn messages(reader: &mut Reader) -> Vec<MemberMessage> {
    let elements = match reader.raw("message") {
        None => return Vec::new(),
        Some(raw) => match Elements::parse(raw.get().as_bytes()) {
            Ok(elements) => elements.0,
            Err(_) => vec![raw],
        },
    };
    let mut read = Vec::new();
    for element in &elements {
        match Members::parse(element.get().as_bytes()) {
            Ok(members) => read.push(MemberMessage::read(members)),
            Err(seen) => reader.report(ServiceRule::MemberType, "message", "an array of objects", seen),
        }
    }
    read
}

impl MemberMessage {
    fn read(mut members: Members) -> Self {
        let link = members.slot::<Members>(claims::RESOURCE_LINK).value();
        Self {
            message_type: members.slot(claims::MESSAGE_TYPE).value(),
            resource_link: link.and_then(|mut link| {
                Some(ResourceLink {
                    id: link.slot::<String>("id").value()?.into(),
                    title: link.slot("title").value(),
                    description: link.slot("description").value(),
                    other: link.into_other(),
                })
            }),
            custom: members.slot::<Parameters>(claims::CUSTOM).value().map(|read| read.custom).unwrap_or_default(),
            other: members.into_other(),
        }
    }
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", self.status.as_str())?;
        self.person.serialize_into(&mut map)?;
        map.serialize_entry("user_id", &self.user_id)?;
        entry(&mut map, "lis_person_sourcedid", self.lis_person_sourcedid.as_ref())?;
        entry(&mut map, "lti11_legacy_user_id", self.lti11_legacy_user_id.as_ref())?;
        map.serialize_entry("roles", &self.roles)?;
        if !self.messages.is_empty() {
            map.serialize_entry("message", &self.messages)?;
        }
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl Serialize for MemberMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, claims::MESSAGE_TYPE, self.message_type.as_ref())?;
        entry(&mut map, claims::RESOURCE_LINK, self.resource_link.as_ref())?;
        if !self.custom.is_empty() {
            map.serialize_entry(claims::CUSTOM, &self.custom)?;
        }
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl fmt::Debug for Member {
    /// Roles and status; the rest leads to a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("roles", &self.roles).field("status", &self.status).finish_non_exhaustive()
    }
}
