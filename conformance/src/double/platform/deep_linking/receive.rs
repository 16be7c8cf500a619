//! What the double takes for a response: who signed it, for whom, when, and to which request (Security Framework 1.0,
//! 5.2.3). The order of the checks is the clause's.

use aws_lc_rs::{rsa::PublicKeyComponents, signature::RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use lti_core::message::claims;
use serde_json::{Map, Value};

use super::{
    super::{DeepLinkingFlaw, PlatformDouble, school::User},
    Pending,
};
use crate::{
    keys::{hmac_sha256, pem},
    subject::platform::deep_linking::DL,
};

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 120;
/// The claims that a platform without curiosity knows.
const KNOWN: [&str; 7] = ["iss", "aud", "exp", "iat", "nonce", "azp", "jti"];

/// Why a response is refused, for the page.
pub(super) type Reason = &'static str;

/// A response before anybody knows whether it may be believed.
struct Opened {
    message: String,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signature: Vec<u8>,
}

impl Opened {
    fn read(compact: &str) -> Option<Self> {
        let (message, signature) = compact.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let part = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        Some(Self {
            header: part(header)?,
            claims: part(payload)?,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
            message: message.to_owned(),
        })
    }

    fn alg(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// Whether this key made the RS256 signature.
    fn verifies(&self, jwk: &Value) -> bool {
        let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
        let (Some(n), Some(e)) = (number("n"), number("e")) else { return false };
        let key = PublicKeyComponents { n: n.as_slice(), e: e.as_slice() };
        self.alg() == "RS256"
            && key.verify(&RSA_PKCS1_2048_8192_SHA256, self.message.as_bytes(), &self.signature).is_ok()
    }

    /// Whether the signature is an HMAC with this key's PEM as secret.
    fn verifies_as_secret(&self, jwk: &Value) -> bool {
        let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
        let (Some(n), Some(e)) = (number("n"), number("e")) else { return false };
        let secret = pem("PUBLIC KEY", &subject_public_key(&n, &e));
        self.alg() == "HS256" && hmac_sha256(secret.as_bytes(), self.message.as_bytes()) == self.signature
    }
}

/// An RSA key as a `SubjectPublicKeyInfo` in DER (RFC 8017, A.1.1; RFC 5280, 4.1).
fn subject_public_key(n: &[u8], e: &[u8]) -> Vec<u8> {
    const RSA_ENCRYPTION: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let key = der(0x30, &[integer(n), integer(e)].concat());
    let bits = der(0x03, &[&[0_u8], key.as_slice()].concat());
    der(0x30, &[RSA_ENCRYPTION.as_slice(), &bits].concat())
}

fn integer(number: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if number.first().is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
    der(0x02, &[sign, number].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match (length.as_slice(), u8::try_from(length.len())) {
        ([one], _) if *one < 0x80 => out.push(*one),
        (_, Ok(count)) => {
            out.push(0x80 | count);
            out.extend_from_slice(&length);
        }
        _ => {}
    }
    out.extend_from_slice(content);
    out
}

/// What was taken for a response: the request that it answers, and its claims.
pub(super) type Taken = (Pending, Map<String, Value>);

impl PlatformDouble {
    /// Judges a response that this user's browser brought.
    pub(super) fn received(&self, compact: &str, session: &str, user: &User) -> Result<Taken, Reason> {
        let opened = Opened::read(compact).ok_or("the response is no token")?;
        self.check_signature(&opened)?;
        self.check_standard(&opened)?;
        self.check_kind(&opened)?;
        let pending = self.answered(&opened, session, user)?;
        self.check_nonce(&opened)?;
        Ok((pending, opened.claims))
    }

    fn check_signature(&self, opened: &Opened) -> Result<(), Reason> {
        let flaw = self.content_flaw();
        let of = |set: &Value| set["keys"].as_array().cloned().unwrap_or_default();
        let mut keys = of(&self.wiring.tool.jwks);
        let kid = opened.header.get("kid");
        let known = keys.iter().any(|key| Some(&key["kid"]) == kid);
        let taken = match flaw {
            Some(DeepLinkingFlaw::SignatureIgnored) => true,
            Some(DeepLinkingFlaw::AlgNoneTaken) => opened.alg() == "none" && opened.signature.is_empty(),
            Some(DeepLinkingFlaw::KidUnknownTaken) => kid.is_some() && !known,
            Some(DeepLinkingFlaw::HeaderKey) => opened.header.get("jwk").is_some_and(|key| opened.verifies(key)),
            Some(DeepLinkingFlaw::PublicKeyAsSecret) => keys.iter().any(|key| opened.verifies_as_secret(key)),
            _ => false,
        };
        if taken {
            return Ok(());
        }
        if flaw == Some(DeepLinkingFlaw::KeysOfAll) {
            keys.extend(of(&self.wiring.other.jwks));
        }
        if kid.is_none() && flaw == Some(DeepLinkingFlaw::KidRequired) {
            return Err("the response has no kid");
        }
        keys.retain(|key| kid.is_none_or(|kid| key["kid"] == *kid));
        if keys.iter().any(|key| opened.verifies(key)) { Ok(()) } else { Err("the signature does not verify") }
    }

    fn check_standard(&self, opened: &Opened) -> Result<(), Reason> {
        let flaw = self.content_flaw();
        match opened.text("iss") {
            _ if flaw == Some(DeepLinkingFlaw::IssUnchecked) => {}
            None if flaw == Some(DeepLinkingFlaw::IssMissingTaken) => {}
            Some(iss) if iss == self.wiring.tool.client_id => {}
            _ => return Err("iss is not the client_id of the tool"),
        }
        if !self.is_audience(opened.claims.get("aud")) {
            return Err("aud is not this platform");
        }
        match opened.claims.get("exp").and_then(Value::as_i64) {
            _ if flaw == Some(DeepLinkingFlaw::ExpUnchecked) => Ok(()),
            None if flaw == Some(DeepLinkingFlaw::ExpMissingTaken) => Ok(()),
            Some(exp) if exp + LEEWAY > self.now() => Ok(()),
            _ => Err("the response has ended"),
        }
    }

    fn is_audience(&self, aud: Option<&Value>) -> bool {
        let own = self.own("");
        match (aud, self.content_flaw()) {
            (_, Some(DeepLinkingFlaw::AudUnchecked)) | (None, Some(DeepLinkingFlaw::AudMissingTaken)) => true,
            (Some(Value::String(aud)), _) => *aud == own,
            (Some(Value::Array(_)), Some(DeepLinkingFlaw::AudArrayRefused)) => false,
            (Some(Value::Array(all)), Some(DeepLinkingFlaw::AudExtraTaken)) => all.iter().any(|aud| *aud == own),
            (Some(Value::Array(all)), _) => !all.is_empty() && all.iter().all(|aud| *aud == own),
            _ => false,
        }
    }

    fn check_kind(&self, opened: &Opened) -> Result<(), Reason> {
        let flaw = self.content_flaw();
        let is_response = opened.text(claims::MESSAGE_TYPE) == Some("LtiDeepLinkingResponse");
        if !is_response && flaw != Some(DeepLinkingFlaw::MessageTypeUnchecked) {
            return Err("message_type is not LtiDeepLinkingResponse");
        }
        if opened.text(claims::VERSION) != Some("1.3.0") && flaw != Some(DeepLinkingFlaw::VersionUnchecked) {
            return Err("version is not 1.3.0");
        }
        match opened.text(claims::DEPLOYMENT_ID) {
            _ if flaw == Some(DeepLinkingFlaw::DeploymentUnchecked) => {}
            None if flaw == Some(DeepLinkingFlaw::DeploymentMissingTaken) => {}
            Some(id) if self.wiring.tool.deployment_ids.iter().any(|known| known == id) => {}
            _ => return Err("deployment_id is not one of the tool"),
        }
        let known = |name: &&String| {
            let mine = [DL, "https://purl.imsglobal.org/spec/lti/claim/"].iter().any(|space| name.starts_with(space));
            mine || KNOWN.contains(&name.as_str())
        };
        if flaw == Some(DeepLinkingFlaw::ClaimsClosed) && !opened.claims.keys().all(|name| known(&name)) {
            return Err("the response has an unknown claim");
        }
        Ok(())
    }

    /// The request that the response answers; each is answered once.
    fn answered(&self, opened: &Opened, session: &str, user: &User) -> Result<Pending, Reason> {
        let flaw = self.content_flaw();
        let data = opened.text(&format!("{DL}data"));
        let by_session = match flaw {
            Some(DeepLinkingFlaw::DataUnchecked | DeepLinkingFlaw::DataAbsent) => true,
            Some(DeepLinkingFlaw::DataMissingTaken) => data.is_none(),
            _ => false,
        };
        let mut desk = self.desk();
        let found = desk.open.iter().rposition(|open| {
            let mine = open.session == session && open.user == user;
            if by_session {
                return mine;
            }
            data == Some(open.data.as_str()) && (mine || flaw == Some(DeepLinkingFlaw::DataOfAnybody))
        });
        found.map(|at| desk.open.remove(at)).ok_or("the data is not of a request of this user")
    }

    fn check_nonce(&self, opened: &Opened) -> Result<(), Reason> {
        match opened.text("nonce") {
            None if self.has(DeepLinkingFlaw::NonceMissingTaken) => Ok(()),
            None => Err("the response has no nonce"),
            Some(nonce) => {
                let fresh = self.desk().nonces.insert(nonce.to_owned());
                let forgotten = self.has(DeepLinkingFlaw::NonceForgotten);
                if fresh || forgotten { Ok(()) } else { Err("the nonce came before") }
            }
        }
    }
}
