//! Every rule that a signed message of LTI 1.x can break, from the signature to the names of its parameters.
//!
//! The guides bind the platform with plain words ("required", "recommended") and hardly bind the tool at all: what a tool
//! has to refuse comes from the signature (RFC 5849, 3.2) and, for the three required parameters, from the certification
//! suites alone. The levels say so party by party.

use super::Policy;
use crate::requirement::Clause;
use crate::requirement::spec::{
    BODY_HASH, CERTIFICATION1X, CERTIFICATION10, CONTENT_ITEM, LTI10, LTI11, OAUTH_CORE, PRACTICE, RFC5849,
};

const PARAMETERS: Clause = RFC5849.anchored("3.1", "section-3.1");
const VERIFYING: Clause = RFC5849.anchored("3.2", "section-3.2");
const NONCES: Clause = RFC5849.anchored("3.3", "section-3.3");
const COLLECTED: Clause = RFC5849.anchored("3.4.1.3.1", "section-3.4.1.3.1");
const ENCODING: Clause = RFC5849.anchored("3.6", "section-3.6");
const LAUNCH: Clause = LTI11.at("3");
const CORE_VERIFYING: Clause = OAUTH_CORE.at("9");

crate::requirements! {
    /// A rule that a launch, a Content-Item message or a service request of LTI 1.x breaks.
    pub enum Lti11Violation {
        /// There is no signature.
        SignatureMissing = "lti11-signature-missing" {
            sentence: "a message carries oauth_signature",
            platform: Must, tool: Must, risk: High,
            harm: "anybody who can fill in a form signs in as anybody",
            clauses: [PARAMETERS, VERIFYING],
            hint: "sign the form with the shared secret; look for a proxy or a redirect that drops the body of a POST",
        },
        /// There is no consumer key.
        ConsumerKeyMissing = "lti11-consumer-key-missing" {
            sentence: "a message carries oauth_consumer_key",
            platform: Must, tool: Must, risk: High,
            harm: "there is no secret to verify with; whatever is used in its place, strangers may know",
            clauses: [PARAMETERS, VERIFYING],
            hint: "enter the consumer key on both sides; an empty key is none",
        },
        /// Nobody knows a secret for the consumer key.
        ConsumerKeyUnknown = "lti11-consumer-key-unknown" {
            sentence: "a message is accepted for a consumer key that is registered",
            platform: None, tool: Must, risk: High,
            harm: "there is no secret to verify with, so anybody signs in as anybody",
            clauses: [VERIFYING, CERTIFICATION1X.at("1.3")],
            hint: "compare the consumer keys of both sides letter by letter; a space at the end counts",
        },
        /// The signature is not that of this message by this secret.
        SignatureInvalid = "lti11-signature-invalid" {
            sentence: "the signature is the one of this request, with every parameter of query, form and header, by the secret of its consumer key",
            platform: Must, tool: Must, risk: High,
            harm: "a user changes role or name on the way, or signs in as somebody else",
            clauses: [VERIFYING, CORE_VERIFYING, COLLECTED, CERTIFICATION1X.at("1.4")],
            hint: "verify with the address that the browser used: scheme, host, port and path behind a proxy are the usual differences; then compare the secrets",
        },
        /// The signature method is missing.
        SignatureMethodMissing = "lti11-signature-method-missing" {
            sentence: "a message carries oauth_signature_method",
            platform: Must, tool: Should, risk: Low,
            harm: "the tool guesses how the message was signed",
            clauses: [PARAMETERS, VERIFYING],
            hint: "send oauth_signature_method=HMAC-SHA1",
        },
        /// The signature method is none that is known here.
        SignatureMethod = "lti11-signature-method" {
            sentence: "oauth_signature_method names the method that was used, letter by letter; HMAC-SHA1 is the one of LTI 1.x",
            platform: Must, tool: Should, risk: Low,
            harm: "one method is announced and another one verified; launches fail at tools that do as they are told",
            clauses: [LTI10.at("4"), PARAMETERS, RFC5849.anchored("3.4", "section-3.4")],
            hint: "sign with HMAC-SHA1, and write the name in upper case",
        },
        /// The secret itself is sent in place of a signature.
        SignaturePlaintext = "lti11-signature-plaintext" {
            sentence: "the secret does not travel: PLAINTEXT is no signature method of LTI",
            platform: Must, tool: Practice, risk: High,
            harm: "whoever sees one launch has the secret, and the user whose browser posts it is the first",
            clauses: [LTI10.at("4"), RFC5849.anchored("3.4.4", "section-3.4.4")],
            hint: "sign with HMAC-SHA1, and change the secret if it was sent",
        },
        /// The OAuth version is another one.
        OauthVersion = "lti11-oauth-version" {
            sentence: "oauth_version is 1.0, or left out",
            platform: Must, tool: Should, risk: Low,
            harm: "tools refuse the launch",
            clauses: [PARAMETERS, VERIFYING, OAUTH_CORE.at("7")],
            hint: "send oauth_version=1.0, whatever the version of LTI",
        },
        /// A parameter of the signature is there twice.
        OauthParameterDuplicate = "lti11-oauth-parameter-duplicate" {
            sentence: "each oauth_ parameter is there once",
            platform: Must, tool: Should, risk: Medium,
            harm: "one value is verified and the other one used",
            clauses: [PARAMETERS, VERIFYING],
            hint: "send each oauth_ parameter once; look for one that the launch address already has in its query",
        },
        /// The parameters of the signature stand in two places.
        OauthParametersSplit = "lti11-oauth-parameters-split" {
            sentence: "all oauth_ parameters stand in one place: the form, the query or the header",
            platform: Must, tool: None, risk: Low,
            harm: "tools that look in one place alone refuse the launch",
            clauses: [RFC5849.anchored("3.5", "section-3.5")],
            hint: "put all oauth_ parameters into the form",
        },
        /// There is no callback.
        OauthCallbackMissing = "lti11-oauth-callback-missing" {
            sentence: "a launch carries oauth_callback, about:blank",
            platform: Certification, tool: None, risk: None,
            harm: "tools whose library adds the default to what is signed refuse the launch",
            clauses: [CERTIFICATION10.at("2.4")],
            hint: "send oauth_callback=about:blank, and sign it",
        },
        /// A launch carries the hash of a body.
        LaunchBodyHash = "lti11-launch-body-hash" {
            sentence: "a form carries no oauth_body_hash",
            platform: Should, tool: None, risk: None,
            harm: "tools that verify the hash of a form refuse the launch",
            clauses: [BODY_HASH.at("3.2")],
            hint: "leave oauth_body_hash to requests whose body is XML or JSON",
        },
        /// The hash of the body is another one.
        BodyHash = "lti11-body-hash" {
            sentence: "oauth_body_hash is the hash of the body that came",
            platform: Should, tool: Must, risk: High,
            harm: "somebody on the way changes the score, and the signature still holds",
            clauses: [BODY_HASH.at("3.4"), LTI11.at("4.3")],
            hint: "hash the bytes as they are sent, after all encoding; SHA-1 under HMAC-SHA1",
        },
        /// There is no hash of the body.
        BodyHashMissing = "lti11-body-hash-missing" {
            sentence: "a request whose body is no form carries oauth_body_hash",
            platform: Should, tool: Should, risk: Medium,
            harm: "the body is not signed: any other one can be put in its place",
            clauses: [BODY_HASH.at("3.1"), LTI11.at("4.3")],
            hint: "send oauth_body_hash in the Authorization header, and sign it",
        },
        /// There is no timestamp.
        TimestampMissing = "lti11-timestamp-missing" {
            sentence: "a message carries oauth_timestamp",
            platform: Must, tool: Should, risk: Medium,
            harm: "a caught launch never grows old",
            clauses: [PARAMETERS, VERIFYING],
            hint: "send oauth_timestamp, in seconds since 1970, UTC",
        },
        /// The timestamp is no number of seconds.
        TimestampFormat = "lti11-timestamp-format" {
            sentence: "oauth_timestamp is a positive whole number of seconds",
            platform: Must, tool: Practice, risk: Low,
            harm: "the age of the launch cannot be told",
            clauses: [NONCES],
            hint: "send seconds since 1970, UTC, in digits alone; thirteen digits are milliseconds",
        },
        /// The message is too old.
        TimestampOld = "lti11-timestamp-old" {
            sentence: "the timestamp lies within the tool's window before now",
            platform: None, tool: Should, risk: Medium,
            harm: "a caught launch can be used for as long as the secret lives",
            clauses: [NONCES, VERIFYING],
            hint: "start the launch again from the course page; if that fails as well, set the clocks of both sides by NTP",
        },
        /// The message comes from the future.
        TimestampFuture = "lti11-timestamp-future" {
            sentence: "the timestamp lies within the tool's window after now",
            platform: None, tool: Practice, risk: Low,
            harm: "a nonce has to be remembered for longer than the window, or is forgotten too early",
            clauses: [NONCES],
            hint: "set the clocks of both sides by NTP",
        },
        /// There is no nonce.
        NonceMissing = "lti11-nonce-missing" {
            sentence: "a message carries oauth_nonce",
            platform: Must, tool: Should, risk: Medium,
            harm: "a second use of the same launch cannot be told from the first",
            clauses: [PARAMETERS, VERIFYING],
            hint: "send oauth_nonce, random text for each launch",
        },
        /// The nonce was used before.
        NonceReplayed = "lti11-nonce-replayed" {
            sentence: "a nonce is accepted once for its consumer key and timestamp",
            platform: Must, tool: Should, risk: High,
            harm: "whoever catches a launch, in a log or in the history of a browser, signs in with it",
            clauses: [NONCES, VERIFYING, OAUTH_CORE.at("8")],
            hint: "start the launch again from the course page instead of reloading; as a tool, keep each nonce for as long as its timestamp is accepted",
        },
        /// The parameters do not come as a posted form.
        LaunchForm = "lti11-launch-form" {
            sentence: "a launch is posted as one form, application/x-www-form-urlencoded",
            platform: Must, tool: Practice, risk: Medium,
            harm: "fields of another kind of body are no part of the signature: whoever uses them uses what nobody signed",
            clauses: [LAUNCH, COLLECTED],
            hint: "post the parameters as a plain form; use nothing of a body that the signature does not cover",
        },
        /// A parameter is no UTF-8.
        ParameterUtf8 = "lti11-parameter-utf8" {
            sentence: "names and values are UTF-8",
            platform: Should, tool: Practice, risk: Medium,
            harm: "two users whose ids differ in such bytes alone look the same",
            clauses: [ENCODING],
            hint: "convert names and titles to UTF-8 before the form is made",
        },
        /// A parameter is there twice.
        ParameterDuplicate = "lti11-parameter-duplicate" {
            sentence: "each parameter of a launch is there once",
            platform: Practice, tool: None, risk: Low,
            harm: "two readers of one launch see two values",
            clauses: [PRACTICE.at("parameters once")],
            hint: "send each parameter once; look for one that the launch address already has in its query",
        },

        /// There is no message type.
        MessageTypeMissing = "lti11-message-type-missing" {
            sentence: "a message carries lti_message_type",
            platform: Must, tool: Certification, risk: Low,
            harm: "the tool guesses what is wanted",
            clauses: [LAUNCH, CERTIFICATION1X.at("1.9"), CERTIFICATION10.at("1.1")],
            hint: "send lti_message_type=basic-lti-launch-request",
        },
        /// The message is of another type.
        MessageType = "lti11-message-type" {
            sentence: "lti_message_type of a launch is basic-lti-launch-request",
            platform: Must, tool: Certification, risk: Low,
            harm: "a message of another kind is taken for a launch",
            clauses: [LAUNCH, CERTIFICATION1X.at("1.8"), CERTIFICATION10.at("1.1")],
            hint: "send lti_message_type=basic-lti-launch-request, letter by letter",
        },
        /// A request for content came to a tool that returns none.
        MessageContentItem = "lti11-message-content-item" {
            sentence: "a ContentItemSelectionRequest is no launch",
            platform: None, tool: Practice, risk: Low,
            harm: "a teacher who wants to choose content lands in a course and cannot go back with it",
            clauses: [CONTENT_ITEM.at("3")],
            hint: "say that the tool returns no content; on the platform, do not offer this tool for choosing content",
        },
        /// There is no version.
        VersionMissing = "lti11-version-missing" {
            sentence: "a message carries lti_version",
            platform: Must, tool: Certification, risk: None,
            harm: "the tool guesses which rules hold",
            clauses: [LAUNCH, CERTIFICATION1X.at("1.7"), CERTIFICATION10.at("1.1")],
            hint: "send lti_version=LTI-1p0, also as LTI 1.1 or 1.2",
        },
        /// The version is another one.
        Version = "lti11-version" {
            sentence: "lti_version is LTI-1p0, in every 1.x version",
            platform: Must, tool: Certification, risk: None,
            harm: "the tool guesses which rules hold",
            clauses: [LAUNCH, CERTIFICATION1X.at("1.5"), CERTIFICATION1X.at("1.6"), CERTIFICATION10.at("1.1")],
            hint: "send lti_version=LTI-1p0: the value was not advanced for LTI 1.1",
        },
        /// There is no resource link.
        ResourceLinkIdMissing = "lti11-resource-link-id-missing" {
            sentence: "a launch carries resource_link_id",
            platform: Must, tool: Certification, risk: Low,
            harm: "the tool does not know which of its placements was opened",
            clauses: [LAUNCH, CERTIFICATION1X.at("1.1"), CERTIFICATION1X.at("1.2"), CERTIFICATION10.at("1.1")],
            hint: "send resource_link_id, one value for each placement; mind the underscores",
        },
        /// The resource link is empty.
        ResourceLinkIdEmpty = "lti11-resource-link-id-empty" {
            sentence: "resource_link_id is not empty",
            platform: Must, tool: Practice, risk: Low,
            harm: "all placements without an id are one",
            clauses: [LAUNCH],
            hint: "send one value for each placement",
        },
        /// There is no user.
        UserIdMissing = "lti11-user-id-missing" {
            sentence: "a launch carries user_id",
            platform: Certification, tool: None, risk: Low,
            harm: "the tool knows nobody: no work can be kept and no grade returned",
            clauses: [CERTIFICATION10.at("4.1"), LAUNCH],
            hint: "send user_id; it can be opaque where names are kept back",
        },
        /// The user id tells who the user is.
        UserIdPersonal = "lti11-user-id-personal" {
            sentence: "user_id holds nothing that identifies the user outside of the platform",
            platform: Should, tool: None, risk: Low,
            harm: "the id changes with the address, and tells every tool who somebody is",
            clauses: [LAUNCH],
            hint: "send the number of the account, or a random value kept with it, not an e-mail address or a login name",
        },
        /// There are no roles.
        RolesMissing = "lti11-roles-missing" {
            sentence: "a launch carries roles; without them the user has the fewest rights",
            platform: Should, tool: Certification, risk: Medium,
            harm: "a teacher cannot teach; at a tool that guesses, a learner can",
            clauses: [LAUNCH, CERTIFICATION10.at("024")],
            hint: "send the roles of the user in this context",
        },
        /// None of the roles is one of LIS.
        RolesLis = "lti11-roles-lis" {
            sentence: "one of the roles at least is of the LIS vocabularies",
            platform: Should, tool: None, risk: Low,
            harm: "a tool that knows none of the roles gives the fewest rights",
            clauses: [LAUNCH, CERTIFICATION10.at("4.4")],
            hint: "send Learner, Instructor or another name of Appendix A beside the platform's own role",
        },
        /// A role of the platform's own is a short name.
        RolesShort = "lti11-roles-short" {
            sentence: "a role without URN is a context role of LIS",
            platform: Should, tool: None, risk: Low,
            harm: "two platforms mean different things by one name",
            clauses: [LAUNCH, CERTIFICATION10.at("4.4")],
            hint: "write other roles as full URNs; Student is Learner",
        },
        /// A mentor scope without a mentor.
        MentorScope = "lti11-mentor-scope" {
            sentence: "role_scope_mentor comes with the role Mentor alone",
            platform: Should, tool: None, risk: Low,
            harm: "a tool that looks at the list alone lets somebody see the work of others",
            clauses: [LAUNCH],
            hint: "send role_scope_mentor only with urn:lti:role:ims/lis/Mentor",
        },
        /// The context type has no value of LIS.
        ContextType = "lti11-context-type" {
            sentence: "context_type, where it is sent, holds a context type of LIS",
            platform: Must, tool: None, risk: Low,
            harm: "the tool cannot tell a course from a group",
            clauses: [LAUNCH, CERTIFICATION10.at("5.6")],
            hint: "send CourseSection, CourseOffering, CourseTemplate or Group, or its URN",
        },
        /// Nothing is said about the context.
        ContextMissing = "lti11-context-missing" {
            sentence: "a launch from a course carries context_id, context_label and context_title",
            platform: Certification, tool: None, risk: Low,
            harm: "the tool cannot keep courses apart, or name them",
            clauses: [CERTIFICATION10.at("5.1-5.3"), LAUNCH],
            hint: "send all three for launches from a course",
        },
        /// The platform does not name its product.
        PlatformInfo = "lti11-platform-info" {
            sentence: "a launch of LTI 1.1 carries tool_consumer_info_product_family_code and tool_consumer_info_version",
            platform: Certification, tool: None, risk: None,
            harm: "tools cannot work around what a product is known for",
            clauses: [CERTIFICATION10.at("1.4-1.5"), LAUNCH],
            hint: "send both, such as moodle and 2024100706",
        },
        /// The kind of window is unknown.
        DocumentTarget = "lti11-document-target" {
            sentence: "launch_presentation_document_target is frame, iframe, window, popup, overlay or embed",
            platform: Should, tool: None, risk: None,
            harm: "the tool does not know how much room it has",
            clauses: [LAUNCH],
            hint: "send one of the six names in lower case",
        },
        /// Width or height is no number of pixels.
        PresentationSize = "lti11-presentation-size" {
            sentence: "launch_presentation_width and launch_presentation_height are positive whole numbers",
            platform: Certification, tool: None, risk: None,
            harm: "the tool does not know how much room it has",
            clauses: [CERTIFICATION10.at("7.3-7.4"), LAUNCH],
            hint: "send pixels in digits alone, or leave them out",
        },
        /// The address for outcomes is long.
        OutcomeUrlLength = "lti11-outcome-url-length" {
            sentence: "lis_outcome_service_url has 1023 characters at most",
            platform: Should, tool: None, risk: Low,
            harm: "a tool cuts the address, and grades are lost",
            clauses: [LAUNCH],
            hint: "keep what identifies the result in lis_result_sourcedid",
        },
        /// A custom parameter is not there under its folded name.
        CustomName = "lti11-custom-name" {
            sentence: "the name of a custom parameter is in lower case, with _ for whatever is neither letter nor digit",
            platform: Must, tool: None, risk: Low,
            harm: "the tool looks for a name that does not come",
            clauses: [LAUNCH, CERTIFICATION10.at("3.2")],
            hint: "send Review:Chapter as custom_review_chapter; the exact name may come beside it",
        },
        /// A parameter has a name that no text knows.
        ParameterName = "lti11-parameter-name" {
            sentence: "the names of a vendor's own parameters begin with ext_",
            platform: Should, tool: None, risk: None,
            harm: "a later version of the texts gives the name another meaning",
            clauses: [LTI10.at("3")],
            hint: "put ext_ and the name of the product before the name",
        },
        /// A request for content does not say what it wants, or where it goes.
        ContentItemRequest = "lti11-content-item-request" {
            sentence: "a ContentItemSelectionRequest carries content_item_return_url, accept_media_types and accept_presentation_document_targets",
            platform: Practice, tool: None, risk: Low,
            harm: "the tool does not know what it may return, or where to",
            clauses: [CONTENT_ITEM.at("3.1")],
            hint: "send all three",
        },
    }
}

