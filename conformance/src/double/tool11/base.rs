//! The signature base string, as the double makes it: the sound one, and what its flaws make of it.

use super::{
    AddressFlaw, BodyFlaw, DuplicateFlaw, EncodingFlaw, Tool11Double,
    wire::{self, Parameter, Parameters, Place, escape, media_type},
};
use crate::transport::Request;

impl Tool11Double {
    /// The parameters of a request, as far as the double reads them.
    pub(super) fn read(&self, request: &Request) -> Parameters {
        let mut all = Vec::new();
        if self.has(BodyFlaw::HeaderTaken) || self.has(BodyFlaw::HeaderAloneTaken) {
            all.extend(wire::authorization(request));
        }
        all.extend(self.split(request.uri().query().unwrap_or_default().as_bytes(), Place::Query));
        match media_type(request).as_str() {
            "application/x-www-form-urlencoded" => all.extend(self.split(request.body(), Place::Body)),
            "multipart/form-data" if self.has(BodyFlaw::MultipartTaken) => all.extend(wire::multipart(request)),
            "application/json" if self.has(BodyFlaw::JsonTaken) => all.extend(wire::json(request.body())),
            _ => {}
        }
        Parameters(all)
    }

    fn split(&self, text: &[u8], place: Place) -> Vec<Parameter> {
        if self.has(EncodingFlaw::DecodedBeforeSplit) {
            let whole = wire::split(&[b"x=".as_slice(), &text.replace_all(b'&', b"%26")].concat(), place);
            let whole = whole.first().map(|decoded| decoded.value.clone()).unwrap_or_default();
            return wire::split_plain(&whole, place);
        }
        let mut all = wire::split(text, place);
        if self.has(EncodingFlaw::NoEqualsDropped) {
            let raw: Vec<&[u8]> = text.split(|&byte| byte == b'&').filter(|part| !part.is_empty()).collect();
            let mut kept = raw.iter().map(|part| part.contains(&b'='));
            all.retain(|_| kept.next().unwrap_or(true));
        }
        all
    }

    /// The base strings that are taken: one, unless the tool tries several.
    pub(super) fn base_strings(&self, request: &Request, parameters: &Parameters) -> Vec<String> {
        let pairs = self.pairs(request, &self.collected(parameters));
        let addresses = self.addresses(request);
        let mut bases = Vec::new();
        for address in &addresses {
            bases.push(base(request.method().as_str(), address, &pairs));
        }
        let Some(address) = addresses.first() else { return bases };
        if self.has(BodyFlaw::GetTried) {
            bases.push(base("GET", address, &pairs));
        }
        if self.has(DuplicateFlaw::CustomTried) {
            let without: Vec<Parameter> =
                parameters.0.iter().filter(|known| !known.name.starts_with(b"custom_")).cloned().collect();
            bases.push(base("POST", address, &self.pairs(request, &self.collected(&Parameters(without)))));
        }
        if self.has(DuplicateFlaw::PairOnceTried) {
            let mut once: Vec<Parameter> = Vec::new();
            for known in &parameters.0 {
                if !once.iter().any(|other| other.name == known.name && other.value == known.value) {
                    once.push(known.clone());
                }
            }
            bases.push(base("POST", address, &self.pairs(request, &self.collected(&Parameters(once)))));
        }
        bases
    }

    /// The parameters that are part of the base string.
    fn collected(&self, parameters: &Parameters) -> Vec<Parameter> {
        let all = &parameters.0;
        let mut kept: Vec<Parameter> = Vec::new();
        for (at, known) in all.iter().enumerate() {
            let before = all[..at].iter().any(|other| other.name == known.name);
            let behind = all[at + 1..].iter().any(|other| other.name == known.name);
            let protocol = known.name.starts_with(b"oauth_");
            let in_query = || all.iter().any(|other| other.place == Place::Query && other.name == known.name);
            let left_out = known.name == b"oauth_signature"
                || (self.has(DuplicateFlaw::FirstVerified) && before)
                || (self.has(DuplicateFlaw::LastVerified) && behind)
                || (self.has(DuplicateFlaw::LastProtocolVerified) && protocol && behind)
                || (self.has(DuplicateFlaw::BodyCopiesLeftOut) && known.place == Place::Body && in_query())
                || (self.has(DuplicateFlaw::ButtonLeftOut) && known.name == b"ext_submit")
                || (self.has(AddressFlaw::QueryLeftOut) && known.place == Place::Query)
                || (self.has(EncodingFlaw::EmptyLeftOut) && known.value.is_empty());
            if !left_out {
                kept.push(known.clone());
            }
        }
        kept
    }

    /// The normalised parameters.
    fn pairs(&self, request: &Request, collected: &[Parameter]) -> String {
        let raw = self.spellings(request);
        let spelt = |known: &Parameter| {
            let kept = raw.iter().find(|(name, value, decoded)| {
                decoded.name == known.name && decoded.value == known.value && !(name.is_empty() && value.is_empty())
            });
            match kept {
                Some((name, value, _)) => (name.clone(), value.clone()),
                None => (self.name(&known.name), self.value(&known.name, &known.value)),
            }
        };
        let mut pairs: Vec<(String, String)> = collected.iter().map(spelt).collect();
        if self.has(DuplicateFlaw::ValuesUnsorted) {
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
        } else if self.has(EncodingFlaw::WholePairsSorted) {
            pairs.sort_by_key(|(name, value)| format!("{name}={value}"));
        } else {
            pairs.sort();
        }
        let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }

    /// The pairs as the request spells them, where the double keeps a spelling: name, value, and what they decode to.
    fn spellings(&self, request: &Request) -> Vec<(String, String, Parameter)> {
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let mut sources = Vec::new();
        if self.has(AddressFlaw::QueryAsSpelt)
            || self.has(EncodingFlaw::SpellingKept)
            || self.has(EncodingFlaw::DigitsRaised)
        {
            sources.push((query, Place::Query));
        }
        if self.has(EncodingFlaw::SpellingKept) || self.has(EncodingFlaw::DigitsRaised) {
            sources.push((request.body().as_ref(), Place::Body));
        }
        let mut spelt = Vec::new();
        for (text, place) in sources {
            for part in text.split(|&byte| byte == b'&').filter(|part| !part.is_empty()) {
                let Some(decoded) = wire::split(part, place).into_iter().next() else { continue };
                let part = String::from_utf8_lossy(part);
                let part =
                    if self.has(AddressFlaw::QueryAsSpelt) { part.into_owned() } else { part.replace('+', "%20") };
                let part = if self.has(EncodingFlaw::DigitsRaised) { raised(&part) } else { part };
                let (name, value) = part.split_once('=').unwrap_or((&part, ""));
                spelt.push((name.to_owned(), value.to_owned(), decoded));
            }
        }
        spelt
    }

    fn name(&self, name: &[u8]) -> String {
        if self.has(EncodingFlaw::NamesRaw) {
            return String::from_utf8_lossy(name).into_owned();
        }
        self.encoded(name)
    }

    fn value(&self, name: &[u8], value: &[u8]) -> String {
        let text = String::from_utf8_lossy(value);
        let protocol = name.starts_with(b"oauth_");
        if self.has(EncodingFlaw::LineFeedsAlone) {
            return self.encoded(text.replace("\r\n", "\n").as_bytes());
        }
        if self.has(EncodingFlaw::ValuesTrimmed) {
            return self.encoded(text.trim().as_bytes());
        }
        if self.has(EncodingFlaw::PercentTwice) && !protocol {
            let again =
                wire::split(format!("x={}", text.replace('+', "%2B").replace('&', "%26")).as_bytes(), Place::Body);
            return again.first().map_or_else(String::new, |again| self.encoded(&again.value));
        }
        if self.has(EncodingFlaw::PlusIsBlank) && !protocol {
            return self.encoded(text.replace('+', " ").as_bytes());
        }
        self.encoded(value)
    }

    /// Percent-encodes as the base string has it.
    fn encoded(&self, bytes: &[u8]) -> String {
        let plain = escape(bytes);
        if self.has(EncodingFlaw::MarksLeft) {
            let marks = [("%21", "!"), ("%2A", "*"), ("%27", "'"), ("%28", "("), ("%29", ")")];
            return marks.iter().fold(plain, |text, (from, to)| text.replace(from, to));
        }
        if self.has(EncodingFlaw::TildeEncoded) {
            return plain.replace('~', "%7E");
        }
        let text = String::from_utf8_lossy(bytes);
        if self.has(EncodingFlaw::Latin1) {
            let narrow = |letter: char| u8::try_from(u32::from(letter)).unwrap_or(b'?');
            return escape(&text.chars().map(narrow).collect::<Vec<u8>>());
        }
        if self.has(EncodingFlaw::SurrogatesEncoded) {
            return surrogates(&text);
        }
        plain
    }

    /// The addresses that are taken: one, unless the tool tries several.
    fn addresses(&self, request: &Request) -> Vec<String> {
        let (scheme, host) = self.origin(request);
        let host = if self.has(AddressFlaw::HostAsSpelt) { host } else { host.to_ascii_lowercase() };
        let default = if scheme == "https" { ":443" } else { ":80" };
        let host = match host.strip_suffix(default) {
            Some(plain) if !self.has(AddressFlaw::DefaultPortKept) => plain.to_owned(),
            _ => host,
        };
        let path = request.uri().path();
        let path = if self.has(AddressFlaw::PathDecoded) { wire::decoded(path) } else { path.to_owned() };
        let mut addresses = vec![format!("{scheme}://{host}{path}")];
        if self.has(AddressFlaw::PortsTried) {
            addresses.extend([":80", ":443"].map(|port| format!("{scheme}://{host}{port}{path}")));
        }
        if self.has(AddressFlaw::SlashTried) {
            addresses.push(format!("{scheme}://{host}{path}/"));
        }
        addresses
    }
}

fn base(method: &str, address: &str, pairs: &str) -> String {
    format!("{method}&{}&{}", escape(address.as_bytes()), escape(pairs.as_bytes()))
}

/// The hexadecimal digits of an encoded text in upper case.
fn raised(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match part.split_at_checked(2) {
        Some((digits, rest)) => format!("{text}%{}{rest}", digits.to_ascii_uppercase()),
        None => format!("{text}%{part}"),
    })
}

/// Characters beyond the first plane as two of three bytes each, as some virtual machines write them.
fn surrogates(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut units = [0_u16; 2];
    for letter in text.chars() {
        let encoded = letter.encode_utf16(&mut units);
        if encoded.len() == 1 {
            bytes.extend(letter.to_string().into_bytes());
        } else {
            for unit in encoded.iter().map(|unit| u32::from(*unit)) {
                let byte = |value: u32| u8::try_from(value).unwrap_or_default();
                bytes.extend([byte(0xE0 | unit >> 12), byte(0x80 | (unit >> 6 & 0x3F)), byte(0x80 | (unit & 0x3F))]);
            }
        }
    }
    escape(&bytes)
}

/// Replaces a byte by several.
trait ReplaceAll {
    fn replace_all(&self, byte: u8, by: &[u8]) -> Vec<u8>;
}

impl ReplaceAll for [u8] {
    fn replace_all(&self, byte: u8, by: &[u8]) -> Vec<u8> {
        self.iter().flat_map(|&known| if known == byte { by.to_vec() } else { vec![known] }).collect()
    }
}
