//! The two ways through the rules of a response.

use std::fmt;
use std::ops::ControlFlow;

use serde_json::Value;

use super::finding::Found;
use super::item::{ReadItems, read_elements};
use super::{CleanResponse, ResponseFinding, ResponseViolation};
use crate::id::{ClientId, Issuer};
use crate::inspect::clean::once_digest;
use crate::inspect::finding::Findings;
use crate::inspect::words::{cut, list, near_miss};
use crate::inspect::{Deployments, Policy, Violation, token};
use crate::jose::{CompactJws, KeySet};
use crate::message::deep_linking::{DeepLinkingSettings, LtiDeepLinkingResponse, OpaqueData};
use crate::message::{Audience, OneOrMany, Shape, Slot, claims as names};
use crate::once::{OnceKey, OnceKind};
use crate::service::members::{Elements, Members};
use crate::time::Timestamp;

/// What a response is compared with: the registration of the tool, and the request that it answers.
#[derive(Debug, Clone, Copy)]
pub struct ResponseContext<'a> {
    /// The tool's public keys.
    pub keys: &'a KeySet,
    /// The platform itself.
    pub issuer: &'a Issuer,
    /// The tool's client id.
    pub client_id: &'a ClientId,
    /// The deployments of this tool, or the one of the request.
    pub deployments: Deployments<'a>,
    /// What the request asked for. A platform that first has to find out from the response which request it answers judges
    /// it without, and compares `data` itself.
    pub settings: Option<&'a DeepLinkingSettings>,
    /// Leeway, further audiences that the platform trusts, and algorithms.
    pub policy: &'a Policy,
}

/// Whose keys to look up: the `iss` of a response, which nothing has verified yet.
///
/// ```
/// assert_eq!(lti_core::inspect::response::claimed_client("no token"), None);
/// ```
pub fn claimed_client(jwt: &str) -> Option<ClientId> {
    let jws = CompactJws::parse(jwt).ok()?;
    let mut claims = Members::parse(jws.payload()).ok()?;
    claims.slot::<String>("iss").value().map(ClientId::new)
}

/// Verifies a response and reads it; stops at the first rule that refuses it, and looks at no claim before the signature
/// holds.
///
/// # Errors
/// The first reason to refuse the response.
pub fn verify(jwt: &str, context: &ResponseContext<'_>, now: Timestamp) -> Result<CleanResponse, ResponseFinding> {
    let mut found = Found { first_only: true, found: Vec::new() };
    let judged = judge(jwt, context, now, &mut found);
    if let Some(finding) = found.found.into_iter().next() {
        return Err(finding);
    }
    match judged {
        ControlFlow::Continue(Some(clean)) => Ok(clean),
        ControlFlow::Continue(None) | ControlFlow::Break(()) => Err(incomplete()),
    }
}

/// Judges a response by every rule, whatever the earlier ones said. It claims no nonce, so a replay is none of its findings.
pub fn inspect(jwt: &str, context: &ResponseContext<'_>, now: Timestamp) -> ResponseInspection {
    let mut found = Found { first_only: false, found: Vec::new() };
    let judged = judge(jwt, context, now, &mut found);
    let refused = found.found.iter().any(|finding| finding.violation.refuses());
    let clean = match judged {
        ControlFlow::Continue(clean) if !refused => clean,
        _ => None,
    };
    let shown = CompactJws::parse(jwt).ok().and_then(|jws| serde_json::from_slice(jws.payload()).ok());
    ResponseInspection { findings: found.found, clean, shown }
}

/// A response without a claim that it needs breaks a rule that refuses it, so this is never seen; it is a refusal all the
/// same, should a rule ever be lost.
fn incomplete() -> ResponseFinding {
    ResponseFinding::new(ResponseViolation::ClaimType, "every required claim", "a response that lacks one")
}

/// What the rules say about one response.
#[non_exhaustive]
pub struct ResponseInspection {
    findings: Vec<ResponseFinding>,
    clean: Option<CleanResponse>,
    shown: Option<Value>,
}

impl ResponseInspection {
    /// Every broken rule, in the order of the rules; also those that do not refuse the response.
    pub fn violations(&self) -> &[ResponseFinding] {
        &self.findings
    }

    /// The payload, if it is JSON. It is for reports alone: nothing says that it is genuine.
    pub fn claims(&self) -> Option<&Value> {
        self.shown.as_ref()
    }

    /// Whether no rule refuses it.
    pub fn is_clean(&self) -> bool {
        self.clean.is_some()
    }

