//! What a flawed tool reads in place of a claim.
//!
//! Most careless checks come down to this: the tool compares something else than what stands there. The claims are
//! amended accordingly, and the sound rules judge the amended message.

use serde_json::{Map, Value, json};

use lti_core::message::claims;

use super::{
    AudienceFlaw, ClaimFlaw, LoginFlaw, MessageFlaw, TokenFlaw, ToolFlaw,
    book::Login,
    opened::{Members, Opened, Payload},
};
use crate::double::wiring::Registered;

/// What the amendments depend on.
#[expect(clippy::struct_excessive_bools, reason = "one for each thing that a flaw may take, all independent")]
pub(super) struct Seen<'a> {
    /// The token.
    pub(super) token: &'a Opened,
    /// The platform that the tool compares with.
    pub(super) registered: &'a Registered,
    /// The login that the response answers.
    pub(super) login: &'a Login,
    /// Whether the flaw takes the token's nonce though it is not the login's.
    pub(super) nonce_taken: bool,
    /// Whether the token carries a migration claim that verifies.
    pub(super) migrated: bool,
    /// Whether the flaw takes the token's deployment though it is not this client's.
    pub(super) deployment_taken: bool,
    /// Whether the flaw compares with another platform than the one that the login was for.
    pub(super) elsewhere: bool,
    /// The time.
    pub(super) now: i64,
}

/// The claims as the flaw reads them; nothing where it reads them as they stand.
pub(super) fn amended(flaw: Option<ToolFlaw>, seen: &Seen<'_>) -> Option<Map<String, Value>> {
    let flaw = flaw.filter(|_| matches!(seen.token.payload, Payload::Claims(_)))?;
    let members = seen.token.claims();
    if members.has_duplicates() {
        // Whoever amends one claim still sees that another is there twice.
        return match flaw {
            ToolFlaw::Token(TokenFlaw::FirstDuplicateWins) => Some(map(members, Members::first)),
            ToolFlaw::Token(TokenFlaw::LastDuplicateWins) => Some(map(members, Members::get)),
            _ => None,
        };
    }
    let sent = map(members, Members::get);
    let mut claims = Claims { map: sent.clone(), seen };
    match flaw {
        ToolFlaw::Token(TokenFlaw::AnySizeRead) => claims.map.retain(|_, value| value.to_string().len() < 10_000),
        ToolFlaw::Audience(flaw) => claims.amend_audience(flaw),
        ToolFlaw::Claim(flaw) => claims.amend_claim(flaw),
        ToolFlaw::Message(flaw) => claims.amend_message(flaw),
        ToolFlaw::Login(LoginFlaw::NonceDropped) => claims.fill("nonce"),
        _ => {}
    }
    if seen.deployment_taken {
        claims.replace(lti_core::message::claims::DEPLOYMENT_ID, Value::is_string);
    }
    if seen.nonce_taken {
        claims.replace("nonce", Value::is_string);
    }
    (claims.map != sent).then_some(claims.map)
}

fn map(members: &Members, read: fn(&Members, &str) -> Option<Value>) -> Map<String, Value> {
    members.names().filter_map(|name| Some((name.to_owned(), read(members, name)?))).collect()
}

/// The claims while they are amended.
struct Claims<'a> {
    map: Map<String, Value>,
    seen: &'a Seen<'a>,
}

