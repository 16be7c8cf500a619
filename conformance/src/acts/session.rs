//! The sound sessions of a run: each act is played once, and many cases look at what came.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::json;

use super::{Act, Play, Trigger};
use crate::{
    driver::{Driver, Halt},
    exchange::Person,
    services::{Call, CallKind, Coupled, Course, Scene},
    world::World,
};

/// How long the tokens of a session are good for, in seconds.
pub(super) const LIFETIME: i64 = 3600;
/// The same where time cannot be moved: short, so that later cases see tokens asked for again.
const SHORT_LIFETIME: i64 = 15;
/// How far a virtual clock moves between two acts of a session.
const BETWEEN_ACTS: i64 = 2;

/// What a sound session brought.
#[derive(Debug, Clone)]
pub struct Session {
    /// What the tool was brought to do; a score is sent twice.
    pub act: Act,
    /// Everything that it called, in order.
    pub calls: Vec<Call>,
    /// The text of the last page.
    pub text: String,
    /// Whether the last page was a server error.
    pub crashed: bool,
    /// The user who acted, or was graded.
    pub person: Person,
    /// The course.
    pub course: Course,
    /// The resource link of the launch.
    pub link_id: String,
}

impl Session {
    /// The calls of this kind.
    pub fn of(&self, kind: CallKind) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.kind == kind)
    }
}

/// The token requests of all sound sessions of a run.
#[derive(Debug, Clone)]
pub struct TokenRequests {
    /// The requests, in order.
    pub calls: Vec<Call>,
    /// Every call to a service of these sessions, in order.
    pub services: Vec<Call>,
    /// What the tool was registered with.
    pub client_id: String,
    /// The addresses that the authorization server is known by: its token endpoint and its issuer.
    pub audiences: [String; 2],
    /// The deployments of the registration.
    pub deployments: Vec<String>,
}

/// The sound sessions that were played, by act.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<BTreeMap<Act, Result<Arc<Session>, Halt>>>);

impl Sessions {
    fn known(&self, act: Act) -> Option<Result<Arc<Session>, Halt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&act).cloned()
    }

    /// Forgets them: a new run plays its own.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn keep(&self, act: Act, session: Result<Arc<Session>, Halt>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(act, session);
    }
}

/// A scene in which everything is sound, for this act.
pub(crate) fn sound_scene(world: &World, act: Act) -> Scene {
    let roster = act == Act::Roster;
    let mut scene = Scene { ags: !roster, nrps: roster, ..Scene::default() };
    // The addresses of the link's own line item have a query, as those of widespread platforms.
    if matches!(act, Act::Grades | Act::Results) {
        scene.coupled = Coupled::Item;
        scene.query = true;
        scene.items = vec![json!({"id": 1, "label": "Photosynthesis quiz", "scoreMaximum": 10})];
    }
    if act == Act::LineItem {
        scene.items = vec![json!({"id": 1, "label": "Older exercise", "scoreMaximum": 5})];
    }
    scene.grant.expires_in = Some(if world.clock.is_system() { SHORT_LIFETIME } else { LIFETIME });
    scene
}

impl Driver<'_> {
    /// The sound session of an act, played once in a run.
    ///
    /// # Errors
    /// When it cannot be played.
    pub async fn session(&mut self, act: Act, trigger: &Trigger) -> Result<Arc<Session>, Halt> {
        let sessions = Arc::clone(&self.world.sessions);
        if let Some(known) = sessions.known(act) {
            return known;
        }
        let played = self.play_soundly(act, trigger.clone()).await.map(Arc::new);
        sessions.keep(act, played.clone());
        played
    }

    async fn play_soundly(&mut self, act: Act, trigger: Trigger) -> Result<Session, Halt> {
        // The token of the session before is over, so that there is more than one request to look at.
        self.world.clock.advance(LIFETIME);
        let scene = sound_scene(self.world, act);
        let mut play = Play::open(self, act, trigger, scene, 0).await?;
        let mut acted = play.act(self).await;
        if act == Act::Grades && acted.is_ok() {
            self.world.clock.advance(BETWEEN_ACTS);
            acted = play.act_again(self).await;
        }
        let calls = play.close(self);
        acted?;
        Ok(Session {
            act,
            calls,
            text: play.page.text.clone(),
            crashed: play.page.crashed(),
            person: play.person.clone(),
            link_id: play.link_id().to_owned(),
            course: play.course,
        })
    }
}