impl Lti11Violation {
    /// Whether a message that breaks this rule is refused here.
    ///
    /// As with LTI 1.3 the answer goes further than the texts where a stranger would get in or two users would look the
    /// same; what platforms send without harm is let in. A duplicate that is signed is no harm: the first value counts.
    pub fn refuses(self, policy: &Policy) -> bool {
        match self {
            Self::UserIdMissing => !policy.anonymous,
            Self::OauthParametersSplit
            | Self::OauthCallbackMissing
            | Self::LaunchBodyHash
            | Self::LaunchForm
            | Self::ParameterDuplicate
            | Self::UserIdPersonal
            | Self::RolesMissing
            | Self::RolesLis
            | Self::RolesShort
            | Self::MentorScope
            | Self::ContextType
            | Self::ContextMissing
            | Self::PlatformInfo
            | Self::DocumentTarget
            | Self::PresentationSize
            | Self::OutcomeUrlLength
            | Self::CustomName
            | Self::ParameterName
            | Self::ContentItemRequest => false,
            _ => true,
        }
    }

    /// Whether the sender is unknown when this rule is broken: then nothing of the message may be believed, and nobody is
    /// sent to its return URL.
    pub const fn leaves_sender_unknown(self) -> bool {
        matches!(
            self,
            Self::SignatureMissing
                | Self::ConsumerKeyMissing
                | Self::ConsumerKeyUnknown
                | Self::SignatureInvalid
                | Self::SignatureMethodMissing
                | Self::SignatureMethod
                | Self::SignaturePlaintext
                | Self::OauthVersion
                | Self::OauthParameterDuplicate
                | Self::BodyHash
                | Self::BodyHashMissing
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Lti11Violation;
    use crate::lti11::inspect::Policy;
    use crate::requirement::Level;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let ids: BTreeSet<_> = Lti11Violation::ALL.iter().map(|violation| violation.id()).collect();
        assert_eq!(ids.len(), Lti11Violation::ALL.len());
        for id in ids {
            assert!(id.starts_with("lti11-") && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{id}");
            assert!(Lti11Violation::from_id(id).is_some());
        }
    }

    #[test]
    fn every_rule_says_where_it_comes_from_and_how_to_mend_it() {
        for violation in Lti11Violation::ALL {
            let rule = violation.requirement();
            assert!(!rule.clauses.is_empty(), "{}", rule.id);
            for text in [rule.sentence, rule.harm, rule.hint] {
                assert!(!text.is_empty() && !text.ends_with('.') && !text.contains("  "), "{}: {text}", rule.id);
            }
        }
    }

    #[test]
    fn whatever_a_tool_must_refuse_is_refused() {
        for violation in Lti11Violation::ALL {
            let rule = violation.requirement();
            // Without roles a user has the fewest rights, and gets in.
            if rule.tool >= Level::Certification && *violation != Lti11Violation::RolesMissing {
                assert!(violation.refuses(&Policy::default()), "{}", rule.id);
            }
            if violation.leaves_sender_unknown() {
                assert!(violation.refuses(&Policy::default()), "{}", rule.id);
            }
        }
    }
}
