//! Where the issuer sends users who must sign in or decide: to the mock's own pages.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use oauth2_issuer::{
    BoxFuture, Unavailable,
    server::provider::{ConsentRequest, Interaction, LoginRequest, Step, random_secret},
};

/// How many decisions are kept open.
const KEPT: usize = 1_000;

/// The decisions that users have to take.
pub(crate) struct Desk {
    /// The issuer, without a slash at its end.
    issuer: String,
    open: Mutex<HashMap<String, ConsentRequest>>,
}

impl Desk {
    pub(crate) fn new(issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), open: Mutex::default() }
    }

    /// The decision of this name, as long as it is open.
    pub(crate) fn decision(&self, name: &str) -> Option<ConsentRequest> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn page(&self, name: &str, query: &[(&str, &str)]) -> Step {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        Step::Redirect(format!("{}/mock/{name}?{query}", self.issuer))
    }
}

impl Interaction for Desk {
    fn login(&self, request: LoginRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        let mut query = vec![
            ("return_to", request.return_to.as_str()),
            ("cancel_to", request.cancel_to.as_str()),
            ("client", request.client_name.as_str()),
        ];
        query.extend(request.login_hint.as_deref().map(|hint| ("hint", hint)));
        let step = self.page("login", &query);
        Box::pin(async move { Ok(step) })
    }

    /// The address of the page says nothing of the ticket: the page shows it to the user who is asked and to nobody else.
    fn consent(&self, request: ConsentRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        Box::pin(async move {
            let name = random_secret()?;
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.len() >= KEPT {
                open.clear();
            }
            open.insert(name.clone(), request);
            Ok(self.page("consent", &[("decision", &name)]))
        })
    }
}
