//! What an issuer publishes: metadata at both well-known addresses, and keys (RFC 8414; `OpenID` Connect Discovery 1.0).

use serde_json::{Map, Value};
use url::Url;

use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::issuer::{Call, Fetched, Grounds, IssuerCase, IssuerDriver, IssuerWorld, Metadata},
};

/// The members of a key that nobody may publish (RFC 7518, 6.2.2, 6.3.2 and 6.4.1).
///
/// A type that nobody knows may call anything by these names.
fn private_members(key: &Value) -> &'static [&'static str] {
    match key.get("kty").and_then(Value::as_str) {
        Some("RSA") => &["d", "p", "q", "dp", "dq", "qi", "oth"],
        Some("EC" | "OKP") => &["d"],
        Some("oct") => &["k"],
        _ => &[],
    }
}

/// The document of Discovery.
const OPENID: &str = "OpenID configuration";

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = documents();
    cases.extend(members());
    cases.extend(keys());
    cases
}

fn documents() -> Vec<IssuerCase> {
    vec![
        IssuerCase::look_at(
            "issuer-metadata-openid-issuer",
            "the OpenID configuration names the issuer that was asked for",
            Fail,
            |grounds, world| same_issuer(&grounds.metadata.openid, world),
        )
        .rules(&["oauth2-metadata-issuer"]),
        IssuerCase::look_at(
            "issuer-metadata-oauth-issuer",
            "the metadata of RFC 8414 name the issuer that was asked for",
            Fail,
            |grounds, world| same_issuer(&grounds.metadata.oauth, world),
        )
        .rules(&["oauth2-metadata-issuer"]),
        IssuerCase::look_at(
            "issuer-metadata-openid-members",
            "the OpenID configuration has what Discovery requires",
            Fail,
            |grounds, _| {
                let Some(document) = grounds.metadata.openid.document() else {
                    return not_served("OpenID configuration");
                };
                let mut wanted = vec![
                    "issuer",
                    "authorization_endpoint",
                    "jwks_uri",
                    "response_types_supported",
                    "subject_types_supported",
                    "id_token_signing_alg_values_supported",
                ];
                // REQUIRED unless the implicit flow alone is served.
                if grounds
                    .metadata
                    .list("response_types_supported")
                    .iter()
                    .any(|kind| kind.split(' ').any(|word| word == "code"))
                {
                    wanted.push("token_endpoint");
                }
                required(&document, &wanted)
            },
        )
        .rules(&["oidc-metadata-members"]),
        IssuerCase::look_at(
            "issuer-metadata-oauth-members",
            "the metadata of RFC 8414 have what it requires",
            Fail,
            |grounds, _| match grounds.metadata.oauth.document() {
                Some(document) => required(
                    &document,
                    &["issuer", "response_types_supported", "authorization_endpoint", "token_endpoint"],
                ),
                None => not_served("document of RFC 8414"),
            },
        )
        .rules(&["oauth2-metadata-members"]),
        IssuerCase::look_at(
            "issuer-metadata-media-type",
            "metadata are answered with 200 as application/json",
            Fail,
            |grounds, _| {
                let mut seen = Vec::new();
                for (fetched, reply) in served(grounds) {
                    let kind = reply.media_type().unwrap_or_else(|| "nothing".to_owned());
                    if reply.status.as_u16() != 200 || kind != "application/json" {
                        return Sight::Broken(format!("{} as {kind} at {}", reply.status.as_u16(), fetched.url));
                    }
                    seen.push(fetched.url.path().to_owned());
                }
                if seen.is_empty() { not_served("metadata document") } else { Sight::Sound(seen.join(", ")) }
            },
        )
        .rules(&["oauth2-metadata-answer"]),
        IssuerCase::steps("issuer-metadata-path", "each document lies at its own address", |driver| {
            Box::pin(path(driver))
        })
        .rules(&["oauth2-metadata-path"])
        .sent("requests for both documents where the other text would have them"),
    ]
}

