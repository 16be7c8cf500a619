//! Flaws in looking at the address that the answer goes to.

use crate::double::flaw::flaws;

flaws! {
    /// Which addresses a platform takes for registered though they are not.
    pub enum RedirectFlaw {
        Unchecked = "redirect-unchecked", breaks "lti13-platform-redirect-registered",
            "sends the token to whatever address the request names", [
            "platform-redirect-host" => "fail", "platform-redirect-subdomain" => "fail",
            "platform-redirect-userinfo" => "fail", "platform-redirect-port" => "fail",
            "platform-redirect-scheme" => "fail", "platform-redirect-path" => "fail",
            "platform-redirect-suffix" => "fail", "platform-redirect-dotdot" => "fail",
            "platform-redirect-slash" => "fail", "platform-redirect-path-case" => "fail",
            "platform-redirect-query" => "warn", "platform-redirect-polluted" => "warn",
            "platform-redirect-fragment" => "warn", "platform-redirect-case" => "warn",
            "platform-redirect-other-client" => "fail", "platform-client-other" => "fail",
        ];
        Prefix = "redirect-by-prefix", breaks "lti13-platform-redirect-registered",
            "takes every address that starts with a registered one", [
            "platform-redirect-suffix" => "fail", "platform-redirect-dotdot" => "fail",
            "platform-redirect-slash" => "fail", "platform-redirect-query" => "warn",
            "platform-redirect-polluted" => "warn", "platform-redirect-fragment" => "warn",
        ];
        OriginPrefix = "redirect-by-origin-prefix", breaks "lti13-platform-redirect-registered",
            "takes every address that starts with the scheme and host of a registered one", [
            "platform-redirect-userinfo" => "fail", "platform-redirect-port" => "fail",
            "platform-redirect-path" => "fail", "platform-redirect-suffix" => "fail",
            "platform-redirect-dotdot" => "fail", "platform-redirect-slash" => "fail",
            "platform-redirect-path-case" => "fail", "platform-redirect-query" => "warn",
            "platform-redirect-polluted" => "warn", "platform-redirect-fragment" => "warn",
        ];
        Substring = "redirect-by-substring", breaks "lti13-platform-redirect-registered",
            "takes every address whose text contains the host of a registered one", [
            "platform-redirect-subdomain" => "fail", "platform-redirect-userinfo" => "fail",
            "platform-redirect-port" => "fail", "platform-redirect-scheme" => "fail",
            "platform-redirect-path" => "fail", "platform-redirect-suffix" => "fail",
            "platform-redirect-dotdot" => "fail", "platform-redirect-slash" => "fail",
            "platform-redirect-path-case" => "fail", "platform-redirect-query" => "warn",
            "platform-redirect-polluted" => "warn", "platform-redirect-fragment" => "warn",
        ];
        OriginOnly = "redirect-by-origin", breaks "lti13-platform-redirect-registered",
            "compares scheme, host and port, and no path", [
            "platform-redirect-path" => "fail", "platform-redirect-suffix" => "fail",
            "platform-redirect-dotdot" => "fail", "platform-redirect-slash" => "fail",
            "platform-redirect-path-case" => "fail", "platform-redirect-query" => "warn",
            "platform-redirect-polluted" => "warn", "platform-redirect-fragment" => "warn",
            "platform-redirect-case" => "warn",
        ];
        Below = "redirect-below", breaks "lti13-platform-redirect-registered",
            "takes every path below a registered one", [
            "platform-redirect-suffix" => "fail", "platform-redirect-slash" => "fail",
        ];
        Subdomains = "redirect-subdomains", breaks "lti13-platform-redirect-registered",
            "takes every host under the registered one", ["platform-redirect-subdomain" => "fail"];
        QueryIgnored = "redirect-query-ignored", breaks "lti13-platform-redirect-registered",
            "compares without the query", [
            "platform-redirect-query" => "warn", "platform-redirect-polluted" => "warn",
        ];
        QueryTolerated = "redirect-query-tolerated", breaks "lti13-platform-redirect-registered",
            "compares without a query, unless that holds a response", ["platform-redirect-query" => "warn"];
        CaseFolded = "redirect-case-folded", breaks "lti13-platform-redirect-registered",
            "compares without regard to case", [
            "platform-redirect-path-case" => "fail", "platform-redirect-case" => "warn",
        ];
        HostFolded = "redirect-host-folded", breaks "lti13-platform-redirect-registered",
            "compares without regard to the case of the host", ["platform-redirect-case" => "warn"];
        SlashTrimmed = "redirect-slash-trimmed", breaks "lti13-platform-redirect-registered",
            "compares without the slash at the end", ["platform-redirect-slash" => "fail"];
        FragmentIgnored = "redirect-fragment-ignored", breaks "lti13-platform-redirect-registered",
            "compares without the fragment", ["platform-redirect-fragment" => "warn"];
        PortIgnored = "redirect-port-ignored", breaks "lti13-platform-redirect-registered",
            "compares without the port", ["platform-redirect-port" => "fail"];
        UserinfoTaken = "redirect-userinfo-taken", breaks "lti13-platform-redirect-registered",
            "takes the user name before an @ for the host", ["platform-redirect-userinfo" => "fail"];
        SchemeIgnored = "redirect-scheme-ignored", breaks "lti13-platform-redirect-registered",
            "compares without the scheme", ["platform-redirect-scheme" => "fail"];
        AnyClient = "redirect-of-any-client", breaks "lti13-platform-redirect-registered",
            "takes the registered addresses of every tool for this one's", [
            "platform-redirect-other-client" => "fail", "platform-client-other" => "fail",
        ];
        MissingDefaulted = "redirect-missing-defaulted", breaks "lti13-platform-redirect-missing",
            "answers at the first registered address when the request names none", ["platform-redirect-missing" => "warn"];
        FallsBack = "redirect-falls-back", breaks "lti13-platform-redirect-registered",
            "answers at the first registered address when it does not know the one that was named", [
            "platform-redirect-host" => "warn", "platform-redirect-subdomain" => "warn",
            "platform-redirect-userinfo" => "warn", "platform-redirect-port" => "warn",
            "platform-redirect-scheme" => "warn", "platform-redirect-path" => "warn",
            "platform-redirect-suffix" => "warn", "platform-redirect-dotdot" => "warn",
            "platform-redirect-slash" => "warn", "platform-redirect-path-case" => "warn",
            "platform-redirect-query" => "warn", "platform-redirect-polluted" => "warn",
            "platform-redirect-fragment" => "warn", "platform-redirect-case" => "warn",
            "platform-redirect-other-client" => "warn", "platform-client-other" => "fail",
        ];
        FirstAlways = "redirect-first-always", breaks "lti13-platform-redirect-requested",
            "answers at the first registered address whichever of them was named", ["platform-redirect-second" => "fail"];
        ErrorsSent = "redirect-errors-sent", breaks "lti13-platform-redirect-registered",
            "sends no token to an address that it does not know, but an error", [
            "platform-redirect-host" => "fail", "platform-redirect-subdomain" => "fail",
            "platform-redirect-userinfo" => "fail", "platform-redirect-port" => "fail",
            "platform-redirect-scheme" => "fail", "platform-redirect-path" => "fail",
            "platform-redirect-suffix" => "fail", "platform-redirect-dotdot" => "fail",
            "platform-redirect-slash" => "fail", "platform-redirect-path-case" => "fail",
            "platform-redirect-query" => "warn", "platform-redirect-polluted" => "warn",
            "platform-redirect-fragment" => "warn", "platform-redirect-case" => "warn",
            "platform-redirect-other-client" => "fail", "platform-client-other" => "warn",
        ];
    }
}
