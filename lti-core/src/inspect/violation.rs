//! Every rule that a launch can break, from the login to the replayed nonce.
//!
//! The levels follow the texts word by word. A claim that a platform must send does not by itself oblige a tool to
//! refuse a message without it: LTI Core 1.3 binds the sender, the Security Framework's nine steps (5.1.3) bind the
//! receiver, and where only the certification guide asks for the refusal the level says so.

use super::Policy;
use crate::requirement::Clause;
use crate::requirement::spec::{
    CERTIFICATION, CORE, DEEP_LINKING, FORM_POST, OIDC_CORE, PRACTICE, RFC6749, RFC7515, RFC7517, RFC7518, RFC7519,
    RFC8725, RFC9700, SECURITY,
};

const LOGIN: Clause = SECURITY.anchored("5.1.1.1", "step-1-third-party-initiated-login");
const REQUEST: Clause = SECURITY.anchored("5.1.1.2", "step-2-authentication-request");
const RESPONSE: Clause = SECURITY.anchored("5.1.1.3", "step-3-authentication-response");
const DISPLAY: Clause = SECURITY.anchored("5.1.1.4", "step-4-resource-is-displayed");
const ERROR: Clause = SECURITY.anchored("5.1.1.5", "authentication-error-response");
const ID_TOKEN: Clause = SECURITY.anchored("5.1.2", "id-token");
const BAD_PAYLOADS: Clause = CERTIFICATION.at("6.1.1");

const fn step(section: &'static str) -> Clause {
    SECURITY.anchored(section, "authentication-response-validation")
}