fn served(grounds: &Grounds) -> impl Iterator<Item = (&Fetched, &crate::subject::issuer::Reply)> {
    let both = [&grounds.metadata.openid, &grounds.metadata.oauth].into_iter();
    both.filter(|fetched| fetched.document().is_some()).filter_map(|fetched| Some((fetched, fetched.reply.as_ref()?)))
}

fn not_served(what: &str) -> Sight {
    Sight::Unsupported(format!("the issuer serves no {what} at its address"))
}

fn same_issuer(fetched: &Fetched, world: &IssuerWorld) -> Sight {
    let Some(document) = fetched.document() else { return not_served("such document") };
    let wanted = &world.config.issuer.url;
    match document.get("issuer").and_then(Value::as_str) {
        // A slash at the end leads to the same address, and may be what the person who configured the suite added or left out.
        Some(issuer) if issuer.trim_end_matches('/') == wanted.trim_end_matches('/') => {
            Sight::Sound(format!("issuer is {issuer}"))
        }
        Some(issuer) => Sight::Broken(format!("issuer is {issuer:?}, asked for was {wanted:?}")),
        None => Sight::Broken("there is no issuer".to_owned()),
    }
}

fn required(document: &Map<String, Value>, wanted: &[&str]) -> Sight {
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|name| document.get(*name).is_none_or(Value::is_null)).collect();
    match missing.as_slice() {
        [] => Sight::Sound(format!("{} members are there", wanted.len())),
        missing => Sight::Broken(format!("missing: {}", missing.join(", "))),
    }
}

/// RFC 8414 inserts its path, Discovery appends it: a document at the other's place alone is not found by anybody.
async fn path(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let metadata = &driver.grounds.metadata;
    let issuer = driver.world.config.issuer.url.trim_end_matches('/').to_owned();
    let Ok(parsed) = Url::parse(&issuer) else { return Ok(Ended::skip("the issuer is no address")) };
    if parsed.path().trim_matches('/').is_empty() {
        return Ok(Ended::unsupported("the issuer has no path, so that both are the same"));
    }
    let inserted = |name: &str| {
        let mut url = parsed.clone();
        url.set_path(&format!("/.well-known/{name}{}", parsed.path()));
        url.to_string()
    };
    let appended = |name: &str| format!("{issuer}/.well-known/{name}");
    let tries = [
        (&metadata.openid, inserted("openid-configuration"), OPENID),
        (&metadata.oauth, appended("oauth-authorization-server"), "document of RFC 8414"),
    ];
    let mut seen = Vec::new();
    let openid = driver.is_openid();
    for (own, other, what) in tries {
        if !openid && what == OPENID {
            continue;
        }
        if own.document().is_some() {
            seen.push(format!("the {what} is at its own address"));
            continue;
        }
        let Ok(url) = Url::parse(&other) else { continue };
        let reply = driver.call(&Call::get(&url, "application/json")).await?;
        let misplaced = Fetched { url, reply: Some(reply) };
        let named = misplaced.document().and_then(|document| document.get("issuer")?.as_str().map(str::to_owned));
        if named.is_some_and(|named| named.trim_end_matches('/') == issuer) {
            return Ok(Ended::judged(Fail, "misplaced", format!("the {what} is at {other}, not at {}", own.url)));
        }
    }
    if seen.is_empty() {
        return Ok(Ended::unsupported("the issuer serves no metadata"));
    }
    Ok(Ended::judged(Pass, "sound", seen.join(", ")))
}

/// Looks at every document that is served.
fn each(metadata: &Metadata, look: impl Fn(&Map<String, Value>) -> Option<String>) -> Sight {
    let mut names = Vec::new();
    for (name, document) in metadata.published() {
        if let Some(broken) = look(&document) {
            return Sight::Broken(format!("{name}: {broken}"));
        }
        names.push(name);
    }
    if names.is_empty() { not_served("metadata document") } else { Sight::Sound(names.join(", ")) }
}

