//! What an issuer has to do when a code is redeemed.

use lti_core::requirement::spec::{OIDC_CORE, RFC6749, RFC7636, RFC9700};

lti_core::requirements! {
    /// What an authorization server has to do with codes and their verifiers.
    pub(crate) enum IssuerCodeDuty {
        Verifier = "oauth2-pkce-verifier" {
            sentence: "a code is redeemed only with the verifier of its challenge; another one is an invalid_grant",
            platform: Must, tool: None, risk: High,
            harm: "a code that somebody stole on the device is as good as the session",
            clauses: [RFC7636.anchored("4.6", "section-4.6")],
            hint: "hash code_verifier by the stored method, compare it with the stored challenge, and answer invalid_grant where they differ",
        },
        VerifierMissing = "oauth2-pkce-verifier-missing" {
            sentence: "a code that was asked for with a challenge is not redeemed without a verifier",
            platform: Must, tool: None, risk: High,
            harm: "whoever steals a code leaves the verifier out",
            clauses: [RFC7636.anchored("4.5", "section-4.5"), RFC7636.anchored("4.6", "section-4.6"), RFC9700.anchored("2.1.1", "section-2.1.1")],
            hint: "where a challenge is stored, require code_verifier",
        },
        Downgrade = "oauth2-pkce-downgrade" {
            sentence: "a verifier is refused where no challenge came before",
            platform: Practice, tool: None, risk: Medium,
            harm: "an attacker takes the challenge out of the request, and nobody notices",
            clauses: [RFC9700.anchored("2.1.1", "section-2.1.1"), RFC9700.anchored("4.8.2", "section-4.8.2")],
            hint: "answer invalid_grant to a code_verifier where no challenge is stored",
        },
        MethodBound = "oauth2-pkce-method-bound" {
            sentence: "the method of a challenge is the one that it was sent with",
            platform: Must, tool: None, risk: High,
            harm: "the challenge, which everybody saw, redeems the code",
            clauses: [RFC7636.anchored("4.5", "section-4.5"), RFC7636.anchored("4.6", "section-4.6")],
            hint: "store code_challenge_method beside the challenge and never try the other method",
        },
        VerifierLength = "oauth2-pkce-verifier-length" {
            sentence: "a verifier has 43 characters at least; no text asks an issuer to look",
            platform: May, tool: None, risk: Low,
            harm: "short verifiers can be guessed",
            clauses: [RFC7636.anchored("4.1", "section-4.1")],
            hint: "refuse verifiers that are shorter than 43 characters, if you want",
        },
        Once = "oauth2-code-once" {
            sentence: "a code is redeemed once",
            platform: Must, tool: None, risk: High,
            harm: "whoever finds a code in a log or a history signs in as its user",
            clauses: [RFC6749.anchored("4.1.2", "section-4.1.2"), RFC6749.anchored("10.5", "section-10.5"), OIDC_CORE.anchored("3.1.3.2", "TokenRequestValidation")],
            hint: "take the code out of the store in one step with reading it (delete and return, or an update that counts rows), and keep no time of grace",
        },
        ReuseRevokes = "oauth2-code-reuse-revokes" {
            sentence: "when a code is used again, the tokens that came of it are revoked",
            platform: Should, tool: None, risk: Medium,
            harm: "the thief who was first keeps the tokens",
            clauses: [RFC6749.anchored("4.1.2", "section-4.1.2"), RFC6749.anchored("10.5", "section-10.5")],
            hint: "remember used codes for their lifetime together with the grant, and revoke the grant when one comes again",
        },
        CodeClient = "oauth2-code-client" {
            sentence: "a code is redeemed only for the client that it was given to",
            platform: Must, tool: None, risk: High,
            harm: "a dishonest client redeems the codes of all others",
            clauses: [RFC6749.anchored("4.1.3", "section-4.1.3"), RFC6749.anchored("10.5", "section-10.5")],
            hint: "store the client beside the code, compare it with the authenticated one, and answer invalid_grant",
        },
        CodeRedirect = "oauth2-code-redirect" {
            sentence: "a code is redeemed only with the redirect_uri of its request",
            platform: Must, tool: None, risk: High,
            harm: "a code that was led to another address of the client is redeemed all the same",
            clauses: [RFC6749.anchored("4.1.3", "section-4.1.3"), RFC6749.anchored("10.6", "section-10.6"), OIDC_CORE.anchored("3.1.3.2", "TokenRequestValidation")],
            hint: "store redirect_uri beside the code and compare the strings; require it where the request had one",
        },
        Lifetime = "oauth2-code-lifetime" {
            sentence: "a code ends shortly after it was given, after ten minutes at most",
            platform: Should, tool: None, risk: Medium,
            harm: "codes in logs and histories work for hours",
            clauses: [RFC6749.anchored("4.1.2", "section-4.1.2"), RFC6749.anchored("4.1.3", "section-4.1.3")],
            hint: "let codes end after a minute or two",
        },
    }
}