    /// The response, if no rule refuses it.
    ///
    /// # Errors
    /// Every finding, if one of them refuses the response.
    pub fn into_clean(self) -> Result<CleanResponse, Vec<ResponseFinding>> {
        match self.clean {
            Some(clean) => Ok(clean),
            None if self.findings.is_empty() => Err(vec![incomplete()]),
            None => Err(self.findings),
        }
    }
}

impl fmt::Debug for ResponseInspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseInspection").field("findings", &self.findings).finish_non_exhaustive()
    }
}

type Flow<T = ()> = ControlFlow<(), T>;

fn judge(jwt: &str, context: &ResponseContext<'_>, now: Timestamp, found: &mut Found) -> Flow<Option<CleanResponse>> {
    let Some(mut claims) = judge_token(jwt, context, found)? else {
        return Flow::Continue(None);
    };
    let iss = judge_issuer(&mut claims, context, found)?;
    let aud = judge_audience(&mut claims, context, found)?;
    let (exp, iat) = judge_times(&mut claims, context, now, found)?;
    let nonce = text(&mut claims, "nonce", ResponseViolation::NonceMissing, found)?.filter(|nonce| !nonce.is_empty());
    judge_kind(&mut claims, found)?;
    let deployment_id = judge_deployment(&mut claims, context, found)?;
    let data = judge_data(&mut claims, context, found)?;
    let ReadItems { items, unusable } = judge_items(&mut claims, context, found)?;
    let [msg, log, errormsg, errorlog] = judge_texts(&mut claims, found)?;
    judge_names(&claims, found)?;
    let azp = claims.slot::<String>("azp").value();
    let response = (|| {
        Some(LtiDeepLinkingResponse {
            iss: ClientId::new(iss?),
            aud: aud?,
            azp,
            exp: exp?,
            iat,
            nonce: nonce?.into(),
            deployment_id: deployment_id?.into(),
            data,
            content_items: items,
            msg,
            log,
            errormsg,
            errorlog,
            other: claims.into_other(),
        })
    })();
    Flow::Continue(response.map(|response| {
        let parts = ["deep linking response", context.client_id.as_str(), response.nonce.as_str()];
        let once = OnceKey::new(OnceKind::Nonce, once_digest(parts), response.exp + context.policy.leeway);
        CleanResponse { response, unusable, once }
    }))
}

/// Form, header, key and signature: the rules of an ID token, with the tool's keys (5.2.3 step 1).
fn judge_token(jwt: &str, context: &ResponseContext<'_>, found: &mut Found) -> Flow<Option<Members>> {
    // All of them, always: what refuses an ID token and what refuses a response differ, and a rule that stopped here would
    // leave the signature unverified.
    let mut rules = Findings::all(context.policy);
    let parsed = match token::parse(jwt, &mut rules) {
        Flow::Continue(Some(jws)) => {
            // What breaks here is among the findings.
            let _ = token::judge_signature(&jws, context.keys, context.policy, &mut rules);
            Some(jws)
        }
        Flow::Continue(None) | Flow::Break(()) => None,
    };
    for finding in rules.into_found() {
        found.report(as_response(finding.violation), finding.expected, finding.seen)?;
    }
    let Some(jws) = parsed else { return Flow::Continue(None) };
    match Members::parse_noting(jws.payload()) {
        Ok((claims, duplicates)) => {
            if !duplicates.is_empty() {
                let seen = format!("{} more than once", list(&duplicates));
                found.report(ResponseViolation::ClaimDuplicate, "each claim once", seen)?;
            }
            Flow::Continue(Some(claims))
        }
        Err(seen) => {
            found.report(ResponseViolation::Compact, "a JSON object of claims", seen)?;
            Flow::Continue(None)
        }
    }
}

/// The rule of a response that says the same as a rule of an ID token.
fn as_response(violation: Violation) -> ResponseViolation {
    match violation {
        Violation::TokenAlgNone => ResponseViolation::AlgNone,
        Violation::TokenAlgSymmetric => ResponseViolation::AlgSymmetric,
        Violation::TokenAlg | Violation::TokenAlgKey => ResponseViolation::Alg,
        Violation::TokenKidMissing => ResponseViolation::KidMissing,
        Violation::TokenKidUnknown => ResponseViolation::KidUnknown,
        Violation::TokenCrit | Violation::TokenHeaderDuplicate => ResponseViolation::Header,
        Violation::TokenHeaderKey => ResponseViolation::HeaderKey,
        Violation::TokenSignature => ResponseViolation::Signature,
        _ => ResponseViolation::Compact,
    }
}

