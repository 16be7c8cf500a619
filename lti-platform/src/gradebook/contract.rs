//! What every [`Gradebook`] must hold, as a function that a test of each implementation calls.

use lti_core::id::Subject;
use lti_core::service::ServiceTime;
use lti_core::service::ags::{
    ActivityProgress, GradingProgress, Label, LineItem, MaximumPoints, Points, Score, Submission,
};
use oauth2_issuer::Unavailable;
use serde_json::json;

use super::{Gradebook, KeptLineItem, LineItemFilter, LineItemId, Owner, Page, Recorded};

/// Which rule a gradebook breaks.
type Verdict = Result<(), String>;

/// Puts `book` to the test, in contexts whose ids begin with `prefix`, so that a store that keeps its rows can be tested
/// again.
///
/// # Errors
/// One line that says which rule the gradebook breaks.
///
/// ```
/// # async fn example() -> Result<(), String> {
/// use lti_platform::gradebook::{MemoryGradebook, contract};
/// contract::holds(&MemoryGradebook::default(), "test-1").await
/// # }
/// ```
pub async fn holds(book: &dyn Gradebook, prefix: &str) -> Verdict {
    let trial = Trial { book, owner: Owner::new("tool", "dep", format!("{prefix} \u{0}'\u{1f511}%")) };
    trial.items_are_kept_whole().await?;
    trial.filters_are_and().await?;
    trial.one_of_many_makes_it().await?;
    trial.pages_hold_under_change().await?;
    trial.others_see_nothing().await?;
    trial.the_newest_stamp_stands().await?;
    trial.each_score_replaces_all().await?;
    trial.scores_outlive_a_new_definition().await?;
    trial.results_are_paged().await?;
    trial.deletion_takes_the_scores_along().await?;
    trial.concurrent_writers_end_with_the_newest().await
}

struct Trial<'b> {
    book: &'b dyn Gradebook,
    owner: Owner,
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, expected: &T, seen: &T) -> Verdict {
    if expected == seen { Ok(()) } else { Err(format!("{what}: expected {expected:?}, seen {seen:?}")) }
}

fn works<T>(outcome: Result<T, Unavailable>) -> Result<T, String> {
    outcome.map_err(|error| error.to_string())
}

fn definition(label: &str, maximum: f64) -> Result<LineItem, String> {
    let label = Label::new(label).map_err(|error| error.to_string())?;
    Ok(LineItem::new(label, MaximumPoints::new(maximum).map_err(|error| error.to_string())?))
}

/// Some nanoseconds after a moment with a fraction.
fn stamp(nanoseconds: i128) -> Result<ServiceTime, String> {
    moment(1_700_000_000_123_456_789 + nanoseconds)
}

fn moment(nanoseconds: i128) -> Result<ServiceTime, String> {
    ServiceTime::from_unix_nanos(nanoseconds).map_err(|error| error.to_string())
}

fn score(user: &str, nanoseconds: i128, given: f64, scale: f64) -> Result<Score, String> {
    let at = stamp(nanoseconds)?;
    let mut score = Score::new(user, at, ActivityProgress::Completed, GradingProgress::FullyGraded);
    score.points = Some(Points::new(given, scale).map_err(|error| error.to_string())?);
    Ok(score)
}

