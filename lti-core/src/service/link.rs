//! The header `Link` (RFC 8288), which leads from one page of a list to the next.

use url::Url;

/// One link of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Where it leads: an absolute address as it was written, a relative one resolved.
    pub target: String,
    /// Its relations, in lower case.
    pub relations: Vec<String>,
    /// What the link starts from, where that is not the page itself.
    pub anchor: Option<String>,
}

/// The links of one answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links(Vec<Link>);

impl Links {
    /// Reads the values of all `Link` lines of one answer; `base` is the address that was asked.
    ///
    /// A value holds several links, a link several relations, in quotes or without. What is malformed is passed over up to
    /// the next comma.
    ///
    /// ```
    /// use lti_core::service::link::Links;
    /// let base = "https://lms.example/7/lineitems?limit=2".parse()?;
    /// let links = Links::parse([r#"</first>; rel=first, <?p=2&limit=2>; rel="next last""#], &base);
    /// assert_eq!(links.next(), Some("https://lms.example/7/lineitems?p=2&limit=2"));
    /// # Ok::<(), url::ParseError>(())
    /// ```
    pub fn parse<'a>(values: impl IntoIterator<Item = &'a str>, base: &Url) -> Self {
        let mut links = Vec::new();
        for value in values {
            let mut rest = value;
            while !rest.is_empty() {
                let (link, behind) = read_link(rest, base);
                links.extend(link);
                rest = behind;
            }
        }
        Self(links)
    }

    /// Where the first link with this relation leads. Relations have no letter case (RFC 8288, 2.1.1). A link that starts
    /// from somewhere else than the page (`anchor`) does not count.
    pub fn find(&self, relation: &str) -> Option<&str> {
        let fits = |link: &&Link| {
            link.anchor.is_none() && link.relations.iter().any(|known| known.eq_ignore_ascii_case(relation))
        };
        self.0.iter().find(fits).map(|link| link.target.as_str())
    }

    /// The next page; none behind the last one (LTI AGS 2.0, 3.2.4 and 3.3.6; LTI NRPS 2.0, 2.4.2).
    pub fn next(&self) -> Option<&str> {
        self.find("next")
    }

    /// Where the changes since this answer can be asked for (LTI NRPS 2.0, 2.4.3).
    pub fn differences(&self) -> Option<&str> {
        self.find("differences")
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Link> {
        self.0.iter()
    }
}

/// The value of a `Link` line for one target and one relation.
///
/// Characters that may not stand in a header or in an address are percent-encoded, so that a value cannot break out.
///
/// ```
/// use lti_core::service::link::header_value;
/// assert_eq!(header_value("https://lms.example/roster?p=2", "next"), r#"<https://lms.example/roster?p=2>; rel="next""#);
/// ```
pub fn header_value(target: &str, relation: &str) -> String {
    let mut value = String::with_capacity(target.len() + relation.len() + 10);
    value.push('<');
    for byte in target.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"') {
            value.push(char::from(byte));
        } else {
            value
                .push_str(form_urlencoded::byte_serialize(&[byte]).next().filter(|text| *text != "+").unwrap_or("%20"));
        }
    }
    value.push_str(">; rel=\"");
    value.extend(relation.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\') || *c == ' '));
    value.push('"');
    value
}

/// One link and what comes behind it, which is always shorter.
fn read_link<'v>(text: &'v str, base: &Url) -> (Option<Link>, &'v str) {
    let text = text.trim_start_matches([' ', '\t', ',']);
    let Some((target, mut rest)) = text.strip_prefix('<').and_then(|text| text.split_once('>')) else {
        return (None, skip(text));
    };
    let (mut relations, mut anchor) = (None, None);
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let Some(parameter) = rest.strip_prefix(';') else { break };
        let (name, value, behind) = read_parameter(parameter);
        // Of several parameters `rel` the first one counts (RFC 8288, 3.3).
        match name.to_ascii_lowercase().as_str() {
            "rel" if relations.is_none() => relations = Some(value),
            "anchor" if anchor.is_none() => anchor = resolve(&value, base).filter(|from| *from != base.as_str()),
            _ => {}
        }
        rest = behind;
    }
    let relations = relations.unwrap_or_default();
    let link = resolve(target.trim(), base).map(|target| Link {
        target,
        relations: relations.split_ascii_whitespace().map(str::to_ascii_lowercase).collect(),
        anchor,
    });
    (link, skip(rest))
}

