//! The parameters of a request: from its query, its form, and its `Authorization` header (RFC 5849, 3.4.1.3.1).

use std::cmp::Ordering;
use std::fmt;

use super::encode::{RANK, ascii, encode_into, is_plain, is_unreserved};
use super::form::{Pair, Plain, read_pairs};

/// Where a parameter stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The query of the address.
    Query,
    /// The body, `application/x-www-form-urlencoded`.
    Form,
    /// The `Authorization` header.
    Header,
}

/// Decoded names and values in the order they came, with every repetition.
///
/// Text that is not UTF-8 is shown with U+FFFD in place of what cannot be read; signatures are made over the bytes as
/// they came. `Debug` shows names alone, because values lead to people.
///
/// ```
/// use lti_core::lti11::oauth1::Parameters;
/// let form = Parameters::from_form(b"roles=Learner&custom_a=1+2&custom_a=%2B&empty");
/// assert_eq!(form.get("custom_a"), Some("1 2"));
/// assert_eq!(form.all("custom_a").collect::<Vec<_>>(), ["1 2", "+"]);
/// assert_eq!(form.get("empty"), Some(""));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// All names and values, one behind the other.
    text: String,
    entries: Vec<Entry>,
    /// The bytes of the entries that are not UTF-8, by their index.
    raw: Vec<Raw>,
}

/// Name and value of the entry with this index.
#[derive(Clone, PartialEq, Eq)]
struct Raw {
    index: usize,
    name: Box<[u8]>,
    value: Box<[u8]>,
}

/// Where name and value end in the text; the name begins where the entry before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    name: usize,
    value: usize,
    end: usize,
    source: Source,
    plain: Plain,
}

impl Entry {
    /// Whether name and value are whole characters of this text.
    fn is_text(&self, text: &str) -> bool {
        text.is_char_boundary(self.value) && text.is_char_boundary(self.end)
    }
}

impl Parameters {
    /// None at all.
    pub const fn new() -> Self {
        Self { text: String::new(), entries: Vec::new(), raw: Vec::new() }
    }

    /// Reads a form (`application/x-www-form-urlencoded`). No body is refused: what is no escape stands for itself, a
    /// name without `=` has an empty value, and `&&` holds nothing.
    pub fn from_form(body: &[u8]) -> Self {
        let mut parameters = Self::new();
        parameters.extend_from_form(Source::Form, body);
        parameters
    }

    /// Adds what a form, or the query of an address, holds.
    pub fn extend_from_form(&mut self, source: Source, form: &[u8]) {
        self.entries.reserve(form.len() / 32);
        let (text_before, entries_before) = (self.text.len(), self.entries.len());
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        read_pairs(form, &mut bytes, |Pair { name, value, end, plain }| {
            self.entries.push(Entry { name, value, end, source, plain });
        });
        match String::from_utf8(bytes) {
            // A name may end with the first half of a character whose other half begins the value.
            Ok(text) if !self.entries[entries_before..].iter().all(|entry| entry.is_text(&text)) => {
                self.keep_raw(text.as_bytes(), text_before, entries_before);
            }
            Ok(text) => self.text = text,
            Err(error) => self.keep_raw(error.as_bytes(), text_before, entries_before),
        }
    }

    /// Puts what was just read into text entry by entry, and keeps the bytes of those that are none.
    fn keep_raw(&mut self, bytes: &[u8], text_before: usize, entries_before: usize) {
        let read = self.entries.split_off(entries_before);
        self.text = ascii(bytes[..text_before].to_vec());
        for entry in read {
            self.push_bytes(entry.source, &bytes[entry.name..entry.value], &bytes[entry.value..entry.end]);
        }
    }

    /// Adds what was decoded already.
    pub(super) fn push_bytes(&mut self, source: Source, name: &[u8], value: &[u8]) {
        let (name_text, value_text) = (String::from_utf8_lossy(name), String::from_utf8_lossy(value));
        if name_text.as_bytes() != name || value_text.as_bytes() != value {
            self.raw.push(Raw { index: self.entries.len(), name: name.into(), value: value.into() });
        }
        self.push_from(source, &name_text, &value_text);
    }

