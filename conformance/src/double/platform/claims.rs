//! The claims that make a token a launch: message, deployment, target, resource link, and what a platform adds (LTI Core
//! 1.3, 5.3 and 5.4).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lti_core::message::claims;
use serde_json::{Map, Value, json};

use super::{ClaimFlaw, LTI11_KEY, LTI11_SECRET, PlatformDouble, PlatformFlaw, book::Launch, school::Privacy};
use crate::keys::hmac_sha256;

/// A claim of the platform's own, named by a URL as LTI Core 1.3, 5.4.7 wants it.
const VENDOR_CLAIM: &str = "https://lms.example/claim/term";
/// A claim in the name of a specification that knows no such claim.
const INVENTED_CLAIM: &str = "https://purl.imsglobal.org/spec/lti/claim/term";

impl PlatformDouble {
    /// What is launched and where. `known` are the claims that stand in the
    /// token already.
    pub(super) fn launch_claims(
        &self,
        launch: &Launch,
        client_id: &str,
        known: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut told = Map::new();
        let mut tell = |name: &str, value: Value| told.insert(name.to_owned(), value);
        tell(claims::MESSAGE_TYPE, json!(claims::RESOURCE_LINK_REQUEST));
        tell(claims::VERSION, json!(claims::LTI_VERSION));
        tell(claims::DEPLOYMENT_ID, json!(launch.deployment));
        tell(claims::TARGET_LINK_URI, json!(launch.target));
        let link = launch.link;
        tell(claims::RESOURCE_LINK, json!({"id": link.id, "title": link.title, "description": link.description}));
        tell(VENDOR_CLAIM, json!("2026-autumn"));
        if !link.custom.is_empty() {
            tell(claims::CUSTOM, Value::Object(self.custom_claim(launch)));
        }
        if launch.link.privacy != Privacy::Anonymous {
            tell(claims::LTI1P1, migration(launch, client_id, known, LTI11_SECRET));
        }
        told.extend(self.place_claims(launch));
        if let Some(PlatformFlaw::Claim(flaw)) = self.flaw {
            self.spoil_launch(&mut told, flaw, launch);
        }
        told
    }

    fn spoil_launch(&self, told: &mut Map<String, Value>, flaw: ClaimFlaw, launch: &Launch) {
        let in_link = |member: &str, value: Option<Value>| {
            let mut link = told.get(claims::RESOURCE_LINK).cloned().unwrap_or_default();
            if let Some(members) = link.as_object_mut() {
                match value {
                    Some(value) => members.insert(member.to_owned(), value),
                    None => members.remove(member),
                };
            }
            (claims::RESOURCE_LINK, Some(link))
        };
        let (name, value) = match flaw {
            ClaimFlaw::MessageTypeMissing => (claims::MESSAGE_TYPE, None),
            ClaimFlaw::MessageTypeOld => (claims::MESSAGE_TYPE, Some(json!("basic-lti-launch-request"))),
            ClaimFlaw::VersionMissing => (claims::VERSION, None),
            ClaimFlaw::VersionShort => (claims::VERSION, Some(json!("1.3"))),
            ClaimFlaw::DeploymentMissing => (claims::DEPLOYMENT_ID, None),
            // These two are settled when the launch starts, because the login names the deployment as well.
            ClaimFlaw::DeploymentLong | ClaimFlaw::DeploymentPerLaunch => return,
            ClaimFlaw::TargetMissing => (claims::TARGET_LINK_URI, None),
            ClaimFlaw::TargetOther => (claims::TARGET_LINK_URI, Some(json!(format!("{}?from=lms", launch.target)))),
            ClaimFlaw::LinkMissing => (claims::RESOURCE_LINK, None),
            ClaimFlaw::LinkIdMissing => in_link("id", None),
            ClaimFlaw::LinkIdLong => in_link("id", Some(json!(format!("{}-{}", launch.link.id, "0".repeat(300))))),
            ClaimFlaw::LinkIdPerLaunch => in_link("id", Some(json!(self.random.draw()))),
            ClaimFlaw::LinkIdShared => in_link("id", Some(json!(launch.link.course().id))),
            ClaimFlaw::LinkTitleUntrimmed => in_link("title", Some(json!(format!("{}\n", launch.link.title)))),
            ClaimFlaw::VendorClaimBare => ("school_term", Some(json!("2026-autumn"))),
            ClaimFlaw::SpecClaimInvented => (INVENTED_CLAIM, Some(json!("2026-autumn"))),
            ClaimFlaw::MigrationUnsigned => {
                let Some(migration) = told.get_mut(claims::LTI1P1) else { return };
                let unsigned = STANDARD.encode(hmac_sha256(b"another secret", b""));
                migration["oauth_consumer_key_sign"] = json!(unsigned);
                return;
            }
        };
        match value {
            Some(value) => told.insert(name.to_owned(), value),
            None => told.remove(name),
        };
    }
}

/// Who the user was under LTI 1.1, signed with the secret of that time (LTI 1.3 Migration Guide, `lti1p1`).
fn migration(launch: &Launch, client_id: &str, known: &Map<String, Value>, secret: &str) -> Value {
    let text = |name: &str| known.get(name).and_then(Value::as_str).unwrap_or_default();
    let exp = known.get("exp").and_then(Value::as_i64).unwrap_or_default().to_string();
    let base = [LTI11_KEY, &launch.deployment, text("iss"), client_id, &exp, text("nonce")].join("&");
    let signature = STANDARD.encode(hmac_sha256(secret.as_bytes(), base.as_bytes()));
    json!({
        "user_id": launch.user.login, "oauth_consumer_key": LTI11_KEY, "oauth_consumer_key_sign": signature,
    })
}
