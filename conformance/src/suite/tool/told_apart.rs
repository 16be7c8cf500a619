//! Whether the tool keeps apart what has to be kept apart: two users, two links. It can be judged only where the tool's
//! page shows which one it took.

use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Pass, Warn},
    },
    driver::{Driver, Halt},
    exchange::{Person, Plan},
    user_agent::Page,
};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-sub-case", "two users whose sub differs by case are two users")
            .rules(&["lti13-tool-sub-case"])
            .sent("two launches with the same sub, once in lower and once in mixed case")
            .run(Duty::Act, |driver| {
                Box::pin(two_users(driver, |person| {
                    person.sub = "suite-learner-FAY".to_owned();
                    person.email = Some("fay.the.second@school.example".to_owned());
                }))
            }),
        Case::new("tool-sub-same-email", "two users who share an e-mail address are two users")
            .rules(&["lti13-tool-identity-by-sub"])
            .sent("two launches with two subs and one e-mail address")
            .run(Duty::Act, |driver| {
                Box::pin(two_users(driver, |person| {
                    person.sub = "suite-learner-gil".to_owned();
                }))
            }),
        Case::new("tool-resource-link-two", "two links to one resource are told apart by their id")
            .rules(&["lti13-tool-links-apart"])
            .sent("two launches of one target_link_uri by two links that differ in id and description")
            .run(Duty::Act, |driver| Box::pin(two_links(driver))),
    ]
}

/// Launches as one user and then as another who is alike, and looks whom the tool shows.
async fn two_users(driver: &mut Driver<'_>, change: fn(&mut Person)) -> Result<Ended, Halt> {
    let mut first = Person::learner();
    first.sub = "suite-learner-fay".to_owned();
    // An address that no other case uses: a tool that goes by it must meet it here for the first time.
    first.email = Some("fay@school.example".to_owned());
    let mut second = first.clone();
    change(&mut second);
    let (first_id, second_id) = (first.sub.clone(), second.sub.clone());
    let earlier = shown(driver, Plan::new(driver.world, 0, first)).await?;
    if !shows(&earlier, &first_id) {
        return Ok(Ended::skip("the tool's page does not show the sub of who is signed in"));
    }
    let later = shown(driver, Plan::new(driver.world, 0, second)).await?;
    Ok(compare(&later, &first_id, &second_id))
}

async fn two_links(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut first = driver.plan();
    // A title that no other case uses: a tool that goes by it must meet it here for the first time.
    first.link.title = "Left and right".to_owned();
    first.link.id = "suite-link-left".to_owned();
    let mut second = driver.plan();
    second.link.title.clone_from(&first.link.title);
    second.link.id = "suite-link-right".to_owned();
    let (left, right) = (first.link.id.clone(), second.link.id.clone());
    let earlier = shown(driver, first).await?;
    if !shows(&earlier, &left) {
        return Ok(Ended::skip("the tool's page does not show the id of the link it was opened from"));
    }
    let later = shown(driver, second).await?;
    Ok(compare(&later, &left, &right))
}

async fn shown(driver: &mut Driver<'_>, plan: Plan) -> Result<Page, Halt> {
    let mut browser = driver.browser();
    let (_, _, page) = driver.sound_launch(&mut browser, &plan).await?;
    Ok(page)
}

/// Whether a page shows this identifier, to the letter.
fn shows(page: &Page, id: &str) -> bool {
    page.text.contains(id) || page.scripts.contains(id)
}

fn compare(later: &Page, first: &str, second: &str) -> Ended {
    match (shows(later, second), shows(later, first)) {
        (true, _) => Ended::judged(Pass, "apart", format!("the second launch shows {second}")),
        (false, true) => Ended::judged(Warn, "merged", format!("the second launch, of {second}, shows {first}")),
        (false, false) => Ended::review(
            "the page of the second launch shows neither: look whether the two were kept apart",
            later.describe(),
        ),
    }
}
