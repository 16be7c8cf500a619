//! Flaws in the roster: what it says of members, how it is paged and filtered, and who may read it.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong as a provider of rosters.
    pub enum RosterFlaw {
        ClaimSometimes = "roster-claim-sometimes", breaks "lti13-platform-nrps-claim",
            "names its roster in the launches of its first course alone", ["platform-nrps-claim" => "unsupported"];
        VersionsMisnamed = "roster-versions-misnamed", breaks "lti13-platform-nrps-claim",
            "sends service_version as the specification misprints it", ["platform-nrps-versions" => "warn"];
        MembersBare = "roster-members-bare", breaks "lti13-platform-nrps-container",
            "answers a bare array of members", [
            "platform-nrps-container" => "fail", "platform-nrps-context" => "fail",
            "platform-nrps-context-launch" => "skip", "platform-nrps-id" => "info:absent",
            "platform-nrps-differences-url" => "warn", "platform-cert-pn07" => "warn",
        ];
        MediaJson = "roster-media-json", breaks "lti13-platform-nrps-media-type",
            "answers a roster as application/json", ["platform-nrps-media-type" => "warn", "platform-cert-pn07" => "warn"];
        ContextMissing = "roster-context-missing", breaks "lti13-platform-nrps-context",
            "answers a roster without context", [
            "platform-nrps-context" => "fail", "platform-nrps-context-launch" => "skip", "platform-cert-pn07" => "warn",
        ];
        ContextInternal = "roster-context-internal", breaks "lti13-platform-nrps-context",
            "sends the key of its table as context id", ["platform-nrps-context-launch" => "warn"];
        IdMissing = "roster-id-missing", breaks "lti13-platform-nrps-free",
            "answers a roster without id", ["platform-nrps-id" => "info:absent"];
        NamesLeftOut = "roster-names-left-out", breaks "lti13-platform-nrps-free",
            "tells no names", ["platform-nrps-names" => "info:nameless"];
        UserIdEmpty = "roster-user-id-empty", breaks "lti13-platform-nrps-user",
            "lists a member without user_id", [
            "platform-nrps-user-id" => "fail", "platform-cert-pn07" => "warn",
        ];
        UserIdLogin = "roster-user-id-login", breaks "lti13-platform-nrps-user",
            "sends the name that members sign in with as user_id", [
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip",
            "platform-nrps-message-custom" => "unsupported",
        ];
        TeachersMissing = "roster-teachers-missing", breaks "lti13-platform-nrps-whole",
            "lists learners and mentors alone", ["platform-nrps-whole" => "warn"];
        RolesText = "roster-roles-text", breaks "lti13-platform-nrps-roles",
            "sends the roles of a member as one string", [
            "platform-nrps-roles" => "fail", "platform-nrps-pages-role" => "unsupported",
            "platform-nrps-role" => "skip", "platform-nrps-role-short" => "skip", "platform-cert-pn07" => "warn",
        ];
        RolesShort = "roster-roles-short", breaks "lti13-platform-nrps-roles",
            "sends the short names of roles", ["platform-nrps-roles-full" => "warn"];
        RolesEmpty = "roster-roles-empty", breaks "lti13-platform-nrps-roles",
            "lists a mentor without any role", ["platform-nrps-roles-empty" => "warn"];
        StatusLower = "roster-status-lower", breaks "lti13-platform-nrps-status",
            "writes the status in small letters", ["platform-nrps-status" => "warn"];
        DeletedListed = "roster-deleted-listed", breaks "lti13-platform-nrps-status",
            "lists who has left the course", ["platform-nrps-deleted" => "warn"];
        LimitCuts = "roster-limit-cuts", breaks "lti13-platform-nrps-whole",
            "cuts the roster at the limit and links to nothing", [
            "platform-nrps-pages" => "fail", "platform-nrps-pages-role" => "unsupported",
            "platform-cert-pn08" => "info:differences",
        ];
        NextDropsFilter = "roster-next-drops-filter", breaks "lti13-platform-nrps-whole",
            "forgets the role in its next links", ["platform-nrps-pages-role" => "warn"];
        RoleIgnored = "roster-role-ignored", breaks "lti13-platform-nrps-role",
            "ignores the parameter role", [
            "platform-nrps-role" => "unsupported", "platform-nrps-role-short" => "unsupported",
            "platform-nrps-pages-role" => "unsupported",
        ];
        RoleShortUnknown = "roster-role-short-unknown", breaks "lti13-platform-nrps-role",
            "does not know the short names of roles", ["platform-nrps-role-short" => "warn"];
        DifferencesAbsent = "roster-differences-absent", breaks "lti13-platform-nrps-differences",
            "has no differences link", [
            "platform-nrps-differences" => "unsupported", "platform-nrps-differences-url" => "unsupported",
            "platform-cert-pn08" => "info:next",
        ];
        DifferencesBroken = "roster-differences-broken", breaks "lti13-platform-nrps-differences",
            "sends a differences link that has to be completed", ["platform-nrps-differences-url" => "warn"];
        LinkIgnored = "roster-rlid-ignored", breaks "lti13-platform-nrps-rlid",
            "ignores the parameter rlid", [
            "platform-nrps-rlid" => "unsupported", "platform-nrps-message-array" => "unsupported",
            "platform-nrps-message-claims" => "unsupported", "platform-nrps-message-type" => "unsupported",
            "platform-nrps-message-custom" => "unsupported", "platform-nrps-rlid-other-course" => "unsupported",
            "platform-nrps-rlid-unknown" => "unsupported", "platform-nrps-rlid-other-tool" => "unsupported",
        ];
        MessageSingle = "roster-message-single", breaks "lti13-platform-nrps-rlid",
            "sends message as an object", ["platform-nrps-message-array" => "warn"];
        MessageOldNames = "roster-message-old-names", breaks "lti13-platform-nrps-message",
            "names custom parameters in message as LTI 1.1 did", [
            "platform-nrps-message-claims" => "fail", "platform-nrps-message-custom" => "warn",
        ];
        MessageTypeMissing = "roster-message-type-missing", breaks "lti13-platform-nrps-rlid",
            "leaves the message type out of message", ["platform-nrps-message-type" => "warn"];
        MessageUnresolved = "roster-message-unresolved", breaks "lti13-platform-nrps-rlid",
            "resolves nothing in message", ["platform-nrps-message-custom" => "warn"];
        LinkAnywhere = "roster-rlid-anywhere", breaks "lti13-platform-nrps-rlid-owned",
            "looks a link up in all courses", ["platform-nrps-rlid-other-course" => "fail"];
        LinkUnknownListed = "roster-rlid-unknown-listed", breaks "lti13-platform-nrps-rlid-owned",
            "answers with the course where it does not know the link", ["platform-nrps-rlid-unknown" => "fail"];
        LinkAnyTool = "roster-rlid-any-tool", breaks "lti13-platform-nrps-rlid-owned",
            "shows the roster of a link to every tool", ["platform-nrps-rlid-other-tool" => "fail"];
        Open = "roster-open", breaks "lti13-platform-nrps-protected",
            "sends rosters to whoever asks", ["platform-nrps-no-token" => "fail", "platform-nrps-other-scope" => "warn"];
        ScopeUnchecked = "roster-scope-unchecked", breaks "lti13-platform-nrps-protected",
            "opens rosters for any access token", ["platform-nrps-other-scope" => "warn"];
        AcceptStrict = "roster-accept-strict", breaks "lti13-platform-nrps-accept",
            "answers 406 where Accept does not name its media type", ["platform-nrps-accept" => "warn"];
        PostAnswered = "roster-post-answered", breaks "lti13-platform-nrps-free",
            "answers a POST as it answers GET", ["platform-nrps-post" => "info:answered"];
        TokenTypeOwn = "roster-token-type", breaks "lti13-platform-nrps-payload",
            "calls its access tokens for rosters by a type of its own", ["platform-cert-pn05" => "warn"];
        StaffAddress = "roster-staff-address", breaks "lti13-platform-nrps-payload",
            "sends instructors an address that it does not serve", [
            "platform-cert-pn06" => "warn", "platform-cert-pn07" => "warn", "platform-cert-pn08" => "info:none",
        ];
    }
}
