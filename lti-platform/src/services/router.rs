//! The services behind HTTP: who asks for what, and whether the token allows it.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LINK, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use lti_core::id::{ContextId, DeploymentId};
use lti_core::message::Context;
use lti_core::service::{Scope, media_type};
use oauth2_issuer::clock::Clock;
use oauth2_issuer::server::{AccessGrant, AccessTokens, bearer};

use super::courses::Courses;
use super::exchange::{ServiceExchange, ServiceObserver};
use super::offer::ServiceOffer;
use super::paging::Query;
use super::refusal::Refusal;
use super::urls::{SEGMENT, ServiceUrls};
use super::{ags, nrps, scores};
use crate::gradebook::{Gradebook, LineItemId, Owner};
use crate::launch::Platform;
use crate::registration::ToolRegistration;

/// The largest body that is read, in bytes.
pub const BODY_MAX: usize = 256 * 1024;

/// The services of a platform.
#[derive(Clone)]
pub struct Services {
    pub(super) platform: Arc<Platform>,
    pub(super) offer: ServiceOffer,
    pub(super) courses: Arc<dyn Courses>,
    tokens: Arc<AccessTokens>,
    clock: Arc<dyn Clock>,
    observer: Option<Arc<dyn ServiceObserver>>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("offer", &self.offer).finish_non_exhaustive()
    }
}

/// What an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resource {
    LineItems,
    LineItem(LineItemId),
    Scores(LineItemId),
    Results(LineItemId),
    Memberships,
}

/// What is done there, and the scopes of which one is enough, the narrowest first.
struct Act {
    perform: Perform,
    scopes: &'static [Scope],
}

#[derive(Clone, Copy)]
enum Perform {
    ListLineItems,
    CreateLineItem,
    ReadLineItem(LineItemId),
    ReplaceLineItem(LineItemId),
    DeleteLineItem(LineItemId),
    Score(LineItemId),
    ListResults(LineItemId),
    ListMembers,
}

impl Resource {
    fn parse(rest: &str) -> Option<Self> {
        let mut parts = rest.split('/');
        let place = (parts.next()?, parts.next(), parts.next(), parts.next());
        let id = |text: &str| text.parse().ok();
        match place {
            ("lineitems", None, None, None) => Some(Self::LineItems),
            ("lineitems", Some(item), None, None) => id(item).map(Self::LineItem),
            ("lineitems", Some(item), Some("scores"), None) => id(item).map(Self::Scores),
            ("lineitems", Some(item), Some("results"), None) => id(item).map(Self::Results),
            ("memberships", None, None, None) => Some(Self::Memberships),
            _ => None,
        }
    }

    const fn allow(self) -> &'static str {
        match self {
            Self::LineItems => "GET, HEAD, POST",
            Self::LineItem(_) => "GET, HEAD, PUT, DELETE",
            Self::Scores(_) => "POST",
            Self::Results(_) | Self::Memberships => "GET, HEAD",
        }
    }

    fn act(self, method: &Method) -> Option<Act> {
        let reads = *method == Method::GET || *method == Method::HEAD;
        let (perform, scopes): (_, &[Scope]) = match (self, method.as_str()) {
            (Self::LineItems, _) if reads => {
                (Perform::ListLineItems, &const { [Scope::LineItemReadonly, Scope::LineItem] })
            }
            (Self::LineItems, "POST") => (Perform::CreateLineItem, &const { [Scope::LineItem] }),
            (Self::LineItem(id), _) if reads => {
                (Perform::ReadLineItem(id), &const { [Scope::LineItemReadonly, Scope::LineItem] })
            }
            (Self::LineItem(id), "PUT") => (Perform::ReplaceLineItem(id), &const { [Scope::LineItem] }),
            (Self::LineItem(id), "DELETE") => (Perform::DeleteLineItem(id), &const { [Scope::LineItem] }),
            (Self::Scores(id), "POST") => (Perform::Score(id), &const { [Scope::Score] }),
            (Self::Results(id), _) if reads => (Perform::ListResults(id), &const { [Scope::ResultReadonly] }),
            (Self::Memberships, _) if reads => (Perform::ListMembers, &const { [Scope::ContextMembershipReadonly] }),
            _ => return None,
        };
        Some(Act { perform, scopes })
    }
}

/// A request whose right to ask is settled.
pub(super) struct Call<'r> {
    pub(super) services: &'r Services,
    pub(super) tool: Arc<ToolRegistration>,
    pub(super) owner: Owner,
    pub(super) context: Context,
    pub(super) query: Query,
    headers: &'r HeaderMap,
    body: &'r [u8],
}

