//! What the launches offer of Assignment and Grade Services, and the line items that the suite makes (LTI AGS 2.0).

use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::{
    super::{
        driver::PlatformDriver,
        evidence::{Arrival, Evidence},
    },
    AGS_CLAIM, Call, LINE_ITEM, LINE_ITEM_READONLY, Reply,
};
use crate::driver::Halt;

/// The media type of a line item (LTI AGS 2.0, 3.2.1).
pub const LINE_ITEM_TYPE: &str = "application/vnd.ims.lis.v2.lineitem+json";
/// The media type of a list of line items.
pub const LINE_ITEMS_TYPE: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
/// The media type of a score (LTI AGS 2.0, 3.4.3).
pub const SCORE_TYPE: &str = "application/vnd.ims.lis.v1.score+json";
/// The media type of a list of results.
pub const RESULTS_TYPE: &str = "application/vnd.ims.lis.v2.resultcontainer+json";
/// How the labels of the suite's line items begin, so that a person knows them for what they are.
pub const LABEL: &str = "Conformance suite";

/// What one launch offers.
#[derive(Debug, Clone)]
pub struct AgsEndpoint {
    /// The launch.
    pub launch: String,
    /// The scopes that the tool may ask for.
    pub scopes: Vec<String>,
    /// The list of the context's line items.
    pub lineitems: Option<Url>,
    /// The one line item of the resource link.
    pub lineitem: Option<Url>,
    /// The context.
    pub context: Option<String>,
    /// The resource link.
    pub link: Option<String>,
}

impl AgsEndpoint {
    /// Reads the claim of a launch.
    pub fn of(arrival: &Arrival) -> Option<Self> {
        let claim = arrival.claim(AGS_CLAIM)?.as_object()?;
        let url = |name: &str| claim.get(name).and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
        // That scope is no array is a finding of its own, and not the end of everything else.
        let scopes: Vec<&str> = match claim.get("scope") {
            Some(Value::Array(scopes)) => scopes.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(scopes)) => scopes.split_ascii_whitespace().collect(),
            _ => Vec::new(),
        };
        let id = |name: &str| arrival.lti(name)?.get("id")?.as_str().map(str::to_owned);
        Some(Self {
            launch: arrival.name.clone(),
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            lineitems: url("lineitems"),
            lineitem: url("lineitem"),
            context: id("context"),
            link: id("resource_link"),
        })
    }

    /// Whether the tool may ask for this scope.
    pub fn offers(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }
}

/// What the launches offer, in their order.
pub fn ags_endpoints(evidence: &Evidence) -> Vec<AgsEndpoint> {
    evidence.arrivals.iter().filter_map(AgsEndpoint::of).collect()
}

/// The address of what lies below a line item: the path is continued and the query kept (LTI AGS 2.0, 3.3.1 and 3.4.1).
pub fn below(item: &Url, part: &str) -> Url {
    let mut url = item.clone();
    url.set_path(&format!("{}/{part}", item.path().trim_end_matches('/')));
    url
}

/// The items of a list, whether it is the bare array that the text asks for or lies in an object.
pub fn entries(reply: &Reply) -> Option<Vec<Value>> {
    match reply.json()? {
        Value::Array(items) => Some(items),
        Value::Object(members) => members.into_values().find_map(|value| match value {
            Value::Array(items) => Some(items),
            _ => None,
        }),
        _ => None,
    }
}

