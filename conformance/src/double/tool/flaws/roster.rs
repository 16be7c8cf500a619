//! Flaws in how a tool reads the roster.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with the roster.
    pub enum RosterFlaw {
        AcceptJson = "roster-accept-json", breaks "lti13-nrps-accept",
            "asks for plain JSON", ["tool-nrps-accept" => "warn"];
        ByPost = "roster-by-post", breaks "lti13-nrps-get",
            "asks for the roster by POST", ["tool-nrps-get" => "warn"];
        ScopeOfItems = "roster-scope-of-items", breaks "lti13-nrps-scope",
            "asks for the roster with a token for line items", ["tool-nrps-scope" => "warn"];
        QuestionMarkTwice = "roster-question-mark-twice", breaks "lti13-nrps-url-query",
            "writes its parameters behind a question mark of its own", ["tool-nrps-url" => "fail"];
        NextLimited = "roster-next-limited", breaks "lti13-nrps-next-verbatim",
            "adds its limit to the address of the next page", ["tool-nrps-next" => "warn"];
        NextNotResolved = "roster-next-not-resolved", breaks "lti13-nrps-link-header",
            "takes the address of the next page for an absolute one", ["tool-nrps-next-relative" => "warn"];
        QuotesRequired = "roster-quotes-required", breaks "lti13-nrps-link-header",
            "finds rel=next only between quotation marks", ["tool-nrps-next-unquoted" => "warn"];
        FirstLinkTaken = "roster-first-link-taken", breaks "lti13-nrps-link-header",
            "takes the first link for the next page", ["tool-nrps-next-among-others" => "warn"];
        EmptyPageEnds = "roster-empty-page-ends", breaks "lti13-nrps-pages",
            "reads no further than to a page without members", ["tool-nrps-page-empty" => "info:stopped"];
        ReadsForEver = "roster-reads-for-ever", breaks "lti13-nrps-pages-end",
            "reads pages as long as there is a next one", ["tool-nrps-page-loop" => "warn"];
        ManyCrash = "roster-many-crash", breaks "lti13-nrps-many",
            "fails at more than five thousand members", ["tool-nrps-many" => "warn"];
        NamesRequired = "roster-names-required", breaks "lti13-nrps-names-optional",
            "fails at a member without a name", ["tool-nrps-names-absent" => "warn", "tool-nrps-member-odd" => "warn", "tool-nrps-many" => "warn"];
        StatusRequired = "roster-status-required", breaks "lti13-nrps-status-absent",
            "shows those members alone that are said to be active", ["tool-nrps-status-absent" => "fail"];
        RolesRequired = "roster-roles-required", breaks "lti13-nrps-member-odd",
            "fails at a member without roles", ["tool-nrps-member-odd" => "warn"];
        MembersClosed = "roster-members-closed", breaks "lti13-nrps-members-unknown",
            "does not read members of whom it is told more than it knows", ["tool-nrps-members-unknown" => "warn"];
        MediaTypeExact = "roster-media-type-exact", breaks "lti13-nrps-media-parameter",
            "compares the media type with its parameters", ["tool-nrps-media-parameter" => "warn"];
        NobodyCrashes = "roster-nobody-crashes", breaks "lti13-nrps-empty",
            "fails where there is nobody", ["tool-nrps-empty" => "warn"];
    }
}
