//! Which names carry secrets, and which carry people.
//!
//! A name is a form field, a query parameter, a header, a JSON member or a claim. It is compared in lower case with `_`
//! for `-`, because the same thing is called `registration_access_token` in JSON and `X-Registration-Token` in a header.

/// What stands behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The value is a secret as a whole.
    Secret,
    /// An `Authorization` header: a scheme, then a secret.
    Credentials,
    /// A `Cookie` header: pairs.
    Cookie,
    /// A `Set-Cookie` header: one pair, then attributes.
    SetCookie,
    /// A compact token: readable but for its signature.
    Token,
    /// The value tells who somebody is: redacted in captures.
    Personal,
    /// Anything else.
    Plain,
}

/// Names that are secret whatever stands before them: `client_secret`, `ext_client_secret`.
const SECRET_ENDINGS: [&str; 12] = [
    "client_secret",
    "shared_secret",
    "consumer_secret",
    "token_secret",
    "access_token",
    "refresh_token",
    "registration_token",
    "password",
    "private_key",
    "api_key",
    "oauth_signature",
    "session_id",
];

/// Names that are secret by themselves, but also common endings of harmless names or common words.
const SECRET_NAMES: [&str; 17] = [
    "secret",
    "passwd",
    "bearer",
    "token",
    "oauth_token",
    "signature",
    "sid",
    "session",
    "sessionid",
    "sessid",
    "jsessionid",
    "phpsessid",
    "moodlesession",
    "sesskey",
    "csrf_token",
    "code",
    "code_verifier",
];

/// Names that carry a compact token, which is shown without its signature.
const TOKEN_NAMES: [&str; 8] = [
    "id_token",
    "jwt",
    "client_assertion",
    "assertion",
    "logout_token",
    "request",
    "lti_response",
    "software_statement",
];

/// The endings of names that tell who somebody is.
const PERSONAL_ENDINGS: [&str; 24] = [
    "given_name",
    "family_name",
    "middle_name",
    "full_name",
    "nickname",
    "username",
    "name_given",
    "name_family",
    "name_full",
    "name_middle",
    "email",
    "email_primary",
    "email_personal",
    "phone_primary",
    "phone_mobile",
    "phone_home",
    "phone_work",
    "webaddress",
    "street1",
    "locality",
    "postcode",
    "sourcedid",
    "login_hint",
    "lti_message_hint",
];

/// Names that tell who somebody is only when they stand alone: `context_type_name` is no person.
const PERSONAL_NAMES: [&str; 10] = [
    "name",
    "fullname",
    "mail",
    "picture",
    "user_image",
    "phone_number",
    "birthdate",
    "address",
    "login_id",
    "custom_canvas_user_login_id",
];

/// The members of a JWK that make it a private or symmetric key (RFC 7518, 6.2.2, 6.3.2 and 6.4.1).
pub(super) const PRIVATE_JWK_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What stands behind a name.
pub(super) fn kind(name: &str) -> Kind {
    let name = normal(name);
    let name = name.as_str();
    match name {
        "authorization" | "proxy_authorization" => Kind::Credentials,
        "cookie" => Kind::Cookie,
        "set_cookie" => Kind::SetCookie,
        _ if TOKEN_NAMES.contains(&name) => Kind::Token,
        _ if SECRET_NAMES.contains(&name) || ends_with(name, &SECRET_ENDINGS) => Kind::Secret,
        _ if PERSONAL_NAMES.contains(&name) || ends_with(name, &PERSONAL_ENDINGS) => Kind::Personal,
        _ => Kind::Plain,
    }
}

/// Whether a name is also an English word, so that "secret: never log it" in prose is no pair.
pub(super) fn is_a_word(name: &str) -> bool {
    !normal(name).contains('_') && !name.eq_ignore_ascii_case("password")
}

/// The name in lower case, with `_` for `-`, percent-decoded, without an array's brackets.
fn normal(name: &str) -> String {
    let name = name.strip_suffix("[]").unwrap_or(name);
    let decoded = super::text::percent_decoded(name);
    decoded.to_ascii_lowercase().replace('-', "_")
}

/// Whether the name is one of these or ends in `_` and one of these.
fn ends_with(name: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_in_every_spelling() {
        for name in ["client_secret", "Client-Secret", "client%5Fsecret", "ext_client_secret", "X-Registration-Token"] {
            assert_eq!(kind(name), Kind::Secret, "{name}");
        }
        assert_eq!(kind("Set-Cookie"), Kind::SetCookie);
        assert_eq!(kind("Authorization"), Kind::Credentials);
        assert_eq!(kind("lis_person_name_full"), Kind::Personal);
        assert_eq!(kind("person_sourcedid"), Kind::Personal);
        assert_eq!(kind("id_token"), Kind::Token);
    }

    #[test]
    fn harmless_names_stay_readable() {
        for name in
            ["client_id", "token_type", "token_endpoint", "nonce", "state", "client_secret_expires_at", "expires_in"]
        {
            assert_eq!(kind(name), Kind::Plain, "{name}");
        }
    }
}
