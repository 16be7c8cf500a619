//! The catalogue: ids, requirements, certification rows.

use std::collections::BTreeSet;

use conformance::{
    double::{
        client::ClientFlaw, issuer::IssuerFlaw, platform::PlatformFlaw, platform11::Platform11Flaw, tool::ToolFlaw,
        tool11::Tool11Flaw,
    },
    requirement, suite,
};

#[test]
fn ids_are_unique_and_speak_of_their_suite() {
    let mut seen = BTreeSet::new();
    for (name, case) in suite::all() {
        assert!(case.id.starts_with(&format!("{name}-")), "{}", case.id);
        assert!(seen.insert(case.id), "{} is there twice", case.id);
        assert!(case.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", case.id);
        assert!(!case.sent.is_empty() && !case.title.is_empty() && !case.area.is_empty(), "{}", case.id);
        assert!(!case.requirements.is_empty(), "{} cites nothing", case.id);
        for id in case.requirements {
            assert!(requirement::find(id).is_some(), "{} cites {id}, which no table has", case.id);
        }
    }
}

#[test]
fn requirement_ids_are_unique_and_every_rule_has_a_case_or_a_reason() {
    let cases = suite::all();
    let mut seen = BTreeSet::new();
    for rule in requirement::all() {
        assert!(seen.insert(rule.id), "{} is there twice", rule.id);
        assert!(!rule.clauses.is_empty(), "{} has no clause", rule.id);
        assert!(!rule.hint.is_empty() && !rule.sentence.is_empty(), "{}", rule.id);
    }
    for rule in requirement::all() {
        let cited = cases.iter().any(|(_, case)| case.requirements.contains(&rule.id));
        let excused = requirement::untested(None, rule.id).is_some();
        assert!(cited || excused, "{} has neither a case nor a reason", rule.id);
    }
    for (suite, id, reason) in requirement::UNTESTED {
        assert!(requirement::find(id).is_some() && !reason.is_empty(), "{id} is no rule any more");
        let cited = cases.iter().any(|(name, case)| name == suite && case.requirements.contains(id));
        assert!(!cited, "{id} has a case in the suite {suite} now");
    }
}

#[test]
fn flaws_speak_of_cases_and_rules_that_exist() {
    let tool = ToolFlaw::all().map(|flaw| (flaw.name(), flaw.breaks(), flaw.changes().collect::<Vec<_>>()));
    let platform = PlatformFlaw::all().map(|flaw| (flaw.name(), flaw.breaks(), flaw.changes().collect::<Vec<_>>()));
    let tool11 = Tool11Flaw::all().map(|flaw| (flaw.name(), flaw.breaks(), flaw.changes().collect::<Vec<_>>()));
    let cases = suite::all();
    let older = Platform11Flaw::all().map(|flaw| (flaw.name(), flaw.breaks(), flaw.changes().collect::<Vec<_>>()));
    let issuers = IssuerFlaw::all().map(|flaw| (flaw.name(), flaw.breaks(), flaw.changes().collect::<Vec<_>>()));
    let client = ClientFlaw::all().map(|flaw| (flaw.name(), flaw.breaks(), flaw.changes().collect::<Vec<_>>()));
    for (name, breaks, changes) in tool.chain(platform).chain(tool11).chain(older).chain(issuers).chain(client) {
        assert!(requirement::find(breaks).is_some(), "{name} breaks {breaks}");
        for (case, _) in changes {
            assert!(cases.iter().any(|(_, known)| known.id == case), "{name} changes {case}");
        }
    }
}

#[test]
fn the_certification_list_for_tools_is_whole() {
    let rows: BTreeSet<String> = suite::tool::cases()
        .iter()
        .filter_map(|case| case.certification)
        .filter_map(|name| name.split_whitespace().next().map(str::to_owned))
        .collect();
    let mut wanted: BTreeSet<String> = (1..=12).map(|row| format!("TB-{row:02}")).collect();
    wanted.extend((1..=9).flat_map(|row| [format!("TI-{row:02}"), format!("TS-{row:02}")]));
    wanted.extend((1..=8).map(|row| format!("TD-{row:02}")));
    wanted.extend(["TN-02", "TN-03", "TN-04", "TN-05", "AGS"].map(str::to_owned));
    assert_eq!(rows, wanted);
}

#[test]
fn the_certification_list_for_lti_1_1_tools_is_whole() {
    let rows: BTreeSet<String> = suite::tool11::cases()
        .iter()
        .filter_map(|case| case.certification)
        .filter_map(|name| name.split_whitespace().next().map(str::to_owned))
        .collect();
    let sections = [(1, 9), (2, 4), (3, 8), (4, 7), (6, 4)];
    let wanted: BTreeSet<String> = sections
        .into_iter()
        .flat_map(|(section, last)| (1..=last).map(move |row| format!("{section}.{row}")))
        .collect();
    assert_eq!(rows, wanted);
    for case in suite::tool11::cases().iter().filter(|case| case.certification.is_some()) {
        let row = case.certification.and_then(|name| name.split_whitespace().next()).unwrap_or_default();
        assert_eq!(case.id, format!("tool11-cert-{}", row.replace('.', "-")));
    }
}

#[test]
fn the_certification_list_for_platforms_is_whole() {
    let rows: BTreeSet<String> = suite::platform::cases()
        .iter()
        .filter(|case| case.id.starts_with("platform-cert-"))
        .filter(|case| case.certification.is_some())
        .map(|case| case.id.trim_start_matches("platform-cert-").to_owned())
        .collect();
    let mut wanted = BTreeSet::new();
    for payload in ["student-full", "student-no-pii", "instructor-full", "instructor-no-pii"] {
        // Row 8 is about payloads without personal data alone.
        let rows = (1..=10).filter(|row| *row != 8 || payload.ends_with("no-pii"));
        wanted.extend(rows.map(|row| format!("pc{row:02}-{payload}")));
    }
    wanted.extend((1..=7).map(|row| format!("pd{row:02}")));
    wanted.extend((1..=8).map(|row| format!("pn{row:02}")));
    wanted.extend((1..=16).map(|row| format!("pa{row:02}")));
    assert_eq!(rows, wanted);
}

#[test]
fn the_certification_list_for_older_platforms_is_whole() {
    let rows: Vec<String> = suite::platform11::cases()
        .iter()
        .filter_map(|case| Some((case.id, case.certification?)))
        .map(|(id, name)| {
            let number = name.split_whitespace().next().unwrap_or_default().to_owned();
            assert_eq!(id, format!("platform11-cert-{}", number.replace('.', "-")), "{name}");
            number
        })
        .collect();
    let parts = [(1, 5), (2, 4), (3, 2), (4, 8), (5, 6), (6, 6), (7, 4), (8, 8)];
    let wanted: Vec<String> =
        parts.into_iter().flat_map(|(part, last)| (1..=last).map(move |row| format!("{part}.{row}"))).collect();
    assert_eq!(rows, wanted);
}

#[test]
fn the_certification_lists_for_deep_linking_and_the_services_are_whole() {
    let named: BTreeSet<String> = suite::all()
        .iter()
        .filter_map(|(_, case)| case.certification)
        .filter_map(|name| name.split_whitespace().next().map(str::to_owned))
        .collect();
    // TN-01 and the launch of the AGS row are the sound launches that everything else begins with.
    let lists = [("TD", 1..=8), ("TN", 2..=5), ("PD", 1..=7), ("PN", 1..=8), ("PA", 1..=16)];
    let wanted = lists.into_iter().flat_map(|(list, rows)| rows.map(move |row| format!("{list}-{row:02}")));
    let missing: Vec<String> = wanted.filter(|row| !named.contains(row)).collect();
    assert_eq!(missing, Vec::<String>::new());
}
