//! What sound launches brought: the form as the browser posted it, taken apart without a word of what is right.

use http::Method;
use url::Url;

use super::config::{Launch11Config, Platform11Config, Tool11Config};
use crate::{
    oauth1::{Digest, Pairs, SIGNATURE, Signing},
    subject::visitor::{Delivery, value},
};

/// One launch, as the suite's tool received it.
#[derive(Debug, Clone)]
pub struct Arrival11 {
    /// What was told of the launch beforehand; nothing where it was recorded or done by hand.
    pub launch: Option<Launch11Config>,
    /// A name for people.
    pub name: String,
    /// The form, with line ends as a browser posts them.
    pub delivery: Delivery,
    /// The fields as they stand in the platform's page, where the suite read them there.
    pub written: Option<Vec<(String, String)>>,
    /// The query of the address that the form went to, in order; nothing where the whole launch came in the address.
    pub query: Vec<(String, String)>,
    /// Whether another launch came first and sent the browser back for this one (LTI Security Update 1.0).
    pub relaunched: bool,
    /// When it arrived, in seconds since 1970.
    pub at: i64,
}

/// What the secret says of a launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// The signature is right for what was posted.
    Right,
    /// There is none.
    Missing,
    /// It is wrong for what was posted, and right for something else, which these words name.
    WrongBut(&'static str),
    /// It is wrong.
    Wrong,
    /// It cannot be said, for this reason.
    Unknown(String),
}

/// Which part of what was posted is left out of a signature, to find out what a platform forgot.
pub(crate) enum Without<'a> {
    /// The query of the address.
    Query,
    /// The fields of this name.
    Field(&'a str),
    /// The fields whose name and value stand in the query as well.
    Doubled,
}

impl Arrival11 {
    /// A launch that a browser brought from a page of the platform: line ends become those that a browser posts.
    pub(crate) fn of_page(launch: Option<&Launch11Config>, name: &str, delivery: Delivery, at: i64) -> Self {
        let written = delivery.fields.clone();
        let fields = written.iter().map(|(name, value)| (posted(name), posted(value))).collect();
        let delivery = Delivery { fields, ..delivery };
        Self { launch: launch.cloned(), written: Some(written), ..Self::received(name, delivery, at) }
    }

    /// A launch exactly as it was received.
    pub(crate) fn received(name: &str, delivery: Delivery, at: i64) -> Self {
        let query = if delivery.method == Method::GET {
            Vec::new()
        } else {
            delivery.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
        };
        Self { launch: None, name: name.to_owned(), delivery, written: None, query, relaunched: false, at }
    }

