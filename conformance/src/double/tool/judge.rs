//! The double's verdict on a token: the sound rules of `lti-core`, seen through the flaw.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use lti_core::{
    Timestamp,
    id::{ClientId, DeploymentId, Issuer, Nonce},
    inspect::{Deployments, Finding, LaunchContext, Policy, Violation, inspect},
    login::LoginRecord,
};
use serde_json::Value;

use super::{
    Refusal, TokenFlaw, ToolDouble, ToolFlaw,
    amend::{Seen, amended},
    keys::Keys,
    strict,
    verify::{self, HUGE, Numbers},
};

/// What a token is judged by.
pub(super) struct Evidence<'a> {
    /// The token as it came.
    pub(super) id_token: &'a str,
    /// What the flaw may look at.
    pub(super) seen: Seen<'a>,
    /// The platform's keys.
    pub(super) keys: &'a Keys,
    /// The key that the token's header led to, where the flaw follows it.
    pub(super) led: Option<Numbers>,
}

impl ToolDouble {
    pub(super) fn judge(&self, evidence: &Evidence<'_>) -> Result<(), Refusal> {
        let Evidence { id_token, seen, keys, .. } = evidence;
        let taken = keys.unverified || self.takes_signature(evidence);
        let claims = amended(self.flaw, seen);
        let as_sent = if taken { Vec::new() } else { refusals(id_token, evidence) };
        let findings = if taken || claims.is_some() {
            let payload = claims.map(|claims| URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string()));
            let payload = payload.as_deref().or_else(|| seen.token.message.split('.').nth(1)).unwrap_or_default();
            // The signature of the amended message is nobody's: its header says so, and its findings are left out.
            let amended = format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#));
            let of_signature = as_sent.into_iter().filter(|finding| about_signature(finding.violation));
            let of_claims =
                refusals(&amended, evidence).into_iter().filter(|finding| !about_signature(finding.violation));
            of_signature.chain(of_claims).collect()
        } else {
            as_sent
        };
        match findings.first() {
            Some(finding) => Err(Refusal::new(finding.to_string())),
            None => strict::refuses(self.flaw, seen).map_or(Ok(()), Err),
        }
    }

    fn takes_signature(&self, evidence: &Evidence<'_>) -> bool {
        let (token, published) = (evidence.seen.token, &evidence.keys.published);
        if evidence.id_token.len() > HUGE && !self.has(TokenFlaw::AnySizeRead) {
            return false;
        }
        match self.flaw {
            Some(ToolFlaw::Token(flaw)) => verify::taken(flaw, token, published, evidence.led.as_ref()),
            _ => false,
        }
    }
}

/// What the sound rules refuse in a token.
fn refusals(id_token: &str, evidence: &Evidence<'_>) -> Vec<Finding> {
    let Seen { registered, login, now, .. } = &evidence.seen;
    let deployments: Vec<DeploymentId> =
        registered.deployment_ids.iter().map(|id| DeploymentId::new(id.as_str())).collect();
    let (issuer, client_id) = (Issuer::new(registered.issuer.as_str()), ClientId::new(registered.client_id.as_str()));
    let nonce = login.nonce.as_deref().map(Nonce::new);
    let record = LoginRecord::new(login.target.as_str(), login.deployment.as_deref().map(DeploymentId::new));
    let policy = Policy::default();
    let context = LaunchContext {
        keys: &evidence.keys.published.set,
        issuer: &issuer,
        client_id: &client_id,
        nonce: nonce.as_ref(),
        login: Some(&record),
        deployments: Deployments::Known(&deployments),
        policy: &policy,
    };
    let inspection = inspect(id_token, &context, Timestamp::from_secs(*now));
    inspection.violations().iter().filter(|finding| finding.violation.refuses(&policy)).cloned().collect()
}

/// The rules that are about the token as bytes: who signed it, and how.
fn about_signature(violation: Violation) -> bool {
    matches!(
        violation,
        Violation::TokenCompact
            | Violation::TokenSize
            | Violation::TokenAlgNone
            | Violation::TokenAlgSymmetric
            | Violation::TokenAlg
            | Violation::TokenAlgKey
            | Violation::TokenKidMissing
            | Violation::TokenKidUnknown
            | Violation::TokenCrit
            | Violation::TokenSignature
            | Violation::TokenHeaderKey
            | Violation::TokenHeaderDuplicate
    )
}
