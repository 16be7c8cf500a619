//! What a case about services does, and what is seen in it. What a broken rule is worth is written by hand in the row.

use std::sync::Arc;

use super::{
    Act, Play, Session, TokenRequests,
    session::{LIFETIME, sound_scene},
};
use crate::{
    case::{Ended, Outcome},
    driver::{Driver, Halt},
    services::{Call, CallKind, Scene},
    sight::{Sight, ended},
    user_agent::Page,
};

/// Looks at what a sound session brought.
pub type Look = fn(&Session) -> Sight;
/// Looks at the token requests of all sound sessions.
pub type LookAtTokens = fn(&TokenRequests) -> Sight;
/// Changes what the platform offers and answers.
pub type Scenery = fn(&mut Scene);
/// Weighs what the tool did in a changed scene.
pub type Weigh = fn(&Played) -> Sight;

/// What a case about services does.
#[derive(Clone, Copy)]
pub enum ServiceScript {
    /// Looks at the sound session of this act.
    Look {
        /// The act.
        act: Act,
        /// Looks.
        look: Look,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// Looks at the token requests of every sound session.
    Tokens {
        /// Looks.
        look: LookAtTokens,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// Plays a session of any act that has a trigger, in which one thing is changed.
    PlayAny {
        /// Changes it.
        scenery: Scenery,
        /// Weighs what came.
        weigh: Weigh,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// Plays a session in which one thing is changed.
    Play {
        /// The act.
        act: Act,
        /// Changes it.
        scenery: Scenery,
        /// Weighs what came.
        weigh: Weigh,
        /// What a broken rule is worth.
        broken: Outcome,
    },
}

impl ServiceScript {
    /// What a broken rule is worth.
    pub const fn broken(&self) -> Outcome {
        match self {
            Self::Look { broken, .. }
            | Self::Tokens { broken, .. }
            | Self::PlayAny { broken, .. }
            | Self::Play { broken, .. } => *broken,
        }
    }
}

/// What came of a session in which one thing was changed.
#[derive(Debug)]
pub struct Played {
    /// What the tool was brought to do.
    pub act: Act,
    /// What the tool called.
    pub calls: Vec<Call>,
    /// The last page.
    pub page: Page,
    /// The sound session of the same act, to compare with.
    pub sound: Arc<Session>,
    /// The resource link of the launch.
    pub link_id: String,
}

impl Played {
    /// The calls of this kind.
    pub fn of(&self, kind: CallKind) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.kind == kind)
    }

    /// How many calls of this kind came.
    pub fn count(&self, kind: CallKind) -> usize {
        self.of(kind).count()
    }
}

impl Driver<'_> {
    /// Runs a case about services.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub(crate) async fn run_service(&mut self, script: ServiceScript) -> Result<Ended, Halt> {
        match script {
            ServiceScript::Look { act, look, broken } => {
                let trigger = match act.trigger(self.world) {
                    Ok(trigger) => trigger,
                    Err(ended) => return Ok(ended),
                };
                let session = self.session(act, &trigger).await?;
                let seen = look(&session);
                self.attach(&session.calls, &seen);
                Ok(ended(seen, broken))
            }
            ServiceScript::Tokens { look, broken } => {
                let requests = match self.token_requests().await? {
                    Ok(requests) => requests,
                    Err(ended) => return Ok(ended),
                };
                let seen = look(&requests);
                self.attach(&requests.calls, &seen);
                Ok(ended(seen, broken))
            }
            ServiceScript::PlayAny { scenery, weigh, broken } => match self.any_act() {
                Ok(act) => self.play_changed(act, scenery, weigh, broken).await,
                Err(ended) => Ok(ended),
            },
            ServiceScript::Play { act, scenery, weigh, broken } => self.play_changed(act, scenery, weigh, broken).await,
        }
    }

    async fn play_changed(&mut self, act: Act, scenery: Scenery, weigh: Weigh, broken: Outcome) -> Result<Ended, Halt> {
        match self.perform(act, &|scene: &mut Scene| scenery(scene)).await? {
            Ok(played) => Ok(ended(weigh(&played), broken)),
            Err(ended) => Ok(ended),
        }
    }

    /// The first act that has a trigger, or what a case ends with where there is none.
    pub(crate) fn any_act(&self) -> Result<Act, Ended> {
        let acts = [Act::Roster, Act::Results, Act::Grades, Act::LineItem];
        acts.into_iter()
            .find(|act| act.trigger(self.world).is_ok())
            .map_or_else(|| Act::Grades.trigger(self.world).map(|_| Act::Grades), Ok)
    }

    /// Plays a session in a changed scene.
    ///
    /// # Errors
    /// When it cannot be played; inside, what the case ends with where the tool is not brought to this act, or does not do
    /// it in a sound session either.
    pub(crate) async fn perform(
        &mut self,
        act: Act,
        scenery: &(dyn Fn(&mut Scene) + Sync),
    ) -> Result<Result<Played, Ended>, Halt> {
        let trigger = match act.trigger(self.world) {
            Ok(trigger) => trigger,
            Err(ended) => return Ok(Err(ended)),
        };
        let sound = self.session(act, &trigger).await?;
        if sound.of(act.call()).next().is_none() {
            let words = act.call().words();
            return Ok(Err(Ended::skip(format!("a sound session did not bring {words} either"))));
        }
        let mut scene = sound_scene(self.world, act);
        scenery(&mut scene);
        if scene.fresh {
            self.world.clock.advance(LIFETIME);
        }
        let mut play = Play::open(self, act, trigger, scene, 0).await?;
        let acted = play.act(self).await;
        let calls = play.close(self);
        self.note_calls(&calls);
        acted?;
        let link_id = play.link_id().to_owned();
        Ok(Ok(Played { act, calls, page: play.page, sound, link_id }))
    }

    /// The token requests of the sound sessions of every act that has a trigger, or what a case ends with without any.
    pub(crate) async fn token_requests(&mut self) -> Result<Result<TokenRequests, Ended>, Halt> {
        let mut calls = Vec::new();
        let mut services = Vec::new();
        let mut missing = None;
        let mut halted = None;
        let mut played = false;
        for act in Act::ALL {
            match act.trigger(self.world) {
                Ok(trigger) => match self.session(act, &trigger).await {
                    Ok(session) => {
                        played = true;
                        calls.extend(session.of(CallKind::Token).cloned());
                        let others = session.calls.iter().filter(|call| call.kind != CallKind::Token);
                        services.extend(others.cloned());
                    }
                    Err(halt) => halted = Some(halt),
                },
                // What has to be reviewed says more than what is not supported.
                Err(ended) => {
                    let weaker = missing.as_ref().is_some_and(|known: &Ended| known.word == "unclear");
                    if !weaker {
                        missing = Some(ended);
                    }
                }
            }
        }
        if !played {
            return match (halted, missing) {
                (Some(halt), _) => Err(halt),
                (None, missing) => Ok(Err(missing.unwrap_or_else(|| Ended::skip("no act is known")))),
            };
        }
        let world = self.world;
        let deployments = world.config.registrations.first().map(|known| known.deployment_ids.clone());
        Ok(Ok(TokenRequests {
            calls,
            services,
            client_id: world.client_id(0).to_owned(),
            audiences: [world.platform.url(0, "/token"), world.issuer(0)],
            deployments: deployments.unwrap_or_default(),
        }))
    }

    /// Writes calls down where they are evidence.
    fn attach(&mut self, calls: &[Call], seen: &Sight) {
        if !matches!(seen, Sight::Sound(_)) {
            self.note_calls(calls);
        }
    }
}
