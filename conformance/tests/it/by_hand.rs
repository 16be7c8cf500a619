//! Launches that a person brings about: the suite's tool takes them on its own page and judges what arrived.

use std::sync::Arc;

use conformance::{
    clock::SuiteClock,
    reference::PlatformReference,
    report::model::Verdict,
    runner::{RunOptions, Unwatched},
    serve::serve_router,
    subject::platform::{ByHand, PlatformConfig, PlatformWorld, run_by_hand},
    suite,
    transport::Network,
    user_agent::Elements,
};
use http::header;
use url::Url;

/// A person's browser, as far as one launch needs it.
struct Person {
    client: reqwest::Client,
    cookie: String,
}

impl Person {
    fn new() -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, cookie: String::new() }
    }

    async fn get(&self, url: &str) -> reqwest::Response {
        self.client.get(url).header(header::COOKIE, &self.cookie).send().await.unwrap()
    }

    async fn post(&self, url: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        self.client.post(url).header(header::COOKIE, &self.cookie).form(fields).send().await.unwrap()
    }
}

fn location(response: &reqwest::Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

/// Launches the link of the school by hand and returns the page of the suite's tool.
async fn launch(person: &mut Person, school: &str) -> String {
    let fields = [("link", "hist-101-link-1"), ("user", "aoi"), ("target", "window"), ("method", "get")];
    let started = person.post(&format!("{school}/launch"), &fields).await;
    let cookie = started.headers()[header::SET_COOKIE].to_str().unwrap();
    person.cookie = cookie.split(';').next().unwrap().to_owned();
    let login = person.get(&location(&started)).await;
    let authentication = person.get(&location(&login)).await;
    let url = authentication.url().clone();
    let page = http::Response::new(authentication.bytes().await.unwrap());
    let form = Elements::read(&url, &page).forms.remove(0);
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.post(form.url.as_str(), &fields).await.text().await.unwrap()
}

#[tokio::test]
async fn a_person_launches_and_reads_the_findings_on_the_spot_and_in_the_report() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let suite_url = format!("http://{}", listener.local_addr().unwrap());
    let school = PlatformReference::start_for(&Url::parse(&suite_url).unwrap(), None).await.unwrap();
    let platform = &school.world.config.platform;
    let text = format!(
        "[suite]\npublic_url = {suite_url:?}\n[platform]\nissuer = {:?}\nauthorization_url = {:?}\njwks_url = {:?}\n\
         client_id = {:?}\ndeployment_ids = [\"dep-1\"]\n",
        platform.issuer,
        platform.authorization_url.as_str(),
        platform.jwks_url.as_str(),
        platform.client_id
    );
    let config = PlatformConfig::parse(&text, "by hand", &[]).unwrap();
    let world = PlatformWorld::new(config, SuiteClock::standing(), Arc::new(Network::new(&[]).unwrap()));
    let tool = ByHand::new(world.clone());
    let served = serve_router(listener, tool.router(), None).unwrap();

    let cases = suite::platform::cases();
    let options = RunOptions::default();
    let run = run_by_hand(&world, &tool, &cases, &options, &Unwatched);
    let person = async {
        let mut person = Person::new();
        let front = person.get(&format!("{suite_url}/")).await.text().await.unwrap();
        assert!(front.contains(&format!("{suite_url}/login")), "{front}");
        let page = launch(&mut person, &platform.issuer).await;
        assert!(page.contains("Launch arrived"), "{page}");
        let front = person.get(&format!("{suite_url}/")).await.text().await.unwrap();
        assert!(front.contains("by hand 1"), "{front}");
        person.post(&format!("{suite_url}/judge"), &[]).await;
    };
    let (finished, ()) = tokio::join!(run, person);
    let results = finished.unwrap().report.results;
    let verdict = |id: &str| results.iter().find(|result| result.id == id).map(|result| result.verdict);
    assert_eq!(verdict("platform-login-first"), Some(Verdict::Pass));
    assert_eq!(verdict("platform-login-iss-token"), Some(Verdict::Pass));
    assert_eq!(verdict("platform-redirect-host"), Some(Verdict::Skip), "nothing is asked of a platform by hand");
    let findings: Vec<_> =
        results.iter().filter(|result| matches!(result.verdict, Verdict::Fail | Verdict::Warn)).collect();
    assert!(findings.iter().all(|result| result.id.starts_with("platform-cert-")), "{findings:#?}");
    drop(served);
}

#[tokio::test]
async fn a_token_without_a_login_is_found_out() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let suite_url = format!("http://{}", listener.local_addr().unwrap());
    let text = format!(
        "[suite]\npublic_url = {suite_url:?}\n[platform]\nissuer = \"https://lms.test\"\nauthorization_url = \"https://lms.test/auth\"\n\
         jwks_url = \"https://lms.test/jwks\"\nclient_id = \"c\"\ndeployment_ids = [\"1\"]\n"
    );
    let config = PlatformConfig::parse(&text, "by hand", &[]).unwrap();
    let world = PlatformWorld::new(config, SuiteClock::standing(), Arc::new(Network::new(&[]).unwrap()));
    let tool = ByHand::new(world);
    let served = serve_router(listener, tool.router(), None).unwrap();
    let person = Person::new();
    let launch = format!("{suite_url}/launch");
    let page = person.post(&launch, &[("id_token", "e30.e30."), ("state", "never-sent")]).await;
    let page = page.text().await.unwrap();
    assert!(page.contains("each launch starts with a login initiation"), "{page}");
    let error = [("error", "login_required"), ("error_description", "<b>who?")];
    let page = person.post(&launch, &error).await.text().await.unwrap();
    assert!(page.contains("login_required") && !page.contains("<b>who"), "{page}");
    drop(served);
}
