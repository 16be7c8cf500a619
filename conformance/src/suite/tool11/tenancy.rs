//! Whom and what a tool keeps apart: two users, one user id under two consumers, two links of one course. It can be judged
//! only where the tool's page shows which one it took.

use super::rights::somebody;
use crate::{
    case::{
        Duty, Ended,
        Outcome::{self, FailCertified, Info, Pass, Warn},
    },
    driver::Halt,
    exchange::Person,
    subject::tool11::{Launch, Need11, Tool11Case, Tool11Driver},
    user_agent::{Browser, Page, Step, Stop},
};

/// The capability of tools that serve one instance for a whole course.
const SINGLE_INSTANCE: &str = "single_instance";
/// The capability of tools whose operator says that all consumers share one pool of users.
const ONE_USER_POOL: &str = "one_user_pool";
/// Words for the one and the other, which stand nowhere else on a page.
const MARKS: [&str; 2] = ["Harebell", "Campion"];

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = users();
    cases.extend(consumers_and_links());
    cases
}

fn users() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-user-email",
            "two users with one e-mail address are two users",
            Duty::Act,
            |driver| {
                let first = somebody("suite-mail-fay", "Fay", "Underhill");
                let second = Person { email: first.email.clone(), ..somebody("suite-mail-gil", "Gil", "Overbrook") };
                Box::pin(two_users(driver, first, second, |_| {}, FailCertified))
            },
        )
        .rules(&["lti11-tool-user-key"])
        .sent("two launches with two user_ids and one lis_person_contact_email_primary"),
        Tool11Case::sequence11("tool11-user-name", "two users of one name are two users", Duty::Act, |driver| {
            let first = somebody("suite-name-hal", "Hal", "Winterbourne");
            let second = somebody("suite-name-ida", "Hal", "Winterbourne");
            Box::pin(two_users(driver, first, second, |_| {}, FailCertified))
        })
        .rules(&["lti11-tool-user-key"])
        .sent("two launches with two user_ids and the same names"),
        Tool11Case::sequence11(
            "tool11-user-extension",
            "two users whom an extension calls the same are two users",
            Duty::Act,
            |driver| {
                let first = somebody("suite-login-jan", "Jan", "Aldersey");
                let second = somebody("suite-login-kit", "Kit", "Bellweather");
                let same = |launch: &mut Launch| {
                    launch.set("ext_user_username", "suite-login-jan");
                    launch.set("lis_person_sourcedid", "school.example:suite-login-jan");
                };
                Box::pin(two_users(driver, first, second, same, FailCertified))
            },
        )
        .rules(&["lti11-tool-user-key"])
        .sent("two launches with two user_ids and one ext_user_username and lis_person_sourcedid"),
        Tool11Case::sequence11(
            "tool11-user-case",
            "two users whose user_id differs by case are two users",
            Duty::Act,
            |driver| {
                let first = somebody("suite-case-ivo", "Ivo", "Castellan");
                let mut second = somebody("suite-case-IVO", "Iva", "Delamere");
                second.email = Some("iva@school.example".to_owned());
                Box::pin(two_users(driver, first, second, |_| {}, Warn))
            },
        )
        .rules(&["lti11-tool-user-key"])
        .sent("two launches with one user_id, in lower case and in mixed case"),
        Tool11Case::sequence11(
            "tool11-user-empty-apart",
            "two users without an id do not share an account",
            Duty::Act,
            |driver| Box::pin(nobody_twice(driver)),
        )
        .rules(&["lti11-tool-user-key"])
        .sent("two launches with an empty user_id and two names"),
    ]
}

fn consumers_and_links() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-consumers-user",
            "one user_id under two consumers is two users",
            Duty::Act,
            |driver| Box::pin(two_consumers(driver)),
        )
        .rules(&["lti11-tool-user-key"])
        .needs11(Need11::SecondConsumer)
        .sent("two launches with one user_id and two names under two consumers"),
        Tool11Case::sequence11("tool11-links-apart", "two links of one course are two", Duty::Act, |driver| {
            let person = somebody("suite-link-lea", "Lea", "Eastwick");
            Box::pin(async move { links(driver, person, "apart").await.map(|links| links.ended) })
        })
        .rules(&["lti11-tool-links-apart"])
        .sent("two launches of one user and one course by two links that differ in id and title"),
    ]
}

/// Launches as one user and then as another, and looks whom the tool shows.
async fn two_users(
    driver: &mut Tool11Driver<'_>,
    first: Person,
    second: Person,
    change: fn(&mut Launch),
    worth: Outcome,
) -> Result<Ended, Halt> {
    let (first_id, second_id) = (first.sub.clone(), second.sub.clone());
    // A page may write ids in one case, or show the name that an account has kept.
    let own_name = second.full_name().filter(|name| first.full_name().as_ref() != Some(name));
    let earlier = page_of(driver, first, change).await?;
    if !shows(&earlier, &first_id) {
        return Ok(Ended::skip("the tool's page does not show the user_id of who is signed in"));
    }
    let later = page_of(driver, second, change).await?;
    Ok(match (shows(&later, &second_id), shows(&later, &first_id)) {
        (true, _) => Ended::judged(Pass, "apart", format!("the second launch shows {second_id}")),
        (false, true) if own_name.is_some_and(|name| shows(&later, &name)) => Ended::review(
            "the second launch shows the user_id of the first user and the name of the second: look whose account it is",
            later.describe(),
        ),
        (false, true) => Ended::judged(worth, "merged", format!("the second launch, of {second_id}, shows {first_id}")),
        (false, false) => Ended::review(
            "the page of the second launch shows neither: look whether the two were kept apart",
            later.describe(),
        ),
    })
}

