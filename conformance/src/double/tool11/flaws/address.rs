//! Flaws of tools in the address of the base string.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool takes for the address of a launch.
    pub enum AddressFlaw {
        QueryLeftOut = "query-left-out", breaks "lti11-tool-query-signed",
            "the query is no part of the base string",
            [
                "tool11-query-signed" => "fail",
                "tool11-query-decoded" => "fail",
                "tool11-unsigned-user-query" => "fail",
                "tool11-unsigned-query" => "fail",
                "tool11-pair-twice" => "warn",
                "tool11-pair-signed-once" => "info:accepted",
            ];
        QueryAsSpelt = "query-not-decoded", breaks "lti11-tool-query-signed",
            "the query stands in the base string as it was spelt",
            ["tool11-query-decoded" => "fail"];
        HostAsSpelt = "host-as-spelt", breaks "lti11-tool-host-and-port",
            "the host stands in the base string as it was spelt",
            ["tool11-host-upper-case" => "fail"];
        DefaultPortKept = "default-port-kept", breaks "lti11-tool-host-and-port",
            "the scheme's own port stands in the base string",
            ["tool11-host-default-port" => "fail"];
        PortsTried = "ports-tried", breaks "lti11-tool-port-wrong",
            "signatures over other ports are taken as well",
            ["tool11-port-wrong" => "warn"];
        HostConfigured = "host-configured", breaks "lti11-tool-host",
            "the host of the base string is the configured one",
            ["tool11-host-header" => "info:refused"];
        HostBelieved = "forwarded-host-believed", breaks "lti11-tool-forwarded",
            "X-Forwarded-Host has its say",
            ["tool11-forwarded-host" => "info:accepted"];
        ProtoBelieved = "forwarded-proto-believed", breaks "lti11-tool-forwarded",
            "X-Forwarded-Proto has its say",
            ["tool11-forwarded-proto" => "info:accepted"];
        ForwardedBelieved = "forwarded-believed", breaks "lti11-tool-forwarded",
            "Forwarded has its say",
            ["tool11-forwarded" => "info:accepted"];
        SlashTried = "slash-tried", breaks "lti11-tool-path",
            "a signature over the path with a slash at its end is taken as well",
            ["tool11-path-slash" => "info:accepted"];
        PathDecoded = "path-decoded", breaks "lti11-tool-path",
            "the path is decoded before it is signed",
            ["tool11-path-encoded" => "info:refused"];
    }
}