/// The members of a document that are addresses.
fn addresses(document: &Map<String, Value>) -> impl Iterator<Item = (&str, Url)> {
    let named = |name: &str| name == "issuer" || name == "jwks_uri" || name.ends_with("_endpoint");
    let members = document.iter().filter(move |(name, _)| named(name));
    members.filter_map(|(name, value)| Some((name.as_str(), Url::parse(value.as_str()?).ok()?)))
}

fn members() -> Vec<IssuerCase> {
    vec![
        IssuerCase::look_at(
            "issuer-metadata-rs256",
            "RS256 is among the algorithms of ID tokens",
            Fail,
            |grounds, _| {
                let Some(document) = grounds.metadata.openid.document() else {
                    return not_served("OpenID configuration");
                };
                match document.get("id_token_signing_alg_values_supported").and_then(Value::as_array) {
                    Some(algs) if algs.iter().any(|alg| alg == "RS256") => Sight::Sound("RS256 is there".to_owned()),
                    Some(algs) => Sight::Broken(format!("{} algorithms, and no RS256", algs.len())),
                    None => Sight::Nothing("id_token_signing_alg_values_supported is no list".to_owned()),
                }
            },
        )
        .rules(&["oidc-metadata-rs256"]),
        IssuerCase::look_at("issuer-metadata-empty-list", "lists without elements are left out", Fail, |grounds, _| {
            each(&grounds.metadata, |document| {
                let empty = document.iter().find(|(_, value)| value.as_array().is_some_and(Vec::is_empty));
                empty.map(|(name, _)| format!("{name} is an empty list"))
            })
        })
        .rules(&["oauth2-metadata-empty-list"]),
        IssuerCase::look_at("issuer-metadata-https", "issuer and endpoints are https", Fail, |grounds, world| {
            if Url::parse(&world.config.issuer.url).is_ok_and(|url| world.plain_loopback(&url)) {
                return Sight::Unsupported(
                    "the issuer is reached over http on this machine, which proves nothing about TLS".to_owned(),
                );
            }
            each(&grounds.metadata, |document| {
                let plain = addresses(document).find(|(_, url)| url.scheme() != "https");
                plain.map(|(name, url)| format!("{name} is {url}"))
            })
        })
        .rules(&["oauth2-metadata-https"]),
        IssuerCase::look_at(
            "issuer-metadata-fragment",
            "addresses of endpoints have no fragment",
            Fail,
            |grounds, _| {
                each(&grounds.metadata, |document| {
                    let with = addresses(document).find(|(_, url)| url.fragment().is_some());
                    with.map(|(name, url)| format!("{name} is {url}"))
                })
            },
        )
        .rules(&["oauth2-metadata-fragment"]),
        IssuerCase::look_at(
            "issuer-metadata-signing-algs",
            "the algorithms of signed client assertions are listed, without none",
            Fail,
            |grounds, _| {
                let openid = grounds.metadata.openid.document().map(|document| signing_algs(&document, false));
                let oauth = grounds.metadata.oauth.document().map(|document| signing_algs(&document, true));
                match (openid, oauth) {
                    (Some(broken @ Sight::Broken(_)), _) | (Some(broken), None) => broken,
                    (_, Some(seen)) => seen,
                    (None, None) => not_served("metadata document"),
                }
            },
        )
        .rules(&["oauth2-metadata-signing-algs"]),
        IssuerCase::steps("issuer-metadata-pkce", "PKCE with S256 is published", |driver| {
            Box::pin(async move {
                // RFC 9700, 2.1.1: support is a rule, to publish it is recommended.
                let worth = if driver.claims_bcp() && !driver.grounds.pkce { Fail } else { Warn };
                let methods = driver.grounds.metadata.list("code_challenge_methods_supported");
                Ok(if methods.contains(&"S256") {
                    Ended::judged(Pass, "said", methods.join(", "))
                } else {
                    Ended::judged(worth, "unsaid", "code_challenge_methods_supported does not name S256")
                })
            })
        })
        .rules(&["oauth2-pkce-published"])
        .sent("nothing: looks at the metadata"),
    ]
}