impl Call<'_> {
    pub(super) fn gradebook(&self) -> &dyn Gradebook {
        &**self.services.offer.gradebook()
    }

    pub(super) fn urls(&self) -> &ServiceUrls {
        self.services.offer.urls()
    }

    /// Whether the answer may have this media type.
    pub(super) fn accepts(&self, offered: &'static str) -> Result<(), Refusal> {
        let asked: Vec<&str> = self.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        if media_type::accepts(&asked.join(","), offered) {
            return Ok(());
        }
        let detail = format!("Accept: expected {offered}, application/json or */*, saw another type");
        Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, detail))
    }

    /// The body, if it says that it is of this media type, or of none.
    pub(super) fn body(&self, expected: &'static str) -> Result<&[u8], Refusal> {
        let sent = match self.headers.get(CONTENT_TYPE) {
            None => return Ok(self.body),
            Some(value) => value.to_str().unwrap_or_default(),
        };
        if media_type::is(sent, expected) || media_type::is(sent, "application/json") {
            return Ok(self.body);
        }
        let detail = format!("Content-Type: expected {expected} or application/json, saw another type");
        Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
    }
}

/// An answer that is no refusal.
pub(super) struct Answer {
    status: StatusCode,
    media_type: Option<&'static str>,
    body: Vec<u8>,
    fields: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// Done, and nothing to say.
    pub(super) fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, media_type: None, body: Vec::new(), fields: Vec::new() }
    }

    pub(super) fn json(media_type: &'static str, body: &impl serde::Serialize) -> Result<Self, Refusal> {
        let body = serde_json::to_vec(body)
            .map_err(|error| oauth2_issuer::Unavailable::new(format!("an answer cannot be written: {error}")))?;
        Ok(Self { status: StatusCode::OK, media_type: Some(media_type), body, fields: Vec::new() })
    }

    pub(super) fn created(mut self, address: &str) -> Self {
        self.status = StatusCode::CREATED;
        self.fields.extend(HeaderValue::try_from(address).ok().map(|value| (LOCATION, value)));
        self
    }

    pub(super) fn link(mut self, link: Option<HeaderValue>) -> Self {
        self.fields.extend(link.map(|value| (LINK, value)));
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(media_type) = self.media_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        for (name, value) in self.fields {
            headers.append(name, value);
        }
        response
    }
}

impl Services {
    /// Services for the tools of this platform. `tokens` are those of its token endpoint.
    pub fn new(
        platform: Arc<Platform>,
        offer: ServiceOffer,
        courses: Arc<dyn Courses>,
        tokens: Arc<AccessTokens>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { platform, offer, courses, tokens, clock, observer: None }
    }

