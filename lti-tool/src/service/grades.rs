//! Line items, scores and results (LTI AGS 2.0).

use std::fmt;

use http::Method;
use lti_core::id::{ResourceLinkId, Subject};
use lti_core::service::ags::{
    ActivityProgress, AgsEndpoint, GradingProgress, LineItem, Points, Score, ScoreResult, results_url, scores_url,
};
use lti_core::service::{Problems, Reading, Scope, Scopes, ServiceTime, address, media_type};
use oauth2_issuer::relying::fetch::shown;
use oauth2_issuer::relying::{Fetched, ServiceRequest};
use url::Url;

use super::access::Services;
use super::error::ServiceError;
use super::exchange::Repeat;
use super::pages::Pages;

/// Which line items of a context (LTI AGS 2.0, 3.2.4): those that have everything that is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineItemFilter {
    /// Those of this link.
    pub resource_link_id: Option<ResourceLinkId>,
    /// Those of what the tool calls so.
    pub resource_id: Option<String>,
    /// Those with this tag.
    pub tag: Option<String>,
    /// How many on a page at most; the pages after it are read all the same.
    pub limit: Option<u32>,
}

impl LineItemFilter {
    /// The address of the first page: the parameters stand behind the query that the address has.
    fn apply(&self, lineitems: &str) -> String {
        let limit = self.limit.map(|limit| limit.to_string());
        let parameters = [
            ("resource_link_id", self.resource_link_id.as_ref().map(ResourceLinkId::as_str)),
            ("resource_id", self.resource_id.as_deref()),
            ("tag", self.tag.as_deref()),
            ("limit", limit.as_deref()),
        ];
        address::append_query(lineitems, parameters.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }

    /// Whether an item is one of these, where a platform leaves filters out. One that lost its link (a platform may
    /// ignore a `resourceLinkId`, 3.2.5) is found by what the tool calls it.
    fn fits(&self, item: &LineItem) -> bool {
        let named = self.resource_id.is_some() || self.tag.is_some();
        let same = |wanted: &Option<String>, seen: &Option<String>| wanted.is_none() || wanted == seen;
        let link = match (&self.resource_link_id, &item.resource_link_id) {
            (None, _) => true,
            (Some(_), None) => named,
            (wanted, seen) => wanted == seen,
        };
        link && same(&self.resource_id, &item.resource_id) && same(&self.tag, &item.tag)
    }
}

/// The grades of one launch's context.
#[derive(Clone)]
pub struct Grades {
    services: Services,
    claim: AgsEndpoint,
}

impl Grades {
    pub(super) fn new(services: Services, claim: AgsEndpoint) -> Self {
        Self { services, claim }
    }

    /// What the launch says about them.
    pub fn claim(&self) -> &AgsEndpoint {
        &self.claim
    }

    /// The line item of the link that was launched, if the platform names one: its URL. Scores for it need no more.
    pub fn coupled(&self) -> Option<&str> {
        self.claim.lineitem.as_deref()
    }

    /// The line items of the context.
    ///
    /// # Errors
    /// [`ServiceError::NotOffered`] and [`ServiceError::ScopeNotOffered`]; what goes wrong on the way comes with the pages.
    pub fn line_items(&self, filter: &LineItemFilter) -> Result<Pages<LineItem>, ServiceError> {
        let scopes = self.scopes(&[Scope::LineItemReadonly, Scope::LineItem])?;
        Ok(Pages::new(self.services.clone(), scopes, filter.apply(self.lineitems()?)))
    }

    /// One line item by its URL.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn line_item(&self, id: &str) -> Result<LineItem, ServiceError> {
        let scopes = self.scopes(&[Scope::LineItemReadonly, Scope::LineItem])?;
        let url = parsed(id, "the id of the line item")?;
        let request = ServiceRequest::get(media_type::LINE_ITEM);
        let answer = self.services.exchange(&url, request, &scopes, Repeat::Harmless).await?;
        read(&url, LineItem::read_answer(&answer.body))
    }

