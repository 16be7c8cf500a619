//! One object of an item, read member by member.

use serde_json::value::RawValue;
use url::Url;

use super::{ResponseFinding, ResponseViolation};
use crate::message::deep_linking::{ItemDate, ItemIframe, ItemImage, ItemPeriod, ItemWindow};
use crate::message::{OtherClaims, Shape, Slot};
use crate::service::members::Members;

pub(super) struct Part {
    members: Members,
    place: String,
    pub(super) found: Vec<ResponseFinding>,
}

impl Part {
    pub(super) fn new(members: Members, place: String) -> Self {
        Self { members, place, found: Vec::new() }
    }

    pub(super) fn report(&mut self, rule: ResponseViolation, name: &str, expected: &str, seen: &str) {
        self.found.push(ResponseFinding::new(rule, format!("{}{name}, {expected}", self.place), seen));
    }

    /// A member that must be there.
    pub(super) fn required<T: for<'de> Shape<'de>>(&mut self, name: &str, rule: ResponseViolation) -> Option<T> {
        match self.members.slot::<T>(name) {
            Slot::Is(value) => return Some(value),
            Slot::Missing => self.report(rule, name, T::WANTED, "no such member"),
            Slot::Mistyped(kind) => self.report(rule, name, T::WANTED, kind),
        }
        None
    }

    /// A member that may be there.
    pub(super) fn take_as<T: for<'de> Shape<'de>>(&mut self, name: &str, rule: ResponseViolation) -> Option<T> {
        match self.members.slot::<T>(name) {
            Slot::Is(value) => Some(value),
            Slot::Missing => None,
            Slot::Mistyped(kind) => {
                self.report(rule, name, T::WANTED, kind);
                None
            }
        }
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take_as(name, ResponseViolation::ItemMember)
    }

    pub(super) fn raw(&mut self, name: &str) -> Option<Box<RawValue>> {
        self.members.raw(name).filter(|raw| raw.get() != "null")
    }

    pub(super) fn object(&mut self, name: &str) -> Option<Self> {
        let members = self.take_as::<Members>(name, ResponseViolation::ItemMember)?;
        Some(Self::new(members, format!("{}{name}.", self.place)))
    }

    /// A fully qualified URL that must be there, as it was written.
    pub(super) fn url(&mut self, name: &str) -> Option<String> {
        let text = self.required::<String>(name, ResponseViolation::ItemUrl)?;
        self.full(name, text)
    }

    /// A fully qualified URL that may be there.
    pub(super) fn optional_url(&mut self, name: &str) -> Option<String> {
        let text = self.take_as::<String>(name, ResponseViolation::ItemUrl)?;
        self.full(name, text)
    }

    fn full(&mut self, name: &str, text: String) -> Option<String> {
        if Url::parse(&text).is_ok() {
            return Some(text);
        }
        let seen = if text.is_empty() { "an empty text" } else { "another text" };
        self.report(ResponseViolation::ItemUrl, name, "a fully qualified URL", seen);
        None
    }

    /// Pixels; what is no integer is read as far as it can be, and reported.
    pub(super) fn size(&mut self, name: &str) -> Option<u32> {
        match self.members.slot::<Pixels>(name) {
            Slot::Missing => None,
            Slot::Is(Pixels { pixels, exact }) => {
                if !exact {
                    let rule = ResponseViolation::ItemSize;
                    self.report(rule, name, Pixels::WANTED, "a string, or a number with a fraction");
                }
                Some(pixels)
            }
            Slot::Mistyped(kind) => {
                self.report(ResponseViolation::ItemSize, name, Pixels::WANTED, kind);
                None
            }
        }
    }

    /// A date; what is none is kept as it came, and reported.
    pub(super) fn date(&mut self, name: &str) -> Option<ItemDate> {
        let date = ItemDate::from_text(self.take_as(name, ResponseViolation::ItemDate)?);
        if date.moment().is_none() {
            self.report(ResponseViolation::ItemDate, name, "a date and time of ISO 8601", "another text");
        }
        Some(date)
    }

    pub(super) fn image(&mut self, name: &str) -> Option<ItemImage> {
        let mut inner = self.object(name)?;
        let url = inner.take_as::<String>("url", ResponseViolation::ItemMember);
        let (width, height) = (inner.size("width"), inner.size("height"));
        self.found.append(&mut inner.found);
        let mut image = ItemImage::new(url?);
        (image.width, image.height, image.other) = (width, height, inner.into_other());
        Some(image)
    }

    pub(super) fn window(&mut self) -> Option<ItemWindow> {
        let mut inner = self.object("window")?;
        let window = ItemWindow {
            target_name: inner.text("targetName"),
            width: inner.size("width"),
            height: inner.size("height"),
            window_features: inner.text("windowFeatures"),
            other: OtherClaims::default(),
        };
        self.found.append(&mut inner.found);
        Some(ItemWindow { other: inner.into_other(), ..window })
    }

    /// The frame; that of a link needs something to show.
    pub(super) fn iframe(&mut self, needs_src: bool) -> Option<ItemIframe> {
        let mut inner = self.object("iframe")?;
        let src =
            if needs_src { inner.required::<String>("src", ResponseViolation::ItemFrame) } else { inner.text("src") };
        let (width, height) = (inner.size("width"), inner.size("height"));
        self.found.append(&mut inner.found);
        Some(ItemIframe { src, width, height, other: inner.into_other() })
    }

    pub(super) fn period(&mut self, name: &str) -> Option<ItemPeriod> {
        let mut inner = self.object(name)?;
        let (start_date_time, end_date_time) = (inner.date("startDateTime"), inner.date("endDateTime"));
        self.found.append(&mut inner.found);
        Some(ItemPeriod { start_date_time, end_date_time, other: inner.into_other() })
    }

    /// Reports members that no URL names, and gives back what is left.
    pub(super) fn finish(mut self) -> (OtherClaims, Vec<ResponseFinding>) {
        let odd: Vec<String> = self
            .members
            .names()
            .filter(|name| *name != "mediaType" && Url::parse(name).is_err())
            .map(|name| name.chars().take(80).collect())
            .collect();
        for name in odd {
            self.report(ResponseViolation::ItemExtension, &name, "a name that is a URL", "another name");
        }
        (self.members.into_other(), self.found)
    }

    pub(super) fn into_other(self) -> OtherClaims {
        self.members.into_other()
    }
}

/// Pixels, and whether they were written as an integer.
struct Pixels {
    pixels: u32,
    exact: bool,
}

impl Shape<'_> for Pixels {
    const WANTED: &'static str = "an integer, in pixels";

    fn string(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(|pixels| Self { pixels, exact: false })
    }

    fn number(number: f64) -> Option<Self> {
        <u32 as Shape>::number(number).map(|pixels| Self { pixels, exact: number.fract() == 0.0 })
    }
}
