//! Two server processes on one SQLite file: a code, a `jti` and a refresh token are accepted once, whoever asks first.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, LazyLock};

use http::StatusCode;
use lti_core::Timestamp;
use lti_core::jose::{SigningKey, sign_compact};
use oauth2_issuer::clock::{Clock, SystemClock};
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::once::SqliteOnceStore;
use oauth2_issuer::server::provider::{
    CodeRecord, Grant, Provider, ProviderParts, ProviderPolicy, ProviderStore as _, Providers, RefreshRecord, ScopeSet,
    SecretHash, SqliteProviderStore,
};
use oauth2_issuer::sqlite;
use serde_json::{Value, json};

use super::school::{CALLBACK, CLIENT_KEY, ISSUER, NoKeySets, Pages, SECRET, Users, basic, clients};

/// Tells the child in which directory its file and its key are.
const DIRECTORY: &str = "OAUTH2_ISSUER_TEST_DIRECTORY";
/// How many of each are fought for.
const EACH: usize = 12;
/// How many ask for one of them, half of them at each process.
const ASKING: usize = 6;

/// The child process, and no test of its own: it serves the file until it is ended.
#[test]
#[ignore = "the child process of two_processes_accept_everything_once"]
fn serves_until_ended() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { panic!("{DIRECTORY} is not set: another test runs this") };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let directory = Path::new(&directory);
        let key = SigningKey::from_pkcs8_der("id-1", &std::fs::read(directory.join("key.der")).unwrap()).unwrap();
        let pool = sqlite::open(&directory.join("issuer.db")).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let parts = ProviderParts {
            store: Arc::new(SqliteProviderStore::in_pool(pool.clone()).await.unwrap()),
            once: Arc::new(SqliteOnceStore::in_pool(pool).await.unwrap()),
            keys: Arc::new(KeyRing::with_key(Arc::clone(&clock), key)),
            key_sets: Arc::new(NoKeySets),
            accounts: Arc::new(Users),
            interaction: Arc::new(Pages::default()),
            clock,
        };
        let mut policy = ProviderPolicy::default();
        policy.scopes = ScopeSet::parse("openid profile offline_access reports");
        let provider = Arc::new(Provider::new(ISSUER, parts, policy).unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("listening on {}", listener.local_addr().unwrap());
        axum::serve(listener, Providers::new().with(provider).router()).await.unwrap();
    });
}

/// Without connections that wait: those of one test's runtime are dead in the next.
static CLIENT: LazyLock<reqwest::Client> =
    LazyLock::new(|| reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap());

/// A process that serves the file.
struct Server {
    process: Child,
    /// Kept open: a child that cannot write any more ends.
    _written: Lines<BufReader<ChildStdout>>,
    token_endpoint: String,
}

impl Server {
    fn start(directory: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "provider::processes::serves_until_ended", "--ignored", "--nocapture"])
            .env(DIRECTORY, directory)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut addresses = lines
            .by_ref()
            .map_while(Result::ok)
            .filter_map(|line| Some(line.split_once("listening on ")?.1.to_owned()));
        let token_endpoint = format!("http://{}/school/token", addresses.next().unwrap());
        Self { process, _written: lines, token_endpoint }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What is kept before the processes start.
async fn prepare(directory: &Path, now: Timestamp) {
    let key = SigningKey::generate_rs256("id-1").unwrap();
    std::fs::write(directory.join("key.der"), key.to_pkcs8_der().unwrap().as_bytes()).unwrap();
    let store = SqliteProviderStore::open(&directory.join("issuer.db")).await.unwrap();
    for client in clients() {
        store.put_client(ISSUER, client).await.unwrap();
    }
    let later = now + std::time::Duration::from_hours(1);
    for number in 0..EACH {
        let grant = |kind| {
            Grant::new(format!("{kind}-{number}"), "portal", "ada", ScopeSet::parse("openid offline_access"), now)
        };
        let mut code = CodeRecord::new(grant("code"), later);
        code.redirect_uri = Some(CALLBACK.to_owned());
        store.put_code(ISSUER, SecretHash::of(&format!("code-{number}")), code).await.unwrap();
        let refresh = RefreshRecord::new(grant("refresh"), now, later);
        store.put_refresh(ISSUER, SecretHash::of(&format!("refresh-{number}")), refresh).await.unwrap();
    }
}

