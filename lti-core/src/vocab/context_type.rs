//! Context types (LTI Core 1.3, A.1).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const PREFIX: &str = "http://purl.imsglobal.org/vocab/lis/v2/course#";
const OLD_PREFIX: &str = "urn:lti:context-type:ims/lis/";

/// What kind of context a launch comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ContextType {
    /// A template that courses are made from.
    CourseTemplate,
    /// A course as it is offered in a term.
    CourseOffering,
    /// A section of a course: what a learning platform calls a course as a rule.
    CourseSection,
    /// A group of people.
    Group,
    /// A type of somebody's own, or a misspelt one, kept as it stands.
    Unknown(String),
}

impl ContextType {
    /// Reads a type: the full URI, or the deprecated simple name or URN of A.1.
    ///
    /// ```
    /// use lti_core::vocab::ContextType;
    /// assert_eq!(ContextType::parse("CourseSection"), ContextType::CourseSection);
    /// assert_eq!(
    ///     ContextType::CourseSection.as_str(),
    ///     "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"
    /// );
    /// ```
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        let name = text.as_ref();
        match name.strip_prefix(PREFIX).or_else(|| name.strip_prefix(OLD_PREFIX)).unwrap_or(name) {
            "CourseTemplate" => Self::CourseTemplate,
            "CourseOffering" => Self::CourseOffering,
            "CourseSection" => Self::CourseSection,
            "Group" => Self::Group,
            _ => Self::Unknown(text.into()),
        }
    }

    /// The full URI; an unknown type as it came.
    pub fn as_str(&self) -> &str {
        match self {
            Self::CourseTemplate => "http://purl.imsglobal.org/vocab/lis/v2/course#CourseTemplate",
            Self::CourseOffering => "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering",
            Self::CourseSection => "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection",
            Self::Group => "http://purl.imsglobal.org/vocab/lis/v2/course#Group",
            Self::Unknown(text) => text,
        }
    }

    /// Whether appendix A.1 knows the type.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl fmt::Display for ContextType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ContextType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ContextType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::ContextType;

    #[test]
    fn every_spelling_of_a_known_type_is_read_and_the_uri_written() {
        for name in ["CourseTemplate", "CourseOffering", "CourseSection", "Group"] {
            let uri = format!("http://purl.imsglobal.org/vocab/lis/v2/course#{name}");
            for text in [name.to_owned(), uri.clone(), format!("urn:lti:context-type:ims/lis/{name}")] {
                let read = ContextType::parse(text);
                assert!(read.is_known());
                assert_eq!(read.as_str(), uri);
            }
        }
    }

    #[test]
    fn unknown_types_are_kept_as_they_stand() {
        for text in ["", "coursesection", "http://purl.imsglobal.org/vocab/lis/v2/course#CourseGroup"] {
            assert_eq!(ContextType::parse(text), ContextType::Unknown(text.to_owned()));
        }
    }
}
