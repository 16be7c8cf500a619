//! Reading, writing, and each problem by its name.

use proptest::prelude::*;

use super::*;

/// What a sound launch of the plug-in holds.
const SOUND: &[(&str, &str)] = &[
    ("user_id", "3"),
    ("context_id", "2"),
    ("lis_outcome_service_url", "https://moodle.example/mod/lti/service.php"),
    ("custom_lms_users", "*"),
    ("custom_lms_teachers", "teacher1, teacher2"),
    ("custom_lms_image", "ghcr.io/jupyter-fumihax/jupyterhub-ltictr.singleuser : latest"),
    ("custom_lms_cpulimit", "1.5"),
    ("custom_lms_memlimit", "1,073,741,824"),
    ("custom_lms_actlimit", "3600"),
    ("custom_lms_defurl", "/lab"),
    ("custom_lms_vol_week1", "Week1"),
    ("custom_lms_vol_keys", "-keys:teacher1"),
    ("custom_lms_sub_report", "提出:*"),
    ("custom_lms_sub_report_close", "1795301851"),
    ("custom_lms_prs_own", "mine"),
    ("custom_lms_iframe", "1"),
    ("custom_lms_sessioninfo", "5,12"),
    ("custom_lms_course", "情報処理 I"),
    ("custom_lms_ltiname", "第1回"),
    ("custom_lms_serverurl", "https://moodle.example:443"),
    ("custom_lms_serverpath", "/school"),
    ("custom_inst", "fromteacher"),
];

fn read_with(changes: &[(&str, &str)]) -> Reading {
    let kept = SOUND.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    ContainerParameters::read(kept.chain(changes).copied())
}

/// The one problem of a sound launch with one parameter changed or added: rule, weight, effect.
fn problem(name: &str, value: &str) -> (Rule, Weight, String) {
    let problems = read_with(&[(name, value)]).problems;
    assert_eq!(problems.len(), 1, "{name}={value}: {problems:?}");
    (problems[0].rule, problems[0].weight, problems[0].effect.clone())
}

#[test]
fn a_sound_launch_is_read_whole_and_without_a_problem() {
    let Reading { parameters, problems } = read_with(&[]);
    assert_eq!(problems, []);
    assert_eq!(parameters.image.as_deref(), Some("ghcr.io/jupyter-fumihax/jupyterhub-ltictr.singleuser:latest"));
    assert_eq!(parameters.cpu_limit, Cpus::new(1.5));
    assert_eq!((parameters.memory_limit, parameters.idle_limit), (Some(1 << 30), Some(3600)));
    let volume = |name: &str| &parameters.volumes[&VolumeName::new(name).unwrap()];
    assert!(volume("keys").is_for_teachers() && !volume("week1").is_for_teachers());
    assert_eq!(volume("keys").users.as_ref().unwrap().names(), ["teacher1"]);
    let submit = &parameters.submit_volumes[&VolumeName::new("report").unwrap()];
    assert_eq!((submit.volume.link(), submit.close), ("提出", Some(1_795_301_851)));
    assert_eq!(parameters.session, Some(SessionInfo { instance: 5, activity: 12 }));
    assert_eq!(parameters.other.iter().count(), 0);
}

