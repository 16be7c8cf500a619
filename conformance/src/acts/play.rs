//! One session: a launch into a course of its own, what a person does there, and what the tool calls.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Act, GradedBy, Trigger};
use crate::{
    driver::{Driver, Freshness, Halt},
    exchange::{Form, Link, Person, Plan},
    forge::Token,
    seen::Meaning,
    services::{Call, Coupled, Course, ITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE, Scene, grades, roster},
    steps,
    user_agent::{Browser, Page},
};

/// The claim of Assignment and Grade Services.
pub const AGS_CLAIM: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
/// The claim of Names and Role Provisioning Services.
pub const NRPS_CLAIM: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";

/// A session on its way.
#[derive(Debug)]
pub struct Play {
    /// The course with its services.
    pub course: Course,
    /// What it offered when it was opened.
    pub scene: Scene,
    /// The user who is graded, or who acts.
    pub person: Person,
    /// The page of the launch, then the last page that the act led to.
    pub page: Page,
    act: Act,
    trigger: Trigger,
    plan: Plan,
    browser: Browser,
}

impl Play {
    /// Launches into a course that offers this, ready for the act.
    ///
    /// # Errors
    /// When the launch is not accepted, or gets no answer.
    pub async fn open(
        driver: &mut Driver<'_>,
        act: Act,
        trigger: Trigger,
        scene: Scene,
        registration: usize,
    ) -> Result<Self, Halt> {
        let world = driver.world;
        let issuer = world.issuer_index(registration);
        let address = world.platform.url(issuer, "");
        let course = world.platform.services().open(issuer, &address, scene.clone());
        let learner = Person::learner();
        let by_teacher = world.config.tool.services.grades_by == GradedBy::Instructor;
        let actor = if act == Act::Grades && !by_teacher { learner.clone() } else { Person::instructor() };
        let mut plan = Plan::new(world, registration, actor.clone());
        plan.course.id = format!("suite-course-s{}", course.number);
        plan.link = Link { id: grades::link_id(course.number), ..plan.link };
        let person = if act == Act::Grades { learner.clone() } else { actor };
        let mut play =
            Self { browser: driver.browser(), page: Page::default(), course, scene, person, act, trigger, plan };
        if act == Act::Grades && by_teacher {
            // Whoever is graded has to have been there.
            let ahead = Plan { person: learner, ..play.plan.clone() };
            let instructor = std::mem::replace(&mut play.plan, ahead);
            let opened = play.launch(driver).await;
            play.plan = instructor;
            play.browser = driver.browser();
            play.or_close(driver, opened)?;
        }
        let opened = play.launch(driver).await;
        play.or_close(driver, opened)?;
        Ok(play)
    }

    fn or_close(&self, driver: &Driver<'_>, opened: Result<(), Halt>) -> Result<(), Halt> {
        if opened.is_err() {
            driver.world.platform.services().close(&self.course);
        }
        opened
    }

    /// Launches once more into the same course, in the same browser.
    ///
    /// # Errors
    /// When the launch is not accepted, or gets no answer.
    pub async fn launch(&mut self, driver: &mut Driver<'_>) -> Result<(), Halt> {
        let request = driver.begin(&mut self.browser, &self.plan).await?;
        let mut token = self.plan.token(driver.world, &request);
        offer(&mut token, &self.course, &self.scene);
        let form = Form::new(&request, token.compact()?);
        self.page = driver.deliver(&mut self.browser, &request, &form).await?;
        match driver.meaning(&mut self.browser, &self.page, &self.plan.person, Freshness::Fresh).await? {
            Meaning::Refused => Err(Halt::Skip(format!(
                "the launch that offers the services was not accepted: {}",
                self.page.describe()
            ))),
            Meaning::Accepted | Meaning::Unclear => Ok(()),
        }
    }

    /// Brings the tool to act, and waits for the call that the act is about. A tool that acts on its launch is launched
    /// once more for everything but the first act.
    ///
    /// # Errors
    /// When a step cannot be taken or gets no answer.
    pub async fn act(&mut self, driver: &mut Driver<'_>) -> Result<(), Halt> {
        let before = self.wanted(&self.calls(driver));
        match self.trigger.clone() {
            Trigger::OnLaunch if before > 0 => self.launch(driver).await?,
            Trigger::OnLaunch => {}
            Trigger::Steps(steps) => {
                let what = format!("[tool.services] {}", self.act.key());
                let walked = steps::walk(driver, &mut self.browser, Some(self.page.clone()), &steps, &what).await?;
                if let Some(page) = walked.page {
                    self.page = page;
                }
            }
        }
        self.settle(driver, before).await;
        Ok(())
    }

    /// Acts again, from the page of the launch.
    ///
    /// # Errors
    /// When the launch or a step fails.
    pub async fn act_again(&mut self, driver: &mut Driver<'_>) -> Result<(), Halt> {
        if self.trigger != Trigger::OnLaunch {
            self.launch(driver).await?;
        }
        self.act(driver).await
    }

    /// Waits for the call that the act is about. Where it comes after the page, what follows it may do so too.
    async fn settle(&self, driver: &Driver<'_>, before: usize) {
        let limit = Duration::from_millis(driver.world.config.tool.services.settle_ms);
        if limit.is_zero() || self.wanted(&self.calls(driver)) > before {
            return;
        }
        let services = driver.world.platform.services();
        services.wait(&self.course, limit, |calls| self.wanted(calls) > before).await;
        if self.wanted(&self.calls(driver)) > before {
            services.wait(&self.course, limit, |_| false).await;
        }
    }

    fn wanted(&self, calls: &[Call]) -> usize {
        calls.iter().filter(|call| call.kind == self.act.call()).count()
    }

    /// What the tool has called in this session so far.
    pub fn calls(&self, driver: &Driver<'_>) -> Vec<Call> {
        driver.world.platform.services().calls(&self.course)
    }

    /// The resource link of the launch.
    pub fn link_id(&self) -> &str {
        &self.plan.link.id
    }

    /// Closes the course and writes down what was called there.
    pub fn close(&self, driver: &mut Driver<'_>) -> Vec<Call> {
        let calls = self.calls(driver);
        driver.world.platform.services().close(&self.course);
        calls
    }
}

/// Puts the claims of the services into a launch.
fn offer(token: &mut Token, course: &Course, scene: &Scene) {
    if scene.ags {
        let mut claim = json!({
            "scope": [ITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE],
            "lineitems": grades::items_url(&course.base, scene),
        });
        match scene.coupled {
            Coupled::Item => claim["lineitem"] = json!(grades::item_url(&course.base, 1, scene)),
            Coupled::Blank => claim["lineitem"] = json!(""),
            Coupled::Absent => {}
        }
        for (name, value) in &scene.more {
            claim[*name] = value.clone();
        }
        token.set(AGS_CLAIM, claim);
    } else {
        token.remove(AGS_CLAIM);
    }
    if scene.nrps {
        let url = roster::members_url(&course.base, course.number);
        let claim: Value = json!({"context_memberships_url": url, "service_versions": ["2.0"]});
        token.set(NRPS_CLAIM, claim);
    } else {
        token.remove(NRPS_CLAIM);
    }
}
