//! What a specification asks for, with a permanent identity.
//!
//! A [`Requirement`] is one rule of one or more specifications: its id, whom it binds and how hard, the clauses it
//! comes from, what an attacker or an unlucky user gets when it is broken, and how to mend that. Ids are part of the
//! interface: scripts and expected-failures files name them, so they are never renamed and never reused.
//!
//! Each crate declares its requirements in one table with [`requirements!`](crate::requirements), which makes a flat,
//! comparable enum of them.

use std::fmt;

/// A document that requirements come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Spec {
    /// The name a report prints.
    pub name: &'static str,
    /// Where the document can be read.
    pub url: &'static str,
}

impl Spec {
    /// Names a document and where it can be read.
    pub const fn new(name: &'static str, url: &'static str) -> Self {
        Self { name, url }
    }

    /// A clause of this document without an anchor of its own.
    pub const fn at(self, section: &'static str) -> Clause {
        Clause { spec: self, section, anchor: None }
    }

    /// A clause of this document whose anchor is known to exist.
    pub const fn anchored(self, section: &'static str, anchor: &'static str) -> Clause {
        Clause { spec: self, section, anchor: Some(anchor) }
    }
}

/// The documents that the requirements of this workspace cite.
pub mod spec {
    use super::Spec;

    /// 1EdTech Security Framework 1.0.
    pub const SECURITY: Spec = Spec::new("Security Framework 1.0", "https://www.imsglobal.org/spec/security/v1p0/");
    /// LTI Core Specification 1.3, document version 3.
    pub const CORE: Spec = Spec::new("LTI Core 1.3", "https://www.imsglobal.org/spec/lti/v1p3/");
    /// LTI Advantage Conformance Certification Guide 1.3.
    pub const CERTIFICATION: Spec =
        Spec::new("LTI Advantage Certification Guide 1.3", "https://www.imsglobal.org/spec/lti/v1p3/cert/");
    /// LTI Deep Linking 2.0.
    pub const DEEP_LINKING: Spec = Spec::new("LTI Deep Linking 2.0", "https://www.imsglobal.org/spec/lti-dl/v2p0/");
    /// LTI Assignment and Grade Services 2.0, document version 3.
    pub const AGS: Spec =
        Spec::new("LTI Assignment and Grade Services 2.0", "https://www.imsglobal.org/spec/lti-ags/v2p0/");
    /// LTI Names and Role Provisioning Services 2.0.
    pub const NRPS: Spec =
        Spec::new("LTI Names and Role Provisioning Services 2.0", "https://www.imsglobal.org/spec/lti-nrps/v2p0/");
    /// OpenID Connect Core 1.0, errata set 2.
    pub const OIDC_CORE: Spec =
        Spec::new("OpenID Connect Core 1.0", "https://openid.net/specs/openid-connect-core-1_0.html");
    /// OAuth 2.0 Form Post Response Mode 1.0.
    pub const FORM_POST: Spec = Spec::new(
        "OAuth 2.0 Form Post Response Mode 1.0",
        "https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html",
    );
    /// RFC 6749, the OAuth 2.0 authorization framework.
    pub const RFC6749: Spec = Spec::new("RFC 6749", "https://www.rfc-editor.org/rfc/rfc6749");
    /// LTI Dynamic Registration 1.0 (candidate final).
    pub const DYNAMIC_REGISTRATION: Spec =
        Spec::new("LTI Dynamic Registration 1.0", "https://www.imsglobal.org/spec/lti-dr/v1p0/");
    /// RFC 6750, bearer token usage.
    pub const RFC6750: Spec = Spec::new("RFC 6750", "https://www.rfc-editor.org/rfc/rfc6750");
    /// RFC 7521, the assertion framework of OAuth 2.0.
    pub const RFC7521: Spec = Spec::new("RFC 7521", "https://www.rfc-editor.org/rfc/rfc7521");
    /// RFC 7523, JSON Web Tokens for the authentication of OAuth 2.0 clients.
    pub const RFC7523: Spec = Spec::new("RFC 7523", "https://www.rfc-editor.org/rfc/rfc7523");
    /// RFC 7591, OAuth 2.0 dynamic client registration.
    pub const RFC7591: Spec = Spec::new("RFC 7591", "https://www.rfc-editor.org/rfc/rfc7591");
    /// RFC 7515, JSON Web Signature.
    pub const RFC7515: Spec = Spec::new("RFC 7515", "https://www.rfc-editor.org/rfc/rfc7515");
    /// RFC 7517, JSON Web Key.
    pub const RFC7517: Spec = Spec::new("RFC 7517", "https://www.rfc-editor.org/rfc/rfc7517");
    /// RFC 7518, JSON Web Algorithms.
    pub const RFC7518: Spec = Spec::new("RFC 7518", "https://www.rfc-editor.org/rfc/rfc7518");
    /// RFC 7519, JSON Web Token.
    pub const RFC7519: Spec = Spec::new("RFC 7519", "https://www.rfc-editor.org/rfc/rfc7519");
    /// RFC 8288, web linking.
    pub const RFC8288: Spec = Spec::new("RFC 8288", "https://www.rfc-editor.org/rfc/rfc8288");
    /// RFC 8725, JSON Web Token best current practices.
    pub const RFC8725: Spec = Spec::new("RFC 8725", "https://www.rfc-editor.org/rfc/rfc8725");
    /// RFC 7009, OAuth 2.0 token revocation.
    pub const RFC7009: Spec = Spec::new("RFC 7009", "https://www.rfc-editor.org/rfc/rfc7009");
    /// RFC 7592, management of dynamically registered OAuth 2.0 clients (experimental).
    pub const RFC7592: Spec = Spec::new("RFC 7592", "https://www.rfc-editor.org/rfc/rfc7592");
    /// RFC 7636, proof key for code exchange (PKCE).
    pub const RFC7636: Spec = Spec::new("RFC 7636", "https://www.rfc-editor.org/rfc/rfc7636");
    /// RFC 7662, OAuth 2.0 token introspection.
    pub const RFC7662: Spec = Spec::new("RFC 7662", "https://www.rfc-editor.org/rfc/rfc7662");
    /// RFC 8252, OAuth 2.0 for native apps.
    pub const RFC8252: Spec = Spec::new("RFC 8252", "https://www.rfc-editor.org/rfc/rfc8252");
    /// RFC 8414, OAuth 2.0 authorization server metadata.
    pub const RFC8414: Spec = Spec::new("RFC 8414", "https://www.rfc-editor.org/rfc/rfc8414");
    /// RFC 8707, resource indicators for OAuth 2.0.
    pub const RFC8707: Spec = Spec::new("RFC 8707", "https://www.rfc-editor.org/rfc/rfc8707");
    /// RFC 9068, the JWT profile of OAuth 2.0 access tokens.
    pub const RFC9068: Spec = Spec::new("RFC 9068", "https://www.rfc-editor.org/rfc/rfc9068");
    /// RFC 9110, HTTP semantics.
    pub const RFC9110: Spec = Spec::new("RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110");
    /// RFC 9126, OAuth 2.0 pushed authorization requests.
    pub const RFC9126: Spec = Spec::new("RFC 9126", "https://www.rfc-editor.org/rfc/rfc9126");
    /// RFC 9207, OAuth 2.0 authorization server issuer identification.
    pub const RFC9207: Spec = Spec::new("RFC 9207", "https://www.rfc-editor.org/rfc/rfc9207");
    /// RFC 9449, demonstrating proof of possession (`DPoP`).
    pub const RFC9449: Spec = Spec::new("RFC 9449", "https://www.rfc-editor.org/rfc/rfc9449");
    /// OpenID Connect Discovery 1.0, errata set 2.
    pub const OIDC_DISCOVERY: Spec =
        Spec::new("OpenID Connect Discovery 1.0", "https://openid.net/specs/openid-connect-discovery-1_0.html");
    /// OpenID Connect Dynamic Client Registration 1.0, errata set 2.
    pub const OIDC_REGISTRATION: Spec = Spec::new(
        "OpenID Connect Dynamic Client Registration 1.0",
        "https://openid.net/specs/openid-connect-registration-1_0.html",
    );
    /// OpenID Connect RP-Initiated Logout 1.0.
    pub const RP_LOGOUT: Spec = Spec::new(
        "OpenID Connect RP-Initiated Logout 1.0",
        "https://openid.net/specs/openid-connect-rpinitiated-1_0.html",
    );
    /// OAuth 2.0 Multiple Response Type Encoding Practices 1.0.
    pub const MULTIPLE_RESPONSE_TYPES: Spec = Spec::new(
        "OAuth 2.0 Multiple Response Types 1.0",
        "https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html",
    );
    /// RFC 9700, best current practice for OAuth 2.0 security.
    pub const RFC9700: Spec = Spec::new("RFC 9700", "https://www.rfc-editor.org/rfc/rfc9700");
    /// RFC 6265bis, HTTP cookies with `SameSite`.
    pub const RFC6265BIS: Spec =
        Spec::new("RFC 6265bis", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis");
    /// Content Security Policy Level 3.
    pub const CSP: Spec = Spec::new("Content Security Policy Level 3", "https://www.w3.org/TR/CSP3/");
    /// RFC 5849, the OAuth 1.0 protocol (informational).
    pub const RFC5849: Spec = Spec::new("RFC 5849", "https://www.rfc-editor.org/rfc/rfc5849");
    /// OAuth Core 1.0 and 1.0 revision A, the community's texts before the RFC.
    pub const OAUTH_CORE: Spec = Spec::new("OAuth Core 1.0a", "https://oauth.net/core/1.0a/");
    /// OAuth Request Body Hash 1.0, draft 4.
    pub const BODY_HASH: Spec = Spec::new(
        "OAuth Request Body Hash 1.0 draft",
        "https://oauth.googlecode.com/svn/spec/ext/body_hash/1.0/oauth-bodyhash.html",
    );
    /// Basic LTI 1.0 Implementation Guide.
    pub const LTI10: Spec =
        Spec::new("Basic LTI 1.0 Implementation Guide", "https://www.imsglobal.org/spec/lti/v1p0/implementation-guide");
    /// LTI 1.1 and 1.1.1 Implementation Guide.
    pub const LTI11: Spec =
        Spec::new("LTI 1.1 Implementation Guide", "https://www.imsglobal.org/specs/ltiv1p1/implementation-guide");
    /// The certification suite for Basic LTI 1.0 and 1.1 of April 2010. It asks for more than the guides do, and says so.
    pub const CERTIFICATION10: Spec =
        Spec::new("Basic LTI 1.0/1.1 certification suite", "https://www.imsglobal.org/lti/index.html");
    /// The later certification suite for LTI 1.x tools and platforms.
    pub const CERTIFICATION1X: Spec = Spec::new("LTI 1.x certification suite", "https://apps.imsglobal.org/lti/cert/");
    /// Content-Item Message 1.0.
    pub const CONTENT_ITEM: Spec =
        Spec::new("Content-Item Message 1.0", "https://www.imsglobal.org/specs/lticiv1p0/specification");
    /// LTI Security Update 1.0, which makes LTI 1.1.2.
    pub const SECURITY_UPDATE: Spec =
        Spec::new("LTI Security Update 1.0", "https://www.imsglobal.org/spec/lti/security-update/v1p0/");
    /// What this project's catalogue of observed integration failures records.
    pub const PRACTICE: Spec = Spec::new("Good practice", "https://www.imsglobal.org/spec/lti/v1p3/impl/");
}

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Clause {
    /// The document.
    pub spec: Spec,
    /// The section as the document numbers it, with a step where it counts steps: `5.1.3 step 3`.
    pub section: &'static str,
    /// The anchor of that section, given only where it is known to exist.
    pub anchor: Option<&'static str>,
}

impl Clause {
    /// The address of the clause: with its anchor where that is known, of the document otherwise.
    ///
    /// ```
    /// use lti_core::requirement::spec;
    /// assert_eq!(spec::RFC7519.anchored("7.2", "section-7.2").url(), "https://www.rfc-editor.org/rfc/rfc7519#section-7.2");
    /// assert_eq!(spec::CORE.at("5.3").url(), "https://www.imsglobal.org/spec/lti/v1p3/");
    /// ```
    pub fn url(&self) -> String {
        match self.anchor {
            Some(anchor) => format!("{}#{anchor}", self.spec.url),
            None => self.spec.url.to_owned(),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.spec.name, self.section)
    }
}

/// How hard a text binds a party, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// No text asks it of this party.
    None,
    /// No specification asks it, a named source recommends it.
    Practice,
    /// MAY, OPTIONAL.
    May,
    /// SHOULD, RECOMMENDED.
    Should,
    /// Only the certification guide asks it.
    Certification,
    /// MUST, REQUIRED, SHALL.
    Must,
}

