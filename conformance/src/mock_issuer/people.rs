//! The users of the mock issuer. They are invented, and so are their addresses.

use serde_json::{Map, Value, json};

/// A user of the mock issuer.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// The subject, and the name to sign in with.
    pub id: &'static str,
    /// The password. It stands on the page: it protects nobody.
    pub password: &'static str,
    /// The full name.
    pub name: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    locale: &'static str,
    /// What there is to try with this user.
    pub about: &'static str,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Person {
    /// Everybody.
    pub const ALL: [Self; 5] = [
        Self {
            id: "ada",
            password: "ada-password",
            name: "Ada Nkemelu",
            given_name: "Ada",
            family_name: "Nkemelu",
            locale: "en",
            about: "every claim",
        },
        Self {
            id: "ben",
            password: "ben-password",
            name: "Ben Okafor",
            given_name: "Ben",
            family_name: "Okafor",
            locale: "en-GB",
            about: "every claim; the one whose code is injected",
        },
        Self {
            id: "aoi",
            password: "aoi-password",
            name: "田中 葵",
            given_name: "葵",
            family_name: "田中",
            locale: "ja",
            about: "a name in Japanese",
        },
        Self {
            id: "chloe",
            password: "chloe-password",
            name: "Chloé O'Neill-Åström",
            given_name: "Chloé",
            family_name: "O'Neill-Åström",
            locale: "fr",
            about: "accents and an apostrophe",
        },
        Self {
            id: "mono",
            password: "mono-password",
            name: "",
            given_name: "",
            family_name: "",
            locale: "",
            about: "no name and no address: the subject alone",
        },
    ];

    /// The person of this id.
    pub fn named(id: &str) -> Option<&'static Self> {
        const EVERYBODY: &[Person] = &Person::ALL;
        EVERYBODY.iter().find(|person| person.id == id)
    }

    /// Somebody else.
    pub(crate) fn other_than(id: &str) -> &'static Self {
        const EVERYBODY: &[Person] = &Person::ALL;
        // The second one is that of the injected code, unless it is about this one.
        if EVERYBODY[1].id == id { &EVERYBODY[0] } else { &EVERYBODY[1] }
    }

    /// The address.
    pub fn email(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("{}@school.example", self.id) }
    }

    /// What is known, as claims (OpenID Connect Core 1.0, 5.1).
    pub(crate) fn claims(&self) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("preferred_username".to_owned(), json!(self.id));
        if self.name.is_empty() {
            return claims;
        }
        let more = [
            ("name", json!(self.name)),
            ("given_name", json!(self.given_name)),
            ("family_name", json!(self.family_name)),
            ("locale", json!(self.locale)),
            ("zoneinfo", json!("Europe/Berlin")),
            ("updated_at", json!(1_767_225_600)),
            ("email", json!(self.email())),
            ("email_verified", json!(true)),
            ("phone_number", json!("+49 30 5550100")),
            ("phone_number_verified", json!(false)),
            ("address", json!({ "locality": "Berlin", "country": "DE", "formatted": "Invented Street 1\nBerlin" })),
        ];
        claims.extend(more.map(|(name, value)| (name.to_owned(), value)));
        claims
    }
}
