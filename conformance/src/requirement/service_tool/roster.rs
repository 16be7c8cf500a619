//! How a tool reads the roster. A comment names the row of `docs/levels/services.md`.

use lti_core::requirement::spec::{CERTIFICATION, NRPS, PRACTICE};

lti_core::requirements! {
    /// How a tool reads the roster.
    pub(crate) enum RosterDuty {
        // N-05
        Accept = "lti13-nrps-accept" {
            sentence: "a request for the roster says in Accept that it wants a membership container",
            platform: None, tool: Should, risk: Low,
            harm: "platforms that serve several formats answer with another one",
            clauses: [NRPS.at("2.4"), CERTIFICATION.at("6.3")],
            hint: "send Accept: application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
        },
        // N-30
        Query = "lti13-nrps-url-query" {
            sentence: "a tool asks for the roster at the address that the launch names: its query is kept, and what the tool adds comes behind it",
            platform: None, tool: Must, risk: Medium,
            harm: "no roster on platforms whose addresses have a query",
            clauses: [NRPS.at("3"), NRPS.at("3.6.1")],
            hint: "parse the address and append parameters to its query instead of writing a question mark behind it",
        },
        // N-04
        Get = "lti13-nrps-get" {
            sentence: "a tool asks for the roster by GET",
            platform: None, tool: Certification, risk: Low,
            harm: "the roster does not come",
            clauses: [NRPS.at("2.4"), CERTIFICATION.at("6.3")],
            hint: "GET the address context_memberships_url",
        },
        // N-06
        Scope = "lti13-nrps-scope" {
            sentence: "the token for the roster was asked for the scope contextmembership.readonly",
            platform: None, tool: Certification, risk: Low,
            harm: "platforms that enforce scopes answer 403: no roster",
            clauses: [CERTIFICATION.at("6.3"), NRPS.at("3.6.1")],
            hint: "ask for https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
        },
        // N-22
        Next = "lti13-nrps-next-verbatim" {
            sentence: "a tool asks for the next page of the roster at the very address that was named",
            platform: None, tool: Should, risk: Low,
            harm: "people are missed or read twice",
            clauses: [NRPS.at("2.4.2"), NRPS.at("2.4.3")],
            hint: "take the address of rel=next as it is, and add nothing to it",
        },
        // N-19
        Link = "lti13-nrps-link-header" {
            sentence: "a tool finds rel=next in every form of the header Link",
            platform: None, tool: Practice, risk: Low,
            harm: "people from the second page on are missing",
            clauses: [NRPS.at("2.4.2")],
            hint: "use a reader for RFC 8288: several links in one field, names with and without quotation marks, references relative to the page",
        },
        // N-31
        Pages = "lti13-nrps-pages" {
            sentence: "how many pages of a roster a tool reads is its own affair",
            platform: None, tool: May, risk: None,
            harm: "people are missing",
            clauses: [NRPS.at("2.4.2")],
            hint: "read on while there is a rel=next, also behind an empty page",
        },
        // N-31
        Ends = "lti13-nrps-pages-end" {
            sentence: "a tool ends reading when pages name themselves as the next one",
            platform: None, tool: Practice, risk: Low,
            harm: "one faulty answer keeps the tool and the platform busy for ever",
            clauses: [PRACTICE.at("failures of services")],
            hint: "remember the addresses that were read, and set a limit",
        },
        // N-31
        Many = "lti13-nrps-many" {
            sentence: "a tool bears a roster of ten thousand",
            platform: None, tool: Practice, risk: Low,
            harm: "large courses have no roster",
            clauses: [NRPS.at("2.4.2")],
            hint: "read page by page, and keep what you need of each member",
        },
        // N-14
        Private = "lti13-nrps-names-optional" {
            sentence: "a tool does not rely on names and addresses of members",
            platform: None, tool: Should, risk: Low,
            harm: "courses that keep names private have no roster",
            clauses: [NRPS.at("2.2")],
            hint: "show a member without a name by something else",
        },
        // N-15
        Status = "lti13-nrps-status-absent" {
            sentence: "a member without status is active (a lower-case must)",
            platform: None, tool: Must, risk: Medium,
            harm: "the whole course is missing on platforms that leave status out",
            clauses: [NRPS.at("2.3")],
            hint: "leave out members whose status is Inactive or Deleted; absent means Active",
        },
        // N-11, N-34
        Odd = "lti13-nrps-member-odd" {
            sentence: "one odd member does not cost a tool the roster",
            platform: None, tool: Practice, risk: Low,
            harm: "one account without a role or name leaves a course without a roster",
            clauses: [NRPS.at("2.2")],
            hint: "read members one by one, with an empty list of roles, unknown ones and null for what is not told",
        },
        // N-34
        Unknown = "lti13-nrps-members-unknown" {
            sentence: "a tool ignores members of the roster that it does not know",
            platform: None, tool: Practice, risk: Low,
            harm: "no roster on platforms that add something",
            clauses: [NRPS.at("2.2")],
            hint: "read the members you know and leave the others alone",
        },
        // N-32
        Media = "lti13-nrps-media-parameter" {
            sentence: "a tool bears a parameter behind the media type of a roster",
            platform: None, tool: Practice, risk: Low,
            harm: "no roster on platforms that name the character set",
            clauses: [NRPS.at("2.1")],
            hint: "compare the media type without what stands behind the semicolon, or not at all",
        },
        // N-09
        Nobody = "lti13-nrps-empty" {
            sentence: "a tool bears a roster without anybody",
            platform: None, tool: Practice, risk: Low,
            harm: "an empty course shows an error page",
            clauses: [NRPS.at("2.1")],
            hint: "treat an empty list as an empty course",
        },
    }
}
