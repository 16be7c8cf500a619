//! Where unguessable values come from.

/// A source of random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with values that nobody can guess.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails; the login is then refused.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// 128 random bits in hexadecimal, for nonces and states of LTI 1.x.
pub(crate) fn unguessable(random: &dyn Random) -> Result<String, RandomError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// The random source failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes")]
pub struct RandomError;

/// The cryptographic generator of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| RandomError)
    }
}