async fn page_of(driver: &mut Tool11Driver<'_>, person: Person, change: fn(&mut Launch)) -> Result<Page, Halt> {
    let mut launch = Launch::sound(driver.world, 0, person);
    change(&mut launch);
    driver.accepted(launch).await.map(|(_, page)| page)
}

/// Two users who differ by their names alone: whoever shares an account is greeted as somebody else.
async fn nobody_twice(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut pages = Vec::new();
    for mark in MARKS {
        let person = somebody("", mark, mark);
        let mut launch = Launch::sound(driver.world, 0, person);
        launch.set("lis_person_contact_email_primary", format!("{}@school.example", mark.to_lowercase()));
        pages.push(driver.accepted(launch).await?.1);
    }
    let [first, second] = &pages[..] else { return Ok(Ended::skip("one launch only")) };
    Ok(match (shows(first, MARKS[0]), shows(second, MARKS[1]), shows(second, MARKS[0])) {
        (false, ..) => Ended::skip("the tool's page does not show the name that somebody without an id came with"),
        (true, true, _) => Ended::judged(Pass, "apart", "each launch shows its own name"),
        (true, false, true) => Ended::judged(Warn, "merged", "the second user without an id is greeted as the first"),
        (true, false, false) => {
            Ended::review("the second page shows neither name: look whose account it is", second.describe())
        }
    })
}

/// One user id under two consumers, each with a name for it.
async fn two_consumers(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let declared = driver.world.config.tool.declares(ONE_USER_POOL);
    let worth = if declared { Info } else { FailCertified };
    let person = |mark: &str| Person {
        email: Some(format!("{}@{}.example", mark.to_lowercase(), mark.to_lowercase())),
        ..somebody("suite-shared-user", mark, mark)
    };
    let mut browser = driver.world.browser();
    let earlier = Launch::sound(driver.world, 0, person(MARKS[0]));
    let earlier = driver.send(&mut browser, &earlier.seal()).await?;
    if !shows(&earlier, MARKS[0]) {
        return Ok(Ended::skip("the tool's page does not show the name of the user"));
    }
    let (_, later) = driver.accepted(Launch::sound(driver.world, 1, person(MARKS[1]))).await?;
    let merged = |observed: &str| Ended::judged(worth, "merged", observed);
    match (shows(&later, MARKS[0]), shows(&later, MARKS[1])) {
        (true, false) => return Ok(merged("the launch of the second consumer shows the name of the first one's user")),
        (false, false) => {
            return Ok(Ended::review("the page of the second consumer's user shows neither name", later.describe()));
        }
        (_, true) => {}
    }
    // A tool that writes over what it holds shows the second name to whoever was there before.
    if let Some(again) = look_again(driver, &mut browser, &earlier).await?
        && shows(&again, MARKS[1])
        && !shows(&again, MARKS[0])
    {
        return Ok(merged("after it the page of the first consumer's user shows the name of the second one's"));
    }
    let apart = if declared { Info } else { Pass };
    Ok(Ended::judged(apart, "apart", "each consumer's user is greeted by his own name"))
}

/// The page of a launch once more, where it has an address of its own.
async fn look_again(driver: &mut Tool11Driver<'_>, browser: &mut Browser, page: &Page) -> Result<Option<Page>, Halt> {
    let Some(url) = page.url().filter(|_| page.stop == Stop::Arrived).cloned() else { return Ok(None) };
    // The address that takes launches shows nothing to a visitor.
    if url == driver.world.config.tool.launch_url {
        return Ok(None);
    }
    driver.go(browser, Step::visit(url)).await.map(Some)
}

/// What two launches by two links of one course came to.
#[derive(Debug)]
pub(super) struct Links {
    /// Whether the links were kept apart.
    pub(super) ended: Ended,
    /// The page of the second launch.
    pub(super) second: Page,
}

/// Launches one user by two links of one course and looks which one each page shows.
pub(super) async fn links(driver: &mut Tool11Driver<'_>, person: Person, pattern: &str) -> Result<Links, Halt> {
    let mut pages = Vec::new();
    let ids = ["left", "right"].map(|side| format!("suite-link-{pattern}-{side}"));
    for (id, mark) in ids.iter().zip(MARKS) {
        let mut launch = Launch::sound(driver.world, 0, person.clone());
        launch.set("resource_link_id", id.as_str());
        launch.set("resource_link_title", format!("{mark} worksheet"));
        launch.set("context_id", format!("suite-course-{pattern}"));
        pages.push(driver.accepted(launch).await?.1);
    }
    let second = pages.pop().unwrap_or_default();
    let first = pages.pop().unwrap_or_default();
    let named = |page: &Page, link: usize| shows(page, &ids[link]) || shows(page, MARKS[link]);
    let ended = if driver.world.config.tool.declares(SINGLE_INSTANCE) {
        Ended::skip(format!(
            "tool.capabilities names {SINGLE_INSTANCE:?}: every link of a course leads to one instance"
        ))
    } else if named(&first, 0) {
        match (named(&second, 1), named(&second, 0)) {
            (true, _) => Ended::judged(Pass, "apart", "each launch shows its own link"),
            (false, true) => {
                Ended::judged(FailCertified, "merged", "the launch by the second link shows the first link")
            }
            (false, false) => Ended::review("the page of the second link shows neither link", second.describe()),
        }
    } else {
        Ended::skip("the tool's page shows neither the id nor the title of the link that it was opened from")
    };
    Ok(Links { ended, second })
}

/// Whether a page shows this, to the letter.
fn shows(page: &Page, what: &str) -> bool {
    page.text.contains(what) || page.scripts.contains(what)
}
