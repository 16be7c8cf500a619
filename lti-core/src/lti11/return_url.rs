//! Where the user goes when the tool is done, and what is said there (`launch_presentation_return_url`; LTI 1.1
//! Implementation Guide, section 3).
//!
//! The address comes with a launch. Before its signature held it is anybody's address: nobody is sent there.

use url::Url;

use super::parameter::{LTI_ERRORLOG, LTI_ERRORMSG, LTI_LOG, LTI_MSG};

/// How long the address with what is said may be: browsers and servers cut off or refuse longer ones.
pub const MAX_LENGTH: usize = 2000;

/// Why nobody is sent to the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnUrlError {
    /// It is not an absolute http or https URL.
    #[error("launch_presentation_return_url is not an absolute http or https URL")]
    Address,
    /// It is too long to say anything there.
    #[error("launch_presentation_return_url is longer than {MAX_LENGTH} characters")]
    Long,
}

/// What is said to the user, or written into the log, on the platform's side.
///
/// ```
/// use lti_core::lti11::return_url::Return;
/// let url = Return::new().error("the quiz is closed").error_log("quiz 4").url("https://lms.example/back?course=2")?;
/// assert_eq!(url.as_str(), "https://lms.example/back?course=2&lti_errormsg=the+quiz+is+closed&lti_errorlog=quiz+4");
/// # Ok::<(), lti_core::lti11::return_url::ReturnUrlError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Return {
    said: Vec<(&'static str, String)>,
}

impl Return {
    /// Nothing is said.
    pub fn new() -> Self {
        Self::default()
    }

    /// `lti_msg`: shown to the user.
    pub fn message(self, text: impl Into<String>) -> Self {
        self.say(LTI_MSG, text.into())
    }

    /// `lti_log`: only written down.
    pub fn log(self, text: impl Into<String>) -> Self {
        self.say(LTI_LOG, text.into())
    }

    /// `lti_errormsg`: an error, shown to the user.
    pub fn error(self, text: impl Into<String>) -> Self {
        self.say(LTI_ERRORMSG, text.into())
    }

    /// `lti_errorlog`: an error, only written down.
    pub fn error_log(self, text: impl Into<String>) -> Self {
        self.say(LTI_ERRORLOG, text.into())
    }

    /// The address with what is said behind its own query. What would make it longer than [`MAX_LENGTH`] is left out,
    /// the longest first.
    ///
    /// # Errors
    /// The address is none that a browser may be sent to.
    pub fn url(mut self, return_url: &str) -> Result<Url, ReturnUrlError> {
        let address = Url::parse(return_url).map_err(|_| ReturnUrlError::Address)?;
        if !matches!(address.scheme(), "http" | "https") || !address.has_host() {
            return Err(ReturnUrlError::Address);
        }
        loop {
            let mut url = address.clone();
            if !self.said.is_empty() {
                url.query_pairs_mut().extend_pairs(&self.said);
            }
            if url.as_str().len() <= MAX_LENGTH {
                return Ok(url);
            }
            let longest = self.said.iter().enumerate().max_by_key(|(_, (_, text))| text.len()).map(|(at, _)| at);
            self.said.remove(longest.ok_or(ReturnUrlError::Long)?);
        }
    }

    fn say(mut self, name: &'static str, text: String) -> Self {
        self.said.retain(|(other, _)| *other != name);
        self.said.push((name, text));
        self
    }
}

/// What a tool said when it sent the user back: what a platform shows and logs. None of it is signed: it is text of a
/// stranger and never HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Returned {
    /// `lti_msg`.
    pub message: Option<String>,
    /// `lti_log`.
    pub log: Option<String>,
    /// `lti_errormsg`.
    pub error: Option<String>,
    /// `lti_errorlog`.
    pub error_log: Option<String>,
}

impl Returned {
    /// Reads the query of the address that the browser came to.
    pub fn from_query(query: &str) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let text = |name| {
            let mut values = pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.to_string());
            values.next().filter(|value| !value.is_empty())
        };
        Self { message: text(LTI_MSG), log: text(LTI_LOG), error: text(LTI_ERRORMSG), error_log: text(LTI_ERRORLOG) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Return, ReturnUrlError, Returned};

    #[test]
    fn what_is_said_is_read_on_the_other_side_and_the_query_stays() {
        let said = Return::new()
            .message("été & co")
            .log("1")
            .error("x=y")
            .error_log("日本")
            .url("https://lms.example/r?a=1%26b#f");
        let url = said.map(|url| url.to_string()).unwrap_or_default();
        assert!(url.starts_with("https://lms.example/r?a=1%26b&lti_msg=") && url.ends_with("#f"), "{url}");
        let query = url.split_once('?').map(|(_, rest)| rest.trim_end_matches("#f")).unwrap_or_default();
        let returned = Returned::from_query(query);
        assert_eq!((returned.message.as_deref(), returned.log.as_deref()), (Some("été & co"), Some("1")));
        assert_eq!((returned.error.as_deref(), returned.error_log.as_deref()), (Some("x=y"), Some("日本")));
        assert_eq!(Returned::from_query("lti_msg=&other=1"), Returned::default());
    }

    #[test]
    fn nothing_said_changes_nothing() {
        let url = Return::new().url("https://lms.example/r").map(|url| url.to_string());
        assert_eq!(url.as_deref(), Ok("https://lms.example/r"));
    }

    #[test]
    fn a_browser_is_sent_to_web_addresses_alone() {
        for address in ["javascript:alert(1)", "/back", "lms.example", "data:text/html,x", "file:///etc", ""] {
            assert_eq!(Return::new().url(address), Err(ReturnUrlError::Address), "{address}");
        }
    }

    #[test]
    fn the_longest_text_goes_first_when_there_is_no_room() {
        let url = Return::new().error("closed").error_log("x".repeat(3000)).url("https://lms.example/r");
        assert_eq!(url.map(|url| url.to_string()).as_deref(), Ok("https://lms.example/r?lti_errormsg=closed"));
        let long = format!("https://lms.example/{}", "x".repeat(2000));
        assert_eq!(Return::new().url(&long), Err(ReturnUrlError::Long));
    }
}
