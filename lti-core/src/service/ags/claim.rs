//! The claim that says where grades go (LTI AGS 2.0, 3.1).

use serde::de::{Deserialize, Deserializer, MapAccess};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::message::resource_link::entry;
use crate::message::{OtherClaims, Shape, Slot};
use crate::service::Scopes;
use crate::service::members::Members;

/// The claim [`AGS_ENDPOINT`](crate::message::claims::AGS_ENDPOINT) of a launch or a deep linking request.
///
/// An address that is blank or null counts as absent: "must be either blank or not included" (LTI AGS 2.0, 3.1).
///
/// ```
/// use lti_core::service::{Scope, ags::AgsEndpoint};
/// let claim: AgsEndpoint = serde_json::from_str(
///     r#"{"scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"], "lineitems": "https://lms.example/7", "lineitem": ""}"#,
/// )?;
/// assert!(claim.scope.contains(&Scope::Score) && claim.lineitem.is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgsEndpoint {
    /// What the tool may ask a token for.
    pub scope: Scopes,
    /// The line items of the context; absent where the tool may not see them.
    pub lineitems: Option<String>,
    /// The line item of the link, where there is one and only one.
    pub lineitem: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl AgsEndpoint {
    /// A claim without addresses.
    pub fn new(scope: impl Into<Scopes>) -> Self {
        Self { scope: scope.into(), ..Self::default() }
    }

    fn read(mut members: Members) -> Self {
        let address =
            |slot: Slot<String>| slot.value().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            scope: members.slot("scope").value().unwrap_or_default(),
            lineitems: address(members.slot("lineitems")),
            lineitem: address(members.slot("lineitem")),
            other: members.into_other(),
        }
    }
}

impl<'de> Shape<'de> for AgsEndpoint {
    const WANTED: &'static str = "an object";

    fn object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        Ok(Members::object(object)?.map(Self::read))
    }
}

impl<'de> Deserialize<'de> for AgsEndpoint {
    /// Reads the claim as far as it can be read; only what is no object is an error.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Slot::<Self>::deserialize(deserializer)? {
            Slot::Is(claim) => Ok(claim),
            Slot::Mistyped(kind) => Err(serde::de::Error::custom(format!("expected an object, saw {kind}"))),
            Slot::Missing => Ok(Self::default()),
        }
    }
}

impl Serialize for AgsEndpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("scope", &self.scope)?;
        entry(&mut map, "lineitems", self.lineitems.as_ref())?;
        entry(&mut map, "lineitem", self.lineitem.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