impl Claims<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.map.get(name).and_then(Value::as_str)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.map.get(name).and_then(Value::as_f64)
    }

    /// The value that the sound rules ask for.
    fn sound(&self, name: &str) -> Value {
        let (registered, now) = (self.seen.registered, self.seen.now);
        match name {
            "iss" => json!(registered.issuer),
            "aud" => json!(registered.client_id),
            "exp" => json!(now + 300),
            "iat" => json!(now),
            "nonce" => json!(self.seen.login.nonce.as_deref().unwrap_or("none was sent")),
            claims::MESSAGE_TYPE => json!(claims::RESOURCE_LINK_REQUEST),
            claims::VERSION => json!(claims::LTI_VERSION),
            claims::DEPLOYMENT_ID => json!(registered.deployment_ids.first()),
            claims::TARGET_LINK_URI => json!(self.seen.login.target),
            claims::RESOURCE_LINK => json!({"id": "unnamed"}),
            claims::ROLES => json!([]),
            _ => json!("unnamed"),
        }
    }

    /// Reads the sound value where the claim is missing.
    fn fill(&mut self, name: &str) {
        if !self.map.contains_key(name) {
            self.map.insert(name.to_owned(), self.sound(name));
        }
    }

    /// Reads the sound value where the claim is there and passes.
    fn replace(&mut self, name: &str, passes: impl Fn(&Value) -> bool) {
        if self.map.get(name).is_some_and(passes) {
            self.map.insert(name.to_owned(), self.sound(name));
        }
    }

    fn fill_resource_link_id(&mut self) {
        if let Some(link) = self.map.get_mut(claims::RESOURCE_LINK).and_then(Value::as_object_mut) {
            link.entry("id").or_insert_with(|| json!("unnamed"));
        }
    }

    fn fill_message(&mut self) {
        const REQUIRED: [&str; 6] = [
            claims::MESSAGE_TYPE,
            claims::VERSION,
            claims::DEPLOYMENT_ID,
            claims::TARGET_LINK_URI,
            claims::RESOURCE_LINK,
            claims::ROLES,
        ];
        for name in REQUIRED {
            self.fill(name);
        }
        self.fill_resource_link_id();
    }

    fn amend_audience(&mut self, flaw: AudienceFlaw) {
        let (issuer, client_id) = (&self.seen.registered.issuer, &self.seen.registered.client_id);
        let many = self.map.get("aud").and_then(Value::as_array).cloned().unwrap_or_default();
        let ours_among_many = many.iter().any(|one| one == client_id.as_str());
        match flaw {
            AudienceFlaw::IssOptional => self.fill("iss"),
            AudienceFlaw::IssNotCompared => self.replace("iss", Value::is_string),
            AudienceFlaw::IssCaseFolded => {
                self.replace("iss", |iss| iss.as_str().is_some_and(|iss| iss.eq_ignore_ascii_case(issuer)));
            }
            AudienceFlaw::IssSlashTrimmed => {
                let trimmed = issuer.trim_end_matches('/');
                self.replace("iss", |iss| iss.as_str().is_some_and(|iss| iss.trim_end_matches('/') == trimmed));
            }
            AudienceFlaw::PlatformFromToken => {
                let elsewhere = self.seen.elsewhere;
                self.replace("aud", |_| elsewhere);
                self.replace(claims::DEPLOYMENT_ID, |_| elsewhere);
            }
            AudienceFlaw::AudOptional => self.fill("aud"),
            AudienceFlaw::AudNotCompared => self.replace("aud", |_| true),
            AudienceFlaw::AudSubstring => {
                self.replace("aud", |aud| aud.as_str().is_some_and(|aud| aud.contains(client_id.as_str())));
            }
            AudienceFlaw::AudArrayUnchecked => self.replace("aud", Value::is_array),
            AudienceFlaw::AudFirstOnly => {
                self.replace("aud", |_| many.first().is_some_and(|first| first == client_id.as_str()));
            }
            AudienceFlaw::AudOthersTrusted => {
                let named = self.text("azp").is_some();
                self.replace("aud", |_| ours_among_many && named);
            }
            AudienceFlaw::AudOthersWithoutAzp => self.replace("aud", |_| ours_among_many),
            AudienceFlaw::AudOthersAnyAzp => {
                self.replace("aud", |_| ours_among_many);
                self.map.remove("azp");
            }
            AudienceFlaw::AzpNotCompared => drop(self.map.remove("azp")),
            AudienceFlaw::AzpForAud => {
                let named = self.text("azp") == Some(client_id.as_str());
                self.replace("aud", |_| named);
            }
            AudienceFlaw::AudArrayRefused | AudienceFlaw::AzpRefused => {}
        }
    }

    fn amend_claim(&mut self, flaw: ClaimFlaw) {
        let now = self.seen.now;
        match flaw {
            ClaimFlaw::OnlyWhatIsThere => {
                for name in ["iss", "aud", "exp", "iat", "nonce"] {
                    self.fill(name);
                }
                self.fill_message();
            }
            ClaimFlaw::ExpOptional => self.fill("exp"),
            ClaimFlaw::ExpNotCompared => self.replace("exp", Value::is_number),
            ClaimFlaw::ExpHourLate => self.forgive_late(now - 3600),
            ClaimFlaw::ExpMinutesLate => self.forgive_late(now - 300),
            ClaimFlaw::ExpStringRead => {
                if let Some(exp) = self.text("exp").and_then(|exp| exp.parse::<i64>().ok()) {
                    self.map.insert("exp".to_owned(), json!(exp));
                }
            }
            ClaimFlaw::ExpStringNotCompared => self.replace("exp", Value::is_string),
            ClaimFlaw::IatOptional => self.fill("iat"),
            ClaimFlaw::NbfIgnored => drop(self.map.remove("nbf")),
            ClaimFlaw::NonceOptional => self.fill("nonce"),
            ClaimFlaw::SubAnyType => {
                if let Some(sub) = self.map.get_mut("sub").filter(|sub| !sub.is_string()) {
                    *sub = Value::String(sub.to_string());
                }
            }
            ClaimFlaw::SubEmptyAccepted => self.replace("sub", |sub| sub == ""),
            _ => {}
        }
    }

    fn forgive_late(&mut self, since: i64) {
        #[expect(clippy::cast_precision_loss, reason = "times of this millennium fit")]
        let fresh = self.number("exp").is_some_and(|exp| exp > since as f64);
        self.replace("exp", |_| fresh);
    }

    fn amend_message(&mut self, flaw: MessageFlaw) {
        match flaw {
            MessageFlaw::LtiClaimsOptional => self.fill_message(),
            MessageFlaw::VersionOptional => self.fill(claims::VERSION),
            MessageFlaw::VersionNotCompared => self.replace(claims::VERSION, Value::is_string),
            MessageFlaw::VersionByPrefix => {
                self.replace(claims::VERSION, |version| version.as_str().is_some_and(|text| text.starts_with("1.3")));
            }
            MessageFlaw::MessageTypeOptional => self.fill(claims::MESSAGE_TYPE),
            MessageFlaw::MessageTypeNotCompared => self.replace(claims::MESSAGE_TYPE, Value::is_string),
            MessageFlaw::DeploymentOptional => self.fill(claims::DEPLOYMENT_ID),
            MessageFlaw::DeploymentProvisioned => {
                self.replace(claims::DEPLOYMENT_ID, |id| id.as_str().is_some_and(|id| id.len() <= 255));
            }
            MessageFlaw::DeploymentAnyLength => self.replace(claims::DEPLOYMENT_ID, Value::is_string),
            MessageFlaw::TargetOptional => self.fill(claims::TARGET_LINK_URI),
            MessageFlaw::ResourceLinkOptional => self.fill(claims::RESOURCE_LINK),
            MessageFlaw::ResourceLinkIdOptional => self.fill_resource_link_id(),
            MessageFlaw::RolesOptional => self.fill(claims::ROLES),
            MessageFlaw::DeploymentCompared | MessageFlaw::MigrationUnverified | MessageFlaw::MigrationIgnored => {}
            MessageFlaw::RolesStringRead => {
                if let Some(role) = self.text(claims::ROLES).map(str::to_owned) {
                    self.map.insert(claims::ROLES.to_owned(), json!([role]));
                }
            }
        }
    }
}