#[test]
fn what_is_written_is_read_back_equal() {
    let Reading { parameters, .. } = read_with(&[("custom_lms_newest", "x=y")]);
    let custom = parameters.custom();
    let pairs = SOUND[..3].iter().copied().chain(custom.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let again = ContainerParameters::read(pairs);
    assert_eq!(again.parameters, parameters);
    assert!(custom.contains(&("custom_lms_serverurl".to_owned(), "https://moodle.example:443".to_owned())));
    assert!(parameters.text().contains("lms_sub_report=提出:*\r\nlms_sub_report_close=1795301851\r\n"));
}

#[test]
fn numbers_say_what_they_are_read_as() {
    use Rule::{CpuNumber, IdleSeconds, MemoryBytes};
    use Weight::Error;
    for (value, effect) in [
        ("1.5.0", "the server does not start"),
        (".", "the server does not start"),
        ("2,5", "it is read as 25 processors"),
        ("500m", "it is read as 500 processors"),
        ("-1", "it is read as 1 processors"),
        ("two", "there is no limit"),
    ] {
        assert_eq!(problem("custom_lms_cpulimit", value), (CpuNumber, Error, effect.to_owned()), "{value}");
    }
    let gigabytes = read_with(&[("custom_lms_memlimit", "2G")]);
    assert_eq!(gigabytes.parameters.memory_limit, Some(2));
    assert_eq!(gigabytes.problems.iter().map(|p| p.rule).collect::<Vec<_>>(), [MemoryBytes, Rule::MemoryLeast]);
    assert_eq!(problem("custom_lms_memgrnt", "99999999999999999999").0, MemoryBytes);
    assert_eq!(problem("custom_lms_actlimit", "1h").0, IdleSeconds);
    for empty in ["custom_lms_cpulimit", "custom_lms_memlimit", "custom_lms_actlimit", "custom_lms_defurl"] {
        assert_eq!(read_with(&[(empty, "")]).problems, [], "{empty}");
    }
    assert_eq!(read_with(&[("custom_lms_memlimit", "0")]).problems, []);
}

#[test]
fn lists_say_who_would_not_be_found_and_never_who() {
    for (name, value, rule, weight) in [
        ("custom_lms_users", "Taro", Rule::ListCase, Weight::Error),
        ("custom_lms_users", "taro hana", Rule::ListCommas, Weight::Warning),
        ("custom_lms_users", "taro;hana", Rule::Characters, Weight::Warning),
        ("custom_lms_teachers", "*", Rule::TeachersNamed, Weight::Warning),
        ("custom_lms_vol_week1", "w:Taro", Rule::ListCase, Weight::Error),
    ] {
        let (seen, weighs, _) = problem(name, value);
        assert_eq!((seen, weighs), (rule, weight), "{value}");
        let all = format!("{:?}", read_with(&[(name, value)]));
        assert!(!all.contains("aro") && !all.contains("hana"), "{all}");
    }
}

#[test]
fn names_are_compared_as_the_spawner_does() {
    let longer = read_with(&[("custom_lms_cpulimits", "4")]);
    assert_eq!(longer.problems[0].rule, Rule::NameExact);
    assert_eq!(longer.parameters.cpu_limit, Cpus::new(4.0), "taken, and it came last");
    assert_eq!(problem("custom_lms_imagex", "x").0, Rule::NameKnown, "an image is compared whole");
    for old in ["custom_lms_user", "custom_lms_teacher", "custom_lms_grname"] {
        assert_eq!(problem(old, "taro").0, Rule::OldName);
    }
    let twice = ContainerParameters::read(SOUND.iter().chain(&[("custom_lms_defurl", "/tree")]).copied());
    assert_eq!(twice.problems.iter().map(|p| p.rule).collect::<Vec<_>>(), [Rule::Once]);
}

#[test]
fn volumes_sessions_and_addresses_have_their_form() {
    for (name, value, rule, weight) in [
        ("custom_lms_vol_week_1", "w", Rule::VolumeName, Weight::Error),
        ("custom_lms_vol_", "w", Rule::VolumeName, Weight::Error),
        ("custom_lms_vol_week1", "", Rule::VolumeValue, Weight::Error),
        ("custom_lms_vol_week1", "w:", Rule::VolumeValue, Weight::Warning),
        ("custom_lms_vol_week1", "w:a:b", Rule::VolumeValue, Weight::Warning),
        ("custom_lms_prs_own", "my work", Rule::Characters, Weight::Warning),
        ("custom_lms_prs_own", "a=b", Rule::Equals, Weight::Warning),
        ("custom_lms_sub_report_close", "2026-11-22", Rule::CloseNumber, Weight::Error),
        ("custom_lms_sub_report_close", "1795301851000", Rule::CloseNumber, Weight::Warning),
        ("custom_lms_sub_other_close", "1795301851", Rule::CloseVolume, Weight::Warning),
        ("custom_lms_iframe", "yes", Rule::Iframe, Weight::Warning),
        ("custom_lms_sessioninfo", "5", Rule::SessionNumbers, Weight::Error),
        ("custom_lms_sessioninfo", "", Rule::SessionNumbers, Weight::Error),
        ("custom_lms_sessioninfo", "5;12", Rule::SessionNumbers, Weight::Warning),
        ("custom_lms_sessioninfo", "5,12,7", Rule::SessionNumbers, Weight::Warning),
        ("custom_lms_defurl", "lab", Rule::DefaultUrl, Weight::Warning),
        ("custom_lms_image", "image;rm", Rule::Characters, Weight::Warning),
        ("custom_lms_course", "a=b", Rule::Equals, Weight::Warning),
        ("custom_lms_rpctoken", "0123456789abcdef", Rule::TokenTravels, Weight::Note),
        ("custom_lms_serverurl", "https://moodle.example", Rule::ServerPort, Weight::Warning),
        ("custom_lms_serverurl", "moodle.example", Rule::ServerUrl, Weight::Error),
        ("custom_lms_serverpath", "school", Rule::ServerPath, Weight::Warning),
    ] {
        let (seen, weighs, _) = problem(name, value);
        assert_eq!((seen, weighs), (rule, weight), "{name}={value}");
    }
    assert_eq!(read_with(&[("custom_lms_serverurl", "http://[::1]:8080")]).problems, []);
    assert_eq!(problem("custom_lms_serverurl", "http://[::1]").0, Rule::ServerPort);
}

#[test]
fn the_launch_around_is_looked_at() {
    assert_eq!(problem("user_id", "a1b2").2, "the server does not start");
    let alone = ContainerParameters::read([("custom_lms_image", "x")]);
    assert_eq!(alone.problems.iter().map(|p| p.rule).collect::<Vec<_>>(), [Rule::UserNumber, Rule::Course, Rule::Host]);
    let text = alone.problems[0].to_string();
    assert_eq!(
        text,
        "user_id: expected a whole number, saw none: everybody without an account gets the user number 29999"
    );
}

#[test]
fn a_token_is_kept_and_never_shown() {
    let read = read_with(&[("custom_lms_rpctoken", "secret-token")]);
    assert_eq!(read.problems.iter().map(|p| p.rule).collect::<Vec<_>>(), [Rule::TokenHex, Rule::TokenTravels]);
    assert_eq!(read.parameters.rpc_token.as_ref().unwrap().expose(), "secret-token");
    assert!(!format!("{read:?}").contains("secret-token"));
}

proptest! {
    #[test]
    fn anything_is_read_and_what_was_read_is_stable(
        pairs in proptest::collection::vec(("[a-z_]{0,12}", "\\PC{0,24}"), 0..8),
    ) {
        let form: Vec<(String, String)> =
            pairs.into_iter().map(|(name, value)| (format!("custom_lms_{name}"), value)).collect();
        let first = ContainerParameters::read(form.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let custom = first.parameters.custom();
        let again = ContainerParameters::read(custom.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        prop_assert_eq!(again.parameters.custom(), custom);
    }
}
