//! What a platform has to do in LTI Names and Role Provisioning Services 2.0. Rows N-01 to N-35 of
//! `docs/levels/services.md`.
//!
//! The specification has no key word in capitals: where it says "must" in small letters, the sentence says so. What is a
//! MUST here comes from LTI Core 1.3.

use lti_core::requirement::spec::{CERTIFICATION, CORE, NRPS, RFC6750};

lti_core::requirements! {
    /// What a platform has to do as a provider of rosters.
    pub(crate) enum RosterDuty {
        Claim = "lti13-platform-nrps-claim" {
            sentence: "a platform that offers rosters says so in its launches, with the address and the versions",
            platform: Should, tool: None, risk: Low,
            harm: "tools do not find the roster",
            clauses: [NRPS.at("3.6.1"), CORE.at("6.1")],
            hint: "send namesroleservice with context_memberships_url and service_versions [\"2.0\"] in every launch of a course",
        },
        Container = "lti13-platform-nrps-container" {
            sentence: "a roster is an object with an array of members",
            platform: Must, tool: None, risk: Medium,
            harm: "tools read an empty course",
            clauses: [NRPS.at("2.1"), CERTIFICATION.at("5.3")],
            hint: "answer {\"id\": .., \"context\": {..}, \"members\": [..]}, also where the course is empty",
        },
        MediaType = "lti13-platform-nrps-media-type" {
            sentence: "a roster is sent as application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
            platform: Should, tool: None, risk: Low,
            harm: "tools that look at the media type refuse the roster",
            clauses: [NRPS.at("2.1"), CERTIFICATION.at("5.3")],
            hint: "set Content-Type of the answer; a charset may stand behind it",
        },
        Context = "lti13-platform-nrps-context" {
            sentence: "a roster has a context with the id of the course (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "tools put the members into the wrong course",
            clauses: [NRPS.at("2.2")],
            hint: "send context.id as launches of the course have it, and not the key of a table",
        },
        User = "lti13-platform-nrps-user" {
            sentence: "each member has a user_id, which is the sub of that user's launches (lower-case must)",
            platform: Must, tool: None, risk: High,
            harm: "tools cannot tell which member launched, and give grades to nobody or to somebody else",
            clauses: [NRPS.at("2.2")],
            hint: "take the user_id of members and the sub of launches from the same column",
        },
        Roles = "lti13-platform-nrps-roles" {
            sentence: "each member has an array of roles (lower-case must), at least one, by their full names",
            platform: Must, tool: None, risk: Medium,
            harm: "tools do not know who teaches and who learns",
            clauses: [NRPS.at("2.2"), NRPS.at("1.2.3"), CORE.at("appendix A.2.3")],
            hint: "send the roles as launches have them: an array of URIs",
        },
        Status = "lti13-platform-nrps-status" {
            sentence: "the status of a member is Active or Inactive, and Deleted among differences alone",
            platform: Should, tool: None, risk: Medium,
            harm: "tools lock people out, or keep those who left",
            clauses: [NRPS.at("2.3")],
            hint: "write the words with a capital letter, and leave out whoever is no member any more",
        },
        Whole = "lti13-platform-nrps-whole" {
            sentence: "the whole course is listed: whatever is not in one answer is behind its next link",
            platform: Must, tool: None, risk: Medium,
            harm: "tools miss part of the course and believe that they have it all",
            clauses: [NRPS.at("2.4.2"), NRPS.at("2.4.1")],
            hint: "send Link: <...>; rel=\"next\" wherever rows are left, with the filters of the request in it",
        },
        RoleFilter = "lti13-platform-nrps-role" {
            sentence: "a roster can be limited to a role, named in full or in short",
            platform: May, tool: None, risk: Low,
            harm: "tools get more members than they asked for, or none at all",
            clauses: [NRPS.at("2.4.1")],
            hint: "compare the parameter role with the URI and with its last part, or ignore it",
        },
        Differences = "lti13-platform-nrps-differences" {
            sentence: "a roster may come with a differences link, which is complete as it stands",
            platform: May, tool: None, risk: Low,
            harm: "tools fetch the whole course each time, or fail over the link",
            clauses: [NRPS.at("2.4.3")],
            hint: "put everything into the address that it needs, and answer it like the roster",
        },
        LinkRoster = "lti13-platform-nrps-rlid" {
            sentence: "the roster of a resource link brings with each member what a launch of the link would say of that member",
            platform: May, tool: None, risk: Low,
            harm: "tools cannot prepare for members who have not launched yet",
            clauses: [NRPS.at("3"), NRPS.at("3.2"), NRPS.at("3.5")],
            hint: "add message, an array of one object with message_type and the member's own custom parameters, resolved",
        },
        MessageClaims = "lti13-platform-nrps-message" {
            sentence: "what message says stands under the claim names of LTI 1.3 (lower-case must)",
            platform: Must, tool: None, risk: Low,
            harm: "tools do not find the parameters",
            clauses: [NRPS.at("3.2")],
            hint: "use https://purl.imsglobal.org/spec/lti/claim/custom and the other claim names; custom_ and lti_message_type are of LTI 1.1",
        },
        LinkOwned = "lti13-platform-nrps-rlid-owned" {
            sentence: "the roster of a link that is not the tool's or not of this course is denied (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "a tool reads what other tools' links say of members",
            clauses: [NRPS.at("3.1")],
            hint: "look the link up within the course and the tool of the access token, and answer 404 otherwise",
        },
        Protected = "lti13-platform-nrps-protected" {
            sentence: "a roster is answered only to whoever shows an access token, for the scope of rosters",
            platform: Must, tool: None, risk: High,
            harm: "anybody reads who is in a course",
            clauses: [CORE.at("6.2"), NRPS.at("3.6.1"), RFC6750.at("3.1")],
            hint: "look at the token and at its scope contextmembership.readonly before anything else",
        },
        Free = "lti13-platform-nrps-free" {
            sentence: "a platform may name the container and its members, and answers whatever Accept says",
            platform: May, tool: None, risk: None,
            harm: "nobody is harmed",
            clauses: [NRPS.at("2.1"), NRPS.at("2.2"), NRPS.at("2.4")],
            hint: "nothing has to be mended",
        },
        Accept = "lti13-platform-nrps-accept" {
            sentence: "a roster is answered also where Accept names another media type",
            platform: Practice, tool: None, risk: Low,
            harm: "tools that ask for application/json get nothing",
            clauses: [NRPS.at("2.4")],
            hint: "answer with the media type of rosters whatever was asked for",
        },
        Proof = "lti13-platform-nrps-payload" {
            sentence: "an instructor's launch, the access token and the roster that the certification guide asks for arrive",
            platform: Certification, tool: None, risk: Low,
            harm: "the platform cannot be certified",
            clauses: [CERTIFICATION.at("5.3")],
            hint: "add a [[launch]] with role = \"instructor\" whose messages bring namesroleservice",
        },
    }
}
