//! From a request to somebody who is let in: the protocol parameters, the signature, the timestamp, the nonce.

use ::http::{Method, header};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    Refusal, SignatureFlaw, Tool11Double,
    page::Visitor,
    wire::{Parameter, Parameters, escape},
};
use crate::transport::Request;

/// How far a timestamp may be off, in seconds.
const WINDOW: i64 = 300;

/// What a launch says of itself.
pub(super) struct Claimed {
    pub(super) parameters: Parameters,
    pub(super) key: String,
    pub(super) secret: String,
}

impl Tool11Double {
    pub(super) fn receive(&self, request: &Request) -> Result<Visitor, Refusal> {
        if request.method() != Method::POST {
            return Err(Refusal::new("a launch comes by POST"));
        }
        let parameters = Parameters::of(request);
        let claimed = self.consumer(parameters)?;
        self.protocol(&claimed.parameters)?;
        self.signed(request, &claimed)?;
        self.fresh(&claimed)?;
        Ok(Self::visitor(&claimed.key, &claimed.parameters))
    }

    /// The consumer that the launch names, with its secret.
    fn consumer(&self, parameters: Parameters) -> Result<Claimed, Refusal> {
        let first = self.wiring.consumers.first();
        let named = parameters.get("oauth_consumer_key");
        let defaulted = match named.as_deref() {
            None => self.has(SignatureFlaw::KeyDefaulted),
            Some("") => self.has(SignatureFlaw::EmptyKeyDefaulted),
            Some(_) => self.has(SignatureFlaw::OneSecretForAll),
        };
        let key = named.filter(|key| !key.is_empty());
        let known = key.as_ref().and_then(|key| self.wiring.consumers.iter().find(|(known, _)| known == key));
        let secret = match known.or(first.filter(|_| defaulted)) {
            Some((_, secret)) => secret.clone(),
            None if key.is_none() => return Err(Refusal::new("oauth_consumer_key is missing")),
            None if self.has(SignatureFlaw::UnknownHasNoSecret) => String::new(),
            None => return Err(Refusal::new("the consumer is unknown")),
        };
        Ok(Claimed { parameters, key: key.unwrap_or_default(), secret })
    }

    /// The protocol parameters besides signature, timestamp and nonce.
    fn protocol(&self, parameters: &Parameters) -> Result<(), Refusal> {
        match parameters.get("oauth_signature_method").as_deref() {
            Some("HMAC-SHA1") => {}
            Some("HMAC-SHA256") if self.has(SignatureFlaw::Sha256Taken) => {}
            Some("PLAINTEXT") if self.has(SignatureFlaw::PlaintextTaken) => {}
            Some(other) if other.eq_ignore_ascii_case("HMAC-SHA1") && self.has(SignatureFlaw::LabelFolded) => {}
            Some(_) if self.has(SignatureFlaw::LabelIgnored) => {}
            None if self.has(SignatureFlaw::MethodDefaulted) => {}
            _ => return Err(Refusal::new("the method HMAC-SHA1 is asked for")),
        }
        match parameters.get("oauth_version").as_deref() {
            Some("1.0") => {}
            None if !self.has(SignatureFlaw::VersionWanted) => {}
            Some(_) if self.has(SignatureFlaw::VersionIgnored) => {}
            _ => return Err(Refusal::new("oauth_version 1.0 is asked for")),
        }
        if parameters.get("oauth_callback").is_none() && self.has(SignatureFlaw::CallbackWanted) {
            return Err(Refusal::new("oauth_callback is missing"));
        }
        match parameters.get("oauth_token").as_deref() {
            Some("") if self.has(SignatureFlaw::EmptyTokenRefused) => Err(Refusal::new("oauth_token is empty")),
            Some(token) if !token.is_empty() && self.has(SignatureFlaw::TokenRefused) => {
                Err(Refusal::new("no oauth_token is known"))
            }
            _ => Ok(()),
        }
    }

