//! What a parameter, a header member or a claim means, and the clause that says so: the text behind each name of the
//! trace.

use lti_core::requirement::{Clause, Spec, spec};

/// The meaning of a name in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    /// One sentence.
    pub(super) text: &'static str,
    /// Where it is defined.
    pub(super) clause: Clause,
}

/// A row of a table below.
type Row = (&'static str, &'static str, Clause);

const MIGRATION: Spec = Spec::new("LTI Migration Guide", "https://www.imsglobal.org/spec/lti/v1p3/migr/");

const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";

const INITIATION: &[Row] = &[
    ("iss", "who starts the login: the issuer identifier of this platform", spec::SECURITY.at("5.1.1.1")),
    ("login_hint", "who launches, opaque to the tool, which sends it back unaltered", spec::SECURITY.at("5.1.1.1")),
    (
        "target_link_uri",
        "where the launch leads in the end; the signed claim of this name decides",
        spec::SECURITY.at("5.1.1.1"),
    ),
    (
        "lti_message_hint",
        "what is launched, opaque to the tool, which must send it back unaltered",
        spec::CORE.at("4.1.1"),
    ),
    ("lti_deployment_id", "the deployment; the claim deployment_id will say the same", spec::CORE.at("4.1.2")),
    ("client_id", "the registration, for tools that hold several with one issuer", spec::CORE.at("4.1.3")),
];

const REQUEST: &[Row] = &[
    ("scope", "must be openid", spec::SECURITY.at("5.1.1.2")),
    ("response_type", "must be id_token: the implicit flow", spec::SECURITY.at("5.1.1.2")),
    ("client_id", "the registration of the tool with this platform", spec::SECURITY.at("5.1.1.2")),
    (
        "redirect_uri",
        "where the ID token shall be posted; one of the registered addresses, character by character",
        spec::OIDC_CORE.at("3.1.2.1"),
    ),
    ("login_hint", "the value of the login initiation, unaltered", spec::SECURITY.at("5.1.1.2")),
    (
        "state",
        "the tool's own value, returned unaltered; it ties the answer to the browser",
        spec::SECURITY.at("5.1.1.2"),
    ),
    ("response_mode", "must be form_post", spec::SECURITY.at("5.1.1.2")),
    ("nonce", "the tool's own value, which the ID token will carry", spec::SECURITY.at("5.1.1.2")),
    ("prompt", "must be none: the platform shows no login page", spec::SECURITY.at("5.1.1.2")),
    ("lti_message_hint", "the value of the login initiation, unaltered", spec::CORE.at("4.1.1")),
];

const RESPONSE: &[Row] = &[
    ("id_token", "the signed message", spec::SECURITY.at("5.1.1.3")),
    ("state", "the value of the authentication request, unaltered", spec::SECURITY.at("5.1.1.3")),
    ("error", "why there is no ID token, as a code", spec::OIDC_CORE.at("3.1.2.6")),
    ("error_description", "the same in words", spec::OIDC_CORE.at("3.1.2.6")),
];

const HEADER: &[Row] = &[
    ("alg", "the signature algorithm; RS256 is the one every tool understands", spec::SECURITY.at("6.1")),
    ("kid", "which key of the platform's key set verifies the signature", spec::SECURITY.at("6.3")),
    ("typ", "the media type, JWT", spec::RFC7519.anchored("5.1", "section-5.1")),
];

const CLAIMS: &[Row] = &[
    (
        "iss",
        "the issuer; must equal the one registered in the tool, character by character",
        spec::SECURITY.at("5.1.2"),
    ),
    ("aud", "whom the token is for; must contain the tool's client_id", spec::SECURITY.at("5.1.2")),
    ("azp", "the authorized party; the client_id, if it is there", spec::SECURITY.at("5.1.2")),
    ("sub", "the user's id with this issuer; absent in an anonymous launch", spec::CORE.at("5.3.6")),
    ("exp", "the second from which on the token is refused", spec::SECURITY.at("5.1.2")),
    ("iat", "the second it was made", spec::SECURITY.at("5.1.2")),
    ("nonce", "the value of the authentication request; a tool takes it once", spec::SECURITY.at("5.1.2")),
    ("name", "the name in full", spec::CORE.at("5.3.6")),
    ("given_name", "the given name", spec::CORE.at("5.3.6")),
    ("family_name", "the family name", spec::CORE.at("5.3.6")),
    ("middle_name", "the middle name", spec::CORE.at("5.3.6")),
    ("email", "the e-mail address; not everybody has one, and it identifies nobody", spec::CORE.at("5.3.6")),
    ("locale", "the preferred language, a BCP 47 tag", spec::CORE.at("5.3.6")),
    ("picture", "the address of a portrait", spec::CORE.at("5.3.6")),
];

/// Claims of LTI's own, by the last part of their name.
const LTI_CLAIMS: &[Row] = &[
    ("message_type", "which message this is", spec::CORE.at("5.3.1")),
    ("version", "the version of LTI, 1.3.0", spec::CORE.at("5.3.2")),
    ("deployment_id", "the deployment of the tool that the launch belongs to", spec::CORE.at("5.3.3")),
    ("target_link_uri", "where the launch leads; equals the value of the login initiation", spec::CORE.at("5.3.4")),
    ("resource_link", "the link that was followed; its id is unique in the deployment", spec::CORE.at("5.3.5")),
    ("roles", "the roles of the user, as URIs; may be an empty list", spec::CORE.at("5.3.7")),
    ("context", "the course", spec::CORE.at("5.4.1")),
    ("tool_platform", "the installation that launches", spec::CORE.at("5.4.2")),
    ("role_scope_mentor", "whom a mentor looks after", spec::CORE.at("5.4.3")),
    ("launch_presentation", "the window or frame, its language, and where to return to", spec::CORE.at("5.4.4")),
    ("lis", "ids of the student information system", spec::CORE.at("5.4.5")),
    (
        "custom",
        "names and values set on the link or the registration, all strings; $ names a variable that was not resolved",
        spec::CORE.at("5.4.6"),
    ),
    (
        "lti1p1",
        "what LTI 1.1 called user, course and link; proven only by oauth_consumer_key_sign",
        MIGRATION.at("the migration claim"),
    ),
];

