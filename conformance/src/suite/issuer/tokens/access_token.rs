//! Access tokens of type `at+jwt` (RFC 9068, 2.2): the issuer binds itself by that type.

use serde_json::Value;

use crate::{
    case::Outcome::{Fail, Warn},
    sight::Sight,
    subject::issuer::{Grounds, IssuerCase, IssuerWorld},
    trace,
};

/// The claims that every such token has.
const CLAIMS: [&str; 7] = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];

/// A case that looks at the access token of the sound flow.
macro_rules! looked {
    ($id:literal, $title:literal, $broken:ident, $rule:literal, $look:expr) => {
        IssuerCase::look_at($id, $title, $broken, |grounds, world| {
            const LOOK: fn(&Value, &Grounds, &IssuerWorld) -> Sight = $look;
            match claims(grounds) {
                Ok(claims) => LOOK(&claims, grounds, world),
                Err(sight) => sight,
            }
        })
        .rules(&[$rule])
    };
}

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        looked!(
            "issuer-access-token-claims",
            "an access token of type at+jwt has every required claim",
            Fail,
            "oauth2-token-jwt",
            |claims, _, _| {
                let missing: Vec<&str> =
                    CLAIMS.into_iter().filter(|name| claims.get(name).is_none_or(Value::is_null)).collect();
                if missing.is_empty() {
                    Sight::Sound("all seven are there".to_owned())
                } else {
                    Sight::Broken(format!("without {}", missing.join(", ")))
                }
            }
        ),
        looked!(
            "issuer-access-token-issuer",
            "an access token of type at+jwt names the issuer",
            Fail,
            "oauth2-token-jwt",
            |claims, grounds, world| {
                match claims.get("iss").and_then(Value::as_str) {
                    Some(iss)
                        if [Some(world.config.issuer.url.as_str()), grounds.metadata.text("issuer")]
                            .contains(&Some(iss)) =>
                    {
                        Sight::Sound("iss is the issuer".to_owned())
                    }
                    Some(iss) => Sight::Broken(format!("iss is {:?}", iss.chars().take(80).collect::<String>())),
                    None => Sight::Nothing("there is no iss: issuer-access-token-claims judges that".to_owned()),
                }
            }
        ),
        looked!(
            "issuer-access-token-scope",
            "an access token of type at+jwt says its scope",
            Warn,
            "oauth2-token-jwt-scope",
            |claims, _, _| {
                match claims.get("scope") {
                    Some(Value::String(_)) => Sight::Sound("scope is there".to_owned()),
                    Some(_) => Sight::Broken("scope is no list separated by spaces".to_owned()),
                    None => Sight::Broken("no scope".to_owned()),
                }
            }
        ),
    ]
}

/// The claims of the access token, where it is of type `at+jwt`.
fn claims(grounds: &Grounds) -> Result<Value, Sight> {
    let Some((_, tokens)) = &grounds.control else {
        return Err(Sight::Nothing("there was no sound flow".to_owned()));
    };
    let token = tokens.access_token().and_then(trace::decode);
    let token = token.ok_or_else(|| Sight::Unsupported("access tokens are no JSON Web Tokens".to_owned()))?;
    let typ = token.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    if !matches!(typ.as_str(), "at+jwt" | "application/at+jwt") {
        return Err(Sight::Unsupported("access tokens are not of type at+jwt".to_owned()));
    }
    Ok(token.claims)
}
