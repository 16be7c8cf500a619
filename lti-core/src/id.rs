//! Identifiers as types of their own, so that a client id is never passed where an issuer belongs.
//!
//! All of them are opaque, case-sensitive strings; comparison is byte for byte, as the texts ask (Security Framework
//! 1.0, 1.2 and 5.1.2; LTI Core 1.3, 5.3.3). Those that are secret, or that lead to a person, print as `Nonce(..)` in
//! `Debug`; their value is reached by `as_str` alone.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident: $secrecy:ident,)*) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the value as it stands; nothing is trimmed, folded or cut off.
            pub fn new(value: impl Into<String>) -> Self {
                Self(value.into())
            }

            /// The value as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Gives the string back.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        ids!(@debug $secrecy $name);
    )*};
    (@debug public $name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }
    };
    (@debug redacted $name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

ids! {
    /// The platform's issuer identifier: a case-sensitive https URL without query or fragment (Security Framework 1.0, 1.2).
    ///
    /// It is compared exactly: a slash more makes another issuer.
    Issuer: public,
    /// The OAuth 2.0 client id that the platform gave to the tool; one issuer may know a tool under several.
    ClientId: public,
    /// One deployment of a tool within a platform, unique within the issuer (LTI Core 1.3, 3.1.3 and 5.3.3).
    DeploymentId: public,
    /// Binds an ID token to the authentication request that asked for it (Security Framework 1.0, 5.1.2).
    Nonce: redacted,
    /// Binds an authentication response to the browser that started the login (Security Framework 1.0, 5.1.1.2).
    State: redacted,
    /// The user, unique and never reassigned within the issuer (Security Framework 1.0, 5.1.2; LTI Core 1.3, 5.3.6).
    Subject: redacted,
    /// What the platform sends at login to recognise its user; given back unchanged (Security Framework 1.0, 5.1.1.1).
    LoginHint: redacted,
    /// What the platform sends at login to recognise its message; given back unaltered (LTI Core 1.3, 4.1.1).
    LtiMessageHint: redacted,
    /// Names a key within a key set, the `kid` of RFC 7517, 4.5.
    KeyId: public,
    /// A link to the tool within a deployment (LTI Core 1.3, 5.3.5).
    ResourceLinkId: public,
    /// A context, such as a course, within a deployment (LTI Core 1.3, 5.4.1).
    ContextId: public,
}

#[cfg(test)]
mod tests {
    use super::{Issuer, LoginHint, LtiMessageHint, Nonce, State, Subject};

    #[test]
    fn what_leads_to_a_person_or_a_session_is_redacted() {
        let shown = format!(
            "{:?} {:?} {:?} {:?} {:?}",
            LoginHint::new("hidden"),
            LtiMessageHint::new("hidden"),
            Nonce::new("hidden"),
            State::new("hidden"),
            Subject::new("hidden"),
        );
        assert_eq!(shown, "LoginHint(..) LtiMessageHint(..) Nonce(..) State(..) Subject(..)");
    }

    #[test]
    fn issuers_differ_by_a_slash_and_by_case() {
        assert_ne!(Issuer::new("https://lms.example"), Issuer::new("https://lms.example/"));
        assert_ne!(Issuer::new("https://lms.example/A"), Issuer::new("https://lms.example/a"));
        assert_eq!(format!("{:?}", Issuer::new("https://lms.example")), r#"Issuer("https://lms.example")"#);
    }
}
