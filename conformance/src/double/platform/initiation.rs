//! The start of a launch: the login that sends the browser to the tool (Security Framework 1.0, 5.1.1.1).

use ::http::StatusCode;

use super::{
    ClaimFlaw, HOME_PATH, InitiationFlaw, PlatformDouble,
    book::Launch,
    http::{page, redirect},
    response::{Form, as_form, as_query},
    school::{Link, User, link_at},
};
use crate::transport::{Request, Response};

impl PlatformDouble {
    /// Starts the launch of a link for whoever is signed in.
    pub(super) fn launch(&self, request: &Request, path: &str) -> Response {
        let Some((session, user)) = self.visitor(request) else {
            return redirect(StatusCode::SEE_OTHER, HOME_PATH);
        };
        let Some(link) = link_at(path) else {
            return page(StatusCode::NOT_FOUND, "No such link", "<p>there is no such link</p>");
        };
        let launch = self.launch_of(user, link);
        if self.has(InitiationFlaw::LoginSkipped) && link.path == "reading" {
            let (client_id, nonce) = (self.wiring.tool.client_id.clone(), self.random.draw());
            let to = self.wiring.tool.redirect_uris.first().cloned().unwrap_or_default();
            return match self.id_token(&launch, &client_id, Some(&nonce)) {
                Ok(token) => self.unstored(as_form(&to, &[("id_token".to_owned(), token)])),
                Err(unsigned) => unsigned.into(),
            };
        }
        let hint = self.random.draw();
        let fields = self.login_fields(&launch, &hint);
        self.book().start(session, hint, launch);
        let login_url = &self.wiring.tool.login_url;
        if self.has(InitiationFlaw::ByGet) { as_query(login_url, &fields) } else { as_form(login_url, &fields) }
    }

    /// What is launched: the deployment and the target are settled here, so that the token says what the login said.
    pub(super) fn launch_of(&self, user: &'static User, link: &'static Link) -> Launch {
        let tool = &self.wiring.tool;
        let deployment = tool.deployment_ids.first();
        let deployment = match self.flaw {
            Some(super::PlatformFlaw::Claim(ClaimFlaw::DeploymentPerLaunch)) => self.random.draw(),
            Some(super::PlatformFlaw::Claim(ClaimFlaw::DeploymentLong)) => "d".repeat(300),
            _ => deployment.cloned().unwrap_or_default(),
        };
        Launch { user, link, deployment, target: tool.target_link_uri.clone(), answered: false }
    }

    fn login_fields(&self, launch: &Launch, hint: &str) -> Form {
        let issuer = self.issuer();
        let client_id = if self.has(InitiationFlaw::ClientIdForeign) {
            &self.wiring.other.client_id
        } else {
            &self.wiring.tool.client_id
        };
        let deployment = if self.has(InitiationFlaw::DeploymentForeign) { "elsewhere" } else { &launch.deployment };
        let all = [
            ("iss", issuer.as_str(), InitiationFlaw::IssMissing),
            ("login_hint", launch.user.hint, InitiationFlaw::HintMissing),
            ("target_link_uri", &launch.target, InitiationFlaw::TargetMissing),
            ("lti_message_hint", hint, InitiationFlaw::MessageHintMissing),
            ("client_id", client_id, InitiationFlaw::ClientIdMissing),
            ("lti_deployment_id", deployment, InitiationFlaw::DeploymentNotNamed),
        ];
        let mut fields: Form = all
            .into_iter()
            .filter(|(_, _, missing)| !self.has(*missing))
            .map(|(name, value, _)| (name.to_owned(), value.to_owned()))
            .collect();
        if self.has(InitiationFlaw::Repeated) {
            fields.push(("target_link_uri".to_owned(), launch.target.clone()));
        }
        fields
    }
}
