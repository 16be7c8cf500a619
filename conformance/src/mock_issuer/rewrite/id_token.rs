//! Faults of ID tokens: the provider's is taken apart, changed and signed again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::{
    add_unknown, break_types, set,
    userinfo::{INTRUDER, long_sub},
};
use crate::{
    forge::{Seal, Token, alter_signature, alter_subject},
    keys::{KeyError, Scheme, SuiteKey},
    mock_issuer::{
        Fault,
        keys::{IssuerKeys, UNKNOWN_KID, stranger},
    },
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// What a token that is too large carries.
const HUGE: usize = 256 << 10;

/// The last ID token of each client, as it was sound.
#[derive(Default)]
pub(crate) struct Issued(Mutex<HashMap<String, String>>);

impl Issued {
    /// Remembers a token and gives the one before. The token of a login is not forgotten for one that came with refreshing
    /// and has no nonce: what is replayed to a client is a login.
    pub(crate) fn remember(&self, token: &str) -> Option<String> {
        let said = claims(token)?;
        let client = said.get("aud")?.to_string();
        let mut issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = issued.get(&client).cloned();
        let of_login = |token: &str| claims(token).is_some_and(|said| said.contains_key("nonce"));
        if said.contains_key("nonce") || !before.as_deref().is_some_and(of_login) {
            issued.insert(client, token.to_owned());
        }
        before
    }
}

/// What a token is forged with.
pub(crate) struct Forge<'a> {
    /// The issuer, without a slash at its end.
    pub(crate) issuer: &'a str,
    /// Its keys.
    pub(crate) keys: &'a IssuerKeys,
    /// This moment by its clock.
    pub(crate) now: i64,
    /// The token that the same client got before this one.
    pub(crate) before: Option<String>,
}