    /// The first value of a parameter, in the body or, where it is not there, in the query.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.delivery.get(name).or_else(|| value(&self.query, name))
    }

    /// The first value of a parameter, unless it is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// How often a parameter is there, in the body and in the query.
    pub fn count(&self, name: &str) -> usize {
        self.delivery.fields.iter().chain(&self.query).filter(|(known, _)| known == name).count()
    }

    /// Whether this is the launch of a resource link, and not a message of another kind.
    pub fn is_launch(&self) -> bool {
        !matches!(
            self.get("lti_message_type"),
            Some(
                "ContentItemSelectionRequest" | "ContentItemSelection" | "DashboardRequest" | "ConfigureLaunchRequest"
            )
        )
    }

    /// The custom parameters, by their names without the prefix.
    pub fn custom(&self) -> impl Iterator<Item = (&str, &str)> {
        self.delivery.fields.iter().filter_map(|(name, value)| Some((name.strip_prefix("custom_")?, value.as_str())))
    }

    /// What the secret says of this launch.
    pub fn signed(&self, tool: &Tool11Config) -> Signed {
        let Some(signature) = self.get(SIGNATURE).filter(|signature| !signature.is_empty()) else {
            return Signed::Missing;
        };
        if tool.secret.is_empty() {
            return Signed::Unknown("the secret is not known".to_owned());
        }
        let key = self.filled("oauth_consumer_key");
        if !tool.consumer_key.is_empty() && key.is_some_and(|key| key != tool.consumer_key) {
            return Signed::Unknown(
                "oauth_consumer_key is not tool.consumer_key, so its secret is not known".to_owned(),
            );
        }
        let Some(signing) = self.signing(tool) else {
            let method = self.get("oauth_signature_method").unwrap_or_default();
            return Signed::Unknown(format!("oauth_signature_method {method:?} is none that is verified here"));
        };
        let fields = &self.delivery.fields;
        if signing.signature(&pairs(fields)) == signature {
            return Signed::Right;
        }
        if self.written.as_ref().is_some_and(|written| signing.signature(&pairs(written)) == signature) {
            return Signed::WrongBut("with the line ends of the page, which no browser posts");
        }
        if let Some(words) = self.explained(&signing, signature) {
            return Signed::WrongBut(words);
        }
        // A browser reads the page in its own character set and posts UTF-8; here some of it was lost.
        if fields.iter().any(|(_, value)| value.contains(char::REPLACEMENT_CHARACTER)) {
            return Signed::Unknown(
                "a field could not be read as UTF-8, so what a browser posts is not known".to_owned(),
            );
        }
        Signed::Wrong
    }

    /// The mistake that explains a wrong signature.
    fn explained(&self, signing: &Signing, signature: &str) -> Option<&'static str> {
        let fields = &self.delivery.fields;
        let is = |signing: &Signing, fields: &[(String, String)]| signing.signature(&pairs(fields)) == signature;
        let tries: [(&'static str, Without<'_>); 3] = [
            ("without the query of the launch URL", Without::Query),
            ("without oauth_callback", Without::Field("oauth_callback")),
            ("with the pairs that stand in the query and in the form counted once", Without::Doubled),
        ];
        if let Some((words, _)) = tries.into_iter().find(|(_, without)| self.left_out(signing, without) == signature) {
            return Some(words);
        }
        let spaced: Vec<_> = fields.iter().map(|(n, v)| (n.clone(), v.replace(' ', "+"))).collect();
        if is(signing, &spaced) {
            return Some("with a plus sign for each space");
        }
        let starred = signing.base_string(&pairs(fields)).replace("%252A", "%2A");
        if signing.signature_of(&starred) == signature {
            return Some("with an asterisk that is not encoded");
        }
        let filled: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
        if is(signing, &filled) {
            return Some("without the parameters that are empty");
        }
        if self.only_latin(signing, signature) {
            return Some("with characters in ISO 8859-1 instead of UTF-8");
        }
        let ported = Signing { url: with_default_port(&self.delivery.url), ..signing.clone() };
        if signing.signature_of(&raw_address(&ported, &pairs(fields))) == signature {
            return Some("with the default port in the address");
        }
        None
    }

    /// Whether the signature is right for values in another character set.
    fn only_latin(&self, signing: &Signing, signature: &str) -> bool {
        let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect::<Vec<u8>>();
        let fields = self.delivery.fields.iter().map(|(name, value)| (latin(name), latin(value)));
        signing.signature(&fields.collect::<Pairs>()) == signature
    }

    /// Whether the signature is right once this is left out of what was posted, and not before.
    pub(crate) fn right_without(&self, tool: &Tool11Config, without: &Without<'_>) -> bool {
        let (Some(signing), Some(signature)) = (self.signing(tool), self.get(SIGNATURE)) else { return false };
        signing.signature(&pairs(&self.delivery.fields)) != signature && self.left_out(&signing, without) == signature
    }

    fn left_out(&self, signing: &Signing, without: &Without<'_>) -> String {
        let fields = &self.delivery.fields;
        match without {
            Without::Query => {
                let mut url = self.delivery.url.clone();
                url.set_query(None);
                Signing { url: url.to_string(), ..signing.clone() }.signature(&pairs(fields))
            }
            Without::Field(left) => {
                let kept: Vec<_> = fields.iter().filter(|(name, _)| name != left).cloned().collect();
                signing.signature(&pairs(&kept))
            }
            Without::Doubled => {
                let kept: Vec<_> = fields.iter().filter(|pair| !self.query.contains(pair)).cloned().collect();
                signing.signature(&pairs(&kept))
            }
        }
    }

    /// How this launch says that it is signed; nothing where that is not verified here.
    fn signing(&self, tool: &Tool11Config) -> Option<Signing> {
        let digest = match self.get("oauth_signature_method") {
            Some("HMAC-SHA1") | None => Digest::Sha1,
            Some("HMAC-SHA256") => Digest::Sha256,
            Some("PLAINTEXT") => Digest::Plaintext,
            Some(_) => return None,
        };
        let mut url = self.delivery.url.clone();
        if self.delivery.method == Method::GET {
            // The query is in the fields already.
            url.set_query(None);
        }
        let method = self.delivery.method.to_string();
        Some(Signing { method, url: url.to_string(), digest, ..Signing::post("", tool.secret.as_bytes()) })
    }
}

/// A text as a browser posts it: every line end is CR LF (HTML, form submission).
fn posted(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

fn pairs(fields: &[(String, String)]) -> Pairs {
    fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect()
}

/// The address with the port of its scheme written out.
fn with_default_port(url: &Url) -> String {
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}://{host}:{port}{}{query}", url.scheme(), url.path())
}

/// The base string whose address keeps its default port.
fn raw_address(signing: &Signing, pairs: &Pairs) -> String {
    let sound = signing.base_string(pairs);
    let address = signing.url.split('?').next().unwrap_or_default();
    let encoded = crate::oauth1::encode(address.as_bytes());
    let mut parts: Vec<&str> = sound.splitn(3, '&').collect();
    if let Some(part) = parts.get_mut(1) {
        *part = &encoded;
    }
    parts.join("&")
}

