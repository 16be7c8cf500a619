//! From the claims of an issuer to the fields of a local account.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::claim_path::{ClaimPath, ClaimPathError};

/// A field of a local account, by the name that Moodle gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LocalField {
    /// What somebody signs in with.
    Username,
    /// The given name.
    FirstName,
    /// The middle name.
    MiddleName,
    /// The family name.
    LastName,
    /// Another name, by which somebody is called.
    AlternateName,
    /// The e-mail address.
    Email,
    /// The address of a picture.
    Picture,
    /// The postal address, in one text.
    Address,
    /// The telephone number.
    Phone1,
    /// The language.
    Lang,
    /// The time zone.
    Timezone,
    /// A number that another system knows the person by.
    IdNumber,
    /// Another field.
    Other(String),
}

const FIELDS: [(&str, LocalField); 12] = [
    ("username", LocalField::Username),
    ("firstname", LocalField::FirstName),
    ("middlename", LocalField::MiddleName),
    ("lastname", LocalField::LastName),
    ("alternatename", LocalField::AlternateName),
    ("email", LocalField::Email),
    ("picture", LocalField::Picture),
    ("address", LocalField::Address),
    ("phone1", LocalField::Phone1),
    ("lang", LocalField::Lang),
    ("timezone", LocalField::Timezone),
    ("idnumber", LocalField::IdNumber),
];

impl LocalField {
    /// Reads a name; one that is not listed here is kept.
    pub fn parse(name: &str) -> Self {
        let known = FIELDS.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, field)| field.clone())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        if let Self::Other(name) = self {
            return name;
        }
        FIELDS.iter().find(|(_, field)| field == self).map_or("", |(name, _)| name)
    }
}

impl fmt::Display for LocalField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which claim fills which field. Of several lines for one field the first that has a value counts.
///
/// As text it has a line for each: the claim, a space, the field.
///
/// ```
/// use oauth2_issuer::relying::issuer::{FieldMapping, LocalField};
/// use serde_json::json;
/// let mapping: FieldMapping = "given_name firstname\nemails[0]-value email".parse()?;
/// let claims = json!({ "sub": "7", "given_name": "Ada", "emails": [{ "value": "ada@school.example" }] });
/// let user = mapping.apply(claims.as_object().unwrap());
/// assert_eq!(user.get(&LocalField::Email), Some("ada@school.example"));
/// # Ok::<(), oauth2_issuer::relying::issuer::MappingError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldMapping {
    lines: Vec<(ClaimPath, LocalField)>,
}

/// Why a text is no mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The claim cannot be read.
    #[error("line {line} of the field mapping: {reason}")]
    Claim {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: ClaimPathError,
    },
    /// There are not two words.
    #[error("line {line} of the field mapping: expected a claim, a space and a field")]
    Line {
        /// The line, from 1.
        line: usize,
    },
}

impl FieldMapping {
    /// No lines.
    pub const fn empty() -> Self {
        Self { lines: Vec::new() }
    }

    /// The defaults for the standard claims of OpenID Connect Core, 5.1.
    ///
    /// They are those of Moodle, with two differences. Moodle maps a claim `phone`, which no OpenID text knows: the
    /// standard claim is `phone_number`, so that one comes first here and `phone` stands behind it. And `address` is an
    /// object in OpenID Connect (5.1.1): its `formatted` member, or its parts in one line, fill the field.
    pub fn openid() -> Self {
        let mut mapping = Self::default();
        for (claim, field) in [
            ("given_name", LocalField::FirstName),
            ("middle_name", LocalField::MiddleName),
            ("family_name", LocalField::LastName),
            ("email", LocalField::Email),
            ("nickname", LocalField::AlternateName),
            ("picture", LocalField::Picture),
            ("address", LocalField::Address),
            ("phone_number", LocalField::Phone1),
            ("phone", LocalField::Phone1),
            ("locale", LocalField::Lang),
        ] {
            mapping.add(ClaimPath::member(claim), field);
        }
        mapping
    }

    /// Adds a line at the end.
    pub fn add(&mut self, claim: ClaimPath, field: LocalField) {
        self.lines.push((claim, field));
    }

    /// The lines, in their order.
    pub fn lines(&self) -> &[(ClaimPath, LocalField)] {
        &self.lines
    }