crate::requirements! {
    /// A rule that a login, an authentication request, an authentication response or a launch message breaks.
    pub enum Violation {
        /// The ID token is not a compact JWS.
        TokenCompact = "lti13-token-compact" {
            sentence: "an ID token is a compact JWS: header, payload and signature in base64url without padding, two dots between them",
            platform: Must, tool: Must, risk: Medium,
            harm: "whatever is not a signed token cannot be verified; a parser that guesses may accept an unsigned one",
            clauses: [step("5.1.3 step 1"), ID_TOKEN, RFC7515.anchored("7.1", "section-7.1")],
            hint: "send the token as the signing library returns it; do not re-encode, pad or wrap it, and check that a proxy does not cut long form fields",
        },
        /// The ID token is longer than 256 KiB.
        TokenSize = "lti13-token-size" {
            sentence: "an ID token stays within 256 KiB",
            platform: None, tool: Practice, risk: Low,
            harm: "a stranger decides how much memory and time a login costs",
            clauses: [PRACTICE.at("limits on input")],
            hint: "leave large values out of custom parameters; services are there to fetch them",
        },
        /// The payload is not a JSON object.
        TokenPayload = "lti13-token-payload" {
            sentence: "the payload of an ID token is a JSON object of claims",
            platform: Must, tool: Must, risk: Medium,
            harm: "there are no claims to check; a tool that goes on lets somebody in whom nobody named",
            clauses: [RFC7519.anchored("7.2", "section-7.2"), ID_TOKEN],
            hint: "sign the claims as one UTF-8 JSON object",
        },
        /// The token is not signed.
        TokenAlgNone = "lti13-token-alg-none" {
            sentence: "an ID token is signed: its alg is never none",
            platform: Must, tool: Must, risk: High,
            harm: "anybody who can open a browser signs in as anybody",
            clauses: [step("5.1.3 step 1"), OIDC_CORE.at("2"), RFC8725.anchored("3.1", "section-3.1")],
            hint: "fix the accepted algorithms in the tool (RS256 at least) and never take them from the token",
        },
        /// The token carries a symmetric signature.
        TokenAlgSymmetric = "lti13-token-alg-symmetric" {
            sentence: "an ID token is signed with the platform's private key: its alg is not of the HS family",
            platform: Must, tool: Must, risk: High,
            harm: "a tool that takes the public key for a shared secret accepts tokens that anybody can sign",
            clauses: [
                step("5.1.3 step 1"), CERTIFICATION.at("4.2"), SECURITY.at("7.3.2"),
                RFC8725.anchored("3.1", "section-3.1"),
            ],
            hint: "bind each key to its algorithm family; refuse HS256 before any key is looked up",
        },
        /// The algorithm is none that can be verified here.
        TokenAlg = "lti13-token-alg" {
            sentence: "the alg of an ID token is an asymmetric signature algorithm with SHA-256 at least that the tool knows; RS256 by default",
            platform: Should, tool: Must, risk: Medium,
            harm: "a signature that cannot be verified, or a hash that can be forged, proves nothing",
            clauses: [SECURITY.anchored("6.1", "rsa-key"), step("5.1.3 step 6"), RFC7518.anchored("3.1", "section-3.1")],
            hint: "sign with RS256: every tool understands it; the name is RS256, not RSA256",
        },
        /// The algorithm does not fit the key.
        TokenAlgKey = "lti13-token-alg-key" {
            sentence: "the alg of an ID token fits the type of the key that its kid names, and the key's own alg",
            platform: Must, tool: Must, risk: High,
            harm: "a key used with a foreign algorithm is the way in of algorithm confusion",
            clauses: [step("5.1.3 step 1"), RFC8725.anchored("3.1", "section-3.1"), RFC7517.anchored("4.4", "section-4.4")],
            hint: "publish the signing key under the kid that the header names, with the alg it signs with",
        },
        /// The header names no key.
        TokenKidMissing = "lti13-token-kid-missing" {
            sentence: "the header of an ID token names its key by kid",
            platform: Certification, tool: Certification, risk: Low,
            harm: "after a key change the tool cannot tell which key to use, and launches fail",
            clauses: [CERTIFICATION.at("6.1.1, No KID Sent in JWT header"), SECURITY.anchored("6.3", "h_key-set-url")],
            hint: "put the kid of the published key into the header of each token",
        },
        /// The header names a key that is not in the set.
        TokenKidUnknown = "lti13-token-kid-unknown" {
            sentence: "the kid of an ID token is in the platform's key set",
            platform: Certification, tool: Certification, risk: Medium,
            harm: "launches fail after a key change; a tool that then tries anything at hand trusts keys nobody named",
            clauses: [CERTIFICATION.at("6.1.1, Incorrect KID in JWT header"), SECURITY.anchored("6.3", "h_key-set-url")],
            hint: "publish the key before signing with it; in the tool, fetch the key set again once when a kid is unknown",
        },
        /// The header demands something that is not understood.
        TokenCrit = "lti13-token-crit" {
            sentence: "every extension that the header lists in crit is one that the receiver understands",
            platform: Must, tool: Must, risk: Medium,
            harm: "a condition that the signer declared indispensable is ignored",
            clauses: [
                RFC7519.anchored("7.2", "section-7.2"), RFC7515.anchored("4.1.11", "section-4.1.11"),
                step("5.1.3 step 1"),
            ],
            hint: "leave crit out: no extension is agreed on for LTI messages",
        },
        /// The signature does not verify.
        TokenSignature = "lti13-token-signature" {
            sentence: "the signature of an ID token verifies with the platform's public key",
            platform: Must, tool: Must, risk: High,
            harm: "anybody can make up a launch, or change a genuine one, and sign in as anybody",
            clauses: [step("5.1.3 step 1"), RFC7515.anchored("5.2", "section-5.2")],
            hint: "compare the key published under this kid with the key that signs; a stale cached key set is the usual cause",
        },
        /// The header carries a key or an address of one.
        TokenHeaderKey = "lti13-token-header-key" {
            sentence: "the header of an ID token carries no key: no jwk, jku, x5u or x5c",
            platform: Should, tool: None, risk: Low,
            harm: "a receiver that uses such a key verifies forgeries with the forger's own key, or fetches an address of the forger's choice",
            clauses: [SECURITY.anchored("5.4", "message-signing"), OIDC_CORE.at("2"), RFC8725.anchored("3.10", "section-3.10")],
            hint: "leave these members out; receivers take keys from the registered key set alone",
        },
        /// A header member is there twice.
        TokenHeaderDuplicate = "lti13-token-header-duplicate" {
            sentence: "each member of the JOSE header is there once",
            platform: Must, tool: Should, risk: Medium,
            harm: "two readers of one token see two algorithms or two keys",
            clauses: [RFC7515.anchored("4", "section-4"), RFC7515.anchored("5.2", "section-5.2")],
            hint: "build the header with a JSON library, not by joining texts",
        },
        /// A claim is there twice.
        TokenClaimDuplicate = "lti13-token-claim-duplicate" {
            sentence: "each claim of an ID token is there once",
            platform: Must, tool: May, risk: Medium,
            harm: "two readers of one token see two users, or two audiences",
            clauses: [RFC7519.anchored("4", "section-4")],
            hint: "build the claims with a JSON library; a receiver refuses duplicates, or takes the last one",
        },
        /// A claim that the message needs has the wrong JSON type.
        TokenClaimType = "lti13-token-claim-type" {
            sentence: "each claim that the message needs has the JSON type that its clause gives it",
            platform: Must, tool: Practice, risk: Low,
            harm: "receivers read the value differently, or crash over it",
            clauses: [ID_TOKEN, RFC7519.anchored("4.1", "section-4.1"), CORE.at("5.3")],
            hint: "exp and iat are numbers, not strings; sub, nonce and the ids are strings, not numbers",
        },
        /// There is no issuer.
        TokenIssMissing = "lti13-token-iss-missing" {
            sentence: "an ID token names its issuer",
            platform: Must, tool: Must, risk: High,
            harm: "a token of any platform passes for one of this platform",
            clauses: [step("5.1.3 step 2"), ID_TOKEN, BAD_PAYLOADS],
            hint: "send iss, with the value that was registered",
        },
        /// The issuer is not the registered one.
        TokenIss = "lti13-token-iss" {
            sentence: "the iss of an ID token is exactly the registered issuer of the platform that the login was for",
            platform: Must, tool: Must, risk: High,
            harm: "one platform signs in the users of another",
            clauses: [step("5.1.3 step 2"), ID_TOKEN, OIDC_CORE.at("3.1.3.7 step 2")],
            hint: "compare character by character: a slash at the end, http for https and another case are the usual differences",
        },
        /// There is no audience.
        TokenAudMissing = "lti13-token-aud-missing" {
            sentence: "an ID token names its audience",
            platform: Must, tool: Must, risk: High,
            harm: "a token made for another tool opens this one",
            clauses: [step("5.1.3 step 3"), ID_TOKEN],
            hint: "send aud with the tool's client id",
        },
        /// The audience does not contain the tool.
        TokenAud = "lti13-token-aud" {
            sentence: "the aud of an ID token contains the tool's client id",
            platform: Must, tool: Must, risk: High,
            harm: "another tool of the same platform can sign its users in here with tokens made for itself",
            clauses: [step("5.1.3 step 3"), ID_TOKEN, BAD_PAYLOADS],
            hint: "compare aud, a string or an array, with the client id of this registration",
        },
        /// The audience contains somebody whom the tool does not trust.
        TokenAudUntrusted = "lti13-token-aud-untrusted" {
            sentence: "every further audience of an ID token is one that the tool trusts",
            platform: None, tool: Must, risk: Medium,
            harm: "the other audience holds the same token and can use it here",
            clauses: [step("5.1.3 step 3")],
            hint: "send one token to one tool; where several are meant, the tool lists the others as trusted",
        },
        /// There are several audiences and nobody is named as the authorized party.
        TokenAzpMissing = "lti13-token-azp-missing" {
            sentence: "an ID token with several audiences names the authorized party in azp",
            platform: None, tool: Should, risk: Low,
            harm: "nobody can tell for whom the token was made",
            clauses: [step("5.1.3 step 4")],
            hint: "send azp with the client id, or one audience; OpenID Connect Core 1.0, errata set 2, dropped this step",
        },
        /// The authorized party is not the tool.
        TokenAzp = "lti13-token-azp" {
            sentence: "the azp of an ID token, if it is there, is the tool's client id",
            platform: Must, tool: Should, risk: Medium,
            harm: "a token issued to another tool opens this one",
            clauses: [step("5.1.3 step 5"), ID_TOKEN],
            hint: "send the client id as azp, or leave azp out",
        },
        /// There is no end to the token.
        TokenExpMissing = "lti13-token-exp-missing" {
            sentence: "an ID token says when it ends",
            platform: Must, tool: Must, risk: High,
            harm: "a stolen token works forever",
            clauses: [step("5.1.3 step 7"), ID_TOKEN],
            hint: "send exp, a number of seconds, some minutes ahead",
        },
        /// The token has ended.
        TokenExp = "lti13-token-exp" {
            sentence: "the current time is before the exp of the ID token, give or take a small leeway",
            platform: Must, tool: Must, risk: High,
            harm: "a token found in a log or a history still signs somebody in",
            clauses: [step("5.1.3 step 7"), ID_TOKEN, CERTIFICATION.at("6.1.1, Timestamps Incorrect")],
            hint: "compare the clocks of both systems first; a difference of minutes explains most of these",
        },
        /// The token has ended, but within the leeway.
        TokenExpLeeway = "lti13-token-exp-leeway" {
            sentence: "the current time is before the exp of the ID token without any leeway",
            platform: None, tool: May, risk: None,
            harm: "none by itself; the clocks of the two systems differ",
            clauses: [ID_TOKEN],
            hint: "set both clocks by NTP, and give tokens some minutes to live",
        },
        /// The token does not say when it was made.
        TokenIatMissing = "lti13-token-iat-missing" {
            sentence: "an ID token says when it was made",
            platform: Must, tool: None, risk: Low,
            harm: "a tool cannot limit how long it remembers nonces",
            clauses: [ID_TOKEN],
            hint: "send iat, a number of seconds",
        },
        /// The token was made in the future.
        TokenIatFuture = "lti13-token-iat-future" {
            sentence: "the iat of an ID token is not in the future, give or take a small leeway",
            platform: None, tool: May, risk: Low,
            harm: "none by itself; the clocks of the two systems differ, and other checks of time may fail",
            clauses: [step("5.1.3 step 8")],
            hint: "set both clocks by NTP",
        },
        /// The token is older than the tool allows.
        TokenIatOld = "lti13-token-iat-old" {
            sentence: "the iat of an ID token is not older than the tool's policy allows",
            platform: None, tool: May, risk: Low,
            harm: "a token that travelled for long may have been seen by others",
            clauses: [step("5.1.3 step 8")],
            hint: "mint the token when the authentication request arrives, not when the page is built",
        },
        /// The token is not valid yet.
        TokenNbf = "lti13-token-nbf" {
            sentence: "the current time is not before the nbf of the ID token, if it has one, give or take a small leeway",
            platform: Practice, tool: Practice, risk: Low,
            harm: "a token is used before its time",
            clauses: [RFC7519.anchored("4.1.5", "section-4.1.5")],
            hint: "leave nbf out, or set it to iat, and set both clocks by NTP",
        },
        /// There is no nonce.
        TokenNonceMissing = "lti13-token-nonce-missing" {
            sentence: "an ID token contains a nonce",
            platform: Must, tool: Must, risk: High,
            harm: "a stolen token can be put into any other login, and used again",
            clauses: [step("5.1.3 step 9"), ID_TOKEN],
            hint: "copy the nonce of the authentication request into the token",
        },
        /// The nonce is not the one that was sent.
        TokenNonce = "lti13-token-nonce" {
            sentence: "the nonce of an ID token is the one that this login sent",
            platform: Must, tool: Must, risk: High,
            harm: "a token caught in one browser signs its user in in another",
            clauses: [OIDC_CORE.at("3.2.2.11 step 2"), OIDC_CORE.at("3.1.3.7 step 11"), ID_TOKEN],
            hint: "keep the nonce with the state of the login and compare; the platform returns it unmodified",
        },
        /// There is no user.
        TokenSubMissing = "lti13-token-sub-missing" {
            sentence: "a launch names its user in sub",
            platform: None, tool: Certification, risk: None,
            harm: "none if the launch is treated as anonymous, as LTI Core 1.3, 5.3.6.1 reads it; the certification guide counts it as a bad payload",
            clauses: [CERTIFICATION.at("6.1.1, user Claim Missing"), CORE.at("5.3.6.1"), ID_TOKEN],
            hint: "send sub unless the launch is meant to be anonymous; a tool may refuse anonymous users by its policy",
        },
        /// A launch without a user carries the name of a person.
        TokenSubIdentity = "lti13-token-sub-identity" {
            sentence: "a launch without sub carries no other claim about the identity of its user",
            platform: Must, tool: None, risk: Low,
            harm: "the launch is neither anonymous nor bound to a user who can be recognised",
            clauses: [ID_TOKEN, CORE.at("5.3.6.1")],
            hint: "send sub beside name and e-mail, or leave all of them out",
        },
        /// The user is an empty text.
        TokenSubEmpty = "lti13-token-sub-empty" {
            sentence: "the sub of a launch, if it is there, is not empty",
            platform: Practice, tool: Certification, risk: Medium,
            harm: "all users without an id share one account",
            clauses: [CERTIFICATION.at("6.1.1, user Claim Missing"), CORE.at("5.3.6")],
            hint: "leave sub out for an anonymous launch",
        },
        /// The user's id is too long or not ASCII.
        TokenSubLength = "lti13-token-sub-length" {
            sentence: "the sub of a launch has at most 255 ASCII characters",
            platform: Must, tool: None, risk: Low,
            harm: "a tool that cuts the value off merges two users",
            clauses: [ID_TOKEN, CORE.at("5.3.6")],
            hint: "use a short opaque id; a receiver stores it whole or refuses it",
        },

        /// There is no version.
        LaunchVersionMissing = "lti13-launch-version-missing" {
            sentence: "a message states its LTI version",
            platform: Must, tool: Certification, risk: Low,
            harm: "the tool reads a message by rules that may not apply",
            clauses: [CORE.at("5.3.2"), CERTIFICATION.at("6.1.1, No LTI Version")],
            hint: "send the claim version with the value 1.3.0",
        },
        /// The version is another one.
        LaunchVersion = "lti13-launch-version" {
            sentence: "the LTI version of a message is 1.3.0",
            platform: Must, tool: Certification, risk: Low,
            harm: "the tool reads a message by rules that may not apply",
            clauses: [CORE.at("5.3.2"), CERTIFICATION.at("6.1.1, Wrong LTI Version")],
            hint: "the value is the text 1.3.0, for every revision of the document",
        },
        /// There is no message type.
        LaunchMessageTypeMissing = "lti13-launch-message-type-missing" {
            sentence: "a message states its type",
            platform: Must, tool: Certification, risk: Low,
            harm: "the tool cannot tell a launch from a deep linking request",
            clauses: [CORE.at("5.3.1"), CERTIFICATION.at("6.1.1, messsage_type Claim Missing")],
            hint: "send the claim message_type",
        },
        /// The message type is another one.
        LaunchMessageType = "lti13-launch-message-type" {
            sentence: "the type of a message is one that the receiver handles: LtiResourceLinkRequest, and LtiDeepLinkingRequest where it asked for that",
            platform: Must, tool: Practice, risk: Low,
            harm: "a message for another purpose is shown as a launch",
            clauses: [CORE.at("5.3.1"), CORE.at("4.3.1")],
            hint: "the names are case-sensitive; register a placement only for messages that the tool supports",
        },
        /// There is no deployment.
        LaunchDeploymentMissing = "lti13-launch-deployment-missing" {
            sentence: "a message names its deployment",
            platform: Must, tool: Certification, risk: Medium,
            harm: "the data of two schools on one platform land in one account",
            clauses: [CORE.at("3.1.3"), CORE.at("5.3.3"), CERTIFICATION.at("6.1.1, deployment_id Claim Missing")],
            hint: "send the claim deployment_id, even where there is one deployment only",
        },
        /// The tool does not know the deployment.
        LaunchDeploymentUnknown = "lti13-launch-deployment-unknown" {
            sentence: "the deployment of a message is one that the tool's operator listed",
            platform: None, tool: Practice, risk: Medium,
            harm: "a school that nobody agreed with uses the tool, on the account of another",
            clauses: [CORE.at("3.1.3"), CORE.at("5.3.3")],
            hint: "add the deployment id to the registration, or let the tool create deployments at their first launch",
        },
        /// The deployment's id is too long or not ASCII.
        LaunchDeploymentLength = "lti13-launch-deployment-length" {
            sentence: "the deployment_id of a message has at most 255 ASCII characters",
            platform: Must, tool: None, risk: Low,
            harm: "a tool that cuts the value off merges two deployments",
            clauses: [CORE.at("5.3.3")],
            hint: "use a short opaque id",
        },
        /// The login named another deployment.
        LaunchDeploymentDiffers = "lti13-launch-deployment-differs" {
            sentence: "the deployment_id of a message is the lti_deployment_id of its login, if that came",
            platform: Must, tool: None, risk: Low,
            harm: "a tool that chose its database by the login looks into the wrong one",
            clauses: [CORE.at("4.1.2")],
            hint: "fill both from one value; in the tool, trust the signed claim",
        },
        /// There is no target.
        LaunchTargetLinkUriMissing = "lti13-launch-target-link-uri-missing" {
            sentence: "a launch of a resource link states its target_link_uri",
            platform: Must, tool: None, risk: Low,
            harm: "the tool cannot tell where the user wants to go, and has only the unsigned value of the login",
            clauses: [CORE.at("5.3.4")],
            hint: "send the claim target_link_uri with the value of the login",
        },
        /// The login named another target.
        LaunchTargetLinkUriDiffers = "lti13-launch-target-link-uri-differs" {
            sentence: "the target_link_uri of a launch is the one of its login",
            platform: Must, tool: None, risk: Low,
            harm: "the user lands on a page that was not asked for",
            clauses: [CORE.at("5.3.4")],
            hint: "fill both from one value; in the tool, follow the signed claim",
        },
        /// There is no resource link.
        LaunchResourceLinkMissing = "lti13-launch-resource-link-missing" {
            sentence: "a launch of a resource link names the link",
            platform: Must, tool: Certification, risk: Medium,
            harm: "work is attached to no link, or to the wrong one",
            clauses: [CORE.at("5.3.5"), CERTIFICATION.at("6.1.1, resource_link_id Claim Missing")],
            hint: "send the claim resource_link with its id",
        },
        /// The resource link has no id.
        LaunchResourceLinkIdMissing = "lti13-launch-resource-link-id-missing" {
            sentence: "the resource_link of a launch has an id",
            platform: Must, tool: Certification, risk: Medium,
            harm: "work is attached to no link, or to the wrong one",
            clauses: [CORE.at("5.3.5"), CERTIFICATION.at("6.1.1, resource_link_id Claim Missing")],
            hint: "send the id within the claim resource_link, as a string",
        },
        /// The resource link's id is too long or not ASCII.
        LaunchResourceLinkIdLength = "lti13-launch-resource-link-id-length" {
            sentence: "the id of a resource link has at most 255 ASCII characters",
            platform: Must, tool: None, risk: Low,
            harm: "a tool that cuts the value off merges two links",
            clauses: [CORE.at("5.3.5")],
            hint: "use a short opaque id",
        },
        /// There are no roles.
        LaunchRolesMissing = "lti13-launch-roles-missing" {
            sentence: "a message carries the claim roles, an empty array where there are none",
            platform: Must, tool: Certification, risk: Low,
            harm: "the tool cannot tell a teacher from a learner",
            clauses: [CORE.at("5.3.7"), CERTIFICATION.at("6.1.1, role Claim Missing")],
            hint: "send an empty array for a user without roles",
        },
        /// The roles are not an array of strings.
        LaunchRolesType = "lti13-launch-roles-type" {
            sentence: "the claim roles is an array of strings",
            platform: Must, tool: None, risk: Low,
            harm: "a tool that searches in a text finds Instructor inside of other words",
            clauses: [CORE.at("5.3.7")],
            hint: "send an array, even for one role",
        },
        /// No role is of the vocabulary.
        LaunchRolesUnknown = "lti13-launch-roles-unknown" {
            sentence: "roles that are not empty hold at least one role of the vocabulary",
            platform: Must, tool: None, risk: Low,
            harm: "the user gets no rights, or by a careless tool too many",
            clauses: [CORE.at("5.3.7"), CORE.at("A.2")],
            hint: "send a context role such as http://purl.imsglobal.org/vocab/lis/v2/membership#Learner beside roles of your own",
        },
        /// A role is in a deprecated spelling.
        LaunchRolesShort = "lti13-launch-roles-short" {
            sentence: "roles are URIs of the vocabulary, in no deprecated spelling",
            platform: Should, tool: None, risk: Low,
            harm: "tools that know the URIs alone take the user for somebody without rights",
            clauses: [CORE.at("A.2.3"), CORE.at("A")],
            hint: "replace simple names, urn:lti names and person# without system or institution by the URIs of appendix A.2",
        },
        /// The context has no id.
        LaunchContextIdMissing = "lti13-launch-context-id-missing" {
            sentence: "the claim context, if it is there, has an id",
            platform: Must, tool: None, risk: Low,
            harm: "the tool cannot recognise the course",
            clauses: [CORE.at("5.4.1")],
            hint: "send the id within the claim context, as a string, or leave the claim out",
        },
        /// The context's id is too long or not ASCII.
        LaunchContextIdLength = "lti13-launch-context-id-length" {
            sentence: "the id of a context has at most 255 ASCII characters",
            platform: Must, tool: None, risk: Low,
            harm: "a tool that cuts the value off merges two courses",
            clauses: [CORE.at("5.4.1")],
            hint: "use a short opaque id",
        },
        /// The context has no known type.
        LaunchContextType = "lti13-launch-context-type" {
            sentence: "the type of a context, if it is there, is an array with at least one type of the vocabulary",
            platform: Must, tool: None, risk: Low,
            harm: "the tool cannot tell a course from a group",
            clauses: [CORE.at("5.4.1"), CORE.at("A.1")],
            hint: "send CourseTemplate, CourseOffering, CourseSection or Group as a full URI; CourseGroup is none of them",
        },
        /// A custom parameter is not a string.
        LaunchCustomValue = "lti13-launch-custom-value" {
            sentence: "every custom parameter is a string",
            platform: Must, tool: None, risk: Low,
            harm: "tools crash over null or a number, or lose the value",
            clauses: [CORE.at("5.4.6"), CORE.at("B")],
            hint: "send numbers as strings, and an empty string where a variable has no value",
        },
        /// Mentored users are named for somebody who is no mentor.
        LaunchMentorScope = "lti13-launch-mentor-scope" {
            sentence: "role_scope_mentor is sent only with the role Mentor",
            platform: Must, tool: None, risk: Low,
            harm: "the ids of other users reach somebody who has nothing to do with them",
            clauses: [CORE.at("5.4.3")],
            hint: "send the claim only where roles hold membership#Mentor",
        },
        /// The document target is unknown.
        LaunchDocumentTarget = "lti13-launch-document-target" {
            sentence: "the document_target of a launch is frame, iframe or window",
            platform: Must, tool: None, risk: None,
            harm: "the tool lays its page out for another window",
            clauses: [CORE.at("5.4.4")],
            hint: "embed belongs to deep linking settings, not to a launch",
        },
        /// The platform's instance has no usable name.
        LaunchToolPlatformGuid = "lti13-launch-tool-platform-guid" {
            sentence: "the claim tool_platform, if it is there, has a guid of at most 255 ASCII characters",
            platform: Must, tool: None, risk: None,
            harm: "the instances of a platform cannot be told apart",
            clauses: [CORE.at("5.4.2")],
            hint: "send a stable guid, or leave the claim out",
        },
        /// A claim that the message can do without has the wrong JSON type.
        LaunchClaimType = "lti13-launch-claim-type" {
            sentence: "each further claim has the JSON type that its clause gives it",
            platform: Practice, tool: None, risk: Low,
            harm: "receivers ignore the value, or crash over it",
            clauses: [CORE.at("5.4"), OIDC_CORE.at("5.1")],
            hint: "compare the value with the table of the clause; leave out what has no value",
        },
        /// The request has no settings.
        DeepLinkingSettings = "lti13-dl-settings-missing" {
            sentence: "a deep linking request carries deep_linking_settings (lower-case must: required)",
            platform: Must, tool: None, risk: Low,
            harm: "the tool does not know where to send what was chosen",
            clauses: [DEEP_LINKING.at("4.4.1 (lower-case must)")],
            hint: "send the claim with deep_link_return_url, accept_types and accept_presentation_document_targets",
        },
        /// The settings do not say where the response goes.
        DeepLinkingReturnUrl = "lti13-dl-settings-return-url" {
            sentence: "the deep_link_return_url of a deep linking request is a fully qualified http or https URL (lower-case must: required)",
            platform: Must, tool: None, risk: Medium,
            harm: "the user is stuck in the tool, or the tool posts a signed message to nowhere",
            clauses: [DEEP_LINKING.at("4.4.1 (lower-case must)"), CORE.at("3.5")],
            hint: "send the whole address, scheme and host included; a query may be in it",
        },
        /// The settings do not say which types are taken.
        DeepLinkingAcceptTypes = "lti13-dl-settings-accept-types" {
            sentence: "the accept_types of a deep linking request is an array of strings (lower-case must: required)",
            platform: Must, tool: None, risk: Low,
            harm: "the tool offers what the platform then throws away",
            clauses: [DEEP_LINKING.at("4.4.1 (lower-case must)")],
            hint: "send an array, such as [\"ltiResourceLink\"]",
        },
        /// The settings do not say how items can be shown.
        DeepLinkingTargets = "lti13-dl-settings-targets" {
            sentence: "the accept_presentation_document_targets of a deep linking request is an array of strings, possibly empty (lower-case must: required)",
            platform: Must, tool: None, risk: None,
            harm: "the tool does not know how an item will be shown",
            clauses: [DEEP_LINKING.at("4.4.1 (lower-case must)"), DEEP_LINKING.at("4.6.2")],
            hint: "send an array of embed, iframe and window; an empty one says none",
        },
        /// A document target is none of those that the text names.
        DeepLinkingTargetUnknown = "lti13-dl-settings-target-unknown" {
            sentence: "each accept_presentation_document_target of a deep linking request is embed, iframe or window; frame is the word of LTI 1.1",
            platform: Practice, tool: None, risk: None,
            harm: "the tool does not know what the word means, and leaves it out",
            clauses: [DEEP_LINKING.at("4.4.1"), DEEP_LINKING.at("4.6.2"), CORE.at("5.4.4")],
            hint: "write window for frame, popup and overlay",
        },
        /// A setting that may be there has another type.
        DeepLinkingSettingType = "lti13-dl-settings-type" {
            sentence: "accept_multiple, accept_lineitem and auto_create are true or false, accept_media_types, title and text strings",
            platform: Practice, tool: None, risk: Low,
            harm: "the tool reads another setting than the platform meant, or none",
            clauses: [DEEP_LINKING.at("4.4.1")],
            hint: "send true and false without quotes, and the media types as one string with commas",
        },
        /// A deep linking request names a link.
        DeepLinkingResourceLink = "lti13-dl-request-resource-link" {
            sentence: "a deep linking request names no resource link: there is none yet",
            platform: Practice, tool: None, risk: Low,
            harm: "a tool takes the request for the launch of a link",
            clauses: [DEEP_LINKING.at("2.1"), DEEP_LINKING.at("4.4")],
            hint: "leave the claim resource_link out",
        },
        /// The nonce was used before.
        LaunchNonceReplayed = "lti13-launch-nonce-replayed" {
            sentence: "a nonce is accepted once",
            platform: None, tool: Should, risk: High,
            harm: "whoever gets hold of a launch, from a log or a shared computer, repeats it",
            clauses: [step("5.1.3 step 9"), OIDC_CORE.at("3.1.3.7 step 11")],
            hint: "remember each nonce until its token ends, in a store that all processes share",
        },

        /// The response carries neither a token nor an error.
        ResponseIdTokenMissing = "lti13-response-id-token-missing" {
            sentence: "an authentication response carries an id_token",
            platform: Must, tool: None, risk: None,
            harm: "the launch ends on an error page",
            clauses: [RESPONSE],
            hint: "post the form fields id_token and state; an error goes into error and error_description",
        },
        /// The response carries no state.
        ResponseStateMissing = "lti13-response-state-missing" {
            sentence: "an authentication response carries the state of its request",
            platform: Must, tool: Must, risk: High,
            harm: "a stranger puts a launch of his own into the victim's browser",
            clauses: [OIDC_CORE.at("3.2.2.5"), RESPONSE, SECURITY.anchored("7.3.1", "prohibiting-the-login-csrf-vulnerability")],
            hint: "post the state back as it came",
        },
        /// The state is not one that was sent.
        ResponseState = "lti13-response-state" {
            sentence: "the state of an authentication response is one that the tool sent",
            platform: Must, tool: Must, risk: High,
            harm: "a stranger puts a launch of his own into the victim's browser",
            clauses: [OIDC_CORE.at("3.2.2.5"), DISPLAY, RESPONSE],
            hint: "post the state back unaltered: it may hold characters that need escaping; a login older than some minutes has to be started again",
        },
        /// The state belongs to another browser.
        ResponseStateBrowser = "lti13-response-state-browser" {
            sentence: "the state of an authentication response belongs to the browser that brings it",
            platform: None, tool: Must, risk: High,
            harm: "a stranger signs the victim in to the stranger's account, and collects what the victim does there",
            clauses: [
                SECURITY.anchored("7.3.1", "prohibiting-the-login-csrf-vulnerability"), DISPLAY,
                RFC6749.anchored("10.12", "section-10.12"),
            ],
            hint: "if this was no attack, the browser lost the cookie of the login: it needs SameSite=None and Secure, and Partitioned inside of an iframe; opening the tool in a new window helps",
        },
        /// The state was used before.
        ResponseStateReused = "lti13-response-state-reused" {
            sentence: "a state is accepted once",
            platform: None, tool: Should, risk: Medium,
            harm: "a caught response can be brought again",
            clauses: [RFC9700.anchored("4.2.4", "section-4.2.4")],
            hint: "start the launch again from the course page instead of reloading",
        },
        /// The platform refused.
        ResponseError = "lti13-response-error" {
            sentence: "an error response opens no session",
            platform: None, tool: None, risk: None,
            harm: "somebody is signed in whom the platform refused",
            clauses: [ERROR, OIDC_CORE.at("3.1.2.6")],
            hint: "show the error and its description; login_required means that the session on the platform has ended",
        },
        /// A field of the response came twice.
        ResponseFieldDuplicate = "lti13-response-field-duplicate" {
            sentence: "each field of an authentication response is there once",
            platform: Must, tool: None, risk: Medium,
            harm: "one field is verified and the other one used",
            clauses: [RFC6749.anchored("3.1", "section-3.1"), FORM_POST.at("2")],
            hint: "post each field once",
        },

        /// The login names no issuer.
        LoginIssMissing = "lti13-login-iss-missing" {
            sentence: "a login initiation names the issuer",
            platform: Must, tool: None, risk: None,
            harm: "the tool cannot tell which platform is asking",
            clauses: [LOGIN],
            hint: "send iss, with the value that was registered",
        },
        /// The issuer is not registered.
        LoginIssuerUnknown = "lti13-login-issuer-unknown" {
            sentence: "a login goes on only for an issuer that is registered",
            platform: None, tool: Must, risk: Medium,
            harm: "a stranger chooses where the tool sends its users",
            clauses: [step("5.1.3 step 2"), LOGIN],
            hint: "compare the issuer with the registration: a slash at the end, http for https and another host are the usual differences",
        },
        /// The client id is not registered for this issuer.
        LoginClientUnknown = "lti13-login-client-unknown" {
            sentence: "a login that names a client id goes on for that client alone",
            platform: None, tool: Practice, risk: Low,
            harm: "the launch is made for another registration, and refused or mixed up there",
            clauses: [CORE.at("4.1.3")],
            hint: "register the client id that the platform shows for this tool",
        },
        /// The login carries no hint.
        LoginHintMissing = "lti13-login-hint-missing" {
            sentence: "a login initiation carries login_hint",
            platform: Must, tool: None, risk: None,
            harm: "the platform cannot recognise its user",
            clauses: [LOGIN],
            hint: "send login_hint, an opaque value of the platform's choice",
        },
        /// The login names no target.
        LoginTargetMissing = "lti13-login-target-missing" {
            sentence: "a login initiation names its target_link_uri",
            platform: Must, tool: None, risk: None,
            harm: "the tool cannot tell where the user wants to go",
            clauses: [LOGIN],
            hint: "send target_link_uri, with the value of the later claim",
        },
        /// The login's target belongs to somebody else.
        LoginTargetForeign = "lti13-login-target-foreign" {
            sentence: "the unsigned target_link_uri of a login leads nobody away from the tool's own addresses",
            platform: None, tool: Must, risk: Medium,
            harm: "a link to the tool leads to a page of a stranger's choice, with the tool's good name",
            clauses: [OIDC_CORE.at("4"), LOGIN],
            hint: "compare scheme, host and port with the tool's own before anything is sent there",
        },
        /// A parameter of the login came twice.
        LoginFieldDuplicate = "lti13-login-field-duplicate" {
            sentence: "each parameter of a login initiation is there once",
            platform: Practice, tool: None, risk: Low,
            harm: "two readers of one login see two issuers or two users",
            clauses: [PRACTICE.at("parameters once"), RFC6749.anchored("3.1", "section-3.1")],
            hint: "send each parameter once; look for one that the login address already has in its query",
        },

        /// The request does not ask for OpenID Connect.
        AuthScope = "lti13-auth-scope" {
            sentence: "the scope of an authentication request contains openid",
            platform: None, tool: Must, risk: None,
            harm: "platforms refuse the request",
            clauses: [REQUEST],
            hint: "send scope=openid",
        },
        /// The request asks for another response.
        AuthResponseType = "lti13-auth-response-type" {
            sentence: "the response_type of an authentication request is id_token",
            platform: Must, tool: Must, risk: None,
            harm: "platforms refuse the request",
            clauses: [REQUEST, OIDC_CORE.at("3.1.2.2")],
            hint: "send response_type=id_token",
        },
        /// The request names no client, or another one.
        AuthClientId = "lti13-auth-client-id" {
            sentence: "the client_id of an authentication request is the tool's at this issuer",
            platform: Must, tool: Must, risk: Medium,
            harm: "a token is made for another tool",
            clauses: [REQUEST, RFC6749.anchored("4.2.2.1", "section-4.2.2.1")],
            hint: "send the client id of the registration that the login was for",
        },
        /// The redirect address is not registered.
        AuthRedirectUri = "lti13-auth-redirect-uri" {
            sentence: "the redirect_uri of an authentication request is one that the tool registered, character by character",
            platform: Must, tool: Must, risk: High,
            harm: "the platform posts a user's token to an address of a stranger's choice",
            clauses: [REQUEST, OIDC_CORE.at("3.1.2.1"), CERTIFICATION.at("4.2.1"), RFC6749.anchored("4.2.2.1", "section-4.2.2.1")],
            hint: "register the address exactly as it is sent: slash, query, host and port count",
        },
        /// The login hint did not come back.
        AuthLoginHint = "lti13-auth-login-hint" {
            sentence: "the login_hint of an authentication request is the one of the login, unchanged",
            platform: None, tool: Must, risk: Low,
            harm: "the platform cannot recognise its user, and refuses",
            clauses: [REQUEST],
            hint: "send login_hint back as it came; decode it once, encode it once",
        },
        /// The response would not come as a form.
        AuthResponseMode = "lti13-auth-response-mode" {
            sentence: "the response_mode of an authentication request is form_post",
            platform: None, tool: Must, risk: Medium,
            harm: "the token ends up in an address, and so in histories and logs",
            clauses: [REQUEST],
            hint: "send response_mode=form_post",
        },
        /// The request carries no nonce.
        AuthNonce = "lti13-auth-nonce" {
            sentence: "an authentication request carries a nonce",
            platform: Must, tool: Must, risk: High,
            harm: "a stolen token can be put into any login",
            clauses: [REQUEST, OIDC_CORE.at("3.2.2.1")],
            hint: "send a fresh random nonce with each request",
        },
        /// The nonce is not fresh.
        AuthNonceFresh = "lti13-auth-nonce-fresh" {
            sentence: "the nonce of each authentication request is new and cannot be guessed",
            platform: None, tool: Must, risk: High,
            harm: "a token made for one login can be put into another",
            clauses: [OIDC_CORE.at("3.2.2.1"), OIDC_CORE.at("15.5.2")],
            hint: "draw at least 128 random bits for each request",
        },
        /// The request would show a login page.
        AuthPrompt = "lti13-auth-prompt" {
            sentence: "the prompt of an authentication request is none",
            platform: None, tool: Must, risk: Low,
            harm: "the platform shows a login page inside of a frame",
            clauses: [REQUEST],
            hint: "send prompt=none",
        },
        /// The request carries no state.
        AuthState = "lti13-auth-state" {
            sentence: "an authentication request carries a state that is bound to the browser",
            platform: None, tool: Should, risk: Medium,
            harm: "a stranger puts a launch of his own into the victim's browser, unless the nonce is bound to it",
            clauses: [REQUEST, RFC6749.anchored("10.12", "section-10.12")],
            hint: "send a fresh random state, and keep it in a cookie of that browser",
        },
        /// The message hint did not come back.
        AuthMessageHint = "lti13-auth-message-hint" {
            sentence: "the lti_message_hint of an authentication request is the one of the login, unaltered, if it came",
            platform: None, tool: Must, risk: Low,
            harm: "the platform does not know which link was launched, and refuses",
            clauses: [CORE.at("4.1.1")],
            hint: "send lti_message_hint back as it came; it may hold JSON, so encode it",
        },
        /// A parameter of the request came twice.
        AuthFieldDuplicate = "lti13-auth-field-duplicate" {
            sentence: "each parameter of an authentication request is there once",
            platform: Should, tool: Must, risk: Low,
            harm: "one value is verified and the other one used",
            clauses: [RFC6749.anchored("3.1", "section-3.1")],
            hint: "send each parameter once; look for one that the authorization address already has in its query",
        },
    }
}

