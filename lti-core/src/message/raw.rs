//! The claims as they stand in a token, before any rule has judged them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::parameters::Parameters;
use super::shape::{OneOrMany, Shape, Slot, Texts};
use crate::service::ags::AgsEndpoint;
use crate::service::nrps::NamesRoleService;
use crate::time::Timestamp;

/// Declares an object with known members, each read into a [`Slot`]; whatever else is there is kept as JSON text.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty = $member:expr,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        pub(crate) struct $name {
            $(pub(crate) $field: Slot<$type>,)*
            /// Members without a type, in their order.
            pub(crate) other: Vec<(String, Box<RawValue>)>,
            /// Members that are there twice. The last one counts.
            pub(crate) duplicates: Vec<String>,
        }

        const _: () = {
            #[expect(non_camel_case_types, reason = "named after the fields")]
            enum Member {
                $($field,)*
                Other__(String),
            }

            impl<'de> Deserialize<'de> for Member {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct Names;
                    impl Visitor<'_> for Names {
                        type Value = Member;

                        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                            f.write_str("the name of a member")
                        }

                        fn visit_str<E>(self, name: &str) -> Result<Member, E> {
                            $(if name == $member { return Ok(Member::$field); })*
                            Ok(Member::Other__(name.to_owned()))
                        }
                    }
                    deserializer.deserialize_identifier(Names)
                }
            }

            impl<'de> Shape<'de> for $name {
                const WANTED: &'static str = "an object";

                fn object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
                    let mut read = Self::default();
                    read.fill(object)?;
                    Ok(Some(read))
                }
            }

            impl<'de> Shape<'de> for Box<$name> {
                const WANTED: &'static str = "an object";

                fn object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
                    let mut read = Self::default();
                    read.fill(object)?;
                    Ok(Some(read))
                }
            }

            impl $name {
                fn fill<'de, A: MapAccess<'de>>(&mut self, mut object: A) -> Result<(), A::Error> {
                    let read = self;
                    while let Some(member) = object.next_key::<Member>()? {
                        match member {
                            $(Member::$field => {
                                let value = object.next_value()?;
                                if std::mem::replace(&mut read.$field, value).is_present() {
                                    read.duplicates.push($member.to_owned());
                                }
                            })*
                            Member::Other__(name) => read.other.push((name, object.next_value()?)),
                        }
                    }
                    drop_duplicates(&mut read.other, &mut read.duplicates);
                    Ok(())
                }
            }
        };
    };
}

/// Keeps the last of several members with one name, as RFC 7519, 4 allows, and notes the name.
pub(crate) fn drop_duplicates(other: &mut Vec<(String, Box<RawValue>)>, duplicates: &mut Vec<String>) {
    if other.len() < 2 {
        return;
    }
    let mut order: Vec<usize> = (0..other.len()).collect();
    order.sort_unstable_by(|a, b| other[*a].0.cmp(&other[*b].0).then(a.cmp(b)));
    let mut surplus: Vec<usize> =
        order.windows(2).filter(|pair| other[pair[0]].0 == other[pair[1]].0).map(|pair| pair[0]).collect();
    if surplus.is_empty() {
        return;
    }
    surplus.sort_unstable();
    let mut index = 0;
    other.retain_mut(|(name, _)| {
        let keep = surplus.binary_search(&index).is_err();
        if !keep {
            duplicates.push(std::mem::take(name));
        }
        index += 1;
        keep
    });
}

object! {
    /// The link that was launched.
    RawResourceLink {
        id: String = "id",
        title: String = "title",
        description: String = "description",
    }
}

object! {
    /// The context.
    RawContext {
        id: String = "id",
        types: Texts = "type",
        label: String = "label",
        title: String = "title",
    }
}

object! {
    /// The instance of the platform.
    RawToolPlatform {
        guid: String = "guid",
        contact_email: String = "contact_email",
        description: String = "description",
        name: String = "name",
        url: String = "url",
        product_family_code: String = "product_family_code",
        version: String = "version",
    }
}

object! {
    /// How the tool is shown.
    RawPresentation {
        document_target: String = "document_target",
        height: u32 = "height",
        width: u32 = "width",
        return_url: String = "return_url",
        locale: String = "locale",
    }
}

object! {
    /// What a student information system calls user and course.
    RawLis {
        person_sourcedid: String = "person_sourcedid",
        course_offering_sourcedid: String = "course_offering_sourcedid",
        course_section_sourcedid: String = "course_section_sourcedid",
    }
}

