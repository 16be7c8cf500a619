//! A real browser by the `WebDriver` protocol (`https://www.w3.org/TR/webdriver2/`): as much of it as these
//! tests need.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};

/// What went wrong, in words.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// How an element is named in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long a page may take to say what is waited for. The slowest page itself waits three seconds.
const PATIENCE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(60);

/// The two programs.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    chromium: PathBuf,
    driver: PathBuf,
}

impl Programs {
    /// Looks on the path.
    pub(crate) fn find() -> Option<Self> {
        let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program)?;
        Some(Self { chromium, driver: program("chromedriver")? })
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}

/// A running driver; it ends when it is dropped.
pub(crate) struct Driver {
    child: Child,
    base: String,
    http: Client,
    chromium: PathBuf,
    directory: PathBuf,
}

impl Driver {
    /// Starts the driver on a port of its choice.
    pub(crate) fn start(programs: &Programs) -> Result<Self> {
        let directory = std::env::temp_dir().join(format!("lti-browser-{}", std::process::id()));
        std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let mut child = Command::new(&programs.driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("chromedriver does not start: {error}"))?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("chromedriver has no output")?).lines();
        // It names the port 0 first, when it begins.
        let port = lines.by_ref().find_map(|line| {
            let line = line.ok()?;
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // Nobody reads on, and the pipe must not fill.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.ok_or("chromedriver names no port")?;
        let http = Client::builder().timeout(Duration::from_mins(1)).build().map_err(|error| error.to_string())?;
        Ok(Self {
            child,
            base: format!("http://127.0.0.1:{port}"),
            http,
            chromium: programs.chromium.clone(),
            directory,
        })
    }

    /// Starts a browser of its own with these preferences, which knows every `.test` host on loopback.
    pub(crate) async fn browser(&self, name: &str, preferences: Value) -> Result<Browser> {
        let profile = self.directory.join(name);
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP *.test 127.0.0.1",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": true,
            "pageLoadStrategy": "eager",
            "goog:chromeOptions": {"binary": self.chromium, "args": arguments, "prefs": preferences},
        }}});
        let session = call(&self.http, &format!("{}/session", self.base), Some(capabilities)).await?;
        let id = session["sessionId"].as_str().ok_or("a session without id")?;
        let browser = Browser { base: format!("{}/session/{id}", self.base), http: self.http.clone() };
        browser.say("timeouts", json!({"pageLoad": 20_000, "script": 10_000})).await?;
        Ok(browser)
    }

    /// Ends the driver; its browsers have been closed.
    pub(crate) fn end(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        // Both may have ended already.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
        let _removed = std::fs::remove_dir_all::<&Path>(&self.directory);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A browser with one or more windows.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    base: String,
    http: Client,
}

impl Browser {
    /// Closes every window and ends the browser.
    pub(crate) async fn close(&self) {
        // A browser that does not answer is ended with its driver.
        let _answer = self.http.delete(&self.base).send().await;
    }

    async fn say(&self, command: &str, body: Value) -> Result<Value> {
        call(&self.http, &format!("{}/{command}", self.base), Some(body)).await
    }

    async fn ask(&self, command: &str) -> Result<Value> {
        call(&self.http, &format!("{}/{command}", self.base), None).await
    }

    /// Opens a page in the first window and closes all others.
    pub(crate) async fn open(&self, url: &str) -> Result<()> {
        let windows = self.windows().await?;
        for other in windows.iter().skip(1) {
            self.to_window(other).await?;
            call_delete(&self.http, &format!("{}/window", self.base)).await?;
        }
        self.to_window(windows.first().ok_or("no window is left")?).await?;
        // Two addresses that differ in their fragment alone are one page.
        self.say("url", json!({"url": "about:blank"})).await?;
        self.say("url", json!({"url": url})).await.map(drop)
    }

    /// The windows, the oldest first.
    pub(crate) async fn windows(&self) -> Result<Vec<String>> {
        let windows = self.ask("window/handles").await?;
        serde_json::from_value(windows).map_err(|error| error.to_string())
    }

