//! Custom parameters and the variables in them (LTI Core 1.3, 5.4.6 and appendix B).

use serde_json::{Map, Value, json};

use super::{CustomFlaw, PlatformDouble, PlatformFlaw, book::Launch, school::Privacy};

/// What becomes of a parameter.
enum Resolved {
    /// It is no variable.
    Plain,
    /// The variable has this value; empty where there is none.
    Value(String),
    /// The platform does not know the variable, or may not tell its value.
    Unknown,
}

impl PlatformDouble {
    /// The custom claim of a launch.
    pub(super) fn custom_claim(&self, launch: &Launch) -> Map<String, Value> {
        let flaw = match self.flaw {
            Some(PlatformFlaw::Custom(flaw)) => Some(flaw),
            _ => None,
        };
        let mut custom: Map<String, Value> = launch
            .link
            .custom
            .iter()
            .filter_map(|(name, typed)| Some(((*name).to_owned(), sent(flaw, typed, launch)?)))
            .collect();
        if flaw == Some(CustomFlaw::Number) {
            custom.insert("attempts".to_owned(), json!(3));
        }
        custom
    }
}

/// What is sent for a parameter; nothing where it is left out.
fn sent(flaw: Option<CustomFlaw>, typed: &str, launch: &Launch) -> Option<Value> {
    match (resolve(typed, launch), flaw) {
        (Resolved::Unknown, Some(CustomFlaw::UnknownDropped)) => None,
        (Resolved::Unknown, Some(CustomFlaw::UnknownNull)) => Some(Value::Null),
        (Resolved::Unknown, Some(CustomFlaw::UnknownEmpty)) => Some(json!("")),
        (Resolved::Value(value), Some(CustomFlaw::EmptyNull)) if value.is_empty() => Some(Value::Null),
        (Resolved::Value(value), Some(CustomFlaw::EmptyVerbatim)) if value.is_empty() => Some(json!(typed)),
        (Resolved::Value(_), Some(CustomFlaw::Unresolved)) if typed.starts_with("$User.") => Some(json!(typed)),
        (Resolved::Value(value), _) => Some(json!(value)),
        (Resolved::Plain | Resolved::Unknown, _) => Some(json!(typed)),
    }
}

fn resolve(typed: &str, launch: &Launch) -> Resolved {
    let Some(variable) = typed.strip_prefix('$') else { return Resolved::Plain };
    let (user, link, course) = (launch.user, launch.link, launch.link.course());
    let told = |value: &str, enough: bool| if enough { Resolved::Value(value.to_owned()) } else { Resolved::Unknown };
    let (named, known) = (link.privacy == Privacy::Full, link.privacy != Privacy::Anonymous);
    match variable {
        "User.id" => told(user.sub, known),
        "Person.name.full" => told(&user.name(), named),
        "Person.name.given" => told(user.given, named),
        "Person.name.family" => told(user.family, named),
        // Nobody at this school has one.
        "Person.name.middle" => told("", named),
        "Person.email.primary" => told(user.email, named),
        "ResourceLink.id" => told(link.id, true),
        "ResourceLink.title" => told(link.title, true),
        "ResourceLink.description" => told(link.description, true),
        "Context.id" => told(course.id, true),
        "Context.title" => told(course.title, true),
        "Context.label" => told(course.label, true),
        _ => Resolved::Unknown,
    }
}
