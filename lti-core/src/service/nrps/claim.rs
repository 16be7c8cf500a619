//! The claim that says where the roster is (LTI NRPS 2.0, 3.6.1).

use serde::de::{Deserialize, Deserializer, MapAccess};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::message::{OtherClaims, Shape, Slot, Texts};
use crate::service::members::Members;

/// The claim [`NRPS`](crate::message::claims::NRPS) of a launch or a deep linking request.
///
/// ```
/// use lti_core::service::nrps::NamesRoleService;
/// let claim = NamesRoleService::new("https://lms.example/7/memberships");
/// assert_eq!(claim.service_versions, ["2.0"]);
/// assert_eq!(serde_json::from_str::<NamesRoleService>(&serde_json::to_string(&claim)?)?, claim);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NamesRoleService {
    /// Where the members of the context are; it may have a query.
    pub context_memberships_url: String,
    /// The versions of the service that are spoken there.
    pub service_versions: Vec<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl NamesRoleService {
    /// A roster in version 2.0.
    pub fn new(context_memberships_url: impl Into<String>) -> Self {
        Self {
            context_memberships_url: context_memberships_url.into(),
            service_versions: vec!["2.0".to_owned()],
            other: OtherClaims::default(),
        }
    }

    fn read(mut members: Members) -> Option<Self> {
        let address = members.slot::<String>("context_memberships_url").value()?.trim().to_owned();
        if address.is_empty() {
            return None;
        }
        // The prose of the text once calls the member `service_version`.
        let versions = members.slot::<Versions>("service_versions").value();
        let versions = versions.or_else(|| members.slot::<Versions>("service_version").value());
        Some(Self {
            context_memberships_url: address,
            service_versions: versions.map(|read| read.0).unwrap_or_default(),
            other: members.into_other(),
        })
    }
}

/// An array of versions, or one alone.
struct Versions(Vec<String>);

impl<'de> Shape<'de> for Versions {
    const WANTED: &'static str = "an array of strings";

    fn string(text: &str) -> Option<Self> {
        Some(Self(vec![text.to_owned()]))
    }

    fn array<A: serde::de::SeqAccess<'de>>(array: A) -> Result<Option<Self>, A::Error> {
        Ok(Texts::array(array)?.map(|read| Self(read.texts)))
    }
}

impl<'de> Shape<'de> for NamesRoleService {
    const WANTED: &'static str = "an object with context_memberships_url";

    fn object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        Ok(Members::object(object)?.and_then(Self::read))
    }
}

impl<'de> Deserialize<'de> for NamesRoleService {
    /// Reads the claim as far as it can be read; one without an address is an error.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = || serde::de::Error::custom("expected an object with context_memberships_url");
        Slot::<Self>::deserialize(deserializer)?.value().ok_or_else(expected)
    }
}

impl Serialize for NamesRoleService {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("context_memberships_url", &self.context_memberships_url)?;
        map.serialize_entry("service_versions", &self.service_versions)?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
