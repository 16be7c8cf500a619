//! What a launch says about the user (OpenID Connect Core 1.0, 5.1; LTI Core 1.3, 5.3.6).

use std::fmt;

use serde::ser::SerializeMap;

/// Name and address of the user, as far as the platform gives them. All of it is optional.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// Full name in displayable form.
    pub name: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// E-mail address. It names no user: users are told apart by `sub` alone (LTI Core 1.3, 3.3).
    pub email: Option<String>,
    /// Address of a picture.
    pub picture: Option<String>,
    /// Language, as BCP 47 writes it.
    pub locale: Option<String>,
}

impl Person {
    fn members(&self) -> [(&'static str, Option<&String>); 7] {
        [
            ("name", self.name.as_ref()),
            ("given_name", self.given_name.as_ref()),
            ("family_name", self.family_name.as_ref()),
            ("middle_name", self.middle_name.as_ref()),
            ("email", self.email.as_ref()),
            ("picture", self.picture.as_ref()),
            ("locale", self.locale.as_ref()),
        ]
    }

    /// Whether any of it leads to a person; the language alone does not.
    pub fn is_identified(&self) -> bool {
        self.members().iter().any(|(name, value)| *name != "locale" && value.is_some())
    }

    pub(crate) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for (name, value) in self.members() {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Person {
    /// Which members are there, never their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person ")?;
        let present = self.members().into_iter().filter(|(_, value)| value.is_some());
        f.debug_set().entries(present.map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Person;

    #[test]
    fn debug_shows_no_person() {
        let person = Person { name: Some("Hanako".into()), email: Some("h@example".into()), ..Person::default() };
        assert_eq!(format!("{person:?}"), r#"Person {"name", "email"}"#);
        assert!(person.is_identified());
        assert!(!Person { locale: Some("ja".into()), ..Person::default() }.is_identified());
    }
}
