//! The services of the school: what its records say to them, and the trace of what was asked.

use std::sync::Arc;

use lti_core::id::{ResourceLinkId, Subject};
use lti_core::message::Context;
use lti_core::service::Scope;
use lti_core::service::media_type::TOKEN_REQUEST;
use lti_core::service::nrps::{Member, MemberStatus};
use lti_core::service::token::TokenRequestFields;
use lti_core::vocab::Role;
use oauth2_issuer::clock::Clock;
use oauth2_issuer::once::OnceStore;
use oauth2_issuer::server::token::{KeySets, TokenObserver, TokenRefusal};
use oauth2_issuer::server::{AccessGrant, AccessTokenKey, AccessTokens, TokenEndpoint, TokenPolicy};
use oauth2_issuer::{BoxFuture, Unavailable};

use super::MockState;
use super::content::{context, person_claims};
use super::school::{Course, FormerMember, Membership, School, SchoolRole};
use super::store::Store;
use super::trace::{ServiceCall, Trace};
use crate::gradebook::{Owner, Slice};
use crate::launch::Platform;
use crate::services::{
    Courses, RosterPage, RosterQuery, ServiceExchange, ServiceObserver, ServiceOffer, Services, Standing,
};

/// The token endpoint and the services behind it.
pub(super) struct Served {
    pub(super) endpoint: Arc<TokenEndpoint>,
    pub(super) services: Services,
}

/// What the services of the school are made of.
pub(super) struct Parts<'p> {
    pub(super) platform: &'p Arc<Platform>,
    pub(super) store: &'p Arc<Store>,
    pub(super) offer: ServiceOffer,
    pub(super) key_sets: Arc<dyn KeySets>,
    pub(super) once: Arc<dyn OnceStore>,
    pub(super) token_secret: &'p [u8; 32],
    pub(super) clock: &'p Arc<dyn Clock>,
    pub(super) trace: &'p Arc<Trace>,
}

impl Served {
    pub(super) fn new(parts: Parts<'_>) -> Self {
        let Parts { platform, store, offer, key_sets, once, token_secret, clock, trace } = parts;
        let issuer = platform.issuer().as_str();
        let key = AccessTokenKey::from_bytes(token_secret);
        let tokens = Arc::new(AccessTokens::new(issuer, key, Arc::clone(clock)));
        let address = format!("{}/token", issuer.trim_end_matches('/'));
        let audiences = [address.clone(), issuer.to_owned()];
        let watched = TokenTrace { trace: Arc::clone(trace), clock: Arc::clone(clock), address };
        let endpoint = TokenEndpoint::new(
            TokenPolicy::new(audiences),
            Arc::clone(platform) as _,
            key_sets,
            once,
            Arc::clone(&tokens),
            Arc::clone(clock),
        )
        .observed_by(Arc::new(watched));
        let courses = Arc::clone(store) as Arc<dyn Courses>;
        let services = Services::new(Arc::clone(platform), offer, courses, tokens, Arc::clone(clock));
        Self { endpoint: Arc::new(endpoint), services }
    }
}

/// The course, if the tool reaches it with this deployment: the one that its links there belong to, and any of its own
/// where it has no link yet.
fn course<'s>(school: &'s School, owner: &Owner) -> Option<&'s Course> {
    let course = school.course(owner.context_id.as_str())?;
    let mut links = course.links.iter().filter(|link| link.client_id == owner.client_id).peekable();
    (links.peek().is_none() || links.any(|link| link.deployment_id == owner.deployment_id)).then_some(course)
}

impl Courses for Store {
    fn context<'a>(&'a self, owner: &'a Owner) -> BoxFuture<'a, Result<Option<Context>, Unavailable>> {
        Box::pin(async move { Ok(course(&self.school(), owner).map(context)) })
    }

    fn has_link<'a>(&'a self, owner: &'a Owner, link: &'a ResourceLinkId) -> BoxFuture<'a, Result<bool, Unavailable>> {
        Box::pin(async move {
            let school = self.school();
            let links = course(&school, owner).into_iter().flat_map(|course| &course.links);
            let mut own = links.filter(|known| known.client_id == owner.client_id);
            Ok(own.any(|known| known.id == *link && known.deployment_id == owner.deployment_id))
        })
    }

    fn standing<'a>(&'a self, owner: &'a Owner, user: &'a Subject) -> BoxFuture<'a, Result<Standing, Unavailable>> {
        Box::pin(async move {
            let school = self.school();
            let membership = course(&school, owner).and_then(|course| course.membership(user));
            Ok(match membership.map(|membership| membership.role) {
                None => Standing::NoMember,
                Some(SchoolRole::Learner) => Standing::Graded,
                Some(_) => Standing::NotGraded,
            })
        })
    }

    fn members<'a>(
        &'a self,
        owner: &'a Owner,
        query: &'a RosterQuery,
    ) -> BoxFuture<'a, Result<Option<RosterPage>, Unavailable>> {
        Box::pin(async move {
            let school = self.school();
            Ok(course(&school, owner).map(|course| roster(&school, course, query)))
        })
    }
}