    fn push_from(&mut self, source: Source, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        let plain = Plain { name: is_plain(name.as_bytes()), value: is_plain(value.as_bytes()) };
        self.entries.push(Entry { name: start, value: middle, end: self.text.len(), source, plain });
    }

    /// Adds a parameter of the form.
    pub fn push(&mut self, name: &str, value: &str) {
        self.push_from(Source::Form, name, value);
    }

    /// Those that `keep` wants, in their order.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&str, &str) -> bool) -> Self {
        self.select(|_, name, value| keep(name, value))
    }

    /// Those that stood elsewhere.
    #[must_use]
    pub fn without(&self, source: Source) -> Self {
        self.select(|of, _, _| of != source)
    }

    fn select(&self, keep: impl Fn(Source, &str, &str) -> bool) -> Self {
        let mut kept = Self::new();
        for (index, ((name, value), entry)) in self.iter().zip(&self.entries).enumerate() {
            if keep(entry.source, name, value) {
                let (name, value) = self.bytes(index);
                kept.push_bytes(entry.source, name, value);
            }
        }
        kept
    }

    /// The protocol parameters: what stands behind `oauth_` in their names, their values and where they stood.
    pub(crate) fn protocol(&self) -> impl Iterator<Item = (&str, &str, Source)> {
        const PREFIX: &[u8] = b"oauth_";
        let begins = |entry: &&Entry| self.text.as_bytes()[entry.name..entry.value].starts_with(PREFIX);
        let parts = |entry: &Entry| {
            let name = &self.text[entry.name + PREFIX.len()..entry.value];
            (name, &self.text[entry.value..entry.end], entry.source)
        };
        self.entries.iter().filter(begins).map(parts)
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of this name, in the order they came.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let text = self.text.as_bytes();
        let of = move |entry: &&Entry| &text[entry.name..entry.value] == name.as_bytes();
        self.entries.iter().filter(of).map(|entry| &self.text[entry.value..entry.end])
    }

    /// Names and values, in the order they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        self.entries.iter().map(|entry| (&self.text[entry.name..entry.value], &self.text[entry.value..entry.end]))
    }

    /// Whether any of them is not UTF-8.
    pub const fn is_utf8(&self) -> bool {
        self.raw.is_empty()
    }

    /// Where each parameter stood, beside its name.
    pub fn sources(&self) -> impl Iterator<Item = (&str, Source)> {
        self.iter().zip(&self.entries).map(|((name, _), entry)| (name, entry.source))
    }

    /// How many there are, each repetition counted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The names of those that are not UTF-8.
    pub fn not_utf8(&self) -> impl Iterator<Item = &str> {
        let names = self.raw.iter().filter_map(|raw| self.entries.get(raw.index));
        names.map(|entry| &self.text[entry.name..entry.value])
    }

    /// The body of a form with these parameters, spaces as `%20`.
    ///
    /// ```
    /// use lti_core::lti11::oauth1::Parameters;
    /// let form: Parameters = [("a b", "1&2"), ("c", "")].into_iter().collect();
    /// assert_eq!(form.to_form(), "a%20b=1%262&c=");
    /// ```
    pub fn to_form(&self) -> String {
        let mut out = Vec::with_capacity(self.text.len() * 2);
        for index in 0..self.entries.len() {
            let (name, value) = self.bytes(index);
            if index > 0 {
                out.push(b'&');
            }
            encode_into(name, &mut out);
            out.push(b'=');
            encode_into(value, &mut out);
        }
        ascii(out)
    }

    /// How many bytes all names and values have, decoded.
    pub(super) fn decoded_len(&self) -> usize {
        self.text.len()
    }

    /// Name and value as they came.
    #[inline]
    pub(super) fn bytes(&self, index: usize) -> (&[u8], &[u8]) {
        if let Some(raw) = self.raw_at(index) {
            return (&raw.name, &raw.value);
        }
        let text = self.text.as_bytes();
        self.entries
            .get(index)
            .map_or((&[], &[]), |entry| (&text[entry.name..entry.value], &text[entry.value..entry.end]))
    }

    fn raw_at(&self, index: usize) -> Option<&Raw> {
        // Nearly every request is all text.
        if self.raw.is_empty() {
            return None;
        }
        // They were added in the order of their indices.
        self.raw.binary_search_by_key(&index, |raw| raw.index).ok().and_then(|at| self.raw.get(at))
    }

    /// Names and values as they came.
    pub(crate) fn raw_pairs(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        (0..self.entries.len()).map(|index| self.bytes(index)).map(|(name, value)| (name.to_vec(), value.to_vec()))
    }

    /// What is signed, in the order in which it is signed: by encoded name, then by encoded value, byte by byte
    /// (3.4.1.3.2), without `oauth_signature`.
    pub(super) fn sorted(&self) -> impl Iterator<Item = Signed<'_>> {
        // A number has the beginning of a name and the index of its entry: numbers are sorted fastest, and few are alike.
        let mut order: Vec<u128> = Vec::with_capacity(self.entries.len());
        for (index, entry) in self.entries.iter().enumerate() {
            let (name, _) = self.bytes(index);
            if name != b"oauth_signature" {
                order.push(self.head(name, entry) | index as u128);
            }
        }
        order.sort_unstable();
        for alike in order.chunk_by_mut(|a, b| a >> INDEX_BITS == b >> INDEX_BITS).filter(|alike| alike.len() > 1) {
            alike.sort_unstable_by(|a, b| {
                let (a, b) = (self.bytes(index_of(*a)), self.bytes(index_of(*b)));
                compare(a.0, b.0).then_with(|| compare(a.1, b.1))
            });
        }
        order.into_iter().filter_map(|key| {
            let index = index_of(key);
            let ((name, value), plain) = (self.bytes(index), self.entries.get(index)?.plain);
            Some(Signed { name, value, plain })
        })
    }

    /// The first bytes of an encoded name, up to the first `%` in it, as the high bits of a number. Behind the end of a name
    /// there are zeros, which come before everything.
    fn head(&self, name: &[u8], entry: &Entry) -> u128 {
        let mut head = [0; 16];
        if entry.plain.name
            && let Some(text) = self.text.as_bytes().get(entry.name..).and_then(<[u8]>::first_chunk)
        {
            // With what comes behind the name: to copy as much for every name is faster.
            head = *text;
        } else {
            for (head, byte) in head.iter_mut().zip(name) {
                *head = if is_unreserved(*byte) { *byte } else { b'%' };
                if *head == b'%' {
                    break;
                }
            }
        }
        let behind = u128::MAX >> (8 * name.len().min(HEAD_BYTES));
        u128::from_be_bytes(head) & !behind
    }
}