/// Everything that the sound launches of a run brought.
#[derive(Debug, Clone)]
pub struct Evidence11 {
    /// What the person told the suite.
    pub config: Platform11Config,
    /// The launches, the control first.
    pub arrivals: Vec<Arrival11>,
    /// The requests for content that were brought about, in the order of the configuration.
    pub selections: Vec<Arrival11>,
    /// Why a request for content is missing, where one is.
    pub selection_missed: Option<String>,
    /// Whether the evidence was recorded, so that nothing can be asked again.
    pub recorded: bool,
}

impl Evidence11 {
    /// These launches, without any request for content.
    pub const fn of(config: Platform11Config, arrivals: Vec<Arrival11>) -> Self {
        Self { config, arrivals, selections: Vec::new(), selection_missed: None, recorded: false }
    }

    /// The requests for content: those that were brought about, and those among what was recorded or done by hand.
    pub fn content_requests(&self) -> impl Iterator<Item = &Arrival11> {
        let is_request = |arrival: &&Arrival11| arrival.get("lti_message_type") == Some("ContentItemSelectionRequest");
        self.selections.iter().chain(self.arrivals.iter().filter(is_request))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http::HeaderMap;

    use super::*;

    const URL: &str = "https://suite.test/launch?x=With%20Space";

    /// A form that is signed over these fields and this address, and posted with those to the launch URL.
    fn launch(signed: &[(&str, &str)], address: &str, posted: &[(&str, &str)]) -> Arrival11 {
        let signature = Signing::post(address, "geheim").signature(&signed.iter().copied().collect());
        let mut fields: Vec<(String, String)> =
            posted.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        fields.push((SIGNATURE.to_owned(), signature));
        let url = Url::parse(URL).unwrap();
        let delivery = Delivery { method: Method::POST, url, fields, enctype: None, page_headers: HeaderMap::new() };
        Arrival11::of_page(None, "test", delivery, 0)
    }

    fn tool() -> Tool11Config {
        Tool11Config { consumer_key: "key".to_owned(), secret: "geheim".to_owned(), launch_path: "/launch".to_owned() }
    }

    #[test]
    fn a_right_signature_is_right_with_the_line_ends_of_a_browser() {
        let posted = [("text", "one\ntwo"), ("oauth_callback", "about:blank")];
        let signed = [("text", "one\r\ntwo"), ("oauth_callback", "about:blank")];
        assert_eq!(launch(&signed, URL, &posted).signed(&tool()), Signed::Right);
        let page = launch(&posted, URL, &posted);
        assert!(matches!(page.signed(&tool()), Signed::WrongBut(words) if words.contains("line ends")));
    }

    #[test]
    fn the_mistake_behind_a_wrong_signature_is_named() {
        let posted = [("text", "a b"), ("star", "*"), ("none", ""), ("name", "é"), ("oauth_callback", "about:blank")];
        let without_query = launch(&posted, "https://suite.test/launch", &posted);
        assert!(without_query.right_without(&tool(), &Without::Query));
        let without_callback = launch(&posted[..4], URL, &posted);
        assert!(without_callback.right_without(&tool(), &Without::Field("oauth_callback")));
        let without_empty: Vec<_> = posted.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
        let plus = [("text", "a+b"), ("star", "*"), ("none", ""), ("name", "é"), ("oauth_callback", "about:blank")];
        for (launch, words) in [
            (without_query, "without the query"),
            (without_callback, "without oauth_callback"),
            (launch(&without_empty, URL, &posted), "that are empty"),
            (launch(&plus, URL, &posted), "plus sign"),
        ] {
            assert!(matches!(launch.signed(&tool()), Signed::WrongBut(said) if said.contains(words)), "{words}");
        }
        let wrong = launch(&posted, "https://other.test/", &posted);
        assert_eq!(wrong.signed(&tool()), Signed::Wrong);
    }

    #[test]
    fn another_key_or_another_character_set_is_no_wrong_signature() {
        let posted = [("text", "a"), ("oauth_consumer_key", "another")];
        assert!(matches!(launch(&posted, URL, &posted).signed(&tool()), Signed::Unknown(why) if why.contains("key")));
        let (signed, read) = ([("text", "\u{e9}")], [("text", "\u{fffd}")]);
        assert!(matches!(launch(&signed, URL, &read).signed(&tool()), Signed::Unknown(why) if why.contains("UTF-8")));
        assert_eq!(launch(&read, URL, &read).signed(&tool()), Signed::Right);
        assert_eq!(launch(&signed, URL, &[("text", "other")]).signed(&tool()), Signed::Wrong);
    }

    #[test]
    fn without_secret_or_signature_nothing_is_said() {
        let posted = [("text", "a")];
        let arrival = launch(&posted, URL, &posted);
        let unknown = Tool11Config { secret: String::new(), ..tool() };
        assert!(matches!(arrival.signed(&unknown), Signed::Unknown(_)));
        let mut unsigned = arrival;
        unsigned.delivery.fields.retain(|(name, _)| name != SIGNATURE);
        assert_eq!(unsigned.signed(&tool()), Signed::Missing);
    }
}
