//! Scores: decimals from 0.0 to 1.0 with a dot (LTI 1.1 Implementation Guide, 6.1.1).

use std::fmt;

/// A score from 0.0 to 1.0. A value of the type is the proof.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(f64);

/// Why a text or number is no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// There is none.
    #[error("the score is empty: expected a decimal from 0.0 to 1.0")]
    Empty,
    /// It is not a number, or it has a comma.
    #[error("the score is no decimal with a dot, as the language en writes it")]
    NotANumber,
    /// It is a number, and not from 0.0 to 1.0.
    #[error("the score is not from 0.0 to 1.0")]
    OutOfRange,
}

impl Score {
    /// A score by its value.
    ///
    /// # Errors
    /// It is not from 0.0 to 1.0, or not a number.
    pub fn new(value: f64) -> Result<Self, ScoreError> {
        if value.is_nan() {
            return Err(ScoreError::NotANumber);
        }
        // a negative zero is written as zero
        if (0.0..=1.0).contains(&value) { Ok(Self(value.abs())) } else { Err(ScoreError::OutOfRange) }
    }

    /// Reads a score; blanks around it are dropped.
    ///
    /// # Errors
    /// [`ScoreError`]; neither a comma nor words such as `NaN` make a number.
    ///
    /// ```
    /// use lti_core::lti11::outcomes::{Score, ScoreError};
    /// assert_eq!(Score::parse("0.92").map(Score::value), Ok(0.92));
    /// assert_eq!(Score::parse("0,92"), Err(ScoreError::NotANumber));
    /// assert_eq!(Score::parse("1.01"), Err(ScoreError::OutOfRange));
    /// ```
    pub fn parse(text: &str) -> Result<Self, ScoreError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ScoreError::Empty);
        }
        let is_decimal = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E');
        if !text.chars().all(is_decimal) {
            return Err(ScoreError::NotANumber);
        }
        text.parse().map_err(|_| ScoreError::NotANumber).and_then(Self::new)
    }

    /// The value, from 0.0 to 1.0.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Score {
    /// A decimal with a dot and no exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.fract() == 0.0 { write!(f, "{:.1}", self.0) } else { write!(f, "{}", self.0) }
    }
}

/// `resultScore` as it stands: what was sent, before anybody decides whether it is a score.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultScore {
    /// `language`; `en` where the formatting of the decimal is meant.
    pub language: Option<String>,
    /// `textString`; empty in the answer to a read means that there is no score.
    pub text: String,
}

impl ResultScore {
    /// A score, in the formatting of the language `en`.
    pub fn new(score: Score) -> Self {
        Self { language: Some("en".to_owned()), text: score.to_string() }
    }

    /// No score yet: an empty text.
    pub fn none() -> Self {
        Self { language: Some("en".to_owned()), text: String::new() }
    }

    /// The score.
    ///
    /// # Errors
    /// [`ScoreError`]: the service must check and must fail then (6.1.1).
    pub fn score(&self) -> Result<Score, ScoreError> {
        Score::parse(&self.text)
    }
}

impl fmt::Debug for ResultScore {
    /// Whether there is a score, and not which.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultScore").field("is_empty", &self.text.is_empty()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Score, ScoreError};

    #[test]
    fn only_decimals_from_zero_to_one_are_scores() {
        for (text, value) in
            [("0", 0.0), ("1", 1.0), ("0.0", 0.0), ("1.0", 1.0), (" .5\n", 0.5), ("-0", 0.0), ("5e-1", 0.5)]
        {
            assert_eq!(Score::parse(text).map(Score::value), Ok(value), "{text}");
        }
        for (text, error) in [
            ("", ScoreError::Empty),
            (" ", ScoreError::Empty),
            ("smurf", ScoreError::NotANumber),
            ("NaN", ScoreError::NotANumber),
            ("inf", ScoreError::NotANumber),
            ("0,5", ScoreError::NotANumber),
            ("0.5.1", ScoreError::NotANumber),
            ("e", ScoreError::NotANumber),
            ("\u{ff10}.5", ScoreError::NotANumber),
            ("42", ScoreError::OutOfRange),
            ("-0.1", ScoreError::OutOfRange),
            ("1.1", ScoreError::OutOfRange),
            ("1e400", ScoreError::OutOfRange),
        ] {
            assert_eq!(Score::parse(text), Err(error), "{text}");
        }
        assert_eq!(Score::new(f64::NAN), Err(ScoreError::NotANumber));
    }

    #[test]
    fn a_score_is_written_with_a_dot_and_without_an_exponent() {
        for (value, text) in [(0.0, "0.0"), (1.0, "1.0"), (0.92, "0.92"), (1e-7, "0.0000001"), (-0.0, "0.0")] {
            assert_eq!(Score::new(value).map(|score| score.to_string()), Ok(text.to_owned()));
        }
    }
}
