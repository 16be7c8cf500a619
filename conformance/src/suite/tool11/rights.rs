//! Which rights a launch gives: told by what the tool's page shows, where the configuration or the page of an instructor
//! says how they look.

use crate::{
    case::{
        Ended,
        Outcome::{self, Fail, FailCertified, Pass},
    },
    driver::{Halt, matches},
    exchange::Person,
    seen::{Look, Meaning},
    subject::tool11::{Answered, Launch, Refused, Tool11Driver, ended},
    user_agent::Page,
};

/// What each of the rights that a page shows is worth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worth {
    /// The instructor's page.
    pub(super) instructor: Outcome,
    /// The learner's page.
    pub(super) learner: Outcome,
    /// A page that is neither.
    pub(super) neither: Outcome,
    /// No page: a refusal.
    pub(super) refused: Outcome,
}

/// An instructor's rights are asked for.
pub(super) const AN_INSTRUCTOR: Worth =
    Worth { instructor: Pass, learner: FailCertified, neither: FailCertified, refused: FailCertified };
/// A learner's rights are asked for.
pub(super) const A_LEARNER: Worth =
    Worth { instructor: FailCertified, learner: Pass, neither: FailCertified, refused: FailCertified };
/// No rights of a role in the course, which may mean that nobody is let in.
pub(super) const NO_ROLE: Worth =
    Worth { instructor: FailCertified, learner: FailCertified, neither: Pass, refused: Pass };

/// What a page shows of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Instructor,
    Learner,
    Neither,
    /// Not an instructor's; a learner's page cannot be told from anybody's.
    Lower,
    /// Parts of both.
    Mixed,
    /// This tool shows nothing of it.
    Hidden,
}

/// What the page shows, and whether that goes by what the configuration states.
fn rights(driver: &Tool11Driver<'_>, page: &Page, person: &Person) -> (Rights, bool) {
    let stated = &driver.world.config.tool.roles;
    let by = |role: &str| stated.get(role).map(|matcher| matches(matcher, page));
    let (instructor, learner) = (by("instructor"), by("learner"));
    if instructor.is_some() || learner.is_some() {
        return (told(instructor, learner), true);
    }
    let Some(pages) = &driver.learned().roles else { return (Rights::Hidden, false) };
    let look = Look::of_text(page, &person.values());
    let shown = |words: &[String]| words.iter().filter(|word| look.words().contains(*word)).count();
    let (taught, learnt) = (shown(&pages.instructor), shown(&pages.learner));
    let instructor = taught == pages.instructor.len() && learnt == 0;
    if taught > 0 && !instructor {
        return (Rights::Mixed, false);
    }
    let learner = (!pages.learner.is_empty()).then_some(taught == 0 && learnt == pages.learner.len());
    (told(Some(instructor), learner), false)
}

const fn told(instructor: Option<bool>, learner: Option<bool>) -> Rights {
    match (instructor, learner) {
        (Some(true), Some(true)) => Rights::Mixed,
        (Some(true), _) => Rights::Instructor,
        (_, Some(true)) => Rights::Learner,
        (Some(false), Some(false)) => Rights::Neither,
        (Some(false), None) => Rights::Lower,
        (None, _) => Rights::Hidden,
    }
}

/// How a case ends that asks for rights.
pub(super) fn weigh(driver: &Tool11Driver<'_>, answered: &Answered, person: &Person, worth: Worth) -> Ended {
    if answered.meaning != Meaning::Accepted {
        return ended(Fail, Refused::Worth(worth.refused), answered);
    }
    let seen = answered.page.describe();
    let (rights, stated) = rights(driver, &answered.page, person);
    let is = |outcome, word, what: &str| Ended::judged(outcome, word, format!("{seen}: {what}"));
    match rights {
        Rights::Instructor => is(worth.instructor, "instructor", "the instructor's page"),
        // A tool that knows instructors and everybody else shows everybody else what it shows a learner.
        Rights::Learner if !stated && worth.learner != worth.neither && worth.learner != Pass => Ended::review(
            "the page is the learner's: look whether it gives more than somebody without a role should have",
            seen,
        ),
        Rights::Learner => is(worth.learner, "learner", "the learner's page"),
        Rights::Neither => is(worth.neither, "neither", "neither the instructor's nor the learner's page"),
        Rights::Lower if worth.learner == worth.neither => is(worth.neither, "lower", "not the instructor's page"),
        Rights::Lower => Ended::skip(
            "let in with less than an instructor's page; [tool.roles] does not say what a learner's page shows",
        ),
        Rights::Mixed => Ended::review("the page shows parts of the instructor's and of the learner's", seen),
        Rights::Hidden => Ended::skip(
            "let in, but the tool shows an instructor the same page as a learner; [tool.roles] can say what tells them \
             apart: instructor = { text = \"..\" }",
        ),
    }
}

/// Launches and says what the answer means.
pub(super) async fn launched(driver: &mut Tool11Driver<'_>, launch: Launch) -> Result<Answered, Halt> {
    let person = launch.person.clone();
    driver.answer(&launch.seal(), &person).await
}

/// Somebody whom no other case knows: what a tool remembers of a user must not decide.
pub(super) fn somebody(sub: &str, given: &str, family: &str) -> Person {
    Person {
        sub: sub.to_owned(),
        name: Some((given.to_owned(), family.to_owned())),
        email: Some(format!("{sub}@school.example")),
        roles: vec!["Learner".to_owned()],
    }
}

/// Launches somebody new with these roles, or with none, and weighs the rights.
pub(super) async fn with_roles(
    driver: &mut Tool11Driver<'_>,
    sub: &str,
    roles: Option<&str>,
    worth: Worth,
) -> Result<Ended, Halt> {
    let person = somebody(sub, "Robin", sub);
    let mut launch = Launch::sound(driver.world, 0, person.clone());
    match roles {
        Some(roles) => launch.set("roles", roles),
        None => launch.remove("roles"),
    }
    let answered = launched(driver, launch).await?;
    Ok(weigh(driver, &answered, &person, worth))
}
