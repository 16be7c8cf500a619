//! The guarded fetcher through an outgoing proxy.

use std::process::Command;
use std::sync::{Arc, Mutex};

use http::StatusCode;
use oauth2_issuer::relying::{
    Call as _, Fetch as _, FetchError, FetchPolicy, Fetched, GuardedFetcher, ServiceRequest, Submission, Submit as _,
};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::tls;

/// What the proxy does when it is asked for a tunnel.
#[derive(Clone, Copy)]
enum Answer {
    /// Opens one to this machine, at the port that was asked for: it alone knows where the names lead.
    Tunnel,
    /// Sends this status line and closes.
    Status(&'static str),
    /// Closes without a word.
    Silence,
}

/// A proxy on this machine, and the heads of the requests that it got.
struct Proxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(answer: Answer) -> Self {
        Self::start_over(answer, None).await
    }

    async fn start_over(answer: Answer, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), heads: Arc::default() };
        let heads = Arc::clone(&proxy.heads);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (heads, tls) = (Arc::clone(&heads), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => tunnel(stream, answer, &heads).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => tunnel(stream, answer, &heads).await,
                            Err(_) => heads.lock().unwrap().push("no TLS".to_owned()),
                        },
                    }
                });
            }
        });
        proxy
    }

    /// Its address with a sign-in that must not be seen.
    fn url(&self) -> Url {
        Url::parse(&format!("http://planted:pl%40nted@127.0.0.1:{}", self.port)).unwrap()
    }

    fn shown(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn tunnel(mut client: impl AsyncRead + AsyncWrite + Unpin, answer: Answer, heads: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = client.read_u8().await else { break };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    heads.lock().unwrap().push(head.clone());
    let line = match answer {
        Answer::Tunnel => "200 OK",
        Answer::Status(line) => line,
        Answer::Silence => return,
    };
    client.write_all(format!("HTTP/1.1 {line}\r\n\r\n").as_bytes()).await.unwrap();
    if matches!(answer, Answer::Tunnel) {
        let target = head.split(' ').nth(1).unwrap();
        let port: u16 = target.rsplit(':').next().unwrap().parse().unwrap();
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}

async fn get(policy: FetchPolicy, url: &Url) -> Result<Fetched, FetchError> {
    GuardedFetcher::new(policy).unwrap().get(url).await
}

/// The name is the proxy's to look up: with two characters more than a label may have, it has no address here, and no
/// name server is asked.
fn far() -> String {
    format!("{}.example", "x".repeat(65))
}

#[tokio::test]
async fn every_request_goes_through_the_tunnel_with_the_sign_in() {
    let proxy = Proxy::start(Answer::Tunnel).await;
    let (url, pem) = tls::serve("lms.example").await;
    // Loopback is not allowed here: neither the proxy's address nor what it finds is the filter's to judge.
    let policy = FetchPolicy::default().trust_pem(pem.as_bytes()).unwrap().proxy(&proxy.url()).unwrap();
    let fetcher = GuardedFetcher::new(policy).unwrap();
    let fetched = fetcher.get(&url).await.unwrap();
    assert_eq!((fetched.status, &fetched.body[..]), (StatusCode::OK, &b"{}"[..]));
    let submission = Submission::new(json!({})).with_bearer(Some("token-1".to_owned()));
    assert!(fetcher.post(&url, &submission).await.is_ok());
    let request = ServiceRequest::get("application/json").with_bearer("token-1");
    assert!(fetcher.call(&url, &request).await.is_ok());
    let heads = proxy.heads();
    assert_eq!(heads.len(), 3);
    for head in heads {
        assert!(head.starts_with(&format!("CONNECT lms.example:{} HTTP/1.1\r\n", url.port().unwrap())), "{head}");
        // planted:pl@nted
        assert!(head.contains("proxy-authorization: Basic cGxhbnRlZDpwbEBudGVk\r\n"), "{head}");
        assert!(!head.contains("token-1") && !head.contains("jwks"), "{head}");
    }
}

#[tokio::test]
async fn a_proxy_without_sign_in_and_by_name_is_used_and_the_exception_serves_nothing_else() {
    let proxy = Proxy::start(Answer::Tunnel).await;
    let (url, pem) = tls::serve("lms.example").await;
    let address = Url::parse(&format!("http://localhost:{}", proxy.port)).unwrap();
    let policy = FetchPolicy::default().trust_pem(pem.as_bytes()).unwrap().proxy(&address).unwrap();
    assert!(get(policy.clone(), &url).await.is_ok());
    assert!(!proxy.heads()[0].to_lowercase().contains("proxy-authorization"));
    // The proxy's own host, at its port and at others, is as forbidden as before.
    for target in [format!("https://localhost:{}/", proxy.port), format!("https://LOCALHOST:{}/", url.port().unwrap())]
    {
        let error = get(policy.clone(), &Url::parse(&target).unwrap()).await.unwrap_err();
        assert!(matches!(error, FetchError::AddressForbidden { .. }), "{error}");
    }
    assert_eq!(proxy.heads().len(), 1);
}

#[tokio::test]
async fn a_proxy_over_tls_needs_a_trusted_certificate_of_its_own() {
    let (acceptor, proxy_pem) = tls::acceptor("localhost");
    let proxy = Proxy::start_over(Answer::Tunnel, Some(acceptor)).await;
    let (url, pem) = tls::serve("lms.example").await;
    let address = Url::parse(&format!("https://planted:pl%40nted@localhost:{}", proxy.port)).unwrap();
    let policy = FetchPolicy::default().trust_pem(pem.as_bytes()).unwrap().proxy(&address).unwrap();
    let error = get(policy.clone(), &url).await.unwrap_err();
    let FetchError::ProxyUnreachable { proxy: seen, reason, .. } = error else { panic!("{error}") };
    assert_eq!(seen, format!("https://localhost:{}", proxy.port));
    assert!(reason.contains("UnknownIssuer"), "{reason}");
    assert!(get(policy.trust_pem(proxy_pem.as_bytes()).unwrap(), &url).await.is_ok());
    assert!(proxy.heads().iter().any(|head| head.contains("cGxhbnRlZDpwbEBudGVk")));
}

#[tokio::test]
async fn the_servers_certificate_is_judged_inside_the_tunnel() {
    let proxy = Proxy::start(Answer::Tunnel).await;
    let (url, _) = tls::serve("lms.example").await;
    let error = get(FetchPolicy::default().proxy(&proxy.url()).unwrap(), &url).await.unwrap_err();
    assert!(matches!(error, FetchError::TlsUntrusted { .. }), "{error:?}");
    assert_eq!(proxy.heads().len(), 1);
}

#[tokio::test]
async fn what_bypasses_the_proxy_and_this_machine_are_called_directly() {
    let proxy = Proxy::start(Answer::Status("403 Forbidden")).await;
    let (url, pem) = tls::serve("localhost").await;
    let policy =
        FetchPolicy::default().allow_loopback().trust_pem(pem.as_bytes()).unwrap().proxy(&proxy.url()).unwrap();
    assert!(get(policy.clone(), &url).await.is_ok());
    let far = Url::parse(&format!("https://{}/jwks", far())).unwrap();
    let bypassing = policy.clone().bypass_proxy("*.example").unwrap();
    // The direct way ends at a name that cannot be one; the proxy would have been given it.
    let error = get(bypassing, &far).await.unwrap_err();
    assert!(matches!(&error, FetchError::Tls { reason, .. } if reason == "invalid dns name"), "{error}");
    assert_eq!(proxy.heads().len(), 0);
    let error = get(policy, &far).await.unwrap_err();
    assert!(matches!(error, FetchError::ProxyRefused { .. }), "{error}");
    assert_eq!(proxy.heads().len(), 1);
}

#[tokio::test]
async fn what_the_policy_forbids_never_reaches_the_proxy() {
    let proxy = Proxy::start(Answer::Status("403 Forbidden")).await;
    let policy = FetchPolicy::default().proxy(&proxy.url()).unwrap().allow_ports([443]);
    let policy = policy.block_host("*.internal.example").unwrap().block_network("93.184.215.0/24".parse().unwrap());
    let fetcher = GuardedFetcher::new(policy).unwrap();
    for url in [
        "https://db.internal.example/",
        "https://DB.Internal.example./",
        "https://93.184.215.14/",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://lms.example:22/",
        "http://lms.example/",
    ] {
        let error = fetcher.get(&Url::parse(url).unwrap()).await.unwrap_err();
        assert!(!matches!(error, FetchError::ProxyRefused { .. } | FetchError::ProxyUnreachable { .. }), "{error}");
    }
    assert_eq!(proxy.heads().len(), 0);
    let error = fetcher.get(&Url::parse("https://internal.example/").unwrap()).await.unwrap_err();
    assert!(matches!(error, FetchError::ProxyRefused { .. }), "{error}");
    assert_eq!(proxy.heads().len(), 1);
}

/// What went wrong at a proxy that answers like that.
async fn failure(answer: Answer) -> (FetchError, String) {
    let proxy = Proxy::start(answer).await;
    let url = Url::parse("https://u:planted@lms.example/jwks?planted").unwrap();
    (get(FetchPolicy::default().proxy(&proxy.url()).unwrap(), &url).await.unwrap_err(), proxy.shown())
}

#[tokio::test]
async fn what_the_proxy_refuses_is_told_apart_from_a_proxy_that_is_away() {
    let url = || "https://lms.example/jwks".to_owned();
    for (answer, reason) in [
        (Answer::Status("407 Proxy Authentication Required"), "proxy authorization required"),
        (Answer::Status("502 Bad Gateway"), "unsuccessful"),
        (Answer::Silence, "unexpected end of file"),
    ] {
        let (error, proxy) = failure(answer).await;
        assert_eq!(error, FetchError::ProxyRefused { url: url(), proxy, reason: reason.to_owned() });
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let away = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
    drop(listener);
    let unknown = format!("{}:3128", far());
    for (host, start) in [(&away, ""), (&unknown, "its host name does not resolve")] {
        let address = Url::parse(&format!("http://planted:pl%40nted@{host}")).unwrap();
        let policy = FetchPolicy::default().proxy(&address).unwrap();
        let error = get(policy, &Url::parse(&url()).unwrap()).await.unwrap_err();
        let FetchError::ProxyUnreachable { proxy, reason, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*proxy, format!("http://{host}"));
        assert!(reason.starts_with(start), "{reason}");
        let message = format!("{}: the proxy http://{host} is not reached ({reason}): is it running, ", url());
        assert!(error.to_string().starts_with(&message), "{error}");
    }
}

#[tokio::test]
async fn the_sign_in_is_in_no_debug_output_and_no_error() {
    const SECRETS: [&str; 3] = ["planted", "pl%40nted", "cGxhbnRlZDpwbEBudGVk"];
    let proxy = Proxy::start(Answer::Status("407 Proxy Authentication Required")).await;
    let policy = FetchPolicy::default().proxy(&proxy.url()).unwrap();
    let fetcher = GuardedFetcher::new(policy.clone()).unwrap();
    let (refused, _) = failure(Answer::Status("407 Proxy Authentication Required")).await;
    let (silent, _) = failure(Answer::Silence).await;
    let unusable =
        FetchPolicy::default().proxy(&Url::parse("socks5://planted:pl%40nted@127.0.0.1").unwrap()).unwrap_err();
    let seen = [
        format!("{policy:#?}"),
        format!("{fetcher:?}"),
        format!("{refused} {refused:?}"),
        format!("{silent} {silent:?}"),
        format!("{unusable} {unusable:?}"),
    ];
    for text in seen {
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
    }
    // The control: the sign-in is there, and is sent.
    assert!(fetcher.get(&Url::parse("https://lms.example/").unwrap()).await.is_err());
    assert!(proxy.heads()[0].contains(SECRETS[2]));
    assert!(format!("{policy:?}").contains(&proxy.shown()), "{policy:?}");
}

/// The environment belongs to the process, so the test runs itself again.
#[tokio::test]
async fn the_environment_names_no_proxy_and_no_exception() {
    const INSIDE: &str = "LTI_TEST_WITH_PROXY_VARIABLES";
    if std::env::var_os(INSIDE).is_some() {
        let (url, pem) = tls::serve("localhost").await;
        let direct = FetchPolicy::default().allow_loopback().trust_pem(pem.as_bytes()).unwrap();
        assert!(get(direct, &url).await.is_ok());
        let (proxy, (url, pem)) = (Proxy::start(Answer::Tunnel).await, tls::serve("lms.example").await);
        let proxied = FetchPolicy::default().trust_pem(pem.as_bytes()).unwrap().proxy(&proxy.url()).unwrap();
        assert!(get(proxied, &url).await.is_ok());
        return;
    }
    // A port that nothing can listen at.
    let nowhere = "http://127.0.0.1:0";
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "fetch_proxy::the_environment_names_no_proxy_and_no_exception", "--nocapture"])
        .env(INSIDE, "1")
        .envs(["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"].map(|name| (name, nowhere)))
        .envs(["NO_PROXY", "no_proxy"].map(|name| (name, "lms.example")))
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && stdout.contains("1 passed"), "{stdout}\n{}", String::from_utf8_lossy(&run.stderr));
}
