//! Names of custom parameters (LTI 1.1 Implementation Guide, section 3: names "are mapped").

use std::borrow::Cow;

/// The name that a platform sends for a custom parameter, without `custom_`: lower case, and `_` for everything that is
/// neither an ASCII letter nor an ASCII digit.
///
/// What the guide means by a letter beyond ASCII is open. Here each character becomes one `_`; a platform that folds byte
/// by byte sends more of them.
///
/// ```
/// use lti_core::lti11::launch::fold_custom_name;
/// assert_eq!(fold_custom_name("Review:Chapter"), "review_chapter");
/// assert_eq!(fold_custom_name("Complex!@#$^*(){}[]KEY"), "complex____________key");
/// ```
pub fn fold_custom_name(name: &str) -> Cow<'_, str> {
    let is_folded = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.chars().all(is_folded) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect())
}

#[cfg(test)]
mod tests {
    use super::fold_custom_name;

    #[test]
    fn each_character_becomes_one_and_a_folded_name_stays() {
        for (name, folded) in
            [("a b", "a_b"), ("", ""), ("Ünï", "_n_"), ("日本", "__"), ("a__9", "a__9"), ("A-1.2", "a_1_2")]
        {
            assert_eq!(fold_custom_name(name), folded);
            assert_eq!(fold_custom_name(&fold_custom_name(name)), folded);
        }
    }
}
