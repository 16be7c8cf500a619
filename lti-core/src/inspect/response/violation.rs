//! Every rule that a deep linking response can break.
//!
//! The tool sends it: the level of the tool is how hard the texts bind it to send the message so, the level of the platform
//! how hard they bind it to refuse. The steps of Security Framework 1.0, 5.2.3 bind the platform; the claims of LTI Deep
//! Linking 2.0 bind the tool alone.

use crate::requirement::spec::{AGS, CERTIFICATION, CORE, DEEP_LINKING, PRACTICE, RFC7515, RFC7519, SECURITY};

crate::requirements! {
    /// A rule that a deep linking response breaks.
    pub enum ResponseViolation {
        /// What was posted is no signed token.
        Compact = "lti13-dl-response-compact" {
            sentence: "a deep linking response is a compact JWS whose payload is a JSON object of claims",
            platform: Must, tool: Must, risk: Medium,
            harm: "whatever is not a signed token cannot be verified",
            clauses: [SECURITY.at("5.2.3 step 1"), DEEP_LINKING.at("4.1"), RFC7515.anchored("7.1", "section-7.1")],
            hint: "post the token as the signing library returns it, in the form field JWT",
        },
        /// The response is not signed.
        AlgNone = "lti13-dl-response-alg-none" {
            sentence: "a deep linking response is signed: its alg is never none",
            platform: Must, tool: Must, risk: High,
            harm: "anybody puts content into a course in the tool's name",
            clauses: [SECURITY.anchored("5.4", "message-signing"), SECURITY.at("5.2.3 step 1")],
            hint: "fix the accepted algorithms in the platform and never take them from the token",
        },
        /// The response carries a symmetric signature.
        AlgSymmetric = "lti13-dl-response-alg-symmetric" {
            sentence: "a deep linking response is signed with the tool's private key: its alg is not of the HS family",
            platform: Must, tool: Must, risk: High,
            harm: "a platform that takes the public key for a shared secret accepts what anybody can sign",
            clauses: [SECURITY.at("5.2.3 step 1"), CERTIFICATION.at("4.2")],
            hint: "bind each key to its algorithm family; sign with RS256",
        },
        /// The algorithm is none that can be verified, or does not fit the key.
        Alg = "lti13-dl-response-alg" {
            sentence: "the alg of a deep linking response is an asymmetric one that both sides know and that fits the key; RS256 by default",
            platform: Should, tool: Should, risk: Medium,
            harm: "a signature that cannot be verified proves nothing",
            clauses: [SECURITY.at("5.2.3 step 6"), SECURITY.anchored("6.1", "rsa-key")],
            hint: "sign with RS256: every platform understands it",
        },
        /// The header names no key.
        KidMissing = "lti13-dl-response-kid-missing" {
            sentence: "the header of a deep linking response names its key by kid",
            platform: None, tool: Practice, risk: Low,
            harm: "some platforms refuse it, and after a key change nobody can tell which key to use",
            clauses: [SECURITY.anchored("6.3", "h_key-set-url")],
            hint: "put the kid of the published key into the header",
        },
        /// The header names a key that is not in the tool's set.
        KidUnknown = "lti13-dl-response-kid-unknown" {
            sentence: "the kid of a deep linking response is in the tool's key set",
            platform: Practice, tool: Must, risk: Medium,
            harm: "the platform cannot verify the response; one that then tries anything at hand trusts keys nobody named",
            clauses: [SECURITY.anchored("6.3", "h_key-set-url")],
            hint: "publish the key at the key set URL that the platform has; in the platform, fetch the set again once",
        },
        /// The header demands what is not understood, or says something twice.
        Header = "lti13-dl-response-header" {
            sentence: "the header of a deep linking response has each member once, and no crit that the platform does not understand",
            platform: Must, tool: Must, risk: Medium,
            harm: "two readers of one token see two algorithms, or a condition is ignored",
            clauses: [RFC7515.anchored("4", "section-4"), RFC7515.anchored("4.1.11", "section-4.1.11")],
            hint: "build the header with a JSON library, and leave crit out",
        },
        /// The header carries a key.
        HeaderKey = "lti13-dl-response-header-key" {
            sentence: "the header of a deep linking response carries no key: no jwk, jku, x5u or x5c",
            platform: None, tool: Should, risk: Low,
            harm: "a platform that uses such a key verifies forgeries with the forger's own key",
            clauses: [SECURITY.anchored("5.4", "message-signing")],
            hint: "leave these members out; platforms take keys from the registered key set alone",
        },
        /// The signature does not verify.
        Signature = "lti13-dl-response-signature" {
            sentence: "the signature of a deep linking response verifies with the tool's public key",
            platform: Must, tool: Must, risk: High,
            harm: "anybody puts content into a course in the tool's name",
            clauses: [SECURITY.at("5.2.3 step 1"), RFC7515.anchored("5.2", "section-5.2")],
            hint: "compare the key published under this kid with the key that signs",
        },
        /// A claim is there twice.
        ClaimDuplicate = "lti13-dl-response-claim-duplicate" {
            sentence: "each claim of a deep linking response is there once",
            platform: May, tool: Must, risk: Medium,
            harm: "two readers of one token see two tools, or two lists of items",
            clauses: [RFC7519.anchored("4", "section-4")],
            hint: "build the claims with a JSON library",
        },
        /// A claim that the response needs has the wrong JSON type.
        ClaimType = "lti13-dl-response-claim-type" {
            sentence: "each claim that a deep linking response needs has the JSON type that its clause gives it",
            platform: Practice, tool: Must, risk: Low,
            harm: "platforms read the value differently, or crash over it",
            clauses: [SECURITY.at("5.2.2"), RFC7519.anchored("4.1", "section-4.1")],
            hint: "exp and iat are numbers, not strings; iss, nonce and the ids are strings",
        },
        /// The issuer is missing or not the tool.
        Iss = "lti13-dl-response-iss" {
            sentence: "the iss of a deep linking response is the tool's client id",
            platform: Must, tool: Must, risk: High,
            harm: "one tool puts content into a course in the name of another",
            clauses: [SECURITY.at("5.2.2"), SECURITY.at("5.2.3 step 2")],
            hint: "iss is the client id and aud the platform's issuer: the two are often swapped",
        },
        /// The audience is missing or not the platform.
        Aud = "lti13-dl-response-aud" {
            sentence: "the aud of a deep linking response contains the platform's issuer, the iss of the request",
            platform: Must, tool: Must, risk: High,
            harm: "a response made for another platform is accepted here",
            clauses: [SECURITY.at("5.2.3 step 3"), DEEP_LINKING.at("4.5.1 (lower-case must)")],
            hint: "send the iss of the request as aud, character by character, not the return URL",
        },
        /// The audience contains somebody whom the platform does not trust.
        AudUntrusted = "lti13-dl-response-aud-untrusted" {
            sentence: "every further audience of a deep linking response is one that the platform trusts",
            platform: Must, tool: None, risk: Medium,
            harm: "the other audience holds the same token and can use it here",
            clauses: [SECURITY.at("5.2.3 step 3")],
            hint: "send one response to one platform",
        },
        /// There is no end to the response.
        ExpMissing = "lti13-dl-response-exp-missing" {
            sentence: "a deep linking response says when it ends",
            platform: Must, tool: Must, risk: High,
            harm: "a stolen response works forever",
            clauses: [SECURITY.at("5.2.2"), SECURITY.at("5.2.3 step 7")],
            hint: "send exp, a number of seconds, some minutes ahead",
        },
        /// The response has ended.
        Exp = "lti13-dl-response-exp" {
            sentence: "the current time is before the exp of the deep linking response, give or take a small leeway",
            platform: Must, tool: Must, risk: High,
            harm: "a response found in a log still puts content into a course",
            clauses: [SECURITY.at("5.2.3 step 7"), SECURITY.at("5.2.2")],
            hint: "compare the clocks of both systems; make the token when the user is done, not when the page is shown",
        },
        /// The response does not say when it was made.
        IatMissing = "lti13-dl-response-iat-missing" {
            sentence: "a deep linking response says when it was made",
            platform: None, tool: Must, risk: Low,
            harm: "a platform cannot limit how long it remembers nonces",
            clauses: [SECURITY.at("5.2.2")],
            hint: "send iat, a number of seconds",
        },
        /// The response is not good yet.
        Nbf = "lti13-dl-response-nbf" {
            sentence: "the nbf of a deep linking response, where it is sent, has come",
            platform: Must, tool: None, risk: Low,
            harm: "a response counts before its maker wanted it to",
            clauses: [RFC7519.anchored("4.1.5", "section-4.1.5")],
            hint: "compare the clocks of both systems, or leave nbf out",
        },
        /// There is no nonce.
        NonceMissing = "lti13-dl-response-nonce-missing" {
            sentence: "a deep linking response has a nonce",
            platform: Must, tool: Must, risk: Medium,
            harm: "the platform cannot tell a repeated response from a new one",
            clauses: [SECURITY.at("5.2.2"), SECURITY.at("5.2.3 step 9")],
            hint: "send a nonce, fresh and random for each response",
        },
        /// The nonce was seen before.
        NonceReplayed = "lti13-dl-response-nonce-replayed" {
            sentence: "the nonce of a deep linking response was not seen before",
            platform: Should, tool: None, risk: Medium,
            harm: "one response puts the same content into a course again and again",
            clauses: [SECURITY.at("5.2.3 step 9")],
            hint: "claim each nonce once, after the signature holds",
        },
        /// The message is of another type, or of none.
        MessageType = "lti13-dl-response-message-type" {
            sentence: "the message_type of a deep linking response is LtiDeepLinkingResponse (lower-case must)",
            platform: None, tool: Must, risk: Low,
            harm: "a message for another purpose is taken for chosen content",
            clauses: [DEEP_LINKING.at("4.5.2 (lower-case must)")],
            hint: "the name is LtiDeepLinkingResponse, letter by letter",
        },
        /// The version is another, or none.
        Version = "lti13-dl-response-version" {
            sentence: "the version of a deep linking response is 1.3.0 (lower-case must)",
            platform: None, tool: Must, risk: None,
            harm: "the platform cannot tell how to read the message",
            clauses: [DEEP_LINKING.at("4.5.3 (lower-case must)")],
            hint: "send the text 1.3.0",
        },
        /// The response names no deployment.
        DeploymentMissing = "lti13-dl-response-deployment-missing" {
            sentence: "a deep linking response names its deployment",
            platform: None, tool: Must, risk: Low,
            harm: "the platform cannot tell where the content belongs",
            clauses: [CORE.at("3.1.3"), DEEP_LINKING.at("4.5.4 (lower-case must)")],
            hint: "send the deployment_id of the request",
        },
        /// The deployment is none of this tool.
        Deployment = "lti13-dl-response-deployment" {
            sentence: "the deployment_id of a deep linking response is the one of the request",
            platform: Practice, tool: Must, risk: Medium,
            harm: "content ends up with a customer who never asked for it",
            clauses: [CORE.at("3.1.3"), DEEP_LINKING.at("4.5.4 (lower-case must)")],
            hint: "send the deployment_id of the request, character by character",
        },
        /// What the request brought did not come back.
        Data = "lti13-dl-response-data" {
            sentence: "the data of a deep linking response is the data of the request, unchanged; required if it was sent (lower-case must)",
            platform: Practice, tool: Must, risk: High,
            harm: "the platform cannot tell whose response it is: content lands in another session or is lost",
            clauses: [DEEP_LINKING.at("4.5.5 (lower-case must)"), SECURITY.at("7.3.1 (lower-case must)")],
            hint: "give data back as the JSON that it came as; do not decode it or make a string of it",
        },
        /// The response brings data although the request brought none.
        DataInvented = "lti13-dl-response-data-invented" {
            sentence: "a deep linking response has data only if the request had",
            platform: None, tool: Practice, risk: Low,
            harm: "a platform takes it for its own and looks for a session that never was",
            clauses: [DEEP_LINKING.at("4.5.5")],
            hint: "leave data out if the request had none",
        },
        /// The items are no array.
        Items = "lti13-dl-response-items" {
            sentence: "the content_items of a deep linking response, where they are sent, are an array",
            platform: None, tool: Must, risk: Low,
            harm: "nothing that was chosen arrives",
            clauses: [DEEP_LINKING.at("4.5.6")],
            hint: "send an array, also for one item; an empty one, or none, for nothing",
        },
        /// Several items came where one was asked for.
        Multiple = "lti13-dl-response-multiple" {
            sentence: "a deep linking response has one item at most where accept_multiple is false",
            platform: None, tool: Practice, risk: Low,
            harm: "the platform throws away what the user chose",
            clauses: [DEEP_LINKING.at("4.4.1")],
            hint: "let the user choose one item where accept_multiple is false",
        },
        /// An item has a type that was not asked for.
        AcceptTypes = "lti13-dl-response-accept-types" {
            sentence: "each item of a deep linking response has a type of accept_types",
            platform: None, tool: Practice, risk: Low,
            harm: "the platform throws away what the user chose",
            clauses: [DEEP_LINKING.at("4.4.1")],
            hint: "offer what the platform takes: look at accept_types",
        },
        /// A text for people is none.
        Text = "lti13-dl-response-text" {
            sentence: "msg, log, errormsg and errorlog of a deep linking response are plain text strings",
            platform: None, tool: Practice, risk: Low,
            harm: "the user is told nothing, or the platform crashes",
            clauses: [DEEP_LINKING.at("4.5.7 to 4.5.10")],
            hint: "send strings, and no HTML",
        },
        /// A claim of a vendor is not named by a URL.
        ClaimName = "lti13-dl-response-claim-name" {
            sentence: "a vendor's claim in a deep linking response is named by a URL",
            platform: None, tool: Must, risk: None,
            harm: "two vendors use one name for two things",
            clauses: [CORE.at("5.4.7"), SECURITY.at("5.3")],
            hint: "name the claim by a URL of your own domain",
        },
        /// An item does not say what it is.
        ItemType = "lti13-dl-response-item-type" {
            sentence: "each content item is an object with a type (lower-case must: required)",
            platform: None, tool: Must, risk: Low,
            harm: "the platform does not know what it is, and leaves it out",
            clauses: [DEEP_LINKING.at("3.1 to 3.5 (lower-case must)"), DEEP_LINKING.at("3.7 (lower-case must)")],
            hint: "send type: link, ltiResourceLink, file, html or image",
        },
        /// An item that needs an address has none.
        ItemUrl = "lti13-dl-response-item-url" {
            sentence: "a link, a file and an image have a fully qualified url (lower-case must: required); where a resource link has one, it is such a URL as well",
            platform: None, tool: Must, risk: Medium,
            harm: "the item leads nowhere",
            clauses: [DEEP_LINKING.at("3.1, 3.2, 3.3 and 3.5 (lower-case must)")],
            hint: "send url, scheme and host included",
        },
        /// A fragment of HTML has no HTML.
        ItemHtml = "lti13-dl-response-item-html" {
            sentence: "an html item has html, and the embed of a link as well (lower-case must: required)",
            platform: None, tool: Must, risk: Low,
            harm: "nothing is shown",
            clauses: [DEEP_LINKING.at("3.4 (lower-case must)"), DEEP_LINKING.at("3.1 (lower-case must)")],
            hint: "send html, a string",
        },
        /// The frame of a link shows nothing.
        ItemFrame = "lti13-dl-response-item-frame" {
            sentence: "the iframe of a link has a src (lower-case must: required)",
            platform: None, tool: Must, risk: Low,
            harm: "the frame stays empty",
            clauses: [DEEP_LINKING.at("3.1 (lower-case must)")],
            hint: "send src, what the frame shows; the iframe of an ltiResourceLink has none",
        },
        /// A size is no whole number of pixels.
        ItemSize = "lti13-dl-response-item-size" {
            sentence: "widths and heights of a content item are integers, in pixels",
            platform: None, tool: Practice, risk: None,
            harm: "the item is shown in another size",
            clauses: [DEEP_LINKING.at("3.1")],
            hint: "send numbers, without quotes and units",
        },
        /// A custom parameter is no string.
        ItemCustom = "lti13-dl-response-item-custom" {
            sentence: "the custom of an ltiResourceLink is an object of strings; null is no value (lower-case must)",
            platform: None, tool: Must, risk: Medium,
            harm: "the parameter does not reach the launch, and another resource opens",
            clauses: [DEEP_LINKING.at("3.2 (lower-case must)")],
            hint: "send numbers and objects as strings; leave out what has no value",
        },
        /// A line item says not what can be reached.
        ItemLineItem = "lti13-dl-response-item-line-item" {
            sentence: "the lineItem of an ltiResourceLink has a scoreMaximum, a number greater than 0 (lower-case must: required)",
            platform: None, tool: Must, risk: Medium,
            harm: "no column is made, and grades have nowhere to go",
            clauses: [DEEP_LINKING.at("3.2 (lower-case must)"), AGS.at("3.2.8")],
            hint: "send scoreMaximum, such as 100",
        },
        /// A date of an item is none.
        ItemDate = "lti13-dl-response-item-date" {
            sentence: "the dates of available and submission, and expiresAt, are ISO 8601",
            platform: None, tool: Practice, risk: Low,
            harm: "learners cannot open the item, or submit too late",
            clauses: [DEEP_LINKING.at("3.2"), DEEP_LINKING.at("3.3")],
            hint: "write 2026-11-22T08:00:00Z",
        },
        /// A member of somebody's own is not named by a URL.
        ItemExtension = "lti13-dl-response-item-extension" {
            sentence: "what is added to a content item is named by a fully qualified URL; the text's own sample adds mediaType to a file",
            platform: None, tool: Should, risk: None,
            harm: "two vendors use one name for two things",
            clauses: [DEEP_LINKING.at("3.6")],
            hint: "name the member by a URL of your own domain",
        },
        /// A new type is not named by a URL.
        ItemNewType = "lti13-dl-response-item-new-type" {
            sentence: "a type of one's own is named by a fully qualified URL, unless 1EdTech defined it",
            platform: None, tool: Practice, risk: None,
            harm: "two vendors use one name for two types",
            clauses: [DEEP_LINKING.at("3.7 (lower-case must)")],
            hint: "look at the spelling: the types are link, ltiResourceLink, file, html and image",
        },
        /// A member of an item has another type.
        ItemMember = "lti13-dl-response-item-member" {
            sentence: "titles and texts of a content item are strings; icon, thumbnail, window, iframe, embed, lineItem, available and submission are objects",
            platform: None, tool: Practice, risk: Low,
            harm: "the platform leaves the member out, or fails",
            clauses: [DEEP_LINKING.at("3.1 to 3.5"), PRACTICE.at("types of members")],
            hint: "leave out what has no value, rather than sending null",
        },
    }
}

impl ResponseViolation {
    /// Whether a response that breaks this rule is refused here.
    ///
    /// What concerns one item does not refuse the others: an item that cannot be used is kept aside. What the texts bind
    /// the tool to without a harm to anybody is taken as it is.
    pub fn refuses(self) -> bool {
        matches!(
            self,
            Self::Compact
                | Self::AlgNone
                | Self::AlgSymmetric
                | Self::Alg
                | Self::KidUnknown
                | Self::Header
                | Self::Signature
                | Self::ClaimDuplicate
                | Self::ClaimType
                | Self::Iss
                | Self::Aud
                | Self::AudUntrusted
                | Self::ExpMissing
                | Self::Exp
                | Self::Nbf
                | Self::NonceMissing
                | Self::NonceReplayed
                | Self::MessageType
                | Self::Version
                | Self::DeploymentMissing
                | Self::Deployment
                | Self::Data
                | Self::Items
        )
    }
}
