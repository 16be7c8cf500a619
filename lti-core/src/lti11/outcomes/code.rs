//! What a response says about how it went: open lists, unknown values kept.

use std::fmt;

macro_rules! open {
    ($(#[$meta:meta])* $name:ident: $($(#[$vmeta:meta])* $variant:ident = $text:literal,)*) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* $variant,)*
            /// A value that the list does not have, kept as it stands.
            Unknown(String),
        }

        impl $name {
            /// Reads a value; upper and lower case and blanks around it are not told apart.
            pub fn parse(text: &str) -> Self {
                match text.trim().to_ascii_lowercase().as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text.trim().to_owned()),
                }
            }

            /// The value as it is written.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

open! {
    /// `imsx_codeMajor`: whether it worked.
    CodeMajor:
    /// It was done.
    Success = "success",
    /// It was taken and will be done.
    Processing = "processing",
    /// It was not done.
    Failure = "failure",
    /// The service does not know the operation; one passage of the guide says `unimplemented`.
    Unsupported = "unsupported",
    /// The other word for it.
    Unimplemented = "unimplemented",
}

open! {
    /// `imsx_severity`.
    Severity:
    /// Nothing to worry about.
    Status = "status",
    /// Something to look at.
    Warning = "warning",
    /// An error.
    Error = "error",
}

open! {
    /// `imsx_codeMinorFieldValue`: what exactly happened.
    CodeMinor:
    /// All of it was done.
    FullSuccess = "fullsuccess",
    /// There are no sourcedids.
    NoSourcedIds = "nosourcedids",
    /// An identifier was given out.
    IdAlloc = "idalloc",
    /// There is too much.
    OverflowFail = "overflowfail",
    /// The identifier is in use.
    IdAllocInUseFail = "idallocinusefail",
    /// The data are invalid.
    InvalidData = "invaliddata",
    /// The data are incomplete.
    IncompleteData = "incompletedata",
    /// Some of the data were stored.
    PartialDataStorage = "partialdatastorage",
    /// The service does not know the object.
    UnknownObject = "unknownobject",
    /// It could not be deleted.
    DeleteFailure = "deletefailure",
    /// It could not be read.
    TargetReadFailure = "targetreadfailure",
    /// There is something wrong with the save point.
    SavepointError = "savepointerror",
    /// The save points do not agree.
    SavepointSyncError = "savepointsyncerror",
    /// The query is unknown.
    UnknownQuery = "unknownquery",
    /// The vocabulary is unknown.
    UnknownVocab = "unknownvocab",
    /// The service is busy.
    TargetIsBusy = "targetisbusy",
    /// The extension is unknown.
    UnknownExtension = "unknownextension",
    /// The sender may not do this.
    UnauthorizedRequest = "unauthorizedrequest",
    /// The connection failed.
    LinkFailure = "linkfailure",
    /// The service does not do this.
    Unsupported = "unsupported",
}

#[cfg(test)]
mod tests {
    use super::{CodeMajor, CodeMinor, Severity};

    #[test]
    fn values_are_read_leniently_and_strangers_kept() {
        assert_eq!(CodeMajor::parse(" Success\n"), CodeMajor::Success);
        assert_eq!(Severity::parse("status").as_str(), "status");
        assert_eq!(CodeMinor::parse("unknownobject"), CodeMinor::UnknownObject);
        assert_eq!(CodeMajor::parse("Done"), CodeMajor::Unknown("Done".into()));
        assert_eq!(CodeMajor::parse("Done").as_str(), "Done");
    }
}
