//! One view of a launch, whichever version it came by.

use std::fmt;
use std::sync::Arc;

use lti_core::inspect::{self, Migration};
use lti_core::lti11::launch::{Context, DocumentTarget, Outcome, Platform, Presentation, fold_custom_name};
use lti_core::lti11::return_url::Return;
use lti_core::message::{LaunchPresentation, Person, ResourceLink, ToolPlatform};
use lti_core::vocab::{ContextRole, Role};
use url::Url;

use super::receive::Lti11Launch;

/// The version that a launch came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// LTI 1.0 to 1.2, which look the same.
    Lti11,
    /// LTI 1.3.
    Lti13,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lti11 => "1.1",
            Self::Lti13 => "1.3",
        })
    }
}

/// Who somebody is: an id, and whose id it is. No e-mail address and no name takes its place, in either version.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Account {
    /// A user of an LTI 1.x consumer.
    Lti11 {
        /// `oauth_consumer_key`.
        consumer_key: String,
        /// `user_id`.
        user_id: String,
    },
    /// A user of an LTI 1.3 platform.
    Lti13 {
        /// `iss`.
        issuer: String,
        /// `sub`.
        subject: String,
    },
}

impl fmt::Debug for Account {
    /// Whose user it is, and not which.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lti11 { consumer_key, .. } => write!(f, "Account({consumer_key:?}, ..)"),
            Self::Lti13 { issuer, .. } => write!(f, "Account({issuer:?}, ..)"),
        }
    }
}

/// An accepted launch of LTI 1.x or LTI 1.3. Cloning it is cheap.
#[derive(Clone)]
pub struct AnyLaunch(Arc<View>);

struct View {
    origin: Origin,
    person: Person,
    roles: Vec<Role>,
    resource_link: ResourceLink,
    context: Option<Context>,
    presentation: Presentation,
    platform: Platform,
}

enum Origin {
    Lti11(Lti11Launch),
    Lti13(inspect::Launch),
}

impl From<Lti11Launch> for AnyLaunch {
    fn from(launch: Lti11Launch) -> Self {
        let said = launch.parameters();
        let mut resource_link = ResourceLink::new(said.resource_link_id().unwrap_or_default());
        resource_link.title = said.resource_link_title().map(ToOwned::to_owned);
        resource_link.description = said.resource_link_description().map(ToOwned::to_owned);
        Self(Arc::new(View {
            person: said.person(),
            roles: said.roles().iter().map(lti_core::lti11::role::Role::to_vocab).collect(),
            resource_link,
            context: said.context(),
            presentation: said.presentation(),
            platform: said.platform(),
            origin: Origin::Lti11(launch),
        }))
    }
}

impl From<inspect::Launch> for AnyLaunch {
    fn from(launch: inspect::Launch) -> Self {
        let message = launch.message();
        let context = message.context.as_ref().map(|context| {
            let mut read = Context::default();
            read.id = Some(context.id.as_str().to_owned());
            read.types.clone_from(&context.types);
            read.title.clone_from(&context.title);
            read.label.clone_from(&context.label);
            read
        });
        Self(Arc::new(View {
            person: message.person.clone(),
            roles: message.roles.clone(),
            resource_link: message.resource_link.clone(),
            context,
            presentation: message.launch_presentation.as_ref().map(presentation).unwrap_or_default(),
            platform: message.tool_platform.as_ref().map(platform).unwrap_or_default(),
            origin: Origin::Lti13(launch),
        }))
    }
}

fn presentation(claim: &LaunchPresentation) -> Presentation {
    let mut read = Presentation::default();
    read.locale.clone_from(&claim.locale);
    read.document_target = claim.document_target.as_ref().map(|target| DocumentTarget::parse(target.as_str()));
    (read.width, read.height) = (claim.width, claim.height);
    read.return_url.clone_from(&claim.return_url);
    read
}

fn platform(claim: &ToolPlatform) -> Platform {
    let mut read = Platform::default();
    read.product_family_code.clone_from(&claim.product_family_code);
    read.version.clone_from(&claim.version);
    read.guid.clone_from(&claim.guid);
    read.name.clone_from(&claim.name);
    read.description.clone_from(&claim.description);
    read.url.clone_from(&claim.url);
    read.contact_email.clone_from(&claim.contact_email);
    read
}

impl AnyLaunch {
    /// The version that it came by.
    pub fn version(&self) -> Version {
        match &self.0.origin {
            Origin::Lti11(_) => Version::Lti11,
            Origin::Lti13(_) => Version::Lti13,
        }
    }

    /// The launch of LTI 1.x, where it is one.
    pub fn lti11(&self) -> Option<&Lti11Launch> {
        match &self.0.origin {
            Origin::Lti11(launch) => Some(launch),
            Origin::Lti13(_) => None,
        }
    }

    /// The launch of LTI 1.3, where it is one.
    pub fn lti13(&self) -> Option<&inspect::Launch> {
        match &self.0.origin {
            Origin::Lti11(_) => None,
            Origin::Lti13(launch) => Some(launch),
        }
    }

