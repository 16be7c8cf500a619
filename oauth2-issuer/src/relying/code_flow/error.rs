//! Why somebody is not signed in.

use crate::Unavailable;
use crate::relying::fetch::FetchError;
use crate::relying::grant::GrantError;
use crate::relying::id_token::IdTokenError;
use crate::relying::issuer::{EndpointError, IssuerId};
use crate::relying::secret::VaultError;

/// Why a login did not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The issuer is switched off, or not for this.
    #[error("the issuer {0} is not enabled for this")]
    NotOffered(IssuerId),
    /// There is no such issuer.
    #[error("there is no issuer {0}")]
    UnknownIssuer(IssuerId),
    /// An endpoint or the client id is missing.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The address to return to is not of this application.
    #[error("the return URL is not an address of this application: expected a path, or one of its own origin")]
    ReturnUrl,
    /// The session has no name.
    #[error("the session has no name to bind the login to")]
    Session,
    /// The machine has no random bytes.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a login did not end well: nobody is signed in. Neither codes nor tokens nor personal data are in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// A parameter that may come once came more often.
    #[error("the parameter {0} came more than once (RFC 6749, 3.1)")]
    Repeated(&'static str),
    /// There is no state, or one that was not made here for this session and this purpose.
    #[error("the state is not one of this session: sign in again")]
    State,
    /// The login took too long.
    #[error("the login began too long ago: sign in again")]
    Late,
    /// The answer came before.
    #[error("this answer was used before: sign in again")]
    Again,
    /// The answer names another issuer, or none although this one names itself (RFC 9207, 2.4).
    #[error("the answer is not from the issuer that was asked (RFC 9207, 2.4)")]
    OtherIssuer,
    /// The issuer says no.
    #[error("the issuer refuses: {code}")]
    Refused {
        /// The error code (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6).
        code: String,
    },
    /// There is neither a code nor an error.
    #[error("the answer has neither a code nor an error (RFC 6749, 4.1.2)")]
    NoCode,
    /// The issuer is gone from the registry, or was switched off.
    #[error("the issuer {0} is not there any more")]
    UnknownIssuer(IssuerId),
    /// There is no token for the code.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The issuer was asked for `openid` and gave no ID token (OpenID Connect Core, 3.1.3.3).
    #[error("the issuer gave no ID token, although openid was granted (OpenID Connect Core, 3.1.3.3)")]
    NoIdToken,
    /// The ID token is not believed.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The claims could not be fetched.
    #[error(transparent)]
    UserInfo(#[from] UserInfoError),
    /// Domains are told, and the e-mail address is of none of them, or is not known to be the person's.
    #[error("expected a verified e-mail address of a domain that may sign in, saw another or none")]
    Domain,
    /// A store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why the `UserInfo` endpoint gave nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UserInfoError {
    /// It could not be asked.
    #[error("the UserInfo endpoint cannot be asked: {0}")]
    Fetch(#[from] FetchError),
    /// It says no.
    #[error("{url} answers {status}")]
    Status {
        /// The endpoint, without credentials, query and fragment.
        url: String,
        /// The status code.
        status: u16,
    },
    /// What came is no JSON object. Signed and encrypted answers are not asked for.
    #[error("{url} does not answer with a JSON object")]
    Shape {
        /// The endpoint, without credentials, query and fragment.
        url: String,
    },
    /// The answer speaks about somebody else, or does not say about whom (OpenID Connect Core, 5.3.2: it must not be used).
    #[error("the UserInfo response is not about the subject of the ID token (OpenID Connect Core, 5.3.2)")]
    Subject,
}
