//! Reading forms (`application/x-www-form-urlencoded`, RFC 5849, 3.4.1.3.1).
//!
//! This is a good part of what the verification of a launch costs, so no byte is looked at one by one but those that are
//! more than themselves: these are marked first, many at once; then what is between them is copied in steps of one size.
//! Whether a name or value has to be encoded again to be signed comes out of the same pass.

use super::encode::{escape_at, is_unreserved};

/// As many bytes as are copied in one step: most names and values are no longer.
type Step = u128;
const STEP: usize = size_of::<Step>();

/// Where name and value of a pair are in the text, and whether they are plain.
pub(super) struct Pair {
    pub(super) name: usize,
    pub(super) value: usize,
    pub(super) end: usize,
    pub(super) plain: Plain,
}

/// Whether every byte of a name, and of its value, stands for itself when it is encoded: then nothing has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) name: bool,
    pub(super) value: bool,
}

/// Appends the decoded names and values to `text`, one behind the other, and tells `found` of every pair.
pub(super) fn read_pairs(form: &[u8], text: &mut Vec<u8>, mut found: impl FnMut(Pair)) {
    let marks = mark_reserved(form);
    let (mut from, mut to) = (0, text.len());
    // Nothing is longer when it is decoded; and a step is copied as a whole, though all of it need not count.
    text.resize(to + form.len() + STEP, 0);
    let mut pair = Open { name: to, named: None, plain: true };
    // As if there were a `&` behind the end: the last pair ends like the others.
    while from <= form.len() {
        let step = step_at(form, from);
        text[to..to + STEP].copy_from_slice(&step);
        let run = unreserved_run(&marks, from);
        (from, to) = (from + run, to + run);
        // None where all of the step stands for itself.
        let Some(byte) = step.get(run) else { continue };
        match *byte {
            b'&' => {
                if let Some(pair) = pair.close(to) {
                    found(pair);
                }
                pair = Open { name: to, named: None, plain: true };
                from += 1;
                continue;
            }
            b'=' if pair.named.is_none() => {
                pair = Open { name: pair.name, named: Some((to, pair.plain)), plain: true };
                from += 1;
                continue;
            }
            b'%' => {
                let before = from;
                // They come in rows, where text is not ASCII.
                while let Some(byte) = escape_at(form, from) {
                    text[to] = byte;
                    pair.plain &= is_unreserved(byte);
                    (from, to) = (from + 3, to + 1);
                }
                if from > before {
                    continue;
                }
            }
            b'+' => text[to] = b' ',
            // It was copied with the step.
            _ => {}
        }
        pair.plain = false;
        (from, to) = (from + 1, to + 1);
    }
    text.truncate(to);
}

/// A pair that is being read.
struct Open {
    name: usize,
    /// Where the value begins, once there was a `=`, and whether the name is plain.
    named: Option<(usize, bool)>,
    /// Whether all that was read is plain: of the value, or of the name before there is one.
    plain: bool,
}

impl Open {
    /// The pair that ends here. Between two `&` there is none; a `=` alone is one.
    fn close(&self, end: usize) -> Option<Pair> {
        match self.named {
            Some((value, name_plain)) => {
                Some(Pair { name: self.name, value, end, plain: Plain { name: name_plain, value: self.plain } })
            }
            None if end == self.name => None,
            None => Some(Pair { name: self.name, value: end, end, plain: Plain { name: self.plain, value: true } }),
        }
    }
}

/// The bytes of the next step, with `&` behind the end of the form.
fn step_at(form: &[u8], from: usize) -> [u8; STEP] {
    let rest = form.get(from..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut step = [b'&'; STEP];
        step[..rest.len()].copy_from_slice(rest);
        step
    })
}

/// A 1 for each byte that does not stand for itself, and for a step behind the end. This is [`is_unreserved`] without a
/// table and without a branch: compilers make operations of it that work on many bytes at once.
fn mark_reserved(form: &[u8]) -> Vec<u8> {
    let mut marks = Vec::with_capacity(form.len() + STEP);
    marks.extend(form.iter().map(|byte| {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        let sign = *byte == b'-' || *byte == b'.' || *byte == b'_' || *byte == b'~';
        u8::from(!(letter || digit || sign))
    }));
    marks.extend([1; STEP]);
    marks
}

/// How many bytes from here on stand for themselves.
fn unreserved_run(marks: &[u8], from: usize) -> usize {
    let marks = marks.get(from..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
    Step::from_le_bytes(marks).trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::encode::{decode_into, is_plain, is_unreserved};
    use super::{Plain, STEP, mark_reserved, read_pairs};

    type Read = Vec<(Vec<u8>, Vec<u8>, Plain)>;

    fn read(form: &[u8]) -> Read {
        let (mut text, mut pairs) = (b"before".to_vec(), Vec::new());
        read_pairs(form, &mut text, |pair| pairs.push(pair));
        assert_eq!(pairs.last().map_or(6, |pair| pair.end), text.len());
        let read = |pair: &super::Pair| {
            (text[pair.name..pair.value].to_vec(), text[pair.value..pair.end].to_vec(), pair.plain)
        };
        pairs.iter().map(read).collect()
    }

    /// The same, one thing after the other.
    fn read_slowly(form: &[u8]) -> Read {
        let decoded = |part: &[u8]| {
            let mut out = Vec::new();
            decode_into(part, true, &mut out);
            out
        };
        let pairs = form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        let parts = pairs.map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()].map(decoded)
        });
        parts
            .map(|[name, value]| {
                let plain = Plain { name: is_plain(&name), value: is_plain(&value) };
                (name, value, plain)
            })
            .collect()
    }

    #[test]
    fn what_is_marked_is_what_has_to_be_encoded() {
        let all: Vec<u8> = (0..=255).collect();
        let marks = mark_reserved(&all);
        assert!(all.iter().zip(&marks).all(|(byte, mark)| (*mark == 0) == is_unreserved(*byte)));
        assert_eq!(marks[256..], [1; STEP]);
    }

    #[test]
    fn pairs_are_the_same_wherever_a_step_ends() {
        for long in 0..3 * STEP {
            let long = "n".repeat(long);
            for rest in
                ["", "=", "%41%2B", "%e3%81%82=%4", "%", "%4", "+=+", "=%zz&", "&&=&b", "=a=b~&c%26=/", "\u{e9}=:"]
            {
                let form = format!("{long}{rest}");
                assert_eq!(read(form.as_bytes()), read_slowly(form.as_bytes()), "{form}");
            }
        }
    }

    proptest! {
        #[test]
        fn pairs_are_those_that_are_read_one_after_the_other(form in "([a-zA-F0-9~_:%&=+]|%[0-9a-fA-F]{2}|\\PC|[a-z_]{14}){0,60}") {
            prop_assert_eq!(read(form.as_bytes()), read_slowly(form.as_bytes()));
        }

        #[test]
        fn no_bytes_are_refused(form in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(read(&form), read_slowly(&form));
        }
    }
}