impl Trial<'_> {
    async fn create(&self, change: impl FnOnce(&mut LineItem)) -> Result<KeptLineItem, String> {
        let mut definition = definition("Quiz", 10.0)?;
        change(&mut definition);
        works(self.book.create(&self.owner, definition).await)
    }

    async fn list(&self, filter: &LineItemFilter, page: Page<LineItemId>) -> Result<(Vec<LineItemId>, bool), String> {
        let slice = works(self.book.line_items(&self.owner, filter, page).await)?;
        Ok((slice.rows.iter().map(|item| item.id).collect(), slice.more))
    }

    async fn record(&self, item: &KeptLineItem, score: Score) -> Result<Recorded, String> {
        works(self.book.record(&self.owner, item.id, score).await)
    }

    async fn result(&self, item: &KeptLineItem, user: &str) -> Result<Option<Score>, String> {
        let user = Subject::new(user);
        let results = works(self.book.results(&self.owner, item.id, Some(&user), Page::first(10)).await)?;
        let results = results.ok_or("results of an item that is there: expected some, seen none")?;
        Ok(results.scores.rows.into_iter().next())
    }

    /// What a user has on the item's own scale.
    async fn points(&self, item: &KeptLineItem, user: &str) -> Result<Option<f64>, String> {
        let now = works(self.book.line_item(&self.owner, item.id).await)?.ok_or("the item is gone")?;
        let score = self.result(item, user).await?;
        Ok(score.and_then(|score| score.points).map(|points| points.on_scale(now.definition.score_maximum)))
    }

    async fn items_are_kept_whole(&self) -> Verdict {
        let ends = Some(stamp(0)?);
        let item = self
            .create(|definition| {
                definition.id = Some("https://lms.example/not-kept".to_owned());
                definition.resource_link_id = Some("link \u{e4}".into());
                definition.resource_id = Some("quiz?id=1&x=%2F".to_owned());
                definition.tag = Some("grade".to_owned());
                definition.end_date_time = ends;
                definition.grades_released = Some(false);
                let vendors = definition.other.insert("https://vendor.example/x", &json!({"b": [1, null], "a": 2}));
                debug_assert!(vendors.is_ok(), "JSON is JSON");
            })
            .await?;
        expect("an item read again", &Some(item.clone()), &works(self.book.line_item(&self.owner, item.id).await)?)?;
        expect("the id of the wire", &None, &item.definition.id)?;
        let mut other = definition("Caf\u{e9} \u{1f511} '; DROP TABLE--", 0.25)?;
        other.id = Some("https://lms.example/not-kept".to_owned());
        other.resource_link_id = Some("another link".into());
        let replaced = works(self.book.replace(&self.owner, item.id, other).await)?.ok_or("replacing: seen no item")?;
        expect(
            "the link of a replaced item",
            &item.definition.resource_link_id,
            &replaced.definition.resource_link_id,
        )?;
        expect("the tag of a replaced item", &None, &replaced.definition.tag)?;
        expect("the end of a replaced item", &None, &replaced.definition.end_date_time)?;
        expect("the rest of a replaced item", &true, &replaced.definition.other.is_empty())?;
        expect(
            "a replaced item read again",
            &Some(replaced),
            &works(self.book.line_item(&self.owner, item.id).await)?,
        )?;
        let owned = works(self.book.in_context(&self.owner.context_id, Page::first(9)).await)?;
        let owned: Vec<_> = owned.rows.into_iter().map(|row| (row.owner, row.item.id)).collect();
        expect("the items of the context", &vec![(self.owner.clone(), item.id)], &owned)
    }

    async fn filters_are_and(&self) -> Verdict {
        let mut made = Vec::new();
        for (link, resource, tag) in [("a", "r", "t"), ("a", "r", "u"), ("a", "s", "t"), ("b", "r", "t")] {
            let item = self
                .create(|definition| {
                    definition.resource_link_id = Some(link.into());
                    definition.resource_id = Some(resource.to_owned());
                    definition.tag = Some(tag.to_owned());
                })
                .await?;
            made.push(item.id);
        }
        let filter = |link: &str, resource: &str, tag: &str| {
            let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            LineItemFilter {
                resource_link_id: given(link).map(Into::into),
                resource_id: given(resource),
                tag: given(tag),
            }
        };
        for (asked, expected) in [
            (filter("a", "", ""), vec![made[0], made[1], made[2]]),
            (filter("", "r", ""), vec![made[0], made[1], made[3]]),
            (filter("", "", "t"), vec![made[0], made[2], made[3]]),
            (filter("a", "r", ""), vec![made[0], made[1]]),
            (filter("a", "r", "t"), vec![made[0]]),
            (filter("b", "s", ""), vec![]),
            (filter("A", "", ""), vec![]),
            (filter("", "%", ""), vec![]),
        ] {
            let seen = self.list(&asked, Page::first(100)).await?;
            expect(&format!("items by {asked:?}"), &(expected, false), &seen)?;
        }
        let (page, more) = self.list(&filter("a", "", ""), Page::first(2)).await?;
        expect("the first two by link", &(vec![made[0], made[1]], true), &(page, more))?;
        let rest = self.list(&filter("a", "", ""), Page::after(made[1], 2)).await?;
        expect("the next two by link", &(vec![made[2]], false), &rest)
    }

    /// Within one task: everybody asks before anybody is answered.
    async fn one_of_many_makes_it(&self) -> Verdict {
        let filter = LineItemFilter { tag: Some("one-of-many".to_owned()), ..LineItemFilter::default() };
        let mut definition = definition("Quiz", 10.0)?;
        definition.tag.clone_from(&filter.tag);
        let mut asking: Vec<_> =
            (0..8).map(|_| Some(self.book.find_or_create(&self.owner, &filter, definition.clone()))).collect();
        let (mut ids, mut fault) = (Vec::new(), None);
        std::future::poll_fn(|context| {
            for slot in &mut asking {
                if let Some(ask) = slot
                    && let std::task::Poll::Ready(outcome) = ask.as_mut().poll(context)
                {
                    match outcome {
                        Ok(item) => ids.push(item.id),
                        Err(error) => fault = Some(error.to_string()),
                    }
                    *slot = None;
                }
            }
            if asking.iter().all(Option::is_none) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        if let Some(fault) = fault {
            return Err(fault);
        }
        ids.dedup();
        expect("the items of eight who ask at once", &1, &ids.len())?;
        let (listed, _) = self.list(&filter, Page::first(10)).await?;
        expect("the items that are there", &ids, &listed)?;
        let again = works(self.book.find_or_create(&self.owner, &filter, definition.clone()).await)?;
        expect("the item that is there already", &ids, &vec![again.id])
    }

    async fn pages_hold_under_change(&self) -> Verdict {
        let tagged = |tag: &str| LineItemFilter { tag: Some(tag.to_owned()), ..LineItemFilter::default() };
        let filter = tagged("pages");
        let make = || self.create(|definition| definition.tag = Some("pages".to_owned()));
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(make().await?.id);
        }
        expect("exactly one page", &(made.clone(), false), &self.list(&filter, Page::first(5)).await?)?;
        expect("two of five", &(made[..2].to_vec(), true), &self.list(&filter, Page::first(2)).await?)?;
        // The row that the cursor names goes, and so does one that was seen; another comes.
        for gone in [made[0], made[1]] {
            expect("deleting", &true, &works(self.book.delete(&self.owner, gone).await)?)?;
        }
        let late = make().await?.id;
        let rest = self.list(&filter, Page::after(made[1], 9)).await?;
        expect("the rest after a change", &(vec![made[2], made[3], made[4], late], false), &rest)?;
        expect("no match", &(vec![], false), &self.list(&tagged("none"), Page::first(5)).await?)
    }

    async fn others_see_nothing(&self) -> Verdict {
        let item = self.create(|definition| definition.tag = Some("mine".to_owned())).await?;
        self.record(&item, score("ann", 0, 1.0, 10.0)?).await?;
        let Owner { client_id, deployment_id, context_id } = self.owner.clone();
        for (what, other) in [
            ("client", Owner::new("other", deployment_id.clone(), context_id.clone())),
            ("deployment", Owner::new(client_id.clone(), "other", context_id)),
            ("context", Owner::new(client_id, deployment_id, "another")),
        ] {
            let book = self.book;
            let definition = item.definition.clone();
            let what = |act: &str| format!("another {what} {act}");
            expect(&what("reads"), &None, &works(book.line_item(&other, item.id).await)?)?;
            expect(&what("replaces"), &None, &works(book.replace(&other, item.id, definition).await)?)?;
            expect(&what("deletes"), &false, &works(book.delete(&other, item.id).await)?)?;
            let recorded = works(book.record(&other, item.id, score("ann", 9, 9.0, 10.0)?).await)?;
            expect(&what("scores"), &Recorded::NoSuchLineItem, &recorded)?;
            let results = works(book.results(&other, item.id, None, Page::first(9)).await)?;
            expect(&what("reads results"), &None, &results)?;
            let listed = works(book.line_items(&other, &LineItemFilter::default(), Page::first(9)).await)?;
            expect(&what("lists"), &0, &listed.rows.len())?;
        }
        expect("afterwards the score", &Some(1.0), &self.points(&item, "ann").await?)
    }

    async fn the_newest_stamp_stands(&self) -> Verdict {
        let item = self.create(|_| ()).await?;
        let stale = |nanoseconds| stamp(nanoseconds).map(|on_record| Recorded::Stale { on_record });
        for (what, at, given, expected, stands) in [
            ("the first score", 1_000, 1.0, Recorded::Stands, 1.0),
            ("the same stamp", 1_000, 2.0, stale(1_000)?, 1.0),
            ("a nanosecond older", 999, 3.0, stale(1_000)?, 1.0),
            ("a nanosecond newer", 1_001, 4.0, Recorded::Stands, 4.0),
            ("a second older with a larger fraction", -999_000_001, 5.0, stale(1_001)?, 4.0),
            ("a second newer", 1_000_000_000, 6.0, Recorded::Stands, 6.0),
            ("a century ahead", 3_155_760_000_000_000_000, 7.0, Recorded::Stands, 7.0),
            ("what is newer no longer", 2_000_000_000, 8.0, stale(3_155_760_000_000_000_000)?, 7.0),
        ] {
            expect(what, &expected, &self.record(&item, score("ben", at, given, 10.0)?).await?)?;
            expect(&format!("the result after {what}"), &Some(stands), &self.points(&item, "ben").await?)?;
        }
        let mut early = score("eve", 0, 1.0, 10.0)?;
        for (at, expected) in [(-1_500_000_000, true), (-1_200_000_000, true), (-1_300_000_000, false), (-1, true)] {
            early.timestamp = moment(at)?;
            let recorded = self.record(&item, early.clone()).await? == Recorded::Stands;
            expect(&format!("a stamp {at} ns from 1970"), &expected, &recorded)?;
        }
        expect("another user", &Recorded::Stands, &self.record(&item, score("cay", 5, 1.0, 10.0)?).await?)?;
        let other = self.create(|_| ()).await?;
        expect("another item", &Recorded::Stands, &self.record(&other, score("ben", 5, 1.0, 10.0)?).await?)
    }

    async fn each_score_replaces_all(&self) -> Verdict {
        let item = self.create(|_| ()).await?;
        let mut full = score("dan", 1, 12.5, 10.0)?;
        full.comment = Some("fine \u{1f511}".to_owned());
        full.scoring_user_id = Some("teacher".into());
        let mut submission = Submission::default();
        submission.started_at = Some(stamp(-7)?);
        full.submission = Some(submission);
        self.record(&item, full.clone()).await?;
        expect("a score read again", &Some(full), &self.result(&item, "dan").await?)?;
        expect("extra credit", &Some(12.5), &self.points(&item, "dan").await?)?;
        self.record(&item, score("dan", 2, 0.0, 4.0)?).await?;
        expect("a score of zero", &Some(0.0), &self.points(&item, "dan").await?)?;
        expect("the comment behind it", &None, &self.result(&item, "dan").await?.and_then(|score| score.comment))?;
        let cleared = Score::new("dan", stamp(3)?, ActivityProgress::Initialized, GradingProgress::NotReady);
        expect("clearing", &Recorded::Stands, &self.record(&item, cleared.clone()).await?)?;
        expect("a cleared score", &Some(cleared), &self.result(&item, "dan").await?)?;
        let late = self.record(&item, score("dan", 2, 9.0, 10.0)?).await?;
        expect("an old score after clearing", &Recorded::Stale { on_record: stamp(3)? }, &late)
    }

    async fn scores_outlive_a_new_definition(&self) -> Verdict {
        let item = self.create(|_| ()).await?;
        self.record(&item, score("fay", 1, 1.0, 4.0)?).await?;
        expect("a score on another scale", &Some(2.5), &self.points(&item, "fay").await?)?;
        works(self.book.replace(&self.owner, item.id, definition("Quiz", 100.0)?).await)?;
        expect("a result after a new maximum", &Some(25.0), &self.points(&item, "fay").await?)
    }

    async fn results_are_paged(&self) -> Verdict {
        let item = self.create(|_| ()).await?;
        for user in ["u5", "u1", "u3", "u2", "u4", "U9"] {
            self.record(&item, score(user, 1, 5.0, 10.0)?).await?;
        }
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = Page { after: after.take(), limit: 2 };
            let results = works(self.book.results(&self.owner, item.id, None, page).await)?;
            let scores = results.ok_or("the item is gone")?.scores;
            seen.extend(scores.rows.iter().map(|score| score.user_id.as_str().to_owned()));
            if seen.len() == 2 {
                // One comes before the cursor, one behind it.
                self.record(&item, score("U1", 1, 5.0, 10.0)?).await?;
                self.record(&item, score("u35", 1, 5.0, 10.0)?).await?;
            }
            if !scores.more {
                break;
            }
            after = scores.rows.last().map(|score| score.user_id.clone());
        }
        let expected = ["U9", "u1", "u2", "u3", "u35", "u4", "u5"].map(str::to_owned).to_vec();
        expect("the users of all pages", &expected, &seen)?;
        expect("nobody's score", &None, &self.result(&item, "nobody").await?)?;
        let users = ["u1", "u5", "nobody"].map(Subject::new);
        let mut scores = works(self.book.scores_of(&[item.id], &users).await)?;
        scores.sort_by(|one, other| one.1.user_id.cmp(&other.1.user_id));
        let seen: Vec<_> = scores.iter().map(|(id, score)| (*id, score.user_id.as_str())).collect();
        expect("the scores of three users", &vec![(item.id, "u1"), (item.id, "u5")], &seen)
    }

    async fn deletion_takes_the_scores_along(&self) -> Verdict {
        let item = self.create(|_| ()).await?;
        self.record(&item, score("gil", 1, 5.0, 10.0)?).await?;
        expect("deleting", &true, &works(self.book.delete(&self.owner, item.id).await)?)?;
        expect("deleting again", &false, &works(self.book.delete(&self.owner, item.id).await)?)?;
        expect("a deleted item", &None, &works(self.book.line_item(&self.owner, item.id).await)?)?;
        let recorded = self.record(&item, score("gil", 2, 5.0, 10.0)?).await?;
        expect("a score for a deleted item", &Recorded::NoSuchLineItem, &recorded)?;
        let kept = works(self.book.scores_of(&[item.id], &[Subject::new("gil")]).await)?;
        expect("scores of a deleted item", &0, &kept.len())?;
        let next = self.create(|_| ()).await?;
        expect("the id of a deleted item is not given again", &true, &(next.id > item.id))?;
        expect("results of the new item", &None, &self.result(&next, "gil").await?)
    }

    /// Within one task: the writes are polled together, the newest in the middle.
    async fn concurrent_writers_end_with_the_newest(&self) -> Verdict {
        let item = self.create(|_| ()).await?;
        let stamps: Vec<i128> = (0..64).map(|number| (number * 37) % 64).collect();
        let mut writes = Vec::new();
        for at in &stamps {
            let given = f64::from(u32::try_from(*at).unwrap_or_default());
            let score = score("hal", *at, given, 10.0)?;
            writes.push(Some(self.book.record(&self.owner, item.id, score)));
        }
        let mut newest = None;
        let mut fault = None;
        std::future::poll_fn(|context| {
            for (slot, at) in writes.iter_mut().zip(&stamps) {
                if let Some(write) = slot
                    && let std::task::Poll::Ready(outcome) = write.as_mut().poll(context)
                {
                    match outcome {
                        Ok(Recorded::Stands) => newest = newest.max(Some(*at)),
                        Ok(Recorded::Stale { .. }) => {}
                        other => fault = Some(format!("64 writers at once: seen {other:?}")),
                    }
                    *slot = None;
                }
            }
            if writes.iter().all(Option::is_none) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        if let Some(fault) = fault {
            return Err(fault);
        }
        expect("the newest acknowledged of 64 writers", &Some(63), &newest)?;
        expect("the result of 64 writers", &Some(63.0), &self.points(&item, "hal").await?)
    }
}
