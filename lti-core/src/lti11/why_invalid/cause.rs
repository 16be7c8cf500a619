//! One cause, in words for whoever looks after the tool.

use std::fmt;

/// What made the signature another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CauseKind {
    /// `http` and `https`: a proxy ends TLS.
    Scheme,
    /// The port is left out, put in, or another one.
    Port,
    /// Another host: a proxy rewrites the `Host` header, or the platform knows the tool by another name.
    Host,
    /// Part of the path is left out or put in.
    PathPrefix,
    /// A slash at the end of the path.
    TrailingSlash,
    /// The query of the address was not signed.
    QueryLeftOut,
    /// The query of the address was signed twice.
    QueryTwice,
    /// `oauth_callback` was signed, and did not arrive.
    CallbackMissing,
    /// A parameter arrived that was not signed.
    ParameterAdded,
    /// Empty values were not signed.
    EmptyLeftOut,
    /// Line ends are others.
    LineEnds,
    /// The secret of the other side has a blank or a line end more or less.
    SecretBlank,
    /// The secret was not encoded.
    SecretNotEncoded,
    /// The key does not end with `&`.
    SecretWithoutAmpersand,
    /// The consumer key was used for the secret.
    KeyForSecret,
    /// Spaces as `+`.
    PlusForSpace,
    /// Values were encoded twice.
    DoubleEncoding,
    /// Hexadecimal digits in lower case.
    LowerCaseHex,
    /// `~` was encoded.
    TildeEncoded,
    /// `!*'()` were not encoded.
    MarksNotEncoded,
    /// Text in Latin-1.
    Latin1,
    /// Another hash than the one that is announced.
    SignatureMethod,
    /// Another HTTP method.
    HttpMethod,
    /// The parameters were sorted in another way.
    Sorting,
    /// The signature itself was encoded once too often, or not at all.
    SignatureEncoding,
}

impl CauseKind {
    /// What to do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Scheme => {
                "let the proxy send X-Forwarded-Proto, and the tool believe it; or enter the address as users see it"
            }
            Self::Port => "let the proxy pass the Host header on with its port (nginx: $http_host, not $host)",
            Self::Host => "let the proxy pass the Host header on, or launch the host that the tool knows",
            Self::PathPrefix => "let the proxy pass the path on as it comes, or tell the tool which prefix it has",
            Self::TrailingSlash => "enter the launch address with the same slash that the tool serves",
            Self::QueryLeftOut | Self::QueryTwice => {
                "sign each parameter of the address once, beside those of the form"
            }
            Self::CallbackMissing => "post oauth_callback if it is signed; do not add it on receipt",
            Self::ParameterAdded => {
                "sign every field of the form, the submit button's as well, and add none on the way"
            }
            Self::EmptyLeftOut => "sign fields with an empty value as well",
            Self::LineEnds => "sign line ends as browsers post them, CR LF",
            Self::SecretBlank => "enter the secret again on both sides, without a blank or line end around it",
            Self::SecretNotEncoded => {
                "percent-encode the secret before it is the key, or choose one of letters and digits"
            }
            Self::SecretWithoutAmpersand => "end the key with &, although there is no token",
            Self::KeyForSecret => "enter the secret in the field of the secret, and the key in that of the key",
            Self::PlusForSpace => "encode a space as %20 for the signature",
            Self::DoubleEncoding => "encode each value once before the parameters are joined, and the whole once more",
            Self::LowerCaseHex => "write the digits behind % in upper case",
            Self::TildeEncoded => "leave ~ as it is",
            Self::MarksNotEncoded => "encode ! * ' ( and ) as well",
            Self::Latin1 => "encode text as UTF-8",
            Self::SignatureMethod => "announce the method that is used: HMAC-SHA1",
            Self::HttpMethod => "sign for the method that the browser uses, POST",
            Self::Sorting => "sort by encoded name and then by encoded value, byte by byte: 10 before 2",
            Self::SignatureEncoding => "encode the signature once when the form is posted: + as %2B, = as %3D",
        }
    }
}

/// A cause that explains a signature. Its words hold addresses and names of parameters, never values or secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// What is different; several where one alone does not explain it.
    pub kinds: Vec<CauseKind>,
    /// What the receiver verified.
    pub verified: String,
    /// What was signed.
    pub signed: String,
}

impl Cause {
    pub(super) fn new(kind: CauseKind, verified: impl Into<String>, signed: impl Into<String>) -> Self {
        Self { kinds: vec![kind], verified: verified.into(), signed: signed.into() }
    }

    /// Both at once.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.kinds.extend(other.kinds);
        self.verified = format!("{}, and {}", self.verified, other.verified);
        self.signed = format!("{}, and with {}", self.signed, other.signed);
        self
    }

    /// What to do about it.
    pub fn advice(&self) -> String {
        self.kinds.iter().map(|kind| kind.advice()).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use CauseKind::{Host, PathPrefix, Port, Scheme, TrailingSlash};
        let is_address = |kind: &CauseKind| [Scheme, Port, Host, PathPrefix, TrailingSlash].contains(kind);
        let signed = if self.kinds.first().is_some_and(is_address) { "signed for" } else { "signed with" };
        write!(f, "you verified {}, it was {signed} {}: {}", self.verified, self.signed, self.advice())
    }
}