/// Up to the next comma that stands outside of quotes and of an address.
fn skip(text: &str) -> &str {
    let (mut quoted, mut inside, mut escaped) = (false, false, false);
    for (index, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !inside => quoted = !quoted,
            '<' if !quoted => inside = true,
            '>' if !quoted => inside = false,
            ',' if !quoted && !inside => return &text[index + 1..],
            _ => {}
        }
    }
    ""
}

/// Name, value and what comes behind; the value without its quotes.
fn read_parameter(text: &str) -> (&str, String, &str) {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = (text[..end].trim(), &text[end..]);
    let Some(value) = rest.strip_prefix('=') else { return (name, String::new(), rest) };
    let value = value.trim_start_matches([' ', '\t']);
    let Some(quoted) = value.strip_prefix('"') else {
        let end = value.find([';', ',']).unwrap_or(value.len());
        return (name, value[..end].trim().to_owned(), &value[end..]);
    };
    let (mut read, mut escaped) = (String::new(), false);
    for (index, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                read.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (name, read, &quoted[index + 1..]),
            _ => read.push(c),
        }
    }
    (name, read, "")
}

/// An absolute address as it stands, a relative one against the base.
fn resolve(target: &str, base: &Url) -> Option<String> {
    match Url::parse(target) {
        Ok(_) => Some(target.to_owned()),
        Err(_) => base.join(target).ok().map(String::from),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use url::Url;

    use super::{Links, header_value};

    fn next(values: &[&str]) -> Option<String> {
        let base = Url::parse("https://lms.example/c/items?tag=a").unwrap();
        Links::parse(values.iter().copied(), &base).next().map(str::to_owned)
    }

    #[test]
    fn every_form_of_the_header_is_read() {
        let expected = Some("https://lms.example/c/items?p=2".to_owned());
        for value in [
            r#"<https://lms.example/c/items?p=2>; rel="next""#,
            "<https://lms.example/c/items?p=2>;rel=next",
            "<https://lms.example/c/items?p=2> ; REL = Next",
            r#"<https://lms.example/c/items?p=2>; title="a, \"b\"; c"; rel="last next""#,
            r"<https://x.example/,>; rel=prev, <https://lms.example/c/items?p=2>; rel=next",
            r#", ,<https://lms.example/c/items?p=2>; rel="next","#,
            "<?p=2>; rel=next",
            "<items?p=2>; rel=next",
            "</c/items?p=2>; rel=next",
            "//nonsense, <?p=2>; rel=next",
            r"<?p=2>; rel=next; rel=prev",
            r#"<?p=9>; rel=next; anchor="/other", <?p=2>; rel=next"#,
            r#"<?p=2>; rel=next; anchor="https://lms.example/c/items?tag=a""#,
        ] {
            assert_eq!(next(&[value]), expected, "{value}");
        }
        assert_eq!(next(&["<?p=1>; rel=prev", "<?p=2>; rel=next"]), expected);
    }

    #[test]
    fn what_is_no_next_page_is_none() {
        for value in [
            "",
            "<?p=2>",
            "<?p=2>; rel",
            "<?p=2>; rel=prev",
            "<?p=2; rel=next",
            "<?p=2>; rel=\u{201c}next\u{201d}",
            r#"<?p=2>; title="rel=next"#,
            r#"<?p=2>; rel="nextpage""#,
            r"<?p=2>; rel=prev; rel=next",
        ] {
            assert_eq!(next(&[value]), None, "{value}");
        }
    }

    #[test]
    fn an_absolute_address_stays_as_it_was_written() {
        let written = "HTTPS://lms.example:443/%7Ea?x=%2f";
        assert_eq!(next(&[&format!("<{written}>; rel=next")]).as_deref(), Some(written));
    }

    #[test]
    fn what_is_written_cannot_break_out() {
        let value = header_value("https://a.example/?q=<b>\r\nX: y\u{e9}", "next\"\r\n");
        assert_eq!(value, "<https://a.example/?q=%3Cb%3E%0D%0AX:%20y%C3%A9>; rel=\"next\"");
        assert_eq!(next(&[&value]).as_deref(), Some("https://a.example/?q=%3Cb%3E%0D%0AX:%20y%C3%A9"));
    }
}