/// Everybody asks at once, by turns at each process.
async fn race(servers: &[Server; 2], basic: Option<&str>, form: &[(&str, &str)]) -> Vec<(StatusCode, Value)> {
    let asking: Vec<_> = (0..ASKING)
        .map(|number| {
            let mut request = CLIENT.post(&servers[number % 2].token_endpoint).form(form);
            if let Some(basic) = basic {
                request = request.header("authorization", basic);
            }
            tokio::spawn(async move {
                let answer = request.send().await.unwrap();
                (answer.status(), answer.json::<Value>().await.unwrap())
            })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in asking {
        answers.push(answer.await.unwrap());
    }
    answers
}

/// How many got something; everybody else is refused with `code`, and nobody by a fault of the server.
fn granted(answers: &[(StatusCode, Value)], code: &str) -> usize {
    let refused = answers.iter().filter(|(status, _)| !status.is_success());
    for (status, answer) in refused {
        assert_eq!((status.as_u16(), answer["error"].as_str()), (400, Some(code)), "{answer}");
    }
    answers.iter().filter(|(status, _)| status.is_success()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_accept_everything_once() {
    let directory = tempfile::tempdir().unwrap();
    let now = SystemClock.now();
    prepare(directory.path(), now).await;
    let servers = [Server::start(directory.path()), Server::start(directory.path())];
    let portal = basic("portal", SECRET);
    let (mut codes, mut refreshed) = (0, 0);
    for number in 0..EACH {
        // Who comes second revokes the grant, which may end the answer of the first: one at most gets tokens.
        let code = format!("code-{number}");
        let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
        let won = granted(&race(&servers, Some(&portal), &form).await, "invalid_grant");
        assert!(won <= 1, "{code} was accepted {won} times");
        codes += won;

        let token = format!("refresh-{number}");
        let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let won = granted(&race(&servers, Some(&portal), &form).await, "invalid_grant");
        assert!(won <= 1, "{token} was accepted {won} times");
        refreshed += won;

        let claims = json!({
            "iss": "service", "sub": "service", "aud": ISSUER, "exp": now.as_secs() + 600, "jti": format!("jti-{number}"),
        });
        let assertion = sign_compact(&CLIENT_KEY, &claims).unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.as_str()),
        ];
        let won = granted(&race(&servers, None, &form).await, "invalid_client");
        assert_eq!(won, 1, "an assertion was accepted {won} times");
    }
    assert!(codes > 0 && refreshed > 0, "{codes} codes and {refreshed} refresh tokens were good for something");
}

#[tokio::test]
async fn what_one_process_took_the_other_does_not_take() {
    let directory = tempfile::tempdir().unwrap();
    prepare(directory.path(), SystemClock.now()).await;
    let servers = [Server::start(directory.path()), Server::start(directory.path())];
    let ask = async |server: &Server, form: &[(&str, &str)]| {
        let request =
            reqwest::Client::new().post(&server.token_endpoint).header("authorization", basic("portal", SECRET));
        let answer = request.form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let form = [("grant_type", "refresh_token"), ("refresh_token", "refresh-0")];
    let (status, tokens) = ask(&servers[0], &form).await;
    assert_eq!(status, 200, "{tokens}");
    let next = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let (status, renewed) = ask(&servers[1], &next).await;
    assert_eq!(status, 200, "what one gave the other knows: {renewed}");
    assert_eq!(ask(&servers[1], &form).await.0, 400, "what one replaced the other refuses");
    let last = [("grant_type", "refresh_token"), ("refresh_token", renewed["refresh_token"].as_str().unwrap())];
    assert_eq!(ask(&servers[0], &last).await.0, 400, "and both know that the family is revoked");
}
