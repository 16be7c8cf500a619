//! Flaws in the pages and in how they send the browser on.

use crate::double::flaw::flaws;

flaws! {
    /// What an issuer does wrong with its pages.
    pub enum PageFlaw {
        LoginFramed = "login-framed", breaks "oidc-page-framing",
            "lets other sites show its login page in a frame", ["issuer-login-framing" => "warn"];
        LoginFramedByScheme = "login-framed-by-scheme", breaks "oidc-page-framing",
            "lets every site that has TLS show its login page in a frame", ["issuer-login-framing" => "warn"];
        ConsentFramed = "consent-framed", breaks "oidc-page-framing",
            "lets other sites show its page of consent in a frame", ["issuer-consent-framing" => "warn"];
        ForeignResource = "foreign-resource", breaks "oauth2-page-resources",
            "loads a script of another site into its login page", ["issuer-login-resources" => "warn"];
        Redirect307 = "redirect-307", breaks "oauth2-redirect-307",
            "sends the browser on with 307 after the login form", ["issuer-redirect-status" => "fail"];
        Redirect308 = "redirect-308", breaks "oauth2-redirect-307",
            "sends the browser on with 308 after the login form", ["issuer-redirect-status" => "warn"];
        Cors = "authorization-cors", breaks "oauth2-authorization-cors",
            "lets scripts of other sites read the authorization endpoint", ["issuer-authorization-cors" => "warn"];
        HttpServed = "http-served", breaks "oauth2-authorization-tls",
            "answers authorization requests over plain http", ["issuer-authorization-tls" => "fail"];
        LoginFirst = "login-first", breaks "oauth2-error-before-login",
            "asks who it is before it says what is wrong with a request", ["issuer-error-before-login" => "info:asked"];
    }
}
