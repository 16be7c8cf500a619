//! The two ways through the rules: all of them for a report, up to the first refusal for a product.

use std::fmt;
use std::ops::ControlFlow;

use serde_json::Value;

use super::finding::Findings;
use super::launch::Takes;
use super::{Clean, CleanMessage, Finding, LaunchContext, claims, launch, token};
use crate::jose::CompactJws;
use crate::message::raw::RawClaims;
use crate::time::Timestamp;

/// Verifies an ID token and reads its message; stops at the first rule that refuses it, and looks at no claim before the
/// signature holds.
///
/// # Errors
/// The first reason to refuse the message.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::inspect::{Deployments, LaunchContext, Policy, Violation, verify};
/// use lti_core::jose::KeySet;
/// let context = LaunchContext {
///     keys: &KeySet::default(),
///     issuer: &"https://lms.example".into(),
///     client_id: &"client".into(),
///     nonce: Some(&"nonce".into()),
///     login: None,
///     deployments: Deployments::Any,
///     policy: &Policy::default(),
/// };
/// let refused = verify("not a token", &context, Timestamp::from_secs(1_700_000_000)).unwrap_err();
/// assert_eq!(refused.violation, Violation::TokenCompact);
/// ```
pub fn verify(id_token: &str, context: &LaunchContext<'_>, now: Timestamp) -> Result<Clean, Finding> {
    match first_refusal(id_token, context, Takes::ResourceLinks, now)? {
        CleanMessage::ResourceLink(clean) => Ok(clean),
        CleanMessage::DeepLinking(_) => Err(incomplete()),
    }
}

/// As [`verify`], for a tool that takes requests for content (`LtiDeepLinkingRequest`) beside launches.
///
/// # Errors
/// The first reason to refuse the message.
pub fn verify_message(id_token: &str, context: &LaunchContext<'_>, now: Timestamp) -> Result<CleanMessage, Finding> {
    first_refusal(id_token, context, Takes::DeepLinking, now)
}

/// Judges an ID token by every rule, whatever the earlier ones said: a report tells everything at once.
///
/// The function is pure. It claims no nonce and knows of no earlier message, so a replay is none of its findings.
pub fn inspect(id_token: &str, context: &LaunchContext<'_>, now: Timestamp) -> Inspection {
    everything(id_token, context, Takes::ResourceLinks, now)
}

/// As [`inspect`], for a tool that takes requests for content (`LtiDeepLinkingRequest`) beside launches.
pub fn inspect_message(id_token: &str, context: &LaunchContext<'_>, now: Timestamp) -> Inspection {
    everything(id_token, context, Takes::DeepLinking, now)
}

fn first_refusal(
    id_token: &str,
    context: &LaunchContext<'_>,
    takes: Takes,
    now: Timestamp,
) -> Result<CleanMessage, Finding> {
    let mut found = Findings::first_refusal(context.policy);
    let judged = judge(id_token, context, takes, now, &mut found);
    if let Some(finding) = found.into_found().into_iter().next() {
        return Err(finding);
    }
    let claims = match judged {
        ControlFlow::Continue(claims) => claims,
        ControlFlow::Break(()) => None,
    };
    claims.and_then(|claims| CleanMessage::new(claims, context, takes)).ok_or_else(incomplete)
}

fn everything(id_token: &str, context: &LaunchContext<'_>, takes: Takes, now: Timestamp) -> Inspection {
    let mut found = Findings::all(context.policy);
    let claims = match judge(id_token, context, takes, now, &mut found) {
        ControlFlow::Continue(claims) => claims,
        ControlFlow::Break(()) => None,
    };
    let findings = found.into_found();
    let refused = findings.iter().any(|finding| finding.violation.refuses(context.policy));
    let clean = if refused { None } else { claims.and_then(|claims| CleanMessage::new(claims, context, takes)) };
    let shown = CompactJws::parse(id_token).ok().and_then(|jws| serde_json::from_slice(jws.payload()).ok());
    Inspection { findings, clean, shown }
}

fn judge(
    id_token: &str,
    context: &LaunchContext<'_>,
    takes: Takes,
    now: Timestamp,
    found: &mut Findings<'_>,
) -> ControlFlow<(), Option<Box<RawClaims>>> {
    let Some(jws) = token::parse(id_token, found)? else {
        return ControlFlow::Continue(None);
    };
    token::judge_signature(&jws, context.keys, context.policy, found)?;
    let Some(claims) = token::parse_claims(&jws, found)? else {
        return ControlFlow::Continue(None);
    };
    claims::judge(&claims, context, now, found)?;
    launch::judge(&claims, context, takes, found)?;
    ControlFlow::Continue(Some(claims))
}

/// A message without a claim that it needs breaks a rule that refuses it, so this is never seen; it is a refusal all the
/// same, should a rule ever be lost.
fn incomplete() -> Finding {
    Finding::new(super::Violation::TokenClaimType, "every required claim", "a message that lacks one")
}

/// What the rules say about one ID token.
#[non_exhaustive]
pub struct Inspection {
    findings: Vec<Finding>,
    clean: Option<CleanMessage>,
    shown: Option<Value>,
}

impl Inspection {
    /// Every broken rule, in the order of the rules; also those that do not refuse the message.
    pub fn violations(&self) -> &[Finding] {
        &self.findings
    }

    /// The payload, if it is JSON. It is for reports alone: nothing says that it is genuine.
    pub fn claims(&self) -> Option<&Value> {
        self.shown.as_ref()
    }

    /// Whether a sound tool with this policy accepts the message.
    pub fn is_clean(&self) -> bool {
        self.clean.is_some()
    }

    /// The launch of a link, if no rule refuses it.
    ///
    /// # Errors
    /// Every finding, if one of them refuses the message, or if it is no launch of a link.
    pub fn into_clean(self) -> Result<Clean, Vec<Finding>> {
        match self.into_clean_message()? {
            CleanMessage::ResourceLink(clean) => Ok(clean),
            CleanMessage::DeepLinking(_) => Err(vec![incomplete()]),
        }
    }

    /// The message, whichever of the two it is, if no rule refuses it.
    ///
    /// # Errors
    /// Every finding, if one of them refuses the message.
    pub fn into_clean_message(self) -> Result<CleanMessage, Vec<Finding>> {
        match self.clean {
            Some(clean) => Ok(clean),
            None if self.findings.is_empty() => Err(vec![incomplete()]),
            None => Err(self.findings),
        }
    }
}

impl fmt::Debug for Inspection {
    /// Findings alone: the claims lead to a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspection").field("findings", &self.findings).finish_non_exhaustive()
    }
}
