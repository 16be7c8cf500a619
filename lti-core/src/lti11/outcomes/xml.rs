//! XML, as much of it as Basic Outcomes need: elements and text, read into a tree within limits, written with escapes.

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesRef, Event};

/// The longest document that is read.
pub const MAX_BYTES: usize = 64 * 1024;
/// How deep elements may lie in each other.
const MAX_DEPTH: usize = 16;
/// How many elements there may be.
const MAX_ELEMENTS: usize = 256;

/// Why a document is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// It is too long, too deep, or has too many elements.
    #[error("the document is beyond the limits: {MAX_BYTES} bytes, {MAX_ELEMENTS} elements, {MAX_DEPTH} levels")]
    Limit,
    /// It is not UTF-8.
    #[error("the document is not UTF-8")]
    Encoding,
    /// It declares a document type.
    #[error("the document has a document type declaration, which is not read")]
    DocumentType,
    /// It refers to an entity.
    #[error("the document refers to an entity that XML does not define itself")]
    Entity,
    /// It is not well formed.
    #[error("the document is not well-formed XML")]
    Malformed,
    /// Its root is something else.
    #[error("the root element is not {0}")]
    Root(&'static str),
}

/// A value holds a character that XML 1.0 cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} holds a character that XML 1.0 cannot carry")]
pub struct Unwritable(pub(super) &'static str);

/// An element by its local name, with its text and what lies in it.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first element of this name right below.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first element at the end of this path.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text at the end of this path.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<String> {
        self.at(path).map(|element| element.text.clone())
    }
}

/// Reads a document whose root has this local name.
pub(super) fn read(bytes: &[u8], root: &'static str) -> Result<Element, XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::Limit);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut done, mut count) = (Vec::<Element>::new(), None, 0_usize);
    loop {
        match reader.read_event().map_err(|_| XmlError::Malformed)? {
            Event::Start(start) => {
                count += 1;
                if count > MAX_ELEMENTS || open.len() >= MAX_DEPTH {
                    return Err(XmlError::Limit);
                }
                if done.is_some() {
                    return Err(XmlError::Malformed);
                }
                let name = String::from_utf8_lossy(start.local_name().into_inner()).into_owned();
                open.push(Element { name, ..Element::default() });
            }
            Event::End(_) => {
                let element = open.pop().ok_or(XmlError::Malformed)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => done = Some(element),
                }
            }
            Event::Text(piece) => append(&mut open, &piece.xml10_content().map_err(|_| XmlError::Encoding)?)?,
            Event::CData(piece) => append(&mut open, &piece.xml10_content().map_err(|_| XmlError::Encoding)?)?,
            Event::GeneralRef(reference) => append(&mut open, character(&reference)?.encode_utf8(&mut [0; 4]))?,
            Event::DocType(_) => return Err(XmlError::DocumentType),
            // an empty element comes as a start and an end
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if open.is_empty() => break,
            Event::Eof => return Err(XmlError::Malformed),
        }
    }
    done.filter(|element| element.name == root).ok_or(XmlError::Root(root))
}

/// Text within an element is kept; around the root there is only space.
fn append(open: &mut [Element], piece: &str) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(piece),
        None if piece.trim_start_matches('\u{feff}').trim().is_empty() => {}
        None => return Err(XmlError::Malformed),
    }
    Ok(())
}

/// What a reference stands for: a character by its number, or one of the five that XML names itself.
fn character(reference: &BytesRef<'_>) -> Result<char, XmlError> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| XmlError::Entity)? {
        return Ok(character);
    }
    match reference.decode().map_err(|_| XmlError::Encoding)?.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(XmlError::Entity),
    }
}

/// Writes a document, element by element.
pub(super) struct Writer {
    text: String,
    wrong: Option<Unwritable>,
}

impl Writer {
    /// Opens the root in the namespace of the final text.
    pub(super) fn new(root: &'static str) -> Self {
        let start = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{}\">", super::NAMESPACE);
        Self { text: start, wrong: None }
    }

    /// An element with text.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        if text.chars().any(|c| !is_xml_character(c)) {
            self.wrong.get_or_insert(Unwritable(name));
        }
        // a reader turns a bare carriage return into a line feed
        let text = escape(text).replace('\r', "&#13;");
        self.push(&["<", name, ">", &text, "</", name, ">"]);
    }

    /// An element with text, where there is one.
    pub(super) fn text_some(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with what `inside` writes.
    pub(super) fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.push(&["<", name, ">"]);
        inside(self);
        self.push(&["</", name, ">"]);
    }

    fn push(&mut self, pieces: &[&str]) {
        self.text.extend(pieces.iter().copied());
    }

    /// The document.
    pub(super) fn end(mut self, root: &'static str) -> Result<String, Unwritable> {
        self.push(&["</", root, ">\n"]);
        match self.wrong {
            Some(wrong) => Err(wrong),
            None => Ok(self.text),
        }
    }
}

fn is_xml_character(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a text can be the name of an element, as the name of an operation has to be.
pub(super) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, XmlError, read};

    fn text(document: &str) -> Result<String, XmlError> {
        read(document.as_bytes(), "a").map(|element| element.text)
    }

    #[test]
    fn text_is_put_together_from_its_pieces() {
        assert_eq!(text("<a>x &amp;&#x3C;&#60;<![CDATA[<&]]>\r\n</a>"), Ok("x &<<<&\n".to_owned()));
        assert_eq!(text("\u{feff}<?xml version='1.0'?><!-- c --><n:a xmlns:n='x'/>\n"), Ok(String::new()));
    }

    #[test]
    fn no_document_type_and_no_entity_is_read() {
        let bomb = "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>";
        assert_eq!(text(bomb), Err(XmlError::DocumentType));
        assert_eq!(text("<a>&e;</a>"), Err(XmlError::Entity));
        assert_eq!(text("<a>&#0;</a>"), Err(XmlError::Entity));
    }

    #[test]
    fn what_is_broken_or_endless_is_refused() {
        for broken in ["", "<a>", "<a></b>", "</a>", "<a/><a/>", "x<a/>", "<a/>x", "<a", "a & b", "<a>&</a>"] {
            assert!(text(broken).is_err(), "{broken}");
        }
        assert_eq!(text("<b/>"), Err(XmlError::Root("a")));
        assert_eq!(read(&[b'<', 0xff, b'>'], "a").err(), Some(XmlError::Encoding));
        assert_eq!(text(&"<a>".repeat(17)), Err(XmlError::Limit));
        assert_eq!(text(&format!("<a>{}</a>", "<b/>".repeat(256))), Err(XmlError::Limit));
        assert_eq!(text(&format!("<a>{}</a>", " ".repeat(MAX_BYTES))), Err(XmlError::Limit));
    }
}
