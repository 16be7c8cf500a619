//! From a request to somebody who is let in: the protocol parameters and the signature.

use ::http::{Method, header};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    AddressFlaw, BodyFlaw, DuplicateFlaw, EncodingFlaw, Refusal, SignatureFlaw, Tool11Double,
    page::Visitor,
    wire::{Parameters, Place, escape, media_type, split},
};
use crate::transport::Request;

/// What a launch says of itself.
pub(super) struct Claimed {
    pub(super) parameters: Parameters,
    pub(super) key: String,
    pub(super) secret: String,
}

impl Tool11Double {
    pub(super) fn receive(&self, request: &Request) -> Result<Visitor, Refusal> {
        let by_get = request.method() == Method::GET && self.has(BodyFlaw::GetTaken);
        if request.method() != Method::POST && !by_get {
            return Err(Refusal::new("a launch comes by POST"));
        }
        let parameters = self.read(request);
        self.readable(request, &parameters)?;
        self.placed(&parameters, by_get)?;
        self.protocol_once(&parameters)?;
        let claimed = self.consumer(parameters)?;
        self.protocol(&claimed.parameters)?;
        self.burn_early(&claimed)?;
        self.signed(request, &claimed)?;
        self.fresh(request, &claimed)?;
        let believed = self.believed(request, claimed.parameters);
        self.relaunched(request, &believed)?;
        self.served(&believed)?;
        Ok(self.visitor(&claimed.key, &believed))
    }

