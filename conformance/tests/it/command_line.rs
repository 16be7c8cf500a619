//! The command line: exit codes, and errors that are one line.

use std::{fs, path::PathBuf};

use assert_cmd::Command;

fn lti_conformance() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lti-conformance"))
}

/// A directory of this test's own that the build removes.
fn directory(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn stderr(command: &mut Command, code: i32) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

const CONFIG: &str = r#"
[suite]
listen = "127.0.0.1:0"
[tool]
login_url = "http://127.0.0.1:1/login"
redirect_uris = ["http://127.0.0.1:1/launch"]
target_link_uri = "http://127.0.0.1:1/launch"
[[registration]]
client_id = "tool-client"
deployment_ids = ["dep-1"]
"#;

#[test]
fn the_references_pass() {
    let directory = directory("references");
    let mut command = lti_conformance();
    command.args(["--only", "tool-c*", "--report"]).arg(&directory);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("lti-conformance tool --config my-tool.toml"), "{text}");
    for file in ["report.json", "junit.xml", "report.html"] {
        assert!(directory.join(file).is_file(), "{file}");
    }
}

#[test]
fn over_tls_the_rules_of_https_are_judged() {
    let output = lti_conformance().args(["--tls", "--only", "tool-tls", "--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"][0]["results"][0]["verdict"], "pass", "{report}");
}

#[test]
fn a_glob_that_matches_nothing_names_the_nearest() {
    let text = stderr(lti_conformance().args(["--only", "tool-lauch-*"]), 2);
    assert_eq!(text, "error: no case matches --only 'tool-lauch-*' (nearest: tool-launch-other-browser)\n");
}

#[test]
fn an_unreachable_tool_is_one_line_and_exit_3() {
    let directory = directory("unreachable");
    fs::write(directory.join("my-tool.toml"), CONFIG).unwrap();
    let text = stderr(lti_conformance().current_dir(&directory).args(["tool", "--config", "my-tool.toml"]), 3);
    assert_eq!(
        text,
        "error: the tool's login URL http://127.0.0.1:1/login cannot be reached: connection refused by 127.0.0.1:1; is it \
         running, and is tool.login_url right?\n"
    );
}

#[test]
fn mistakes_in_a_configuration_are_one_line_and_exit_2() {
    let directory = directory("mistakes");
    fs::write(directory.join("my-tool.toml"), CONFIG.replace("login_url", "login-url")).unwrap();
    let text = stderr(lti_conformance().current_dir(&directory).args(["tool", "--config", "my-tool.toml"]), 2);
    assert_eq!(text, "error: my-tool.toml:5: unknown key `login-url`, did you mean `login_url`?\n");
    let text = stderr(lti_conformance().current_dir(&directory).args(["tool", "--config", "absent.toml"]), 2);
    assert!(text.contains("lti-conformance init tool"), "{text}");
    assert!(stderr(lti_conformance().args(["tool"]), 2).contains("which tool?"));
}

#[test]
fn the_catalogue_is_listed_and_explained() {
    let output = lti_conformance().args(["list", "tool", "--format", "json"]).output().unwrap();
    let listed: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(listed.len() >= 200, "{}", listed.len());
    assert!(listed.iter().all(|case| case["id"].is_string() && case["flaws"].is_array()));
    let output = lti_conformance().args(["explain", "tool-aud-foreign"]).output().unwrap();
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
    assert!(stderr(lti_conformance().args(["explain", "tool-aud-foriegn"]), 2).contains("nearest: tool-aud-foreign"));
}

