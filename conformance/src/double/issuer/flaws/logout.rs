//! Flaws in logout.

use crate::double::flaw::flaws;

flaws! {
    /// What an issuer does wrong when somebody logs out.
    pub enum LogoutFlaw {
        RedirectUnchecked = "logout-redirect-unchecked", breaks "oidc-logout-redirect",
            "sends the browser to any post_logout_redirect_uri", ["issuer-logout-redirect" => "fail"];
        Unasked = "logout-unasked", breaks "oidc-logout-confirm",
            "logs out and redirects without a hint and without a question", ["issuer-logout-no-hint" => "fail"];
        GetAlone = "logout-get-alone", breaks "oidc-logout-post",
            "takes logout requests by GET alone", ["issuer-logout-post" => "fail"];
        HintUnchecked = "logout-hint-unchecked", breaks "oidc-logout-hint",
            "takes an id_token_hint that it did not make", ["issuer-logout-hint" => "fail"];
        ClientUnchecked = "logout-client-unchecked", breaks "oidc-logout-client",
            "passes over a client_id that is not the hint's", ["issuer-logout-client" => "fail"];
        GoneIsError = "logout-gone", breaks "oidc-logout-again",
            "calls it an error to log out twice", ["issuer-logout-again" => "warn"];
        StateLost = "logout-state", breaks "oidc-logout-state",
            "does not hand state back after logout", ["issuer-logout-state" => "warn"];
    }
}
