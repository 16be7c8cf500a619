//! The Basic Outcomes service of a platform, asked as a tool does (LTI 1.1 Implementation Guide, 6): an XML envelope by
//! POST, signed in the `Authorization` header together with the hash of the body.

use bytes::Bytes;
use http::Method;
use url::Url;

use super::{
    driver::Platform11Driver,
    evidence::Arrival11,
    pox::{PoxAnswer, escape},
    world::Platform11World,
};
use crate::{
    driver::Halt,
    oauth1::{Digest, Pairs, Signing, authorization_header, body_hash},
    subject::platform::{PayloadRole, service::Call},
};

/// The namespace of the messages of LTI 1.1.
pub const NAMESPACE: &str = "http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0";
/// The score that every case begins with.
pub const KNOWN_SCORE: &str = "0.4";
/// How far a score that is read back may be from the one that was sent (CERT10 8.3).
const TOLERANCE: f64 = 0.01;

/// Where a result is kept: what a launch of a graded link brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The service.
    pub url: Url,
    /// The result.
    pub sourcedid: String,
    /// The launch that brought it.
    pub launch: String,
    /// A word for the user, where it is known.
    pub user: Option<String>,
    /// Whether the user is a learner, or what they are is not known.
    pub learner: bool,
}

/// What the first sound request brought, once for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServiceControl {
    /// Scores are stored.
    Stores(Ways),
    /// They are not: what the service answered.
    Refuses(String),
}

/// How the service wants to be asked, where that is not as the texts have it, and whether it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// The query of the service's address is signed.
    pub query_signed: bool,
    /// The hash of the body is sent.
    pub hashed: bool,
    /// A stored score can be read back.
    pub reads: bool,
}

impl Ways {
    const SOUND: Self = Self { query_signed: true, hashed: true, reads: false };
}

/// What `oauth_body_hash` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyHash {
    /// The hash of the body.
    Right,
    /// Nothing: it is left out.
    Missing,
    /// Something else.
    Other(String),
}

/// A request to the service: sound, until a case changes it.
#[derive(Debug, Clone)]
pub struct Pox {
    /// The address.
    pub url: Url,
    /// The body.
    pub body: String,
    /// `Content-Type`.
    pub media_type: String,
    /// Whether there is an `Authorization` header.
    pub signed: bool,
    /// `oauth_consumer_key`.
    pub key: String,
    /// What the signature is made with.
    pub secret: String,
    /// Changed in the signature, so that it is none.
    pub spoilt: bool,
    /// `oauth_body_hash`.
    pub hash: BodyHash,
    /// Whether the query of the address is signed.
    pub query_signed: bool,
    nonce: String,
    stamp: i64,
}

impl Pox {
    /// An operation on a result: `replaceResult` with a score, `readResult`, `deleteResult`, or anything else.
    pub fn new(world: &Platform11World, place: &Place, operation: &str, score: Option<&str>) -> Self {
        Self::record(world, place, operation, &record(&place.sourcedid, score))
    }

    /// An operation with this XML as its record.
    pub fn record(world: &Platform11World, place: &Place, operation: &str, record: &str) -> Self {
        Self {
            url: place.url.clone(),
            body: envelope(&world.fresh("message"), operation, record),
            media_type: "application/xml".to_owned(),
            signed: true,
            key: world.config.tool.consumer_key.clone(),
            secret: world.config.tool.secret.clone(),
            spoilt: false,
            hash: BodyHash::Right,
            query_signed: true,
            nonce: world.fresh("outcome"),
            stamp: world.stamp(),
        }
    }

    /// The request as the service wants it.
    #[must_use]
    fn in_ways(mut self, ways: Ways) -> Self {
        self.query_signed = ways.query_signed;
        if !ways.hashed {
            self.hash = BodyHash::Missing;
        }
        self
    }

    /// The identifier of the message.
    pub fn identifier(&self) -> &str {
        let tag = "<imsx_messageIdentifier>";
        let rest = self.body.split_once(tag).map_or("", |(_, rest)| rest);
        rest.split('<').next().unwrap_or_default()
    }

