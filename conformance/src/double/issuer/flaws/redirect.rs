//! Flaws in how redirect URIs are compared and registered.

use crate::double::flaw::flaws;

flaws! {
    /// What an issuer does wrong with redirect URIs.
    pub enum RedirectFlaw {
        Unchecked = "redirect-unchecked", breaks "oauth2-redirect-registered",
            "sends the browser to whatever redirect URI a request names", [
            "issuer-redirect-unregistered" => "fail", "issuer-redirect-query-added" => "fail",
            "issuer-redirect-query-changed" => "fail", "issuer-redirect-suffix" => "fail",
            "issuer-redirect-dot-segments" => "warn", "issuer-redirect-case" => "fail", "issuer-redirect-slash" => "fail",
            "issuer-redirect-host" => "fail", "issuer-redirect-user" => "fail",
        ];
        RegisteredInstead = "redirect-registered-instead", breaks "oauth2-redirect-registered",
            "sends the code to the registered redirect URI where a request names another one", [
            "issuer-redirect-unregistered" => "warn", "issuer-redirect-query-added" => "warn",
            "issuer-redirect-query-changed" => "warn", "issuer-redirect-suffix" => "warn",
            "issuer-redirect-dot-segments" => "warn", "issuer-redirect-case" => "warn", "issuer-redirect-slash" => "warn",
            "issuer-redirect-host" => "warn", "issuer-redirect-user" => "warn",
        ];
        QueryIgnored = "redirect-query-ignored", breaks "oauth2-redirect-exact",
            "compares redirect URIs without their query", [
            "issuer-redirect-query-added" => "fail", "issuer-redirect-query-changed" => "fail",
            "issuer-redirect-dot-segments" => "warn",
        ];
        QueryLonger = "redirect-query-longer", breaks "oauth2-redirect-exact",
            "lets a redirect URI have more parameters than the registered one", [
            "issuer-redirect-query-added" => "fail", "issuer-redirect-dot-segments" => "warn",
        ];
        Prefix = "redirect-prefix", breaks "oauth2-redirect-exact",
            "takes every redirect URI that begins with a registered one", [
            "issuer-redirect-query-added" => "fail", "issuer-redirect-query-changed" => "fail",
            "issuer-redirect-suffix" => "fail", "issuer-redirect-slash" => "fail",
        ];
        CaseFolded = "redirect-case-folded", breaks "oauth2-redirect-exact",
            "compares redirect URIs without regard to capital letters", ["issuer-redirect-case" => "fail"];
        Normalised = "redirect-normalised", breaks "oauth2-redirect-exact",
            "resolves the dots of a redirect URI before it compares", ["issuer-redirect-dot-segments" => "warn"];
        DotsKept = "redirect-dots-kept", breaks "oauth2-redirect-exact",
            "resolves the dots of a redirect URI before it compares, and sends the browser to the one with dots",
            ["issuer-redirect-dot-segments" => "fail"];
        SlashTolerant = "redirect-slash", breaks "oauth2-redirect-exact",
            "passes over a slash at the end of a redirect URI", ["issuer-redirect-slash" => "fail"];
        HostPrefix = "redirect-host-prefix", breaks "oauth2-redirect-exact",
            "compares only how the host of a redirect URI begins", [
            "issuer-redirect-host" => "fail", "issuer-redirect-query-added" => "fail",
            "issuer-redirect-query-changed" => "fail", "issuer-redirect-user" => "fail",
            "issuer-redirect-dot-segments" => "warn",
        ];
        UserIgnored = "redirect-user-ignored", breaks "oauth2-redirect-exact",
            "passes over a user name before the host of a redirect URI", [
            "issuer-redirect-user" => "fail", "issuer-redirect-dot-segments" => "warn",
        ];
        MissingDefault = "redirect-missing-default", breaks "oidc-redirect-missing",
            "takes the first registered redirect URI where an OpenID request names none", [
            "issuer-redirect-missing" => "fail",
        ];
        FirstUsed = "redirect-first-used", breaks "oauth2-redirect-registered",
            "checks the last redirect_uri of a request and uses the first", ["issuer-redirect-twice" => "fail"];
        LastUsed = "redirect-last-used", breaks "oauth2-redirect-registered",
            "checks the first redirect_uri of a request and uses the last", ["issuer-redirect-twice" => "fail"];
        UnknownClient = "redirect-unknown-client", breaks "oauth2-redirect-unknown-client",
            "sends the browser back to where an unknown client wants it", ["issuer-redirect-unknown-client" => "fail"];
        LoopbackPort = "redirect-loopback-port", breaks "oauth2-redirect-loopback-port",
            "holds native apps to the registered port of their loopback address", ["issuer-redirect-loopback-port" => "fail"];
        FragmentRegistered = "registration-fragment", breaks "oauth2-redirect-fragment",
            "registers redirect URIs with a fragment", ["issuer-registration-fragment" => "warn"];
        HttpRegistered = "registration-http", breaks "oauth2-redirect-http",
            "registers redirect URIs of web clients over plain http", ["issuer-registration-http" => "warn", "issuer-registration-http-implicit" => "fail",
             "issuer-registration-http-native" => "fail", "issuer-registration-redirect-error" => "skip"];
    }
}
