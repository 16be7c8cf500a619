//! Flaws in ID tokens.

use serde_json::json;

use crate::{
    double::{
        flaw::flaws,
        issuer::{book::Grant, id_token::Occasion},
    },
    forge::{Seal, Token, alter_signature},
    keys::Keys,
};

flaws! {
    /// What an issuer does wrong in ID tokens.
    pub enum IdTokenFlaw {
        ExpText = "exp-text", breaks "oidc-id-token-claims",
            "writes exp as text", [
            "issuer-id-token-claims" => "fail", "issuer-id-token-times" => "skip",
            "issuer-hint-expired" => "skip",
        ];
        IssOther = "id-token-iss", breaks "oidc-id-token-issuer",
            "writes its issuer with a slash at the end into ID tokens", [
            "issuer-id-token-issuer" => "fail", "issuer-hint-other-user" => "skip", "issuer-hint-expired" => "skip",
            "issuer-hint-forged" => "skip", "issuer-logout-again" => "skip", "issuer-logout-client" => "skip", "issuer-logout-hint" => "skip",
            "issuer-logout-post" => "skip", "issuer-logout-state" => "skip",
            "issuer-logout-redirect" => "skip", "issuer-logout-no-hint" => "skip",
        ];
        AudOther = "id-token-aud", breaks "oidc-id-token-audience",
            "writes its userinfo address as aud", [
            "issuer-id-token-audience" => "fail", "issuer-logout-again" => "skip", "issuer-logout-client" => "skip", "issuer-logout-hint" => "skip",
            "issuer-logout-post" => "skip", "issuer-logout-state" => "skip",
            "issuer-logout-redirect" => "skip", "issuer-logout-no-hint" => "skip",
        ];
        ExpPast = "exp-past", breaks "oidc-id-token-times",
            "gives ID tokens that have ended", ["issuer-id-token-times" => "fail"];
        NonceLost = "nonce-lost", breaks "oidc-id-token-nonce",
            "leaves nonce out of ID tokens of the code flow", ["issuer-id-token-nonce" => "fail"];
        NonceLostFront = "nonce-lost-front", breaks "oidc-id-token-nonce",
            "leaves nonce out of ID tokens that go through the browser", ["issuer-id-token-nonce-front" => "fail"];
        Stranger = "id-token-stranger", breaks "oidc-id-token-signature",
            "signs with a key that it does not publish", [
            "issuer-id-token-signature" => "fail", "issuer-id-token-signature-front" => "fail",
            "issuer-hint-other-user" => "skip", "issuer-hint-expired" => "skip", "issuer-hint-forged" => "skip",
            "issuer-logout-again" => "skip", "issuer-logout-client" => "skip", "issuer-logout-hint" => "skip",
            "issuer-logout-post" => "skip", "issuer-logout-state" => "skip",
            "issuer-logout-redirect" => "skip", "issuer-logout-no-hint" => "skip",
        ];
        SignatureAltered = "id-token-altered", breaks "oidc-id-token-signature",
            "breaks the signature of ID tokens that go through the browser", ["issuer-id-token-signature-front" => "fail"];
        FrontNone = "id-token-none", breaks "oidc-id-token-front-none",
            "does not sign ID tokens that go through the browser", [
            "issuer-id-token-front-none" => "fail", "issuer-id-token-signature-front" => "skip",
            "issuer-id-token-at-hash" => "skip", "issuer-id-token-c-hash" => "skip",
        ];
        AtHashMissing = "at-hash-missing", breaks "oidc-id-token-at-hash",
            "leaves at_hash out of ID tokens beside an access token", ["issuer-id-token-at-hash" => "fail"];
        AtHashWrong = "at-hash-wrong", breaks "oidc-id-token-at-hash",
            "writes an at_hash that does not fit", ["issuer-id-token-at-hash" => "fail"];
        CHashMissing = "c-hash-missing", breaks "oidc-id-token-c-hash",
            "leaves c_hash out of ID tokens beside a code", ["issuer-id-token-c-hash" => "fail"];
        SubLong = "sub-long", breaks "oidc-id-token-sub",
            "writes a sub of 300 characters", [
            "issuer-id-token-sub" => "fail", "issuer-hint-other-user" => "skip", "issuer-hint-expired" => "skip",
            "issuer-hint-forged" => "skip",
        ];
        KidMissing = "id-token-kid", breaks "oidc-id-token-kid",
            "publishes several keys and does not name the one that signed", ["issuer-id-token-kid" => "fail"];
        AuthTimeMissing = "auth-time-missing", breaks "oidc-max-age",
            "does not say when the user signed in", [
            "issuer-max-age-auth-time" => "fail", "issuer-max-age-relogin" => "skip",
            "issuer-refresh-id-token-auth-time" => "skip",
        ];
    }
}

/// A subject of more characters than it may have.
pub(in crate::double::issuer) fn long_sub(user: &str) -> String {
    format!("{user}{}", "0".repeat(300))
}

impl IdTokenFlaw {
    /// Does it wrong.
    pub(in crate::double::issuer) fn spoil(
        self,
        token: &mut Token,
        grant: &Grant,
        occasion: Occasion<'_>,
        keys: &Keys,
    ) {
        match self {
            Self::ExpText => {
                let exp = token.claims.get("exp").map(ToString::to_string).unwrap_or_default();
                token.set("exp", exp);
            }
            Self::IssOther => {
                let issuer = token.claims.get("iss").and_then(|iss| iss.as_str()).unwrap_or_default();
                token.set("iss", format!("{issuer}/"));
            }
            Self::AudOther => token.set("aud", "https://op.test/school/userinfo"),
            Self::ExpPast => {
                let issued = token.claims.get("iat").and_then(serde_json::Value::as_i64).unwrap_or_default();
                token.set("exp", json!(issued - 7200));
                token.set("iat", json!(issued - 10_800));
            }
            Self::NonceLost if !occasion.front => token.remove("nonce"),
            Self::NonceLostFront if occasion.front => token.remove("nonce"),
            Self::Stranger => token.seal = Seal::Signed(keys.stranger.clone(), crate::keys::Scheme::Rs256),
            Self::SignatureAltered if occasion.front => token.tamper = Some(alter_signature),
            Self::FrontNone if occasion.front => {
                token.set_header("alg", "none");
                token.seal = Seal::Empty;
            }
            Self::AtHashMissing => token.remove("at_hash"),
            Self::AtHashWrong if occasion.front && occasion.access.is_some() => {
                token.set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA");
            }
            Self::CHashMissing => token.remove("c_hash"),
            Self::SubLong => token.set("sub", long_sub(grant.user)),
            Self::KidMissing => {
                token.header.remove("kid");
            }
            Self::AuthTimeMissing => token.remove("auth_time"),
            _ => {}
        }
    }
}
