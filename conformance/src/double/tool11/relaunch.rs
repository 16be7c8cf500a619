//! The relaunch of LTI 1.1.2: an anonymous launch goes back with a state that belongs to the browser, and the launch that
//! follows has to bring it in the same one.

use url::Url;

use super::{Refusal, RelaunchFlaw, Tool11Double, http::cookie, wire::Parameters};
use crate::transport::Request;

/// Remembers the browser that an anonymous launch came in.
pub(super) const BROWSER_COOKIE: &str = "double11_browser";

impl Tool11Double {
    /// Sends an anonymous launch back, and looks whose state a launch brings.
    pub(super) fn relaunched(&self, request: &Request, parameters: &Parameters) -> Result<(), Refusal> {
        if self.has(RelaunchFlaw::Ignored) {
            return Ok(());
        }
        if let Some(state) = parameters.get("tool_state") {
            let bound = self.book().states.get(&state).cloned();
            let here = cookie(request, BROWSER_COOKIE);
            let same = bound.is_some() && (bound == here || self.has(RelaunchFlaw::AnyBrowser));
            return if same { Ok(()) } else { Err(Refusal::new("tool_state belongs to another browser")) };
        }
        let Some(back) = parameters.filled("relaunch_url") else { return Ok(()) };
        let platform_state =
            parameters.filled("platform_state").ok_or_else(|| Refusal::new("platform_state is missing"))?;
        let mut back = Url::parse(&back).map_err(|_| Refusal::new("relaunch_url is no address"))?;
        let (state, browser) = (self.random.draw(), self.random.draw());
        back.query_pairs_mut().append_pair("platform_state", &platform_state).append_pair("tool_state", &state);
        self.book().states.insert(state, browser.clone());
        Err(Refusal { browser: Some(browser), ..Refusal::elsewhere(back.to_string()) })
    }
}