    /// Whether some claim is mapped to this field.
    pub fn fills(&self, field: &LocalField) -> bool {
        self.lines.iter().any(|(_, filled)| filled == field)
    }

    /// What the claims fill.
    pub fn apply(&self, claims: &Map<String, Value>) -> MappedUser {
        let mut user = MappedUser {
            subject: claims.get("sub").and_then(Value::as_str).map(ToOwned::to_owned),
            email_verified: claims.get("email_verified").and_then(truth),
            ..MappedUser::default()
        };
        for (claim, field) in &self.lines {
            if user.fields.contains_key(field) {
                continue;
            }
            match claim.text(claims) {
                Some(text) => {
                    user.fields.insert(field.clone(), text);
                }
                None => user.missing.push(MissingField { claim: claim.to_string(), field: field.clone() }),
            }
        }
        let fields = &user.fields;
        user.missing.retain(|missing| !fields.contains_key(&missing.field));
        user
    }
}

/// Some issuers write the truth as a string.
fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

impl FromStr for FieldMapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let mut mapping = Self::default();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line_number = index + 1;
            // The field is the last word: the name of a claim may hold spaces.
            let (claim, field) = line.trim().rsplit_once(' ').ok_or(MappingError::Line { line: line_number })?;
            let claim = claim.trim_end().parse().map_err(|reason| MappingError::Claim { line: line_number, reason })?;
            mapping.add(claim, LocalField::parse(field));
        }
        Ok(mapping)
    }
}

impl fmt::Display for FieldMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|(claim, field)| writeln!(f, "{claim} {field}"))
    }
}

impl Serialize for FieldMapping {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = self.lines.iter().map(|(claim, field)| (claim.to_string(), field.as_str()));
        serializer.collect_seq(lines)
    }
}

impl<'de> Deserialize<'de> for FieldMapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut mapping = Self::default();
        for (claim, field) in Vec::<(String, String)>::deserialize(deserializer)? {
            mapping.add(claim.parse().map_err(serde::de::Error::custom)?, LocalField::parse(&field));
        }
        Ok(mapping)
    }
}

/// A field for which the issuer gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the issuer gave no {claim} for the field {field}")]
pub struct MissingField {
    /// The claim that was looked for.
    pub claim: String,
    /// The field that stays empty.
    pub field: LocalField,
}

/// What an issuer said about a person, as local fields; `Debug` shows which ones there are and no value.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MappedUser {
    /// `sub`: unique within the issuer and never reassigned (OpenID Connect Core, 2).
    pub subject: Option<String>,
    /// Whether the issuer says that the e-mail address belongs to this person (OpenID Connect Core, 5.1).
    pub email_verified: Option<bool>,
    /// The fields that have a value.
    pub fields: BTreeMap<LocalField, String>,
    /// The fields that have none, in the order of the mapping.
    pub missing: Vec<MissingField>,
}

impl fmt::Debug for MappedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedUser")
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}

/// Which value tells an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountRule {
    /// `sub` together with the issuer: the only pair that OpenID Connect Core, 5.7 promises to be unique and never
    /// reassigned. Recommended.
    #[default]
    Subject,
    /// The user name; the e-mail address where nothing fills the user name. An address may be reassigned, and an
    /// unconfirmed one proves nothing: see [`AccountIdentity::email_confirmed`].
    Username,
    /// Another field.
    Field(LocalField),
}

/// The value that tells an account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountIdentity {
    /// The field; nothing where it is the subject.
    pub field: Option<LocalField>,
    /// The value.
    pub value: String,
    /// Whether the value can be relied upon as far as it is an e-mail address: false where it is one and the issuer does
    /// not say that it belongs to this person. Let somebody confirm it before an existing account is linked.
    pub email_confirmed: bool,
}

impl fmt::Debug for AccountIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountIdentity")
            .field("field", &self.field)
            .field("email_confirmed", &self.email_confirmed)
            .finish_non_exhaustive()
    }
}