/// Both texts ban `none`; RFC 8414 alone requires the list, which is optional in an `OpenID` configuration.
fn signing_algs(document: &Map<String, Value>, required: bool) -> Sight {
    let list = |name: &str| -> Option<Vec<&str>> {
        Some(document.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
    };
    let mut seen = Vec::new();
    for endpoint in ["token", "revocation", "introspection"] {
        let methods = list(&format!("{endpoint}_endpoint_auth_methods_supported")).unwrap_or_default();
        let name = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
        let signed = methods.iter().any(|method| matches!(*method, "private_key_jwt" | "client_secret_jwt"));
        match list(&name) {
            Some(algs) if algs.contains(&"none") => return Sight::Broken(format!("{name} has none")),
            None if signed && required => {
                return Sight::Broken(format!("{name} is missing although signed assertions are listed"));
            }
            Some(algs) => seen.push(algs.join(" ")),
            None => {}
        }
    }
    if seen.is_empty() {
        return Sight::Unsupported("no signed client assertions are listed".to_owned());
    }
    Sight::Sound(seen.join(", "))
}

fn keys() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-keys-private", "the key set has no private and no symmetric key", |driver| {
            Box::pin(async move {
                let entries = &driver.grounds.keys.entries;
                if entries.is_empty() {
                    return Ok(Ended::unsupported("the issuer publishes no keys"));
                }
                let private = entries.iter().find_map(|key| {
                    let member = private_members(key).iter().find(|name| key.get(**name).is_some())?;
                    Some((key.get("kid").and_then(Value::as_str).unwrap_or("without kid").to_owned(), member))
                });
                // RFC 8414 does not repeat the ban of Discovery.
                let worth = if driver.is_openid() { Fail } else { Warn };
                Ok(match private {
                    Some((kid, member)) => {
                        Ended::judged(worth, "private", format!("the key {kid} has the member {member}"))
                    }
                    None => Ended::judged(Pass, "public", format!("{} public keys", entries.len())),
                })
            })
        })
        .rules(&["oauth2-keys-private"])
        .sent("nothing: looks at the key set"),
        IssuerCase::look_at(
            "issuer-keys-use",
            "in a set with keys to sign and to encrypt each says which it is",
            Fail,
            |grounds, _| {
                let entries = &grounds.keys.entries;
                let uses = |word: &str| entries.iter().any(|key| key.get("use").and_then(Value::as_str) == Some(word));
                let unsaid = entries.iter().filter(|key| key.get("use").is_none()).count();
                match (uses("enc"), uses("sig"), unsaid) {
                    _ if entries.is_empty() => Sight::Unsupported("the issuer publishes no keys".to_owned()),
                    (true, _, 1..) => {
                        Sight::Broken(format!("a key is for encryption, and {unsaid} do not say what they are for"))
                    }
                    (true, true, 0) => Sight::Sound("every key says it".to_owned()),
                    _ => Sight::Sound("the set has keys of one kind".to_owned()),
                }
            },
        )
        .rules(&["oauth2-keys-use"]),
        IssuerCase::look_at("issuer-keys-kid", "two keys have different kids", Warn, |grounds, _| {
            let kids: Vec<&str> = grounds.keys.entries.iter().filter_map(|key| key.get("kid")?.as_str()).collect();
            let twice = kids.iter().enumerate().find(|(index, kid)| kids[..*index].contains(kid));
            match twice {
                _ if grounds.keys.entries.is_empty() => Sight::Unsupported("the issuer publishes no keys".to_owned()),
                Some((_, kid)) => Sight::Broken(format!("two keys are called {kid:?}")),
                None => Sight::Sound(format!("{} kids", kids.len())),
            }
        })
        .rules(&["oauth2-keys-kid"]),
    ]
}
