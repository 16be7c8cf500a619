//! Lists that come in pages.

use std::collections::HashSet;
use std::collections::VecDeque;
use std::fmt;

use futures_util::Stream;
use http::header::LINK;
use lti_core::service::ags::{LineItem, ScoreResult};
use lti_core::service::link::Links;
use lti_core::service::nrps::{Member, MembershipContainer};
use lti_core::service::{Problem, Reading, Scopes, media_type};
use oauth2_issuer::relying::ServiceRequest;
use oauth2_issuer::relying::fetch::shown;
use url::Url;

use super::access::Services;
use super::error::ServiceError;
use super::exchange::Repeat;

/// What a list can consist of.
pub trait Row: Sized + Send + 'static {
    /// The media type of a page.
    const MEDIA_TYPE: &'static str;

    /// Reads a page as far as it can be used; what cannot is left out and reported.
    fn read_page(body: &[u8]) -> Reading<Vec<Self>>;
}

impl Row for LineItem {
    const MEDIA_TYPE: &'static str = media_type::LINE_ITEM_CONTAINER;

    fn read_page(body: &[u8]) -> Reading<Vec<Self>> {
        Self::read_list(body)
    }
}

impl Row for ScoreResult {
    const MEDIA_TYPE: &'static str = media_type::RESULT_CONTAINER;

    fn read_page(body: &[u8]) -> Reading<Vec<Self>> {
        Self::read_list(body)
    }
}

impl Row for Member {
    const MEDIA_TYPE: &'static str = media_type::MEMBERSHIP_CONTAINER;

    fn read_page(body: &[u8]) -> Reading<Vec<Self>> {
        MembershipContainer::read(body).map(|container| container.members)
    }
}

/// A list that is read page by page, as far as it is wanted.
///
/// The page after the last one is where `Link: rel="next"` leads, as it stands (LTI AGS 2.0, 3.2.4; LTI NRPS 2.0,
/// 2.4.2). An empty page is not the end, a page that was read before is an error.
pub struct Pages<T> {
    services: Services,
    scopes: Scopes,
    next: Option<String>,
    seen: HashSet<String>,
    differences: Option<String>,
    problems: Vec<Problem>,
    row: std::marker::PhantomData<fn() -> T>,
}

impl<T: Row> Pages<T> {
    pub(super) fn new(services: Services, scopes: Scopes, first: String) -> Self {
        Self {
            services,
            scopes,
            next: Some(first),
            seen: HashSet::new(),
            differences: None,
            problems: Vec::new(),
            row: std::marker::PhantomData,
        }
    }

    /// The rows of the next page, or nothing behind the last one.
    ///
    /// # Errors
    /// [`ServiceError`]; the list ends with it.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T>>, ServiceError> {
        let Some(address) = self.next.take() else { return Ok(None) };
        let url = Url::parse(&address).map_err(|_| ServiceError::Address { what: "the address of a page" })?;
        let limit = self.services.0.tool.0.service_policy.max_pages;
        if self.seen.len() >= limit {
            return Err(ServiceError::TooManyPages { limit });
        }
        if !self.seen.insert(url.as_str().to_owned()) {
            return Err(ServiceError::PageLoop { url: shown(&url) });
        }
        let request = ServiceRequest::get(T::MEDIA_TYPE);
        let answer = self.services.exchange(&url, request, &self.scopes, Repeat::Harmless).await?;
        let reading = T::read_page(&answer.body);
        let problems = reading.problems.clone();
        let rows = reading.lenient().map_err(|problems| ServiceError::Unreadable { url: shown(&url), problems })?;
        self.problems.extend(problems);
        let values = answer.headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
        let links = Links::parse(values, &url);
        self.next = links.next().map(ToOwned::to_owned);
        self.differences = links.differences().map(ToOwned::to_owned).or(self.differences.take());
        Ok(Some(rows))
    }

    /// Every row.
    ///
    /// # Errors
    /// [`ServiceError`] of the page that could not be read: what came before it is lost, see [`Pages::into_stream`].
    pub async fn all(mut self) -> Result<Vec<T>, ServiceError> {
        let mut rows = Vec::new();
        while let Some(page) = self.next_page().await? {
            rows.extend(page);
        }
        Ok(rows)
    }

    /// The rows one by one; a page is asked for when its first row is. An error is the last item.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, ServiceError>> + Send {
        futures_util::stream::try_unfold((self, VecDeque::new()), |(mut pages, mut rows)| async move {
            loop {
                if let Some(row) = rows.pop_front() {
                    return Ok(Some((row, (pages, rows))));
                }
                match pages.next_page().await? {
                    Some(page) => rows = VecDeque::from(page),
                    None => return Ok(None),
                }
            }
        })
    }

    /// What was wrong with the pages that were read so far: rows that were left out, and rules that others break. Nothing
    /// in it leads to a person.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Where the changes since the pages that were read can be asked for (LTI NRPS 2.0, 2.4.3).
    pub fn differences(&self) -> Option<&str> {
        self.differences.as_deref()
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("read", &self.seen.len()).finish_non_exhaustive()
    }
}