impl Forge<'_> {
    /// Applies these faults in order, each as far as `claim` lets it bite.
    ///
    /// # Errors
    /// When a key cannot be made or used.
    pub(crate) fn rewrite(
        &self,
        original: &str,
        faults: &[Fault],
        mut claim: impl FnMut(Fault) -> bool,
    ) -> Result<String, KeyError> {
        let Some((mut token, key)) = self.read(original) else { return Ok(original.to_owned()) };
        let (mut forged, mut whole) = (false, None);
        for fault in faults {
            match fault {
                Fault::IdTokenNotAJwt if claim(*fault) => whole = Some("token".to_owned()),
                Fault::IdTokenReplayed => {
                    if let Some(before) = self.before.clone().filter(|before| before != original)
                        && claim(*fault)
                    {
                        whole = Some(before);
                    }
                }
                Fault::IdTokenSubjectAltered if claim(*fault) => whole = Some(alter_subject(original)),
                _ => {
                    // A fault that would change nothing is not claimed: it waits for a token that it can change.
                    let mut trial = token.clone();
                    if (self.header(*fault, &mut trial, &key)? || self.claims(*fault, &mut trial)) && claim(*fault) {
                        (token, forged) = (trial, true);
                    }
                }
            }
        }
        match whole {
            Some(whole) => Ok(whole),
            None if forged => token.compact(),
            None => Ok(original.to_owned()),
        }
    }

    /// The token ready to be signed again, and the key that signed it.
    fn read(&self, compact: &str) -> Option<(Token, Arc<SuiteKey>)> {
        let header = part(compact, 0)?;
        let kid = header.get("kid").and_then(Value::as_str).unwrap_or_default();
        let key = self.keys.key(kid)?;
        let mut token = Token::new(claims(compact)?, Arc::clone(&key), kid);
        token.header = header;
        Some((token, key))
    }

    /// Changes header or signature.
    fn header(&self, fault: Fault, token: &mut Token, key: &Arc<SuiteKey>) -> Result<bool, KeyError> {
        match fault {
            Fault::IdTokenAlgNone => {
                token.set_header("alg", "none");
                token.seal = Seal::Empty;
            }
            Fault::IdTokenAlgHs256 => {
                token.set_header("alg", "HS256");
                token.seal = Seal::Hmac(key.public_encodings().into_iter().next().unwrap_or_default());
            }
            Fault::IdTokenSignatureCorrupted => token.tamper = Some(alter_signature),
            Fault::IdTokenSignatureEmpty => token.seal = Seal::Empty,
            Fault::IdTokenKeyStranger => token.sign_with(&stranger()?, Scheme::Rs256),
            Fault::IdTokenKidUnknown => {
                token.set_header("kid", UNKNOWN_KID);
                token.sign_with(&stranger()?, Scheme::Rs256);
            }
            Fault::IdTokenKidMissing => return Ok(token.header.remove("kid").is_some()),
            Fault::IdTokenHeaderJwk => {
                let stranger = stranger()?;
                token.set_header("kid", UNKNOWN_KID);
                token.set_header("jwk", stranger.jwk(UNKNOWN_KID));
                token.sign_with(&stranger, Scheme::Rs256);
            }
            Fault::IdTokenHeaderJku | Fault::IdTokenHeaderX5u => {
                let (name, path) =
                    if fault == Fault::IdTokenHeaderJku { ("jku", "jwks") } else { ("x5u", "certificate") };
                token.set_header("kid", UNKNOWN_KID);
                token.set_header(name, format!("{}/mock/stranger/{path}", self.issuer));
                token.sign_with(&stranger()?, Scheme::Rs256);
            }
            Fault::IdTokenCritUnknown => {
                token.set_header("crit", json!(["https://unknown.example/extension"]));
                token.set_header("https://unknown.example/extension", true);
            }
            Fault::IdTokenAlgRs384 => token.sign_with(key, Scheme::Rs384),
            Fault::IdTokenAlgPs256 => token.sign_with(key, Scheme::Ps256),
            Fault::IdTokenTypAccessToken => token.set_header("typ", "at+jwt"),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Changes the claims.
    fn claims(&self, fault: Fault, token: &mut Token) -> bool {
        if fault == Fault::IdTokenSubDuplicated {
            token.duplicate_first("sub", &json!(INTRUDER));
            return true;
        }
        let claims = &mut token.claims;
        let client = claims.get("aud").cloned().unwrap_or_default();
        let client = client.get(0).cloned().unwrap_or(client);
        match fault {
            Fault::IdTokenIssOther => set(claims, "iss", json!("https://other-issuer.example")),
            Fault::IdTokenIssMissing => claims.remove("iss").is_some(),
            Fault::IdTokenIssSlash => set(claims, "iss", json!(format!("{}/", self.issuer))),
            Fault::IdTokenAudOther => set(claims, "aud", json!("another-client")),
            Fault::IdTokenAudMissing => claims.remove("aud").is_some(),
            Fault::IdTokenAudEmpty => set(claims, "aud", json!([])),
            Fault::IdTokenAudListOfOne => set(claims, "aud", json!([client])),
            Fault::IdTokenAudExtra => {
                set(claims, "aud", json!([client.clone(), "https://untrusted.example"])) | set(claims, "azp", client)
            }
            Fault::IdTokenAzpOther => set(claims, "azp", json!("another-client")),
            Fault::IdTokenAzpMissing => {
                claims.remove("azp");
                set(claims, "aud", json!([client.clone(), client]))
            }
            Fault::IdTokenNonceOther => claims.contains_key("nonce") && set(claims, "nonce", json!("another-nonce")),
            Fault::IdTokenNonceMissing => claims.remove("nonce").is_some(),
            Fault::IdTokenNonceReplayed => self.replay_nonce(claims),
            Fault::IdTokenSubMissing => claims.remove("sub").is_some(),
            Fault::IdTokenSubEmpty => set(claims, "sub", json!("")),
            Fault::IdTokenSubLong => set(claims, "sub", json!(long_sub())),
            Fault::IdTokenSubNumber => set(claims, "sub", json!(4_711)),
            Fault::IdTokenSubOther => set(claims, "sub", json!(INTRUDER)),
            // Half of the SHA-256 digest of another text, as long as the right one would be.
            Fault::IdTokenAtHashWrong => set(claims, "at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
            Fault::IdTokenCHashWrong => set(claims, "c_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
            Fault::IdTokenAcrOther => set(claims, "acr", json!("0")),
            Fault::IdTokenClaimsWrongTypes => break_types(claims),
            Fault::IdTokenUnknownClaims => add_unknown(claims),
            Fault::IdTokenHuge => set(claims, "conformance_padding", json!("x".repeat(HUGE))),
            _ => self.dates(fault, claims),
        }
    }

    /// Changes a date.
    fn dates(&self, fault: Fault, claims: &mut Map<String, Value>) -> bool {
        let mut date = |name: &str, shift: i64| set(claims, name, json!(self.now + shift));
        match fault {
            Fault::IdTokenExpPast => date("exp", -2 * HOUR) | date("iat", -3 * HOUR),
            Fault::IdTokenExpJustPast => date("exp", -360) | date("iat", -660),
            Fault::IdTokenExpMissing => claims.remove("exp").is_some(),
            Fault::IdTokenExpText => {
                let Some(exp) = claims.get("exp").and_then(Value::as_i64) else { return false };
                set(claims, "exp", json!(exp.to_string()))
            }
            Fault::IdTokenIatMissing => claims.remove("iat").is_some(),
            Fault::IdTokenIatFuture => date("iat", DAY) | date("exp", DAY + HOUR),
            Fault::IdTokenIatOld => date("iat", -DAY),
            Fault::IdTokenNbfFuture => date("nbf", DAY) | date("exp", DAY + HOUR),
            Fault::IdTokenAuthTimeOld => date("auth_time", -365 * DAY),
            _ => false,
        }
    }

    fn replay_nonce(&self, claims: &mut Map<String, Value>) -> bool {
        let before = self.before.as_deref().and_then(self::claims);
        let Some(nonce) = before.and_then(|mut before| before.remove("nonce")) else { return false };
        claims.contains_key("nonce") && set(claims, "nonce", nonce)
    }
}

/// The claims of a compact token.
pub(crate) fn claims(compact: &str) -> Option<Map<String, Value>> {
    part(compact, 1)
}

fn part(compact: &str, index: usize) -> Option<Map<String, Value>> {
    let mut parts = compact.split('.');
    let part = parts.nth(index)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
