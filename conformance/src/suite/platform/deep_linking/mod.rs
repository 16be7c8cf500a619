//! Deep linking: the request that the platform sends, the responses that it takes and refuses, and the links that it makes
//! (LTI Deep Linking 2.0; rows D-01 to D-83 of `docs/levels/services.md`).

mod certification;
mod forged;
mod items;
mod launched;
mod request;
mod shown;

use crate::{
    case::Ended,
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        deep_linking::{DeepLinkingResponse, Selection},
    },
    user_agent::Page,
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = request::cases();
    cases.extend(forged::cases());
    cases.extend(items::cases());
    cases.extend(launched::cases());
    cases.extend(shown::cases());
    cases.extend(certification::cases());
    cases
}

/// A deep linking that waits for its response, with the sound one.
struct Asked {
    selection: Selection,
    response: DeepLinkingResponse,
}

/// Begins a deep linking, where the platform is known to make items of sound responses.
async fn asked(driver: &mut PlatformDriver<'_>) -> Result<Asked, Halt> {
    driver.items_are_made().await?;
    let selection = driver.select(driver.deep_linking()?).await?;
    let response = driver.response(&selection)?;
    Ok(Asked { selection, response })
}

/// Begins a deep linking that takes items of this type; otherwise how the case ends.
async fn asked_for(driver: &mut PlatformDriver<'_>, kind: &str) -> Result<Result<Asked, Ended>, Halt> {
    let asked = asked(driver).await?;
    if asked.selection.accepts(kind) {
        return Ok(Ok(asked));
    }
    Ok(Err(Ended::unsupported(format!("accept_types does not name {kind}"))))
}

/// Posts the response.
async fn post(driver: &mut PlatformDriver<'_>, asked: &mut Asked) -> Result<Page, Halt> {
    driver.post_response(&mut asked.selection, &asked.response).await
}

/// Whether something was made of an item with this title.
async fn made(driver: &mut PlatformDriver<'_>, title: &str) -> Result<bool, Halt> {
    let config = driver.deep_linking()?;
    driver.made(config, title).await
}

/// A sequence about responses: it ends by itself where nothing is known of deep linking.
macro_rules! sequence {
    ($id:literal, $title:literal, $run:expr) => {
        crate::subject::platform::PlatformCase::sequence($id, $title, |driver| {
            Box::pin(async move {
                match crate::subject::platform::deep_linking::absent(driver.evidence) {
                    Some(ended) => Ok(ended),
                    None => $run(driver).await,
                }
            })
        })
    };
}
use sequence;