#[test]
fn every_variant_is_a_run_of_its_own() {
    let mut command = lti_conformance();
    let output = command.args(["--variant", "all", "--only", "tool-aud-*", "--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let runs = report["runs"].as_array().unwrap();
    let variants: Vec<_> = runs.iter().map(|run| run["variant"].as_str().unwrap_or("plain")).collect();
    assert_eq!(variants, ["plain", "canvas", "moodle", "blackboard", "brightspace", "sakai", "schoology"]);
    assert!(runs.iter().all(|run| run["summary"]["pass"] == runs[0]["summary"]["pass"]), "{report}");
}

#[test]
fn variants_are_listed_and_misspelt_ones_named() {
    let output = lti_conformance().args(["list", "--variants", "--format", "json"]).output().unwrap();
    let listed: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(listed.iter().all(|variant| variant["habits"].as_array().is_some_and(|habits| !habits.is_empty())));
    let output = lti_conformance().args(["explain", "schoology"]).output().unwrap();
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
    assert!(stderr(lti_conformance().args(["--variant", "moodel"]), 2).contains("nearest: moodle"));
    assert!(stderr(lti_conformance().args(["platform", "--variant", "moodle"]), 2).contains("--variant"));
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/moodle-4.5").join(name)
}

#[test]
fn a_recording_is_judged_for_either_side() {
    let recording = fixture("two-launches.chromium.har");
    let output = lti_conformance().args(["tool", "--capture"]).arg(&recording).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("launch 2 of 2 is judged") && text.contains("1 pass"), "{text}");
    let output = lti_conformance()
        .args(["platform", "--launch", "1", "--format", "json", "--only", "platform-login-*", "--capture"])
        .arg(&recording)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &report["runs"][0];
    assert_eq!((run["suite"].as_str(), run["captured"].as_bool()), (Some("platform"), Some(true)));
    assert!(run["notes"][0]["text"].as_str().unwrap().starts_with("launch 1 of 2 is judged"), "{run}");
}

#[test]
fn mistakes_with_a_recording_are_one_line_and_exit_2() {
    let recording = fixture("student1.firefox.har");
    let text = stderr(lti_conformance().args(["tool", "--launch", "3", "--capture"]).arg(&recording), 2);
    assert!(text.ends_with("there is no launch 3: the recording holds 1 launch, counted from 1\n"), "{text}");
    let steps = fixture("lti13-launch-student1-cm13.json");
    let text =
        stderr(lti_conformance().args(["tool", "--capture"]).arg(&recording).arg("--jwks").arg("absent.json"), 2);
    assert!(text.starts_with("error: absent.json: cannot be read"), "{text}");
    assert!(stderr(lti_conformance().args(["tool", "--launch", "1"]), 2).contains("--capture"));
    let text = stderr(lti_conformance().args(["tool", "--capture"]).arg(steps).args(["--config", "x.toml"]), 2);
    assert!(text.contains("cannot be used with"), "{text}");
}

#[test]
fn findings_that_are_expected_are_held_against_the_run() {
    let directory = directory("expected");
    let run = |name: &str, file: &str, code: i32| {
        fs::write(directory.join(name), file).unwrap();
        let arguments = ["--only", "tool-aud-foreign", "--expected-failures", name];
        stderr(lti_conformance().current_dir(&directory).args(arguments), code)
    };
    let none = run("none.toml", "", 0);
    assert!(!none.contains("error"), "{none}");
    let gone = run("gone.toml", "[[expected]]\ncase = \"tool-aud-foreign\"\nreason = \"known\"\n", 1);
    assert!(
        gone.contains("error: gone.toml:2: tool-aud-foreign is no longer there: expected fail, seen pass"),
        "{gone}"
    );
    let stale = run("stale.toml", "[[expected]]\ncase = \"tool-aud-fremd\"\nreason = \"known\"\n", 1);
    assert!(stale.contains("error: stale.toml:2: no case matches tool-aud-fremd"), "{stale}");
    let malformed = run("malformed.toml", "[[expected]]\ncase = \"tool-aud-foreign\"\nreazon = \"known\"\n", 2);
    assert_eq!(malformed, "error: malformed.toml:3: unknown key `reazon`, did you mean `reason`?\n");
}

#[test]
fn the_coverage_is_listed_by_requirement_and_document() {
    let output = lti_conformance().args(["list", "--coverage", "--format", "json"]).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys = |value: &serde_json::Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    let requirements = listed["requirements"].as_array().unwrap();
    let of = |id: &str| requirements.iter().find(|requirement| requirement["id"] == id).unwrap();
    let aud = of("lti13-token-aud");
    let case = aud["cases"].as_array().unwrap().iter().find(|case| case["id"] == "tool-aud-foreign").unwrap();
    insta::assert_snapshot!(
        [
            keys(&listed),
            keys(&listed["documents"][0]),
            keys(aud),
            keys(case),
            aud["level"].to_string(),
            of("lti13-token-alg-key")["reason"].to_string(),
        ]
        .join("\n")
    );
    assert!(!case["flaws"].as_array().unwrap().is_empty());
    let of_suite = |name: &str| {
        let output = lti_conformance().args(["list", name, "--coverage"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    let (tool, platform) = (of_suite("tool"), of_suite("platform"));
    assert!(tool.contains("case tool-aud-foreign  proven by ") && !tool.contains("case platform-"));
    assert!(platform.contains("case platform-login-iss") && !platform.contains("case tool-"));
    assert!(tool.lines().last().unwrap().starts_with("all "), "{tool}");
}