impl MappedUser {
    /// The value of a field.
    pub fn get(&self, field: &LocalField) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    /// Which account this is.
    ///
    /// # Errors
    /// [`MissingField`] when the issuer did not give the value that tells it.
    pub fn account(&self, rule: &AccountRule) -> Result<AccountIdentity, MissingField> {
        let missing = |claim: &str, field: &LocalField| {
            let known = self.missing.iter().find(|missing| missing.field == *field);
            known.cloned().unwrap_or_else(|| MissingField { claim: claim.to_owned(), field: field.clone() })
        };
        let by = |field: &LocalField| {
            self.get(field).map(|value| AccountIdentity {
                field: Some(field.clone()),
                value: value.to_owned(),
                email_confirmed: *field != LocalField::Email || self.email_verified == Some(true),
            })
        };
        match rule {
            AccountRule::Subject => {
                let value = self.subject.clone().filter(|subject| !subject.is_empty());
                let value = value.ok_or_else(|| missing("sub", &LocalField::IdNumber))?;
                Ok(AccountIdentity { field: None, value, email_confirmed: true })
            }
            AccountRule::Username => by(&LocalField::Username)
                .or_else(|| by(&LocalField::Email))
                .ok_or_else(|| missing("email", &LocalField::Email)),
            AccountRule::Field(field) => by(field).ok_or_else(|| missing(field.as_str(), field)),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(claims: &Value) -> MappedUser {
        FieldMapping::openid().apply(claims.as_object().unwrap())
    }

    #[test]
    fn the_defaults_fill_what_openid_gives_and_name_what_is_missing() {
        let user = user(&json!({
            "sub": "7", "given_name": "Ada", "family_name": "King", "email": "ada@school.example", "phone_number": "+1",
            "address": { "locality": "Town" }, "locale": "en-GB",
        }));
        let fields: Vec<_> = user.fields.iter().map(|(field, text)| format!("{field}={text}")).collect();
        assert_eq!(
            fields,
            ["firstname=Ada", "lastname=King", "email=ada@school.example", "address=Town", "phone1=+1", "lang=en-GB"]
        );
        let missing: Vec<_> = user.missing.iter().map(ToString::to_string).collect();
        assert_eq!(missing[0], "the issuer gave no middle_name for the field middlename");
        assert_eq!(missing.len(), 3, "{missing:?}: a phone number under its standard name is not missing");
        assert!(!format!("{user:?}").contains("Ada"));
    }

    #[test]
    fn an_account_is_told_by_the_rule() {
        let ada = user(&json!({ "sub": "7", "email": "ada@school.example" }));
        assert_eq!(ada.account(&AccountRule::Subject).unwrap().value, "7");
        let by_name = ada.account(&AccountRule::Username).unwrap();
        assert_eq!((by_name.field, by_name.email_confirmed), (Some(LocalField::Email), false));
        let confirmed = user(&json!({ "email": "ada@school.example", "email_verified": "true" }));
        assert!(confirmed.account(&AccountRule::Username).unwrap().email_confirmed);
        let nobody = user(&json!({}));
        assert_eq!(nobody.account(&AccountRule::Subject).unwrap_err().claim, "sub");
        assert_eq!(nobody.account(&AccountRule::Username).unwrap_err().field, LocalField::Email);
        let number = AccountRule::Field(LocalField::IdNumber);
        assert_eq!(
            nobody.account(&number).unwrap_err().to_string(),
            "the issuer gave no idnumber for the field idnumber"
        );
        let mut named = FieldMapping::openid();
        named.add(ClaimPath::member("preferred_username"), LocalField::Username);
        let named = named.apply(json!({ "preferred_username": "ada", "email": "e" }).as_object().unwrap());
        assert_eq!(named.account(&AccountRule::Username).unwrap().value, "ada");
    }

    #[test]
    fn a_mapping_reads_back_as_text_and_as_json() {
        let mapping = FieldMapping::openid();
        assert_eq!(mapping.to_string().parse::<FieldMapping>().unwrap(), mapping);
        let json = serde_json::to_string(&mapping).unwrap();
        assert_eq!(serde_json::from_str::<FieldMapping>(&json).unwrap(), mapping);
        assert_eq!("\nalone".parse::<FieldMapping>(), Err(MappingError::Line { line: 2 }));
        assert!(matches!("a[ email".parse::<FieldMapping>(), Err(MappingError::Claim { line: 1, .. })));
    }
}
