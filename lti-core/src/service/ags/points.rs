//! Points, as numbers that cannot be wrong.

use serde::{Serialize, Serializer};

/// Why a number is no points.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PointsFault {
    /// Infinite, or no number.
    #[error("expected a finite number, saw {0}")]
    Infinite(f64),
    /// Negative.
    #[error("expected 0 or more points, saw {0}")]
    Negative(f64),
    /// 0 where something greater is needed.
    #[error("expected a maximum greater than 0, saw {0}")]
    NotPositive(f64),
}

/// The points that can be reached: finite and greater than 0 (LTI AGS 2.0, 3.2.8 and 3.3.4.6).
///
/// ```
/// use lti_core::service::ags::MaximumPoints;
/// assert_eq!(MaximumPoints::new(60.0)?.get(), 60.0);
/// assert!(MaximumPoints::new(0.0).is_err() && MaximumPoints::new(f64::NAN).is_err());
/// # Ok::<(), lti_core::service::ags::PointsFault>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MaximumPoints(f64);

impl MaximumPoints {
    /// One point: the maximum of a normalised score, and of a result that names none.
    pub const ONE: Self = Self(1.0);

    /// Takes a finite number greater than 0.
    ///
    /// # Errors
    /// [`PointsFault::Infinite`] or [`PointsFault::NotPositive`].
    pub fn new(points: f64) -> Result<Self, PointsFault> {
        if !points.is_finite() {
            return Err(PointsFault::Infinite(points));
        }
        if points > 0.0 { Ok(Self(points)) } else { Err(PointsFault::NotPositive(points)) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// The points that somebody has: finite, 0 or greater, and possibly more than the maximum (LTI AGS 2.0, 3.4.4).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct GivenPoints(f64);

impl GivenPoints {
    /// No points, which is a grade.
    pub const ZERO: Self = Self(0.0);

    /// Takes a finite number, 0 or greater.
    ///
    /// # Errors
    /// [`PointsFault::Infinite`] or [`PointsFault::Negative`].
    pub fn new(points: f64) -> Result<Self, PointsFault> {
        if !points.is_finite() {
            return Err(PointsFault::Infinite(points));
        }
        // Adding 0 makes -0 plain 0.
        if points >= 0.0 { Ok(Self(points + 0.0)) } else { Err(PointsFault::Negative(points)) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Serialize for MaximumPoints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self.0, serializer)
    }
}

impl Serialize for GivenPoints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self.0, serializer)
    }
}

/// Whole numbers are written as such: some receivers take `60.0` for something else than `60`.
pub(super) fn write<S: Serializer>(points: f64, serializer: S) -> Result<S::Ok, S::Error> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if points.fract() == 0.0 && points.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number within 53 bits")]
        serializer.serialize_i64(points as i64)
    } else {
        serializer.serialize_f64(points)
    }
}