/// A claim that must be there as a string.
fn text(claims: &mut Members, name: &str, missing: ResponseViolation, found: &mut Found) -> Flow<Option<String>> {
    required(claims, name, missing, found)
}

fn required<T: for<'de> Shape<'de>>(
    claims: &mut Members,
    name: &str,
    missing: ResponseViolation,
    found: &mut Found,
) -> Flow<Option<T>> {
    match claims.slot::<T>(name) {
        Slot::Is(value) => return Flow::Continue(Some(value)),
        Slot::Missing => found.report(missing, format!("{name}, {}", T::WANTED), "no such claim")?,
        Slot::Mistyped(kind) => found.report(ResponseViolation::ClaimType, format!("{name}, {}", T::WANTED), kind)?,
    }
    Flow::Continue(None)
}

/// Step 2: the issuer is the tool.
fn judge_issuer(claims: &mut Members, context: &ResponseContext<'_>, found: &mut Found) -> Flow<Option<String>> {
    let iss = text(claims, "iss", ResponseViolation::Iss, found)?;
    let expected = context.client_id.as_str();
    if let Some(iss) = iss.as_deref().filter(|iss| *iss != expected) {
        let swapped =
            if iss == context.issuer.as_str() { ", the platform's issuer: iss and aud are swapped" } else { "" };
        found.report(ResponseViolation::Iss, format!("iss {expected:?}"), format!("{}{swapped}", cut(iss)))?;
    }
    Flow::Continue(iss)
}

/// Step 3: the audience contains the platform, and nobody whom it does not trust.
fn judge_audience(claims: &mut Members, context: &ResponseContext<'_>, found: &mut Found) -> Flow<Option<Audience>> {
    let Some(OneOrMany(aud)) = required(claims, "aud", ResponseViolation::Aud, found)? else {
        return Flow::Continue(None);
    };
    let issuer = context.issuer.as_str();
    if !aud.texts.iter().any(|audience| audience == issuer) {
        let near = aud.texts.first().map_or("", |first| near_miss(issuer, first));
        let seen = format!("{}{near}", list(&aud.texts));
        found.report(ResponseViolation::Aud, format!("aud that contains {issuer:?}"), seen)?;
    }
    let trusted =
        |audience: &&String| audience.as_str() == issuer || context.policy.trusted_audiences.contains(audience);
    let strangers: Vec<String> = match aud.texts.as_slice() {
        [_] | [] => Vec::new(),
        many => many.iter().filter(|audience| !trusted(audience)).cloned().collect(),
    };
    if !strangers.is_empty() {
        found.report(
            ResponseViolation::AudUntrusted,
            "no audience that the platform does not trust",
            list(&strangers),
        )?;
    }
    Flow::Continue(Some(Audience::many(aud.texts)))
}

/// Steps 7 and 8, and `nbf` where somebody sends it.
fn judge_times(
    claims: &mut Members,
    context: &ResponseContext<'_>,
    now: Timestamp,
    found: &mut Found,
) -> Flow<(Option<Timestamp>, Option<Timestamp>)> {
    let leeway = context.policy.leeway;
    let exp = required::<Timestamp>(claims, "exp", ResponseViolation::ExpMissing, found)?;
    if let Some(exp) = exp.filter(|exp| now >= *exp + leeway) {
        let seen = format!("{exp}, {} s ago", now.seconds_after(exp));
        found.report(ResponseViolation::Exp, format!("exp after {now}"), seen)?;
    }
    let iat = required::<Timestamp>(claims, "iat", ResponseViolation::IatMissing, found)?;
    if let Some(nbf) = claims.slot::<Timestamp>("nbf").value().filter(|nbf| *nbf > now + leeway) {
        let seen = format!("{nbf}, {} s ahead", nbf.seconds_after(now));
        found.report(ResponseViolation::Nbf, format!("nbf up to {now}"), seen)?;
    }
    Flow::Continue((exp, iat))
}

/// Type and version of the message.
fn judge_kind(claims: &mut Members, found: &mut Found) -> Flow {
    for (name, rule, expected) in [
        (names::MESSAGE_TYPE, ResponseViolation::MessageType, names::DEEP_LINKING_RESPONSE),
        (names::VERSION, ResponseViolation::Version, names::LTI_VERSION),
    ] {
        let value = text(claims, name, rule, found)?;
        if let Some(value) = value.filter(|value| value != expected) {
            found.report(rule, format!("{expected:?}"), cut(&value))?;
        }
    }
    Flow::Continue(())
}