impl PlatformDriver<'_> {
    /// The endpoint that most cases use: of the first launch that offers a list of line items.
    ///
    /// # Errors
    /// When no launch does.
    pub fn ags(&self) -> Result<AgsEndpoint, Halt> {
        let mut offered = ags_endpoints(self.evidence).into_iter();
        offered.find(|endpoint| endpoint.lineitems.is_some()).ok_or_else(|| {
            Halt::Skip("no launch offers the address of a list of line items: the claim has no lineitems".to_owned())
        })
    }

    /// The list of line items of the first context.
    ///
    /// # Errors
    /// When no launch offers one.
    pub fn line_items_url(&self) -> Result<Url, Halt> {
        let endpoint = self.ags()?;
        endpoint.lineitems.ok_or_else(|| Halt::Skip("the claim has no lineitems".to_owned()))
    }

    /// The endpoint of a second context.
    ///
    /// # Errors
    /// When every launch comes from one context.
    pub fn second_ags(&self) -> Result<AgsEndpoint, Halt> {
        let first = self.ags()?;
        let other = |endpoint: &AgsEndpoint| endpoint.lineitems.is_some() && endpoint.context != first.context;
        ags_endpoints(self.evidence).into_iter().find(other).ok_or_else(|| {
            Halt::Skip("needs launches from two contexts: add a [[launch]] from another course".to_owned())
        })
    }

    /// A token that may manage line items.
    ///
    /// # Errors
    /// When the platform does not offer or does not give it.
    pub async fn managing(&mut self) -> Result<String, Halt> {
        let endpoint = self.ags()?;
        if !endpoint.offers(LINE_ITEM) {
            return Err(Halt::Skip(
                "the platform does not offer the scope lineitem: a tool makes no line items".to_owned(),
            ));
        }
        self.access(&[LINE_ITEM]).await
    }

    /// A token that may read line items.
    ///
    /// # Errors
    /// When the platform does not offer or does not give it.
    pub async fn reading(&mut self) -> Result<String, Halt> {
        let endpoint = self.ags()?;
        let scope = [LINE_ITEM, LINE_ITEM_READONLY].into_iter().find(|scope| endpoint.offers(scope));
        let scope = scope.ok_or_else(|| Halt::Skip("the platform offers no scope that reads line items".to_owned()))?;
        self.access(&[scope]).await
    }

    /// Makes a line item in this list, with these members beside its label and its maximum. It is removed at the end of
    /// the run.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn create(&mut self, list: &Url, token: &str, members: Value) -> Result<Reply, Halt> {
        let mut item = json!({"label": self.world.fresh(LABEL), "scoreMaximum": 100});
        if let (Some(item), Value::Object(members)) = (item.as_object_mut(), members) {
            item.extend(members);
        }
        let reply = self.call(&Call::send(Method::POST, list, LINE_ITEM_TYPE, &item).bearer(token)).await?;
        if let Some(made) = item_url(&reply).filter(|_| reply.is_success()) {
            self.world.desk().made(made);
        }
        Ok(reply)
    }

    /// Makes a line item and gives its address.
    ///
    /// # Errors
    /// When none is made.
    pub async fn line_item(&mut self, members: Value) -> Result<Url, Halt> {
        let list = self.line_items_url()?;
        let token = self.managing().await?;
        let reply = self.create(&list, &token, members).await?;
        item_url(&reply).filter(|_| reply.is_success()).ok_or_else(|| {
            Halt::Skip(format!("no line item could be made for this: the platform answered {}", reply.describe()))
        })
    }

    /// Removes a line item.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn delete(&mut self, item: &Url, token: &str) -> Result<Reply, Halt> {
        let reply = self.call(&Call::new(Method::DELETE, item).bearer(token)).await?;
        if reply.is_success() {
            self.world.desk().gone(item);
        }
        Ok(reply)
    }

    /// Removes every line item that is left, and says how many stay.
    ///
    /// # Errors
    /// When the platform is lost.
    pub async fn clear_up(&mut self) -> Result<usize, Halt> {
        let left = self.world.desk().take_made();
        if left.is_empty() {
            return Ok(0);
        }
        let token = self.managing().await?;
        let mut stay = 0;
        for item in left {
            if !self.delete(&item, &token).await?.is_success() {
                stay += 1;
            }
        }
        Ok(stay)
    }
}

/// The address of the line item that an answer shows, by its id or by its `Location`.
pub fn item_url(reply: &Reply) -> Option<Url> {
    let body = reply.json();
    let id = body.as_ref().and_then(|body| body.get("id")?.as_str());
    let place = id.or_else(|| reply.header("location"))?;
    Url::parse(place).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_continued_and_the_query_kept() {
        let below = |item: &str| below(&Url::parse(item).unwrap(), "scores").to_string();
        assert_eq!(below("https://lms.test/items/1"), "https://lms.test/items/1/scores");
        assert_eq!(below("https://lms.test/items/1?type_id=3"), "https://lms.test/items/1/scores?type_id=3");
        assert_eq!(below("https://lms.test/items/1/"), "https://lms.test/items/1/scores");
    }
}