/// The part of the roster that is asked for, by user id.
fn roster(school: &School, course: &Course, query: &RosterQuery) -> RosterPage {
    let since = query.since;
    let current = course.members.iter().filter(|membership| since.is_none_or(|since| membership.version > since));
    let current = current.filter_map(|membership| member(school, membership));
    let former = course.former.iter().filter(|former| since.is_some_and(|since| former.version > since)).map(deleted);
    let mut members: Vec<Member> = current.chain(former).collect();
    members.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    let asked = members.into_iter().filter(|member| {
        query.role.as_ref().is_none_or(|role| member.roles.contains(role))
            && query.page.after.as_ref().is_none_or(|after| member.user_id > *after)
    });
    RosterPage::new(Slice::cut(asked, query.page.limit), course.roster_version)
}

fn roles(role: SchoolRole) -> impl Iterator<Item = Role> {
    role.uris().iter().map(|uri| Role::parse(*uri))
}

fn member(school: &School, membership: &Membership) -> Option<Member> {
    let person = school.person(&membership.person)?;
    let marker = person.test_user.then_some(Role::TestUser);
    let mut member = Member::new(person.id.clone(), roles(membership.role).chain(marker));
    if !membership.active {
        member.status = MemberStatus::Inactive;
    }
    member.person = person_claims(person);
    member.lti11_legacy_user_id.clone_from(&person.lti11_user_id);
    Some(member)
}

/// Somebody who has left: nothing more is told of them.
fn deleted(former: &FormerMember) -> Member {
    let mut member = Member::new(former.person.clone(), roles(former.role));
    member.status = MemberStatus::Deleted;
    member
}

impl ServiceObserver for MockState {
    fn served(&self, exchange: &ServiceExchange<'_>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let grant = exchange.grant;
        let scopes = grant.map(|grant| grant.scopes.iter().map(|scope| Scope::parse(scope.as_str())).collect());
        self.trace.add_service_call(ServiceCall {
            at: exchange.at,
            method: exchange.method.to_string(),
            address: address(&self.issuer, exchange.target),
            client_id: grant.map(|grant| grant.client_id.clone()),
            scopes: scopes.unwrap_or_default(),
            media_type: exchange.content_type.or(exchange.accept).unwrap_or_default().to_owned(),
            request: text(exchange.request),
            status: exchange.status.as_u16(),
            links: exchange.links.iter().map(|link| (*link).to_owned()).collect(),
            answer: text(exchange.answer),
        });
    }
}

/// Writes token requests down: neither the assertion nor the token.
struct TokenTrace {
    trace: Arc<Trace>,
    clock: Arc<dyn Clock>,
    address: String,
}

impl TokenObserver for TokenTrace {
    fn answered(&self, request: &TokenRequestFields, outcome: Result<&AccessGrant, &TokenRefusal>) {
        let scopes = |grant: &AccessGrant| grant.scopes.iter().map(|scope| Scope::parse(scope.as_str())).collect();
        let asked = request.scope.as_ref().map(ToString::to_string).unwrap_or_default();
        let grant_type = request.grant_type.as_deref().unwrap_or_default();
        self.trace.add_service_call(ServiceCall {
            at: self.clock.now(),
            method: "POST".to_owned(),
            address: self.address.clone(),
            client_id: outcome.ok().map(|grant| grant.client_id.clone()),
            scopes: outcome.map(scopes).unwrap_or_default(),
            media_type: TOKEN_REQUEST.to_owned(),
            request: format!("grant_type={grant_type}&scope={asked}"),
            status: outcome.map_or_else(|refusal| refusal.status.as_u16(), |_| 200),
            links: Vec::new(),
            answer: outcome.map_or_else(ToString::to_string, |_| String::new()),
        });
    }
}

/// The path and the query at the origin of the issuer.
fn address(issuer: &str, target: &str) -> String {
    let origin = url::Url::parse(issuer).map(|issuer| issuer.origin().ascii_serialization()).unwrap_or_default();
    format!("{origin}{target}")
}