    fn call(&self) -> Call {
        let call = Call::new(Method::POST, &self.url).header("content-type", self.media_type.clone());
        let call = call.body(Bytes::from(self.body.clone()));
        if self.signed { call.header("authorization", self.authorization()) } else { call }
    }

    fn authorization(&self) -> String {
        let mut pairs: Pairs = [
            ("oauth_version", "1.0"),
            ("oauth_nonce", &self.nonce),
            ("oauth_timestamp", &self.stamp.to_string()),
            ("oauth_consumer_key", &self.key),
            ("oauth_signature_method", "HMAC-SHA1"),
        ]
        .into_iter()
        .collect();
        match &self.hash {
            BodyHash::Right => pairs.add("oauth_body_hash", body_hash(self.body.as_bytes())),
            BodyHash::Other(hash) => pairs.add("oauth_body_hash", hash.clone()),
            BodyHash::Missing => {}
        }
        let mut url = self.url.clone();
        if !self.query_signed {
            url.set_query(None);
        }
        let signing = Signing { digest: Digest::Sha1, ..Signing::post(url.as_str(), self.secret.as_bytes()) };
        let signature = signing.signature(&pairs);
        let shown = if self.spoilt { signing.signature_of(&signature) } else { signature };
        pairs.add("oauth_signature", shown);
        authorization_header(None, &pairs)
    }
}

/// The record of a result, with a score where there is one.
pub fn record(sourcedid: &str, score: Option<&str>) -> String {
    let result = score.map_or_else(String::new, |score| {
        let score = escape(score);
        format!("<result><resultScore><language>en</language><textString>{score}</textString></resultScore></result>")
    });
    format!(
        "<resultRecord><sourcedGUID><sourcedId>{}</sourcedId></sourcedGUID>{result}</resultRecord>",
        escape(sourcedid)
    )
}

fn envelope(identifier: &str, operation: &str, record: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<imsx_POXEnvelopeRequest xmlns=\"{NAMESPACE}\"><imsx_POXHeader>\
         <imsx_POXRequestHeaderInfo><imsx_version>V1.0</imsx_version>\
         <imsx_messageIdentifier>{identifier}</imsx_messageIdentifier></imsx_POXRequestHeaderInfo></imsx_POXHeader>\
         <imsx_POXBody><{operation}Request>{record}</{operation}Request></imsx_POXBody></imsx_POXEnvelopeRequest>"
    )
}

/// Whether a score that was read back is the one that was sent.
pub fn same_score(read: Option<&str>, sent: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match (read.and_then(number), number(sent)) {
        (Some(read), Some(sent)) => (read - sent).abs() < TOLERANCE,
        _ => false,
    }
}

impl Place {
    fn of(arrival: &Arrival11) -> Option<Self> {
        let url = Url::parse(arrival.filled("lis_outcome_service_url")?).ok()?;
        let sourcedid = arrival.filled("lis_result_sourcedid")?.to_owned();
        let user = arrival.launch.as_ref().map(|launch| launch.user.clone());
        let learner = arrival.launch.as_ref().is_none_or(|launch| launch.role == PayloadRole::Learner);
        Some(Self { url, sourcedid, launch: arrival.name.clone(), user, learner })
    }
}