impl Level {
    /// The word that reports print.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Practice => "practice",
            Self::May => "MAY",
            Self::Should => "SHOULD",
            Self::Certification => "certification",
            Self::Must => "MUST",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What it costs when the requirement is broken, smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Risk {
    /// Nobody is harmed.
    None,
    /// A nuisance: some launches fail, or look odd.
    Low,
    /// Users of some platforms are shut out, or data is attached to the wrong thing.
    Medium,
    /// Somebody gets in who must not.
    High,
}

impl Risk {
    /// The word that reports print.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One rule, with whom it binds and how hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// Permanent id: `lti13-token-aud`.
    pub id: &'static str,
    /// The rule in one sentence.
    pub sentence: &'static str,
    /// How hard the texts bind the platform: to send the message so, or to act so.
    pub platform: Level,
    /// How hard the texts bind the tool: to refuse a message that breaks the rule, or to act so.
    pub tool: Level,
    /// What it costs when the rule is broken.
    pub risk: Risk,
    /// What an attacker or an unlucky user gets when the rule is broken.
    pub harm: &'static str,
    /// Where the rule is written, the strongest clause first.
    pub clauses: &'static [Clause],
    /// How to mend a system that breaks the rule.
    pub hint: &'static str,
}

/// Declares a table of requirements as a flat, comparable enum.
///
/// Each variant is one [`Requirement`]. The macro gives the enum `ALL`, `requirement()`, `id()` and `from_id()`.
///
/// ```
/// lti_core::requirements! {
///     /// What a greeting can break.
///     pub enum Greeting {
///         /// The greeting names nobody.
///         NameMissing = "hello-name-missing" {
///             sentence: "a greeting names the person greeted",
///             platform: Must, tool: None, risk: Low,
///             harm: "nobody feels greeted",
///             clauses: [lti_core::requirement::spec::CORE.at("1")],
///             hint: "say the name",
///         }
///     }
/// }
/// assert_eq!(Greeting::from_id("hello-name-missing"), Some(Greeting::NameMissing));
/// assert_eq!(Greeting::ALL.len(), 1);
/// ```
#[macro_export]
macro_rules! requirements {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$vmeta:meta])*
                $variant:ident = $id:literal {
                    sentence: $sentence:literal,
                    platform: $platform:ident, tool: $tool:ident, risk: $risk:ident,
                    harm: $harm:literal,
                    clauses: [$($clause:expr),* $(,)?],
                    hint: $hint:literal $(,)?
                }
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$vmeta])* $variant,)*
        }

        impl $name {
            /// Every entry of the table, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The rule that this entry names.
            pub const fn requirement(self) -> &'static $crate::requirement::Requirement {
                match self {
                    $(Self::$variant => {
                        const REQUIREMENT: $crate::requirement::Requirement = $crate::requirement::Requirement {
                            id: $id,
                            sentence: $sentence,
                            platform: $crate::requirement::Level::$platform,
                            tool: $crate::requirement::Level::$tool,
                            risk: $crate::requirement::Risk::$risk,
                            harm: $harm,
                            clauses: &[$($clause),*],
                            hint: $hint,
                        };
                        &REQUIREMENT
                    })*
                }
            }

            /// The permanent id.
            pub const fn id(self) -> &'static str {
                self.requirement().id
            }

            /// The entry with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|entry| entry.id() == id)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.requirement().sentence)
            }
        }
    };
}
