//! Flaws in keeping the schools apart that one tool serves.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong, or does its own way, with several deployments, clients and issuers.
    pub enum TenancyFlaw {
        UsersByIdAlone = "users-by-id-alone", breaks "lti13-tool-issuers-apart",
            "keys its accounts by sub alone", [
            "tool-tenancy-issuer-user" => "warn", "tool-tenancy-client-user" => "info:merged",
            "tool-tenancy-deployment-user" => "info:merged",
        ];
        UsersOverwritten = "users-overwritten", breaks "lti13-tool-issuers-apart",
            "keys its accounts by sub alone and writes each launch over the last", [
            "tool-tenancy-issuer-user" => "warn", "tool-tenancy-client-user" => "info:merged",
            "tool-tenancy-deployment-user" => "info:merged",
        ];
        UsersByIssuer = "users-by-issuer", breaks "lti13-tool-user-of-issuer",
            "keeps one account for a user of an issuer, whatever the deployment", [
            "tool-tenancy-client-user" => "info:merged", "tool-tenancy-deployment-user" => "info:merged",
        ];
        UsersByClient = "users-by-client", breaks "lti13-tool-user-of-issuer",
            "keeps one account for a user of a client id, whatever the deployment", [
            "tool-tenancy-deployment-user" => "info:merged",
        ];
        LinksByIdAlone = "links-by-id-alone", breaks "lti13-tool-deployments-apart",
            "keys its links by their id alone", [
            "tool-tenancy-issuer-link" => "warn", "tool-tenancy-client-link" => "warn",
            "tool-tenancy-deployment-link" => "warn",
        ];
        LinksByIssuer = "links-by-issuer", breaks "lti13-tool-deployments-apart",
            "keys its links by issuer and id", [
            "tool-tenancy-client-link" => "warn", "tool-tenancy-deployment-link" => "warn",
        ];
        LinksByClient = "links-by-client", breaks "lti13-tool-deployments-apart",
            "keys its links by client id and id", ["tool-tenancy-deployment-link" => "warn"];
        LinksByDeployment = "links-by-deployment", breaks "lti13-tool-deployments-apart",
            "keys its links by deployment and id, and takes one deployment_id for one deployment of all issuers", [
            "tool-tenancy-issuer-link" => "warn",
        ];
        CoursesByIdAlone = "courses-by-id-alone", breaks "lti13-tool-deployments-apart",
            "keys its courses by their id alone", [
            "tool-tenancy-issuer-course" => "warn", "tool-tenancy-client-course" => "warn",
            "tool-tenancy-deployment-course" => "warn",
        ];
        CoursesByIssuer = "courses-by-issuer", breaks "lti13-tool-deployments-apart",
            "keys its courses by issuer and id", [
            "tool-tenancy-client-course" => "warn", "tool-tenancy-deployment-course" => "warn",
        ];
        CoursesByClient = "courses-by-client", breaks "lti13-tool-deployments-apart",
            "keys its courses by client id and id", ["tool-tenancy-deployment-course" => "warn"];
        CoursesByDeployment = "courses-by-deployment", breaks "lti13-tool-deployments-apart",
            "keys its courses by deployment and id, and takes one deployment_id for one deployment of all issuers", [
            "tool-tenancy-issuer-course" => "warn",
        ];
        ClientOfFirst = "client-of-first", breaks "lti13-tool-clients-apart",
            "asks as the first client of an issuer, whichever the login names", [
            "tool-tenancy-client-launch" => "warn", "tool-tenancy-client-link" => "skip",
            "tool-tenancy-client-course" => "skip", "tool-tenancy-client-user" => "skip",
            "tool-tenancy-client-token" => "skip", "tool-tenancy-client-state" => "skip",
            "tool-dl-second-client" => "skip",
        ];
        ClientGuessed = "client-guessed", breaks "lti13-login-client-ambiguous",
            "takes the first client of an issuer when the login names none", [
            "tool-tenancy-client-absent" => "info:guessed",
        ];
        ClientByDeployment = "client-by-deployment", breaks "lti13-login-client-ambiguous",
            "finds the client by the login's deployment when the login names none", [
            "tool-tenancy-client-absent" => "info:resolved",
        ];
        ClientFromToken = "client-from-token", breaks "lti13-token-aud",
            "looks the client up by the token and forgets which one the login was for", [
            "tool-tenancy-client-token" => "warn",
        ];
        ClientFromTokenAnyLogin = "client-from-token-any-login", breaks "lti13-token-aud",
            "looks the client up by the token, and its nonce among all open logins of the browser", [
            "tool-tenancy-client-token" => "warn", "tool-tenancy-client-state" => "warn",
        ];
        DeploymentOfAnyClient = "deployment-of-any-client", breaks "lti13-launch-deployment-unknown",
            "looks the deployment up among those of all its clients", ["tool-tenancy-client-deployment" => "warn"];
        RedirectOfFirst = "redirect-of-first", breaks "lti13-auth-redirect-uri",
            "sends the redirect_uri of its first registration for every other", ["tool-tenancy-redirect-uri" => "fail"];
        KeysOfFirst = "keys-of-first-issuer", breaks "lti13-tool-issuers-many",
            "verifies every issuer's tokens with the keys of the first", [
            "tool-tenancy-issuer-launch" => "warn", "tool-tenancy-issuer-user" => "skip",
            "tool-tenancy-issuer-link" => "skip", "tool-tenancy-issuer-course" => "skip",
            "tool-token-tenant" => "skip",
        ];
    }
}
