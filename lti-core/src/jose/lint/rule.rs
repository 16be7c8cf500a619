//! Every rule that a published key set can break.
//!
//! A set binds whoever publishes it: the platform for its ID tokens, the tool for its deep linking responses and client
//! assertions. The levels are the same for both, since Security Framework 1.0, 6.3 speaks of "the supplier of the key
//! set URL".

use crate::requirement::spec::{CERTIFICATION, PRACTICE, RFC7517, RFC7518, SECURITY};
use crate::requirement::{Clause, Level};

const KEY_SET: Clause = SECURITY.anchored("6.3", "h_key-set-url");
const RSA_KEY: Clause = SECURITY.at("6.2");
const SET_MEMBERS: Clause = RFC7517.anchored("5", "section-5");

/// How much a broken rule weighs, lightest first: the most that a report may say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The texts leave it free; it is worth knowing.
    Note,
    /// A recommendation, or a rule whose force is arguable.
    Warning,
    /// A MUST is broken, or the set cannot be used at all.
    Error,
}

impl Severity {
    /// The word that reports print.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

crate::requirements! {
    /// A rule that a published key set breaks.
    pub enum KeySetRule {
        /// The document is no key set.
        Document = "lti13-keys-document" {
            sentence: "a key set is a JSON object with an array keys",
            platform: Must, tool: Must, risk: Medium,
            harm: "no signature can be verified: every launch and every response fails",
            clauses: [SET_MEMBERS, KEY_SET],
            hint: "serve {\"keys\":[..]} at the key set URL, without a login page or an error page in its place",
        },
        /// There is no key in the set.
        Empty = "lti13-keys-empty" {
            sentence: "a key set holds at least one key",
            platform: Should, tool: Should, risk: Medium,
            harm: "no signature can be verified",
            clauses: [KEY_SET],
            hint: "publish the key before signing with it",
        },
        /// No key of the set verifies anything.
        Unusable = "lti13-keys-unusable" {
            sentence: "a key set holds at least one RSA or EC key for signatures that can be read",
            platform: Should, tool: Should, risk: Medium,
            harm: "no signature can be verified though the set looks filled",
            clauses: [KEY_SET, SECURITY.anchored("6.1", "rsa-key")],
            hint: "publish an RSA key of 2048 bits with kid, n and e",
        },
        /// An entry is not an object.
        Entry = "lti13-keys-entry" {
            sentence: "each key of a set is a JSON object",
            platform: Must, tool: Must, risk: Low,
            harm: "the entry is no key, and some receivers drop the whole set",
            clauses: [RFC7517.anchored("4", "section-4"), SET_MEMBERS],
            hint: "put each key as an object into the array",
        },
        /// A key does not say its type.
        Kty = "lti13-keys-kty" {
            sentence: "each key names its type in kty",
            platform: Must, tool: Must, risk: Medium,
            harm: "the key cannot be read, and some receivers drop the whole set",
            clauses: [RFC7517.anchored("4.1", "section-4.1")],
            hint: "add kty (\"RSA\" for an RSA key); a PEM pasted into a key is no JWK",
        },
        /// The key type is none that signs messages.
        KtyOther = "lti13-keys-kty-other" {
            sentence: "the type of a key that signs LTI messages is RSA, or EC by agreement",
            platform: None, tool: None, risk: Low,
            harm: "receivers leave the key out; older ones drop the whole set",
            clauses: [SECURITY.anchored("6.1", "rsa-key"), SET_MEMBERS],
            hint: "keep keys for other purposes in a set of their own",
        },
        /// A key has no name.
        Kid = "lti13-keys-kid" {
            sentence: "each key of a set has a kid, even where it is the only one",
            platform: Must, tool: Must, risk: Medium,
            harm: "a token cannot say which key signed it, and the keys cannot be rotated",
            clauses: [KEY_SET],
            hint: "add a kid to the published key, and the same kid to the header of each token",
        },
        /// The name is no text, or an empty one.
        KidForm = "lti13-keys-kid-form" {
            sentence: "a kid is a string that is not empty",
            platform: Must, tool: Must, risk: Medium,
            harm: "libraries that look for a text find no key",
            clauses: [RFC7517.anchored("4.5", "section-4.5"), KEY_SET],
            hint: "write the kid as a JSON string, a number in quotes included",
        },
        /// Two keys of one type carry one name.
        KidReused = "lti13-keys-kid-reused" {
            sentence: "a kid is not used for two different keys of the same type",
            platform: Must, tool: Must, risk: Medium,
            harm: "which key verifies depends on the order of the set: some launches fail, at some receivers all",
            clauses: [KEY_SET],
            hint: "give each key pair a kid of its own, and a new one at each rotation",
        },
        /// A name occurs twice, for the same key or for keys of two types.
        KidDuplicate = "lti13-keys-kid-duplicate" {
            sentence: "the keys of a set have distinct kids",
            platform: Should, tool: Should, risk: Low,
            harm: "receivers that keep keys by kid lose one of them",
            clauses: [RFC7517.anchored("4.5", "section-4.5")],
            hint: "list each key once, under a kid of its own",
        },
        /// A private key was published.
        Private = "lti13-keys-private" {
            sentence: "a published key holds no private members",
            platform: Must, tool: Must, risk: High,
            harm: "whoever reads the set signs in as anybody: the key must be withdrawn at once",
            clauses: [SECURITY.at("6"), SECURITY.at("7.2")],
            hint: "withdraw this key pair, make a new one, and publish its public members alone (kty, kid, n, e, alg, use)",
        },
        /// A shared secret was published.
        Symmetric = "lti13-keys-symmetric" {
            sentence: "a key set holds no symmetric key",
            platform: Must, tool: Must, risk: High,
            harm: "whoever can verify with the key can sign with it",
            clauses: [CERTIFICATION.at("4.2"), SECURITY.at("7.3.2")],
            hint: "withdraw the key and sign with an RSA key pair",
        },
        /// Modulus or exponent is missing.
        RsaMembers = "lti13-keys-rsa-members" {
            sentence: "an RSA key has its modulus n and its exponent e",
            platform: Must, tool: Must, risk: Medium,
            harm: "the key verifies nothing",
            clauses: [RSA_KEY, RFC7518.anchored("6.3.1", "section-6.3.1")],
            hint: "publish n and e as base64url text",
        },
        /// The modulus is short.
        RsaSize = "lti13-keys-rsa-size" {
            sentence: "an RSA modulus has 2048 bits at least",
            platform: Must, tool: Must, risk: Medium,
            harm: "the private half can be computed with enough effort, and many libraries refuse the key",
            clauses: [RFC7518.anchored("3.3", "section-3.3"), SECURITY.anchored("6.1", "rsa-key")],
            hint: "make a key pair of 2048 bits or more",
        },
        /// The modulus is longer than receivers take.
        RsaLong = "lti13-keys-rsa-long" {
            sentence: "an RSA modulus has 8192 bits at most",
            platform: None, tool: None, risk: Low,
            harm: "libraries that bound the cost of a signature refuse the key",
            clauses: [PRACTICE.at("limits on input")],
            hint: "2048 to 4096 bits are enough",
        },
        /// The exponent is not an odd number above one.
        RsaExponent = "lti13-keys-rsa-exponent" {
            sentence: "an RSA exponent is an odd number above 1",
            platform: Must, tool: Must, risk: High,
            harm: "such a key verifies signatures that nobody made, or none at all",
            clauses: [RFC7518.anchored("6.3.1.2", "section-6.3.1.2")],
            hint: "use 65537, which is \"AQAB\"",
        },
        /// Curve or coordinates are missing or make no point.
        EcMembers = "lti13-keys-ec-members" {
            sentence: "an EC key has its curve crv and the coordinates x and y of a point on it, in full length",
            platform: Must, tool: Must, risk: Medium,
            harm: "the key verifies nothing, at some receivers or at all",
            clauses: [RFC7518.anchored("6.2.1", "section-6.2.1")],
            hint: "export the public key with a library; do not cut leading zeros",
        },
        /// The curve is none that messages are signed on.
        EcCurve = "lti13-keys-ec-curve" {
            sentence: "the curve of an EC key is P-256 or P-384",
            platform: None, tool: None, risk: Low,
            harm: "few receivers verify signatures on another curve",
            clauses: [SECURITY.anchored("6.1", "rsa-key"), RFC7518.anchored("6.2.1.1", "section-6.2.1.1")],
            hint: "sign with RSA: every receiver understands it",
        },
        /// A number of the key is not base64url.
        Encoding = "lti13-keys-encoding" {
            sentence: "the numbers of a key are base64url text",
            platform: Must, tool: Must, risk: Medium,
            harm: "strict libraries drop the key, lenient ones read another number",
            clauses: [RFC7518.anchored("2", "section-2"), RSA_KEY],
            hint: "base64url has - and _ where base64 has + and /; a PEM is no JWK",
        },
        /// A number of the key is padded.
        Padding = "lti13-keys-padding" {
            sentence: "the base64url text of a key has no padding",
            platform: Should, tool: Should, risk: Low,
            harm: "strict libraries drop the key",
            clauses: [RFC7518.anchored("2", "section-2"), KEY_SET],
            hint: "cut the = signs off (the sample in the Security Framework has them, the RFC does not)",
        },
        /// A number has zeros in front.
        LeadingZero = "lti13-keys-leading-zero" {
            sentence: "the numbers of an RSA key are written without leading zero octets",
            platform: Should, tool: Should, risk: None,
            harm: "some libraries count the length wrong",
            clauses: [RFC7518.anchored("6.3.1.1", "section-6.3.1.1")],
            hint: "drop the sign octet that big-number libraries put in front",
        },
        /// The algorithm has no such name.
        Alg = "lti13-keys-alg" {
            sentence: "the alg of a key is the name of an asymmetric signature algorithm",
            platform: Should, tool: Should, risk: Medium,
            harm: "receivers that compare it with the token's alg find no key",
            clauses: [RFC7517.anchored("4.4", "section-4.4"), RFC7518.anchored("3.1", "section-3.1")],
            hint: "the name is RS256, not RSA256, rs256 or SHA256withRSA",
        },
        /// Algorithm and type do not fit.
        AlgKty = "lti13-keys-alg-kty" {
            sentence: "the alg of a key fits its type and its curve",
            platform: Should, tool: Should, risk: Medium,
            harm: "the key verifies nothing at a receiver that reads alg",
            clauses: [RFC7517.anchored("4.4", "section-4.4"), RFC7518.anchored("3.1", "section-3.1")],
            hint: "RS256 for RSA, ES256 for P-256, ES384 for P-384; or leave alg out",
        },
        /// The algorithm is not named.
        AlgMissing = "lti13-keys-alg-missing" {
            sentence: "a key may name its algorithm in alg",
            platform: May, tool: May, risk: None,
            harm: "some libraries refuse a key without alg, though the text leaves it out freely",
            clauses: [RFC7517.anchored("4.4", "section-4.4")],
            hint: "add alg \"RS256\": it costs nothing and older libraries want it",
        },
        /// The key is for something else.
        Use = "lti13-keys-use" {
            sentence: "a key that signs has the use sig or none",
            platform: None, tool: None, risk: Low,
            harm: "receivers leave the key out: fine for an encryption key, a lost launch for a signing key",
            clauses: [RFC7517.anchored("4.2", "section-4.2")],
            hint: "write use \"sig\" at the signing key, or leave it out",
        },
        /// The operations leave out verifying.
        KeyOps = "lti13-keys-key-ops" {
            sentence: "the key_ops of a public key that signs hold verify",
            platform: None, tool: None, risk: Low,
            harm: "receivers leave the key out",
            clauses: [RFC7517.anchored("4.3", "section-4.3")],
            hint: "write key_ops [\"verify\"] at the public key (\"sign\" belongs to the private one), or leave it out",
        },
        /// A member that should be text is none.
        MemberType = "lti13-keys-member-type" {
            sentence: "kty, use and alg are strings and key_ops is an array of strings",
            platform: Must, tool: Must, risk: Low,
            harm: "libraries that read the set as typed data drop all of it",
            clauses: [RFC7517.anchored("4", "section-4")],
            hint: "write them as JSON strings",
        },
    }
}

impl KeySetRule {
    /// The most that a report may say when the rule is broken (rows B75 to B79 and MD-03 of the law book).
    ///
    /// It is lower than the level where the text binds through a chain of references only, or where a sample of the
    /// same text shows otherwise.
    pub const fn severity(self) -> Severity {
        match self {
            Self::RsaSize | Self::EcMembers | Self::MemberType | Self::LeadingZero | Self::Padding => Severity::Warning,
            other => match other.requirement().platform {
                Level::Must => Severity::Error,
                Level::Should | Level::Certification | Level::Practice => Severity::Warning,
                Level::May | Level::None => Severity::Note,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeySetRule, Severity};

    #[test]
    fn the_law_book_bounds_the_severity() {
        for (rule, severity) in [
            (KeySetRule::Kid, Severity::Error),
            (KeySetRule::RsaMembers, Severity::Error),
            (KeySetRule::Private, Severity::Error),
            (KeySetRule::KidReused, Severity::Error),
            (KeySetRule::RsaSize, Severity::Warning),
            (KeySetRule::KidDuplicate, Severity::Warning),
            (KeySetRule::AlgMissing, Severity::Note),
            (KeySetRule::Use, Severity::Note),
        ] {
            assert_eq!(rule.severity(), severity, "{}", rule.id());
        }
    }

    #[test]
    fn ids_are_unique_and_lead_back() {
        for rule in KeySetRule::ALL {
            assert_eq!(KeySetRule::from_id(rule.id()), Some(*rule));
        }
    }
}
