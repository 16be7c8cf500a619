//! What comes with a token (RFC 6749, 5.1; OpenID Connect Core, 3.1.3.3), read from the sound flow of the run.

use serde_json::Value;

use crate::{
    case::Outcome::{Fail, Warn},
    sight::Sight,
    subject::issuer::{Grounds, IssuerCase, IssuerWorld, Tokens},
};

/// A case that looks at the tokens of the sound flow.
macro_rules! answered {
    ($id:literal, $title:literal, $broken:ident, $rule:literal, $look:expr) => {
        IssuerCase::look_at($id, $title, $broken, |grounds, world| {
            const LOOK: fn(&Tokens, &Grounds, &IssuerWorld) -> Sight = $look;
            match &grounds.control {
                Some((_, tokens)) => LOOK(tokens, grounds, world),
                None => Sight::Nothing("there was no sound flow".to_owned()),
            }
        })
        .rules(&[$rule])
    };
}

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        answered!(
            "issuer-token-no-store",
            "tokens are not stored by caches",
            Fail,
            "oauth2-token-no-store",
            |tokens, _, _| { header(tokens, "cache-control", "no-store") }
        ),
        answered!(
            "issuer-token-pragma",
            "tokens come with Pragma: no-cache",
            Warn,
            "oauth2-token-pragma",
            |tokens, grounds, world| match header(tokens, "pragma", "no-cache") {
                // OpenID Connect Core asks for Cache-Control alone.
                Sight::Sound(seen) if grounds.is_openid(&world.config) => Sight::Free("sent", seen),
                Sight::Broken(seen) if grounds.is_openid(&world.config) => Sight::Free("missing", seen),
                seen => seen,
            }
        ),
        answered!("issuer-token-type", "a token comes with token_type", Fail, "oauth2-token-answer", |tokens, _, _| {
            match tokens.body.get("token_type") {
                Some(Value::String(kind)) if !kind.is_empty() => Sight::Sound("token_type is there".to_owned()),
                Some(_) => Sight::Broken("token_type is no text".to_owned()),
                None => Sight::Broken("no token_type".to_owned()),
            }
        }),
        answered!(
            "issuer-token-bearer",
            "token_type of an OpenID provider is Bearer",
            Fail,
            "oidc-token-type",
            |tokens, grounds, world| {
                if !grounds.is_openid(&world.config) {
                    return Sight::Nothing("the issuer is judged as a plain authorization server".to_owned());
                }
                match tokens.text("token_type") {
                    Some(kind) if kind.eq_ignore_ascii_case("bearer") => Sight::Sound("Bearer".to_owned()),
                    Some(kind) => Sight::Broken(format!("token_type {:?}", kind.chars().take(40).collect::<String>())),
                    None => Sight::Broken("no token_type".to_owned()),
                }
            }
        ),
        answered!(
            "issuer-token-id-token",
            "the code of an OpenID request brings an ID token",
            Fail,
            "oidc-token-answer",
            |tokens, grounds, world| {
                if !grounds.is_openid(&world.config) {
                    return Sight::Nothing("the issuer is judged as a plain authorization server".to_owned());
                }
                match tokens.text("id_token") {
                    Some(_) => Sight::Sound("id_token is there".to_owned()),
                    None => Sight::Broken("no id_token".to_owned()),
                }
            }
        ),
        answered!(
            "issuer-token-expires-in",
            "expires_in says how long a token is good",
            Warn,
            "oauth2-token-answer",
            |tokens, _, _| {
                match tokens.body.get("expires_in") {
                    Some(Value::Number(number)) if number.as_f64().is_some_and(|seconds| seconds > 0.0) => {
                        Sight::Sound(format!("{number} s"))
                    }
                    Some(_) => Sight::Broken("expires_in is no number of seconds".to_owned()),
                    None => Sight::Broken("no expires_in".to_owned()),
                }
            }
        ),
        answered!(
            "issuer-token-media-type",
            "tokens come as application/json",
            Warn,
            "oauth2-token-answer",
            |tokens, _, _| {
                match tokens.reply.media_type().as_deref() {
                    Some("application/json") => Sight::Sound("application/json".to_owned()),
                    Some(other) => Sight::Broken(format!("Content-Type: {other}")),
                    None => Sight::Broken("no Content-Type".to_owned()),
                }
            }
        ),
    ]
}

fn header(tokens: &Tokens, name: &str, wanted: &str) -> Sight {
    let values: Vec<&str> = tokens.reply.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    let directives = values.iter().flat_map(|value| value.split(','));
    if directives.map(str::trim).any(|directive| directive.eq_ignore_ascii_case(wanted)) {
        return Sight::Sound(format!("{name}: {wanted}"));
    }
    let seen = if values.is_empty() { "is missing".to_owned() } else { format!("is {:?}", values.join(", ")) };
    Sight::Broken(format!("{name} {seen}"))
}