/// How many bytes of a name are in the number that it is sorted by. The other bits are the index.
const HEAD_BYTES: usize = 12;
const INDEX_BITS: u32 = 32;

fn index_of(key: u128) -> usize {
    usize::try_from(key & u128::from(u32::MAX)).unwrap_or_default()
}

/// A name and its value on their way into a base string. What is plain is what it is encoded to.
pub(super) struct Signed<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
    pub(super) plain: Plain,
}

/// Compares as the encoded forms compare.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let rank = |byte: &u8| RANK[usize::from(*byte)];
    a.iter().map(rank).cmp(b.iter().map(rank))
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut parameters = Self::new();
        parameters.extend(pairs);
        parameters
    }
}

impl<N: AsRef<str>, V: AsRef<str>> Extend<(N, V)> for Parameters {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.push(name.as_ref(), value.as_ref());
        }
    }
}

impl fmt::Debug for Parameters {
    /// Names alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::encode::encode;
    use super::{Parameters, Signed, Source};

    #[test]
    fn a_form_is_read_as_it_comes() {
        let form = Parameters::from_form(b"a=1&&=x&b&c%3D=%3d&a=2&");
        let pairs: Vec<_> = form.iter().collect();
        assert_eq!(pairs, [("a", "1"), ("", "x"), ("b", ""), ("c=", "="), ("a", "2")]);
        assert_eq!(form.len(), 5);
        assert_eq!(form.to_form(), "a=1&=x&b=&c%3D=%3D&a=2");
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let mut all = Parameters::from_form(b"first=%E9&second=%C3%A9");
        all.extend_from_form(Source::Query, b"%FF=3&fourth=4");
        assert_eq!(all.get("first"), Some("\u{fffd}"));
        assert_eq!(all.get("second"), Some("é"));
        assert_eq!(all.get("fourth"), Some("4"));
        assert_eq!(all.not_utf8().collect::<Vec<_>>(), ["first", "\u{fffd}"]);
        assert_eq!(all.to_form(), "first=%E9&second=%C3%A9&%FF=3&fourth=4");
        let sources: Vec<_> = all.sources().map(|(_, source)| source).collect();
        assert_eq!(sources, [Source::Form, Source::Form, Source::Query, Source::Query]);
        let kept = all.filtered(|name, _| name != "second");
        assert_eq!(kept.to_form(), "first=%E9&%FF=3&fourth=4");
    }

