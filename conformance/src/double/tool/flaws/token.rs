//! Flaws in reading a token and in verifying its signature.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with the header, the signature and the encoding of a token.
    pub enum TokenFlaw {
        SignatureNotChecked = "signature-not-checked", breaks "lti13-token-signature",
            "decodes the token and never looks at its signature", [
            "tool-signature-altered" => "fail", "tool-signature-missing" => "fail", "tool-payload-altered" => "fail",
            "tool-key-stranger" => "fail", "tool-kid-mismatch" => "info:accepted", "tool-header-jku" => "fail",
            "tool-header-x5u" => "fail", "tool-header-x5c" => "fail",
        ];
        SignatureLengthOnly = "signature-length-only", breaks "lti13-token-signature",
            "looks only whether the signature has the right length", [
            "tool-signature-altered" => "fail", "tool-payload-altered" => "fail", "tool-key-stranger" => "fail",
            "tool-kid-mismatch" => "info:accepted", "tool-header-jku" => "fail", "tool-header-x5u" => "fail",
            "tool-header-x5c" => "fail",
        ];
        LastByteForgiven = "last-byte-forgiven", breaks "lti13-token-signature",
            "forgives a damaged last byte of the signature", ["tool-signature-altered" => "fail"];
        DigestNotCompared = "digest-not-compared", breaks "lti13-token-signature",
            "opens the RSA signature and checks its padding, but does not compare the digest", [
            "tool-payload-altered" => "fail",
        ];
        EmptySignatureAccepted = "empty-signature-accepted", breaks "lti13-token-signature",
            "verifies a signature only if there is one", ["tool-signature-missing" => "fail"];
        AlgNoneAccepted = "alg-none-accepted", breaks "lti13-token-alg-none",
            "believes an unsigned token whose header says alg none", ["tool-alg-none" => "fail"];
        AlgNoneAnyCase = "alg-none-any-case", breaks "lti13-token-alg-none",
            "refuses the word none but compares algorithm names without case when it skips the signature", [
            "tool-alg-none-case" => "fail",
        ];
        HmacWithPublicKey = "hmac-with-public-key", breaks "lti13-token-alg-symmetric",
            "lets the header choose HMAC and takes the public key for the secret", [
            "tool-alg-hs256-public-key" => "fail",
        ];
        Sha1Accepted = "sha1-accepted", breaks "lti13-token-alg-sha1",
            "still verifies RSA signatures over SHA-1", ["tool-alg-rs1" => "fail"];
        KeyAlgIgnored = "key-alg-ignored", breaks "lti13-token-alg-key",
            "takes the RSA algorithm from the header, whatever the key was published for", [
            "tool-alg-rs384" => "info:accepted", "tool-alg-ps256" => "info:accepted",
        ];
        Rs384Too = "rs384-too", breaks "lti13-token-alg-key",
            "verifies RS256 and RS384 with every RSA key", ["tool-alg-rs384" => "info:accepted"];
        OnlyRsa = "only-rsa", breaks "lti13-token-alg",
            "knows RSA keys only", ["tool-alg-es256" => "info:refused"];
        KidlessTriesAll = "kidless-tries-all", breaks "lti13-token-kid-missing",
            "tries every key of the set when the header names none", ["tool-cert-tb01" => "warn"];
        UnknownKidTriesAll = "unknown-kid-tries-all", breaks "lti13-token-kid-unknown",
            "tries every key of the set when the header names one that is not in it", ["tool-cert-tb02" => "warn"];
        KidIgnored = "kid-ignored", breaks "lti13-token-kid-unknown",
            "tries every key of the set whatever the header says", [
            "tool-cert-tb01" => "warn", "tool-cert-tb02" => "warn", "tool-kid-mismatch" => "info:accepted",
        ];
        UnknownKidUnverified = "unknown-kid-unverified", breaks "lti13-token-signature",
            "skips the signature when no key of the set has the token's kid", [
            "tool-cert-tb02" => "warn", "tool-kid-unknown-stranger" => "fail", "tool-header-jwk" => "fail",
            "tool-jwks-error" => "fail", "tool-jwks-html" => "fail", "tool-jwks-empty" => "fail",
            "tool-jwks-lost" => "fail", "tool-jwks-slow" => "fail",
        ];
        HeaderJwkUsed = "header-jwk-used", breaks "lti13-token-header-key",
            "verifies with the key that the token itself carries", ["tool-header-jwk" => "fail"];
        HeaderJkuUsed = "header-jku-used", breaks "lti13-token-header-key",
            "fetches the key from where the token's jku points", ["tool-header-jku" => "fail"];
        HeaderX5uUsed = "header-x5u-used", breaks "lti13-token-header-key",
            "fetches the certificate from where the token's x5u points", ["tool-header-x5u" => "fail"];
        HeaderX5cUsed = "header-x5c-used", breaks "lti13-token-header-key",
            "verifies with the certificate that the token itself carries", ["tool-header-x5c" => "fail"];
        HeaderJkuFetched = "header-jku-fetched", breaks "lti13-token-header-key",
            "fetches what the token's jku points to before it refuses", ["tool-header-jku" => "warn"];
        HeaderX5uFetched = "header-x5u-fetched", breaks "lti13-token-header-key",
            "fetches what the token's x5u points to before it refuses", ["tool-header-x5u" => "warn"];
        HeaderKeyRefused = "header-key-refused", breaks "lti13-token-header-key",
            "refuses every token whose header carries or names a key", ["tool-header-key-beside" => "info:refused"];
        CritIgnored = "crit-ignored", breaks "lti13-token-crit",
            "does not know the header member crit", ["tool-crit-unknown" => "fail"];
        HeaderMembersClosed = "header-members-closed", breaks "lti13-tool-header-ignored",
            "refuses header members that it does not know", ["tool-header-unknown" => "warn"];
        TypChecked = "typ-checked", breaks "lti13-token-typ",
            "insists on typ JWT", ["tool-typ-other" => "info:refused"];
        TypRequired = "typ-required", breaks "lti13-tool-typ-optional",
            "insists on a typ", ["tool-typ-missing" => "warn"];
        HeaderDuplicatesRead = "header-duplicates-read", breaks "lti13-token-header-duplicate",
            "reads a header with a member twice and takes the first", ["tool-header-duplicate" => "info:accepted"];
        ArrayPayloadGreeted = "array-payload-greeted", breaks "lti13-token-payload",
            "treats a signed payload that is no object as a guest's", ["tool-payload-not-object" => "fail"];
        BarePayloadGreeted = "bare-payload-greeted", breaks "lti13-token-iss-missing",
            "greets whoever brings a payload with a name and nothing to check", [
            "tool-cert-tb05-a" => "fail", "tool-cert-tb05-b" => "fail",
        ];
        FirstDuplicateWins = "first-duplicate-wins", breaks "lti13-token-claim-duplicate",
            "takes the first of two claims with one name", ["tool-claim-duplicate" => "fail"];
        LastDuplicateWins = "last-duplicate-wins", breaks "lti13-token-claim-duplicate",
            "takes the last of two claims with one name", ["tool-claim-duplicate-last" => "info:accepted"];
        AnySizeRead = "any-size-read", breaks "lti13-token-size",
            "reads tokens of any size", ["tool-token-1mb" => "info:accepted"];
        HugeTokenCrashes = "huge-token-crashes", breaks "lti13-token-size",
            "falls over when a token is larger than its buffer", [
            "tool-token-1mb" => "warn", "tool-refusal-crash" => "warn",
        ];
        DeepJsonCrashes = "deep-json-crashes", breaks "lti13-token-depth",
            "falls over when a claim is nested deeply", [
            "tool-json-deep" => "warn", "tool-refusal-crash" => "warn",
        ];
        DeepJsonRefused = "deep-json-refused", breaks "lti13-token-depth",
            "refuses claims that are nested deeply", ["tool-json-deep" => "info:refused"];
    }
}
