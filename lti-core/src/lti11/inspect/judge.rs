//! The two ways through the rules: all of them for a report, up to the first refusal for a product.

use std::ops::ControlFlow;

use super::finding::Findings;
use super::signature::Protocol;
use super::{Clean, CleanService, Lti11Finding, Lti11Violation, Policy, Request, launch, signature};
use crate::lti11::oauth1::Lti11Secret;
use crate::time::Timestamp;

/// Which messages are welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Launches of links.
    Launches,
    /// Launches, and requests for content.
    LaunchesAndContentItems,
    /// What a tool returns when it was asked for content: this is for platforms.
    ContentItemSelections,
}

impl Takes {
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Launches => "lti_message_type basic-lti-launch-request",
            Self::LaunchesAndContentItems => "lti_message_type basic-lti-launch-request or ContentItemSelectionRequest",
            Self::ContentItemSelections => "lti_message_type ContentItemSelection",
        }
    }
}

/// What a message is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The secret of the request's consumer key; nothing when the key is unknown.
    pub secret: Option<&'a Lti11Secret>,
    /// The messages that are welcome.
    pub takes: Takes,
    /// What the texts leave to the receiver.
    pub policy: &'a Policy,
}

/// Verifies a message; stops at the first rule that refuses it, and looks at no parameter before the signature holds.
///
/// # Errors
/// The first reason to refuse the message.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::lti11::inspect::{Context, Lti11Violation, Policy, Received, Request, Takes, verify};
/// use lti_core::lti11::oauth1::Lti11Secret;
/// let request = Request::read(Received {
///     method: "POST",
///     url: "https://tool.example/launch",
///     content_type: Some("application/x-www-form-urlencoded"),
///     authorization: None,
///     body: b"lti_message_type=basic-lti-launch-request&oauth_consumer_key=key",
/// })?;
/// let secret = Lti11Secret::new("secret");
/// let context = Context { secret: Some(&secret), takes: Takes::Launches, policy: &Policy::default() };
/// let refused = verify(&request, &context, Timestamp::from_secs(1_795_300_000)).unwrap_err();
/// assert_eq!(refused.violation, Lti11Violation::SignatureMissing);
/// # Ok::<(), lti_core::lti11::oauth1::InvalidUrl>(())
/// ```
pub fn verify(request: &Request<'_>, context: &Context<'_>, now: Timestamp) -> Result<Clean, Lti11Finding> {
    let protocol = Protocol::of(request);
    let mut found = Findings { policy: context.policy, first_only: true, found: Vec::new() };
    let judged = judge(request, &protocol, context, now, &mut found);
    match found.found.into_iter().next() {
        Some(finding) => Err(finding),
        None if judged.is_break() => Err(incomplete()),
        None => Clean::new(request, &protocol, context.policy).ok_or_else(incomplete),
    }
}

/// Judges a message by every rule, whatever the earlier ones said: a report tells everything at once.
///
/// The function is pure. It claims no nonce and knows of no earlier message, so a replay is none of its findings.
pub fn inspect(request: &Request<'_>, context: &Context<'_>, now: Timestamp) -> Inspection {
    let protocol = Protocol::of(request);
    let mut found = Findings { policy: context.policy, first_only: false, found: Vec::new() };
    let _ = judge(request, &protocol, context, now, &mut found);
    let findings = found.found;
    let refused = findings.iter().any(|finding| finding.violation.refuses(context.policy));
    let clean = if refused { None } else { Clean::new(request, &protocol, context.policy) };
    Inspection { findings, clean }
}

fn judge(
    request: &Request<'_>,
    protocol: &Protocol<'_>,
    context: &Context<'_>,
    now: Timestamp,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    signature::judge(request, protocol, context.secret, found)?;
    signature::judge_moment(protocol, now, found)?;
    launch::judge_required(request, context.takes, found)?;
    // None of the rest refuses anything.
    if found.first_only {
        return ControlFlow::Continue(());
    }
    launch::judge_rest(request, protocol, context.takes, found)
}

/// Verifies a request to a service, such as Basic Outcomes: signature, body, timestamp and nonce. The address has to be
/// the one that the service was announced with, its query included.
///
/// # Errors
/// The first reason to refuse the request.
pub fn verify_service(
    request: &Request<'_>,
    secret: Option<&Lti11Secret>,
    policy: &Policy,
    now: Timestamp,
) -> Result<CleanService, Lti11Finding> {
    let protocol = Protocol::of(request);
    let mut found = Findings { policy, first_only: true, found: Vec::new() };
    let judged = judge_service(request, &protocol, secret, now, &mut found);
    match found.found.into_iter().next() {
        Some(finding) => Err(finding),
        None if judged.is_break() => Err(incomplete()),
        None => CleanService::new(&protocol, policy).ok_or_else(incomplete),
    }
}

/// Judges a request to a service by every rule.
pub fn inspect_service(
    request: &Request<'_>,
    secret: Option<&Lti11Secret>,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Lti11Finding> {
    let mut found = Findings { policy, first_only: false, found: Vec::new() };
    let _ = judge_service(request, &Protocol::of(request), secret, now, &mut found);
    found.found
}

fn judge_service(
    request: &Request<'_>,
    protocol: &Protocol<'_>,
    secret: Option<&Lti11Secret>,
    now: Timestamp,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    signature::judge(request, protocol, secret, found)?;
    signature::judge_body(request, protocol, found)?;
    signature::judge_moment(protocol, now, found)
}

/// A message without a parameter that it needs breaks a rule that refuses it, so this is never seen; it is a refusal all
/// the same, should a rule ever be lost.
fn incomplete() -> Lti11Finding {
    Lti11Finding::new(Lti11Violation::SignatureMissing, "every required parameter", "a message that lacks one")
}

/// What the rules say about one message.
#[derive(Debug)]
#[non_exhaustive]
pub struct Inspection {
    findings: Vec<Lti11Finding>,
    clean: Option<Clean>,
}

impl Inspection {
    /// Every broken rule, in the order of the rules; also those that do not refuse the message.
    pub fn violations(&self) -> &[Lti11Finding] {
        &self.findings
    }

    /// Whether a sound tool with this policy accepts the message.
    pub const fn is_clean(&self) -> bool {
        self.clean.is_some()
    }

    /// The message, if no rule refuses it.
    ///
    /// # Errors
    /// Every finding, if one of them refuses the message.
    pub fn into_clean(self) -> Result<Clean, Vec<Lti11Finding>> {
        self.clean.ok_or(self.findings)
    }
}