    /// Makes a line item, and gives it as the platform made it: with its id, and perhaps another label or maximum (LTI
    /// AGS 2.0, 3.2.5). A platform that was not heard is not asked again, since there would be two:
    /// [`Grades::find_or_create`] looks first.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn create(&self, item: &LineItem) -> Result<LineItem, ServiceError> {
        let scopes = self.scopes(&[Scope::LineItem])?;
        let url = parsed(self.lineitems()?, "lineitems of the launch")?;
        let request = ServiceRequest::send(Method::POST, media_type::LINE_ITEM, json(item));
        let answer = self.services.exchange(&url, request, &scopes, Repeat::Harmful).await?;
        made(&url, &answer)
    }

    /// The line item with the link, the resource id and the tag of `item`, as far as it has them; made if there is none.
    /// Calls of this tool for one and the same take turns, so that they make one. After a course was copied it finds the
    /// copy (LTI AGS 2.0, 3.2.15).
    ///
    /// # Errors
    /// [`ServiceError::Unidentified`] when `item` has none of the three, else as the calls behind it.
    pub async fn find_or_create(&self, item: &LineItem) -> Result<LineItem, ServiceError> {
        let (resource_link_id, resource_id, tag) =
            (item.resource_link_id.clone(), item.resource_id.clone(), item.tag.clone());
        if resource_link_id.is_none() && resource_id.is_none() && tag.is_none() {
            return Err(ServiceError::Unidentified);
        }
        let filter = LineItemFilter { resource_link_id, resource_id, tag, limit: None };
        let turn = self.services.0.tool.0.services.turn(format!("{} {filter:?}", self.lineitems()?));
        let _turn = turn.lock().await;
        let mut pages = self.line_items(&filter)?;
        while let Some(page) = pages.next_page().await? {
            if let Some(found) = page.into_iter().find(|found| found.id.is_some() && filter.fits(found)) {
                return Ok(found);
            }
        }
        self.create(item).await
    }

    /// The URL of the line item for what was launched: that of the link, where the platform names one, or else of
    /// `otherwise`, [found or made](Grades::find_or_create).
    ///
    /// # Errors
    /// As [`Grades::find_or_create`].
    pub async fn column(&self, otherwise: &LineItem) -> Result<String, ServiceError> {
        if let Some(coupled) = self.coupled() {
            return Ok(coupled.to_owned());
        }
        let item = self.find_or_create(otherwise).await?;
        item.id.ok_or(ServiceError::Address { what: "the id of the line item" })
    }

    /// Replaces a line item wholly by what `item` says (LTI AGS 2.0, 3.2.6): read it first, and change what is to change.
    /// Its id and its link cannot be changed.
    ///
    /// # Errors
    /// [`ServiceError::Address`] when it has no id, else [`ServiceError`].
    pub async fn update(&self, item: &LineItem) -> Result<LineItem, ServiceError> {
        let scopes = self.scopes(&[Scope::LineItem])?;
        let url = parsed(item.id.as_deref().unwrap_or_default(), "the id of the line item")?;
        let request = ServiceRequest::send(Method::PUT, media_type::LINE_ITEM, json(item));
        let answer = self.services.exchange(&url, request, &scopes, Repeat::Harmless).await?;
        read(&url, LineItem::read_answer(&answer.body))
    }

    /// Deletes a line item, with the scores in it.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn delete(&self, id: &str) -> Result<(), ServiceError> {
        let scopes = self.scopes(&[Scope::LineItem])?;
        let url = parsed(id, "the id of the line item")?;
        self.services.exchange(&url, ServiceRequest::delete(), &scopes, Repeat::Harmless).await.map(drop)
    }

    /// A final score of a user who is done, with a time stamp of now. Comment and submission can be added before it is
    /// [posted](Grades::post).
    pub fn graded(&self, line_item: &str, user: impl Into<Subject>, points: Points) -> Score {
        let mut score = self.progress(line_item, user, ActivityProgress::Completed, GradingProgress::FullyGraded);
        score.points = Some(points);
        score
    }

    /// A score without points: how far a user is, with a time stamp of now. Of two scores for one line item and user,
    /// that this tool makes, the second one always has the later time stamp (LTI AGS 2.0, 3.4.9).
    pub fn progress(
        &self,
        line_item: &str,
        user: impl Into<Subject>,
        activity: ActivityProgress,
        grading: GradingProgress,
    ) -> Score {
        let (parts, user) = (&self.services.0.tool.0, user.into());
        let now = ServiceTime::nearest(parts.clock.unix_nanos() / 1_000_000 * 1_000_000);
        let stamp = parts.services.stamp(line_item, &user, now);
        Score::new(user, stamp, activity, grading)
    }

    /// Posts a score to a line item. Every 2xx is success, with or without a body (LTI AGS 2.0, 3.4). Posting the same
    /// score again, after an answer was lost, sends the same time stamp, so the platform can tell.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn post(&self, line_item: &str, score: &Score) -> Result<(), ServiceError> {
        let scopes = self.scopes(&[Scope::Score])?;
        let url = parsed(&scores_url(line_item), "the id of the line item")?;
        let request = ServiceRequest::send(Method::POST, media_type::SCORE, json(score)).accepting("*/*");
        self.services.exchange(&url, request, &scopes, Repeat::Harmless).await.map(drop)
    }

    /// The results of a line item: of one user, or of all.
    ///
    /// # Errors
    /// [`ServiceError::ScopeNotOffered`]; what goes wrong on the way comes with the pages.
    pub fn results(&self, line_item: &str, user: Option<&Subject>) -> Result<Pages<ScoreResult>, ServiceError> {
        let scopes = self.scopes(&[Scope::ResultReadonly])?;
        let user = user.map(|user| ("user_id", user.as_str()));
        let first = address::append_query(&results_url(line_item), user);
        Ok(Pages::new(self.services.clone(), scopes, first))
    }

    fn lineitems(&self) -> Result<&str, ServiceError> {
        let offered = self.claim.lineitems.as_deref();
        offered.ok_or(ServiceError::NotOffered { what: "the line items of the course (no lineitems in the claim)" })
    }

    /// The scopes to have a token for: all of these services that the launch offers, so that one token does for all calls
    /// (nothing is asked for that was not offered). One of `any_of` has to be among them.
    fn scopes(&self, any_of: &[Scope]) -> Result<Scopes, ServiceError> {
        let offered: Scopes = self.claim.scope.iter().filter(|scope| scope.is_ags()).cloned().collect();
        if any_of.iter().any(|scope| offered.contains(scope)) {
            return Ok(offered);
        }
        let wanted = any_of.first().cloned().unwrap_or(Scope::Score);
        Err(ServiceError::ScopeNotOffered(wanted))
    }
}

impl fmt::Debug for Grades {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grades").field("claim", &self.claim).finish_non_exhaustive()
    }
}

pub(super) fn parsed(address: &str, what: &'static str) -> Result<Url, ServiceError> {
    Url::parse(address).map_err(|_| ServiceError::Address { what })
}

fn read<T>(url: &Url, reading: Reading<T>) -> Result<T, ServiceError> {
    reading.lenient().map_err(|problems| unreadable(url, problems))
}

fn unreadable(url: &Url, problems: Problems) -> ServiceError {
    ServiceError::Unreadable { url: shown(url), problems }
}

/// The line item that was made; without an id nobody could use it.
fn made(url: &Url, answer: &Fetched) -> Result<LineItem, ServiceError> {
    let reading = LineItem::read_answer(&answer.body);
    if reading.value.as_ref().is_some_and(|item| item.id.is_none()) {
        return Err(reading
            .strict()
            .err()
            .map_or(ServiceError::Address { what: "the id of the line item" }, |problems| unreadable(url, problems)));
    }
    read(url, reading)
}

/// Types of the wire always serialize: their numbers are finite, their keys are strings.
fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