    /// Lets somebody watch.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn ServiceObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The services, to be nested under the path of the issuer.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        Router::new()
            .route(&format!("/{SEGMENT}/{{deployment}}/{{context}}/{{*rest}}"), any(serve))
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .with_state(Arc::new(self))
    }

    async fn answer(&self, request: &Incoming<'_>) -> (Option<AccessGrant>, Result<Answer, Refusal>) {
        let Some(resource) = Resource::parse(request.rest) else {
            // Nobody learns which addresses there are without a token.
            let grant = bearer::authorize(&self.tokens, request.headers, &[]);
            let refusal = grant.as_ref().map_or_else(|error| error.clone().into(), |_| Refusal::not_found("a service"));
            return (grant.ok(), Err(refusal));
        };
        let act = resource.act(request.method);
        let scopes = act.as_ref().map_or(&[][..], |act| act.scopes);
        let names: Vec<&str> = scopes.iter().map(Scope::as_str).collect();
        let grant = match bearer::authorize(&self.tokens, request.headers, &names) {
            Ok(grant) => grant,
            Err(error) => return (bearer::authorize(&self.tokens, request.headers, &[]).ok(), Err(error.into())),
        };
        if let Err(refusal) = self.check_query(request) {
            return (Some(grant), Err(refusal));
        }
        let answer = match act {
            None => Err(Refusal::method(resource.allow())),
            Some(act) => self.perform(request, &grant, &act).await,
        };
        (Some(grant), answer)
    }

    /// Before anything else, so that a tool that appends to the query learns what it did.
    fn check_query(&self, request: &Incoming<'_>) -> Result<(), Refusal> {
        let query = Query::parse(request.query);
        match self.offer.urls().query() {
            Some((name, value)) if !query.holds(name, value) => Err(Refusal::new(
                StatusCode::NOT_FOUND,
                "expected the query of the address as it was given, saw another: what is appended to the path goes before \
                 the query",
            )),
            _ => Ok(()),
        }
    }

    async fn perform(&self, request: &Incoming<'_>, grant: &AccessGrant, act: &Act) -> Result<Answer, Refusal> {
        let body = request.body.as_ref().map_err(|rejection| {
            let detail = format!("expected a body of at most {BODY_MAX} bytes, it could not be read");
            Refusal::new(rejection.status(), detail)
        })?;
        let call = self.call(request, grant, act, body).await?;
        match act.perform {
            Perform::ListLineItems => ags::list(&call).await,
            Perform::CreateLineItem => ags::create(&call).await,
            Perform::ReadLineItem(id) => ags::read(&call, id).await,
            Perform::ReplaceLineItem(id) => ags::replace(&call, id).await,
            Perform::DeleteLineItem(id) => ags::delete(&call, id).await,
            Perform::Score(id) => scores::post(&call, id).await,
            Perform::ListResults(id) => scores::results(&call, id).await,
            Perform::ListMembers => nrps::members(&call).await,
        }
    }

    /// Settles whether this tool reaches this context with this deployment. What an administrator has taken from the
    /// tool since the token was made counts: the registration is read again.
    async fn call<'r>(
        &'r self,
        request: &'r Incoming<'_>,
        grant: &AccessGrant,
        act: &Act,
        body: &'r [u8],
    ) -> Result<Call<'r>, Refusal> {
        let missing = || Refusal::not_found("a context");
        let owner = Owner {
            client_id: grant.client_id.clone(),
            deployment_id: DeploymentId::new(request.deployment),
            context_id: ContextId::new(request.context),
        };
        let tool = self.platform.registrations().find(owner.client_id.as_str()).await?.ok_or_else(missing)?;
        if !tool.has_deployment(&owner.deployment_id) || !grant.reaches(&owner.deployment_id) {
            return Err(missing());
        }
        let granted = tool.scopes();
        if !act.scopes.iter().any(|scope| granted.contains(scope)) {
            let detail = "expected a scope that the tool is granted still, saw one that was taken from it";
            return Err(Refusal::new(StatusCode::FORBIDDEN, detail));
        }
        let context = self.courses.context(&owner).await?.ok_or_else(missing)?;
        let query = Query::parse(request.query);
        Ok(Call { services: self, tool, owner, context, query, headers: request.headers, body })
    }

    async fn observe(&self, request: &Incoming<'_>, grant: Option<&AccessGrant>, response: Response) -> Response {
        let Some(observer) = &self.observer else { return response };
        let (parts, body) = response.into_parts();
        // The body is in memory already.
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let text = |name| request.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        observer.served(&ServiceExchange {
            method: request.method,
            target: request.target,
            grant,
            content_type: text(CONTENT_TYPE),
            accept: text(ACCEPT),
            request: request.body.as_ref().map_or(&[], |bytes| bytes.as_ref()),
            status: parts.status,
            links: parts.headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).collect(),
            answer: &body,
            at: self.clock.now(),
        });
        Response::from_parts(parts, Body::from(body))
    }
}

/// A request as it came.
struct Incoming<'r> {
    method: &'r Method,
    target: &'r str,
    deployment: &'r str,
    context: &'r str,
    rest: &'r str,
    query: Option<&'r str>,
    headers: &'r HeaderMap,
    body: Result<Bytes, BytesRejection>,
}

async fn serve(
    State(services): State<Arc<Services>>,
    method: Method,
    uri: Uri,
    Path((deployment, context, rest)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let target = uri.path_and_query().map_or_else(|| uri.path(), |target| target.as_str());
    let request = Incoming {
        method: &method,
        target,
        deployment: &deployment,
        context: &context,
        rest: &rest,
        query: query.as_deref(),
        headers: &headers,
        body,
    };
    let (grant, answer) = services.answer(&request).await;
    let response = answer.map_or_else(IntoResponse::into_response, IntoResponse::into_response);
    services.observe(&request, grant.as_ref(), response).await
}

#[cfg(test)]
mod tests {
    use super::{LineItemId, Resource};

    #[test]
    fn an_address_names_one_resource_or_none() {
        let seven = LineItemId::new(7);
        for (rest, expected) in [
            ("lineitems", Some(Resource::LineItems)),
            ("lineitems/7", Some(Resource::LineItem(seven))),
            ("lineitems/7/scores", Some(Resource::Scores(seven))),
            ("lineitems/7/results", Some(Resource::Results(seven))),
            ("memberships", Some(Resource::Memberships)),
            ("lineitems/", None),
            ("lineitems/07", None),
            ("lineitems/7/", None),
            ("lineitems/7/scores/1", None),
            ("memberships/7", None),
            ("", None),
        ] {
            assert_eq!(Resource::parse(rest), expected, "{rest}");
        }
    }
}