    async fn to_window(&self, handle: &str) -> Result<()> {
        self.say("window", json!({"handle": handle})).await.map(drop)
    }

    /// Goes into the window that was opened last, once there are so many.
    pub(crate) async fn to_new_window(&self, count: usize) -> Result<()> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let windows = self.windows().await?;
            if windows.len() == count {
                return self.to_window(&windows[count - 1]).await;
            }
            if tokio::time::Instant::now() > end {
                return Err(format!("there are {} windows and not {count}", windows.len()));
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Goes into a frame of a frame of this window.
    async fn to_frame(&self, frames: &[&str]) -> Result<()> {
        self.say("frame", json!({"id": null})).await?;
        for frame in frames {
            let element = self.element(frame).await?;
            self.say("frame", json!({"id": {ELEMENT: element}})).await?;
        }
        Ok(())
    }

    async fn element(&self, selector: &str) -> Result<String> {
        let found = self.say("element", json!({"using": "css selector", "value": selector})).await?;
        found[ELEMENT].as_str().map(str::to_owned).ok_or_else(|| format!("no element {selector}"))
    }

    /// Clicks as a person does, which lets a page open windows. A page that is still moving takes no click.
    pub(crate) async fn click(&self, frames: &[&str], selector: &str) -> Result<()> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            self.to_frame(frames).await?;
            let element = self.element(selector).await?;
            match self.say(&format!("element/{element}/click"), json!({})).await {
                Err(error) if error.contains("click intercepted") && tokio::time::Instant::now() < end => {}
                clicked => return clicked.map(drop),
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Runs a script in a frame.
    pub(crate) async fn run(&self, frames: &[&str], script: &str) -> Result<Value> {
        self.to_frame(frames).await?;
        self.say("execute/sync", json!({"script": script, "args": []})).await
    }

    /// Runs a script with one argument in a frame.
    pub(crate) async fn run_with(&self, frames: &[&str], script: &str, argument: Value) -> Result<Value> {
        self.to_frame(frames).await?;
        self.say("execute/sync", json!({"script": script, "args": [argument]})).await
    }

    /// Waits until the frame holds a page below this address.
    pub(crate) async fn loaded(&self, frames: &[&str], address: &str) -> Result<()> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let seen = self.run(frames, "return document.readyState === 'complete' ? location.href : ''").await;
            if seen.as_ref().ok().and_then(Value::as_str).is_some_and(|seen| seen.starts_with(address)) {
                return Ok(());
            }
            if tokio::time::Instant::now() > end {
                return Err(format!("the frame holds {seen:?} and not {address}"));
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits until the page in this frame shows one of these texts, and returns all that it shows.
    pub(crate) async fn shows(&self, frames: &[&str], texts: &[&str]) -> Result<String> {
        let end = tokio::time::Instant::now() + PATIENCE;
        let script = "return document.body ? document.body.innerText : ''";
        loop {
            // Between two pages there is no such frame, or no body.
            let seen = self.run(frames, script).await;
            let shown = seen.as_ref().ok().and_then(Value::as_str).unwrap_or_default();
            if texts.iter().any(|text| shown.contains(text)) {
                return Ok(shown.to_owned());
            }
            if tokio::time::Instant::now() > end {
                return Err(format!("the page shows none of {texts:?}, but {seen:?}"));
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}

async fn call(http: &Client, url: &str, body: Option<Value>) -> Result<Value> {
    let request = match body {
        Some(body) => http.post(url).json(&body),
        None => http.get(url),
    };
    read(request.send().await.map_err(|error| error.to_string())?).await
}

async fn call_delete(http: &Client, url: &str) -> Result<Value> {
    read(http.delete(url).send().await.map_err(|error| error.to_string())?).await
}

async fn read(response: reqwest::Response) -> Result<Value> {
    let mut answer: Value = response.json().await.map_err(|error| error.to_string())?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
        None => Ok(value),
    }
}
