//! Flaws in the ID token as such.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the header, the signature and the claims that every ID token has.
    pub enum TokenFlaw {
        PayloadArray = "payload-array", breaks "lti13-token-payload",
            "wraps the claims of mentors into an array", [
            "platform-token-shape" => "fail", "platform-mentor" => "unsupported",
        ];
        ClaimTwice = "claim-twice", breaks "lti13-token-claim-duplicate",
            "writes iss twice", ["platform-token-duplicate" => "fail"];
        AlgOther = "alg-other", breaks "lti13-platform-token-alg",
            "signs with RS384 and says so in its key set", [
            "platform-token-alg" => "warn", "platform-cert-pd03" => "warn",
        ], payloads ["pc03" => "warn"];
        AlgNone = "alg-none", breaks "lti13-token-alg-none",
            "does not sign its tokens", [
            "platform-token-alg" => "warn", "platform-token-alg-none" => "fail", "platform-token-signature" => "fail",
            "platform-token-kid-named" => "skip", "platform-rotation-kid" => "skip", "platform-cert-pn03" => "warn",
            "platform-cert-pa01" => "warn", "platform-cert-pa07" => "warn",
        ], payloads ["pc03" => "warn", "pc04" => "warn"];
        AlgSymmetric = "alg-symmetric", breaks "lti13-token-alg-symmetric",
            "signs with the client id for a secret", [
            "platform-token-alg" => "warn", "platform-token-hs256" => "fail", "platform-token-signature" => "fail",
            "platform-token-kid-named" => "skip", "platform-rotation-kid" => "skip", "platform-cert-pn03" => "warn",
            "platform-cert-pa01" => "warn", "platform-cert-pa07" => "warn",
        ], payloads ["pc03" => "warn", "pc04" => "warn"];
        KidMissing = "kid-missing", breaks "lti13-token-kid-missing",
            "does not name the key", [
            "platform-token-kid" => "warn", "platform-token-kid-named" => "skip", "platform-rotation-kid" => "skip",
            "platform-rotation-overlap" => "skip", "platform-cert-pn03" => "warn", "platform-cert-pa01" => "warn",
            "platform-cert-pa07" => "warn",
        ], payloads ["pc04" => "warn"];
        KidUnpublished = "kid-unpublished", breaks "lti13-token-kid-unknown",
            "names its key otherwise than its key set does", [
            "platform-token-kid-named" => "warn", "platform-rotation-kid" => "fail",
            "platform-rotation-overlap" => "skip", "platform-cert-pn03" => "warn", "platform-cert-pa01" => "warn",
            "platform-cert-pa07" => "warn",
        ], payloads ["pc04" => "warn"];
        KeyUnpublished = "key-unpublished", breaks "lti13-token-signature",
            "signs with a key that it does not publish", [
            "platform-token-signature" => "fail", "platform-token-kid-named" => "skip",
            "platform-rotation-kid" => "fail", "platform-cert-pn03" => "warn", "platform-cert-pa01" => "warn",
            "platform-cert-pa07" => "warn",
        ], payloads ["pc04" => "warn"];
        SignatureAltered = "signature-altered", breaks "lti13-token-signature",
            "loses a bit of each signature", [
            "platform-token-signature" => "fail", "platform-token-kid-named" => "skip",
            "platform-rotation-kid" => "fail", "platform-cert-pn03" => "warn", "platform-cert-pa01" => "warn",
            "platform-cert-pa07" => "warn",
        ], payloads ["pc04" => "warn"];
        HeaderJwk = "header-jwk", breaks "lti13-token-header-key",
            "puts its public key into the header", ["platform-token-header-keys" => "warn"];
        HeaderJku = "header-jku", breaks "lti13-token-header-key",
            "puts the address of its key set into the header", ["platform-token-header-keys" => "warn"];
        AudMissing = "aud-missing", breaks "lti13-token-aud-missing",
            "issues tokens for nobody", [
            "platform-token-aud" => "fail", "platform-token-aud-others" => "skip",
            "platform-login-client-id-aud" => "skip", "platform-migration" => "unsupported",
            "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn"];
        AudAddress = "aud-address", breaks "lti13-token-aud",
            "names the tool by its address", [
            "platform-token-aud" => "fail", "platform-login-client-id-aud" => "warn",
            "platform-migration" => "unsupported", "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn",
            "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn"];
        AudOthers = "aud-others", breaks "lti13-platform-token-audiences",
            "issues its tokens for itself as well", ["platform-token-aud-others" => "info:others"];
        AzpOther = "azp-other", breaks "lti13-token-azp",
            "names itself as the authorized party", ["platform-token-azp" => "fail"];
        ExpMissing = "exp-missing", breaks "lti13-token-exp-missing",
            "issues tokens that never end", [
            "platform-token-exp" => "fail", "platform-token-exp-number" => "skip", "platform-token-exp-past" => "skip",
            "platform-token-lifetime" => "skip", "platform-migration" => "unsupported", "platform-cert-pn02" => "warn",
            "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc02" => "warn", "pc05" => "warn"];
        ExpPast = "exp-past", breaks "lti13-token-exp",
            "issues tokens that have ended", [
            "platform-token-exp-past" => "fail", "platform-cert-pn02" => "warn",
        ], payloads ["pc02" => "warn"];
        ExpText = "exp-text", breaks "lti13-token-claim-type",
            "writes exp as text", [
            "platform-token-exp-number" => "fail", "platform-token-exp-past" => "skip",
            "platform-token-lifetime" => "skip", "platform-migration" => "unsupported",
            "platform-cert-pn02" => "warn",
        ], payloads ["pc02" => "warn"];
        ExpFar = "exp-far", breaks "lti13-platform-token-lifetime",
            "issues tokens for a day", ["platform-token-lifetime" => "warn"];
        IatMissing = "iat-missing", breaks "lti13-token-iat-missing",
            "does not say when a token was made", [
            "platform-token-iat" => "fail", "platform-token-iat-number" => "skip", "platform-token-lifetime" => "skip",
            "platform-cert-pn02" => "warn", "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn",
            "platform-cert-pa08" => "warn",
        ], payloads ["pc02" => "warn", "pc05" => "warn"];
        IatText = "iat-text", breaks "lti13-token-claim-type",
            "writes iat as text", [
            "platform-token-iat-number" => "fail", "platform-token-lifetime" => "skip",
            "platform-cert-pn02" => "warn",
        ], payloads ["pc02" => "warn"];
        NonceMissing = "nonce-missing", breaks "lti13-token-nonce-missing",
            "issues tokens without the nonce", [
            "platform-token-nonce" => "fail", "platform-nonce-odd" => "fail", "platform-migration" => "unsupported",
            "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn"];
        NonceOwn = "nonce-own", breaks "lti13-token-nonce",
            "puts a nonce of its own into every token", ["platform-token-nonce" => "fail", "platform-nonce-odd" => "fail"];
        NonceCut = "nonce-cut", breaks "lti13-token-nonce",
            "keeps the first eight characters of the nonce", ["platform-token-nonce" => "fail", "platform-nonce-odd" => "fail"];
        NonceReencoded = "nonce-reencoded", breaks "lti13-token-nonce",
            "encodes the nonce once more", ["platform-nonce-odd" => "fail"];
    }
}