/// What a tool may send along when the user comes back.
const RETURN: &[Row] = &[
    ("lti_msg", "a message for the user", spec::CORE.at("5.4.4")),
    ("lti_errormsg", "an error message for the user", spec::CORE.at("5.4.4")),
    ("lti_log", "a message for the log", spec::CORE.at("5.4.4")),
    ("lti_errorlog", "an error message for the log", spec::CORE.at("5.4.4")),
];

/// Fields of a signed form. What `custom_` and `ext_` begin with is named by the tool's administrator or the vendor.
const LTI11: &[Row] = &[
    ("lti_message_type", "which message this is", spec::LTI11.at("3")),
    ("lti_version", "LTI-1p0 in every 1.x version", spec::LTI11.at("3")),
    ("resource_link_id", "the link that was followed; another one for each place in the platform", spec::LTI11.at("3")),
    ("user_id", "the user's id with this platform; absent in an anonymous launch", spec::LTI11.at("3")),
    ("roles", "the roles of the user: short names of the course's, URNs of others", spec::LTI11.at("3")),
    ("role_scope_mentor", "whom a mentor looks after", spec::LTI11.at("3")),
    ("context_id", "the course", spec::LTI11.at("3")),
    ("context_type", "what kind of context it is", spec::LTI11.at("3")),
    ("launch_presentation_return_url", "where the user goes afterwards", spec::LTI11.at("3")),
    ("tool_consumer_instance_guid", "the installation that launches", spec::LTI11.at("3")),
    ("lis_outcome_service_url", "where grades are handed in", spec::LTI11.at("6")),
    ("lis_result_sourcedid", "what the result of this user for this link is called there", spec::LTI11.at("6")),
    ("oauth_consumer_key", "who signs; the tool knows the secret of this key", spec::RFC5849.at("3.1")),
    ("oauth_signature_method", "how it is signed", spec::RFC5849.at("3.4")),
    ("oauth_timestamp", "the second it was signed", spec::RFC5849.at("3.3")),
    ("oauth_nonce", "never the same for two launches of one second; a tool takes it once", spec::RFC5849.at("3.3")),
    ("oauth_version", "the version of OAuth, 1.0", spec::RFC5849.at("3.1")),
    ("oauth_callback", "about:blank: there is no step that would call back", spec::RFC5849.at("2.1")),
    ("oauth_signature", "the signature over the base string below", spec::RFC5849.at("3.4")),
    ("Signature base string", "method, address and all parameters, encoded and sorted", spec::RFC5849.at("3.4.1")),
];

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A parameter of the login initiation.
    Initiation,
    /// A parameter of the authentication request.
    Request,
    /// A field of the response form.
    Response,
    /// A member of the ID token's header.
    Header,
    /// A claim of the ID token.
    Claim,
    /// A parameter of the return URL.
    Return,
    /// A field of a form of LTI 1.1.
    Lti11,
}

/// What this name means in this place, or `None` for a name that the texts do not define.
pub(super) fn meaning(place: Place, name: &str) -> Option<Meaning> {
    let (table, name) = match place {
        Place::Initiation => (INITIATION, name),
        Place::Request => (REQUEST, name),
        Place::Response => (RESPONSE, name),
        Place::Header => (HEADER, name),
        Place::Return => (RETURN, name),
        Place::Lti11 => (LTI11, name),
        Place::Claim => name.strip_prefix(LTI).map_or((CLAIMS, name), |lti| (LTI_CLAIMS, lti)),
    };
    table.iter().find(|(known, ..)| *known == name).map(|(_, text, clause)| Meaning { text, clause: *clause })
}

/// Where a claim stands among others: those of security first, then who, then what, then the rest.
pub(super) fn rank(claim: &str) -> usize {
    CLAIMS.iter().position(|row| row.0 == claim).unwrap_or_else(|| {
        let after = LTI_CLAIMS.iter().position(|row| claim.strip_prefix(LTI) == Some(row.0));
        CLAIMS.len() + after.unwrap_or(LTI_CLAIMS.len())
    })
}

/// The part of a claim's name that tells it from others: without the long prefix of LTI's claims.
pub(super) fn short_name(name: &str) -> &str {
    name.strip_prefix(LTI).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_what_its_place_says() {
        let text = |place, name| meaning(place, name).map(|meaning| meaning.clause.section);
        assert_eq!(text(Place::Claim, "https://purl.imsglobal.org/spec/lti/claim/roles"), Some("5.3.7"));
        assert_eq!(text(Place::Claim, "roles"), None);
        assert_eq!(text(Place::Request, "lti_message_hint"), Some("4.1.1"));
        assert_eq!(text(Place::Header, "kid"), Some("6.3"));
        assert_eq!(text(Place::Claim, "https://vendor.example/colour"), None);
        assert_eq!(short_name("https://purl.imsglobal.org/spec/lti/claim/roles"), "roles");
    }
}
