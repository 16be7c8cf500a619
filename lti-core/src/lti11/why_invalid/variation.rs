//! Mistakes about everything but the address, the likely ones first.

use zeroize::Zeroizing;

use super::attempt::{Attempt, Encoding, Sorting};
use super::{Cause, CauseKind};
use crate::inspect::cut;
use crate::lti11::inspect::Request;
use crate::lti11::oauth1::{SignatureMethod, Source};

/// Each mistake with the signature that it would make. What changes nothing is left out.
pub(super) fn all(start: &Attempt, request: &Request<'_>) -> Vec<(Cause, Attempt)> {
    let mut all = Vec::new();
    parameters(start, request, &mut all);
    secrets(start, request, &mut all);
    encodings(start, &mut all);
    others(start, &mut all);
    all
}

type Found = Vec<(Cause, Attempt)>;

fn parameters(start: &Attempt, request: &Request<'_>, all: &mut Found) {
    let mut with = |kind, verified: &str, signed: String, pairs: Vec<(Vec<u8>, Vec<u8>)>| {
        if pairs != start.pairs && !all.iter().any(|(_, known)| known.pairs == pairs) {
            all.push((Cause::new(kind, verified, signed), Attempt { pairs, ..start.clone() }));
        }
    };
    let of_query: Vec<_> = request.parameters().sources().filter(|(name, _)| *name != "oauth_signature").collect();
    let query = |wanted: bool| {
        let of_query = of_query.iter().map(|(_, source)| *source == Source::Query);
        start.pairs.iter().zip(of_query).filter(move |(_, is)| *is == wanted).map(|(pair, _)| pair.clone())
    };
    with(CauseKind::QueryLeftOut, "the query and the form", "the form alone".to_owned(), query(false).collect());
    let twice = start.pairs.iter().cloned().chain(query(true)).collect();
    with(CauseKind::QueryTwice, "the query once", "the query twice".to_owned(), twice);
    if !start.pairs.iter().any(|(name, _)| name == b"oauth_callback") {
        for value in ["about:blank", ""] {
            let callback = (b"oauth_callback".to_vec(), value.as_bytes().to_vec());
            let pairs = start.pairs.iter().cloned().chain([callback]).collect();
            with(CauseKind::CallbackMissing, "no oauth_callback", format!("oauth_callback={value}"), pairs);
        }
    }
    let line_ends = |from: &str, to: &str| {
        let change = |bytes: &[u8]| {
            String::from_utf8(bytes.to_vec())
                .map_or_else(|_| bytes.to_vec(), |text| text.replace("\r\n", "\n").replace(from, to).into_bytes())
        };
        start.pairs.iter().map(|(name, value)| (name.clone(), change(value))).collect()
    };
    with(CauseKind::LineEnds, "line ends CR LF", "line ends LF".to_owned(), line_ends("\n", "\n"));
    with(CauseKind::LineEnds, "line ends LF", "line ends CR LF".to_owned(), line_ends("\n", "\r\n"));
    with(CauseKind::LineEnds, "line ends", "none".to_owned(), line_ends("\n", ""));
    let filled = start.pairs.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
    with(CauseKind::EmptyLeftOut, "fields with empty values", "none with empty values".to_owned(), filled);
    for index in 0..start.pairs.len() {
        let mut pairs = start.pairs.clone();
        let (name, _) = pairs.remove(index);
        let name = cut(&String::from_utf8_lossy(&name));
        with(CauseKind::ParameterAdded, &format!("a field {name}"), "a form without it".to_owned(), pairs);
    }
}