object! {
    /// What LTI 1.1 called user, course and link.
    RawLti1p1 {
        user_id: String = "user_id",
        context_id: String = "context_id",
        tool_consumer_instance_guid: String = "tool_consumer_instance_guid",
        resource_link_id: String = "resource_link_id",
        oauth_consumer_key: String = "oauth_consumer_key",
        oauth_consumer_key_sign: String = "oauth_consumer_key_sign",
    }
}

/// Media types: one string with commas, or the array that some platforms make of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MediaTypes {
    pub(crate) text: String,
    pub(crate) as_array: bool,
}

impl<'de> Shape<'de> for MediaTypes {
    const WANTED: &'static str = "a string";

    fn string(text: &str) -> Option<Self> {
        Some(Self { text: text.to_owned(), as_array: false })
    }

    fn array<A: SeqAccess<'de>>(array: A) -> Result<Option<Self>, A::Error> {
        Ok(Texts::array(array)?.map(|read| Self { text: read.texts.join(","), as_array: true }))
    }
}

object! {
    /// What a deep linking request wants to get back.
    RawSettings {
        deep_link_return_url: String = "deep_link_return_url",
        accept_types: Texts = "accept_types",
        accept_presentation_document_targets: Texts = "accept_presentation_document_targets",
        accept_media_types: MediaTypes = "accept_media_types",
        accept_multiple: bool = "accept_multiple",
        accept_lineitem: bool = "accept_lineitem",
        auto_create: bool = "auto_create",
        title: String = "title",
        text: String = "text",
    }
}

object! {
    /// All claims of a token.
    RawClaims {
        iss: String = "iss",
        sub: String = "sub",
        aud: OneOrMany = "aud",
        azp: String = "azp",
        exp: Timestamp = "exp",
        iat: Timestamp = "iat",
        nbf: Timestamp = "nbf",
        nonce: String = "nonce",
        name: String = "name",
        given_name: String = "given_name",
        family_name: String = "family_name",
        middle_name: String = "middle_name",
        email: String = "email",
        picture: String = "picture",
        locale: String = "locale",
        message_type: String = super::claims::MESSAGE_TYPE,
        version: String = super::claims::VERSION,
        deployment_id: String = super::claims::DEPLOYMENT_ID,
        target_link_uri: String = super::claims::TARGET_LINK_URI,
        resource_link: RawResourceLink = super::claims::RESOURCE_LINK,
        roles: Texts = super::claims::ROLES,
        context: RawContext = super::claims::CONTEXT,
        tool_platform: RawToolPlatform = super::claims::TOOL_PLATFORM,
        role_scope_mentor: Texts = super::claims::ROLE_SCOPE_MENTOR,
        launch_presentation: RawPresentation = super::claims::LAUNCH_PRESENTATION,
        lis: RawLis = super::claims::LIS,
        custom: Parameters = super::claims::CUSTOM,
        lti1p1: Box<RawLti1p1> = super::claims::LTI1P1,
        ags: AgsEndpoint = super::claims::AGS_ENDPOINT,
        nrps: NamesRoleService = super::claims::NRPS,
        deep_linking_settings: Box<RawSettings> = super::claims::DEEP_LINKING_SETTINGS,
    }
}

impl RawSettings {
    /// Whether the media types came as an array, and not as the string of the text's example.
    pub(crate) fn media_types_as_array(&self) -> bool {
        self.accept_media_types.get().is_some_and(|read| read.as_array)
    }
}

impl RawClaims {
    /// Reads the payload of a token.
    ///
    /// # Errors
    /// The payload is not a JSON object; the sentence repeats nothing of it.
    pub(crate) fn parse(payload: &[u8]) -> Result<Box<Self>, String> {
        // One look at the whole text is cheaper than one at each string of it.
        let text = std::str::from_utf8(payload).map_err(|error| format!("no UTF-8 (byte {})", error.valid_up_to()))?;
        match serde_json::from_str::<Slot<Box<Self>>>(text) {
            Ok(Slot::Is(claims)) => Ok(claims),
            Ok(Slot::Mistyped(kind)) => Err(kind.to_owned()),
            Ok(Slot::Missing) => Err("nothing".to_owned()),
            Err(error) => Err(format!("no JSON (line {}, column {})", error.line(), error.column())),
        }
    }
}
