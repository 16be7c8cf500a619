//! The suite `issuer` against its doubles.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Cells, Row, SelfTestError, cells, rows};
use crate::{
    clock::SuiteClock,
    double::issuer::{IssuerDouble, IssuerFlaw, IssuerWiring},
    keys::Keys,
    runner::{Finished, RunOptions, Stopped, Unwatched},
    subject::issuer::{ClientKeys, IssuerCase, IssuerConfig, IssuerWorld, run_issuer},
    transport::{InProcess, Request, Response, TransportError},
};

/// Where the double lives: a name that nobody can resolve, over https, so that no rule is softened for loopback.
const HOST: &str = "https://op.test";
/// The path of its issuer identifier.
const PATH: &str = "/school";
/// How the double is judged: the suite registers its own clients there.
const CONFIG: &str = r#"
[issuer]
name = "double"
url = "https://op.test/school"
scope = "openid profile"
registration_token = "op-initial-access-token"

[user]
name = "ada"
password = "ada's password"

[second_user]
name = "ben"
password = "ben's password"
"#;

/// Every flaw of an issuer whose name is wanted against these cases.
///
/// # Errors
/// When the sound double cannot be judged.
pub async fn issuer_matrix(
    cases: Arc<Vec<IssuerCase>>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Row>, SelfTestError> {
    let sound = sound_issuer_cells(&cases).await?;
    let flaws = IssuerFlaw::all().filter(|flaw| wanted(flaw.name())).map(|flaw| (flaw, flaw.entry()));
    let judged = |flaw| {
        let cases = Arc::clone(&cases);
        async move { judge_issuer(Some(flaw), &cases).await }
    };
    rows("issuer", &sound, flaws, judged).await
}

/// What the suite says of the sound double.
///
/// # Errors
/// When it cannot be judged.
pub async fn sound_issuer_cells(cases: &[IssuerCase]) -> Result<Cells, SelfTestError> {
    Ok(cells(&judge_issuer(None, cases).await??))
}

/// Runs the suite against a double.
///
/// # Errors
/// The outer error when the double cannot be set up, the inner one when it cannot be judged.
pub async fn judge_issuer(
    flaw: Option<IssuerFlaw>,
    cases: &[IssuerCase],
) -> Result<Result<Finished, Stopped>, SelfTestError> {
    let world = issuer_world(flaw)?;
    let options = RunOptions { slow: true, ..RunOptions::default() };
    Ok(run_issuer(&world, cases, &options, &Unwatched).await)
}

/// A world in which the subject is a double.
///
/// # Errors
/// When its configuration is wrong or there are no keys.
pub fn issuer_world(flaw: Option<IssuerFlaw>) -> Result<IssuerWorld, SelfTestError> {
    let config = IssuerConfig::parse(CONFIG, "the double's configuration", &[])?;
    let clock = SuiteClock::standing();
    let time = clock.clone();
    let keys = Keys::generate()?;
    let client = ClientKeys { own: keys.spare.clone(), stranger: keys.foreign.clone() };
    let double = Arc::new(IssuerDouble::new(
        flaw,
        IssuerWiring { host: HOST.to_owned(), path: PATH.to_owned(), keys, clock: Arc::new(move || time.now()) },
    ));
    let transport =
        InProcess::new(Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, TransportError>> {
            let answer = double.handle(&request);
            Box::pin(async move { Ok(answer) })
        }));
    Ok(IssuerWorld::new(config, clock, Arc::new(transport), client))
}