fn secrets(start: &Attempt, request: &Request<'_>, all: &mut Found) {
    let encoded = start.key.strip_suffix('&').unwrap_or_default().to_owned();
    let mut with = |kind, verified: &str, signed: &str, key: String| {
        let key = Zeroizing::new(key);
        if *key != *start.key {
            all.push((Cause::new(kind, verified, signed), Attempt { key, ..start.clone() }));
        }
    };
    for blank in ["%20", "%0A", "%0D%0A", "%09"] {
        let seen = match blank {
            "%20" => "it with a blank behind",
            "%09" => "it with a tab behind",
            _ => "it with a line end behind",
        };
        with(CauseKind::SecretBlank, "the secret as given", seen, format!("{encoded}{blank}&"));
    }
    with(CauseKind::SecretBlank, "the secret as given", "it with a blank before", format!("%20{encoded}&"));
    let trimmed = Zeroizing::new(encoded.clone());
    let mut trimmed = trimmed.as_str();
    while let Some(rest) = ["%20", "%0A", "%0D", "%09"].iter().find_map(|blank| trimmed.strip_suffix(blank)) {
        trimmed = rest;
    }
    while let Some(rest) = ["%20", "%0A", "%0D", "%09"].iter().find_map(|blank| trimmed.strip_prefix(blank)) {
        trimmed = rest;
    }
    let seen = "it without the blanks around it";
    with(CauseKind::SecretBlank, "the secret as given", seen, format!("{trimmed}&"));
    with(CauseKind::SecretWithoutAmpersand, "a key that ends with &", "one that does not", encoded.clone());
    let mut plain = Vec::new();
    crate::lti11::oauth1::decode_percent(encoded.as_bytes(), &mut plain);
    if let Ok(plain) = String::from_utf8(plain) {
        with(CauseKind::SecretNotEncoded, "the secret encoded", "it as it stands", format!("{plain}&"));
        with(CauseKind::SecretWithoutAmpersand, "a key that ends with &", "one that does not", plain);
    }
    if let Some(key) = request.consumer_key() {
        let key = format!("{}&", crate::lti11::oauth1::encode(key));
        with(CauseKind::KeyForSecret, "the secret", "the consumer key in its place", key);
    }
}

fn encodings(start: &Attempt, all: &mut Found) {
    for (kind, encoding, verified, signed) in [
        (CauseKind::PlusForSpace, Encoding::PlusForSpace, "spaces as %20", "spaces as +"),
        (CauseKind::DoubleEncoding, Encoding::Twice, "values encoded once", "values encoded twice"),
        (CauseKind::LowerCaseHex, Encoding::LowerCaseHex, "%2F", "%2f"),
        (CauseKind::TildeEncoded, Encoding::TildeEncoded, "~", "%7E"),
        (CauseKind::MarksNotEncoded, Encoding::MarksNotEncoded, "! * ' ( ) encoded", "them as they stand"),
    ] {
        all.push((Cause::new(kind, verified, signed), Attempt { encoding, ..start.clone() }));
    }
    let latin1 = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).ok()?;
        text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<_>>>()
    };
    let pairs: Vec<_> = start
        .pairs
        .iter()
        .map(|(name, value)| (name.clone(), latin1(value).unwrap_or_else(|| value.clone())))
        .collect();
    if pairs != start.pairs {
        let cause = Cause::new(CauseKind::Latin1, "text in UTF-8", "text in Latin-1");
        all.push((cause, Attempt { pairs, ..start.clone() }));
    }
}

fn others(start: &Attempt, all: &mut Found) {
    let method = match start.method {
        SignatureMethod::HmacSha1 => SignatureMethod::HmacSha256,
        SignatureMethod::HmacSha256 => SignatureMethod::HmacSha1,
    };
    let cause = Cause::new(CauseKind::SignatureMethod, start.method.as_str(), method.as_str());
    all.push((cause, Attempt { method, ..start.clone() }));
    for http_method in ["GET", "POST", "PUT"].into_iter().filter(|method| *method != start.http_method) {
        let cause = Cause::new(CauseKind::HttpMethod, start.http_method.clone(), http_method);
        all.push((cause, Attempt { http_method: http_method.to_owned(), ..start.clone() }));
    }
    for (sorting, signed) in [
        (Sorting::Natural, "2 before 10"),
        (Sorting::ByDecoded, "parameters sorted before they are encoded"),
        (Sorting::Not, "parameters that are not sorted"),
    ] {
        let cause = Cause::new(CauseKind::Sorting, "parameters sorted by their encoded bytes", signed);
        all.push((cause, Attempt { sorting, ..start.clone() }));
    }
    let mut decoded = Vec::new();
    crate::lti11::oauth1::decode_percent(start.signature.as_bytes(), &mut decoded);
    for signature in [String::from_utf8_lossy(&decoded).into_owned(), start.signature.replace(' ', "+")] {
        if signature != start.signature {
            let cause = Cause::new(CauseKind::SignatureEncoding, "the signature as it came", "it encoded otherwise");
            all.push((cause, Attempt { signature, ..start.clone() }));
        }
    }
}
