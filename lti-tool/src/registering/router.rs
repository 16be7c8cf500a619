//! The registration behind axum.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::{REGISTER_PATH, Registering};
use crate::form::form_fields;
use crate::page::Page;
use crate::router::from_page;

impl Registering {
    /// Serves `/lti/register` (GET), to be merged with [`LtiTool::router`](crate::LtiTool::router).
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new().route(REGISTER_PATH, get(register)).with_state(self.clone())
    }
}

async fn register(State(registering): State<Registering>, RawQuery(query): RawQuery) -> Response {
    let parameters = form_fields(query.unwrap_or_default().as_bytes());
    match registering.register(&parameters).await {
        Ok(registered) => {
            let registration = &registered.registration;
            tracing::info!(issuer = %registration.issuer, client_id = %registration.client_id, "registered");
            from_page(Page::from(&registered)).into_response()
        }
        Err(error) => {
            tracing::info!(%error, "not registered");
            from_page(Page::from(&error))
        }
    }
}