fn judge_deployment(claims: &mut Members, context: &ResponseContext<'_>, found: &mut Found) -> Flow<Option<String>> {
    let id = text(claims, names::DEPLOYMENT_ID, ResponseViolation::DeploymentMissing, found)?;
    if let (Some(id), Deployments::Known(known)) = (&id, context.deployments)
        && !known.iter().any(|known| known.as_str() == id)
    {
        let expected = list(&known.iter().map(ToString::to_string).collect::<Vec<_>>());
        found.report(ResponseViolation::Deployment, expected, cut(id))?;
    }
    Flow::Continue(id)
}

/// What the request brought (4.5.5); null says that there is none. Neither value is repeated: it may be a secret.
fn judge_data(claims: &mut Members, context: &ResponseContext<'_>, found: &mut Found) -> Flow<Option<OpaqueData>> {
    let data = claims.raw(names::DEEP_LINKING_DATA).filter(|raw| raw.get() != "null").map(OpaqueData::from_raw);
    let Some(settings) = context.settings else { return Flow::Continue(data) };
    match (&settings.data, &data) {
        (Some(sent), Some(back)) if sent != back => {
            let (sent, back) = (sent.as_json().len(), back.as_json().len());
            let expected = format!("the data of the request, JSON of {sent} bytes");
            found.report(ResponseViolation::Data, expected, format!("other data, JSON of {back} bytes"))?;
        }
        (Some(_), None) => found.report(ResponseViolation::Data, "the data of the request", "no such claim")?,
        (None, Some(_)) => found.report(ResponseViolation::DataInvented, "no data", "the claim")?,
        _ => {}
    }
    Flow::Continue(data)
}

fn judge_items(claims: &mut Members, context: &ResponseContext<'_>, found: &mut Found) -> Flow<ReadItems> {
    let elements = match claims.slot::<Elements>(names::CONTENT_ITEMS) {
        Slot::Is(elements) => elements.0,
        Slot::Missing => Vec::new(),
        Slot::Mistyped(kind) => {
            found.report(ResponseViolation::Items, "content_items, an array", kind)?;
            Vec::new()
        }
    };
    let mut findings = Vec::new();
    let read = read_elements(&elements, &mut findings);
    if let Some(settings) = context.settings {
        if !settings.allows_multiple() && elements.len() > 1 {
            found.report(ResponseViolation::Multiple, "one item at most", format!("{} items", elements.len()))?;
        }
        let strange = read.items.iter().map(crate::message::deep_linking::ContentItem::item_type);
        let strange: Vec<String> =
            strange.filter(|kind| !settings.accepts(kind)).map(|kind| kind.to_string()).collect();
        if !strange.is_empty() {
            let wanted: Vec<String> = settings.accept_types.iter().map(ToString::to_string).collect();
            found.report(ResponseViolation::AcceptTypes, list(&wanted), list(&strange))?;
        }
    }
    for finding in findings {
        found.report(finding.violation, finding.expected, finding.seen)?;
    }
    Flow::Continue(read)
}

/// `msg`, `log`, `errormsg` and `errorlog` (4.5.7 to 4.5.10).
fn judge_texts(claims: &mut Members, found: &mut Found) -> Flow<[Option<String>; 4]> {
    let names = [
        (names::DEEP_LINKING_MSG, "msg"),
        (names::DEEP_LINKING_LOG, "log"),
        (names::DEEP_LINKING_ERRORMSG, "errormsg"),
        (names::DEEP_LINKING_ERRORLOG, "errorlog"),
    ];
    let mut texts = [const { None }; 4];
    for (text, (claim, name)) in texts.iter_mut().zip(names) {
        match claims.slot::<String>(claim) {
            Slot::Is(value) => *text = Some(value),
            Slot::Missing => {}
            Slot::Mistyped(kind) => found.report(ResponseViolation::Text, format!("{name}, a string"), kind)?,
        }
    }
    Flow::Continue(texts)
}

/// What is left over is somebody's own, or a claim of JSON Web Token or OpenID Connect.
fn judge_names(claims: &Members, found: &mut Found) -> Flow {
    const KNOWN: [&str; 20] = [
        "azp",
        "sub",
        "jti",
        "nbf",
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "email",
        "email_verified",
        "picture",
        "locale",
        "preferred_username",
        "auth_time",
        "acr",
        "amr",
        "at_hash",
        "c_hash",
        "zoneinfo",
    ];
    let odd: Vec<String> = claims
        .names()
        .filter(|name| !KNOWN.contains(name) && url::Url::parse(name).is_err())
        .map(str::to_owned)
        .collect();
    if odd.is_empty() {
        return Flow::Continue(());
    }
    found.report(ResponseViolation::ClaimName, "a name that is a URL", list(&odd))
}
