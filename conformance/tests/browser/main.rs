//! Cookieless launches in a real Chromium: a tool of another site in a school's page, with cookies and without, and those
//! who would like to sign somebody in as somebody else.
//!
//! Chromium and chromedriver are looked for on the path. Without them every case is ignored; with
//! `LTI_REQUIRE_BROWSER=1` that is a failure.

mod cases;
mod host;
mod webdriver;
mod world;

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;

use cases::{Case, Cookies};
use webdriver::{Browser, Driver, Programs};
use world::World;

/// What the cases share: the sites, the driver, and the browser of the last case.
struct Shared {
    runtime: Runtime,
    world: World,
    driver: Driver,
    browser: Mutex<Option<(Cookies, Browser)>>,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // The cases share browsers.
    arguments.test_threads = Some(1);
    let programs = Programs::find();
    let required = std::env::var_os("LTI_REQUIRE_BROWSER").is_some_and(|value| value == "1");
    if programs.is_none() && !arguments.list {
        eprintln!("chromium and chromedriver are not both on the path: the cases in a real browser are not run");
    }
    let ignored = programs.is_none() && !required;
    let shared = match programs.filter(|_| !arguments.list).map(|programs| start(&programs)).transpose() {
        Ok(shared) => shared.map(Arc::new),
        Err(error) => {
            eprintln!("the cases in a real browser cannot be run: {error}");
            return ExitCode::FAILURE;
        }
    };
    let trials = cases::ALL.iter().map(|case| {
        let shared = shared.clone();
        let run =
            move || shared.ok_or_else(|| "no chromium or no chromedriver".into()).and_then(|shared| shared.judge(case));
        Trial::test(format!("{}::{}", case.cookies.name(), case.name), run).with_ignored_flag(ignored)
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if let Some(shared) = shared.and_then(Arc::into_inner) {
        shared.end();
    }
    conclusion.exit_code()
}

fn start(programs: &Programs) -> webdriver::Result<Shared> {
    let runtime = Runtime::new().map_err(world::text)?;
    let world = runtime.block_on(World::start())?;
    Ok(Shared { world, driver: Driver::start(programs)?, browser: Mutex::new(None), runtime })
}

impl Shared {
    fn judge(&self, case: &Case) -> Result<(), Failed> {
        let mut held = self.browser.lock().unwrap_or_else(PoisonError::into_inner);
        self.runtime.block_on(async {
            let fitting = held.take_if(|(cookies, _)| *cookies == case.cookies).map(|(_, browser)| browser);
            if let Some((_, other)) = held.take() {
                other.close().await;
            }
            let browser = match fitting {
                Some(browser) => browser,
                None => self.driver.browser(case.cookies.name(), case.cookies.preferences()).await?,
            };
            let outcome = (case.run)(&self.world, &browser).await;
            *held = Some((case.cookies, browser));
            outcome.map_err(Failed::from)
        })
    }

    fn end(self) {
        let held = self.browser.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, browser)) = held {
            self.runtime.block_on(browser.close());
        }
        self.driver.end();
    }
}
