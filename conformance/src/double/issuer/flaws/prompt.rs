//! Flaws in who is asked what: sessions, prompts, hints, consent.

use crate::double::flaw::flaws;

flaws! {
    /// What an issuer does wrong with sessions and prompts.
    pub enum PromptFlaw {
        NoneShowsLogin = "none-shows-login", breaks "oidc-prompt-none",
            "shows the login page although the request says prompt=none", ["issuer-prompt-none" => "fail"];
        NoneInPlace = "none-in-place", breaks "oidc-prompt-none",
            "keeps the error of prompt=none to itself", ["issuer-prompt-none" => "warn"];
        LoginIgnored = "login-ignored", breaks "oidc-prompt-login",
            "passes over prompt=login where there is a session", ["issuer-prompt-login" => "fail"];
        NoneWithOthers = "none-with-others", breaks "oidc-prompt-none-alone",
            "takes prompt=none beside other values", ["issuer-prompt-none-login" => "warn"];
        MaxAgeIgnored = "max-age-ignored", breaks "oidc-max-age",
            "lets sessions be older than max_age", ["issuer-max-age-relogin" => "fail"];
        HintIgnored = "hint-ignored", breaks "oidc-hint",
            "answers for whoever is signed in, whatever id_token_hint says", ["issuer-hint-other-user" => "fail"];
        HintForged = "hint-forged", breaks "oidc-hint-forged",
            "believes an id_token_hint without looking at its signature", [
            "issuer-hint-forged" => "fail", "issuer-logout-hint" => "fail",
        ];
        HintExpired = "hint-expired", breaks "oidc-hint-expired",
            "refuses an id_token_hint that has ended", ["issuer-hint-expired" => "warn"];
        LoginHintHeeded = "login-hint-heeded", breaks "oidc-login-hint",
            "asks who it is where login_hint names somebody else", ["issuer-login-hint" => "info:asked"];
        ConsentForged = "consent-forged", breaks "oauth2-consent-csrf",
            "takes a decision that another session was asked for", ["issuer-consent-forged" => "fail"];
    }
}
