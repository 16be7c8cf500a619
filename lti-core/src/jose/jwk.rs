//! The members of a public JWK (RFC 7517, RFC 7518, 6), read leniently.

use serde_json::{Map, Value};

use super::base64url;
use super::jwks::SkipReason;

/// Modulus and exponent, big-endian, without leading zeros.
pub(super) struct RsaPublic {
    pub(super) n: Vec<u8>,
    pub(super) e: Vec<u8>,
}

impl RsaPublic {
    /// Reads `n` and `e` of an RSA key.
    pub(super) fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, SkipReason> {
        let n = without_leading_zeros(&bytes(jwk, "n")?).to_vec();
        let e = without_leading_zeros(&bytes(jwk, "e")?).to_vec();
        // An even exponent, or 1, verifies signatures that nobody made.
        if e.is_empty() || e == [1] || e.last().is_some_and(|last| last % 2 == 0) {
            return Err(SkipReason::Malformed("its exponent e is not an odd number above 1"));
        }
        Ok(Self { n, e })
    }

    /// Reads the structure `RSAPublicKey` of RFC 8017, A.1.1.
    pub(super) fn from_pkcs1_der(der: &[u8]) -> Option<Self> {
        let (sequence, _) = der_value(der, 0x30)?;
        let (n, rest) = der_value(sequence, 0x02)?;
        let (e, _) = der_value(rest, 0x02)?;
        Some(Self { n: without_leading_zeros(n).to_vec(), e: without_leading_zeros(e).to_vec() })
    }

    /// The length of the modulus in bits.
    pub(super) fn bits(&self) -> usize {
        let leading = self.n.first().map_or(0, |byte| byte.leading_zeros() as usize);
        (self.n.len() * 8).saturating_sub(leading)
    }
}

/// One DER element with this tag: its content, and what follows it.
fn der_value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (long, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if long.len() > 4 {
            return None;
        }
        length = long.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        rest = after;
    }
    rest.split_at_checked(length)
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    &bytes[start..]
}

/// The coordinates of an uncompressed point (SEC 1, 2.3.3).
pub(super) fn uncompressed_point(point: &[u8], coordinate: usize) -> Option<(&[u8], &[u8])> {
    let (&form, rest) = point.split_first()?;
    (form == 4 && rest.len() == 2 * coordinate).then(|| rest.split_at(coordinate))
}

/// The point that the members `x` and `y` name, uncompressed.
pub(super) fn ec_point(jwk: &Map<String, Value>, coordinate: usize) -> Result<Vec<u8>, SkipReason> {
    let mut point = vec![4];
    for name in ["x", "y"] {
        let value = bytes(jwk, name)?;
        let value = without_leading_zeros(&value);
        if value.len() > coordinate {
            return Err(SkipReason::Malformed("a coordinate is longer than the field of its curve"));
        }
        // RFC 7518, 6.2.1.2 wants the full length; some writers drop leading zeros.
        point.resize(point.len() + coordinate - value.len(), 0);
        point.extend_from_slice(value);
    }
    Ok(point)
}

fn bytes(jwk: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, SkipReason> {
    let text = jwk.get(name).ok_or(SkipReason::MemberMissing(name))?;
    let text = text.as_str().ok_or(SkipReason::MemberMalformed(name))?;
    base64url::decode_lenient(text).map_err(|_| SkipReason::MemberMalformed(name))
}

/// The member `name` when it is there as a string.
pub(super) fn text<'a>(jwk: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, SkipReason> {
    match jwk.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(SkipReason::MemberMalformed(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::{RsaPublic, der_value, uncompressed_point, without_leading_zeros};

    #[test]
    fn lengths_are_counted_in_bits() {
        let key = RsaPublic { n: vec![0x01, 0xff], e: vec![3] };
        assert_eq!(key.bits(), 9);
        assert_eq!(RsaPublic { n: vec![], e: vec![3] }.bits(), 0);
    }

    #[test]
    fn der_never_reads_past_its_end() {
        assert_eq!(der_value(&[2, 1, 7, 9], 2), Some(([7].as_slice(), [9].as_slice())));
        for der in [&[][..], &[2], &[2, 2, 0], &[2, 0x82, 1], &[2, 0x85, 0, 0, 0, 0, 1], &[3, 1, 7]] {
            assert_eq!(der_value(der, 2), None, "{der:?}");
        }
    }

    #[test]
    fn points_have_a_form_and_a_length() {
        assert!(uncompressed_point(&[4, 1, 2], 1).is_some());
        assert!(uncompressed_point(&[2, 1, 2], 1).is_none());
        assert!(uncompressed_point(&[4, 1], 1).is_none());
        assert!(without_leading_zeros(&[0, 0]).is_empty());
    }
}
