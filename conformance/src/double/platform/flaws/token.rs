//! Flaws in the ID token as such.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the header, the signature and the claims that every ID token has.
    pub enum TokenFlaw {
        AlgOther = "alg-other", breaks "lti13-platform-token-alg",
            "signs with RS384 and says so in its key set", ["platform-token-alg" => "warn"], payloads ["pc03" => "warn"];
        AlgNone = "alg-none", breaks "lti13-token-alg-none",
            "does not sign its tokens", [
            "platform-token-alg" => "warn", "platform-token-alg-none" => "fail", "platform-token-signature" => "fail",
        ], payloads ["pc03" => "warn", "pc04" => "warn"];
        AlgSymmetric = "alg-symmetric", breaks "lti13-token-alg-symmetric",
            "signs with the client id for a secret", [
            "platform-token-alg" => "warn", "platform-token-hs256" => "fail", "platform-token-signature" => "fail",
        ], payloads ["pc03" => "warn", "pc04" => "warn"];
        KidMissing = "kid-missing", breaks "lti13-token-kid-missing",
            "does not name the key", ["platform-token-kid" => "warn"], payloads ["pc04" => "warn"];
        KidUnpublished = "kid-unpublished", breaks "lti13-token-kid-unknown",
            "names its key otherwise than its key set does", ["platform-token-kid" => "warn"], payloads ["pc04" => "warn"];
        KeyUnpublished = "key-unpublished", breaks "lti13-token-signature",
            "signs with a key that it does not publish", ["platform-token-signature" => "fail"], payloads ["pc04" => "warn"];
        SignedThenChanged = "signed-then-changed", breaks "lti13-token-signature",
            "changes a claim after it has signed", ["platform-token-signature" => "fail"], payloads ["pc04" => "warn"];
        HeaderJwk = "header-jwk", breaks "lti13-token-header-key",
            "puts its public key into the header", ["platform-token-header-keys" => "warn"];
        HeaderJku = "header-jku", breaks "lti13-token-header-key",
            "puts the address of its key set into the header", ["platform-token-header-keys" => "warn"];
        AudMissing = "aud-missing", breaks "lti13-token-aud-missing",
            "issues tokens for nobody", ["platform-token-aud" => "fail"], payloads ["pc05" => "warn"];
        AudAddress = "aud-address", breaks "lti13-token-aud",
            "names the tool by its address", ["platform-token-aud" => "fail"], payloads ["pc05" => "warn"];
        AudOthers = "aud-others", breaks "lti13-token-aud-untrusted",
            "issues its tokens for itself as well", ["platform-token-aud-others" => "info:others"];
        AzpOther = "azp-other", breaks "lti13-token-azp",
            "names itself as the authorized party", ["platform-token-azp" => "fail"];
        ExpMissing = "exp-missing", breaks "lti13-token-exp-missing",
            "issues tokens that never end", ["platform-token-exp" => "fail"], payloads ["pc02" => "warn"];
        ExpPast = "exp-past", breaks "lti13-token-exp",
            "issues tokens that have ended", ["platform-token-exp" => "fail"], payloads ["pc02" => "warn"];
        ExpText = "exp-text", breaks "lti13-token-claim-type",
            "writes exp as text", ["platform-token-exp-number" => "fail"], payloads ["pc02" => "warn"];
        ExpFar = "exp-far", breaks "lti13-platform-token-lifetime",
            "issues tokens for a day", ["platform-token-lifetime" => "warn"];
        IatMissing = "iat-missing", breaks "lti13-token-iat-missing",
            "does not say when a token was made", ["platform-token-iat" => "fail"], payloads ["pc02" => "warn"];
        IatText = "iat-text", breaks "lti13-token-claim-type",
            "writes iat as text", ["platform-token-iat" => "fail"], payloads ["pc02" => "warn"];
        NonceMissing = "nonce-missing", breaks "lti13-token-nonce-missing",
            "issues tokens without the nonce", ["platform-token-nonce" => "fail", "platform-nonce-odd" => "fail"];
        NonceOwn = "nonce-own", breaks "lti13-token-nonce",
            "puts a nonce of its own into every token", ["platform-token-nonce" => "fail", "platform-nonce-odd" => "fail"];
        NonceLowered = "nonce-lowered", breaks "lti13-token-nonce",
            "writes the nonce in small letters", ["platform-token-nonce" => "fail", "platform-nonce-odd" => "fail"];
        NonceReencoded = "nonce-reencoded", breaks "lti13-token-nonce",
            "encodes the nonce once more", ["platform-nonce-odd" => "fail"];
    }
}
