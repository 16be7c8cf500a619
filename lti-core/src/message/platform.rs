//! What a launch says about the platform and about the institution's records (LTI Core 1.3, 5.4.2 and 5.4.5).

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::OtherClaims;
use super::resource_link::entry;

/// The instance of the platform (LTI Core 1.3, 5.4.2).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ToolPlatform {
    /// Stable name of the instance; at most 255 ASCII characters. Required where the claim is, and missing at times.
    pub guid: Option<String>,
    /// Whom to ask.
    pub contact_email: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Its front page.
    pub url: Option<String>,
    /// The product, such as `moodle`.
    pub product_family_code: Option<String>,
    /// The version of the product.
    pub version: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl ToolPlatform {
    /// An instance by its stable name.
    pub fn new(guid: impl Into<String>) -> Self {
        Self { guid: Some(guid.into()), ..Self::default() }
    }
}

impl Serialize for ToolPlatform {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "guid", self.guid.as_ref())?;
        entry(&mut map, "contact_email", self.contact_email.as_ref())?;
        entry(&mut map, "description", self.description.as_ref())?;
        entry(&mut map, "name", self.name.as_ref())?;
        entry(&mut map, "url", self.url.as_ref())?;
        entry(&mut map, "product_family_code", self.product_family_code.as_ref())?;
        entry(&mut map, "version", self.version.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

/// What a student information system calls the user and the course (LTI Core 1.3, 5.4.5).
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Lis {
    /// The user.
    pub person_sourcedid: Option<String>,
    /// The course offering.
    pub course_offering_sourcedid: Option<String>,
    /// The course section.
    pub course_section_sourcedid: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl Serialize for Lis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "person_sourcedid", self.person_sourcedid.as_ref())?;
        entry(&mut map, "course_offering_sourcedid", self.course_offering_sourcedid.as_ref())?;
        entry(&mut map, "course_section_sourcedid", self.course_section_sourcedid.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl fmt::Debug for Lis {
    /// A sourcedid leads to a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lis(..)")
    }
}
