//! Rows as they lie in the file, read into what they mean.

use lti_core::service::ServiceTime;
use lti_core::service::ags::{LineItem, Score};
use oauth2_issuer::Unavailable;
use serde::Serialize;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::super::model::{KeptLineItem, LineItemId};

const NANOSECONDS: i128 = 1_000_000_000;

/// A line item or a score as it is kept.
pub(super) fn json(value: &impl Serialize) -> Result<String, Unavailable> {
    serde_json::to_string(value).map_err(|error| Unavailable::new(format!("the gradebook: {error}")))
}

/// Reads the columns `id, definition`.
pub(super) fn line_item(row: &SqliteRow) -> Result<KeptLineItem, sqlx::Error> {
    let definition: String = row.try_get(1)?;
    let definition = LineItem::read(definition.as_bytes()).lenient().map_err(spoilt)?;
    Ok(KeptLineItem::new(LineItemId::new(row.try_get(0)?), definition))
}

/// Reads the column `score`, which is the first.
pub(super) fn score(row: &SqliteRow) -> Result<Score, sqlx::Error> {
    let score: String = row.try_get(0)?;
    Score::read(score.as_bytes()).lenient().map_err(spoilt)
}

/// A moment as whole seconds and the nanoseconds behind them: compared one after the other, they compare the moments.
pub(super) fn parts(moment: ServiceTime) -> Result<(i64, i64), Unavailable> {
    let nanoseconds = moment.as_unix_nanos();
    let part = |value: i128| {
        i64::try_from(value).map_err(|error| Unavailable::new(format!("the gradebook: a time stamp: {error}")))
    };
    Ok((part(nanoseconds.div_euclid(NANOSECONDS))?, part(nanoseconds.rem_euclid(NANOSECONDS))?))
}

/// Reads the columns `seconds, nanoseconds`.
pub(super) fn moment(row: &SqliteRow) -> Result<ServiceTime, sqlx::Error> {
    let (seconds, nanoseconds): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    ServiceTime::from_unix_nanos(i128::from(seconds) * NANOSECONDS + i128::from(nanoseconds)).map_err(spoilt)
}

/// Something else wrote to these tables.
fn spoilt(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
