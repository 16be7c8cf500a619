//! How far an activity and its grading are (LTI AGS 2.0, 3.4.7 and 3.4.8).

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vmeta])* $variant,)*
        }

        impl $name {
            /// All of them, in the order of the text.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Reads the word, letter by letter.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

words! {
    /// How far the user is with the activity.
    ActivityProgress {
        /// Not started, or reset.
        Initialized,
        /// Started.
        Started,
        /// Being drafted.
        InProgress,
        /// Submitted at least once; further submissions may follow.
        Submitted,
        /// Done.
        Completed,
    }
}

words! {
    /// How far the grading is.
    GradingProgress {
        /// Final: the score, if there is one, is the grade.
        FullyGraded,
        /// Not final; nobody needs to do anything.
        Pending,
        /// Not final; somebody has to grade.
        PendingManual,
        /// The grading went wrong.
        Failed,
        /// Nothing is being graded.
        NotReady,
    }
}
