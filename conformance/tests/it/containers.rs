//! The suite and its subject apart from each other: listening everywhere, known by names, over TLS, as between containers.

use conformance::{
    config::Config,
    reference::{Hosts, Reference},
    report::model::Verdict,
    runner::{RunOptions, Unwatched, run_tool},
    suite,
    tls::LocalAuthority,
};

#[tokio::test]
async fn a_subject_reaches_the_suite_by_its_public_name() {
    let hosts = Hosts { listen: "0.0.0.0", suite: "127.0.0.2", tool: "127.0.0.3" };
    let authority = LocalAuthority::make(&[hosts.suite.to_owned(), hosts.tool.to_owned()]).unwrap();
    let reference = Reference::start_at(Some(&authority), &hosts).await.unwrap();
    let config = &reference.world.config;
    assert!(config.suite.listen.starts_with("0.0.0.0:"), "{}", config.suite.listen);
    assert!(config.issuers().iter().all(|issuer| issuer.starts_with("https://127.0.0.2:")), "{:?}", config.issuers());
    let wanted = ["tool-tls", "tool-aud-foreign", "tool-login-get", "tool-state-other-browser", "tool-key-rotated"];
    let cases: Vec<_> = suite::tool::cases().into_iter().filter(|case| wanted.contains(&case.id)).collect();
    let finished = run_tool(&reference.world, &cases, &RunOptions::default(), &Unwatched).await.unwrap();
    let seen: Vec<(&str, Verdict)> =
        finished.report.results.iter().map(|result| (result.id.as_str(), result.verdict)).collect();
    assert_eq!(seen.len(), wanted.len(), "{seen:?}");
    assert!(seen.iter().all(|(_, verdict)| *verdict == Verdict::Pass), "{seen:?}");
}

#[test]
fn only_loopback_is_bound_unless_told_otherwise() {
    assert_eq!(conformance::config::SuiteConfig::default().listen, "127.0.0.1:9300");
}

#[test]
fn the_example_for_containers_fits_together() {
    let compose = include_str!("../../../examples-ci/compose.yml");
    let config = include_str!("../../../examples-ci/lti/my-tool.toml");
    let parsed = Config::parse(config, "examples-ci/lti/my-tool.toml", &[]).unwrap();
    assert_eq!(parsed.suite.listen, "0.0.0.0:9300");
    for url in [&parsed.suite.public_url, &parsed.tool.login_url] {
        let host = url.host_str().unwrap();
        assert!(compose.contains(&format!("\n  {host}:\n")), "no service is called {host}");
    }
    assert!(compose.contains("dockerfile: examples-ci/Containerfile"));
    assert!(compose.contains("--config my-tool.toml") && compose.contains("./lti:/lti"));
    let container = include_str!("../../../examples-ci/Containerfile");
    assert!(container.contains("WORKDIR /lti") && container.contains("ENTRYPOINT [\"lti-conformance\"]"));
}