    #[test]
    fn a_character_in_two_halves_is_no_text() {
        for (form, name) in [("%E3=%81%82", "\u{fffd}"), ("a=%E3&%81%82=b", "a"), ("%C3=&%A9=", "\u{fffd}")] {
            let all = Parameters::from_form(form.as_bytes());
            assert_eq!(all.iter().next().map(|(name, _)| name), Some(name), "{form}");
            assert!(!all.is_utf8(), "{form}");
            assert_eq!(all.to_form(), form);
        }
    }

    #[test]
    fn equal_are_those_that_hold_the_same() {
        assert_eq!(Parameters::from_form(b"a%2Db=%41+"), Parameters::from_form(b"a-b=A%20"));
        assert_eq!(Parameters::from_form(b"a-b=%41+"), [("a-b", "A ")].into_iter().collect());
        assert_ne!(Parameters::from_form(b"a=%FF"), Parameters::from_form(b"a=%FE"));
    }

    proptest::proptest! {
        #[test]
        fn the_order_is_that_of_what_is_encoded(
            names in proptest::collection::vec("(custom_|oauth_|lis_person_name_){0,2}[a-c~()あ %-]{0,6}", 0..80),
        ) {
            let all: Parameters = names.iter().zip(names.iter().rev()).collect();
            let mut wanted: Vec<_> = all.iter().map(|(name, value)| (encode(name), encode(value))).collect();
            wanted.sort();
            let text = |bytes: &[u8]| encode(std::str::from_utf8(bytes).unwrap_or_default()).into_owned();
            let sorted: Vec<_> = all.sorted().map(|pair| (text(pair.name), text(pair.value))).collect();
            proptest::prop_assert!(sorted.iter().map(|(n, v)| (&**n, &**v)).eq(wanted.iter().map(|(n, v)| (&**n, &**v))));
        }
    }

    #[test]
    fn the_order_is_that_of_the_encoded_names_and_values() {
        let sorted = |form: &[u8]| {
            let form = Parameters::from_form(form);
            let name = |pair: Signed<'_>| String::from_utf8_lossy(&[pair.name, b"=", pair.value].concat()).into_owned();
            form.sorted().map(name).collect::<Vec<_>>()
        };
        assert_eq!(sorted(b"x=2&x=10&x=1&a-=1&a=3&oauth_signature=s"), ["a=3", "a-=1", "x=1", "x=10", "x=2"]);
        assert_eq!(sorted("a~=1&aあ=2&a(=3&aa=4".as_bytes()), ["a(=3", "aあ=2", "aa=4", "a~=1"]);
        let long = "custom_a_long_name_that_goes_on_";
        let form = format!("{long}b=1&{long}=2&{long}%20=3&{long}a=0&{long}a=%00");
        let wanted = [
            format!("{long}=2"),
            format!("{long} =3"),
            format!("{long}a=\0"),
            format!("{long}a=0"),
            format!("{long}b=1"),
        ];
        assert_eq!(sorted(form.as_bytes()), wanted);
    }

    #[test]
    fn debug_shows_names_alone() {
        let shown = format!("{:?}", Parameters::from_form(b"lis_person_name_full=Hanako"));
        assert!(shown.contains("lis_person_name_full") && !shown.contains("Hanako"), "{shown}");
    }
}