impl Platform11Driver<'_> {
    /// The results that sound launches named, those of learners first.
    pub fn places(&self) -> Vec<Place> {
        let places = self.evidence.arrivals.iter().filter_map(Place::of);
        let (learners, others): (Vec<_>, Vec<_>) = places.partition(|place| place.learner);
        learners.into_iter().chain(others).collect()
    }

    /// The result that most cases use.
    ///
    /// # Errors
    /// When no launch names one.
    pub fn place(&self) -> Result<Place, Halt> {
        self.places().into_iter().next().ok_or_else(|| Halt::Skip("no launch names a result".to_owned()))
    }

    /// The result of another learner (what becomes of a teacher's is nowhere said), which no other case touches.
    ///
    /// # Errors
    /// When no launch names one.
    pub fn other_place(&self) -> Result<Place, Halt> {
        let places = self.places();
        let first = places.first().cloned();
        let other = places.into_iter().filter(|place| place.learner).find(|place| {
            first.as_ref().is_some_and(|first| place.sourcedid != first.sourcedid && place.user != first.user)
        });
        other.ok_or_else(|| {
            Halt::Skip("needs the results of two learners: two [[launch]] of a graded link by two users".to_owned())
        })
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn ask_outcomes(&mut self, request: &Pox) -> Result<PoxAnswer, Halt> {
        let (reply, exchange) = request.call().ask(self.world.transport()).await;
        self.note(exchange);
        Ok(PoxAnswer::read(&reply?))
    }

    /// How the service wants to be asked. Tried once for the run.
    ///
    /// # Errors
    /// When it stores no score in any way: then neither refusing nor accepting says anything.
    pub async fn ways(&mut self) -> Result<Ways, Halt> {
        let known = self.world.desk().outcomes.clone();
        let control = if let Some(control) = known {
            control
        } else {
            let control = self.learn_ways().await?;
            self.world.desk().outcomes = Some(control.clone());
            control
        };
        match control {
            ServiceControl::Stores(ways) => Ok(ways),
            ServiceControl::Refuses(why) => {
                Err(Halt::Skip(format!("a sound replaceResult is refused, so no other answer says anything: {why}")))
            }
        }
    }

    async fn learn_ways(&mut self) -> Result<ServiceControl, Halt> {
        let place = self.place()?;
        let tries = [Ways::SOUND, Ways { query_signed: false, ..Ways::SOUND }, Ways { hashed: false, ..Ways::SOUND }];
        let mut refused = None;
        for ways in tries {
            if !ways.query_signed && place.url.query().is_none() {
                continue;
            }
            let sent = Pox::new(self.world, &place, "replaceResult", Some(KNOWN_SCORE)).in_ways(ways);
            let answer = self.ask_outcomes(&sent).await?;
            if answer.is_success() {
                let read = self.ask_outcomes(&Pox::new(self.world, &place, "readResult", None).in_ways(ways)).await?;
                let reads = read.is_success() && same_score(read.score.as_deref(), KNOWN_SCORE);
                return Ok(ServiceControl::Stores(Ways { reads, ..ways }));
            }
            refused.get_or_insert_with(|| answer.describe());
        }
        Ok(ServiceControl::Refuses(refused.unwrap_or_default()))
    }

    /// A sound request in the way that the service wants it.
    ///
    /// # Errors
    /// As [`Self::ways`].
    pub async fn operation(&mut self, place: &Place, operation: &str, score: Option<&str>) -> Result<Pox, Halt> {
        let ways = self.ways().await?;
        Ok(Pox::new(self.world, place, operation, score).in_ways(ways))
    }

    /// Does an operation soundly.
    ///
    /// # Errors
    /// As [`Self::ways`].
    pub async fn operate(&mut self, place: &Place, operation: &str, score: Option<&str>) -> Result<PoxAnswer, Halt> {
        let request = self.operation(place, operation, score).await?;
        self.ask_outcomes(&request).await
    }

    /// Puts the known score there, so that a change is seen. Whether what is stored can be seen by reading.
    ///
    /// # Errors
    /// As [`Self::ways`], and when the score is refused now.
    pub async fn begin(&mut self, place: &Place) -> Result<bool, Halt> {
        let ways = self.ways().await?;
        let answer = self.operate(place, "replaceResult", Some(KNOWN_SCORE)).await?;
        if answer.is_success() {
            return Ok(ways.reads);
        }
        Err(Halt::Skip(format!("a sound replaceResult is refused now: {}", answer.describe())))
    }

    /// The score that stands there now.
    ///
    /// # Errors
    /// As [`Self::ways`].
    pub async fn read_score(&mut self, place: &Place) -> Result<Option<String>, Halt> {
        let answer = self.operate(place, "readResult", None).await?;
        Ok(answer.score.clone().filter(|_| answer.is_success()))
    }
}