    /// What may be part of a launch at all.
    fn readable(&self, request: &Request, parameters: &Parameters) -> Result<(), Refusal> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if self.has(BodyFlaw::CharsetRefused) && media_type.is_some_and(|whole| whole.contains(';')) {
            return Err(Refusal::new("the media type is another"));
        }
        if self.has(BodyFlaw::FieldsLimited) && parameters.0.len() > 1000 {
            return Err(Refusal::new("there are too many fields"));
        }
        if self.has(BodyFlaw::ValuesLimited) && parameters.0.iter().any(|known| known.value.len() > 1 << 16) {
            return Err(Refusal::new("a value is too long"));
        }
        let text = |known: &super::wire::Parameter| {
            std::str::from_utf8(&known.name).is_ok() && std::str::from_utf8(&known.value).is_ok()
        };
        if !parameters.0.iter().all(text) && !self.has(EncodingFlaw::BytesTaken) {
            return Err(Refusal::new("a parameter is no text"));
        }
        if self.has(EncodingFlaw::NulRefused) && parameters.0.iter().any(|known| known.value.contains(&0)) {
            return Err(Refusal::new("a parameter holds a NUL"));
        }
        Ok(())
    }

    /// The protocol parameters belong into the body.
    fn placed(&self, parameters: &Parameters, by_get: bool) -> Result<(), Refusal> {
        let elsewhere =
            |known: &super::wire::Parameter| known.place != Place::Body && known.name.starts_with(b"oauth_");
        let allowed = by_get
            || self.has(BodyFlaw::QueryTaken)
            || self.has(BodyFlaw::QueryPassedOn)
            || self.has(BodyFlaw::HeaderTaken)
            || self.has(BodyFlaw::MultipartBelieved)
            || self.has(BodyFlaw::JsonBelieved)
            || (self.has(BodyFlaw::HeaderAloneTaken)
                && parameters.0.iter().filter(|known| known.name.starts_with(b"oauth_")).all(elsewhere));
        if !allowed && parameters.0.iter().any(elsewhere) {
            return Err(Refusal::new("the protocol parameters belong into the body"));
        }
        Ok(())
    }

    fn protocol_once(&self, parameters: &Parameters) -> Result<(), Refusal> {
        let names = parameters.0.iter().map(|known| known.name.as_slice()).filter(|name| name.starts_with(b"oauth_"));
        for name in names {
            let signature = name == b"oauth_signature";
            let borne = if signature {
                self.has(DuplicateFlaw::SecondSignatureTaken)
            } else {
                self.has(DuplicateFlaw::ProtocolTwiceTaken) || self.has(DuplicateFlaw::LastProtocolVerified)
            };
            if !borne && parameters.0.iter().filter(|known| known.name == name).count() > 1 {
                return Err(Refusal::new("a protocol parameter is there twice"));
            }
        }
        Ok(())
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
        let same = |right: &String| match right.get(..16) {
            Some(start) if self.has(SignatureFlaw::ComparedInPart) => {
                came.len() == right.len() && came.starts_with(start)
            }
            _ => *right == came,
        };
        let bases = self.base_strings(request, &claimed.parameters);
        if bases.iter().any(|base| self.signatures(claimed, base).iter().any(same)) {
            return Ok(());
        }
        self.remember_bad(claimed);
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
            let again = split(format!("s={}", came.replace('+', "%2B")).as_bytes(), Place::Body);
            let again = again.first().map(|once| String::from_utf8_lossy(&once.value).into_owned());
            return again.unwrap_or(came);
        }
        came
    }

    /// The signatures that are taken: one, unless every secret is tried.
    fn signatures(&self, claimed: &Claimed, base: &str) -> Vec<String> {
        if self.has(SignatureFlaw::AnySecretTaken) {
            let sign = |(_, secret): &(String, String)| self.signature(claimed, secret, base);
            return self.wiring.consumers.iter().map(sign).collect();
        }
        vec![self.signature(claimed, &claimed.secret, base)]
    }

    fn signature(&self, claimed: &Claimed, secret: &str, base: &str) -> String {
        let raw = self.has(EncodingFlaw::SecretRaw);
        let key = if raw { format!("{secret}&") } else { format!("{}&", escape(secret.as_bytes())) };
        let method = claimed.parameters.get("oauth_signature_method").unwrap_or_default();
        let algorithm = match method.as_str() {
            "PLAINTEXT" if self.has(SignatureFlaw::PlaintextTaken) => return key,
            "HMAC-SHA256" if self.has(SignatureFlaw::Sha256Taken) => hmac::HMAC_SHA256,
            _ => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        };
        let tag = hmac::sign(&hmac::Key::new(algorithm, key.as_bytes()), base.as_bytes());
        STANDARD.encode(tag)
    }

    /// What is taken for the launch once it was verified.
    fn believed(&self, request: &Request, parameters: Parameters) -> Parameters {
        let unsigned = match media_type(request).as_str() {
            "multipart/form-data" if self.has(BodyFlaw::MultipartBelieved) => super::wire::multipart(request),
            "application/json" if self.has(BodyFlaw::JsonBelieved) => super::wire::json(request.body()),
            _ if self.has(DuplicateFlaw::FirstVerified) => {
                return Parameters(parameters.0.into_iter().rev().collect());
            }
            _ => return parameters,
        };
        Parameters(unsigned)
    }

    /// Where the request was sent, as the double takes it from the headers: scheme and host.
    pub(super) fn origin(&self, request: &Request) -> (String, String) {
        let named = |name: &str| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).map(|value| value.trim().to_owned())
        };
        let own = self.wiring.base_url.split_once("://");
        let (scheme, own_host) = own.unwrap_or(("https", ""));
        let mut scheme = scheme.to_owned();
        if self.has(AddressFlaw::ProtoBelieved) {
            scheme = named("x-forwarded-proto").unwrap_or(scheme);
        }
        if self.has(AddressFlaw::ForwardedBelieved) {
            let told = named("forwarded").and_then(|value| value.strip_prefix("proto=").map(str::to_owned));
            scheme = told.unwrap_or(scheme);
        }
        let mut host = named("host").unwrap_or_else(|| own_host.to_owned());
        if self.has(AddressFlaw::HostConfigured) {
            own_host.clone_into(&mut host);
        }
        if self.has(AddressFlaw::HostBelieved) {
            host = named("x-forwarded-host").unwrap_or(host);
        }
        (scheme, host)
    }
}
