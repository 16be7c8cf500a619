//! What the double reads in an ID token (OpenID Connect Core 1.0, 3.1.3.7).

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{
    ClaimFlaw, ClientDouble, HybridFlaw, Pending, Refusal, Session, TimeFlaw, login::MAX_AGE, tokens::Tokens,
    verify::Opened,
};

/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 60;
/// A token longer than this is huge.
const HUGE: usize = 8192;
/// The claims that the double knows.
const KNOWN: [&str; 14] = [
    "iss",
    "sub",
    "aud",
    "azp",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "at_hash",
    "c_hash",
    "name",
    "given_name",
    "family_name",
    "email",
];

/// The left half of the SHA-256.
pub(super) fn half_hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, value.as_bytes()).as_ref()[..16])
}

/// Everything that has to hold, or why it does not.
fn hold(holds: bool, reason: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(reason.to_owned()) }
}

impl ClientDouble {
    /// Judges a token for this login.
    pub(super) async fn judge(&self, token: &Opened, pending: &Pending, access: Option<&str>) -> Result<(), Refusal> {
        hold(!self.has(ClaimFlaw::HugeRefused) || token.length <= HUGE, "the token is too long")?;
        let known = token.claims.keys().all(|name| KNOWN.contains(&name.as_str()));
        hold(known || !self.has(ClaimFlaw::UnknownRefused), "the token has an unknown claim")?;
        self.verify(token, pending).await?;
        hold(self.issued(token, pending), "the token is of another issuer")?;
        hold(self.meant(token, pending), "the token is for somebody else")?;
        hold(self.in_time(token), "the token is not good any more")?;
        hold(self.answers(token, pending), "nonce is not the one of this login")?;
        hold(self.subject(token).is_some(), "the token names nobody")?;
        if let (Some(access), Some(hash)) = (access, token.text("at_hash")) {
            let ignored = self.has(ClaimFlaw::AtHash) || self.has(HybridFlaw::AtHash);
            hold(ignored || hash == half_hash(access), "at_hash does not fit the access token")?;
        }
        Ok(())
    }

    fn issued(&self, token: &Opened, pending: &Pending) -> bool {
        let wanted = &self.issuer(pending.issuer).issuer;
        let Some(iss) = token.text("iss") else {
            return self.has(ClaimFlaw::IssNotCompared) || self.has(ClaimFlaw::IssOptional);
        };
        iss == *wanted
            || self.has(ClaimFlaw::IssNotCompared)
            || self.has(ClaimFlaw::IssTrimmed) && iss.trim_end_matches('/') == wanted
            || self.has(ClaimFlaw::IssPrefix) && iss.starts_with(wanted)
            || self.has(ClaimFlaw::IssuersPooled) && self.wiring.issuers.iter().any(|known| known.issuer == iss)
    }

    fn meant(&self, token: &Opened, pending: &Pending) -> bool {
        let id = self.issuer(pending.issuer).client_id.as_str();
        let first = self.has(ClaimFlaw::FirstOfTwo).then(|| first_text(&token.written, "aud")).flatten();
        let audiences: Vec<String> = match first.map(Value::String).as_ref().or_else(|| token.claims.get("aud")) {
            None => return self.has(ClaimFlaw::AudNotCompared) || self.has(ClaimFlaw::AudOptional),
            Some(Value::String(audience)) => vec![audience.clone()],
            Some(Value::Array(_)) if self.has(ClaimFlaw::AudString) => return false,
            Some(Value::Array(audiences)) => audiences.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(_) => return false,
        };
        if self.has(ClaimFlaw::AudNotCompared) {
            return true;
        }
        let azp = token.claims.get("azp");
        if azp.is_some_and(|azp| azp != id) && !self.has(ClaimFlaw::AzpIgnored)
            || azp.is_none() && audiences.len() > 1 && self.has(ClaimFlaw::AzpWanted)
        {
            return false;
        }
        let trusted = |audience: &String| audience == id || self.wiring.trusted.contains(audience);
        if self.has(ClaimFlaw::IssuersPooled) {
            let ours = |audience: &String| self.wiring.issuers.iter().any(|known| known.client_id == *audience);
            return audiences.iter().any(ours)
                && audiences.iter().all(|audience| ours(audience) || self.wiring.trusted.contains(audience));
        }
        let own =
            audiences.iter().any(|audience| audience == id || self.has(ClaimFlaw::AudPart) && audience.contains(id));
        let part = self.has(ClaimFlaw::AudPart) || self.has(ClaimFlaw::AudUntrusted);
        let others =
            audiences.iter().all(trusted) || part && (audiences.len() == 1 || self.has(ClaimFlaw::AudUntrusted));
        own && others
    }

    fn in_time(&self, token: &Opened) -> bool {
        let now = self.now();
        let number = |name: &str| token.claims.get(name).and_then(Value::as_i64);
        let exp = number("exp").or_else(|| {
            let text = token.text("exp").filter(|_| self.has(TimeFlaw::ExpText));
            text.and_then(|text| text.parse().ok())
        });
        let leeway = match () {
            () if self.has(TimeFlaw::LeewayHour) => 3600,
            () if self.has(TimeFlaw::LeewayMinutes) => 300,
            () => LEEWAY,
        };
        let good = match exp {
            _ if self.has(TimeFlaw::ExpIgnored) => true,
            None => self.has(TimeFlaw::ExpOptional) && !token.claims.contains_key("exp"),
            Some(exp) => exp + leeway > now,
        };
        let made = match number("iat") {
            None => self.has(TimeFlaw::IatOptional),
            Some(iat) => !self.has(TimeFlaw::IatOld) || iat + 3600 > now,
        };
        let present = self.has(TimeFlaw::AuthTime) || number("auth_time").is_some_and(|at| at + MAX_AGE + LEEWAY > now);
        good && made && present
    }

    fn answers(&self, token: &Opened, pending: &Pending) -> bool {
        let Some(wanted) = &pending.nonce else { return true };
        match token.text("nonce") {
            _ if self.has(ClaimFlaw::NonceNotCompared) => true,
            None => self.has(ClaimFlaw::NonceOptional),
            Some(nonce) => nonce == *wanted,
        }
    }

    /// Who the token names.
    fn subject(&self, token: &Opened) -> Option<String> {
        match token.claims.get("sub") {
            Some(Value::String(sub)) if sub.is_empty() => None,
            Some(Value::String(sub)) if sub.len() > 255 && self.has(ClaimFlaw::SubLong) => None,
            Some(Value::String(sub)) => Some(sub.clone()),
            Some(other) if self.has(ClaimFlaw::SubPrinted) => Some(other.to_string()),
            _ => self.has(ClaimFlaw::SubOptional).then(|| "guest".to_owned()),
        }
    }

    /// The session of whom the token names.
    pub(super) fn person(&self, token: &Opened, pending: &Pending, tokens: Tokens) -> Session {
        let sub = self.subject(token).unwrap_or_default();
        Session {
            name: token.text("name").unwrap_or_else(|| sub.clone()),
            sub,
            issuer: pending.issuer,
            metadata: pending.metadata.clone(),
            until: tokens.until(self.now()),
            access: tokens.access,
            refresh: tokens.refresh,
        }
    }
}

/// The first value of a member that is a string, as a reader finds it that stops at the first.
fn first_text(json: &str, name: &str) -> Option<String> {
    let start = json.find(&format!("\"{name}\":"))? + name.len() + 3;
    let mut values = serde_json::Deserializer::from_str(&json[start..]).into_iter::<String>();
    values.next()?.ok()
}
