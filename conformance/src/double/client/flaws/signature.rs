//! Flaws of clients with signatures and keys. These clients take their tokens from the token endpoint, where nothing is more
//! than a warning.

use crate::double::flaw::flaws;

flaws! {
    /// What a client takes for a signed token.
    pub enum SignatureFlaw {
        ByTls = "tls-instead-of-signature", breaks "oidc-client-signature",
            "the signature is not verified and no key is ever asked for, since the token came over TLS",
            [
                "client-sig-none" => "info:accepted",
                "client-sig-none-spelt" => "info:accepted",
                "client-sig-missing" => "info:accepted",
                "client-sig-altered" => "info:accepted",
                "client-sig-claims-altered" => "info:accepted",
                "client-sig-crit" => "info:accepted",
                "client-sig-foreign-key" => "info:accepted",
                "client-sig-header-jwk" => "info:accepted",
                "client-sig-header-jku" => "info:accepted",
                "client-sig-header-x5u" => "info:accepted",
                "client-sig-public-key-as-secret" => "info:accepted",
                "client-sig-client-secret" => "info:accepted",
                "client-sig-other-alg" => "info:accepted",
                "client-keys-kid-absent" => "unsupported",
                "client-keys-rotated" => "unsupported",
                "client-keys-replaced" => "unsupported",
                "client-keys-odd" => "unsupported",
                "client-keys-kid-ambiguous" => "unsupported",
                "client-keys-lost" => "unsupported",
                "client-keys-use-absent" => "unsupported",
            ];
        NoneTaken = "alg-none-taken", breaks "oidc-client-alg-none",
            "a token with alg none needs no signature",
            ["client-sig-none" => "warn"];
        NoneOfAnyCase = "alg-none-of-any-case", breaks "oidc-client-alg-none",
            "a token with alg none, in whatever letters, needs no signature",
            ["client-sig-none" => "warn", "client-sig-none-spelt" => "warn"];
        EmptyTaken = "signature-empty-taken", breaks "oidc-client-signature",
            "a signature that is not there is not verified",
            ["client-sig-missing" => "warn"];
        NotCompared = "signature-not-verified", breaks "oidc-client-signature",
            "the key is looked up and the signature is not verified",
            [
                "client-sig-altered" => "warn",
                "client-sig-claims-altered" => "warn",
                "client-sig-foreign-key" => "warn",
                "client-sig-header-jwk" => "warn",
                "client-sig-header-jku" => "warn",
                "client-sig-header-x5u" => "warn",
            ];
        LastByte = "signature-last-byte-ignored", breaks "oidc-client-signature",
            "the last byte of a signature does not count",
            ["client-sig-altered" => "warn"];
        PaddingOnly = "signature-padding-only", breaks "oidc-client-signature",
            "a signature is opened and its padding looked at, and the digest is not compared",
            ["client-sig-claims-altered" => "warn"];
        CritIgnored = "crit-ignored", breaks "oidc-client-crit",
            "crit is not read",
            ["client-sig-crit" => "warn"];
        HeaderJwk = "header-jwk-trusted", breaks "oidc-client-issuer-keys",
            "a key in the token's header verifies it",
            ["client-sig-header-jwk" => "warn", "client-sig-header-own-jwk" => "info:refused"];
        HeaderJku = "header-jku-trusted", breaks "oidc-client-issuer-keys",
            "a key set that the token's header names verifies it",
            ["client-sig-header-jku" => "warn", "client-sig-header-fetched" => "warn"];
        HeaderX5u = "header-x5u-trusted", breaks "oidc-client-issuer-keys",
            "a certificate that the token's header names verifies it",
            ["client-sig-header-x5u" => "warn", "client-sig-header-fetched" => "warn"];
        JkuFetched = "header-jku-fetched", breaks "oidc-client-header-fetched",
            "the address in jku is fetched, and what is found there is not used",
            ["client-sig-header-fetched" => "warn"];
        HeaderRefused = "header-jwk-refused", breaks "oidc-client-issuer-keys",
            "a token with a key in its header is refused, which is lawful",
            ["client-sig-header-own-jwk" => "info:refused"];
        PublicAsSecret = "public-key-as-secret", breaks "oidc-client-key-as-secret",
            "a token with alg HS256 is verified with the public key in PEM",
            ["client-sig-public-key-as-secret" => "warn"];
        PublicDerAsSecret = "public-key-der-as-secret", breaks "oidc-client-key-as-secret",
            "a token with alg HS256 is verified with the public key in the DER of PKCS #1",
            ["client-sig-public-key-as-secret" => "warn"];
        ClientSecret = "client-secret-hmac-taken", breaks "oidc-client-alg-secret",
            "a token with alg HS256 is verified with the client secret",
            ["client-sig-client-secret" => "warn"];
        OtherAlg = "alg-not-compared", breaks "oidc-client-alg-registered",
            "whatever algorithm of RSA the header names is used",
            ["client-sig-other-alg" => "warn"];
    }
}

flaws! {
    /// How a client comes to the keys.
    pub enum KeyFlaw {
        Forever = "keys-kept-forever", breaks "oidc-client-key-rotation",
            "the key set is asked for once",
            [
                "client-keys-rotated" => "warn",
                "client-keys-replaced" => "warn",
                "client-keys-odd" => "skip",
                "client-keys-kid-ambiguous" => "skip",
                "client-keys-lost" => "skip",
                "client-keys-use-absent" => "skip",
            ];
        InSettings = "keys-in-settings", breaks "oidc-client-key-rotation",
            "the keys stand in the settings, and the key set is never asked for",
            [
                "client-keys-rotated" => "warn",
                "client-keys-replaced" => "warn",
                "client-keys-odd" => "skip",
                "client-keys-kid-ambiguous" => "skip",
                "client-keys-lost" => "skip",
                "client-keys-use-absent" => "skip",
            ];
        LastKey = "last-key-used", breaks "oidc-client-key-rotation",
            "the last key of the set is used, whatever kid says",
            ["client-keys-rotated" => "warn", "client-keys-kid-ambiguous" => "info:accepted"];
        OddBreaks = "odd-key-breaks-set", breaks "oidc-client-odd-keys",
            "a set with a key of an unknown kind is refused",
            ["client-keys-odd" => "warn"];
        KidWanted = "kid-wanted", breaks "oidc-client-kid-absent",
            "a token without kid is refused",
            ["client-keys-kid-absent" => "warn"];
        AllTried = "every-key-tried", breaks "oidc-client-kid-ambiguous",
            "a token without kid is tried with every key",
            ["client-keys-kid-ambiguous" => "info:accepted"];
        LostTaken = "unsigned-while-keys-lost", breaks "oidc-client-keys-lost",
            "while the key set cannot be had, tokens are taken without it",
            ["client-keys-lost" => "info:accepted"];
        UseWanted = "key-use-wanted", breaks "oidc-client-odd-keys",
            "a key without use is passed over",
            ["client-keys-use-absent" => "warn"];
    }
}
