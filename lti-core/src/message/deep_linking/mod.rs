//! Deep Linking 2.0: the request of a platform, the content items that a tool returns, and the response that carries them.

mod item;
mod request;
mod response;
mod settings;
mod write;

pub use item::{
    ContentItem, FileItem, HtmlItem, ImageItem, ItemDate, ItemIframe, ItemImage, ItemLineItem, ItemPeriod, ItemType,
    ItemWindow, LinkItem, OtherItem, ResourceLinkItem,
};
pub use request::LtiDeepLinkingRequest;
pub use response::{LtiDeepLinkingResponse, OpaqueData};
pub use settings::{DeepLinkingSettings, PresentationTarget};