    /// The signature.
    fn signed(&self, request: &Request, claimed: &Claimed) -> Result<(), Refusal> {
        let came = claimed.parameters.get("oauth_signature");
        if self.has(SignatureFlaw::NotChecked)
            || (came.is_none() && self.has(SignatureFlaw::CheckedWherePresent))
            || (came.as_deref() == Some("") && self.has(SignatureFlaw::CheckedWhereFilled))
        {
            return Ok(());
        }
        let Some(came) = came.filter(|came| !came.is_empty()) else {
            return Err(Refusal::new("oauth_signature is missing"));
        };
        let came = self.repaired(came);
        let base = self.base_string(request, &claimed.parameters);
        let right = self.signatures(claimed, &base);
        let same = |right: &String| match right.get(..16) {
            Some(start) if self.has(SignatureFlaw::ComparedInPart) => came.starts_with(start),
            _ => *right == came,
        };
        if right.iter().any(same) {
            return Ok(());
        }
        if self.has(SignatureFlaw::RefusalRedirects)
            && let Some(back) = claimed.parameters.filled("launch_presentation_return_url")
        {
            return Err(Refusal::elsewhere(back));
        }
        if self.has(SignatureFlaw::RefusalCrashes) {
            return Err(Refusal::crash("the launch could not be read"));
        }
        if self.has(SignatureFlaw::OneRefusalForAll) {
            return Err(Refusal::new("the consumer is unknown"));
        }
        Err(Refusal::new("the signature is wrong"))
    }

    /// What a tool makes of a signature that was spelt wrongly.
    fn repaired(&self, came: String) -> String {
        if self.has(SignatureFlaw::BlanksRepaired) {
            return came.replace(' ', "+");
        }
        if self.has(SignatureFlaw::DecodedTwice) {
            let again =
                super::wire::split(format!("s={}", came.replace('+', "%2B")).as_bytes(), super::wire::Place::Body);
            let again = again.first().map(|once| String::from_utf8_lossy(&once.value).into_owned());
            return again.unwrap_or(came);
        }
        came
    }

    /// The signatures that are taken: one, unless the method decides.
    fn signatures(&self, claimed: &Claimed, base: &str) -> Vec<String> {
        if self.has(SignatureFlaw::AnySecretTaken) {
            let sign = |(_, secret): &(String, String)| self.signature(claimed, secret, base);
            return self.wiring.consumers.iter().map(sign).collect();
        }
        vec![self.signature(claimed, &claimed.secret, base)]
    }

    fn signature(&self, claimed: &Claimed, secret: &str, base: &str) -> String {
        let key = format!("{}&", escape(secret.as_bytes()));
        let method = claimed.parameters.get("oauth_signature_method").unwrap_or_default();
        let algorithm = match method.as_str() {
            "PLAINTEXT" if self.has(SignatureFlaw::PlaintextTaken) => return key,
            "HMAC-SHA256" if self.has(SignatureFlaw::Sha256Taken) => hmac::HMAC_SHA256,
            _ => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        };
        let tag = hmac::sign(&hmac::Key::new(algorithm, key.as_bytes()), base.as_bytes());
        STANDARD.encode(tag)
    }

    fn base_string(&self, request: &Request, parameters: &Parameters) -> String {
        let mut pairs: Vec<(String, String)> =
            Self::collected(parameters).into_iter().map(|known| (escape(&known.name), escape(&known.value))).collect();
        pairs.sort();
        let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let address = self.address(request);
        format!("{}&{}&{}", request.method(), escape(address.as_bytes()), escape(pairs.join("&").as_bytes()))
    }

    /// The parameters that are part of the base string.
    fn collected(parameters: &Parameters) -> Vec<Parameter> {
        parameters.0.iter().filter(|known| known.name != b"oauth_signature").cloned().collect()
    }

    /// The address that was asked, as the base string has it.
    fn address(&self, request: &Request) -> String {
        let own = self.wiring.base_url.split_once("://");
        let (scheme, own_host) = own.unwrap_or(("https", ""));
        let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
        let host = named.unwrap_or(own_host).to_ascii_lowercase();
        let host = host.strip_suffix(if scheme == "https" { ":443" } else { ":80" }).unwrap_or(&host);
        format!("{scheme}://{host}{}", request.uri().path())
    }

    /// The timestamp and the nonce.
    fn fresh(&self, claimed: &Claimed) -> Result<(), Refusal> {
        let stamp =
            claimed.parameters.filled("oauth_timestamp").ok_or_else(|| Refusal::new("oauth_timestamp is missing"))?;
        let nonce = claimed.parameters.filled("oauth_nonce").ok_or_else(|| Refusal::new("oauth_nonce is missing"))?;
        let digits = stamp.bytes().all(|byte| byte.is_ascii_digit());
        let seconds: i64 =
            stamp.parse().ok().filter(|_| digits).ok_or_else(|| Refusal::new("oauth_timestamp is no number"))?;
        if (self.now() - seconds).abs() > WINDOW {
            return Err(Refusal::new("oauth_timestamp is too far from now"));
        }
        if !self.book().nonces.insert(format!("{} {seconds} {nonce}", claimed.key)) {
            return Err(Refusal::new("oauth_nonce was used before"));
        }
        Ok(())
    }
}