    /// Who is launched; `None` where the platform keeps that to itself.
    pub fn account(&self) -> Option<Account> {
        Some(match &self.0.origin {
            Origin::Lti11(launch) => Account::Lti11 {
                consumer_key: launch.consumer_key().to_owned(),
                user_id: launch.parameters().user_id()?.to_owned(),
            },
            Origin::Lti13(launch) => Account::Lti13 {
                issuer: launch.issuer().as_str().to_owned(),
                subject: launch.user()?.as_str().to_owned(),
            },
        })
    }

    /// Who the same user was in LTI 1.1, where a launch of LTI 1.3 proves it by its migration claim: the account to be
    /// taken over. It equals the [`account`](Self::account) of the launches before the move.
    pub fn former_account(&self) -> Option<Account> {
        let Migration::Migrated(identity) = self.lti13()?.migration() else { return None };
        Some(Account::Lti11 { consumer_key: identity.oauth_consumer_key.clone(), user_id: identity.user_id.clone()? })
    }

    /// The user's id within the platform; `None` where the platform keeps it to itself. It is nobody's name without the
    /// platform: see [`account`](Self::account).
    pub fn user(&self) -> Option<&str> {
        match &self.0.origin {
            Origin::Lti11(launch) => launch.parameters().user_id(),
            Origin::Lti13(launch) => launch.user().map(AsRef::as_ref),
        }
    }

    /// Name and address of the user, as far as they are given.
    pub fn person(&self) -> &Person {
        &self.0.person
    }

    /// The name to greet the user with: the full name, or what there is of given and family name.
    pub fn display_name(&self) -> Option<String> {
        let person = self.person();
        let parts = [person.given_name.as_deref(), person.family_name.as_deref()];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        person.name.clone().or(Some(joined)).filter(|name| !name.trim().is_empty())
    }

    /// The roles of the user, as LTI 1.3 names them.
    pub fn roles(&self) -> &[Role] {
        &self.0.roles
    }

    /// Whether the user teaches in this context. Roles elsewhere in the institution do not count.
    pub fn is_instructor(&self) -> bool {
        self.0.roles.iter().any(Role::is_instructor)
    }

    /// Whether the user learns in this context.
    pub fn is_learner(&self) -> bool {
        self.0.roles.iter().any(Role::is_learner)
    }

    /// The roles of the user in the context, the principal roles of sub-roles among them.
    pub fn roles_in_context(&self) -> impl Iterator<Item = ContextRole> {
        let has = |context: &ContextRole| self.0.roles.iter().any(|role| role.in_context() == Some(*context));
        ContextRole::ALL.iter().copied().filter(has)
    }

    /// The users whom a mentor looks after; empty for everybody who is none.
    pub fn mentored_users(&self) -> Vec<String> {
        match &self.0.origin {
            Origin::Lti11(launch) if self.0.roles.iter().any(Role::is_mentor) => {
                launch.parameters().role_scope_mentor()
            }
            Origin::Lti11(_) => Vec::new(),
            Origin::Lti13(launch) => launch.mentored_users().iter().map(|user| user.as_str().to_owned()).collect(),
        }
    }

    /// The link that was launched.
    pub fn resource_link(&self) -> &ResourceLink {
        &self.0.resource_link
    }

    /// Where the launch comes from: a course, as a rule.
    pub fn context(&self) -> Option<&Context> {
        self.0.context.as_ref()
    }

    /// A custom parameter. LTI 1.x changes names on the way, LTI 1.3 does not: this finds either.
    pub fn custom(&self, name: &str) -> Option<&str> {
        match &self.0.origin {
            Origin::Lti11(launch) => launch.parameters().custom(name),
            Origin::Lti13(launch) => {
                let custom = launch.custom();
                custom.get(name).or_else(|| custom.get(&fold_custom_name(name)))
            }
        }
    }

    /// How the tool is shown.
    pub fn presentation(&self) -> &Presentation {
        &self.0.presentation
    }

    /// What the platform says about itself.
    pub fn platform(&self) -> &Platform {
        &self.0.platform
    }

    /// Where the user goes afterwards, with what is said there; `None` where the platform names no address that a browser
    /// may be sent to.
    pub fn return_url(&self, said: Return) -> Option<Url> {
        said.url(self.0.presentation.return_url.as_deref()?).ok()
    }

    /// Whether a grade can be given back: see [`LtiTool::pass_back`](crate::LtiTool::pass_back).
    pub fn takes_grades(&self) -> bool {
        match &self.0.origin {
            Origin::Lti11(launch) => launch.parameters().outcome().is_some(),
            Origin::Lti13(launch) => launch.ags().is_some() && launch.user().is_some(),
        }
    }

    /// The outcome of LTI 1.1 for this user and link; `None` in LTI 1.3, and where the platform takes none.
    pub fn outcome(&self) -> Option<Outcome> {
        self.lti11()?.parameters().outcome()
    }
}

impl fmt::Debug for AnyLaunch {
    /// Which version and whose, and no person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyLaunch")
            .field("version", &self.version())
            .field("account", &self.account())
            .finish_non_exhaustive()
    }
}
