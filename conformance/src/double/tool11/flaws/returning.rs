//! Flaws of tools in where they send the browser.

use crate::double::flaw::flaws;

flaws! {
    /// What goes wrong on the way back to the platform, or to a page of the tool.
    pub enum ReturnFlaw {
        Stays = "errors-stay", breaks "lti11-tool-return-free",
            "a launch that is signed and wrong is answered with a page",
            [
                "tool11-cert-1-1" => "info:stayed",
                "tool11-cert-1-5" => "info:stayed",
                "tool11-cert-1-6" => "info:stayed",
                "tool11-cert-1-7" => "info:stayed",
                "tool11-cert-1-8" => "info:stayed",
                "tool11-cert-1-9" => "info:stayed",
                "tool11-return-answer" => "info:stayed",
                "tool11-return-names" => "skip",
                "tool11-return-query" => "skip",
                "tool11-return-length" => "skip",
                "tool11-return-method" => "skip",
            ];
        Silent = "return-silent", breaks "lti11-tool-return-certified",
            "users go back to the platform without a message",
            [
                "tool11-cert-1-1" => "info:silent",
                "tool11-cert-1-5" => "info:silent",
                "tool11-cert-1-6" => "info:silent",
                "tool11-cert-1-7" => "info:silent",
                "tool11-cert-1-8" => "info:silent",
                "tool11-cert-1-9" => "info:silent",
            ];
        OtherName = "return-other-name", breaks "lti11-tool-return-message",
            "the message goes back under a name of the tool's own",
            [
                "tool11-cert-1-1" => "info:silent",
                "tool11-cert-1-5" => "info:silent",
                "tool11-cert-1-6" => "info:silent",
                "tool11-cert-1-7" => "info:silent",
                "tool11-cert-1-8" => "info:silent",
                "tool11-cert-1-9" => "info:silent",
                "tool11-return-names" => "warn",
            ];
        QueryLost = "return-query-lost", breaks "lti11-tool-return-query",
            "the query of the return URL is replaced",
            ["tool11-return-query" => "warn"];
        Long = "return-long", breaks "lti11-tool-return-message",
            "a whole report goes back in the address",
            ["tool11-return-length" => "warn"];
        Posted = "return-posted", breaks "lti11-tool-return-message",
            "users go back by a form",
            ["tool11-return-method" => "warn"];
        AnyScheme = "return-any-scheme", breaks "lti11-tool-return-scheme",
            "the browser is sent to whatever the return URL is",
            ["tool11-return-javascript" => "warn", "tool11-return-data" => "warn"];
        ScriptsAlone = "return-scripts-alone", breaks "lti11-tool-return-scheme",
            "the browser is sent to whatever the return URL is, unless it begins with javascript:",
            ["tool11-return-data" => "warn"];
        NextAnywhere = "next-anywhere", breaks "lti11-tool-next-own",
            "the browser is sent to whatever custom_next says",
            ["tool11-next-address" => "warn", "tool11-next-slashes" => "warn", "tool11-next-backslash" => "warn"];
        NextByOneSlash = "next-by-one-slash", breaks "lti11-tool-next-own",
            "custom_next is a path where it begins with a slash",
            ["tool11-next-slashes" => "warn", "tool11-next-backslash" => "warn"];
        NextByTwoSlashes = "next-by-two-slashes", breaks "lti11-tool-next-own",
            "custom_next is a path where it begins with one slash and not with two",
            ["tool11-next-backslash" => "warn"];
    }
}