impl Violation {
    /// Whether a message that breaks this rule is refused here.
    ///
    /// The answer goes further than the tool's level: where the texts leave a choice, what lets a stranger in is
    /// refused, and what real platforms send without harm is not. Rules that the certification guide alone asks for are
    /// kept. What the texts leave to the tool is the [`Policy`].
    pub fn refuses(self, policy: &Policy) -> bool {
        match self {
            Self::TokenSubMissing => !policy.anonymous,
            // Only a tool that limits the age of a token depends on when it was made.
            Self::TokenIatFuture => policy.max_age.is_some(),
            Self::TokenHeaderKey
            | Self::TokenAzpMissing
            | Self::TokenExpLeeway
            | Self::TokenSubIdentity
            | Self::TokenSubLength
            | Self::LaunchDeploymentLength
            | Self::LaunchDeploymentDiffers
            | Self::LaunchTargetLinkUriDiffers
            | Self::LaunchResourceLinkIdLength
            | Self::LaunchRolesUnknown
            | Self::LaunchRolesShort
            | Self::LaunchContextIdMissing
            | Self::LaunchContextIdLength
            | Self::LaunchContextType
            | Self::LaunchCustomValue
            | Self::LaunchMentorScope
            | Self::LaunchDocumentTarget
            | Self::LaunchToolPlatformGuid
            | Self::LaunchClaimType
            | Self::DeepLinkingAcceptTypes
            | Self::DeepLinkingTargets
            | Self::DeepLinkingTargetUnknown
            | Self::DeepLinkingSettingType
            | Self::DeepLinkingResourceLink
            | Self::AuthScope
            | Self::AuthLoginHint
            | Self::AuthResponseMode
            | Self::AuthNonceFresh
            | Self::AuthPrompt
            | Self::AuthState
            | Self::AuthMessageHint => false,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Violation;
    use crate::inspect::Policy;
    use crate::requirement::Level;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let ids: BTreeSet<_> = Violation::ALL.iter().map(|violation| violation.id()).collect();
        assert_eq!(ids.len(), Violation::ALL.len());
        for id in ids {
            assert!(
                id.starts_with("lti13-")
                    && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert!(Violation::from_id(id).is_some());
        }
    }

    #[test]
    fn every_rule_says_where_it_comes_from_and_how_to_mend_it() {
        for violation in Violation::ALL {
            let rule = violation.requirement();
            assert!(!rule.clauses.is_empty(), "{}", rule.id);
            for text in [rule.sentence, rule.harm, rule.hint] {
                assert!(!text.is_empty() && !text.ends_with('.') && !text.contains("  "), "{}: {text}", rule.id);
            }
        }
    }

    #[test]
    fn whatever_a_tool_must_refuse_is_refused() {
        for violation in Violation::ALL {
            let rule = violation.requirement();
            let about_a_message = !rule.id.starts_with("lti13-auth-");
            if about_a_message && rule.tool >= Level::Certification && *violation != Violation::TokenSubMissing {
                assert!(violation.refuses(&Policy::default()), "{}", rule.id);
            }
        }
    }
}
