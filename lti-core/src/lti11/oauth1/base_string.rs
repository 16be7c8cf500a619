//! What a signature covers (RFC 5849, 3.4.1).

use super::encode::{ascii, encode_into, encode_twice_into};
use super::parameters::Signed;
use super::{BaseUri, InvalidUrl, Parameters, Source};

/// The signature base string of a request: its method, the address without query, and all parameters of query and form
/// together, sorted by their encoded names and values. `oauth_signature` is left out by itself.
///
/// `parameters` are those that do not stand in the query of `url`.
///
/// # Errors
/// [`InvalidUrl`] when the address is none that a request can go to.
///
/// ```
/// use lti_core::lti11::oauth1::{Parameters, base_string};
/// let form = Parameters::from_form(b"b=2&a=x+y");
/// assert_eq!(
///     base_string("post", "https://Tool.example/?c=1", &form)?,
///     "POST&https%3A%2F%2Ftool.example%2F&a%3Dx%2520y%26b%3D2%26c%3D1",
/// );
/// # Ok::<(), lti_core::lti11::oauth1::InvalidUrl>(())
/// ```
pub fn base_string(method: &str, url: &str, parameters: &Parameters) -> Result<String, InvalidUrl> {
    let (uri, query) = BaseUri::parse(url)?;
    let mut out = Vec::new();
    match query {
        None => write_base_string(method, &uri, parameters, &mut out),
        Some(query) => {
            let mut all = parameters.clone();
            all.extend_from_form(Source::Query, query.as_bytes());
            write_base_string(method, &uri, &all, &mut out);
        }
    }
    Ok(ascii(out))
}

/// As [`base_string`], of parameters that are collected from everywhere already.
pub(crate) fn write_base_string(method: &str, uri: &BaseUri, parameters: &Parameters, out: &mut Vec<u8>) {
    out.reserve(method.len() + 2 * uri.as_str().len() + 2 * parameters.decoded_len() + 8 * parameters.len());
    encode_into(method.to_ascii_uppercase().as_bytes(), out);
    out.push(b'&');
    encode_into(uri.as_str().as_bytes(), out);
    out.push(b'&');
    let mut separator: &[u8] = b"";
    for Signed { name, value, plain } in parameters.sorted() {
        out.extend_from_slice(separator);
        separator = b"%26";
        write_part(name, plain.name, out);
        out.extend_from_slice(b"%3D");
        write_part(value, plain.value, out);
    }
}

/// A name or a value. Most are plain, and copied as they are.
fn write_part(part: &[u8], plain: bool, out: &mut Vec<u8>) {
    if plain {
        out.extend_from_slice(part);
    } else {
        encode_twice_into(part, out);
    }
}
