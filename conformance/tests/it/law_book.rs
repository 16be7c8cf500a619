//! The maps of the law book against the code: every row is there, every case that a row names exists, and every case is
//! named somewhere.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use conformance::suite;

/// A row of a map: the rows of the law book that it speaks of, the cases that try them, and the remark.
struct Row {
    names: Vec<String>,
    cases: Vec<String>,
    remark: String,
}

fn levels(file: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/levels").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cells of a line of a table, without those of headings and rules.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let first = cells.first()?;
    (*first != "row" && !first.starts_with("---")).then_some(cells)
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The maps: heading, the text before the table, rows.
fn maps(book: &str) -> Vec<(String, String, Vec<Row>)> {
    let mut maps = Vec::new();
    for section in book.split("\n## ").skip(1) {
        let Some((before, _)) = section.split_once("| row | rule | cases | remark |") else { continue };
        let heading = section.lines().next().unwrap_or_default().to_owned();
        let rows = section.lines().filter_map(cells).map(|cells| {
            assert_eq!(cells.len(), 4, "{heading}: {cells:?}");
            Row {
                names: cells[0].split(", ").map(str::to_owned).collect(),
                cases: if cells[2] == "none" { Vec::new() } else { quoted(cells[2]).map(str::to_owned).collect() },
                remark: cells[3].to_owned(),
            }
        });
        let rows = rows.collect();
        maps.push((heading, before.to_owned(), rows));
    }
    maps
}

/// The rows of a part of oauth2.md, in its order.
fn rows_of(part: &str) -> Vec<String> {
    let name = |line: &str| {
        let first = (*cells(line)?.first()?).to_owned();
        let (letters, number) = first.split_once('-')?;
        let row = letters.bytes().all(|byte| byte.is_ascii_uppercase()) && number.parse::<u8>().is_ok();
        row.then_some(first)
    };
    part.lines().filter_map(name).collect()
}

#[test]
fn every_row_has_a_case_or_a_reason_and_the_counts_are_true() {
    let book = levels("README.md");
    let maps = maps(&book);
    assert_eq!(maps.len(), 8, "{:?}", maps.iter().map(|(heading, ..)| heading).collect::<Vec<_>>());
    for (heading, before, rows) in &maps {
        assert!(!rows.is_empty(), "{heading}");
        for row in rows.iter().filter(|row| row.cases.is_empty()) {
            assert!(!row.remark.is_empty(), "{heading}: {:?} has neither a case nor a reason", row.names);
        }
        let Some((counted, _)) = before.split_once(" rows ").filter(|(said, _)| said.contains(" of ")) else {
            continue;
        };
        let said: Vec<usize> = counted.split_whitespace().rev().take(3).filter_map(|word| word.parse().ok()).collect();
        let tried = rows.iter().filter(|row| !row.cases.is_empty()).count();
        assert_eq!(said, [rows.len(), tried], "{heading}");
    }
}

#[test]
fn the_maps_of_oauth2_have_every_row_of_its_parts_in_order() {
    let law = levels("oauth2.md");
    let book = levels("README.md");
    let maps = maps(&book);
    for number in ["1", "2"] {
        let (_, part) = law.split_once(&format!("\n# Part {number}. ")).unwrap();
        let part = part.split("\n# Part ").next().unwrap_or_default();
        let wanted = rows_of(part);
        assert!(wanted.len() > 50, "part {number} has {} rows", wanted.len());
        let heading = format!("OAuth 2.0 and OpenID Connect: part {number} and the cases that try it");
        let (.., rows) = maps.iter().find(|(known, ..)| *known == heading).unwrap();
        let mapped: Vec<String> = rows.iter().flat_map(|row| row.names.clone()).collect();
        assert_eq!(mapped, wanted, "part {number}");
        for row in rows {
            // Rows about clients are tried by the suite that plays an issuer, all others by the one that plays a client.
            let client = row.names.iter().any(|name| name.starts_with("ID-") || name.starts_with("Y-"));
            let suite = if client { "client-" } else { "issuer-" };
            assert!(row.cases.iter().all(|case| case.starts_with(suite)), "{:?}: {:?}", row.names, row.cases);
        }
    }
}

#[test]
fn every_case_that_the_law_book_names_exists_and_no_case_is_left_out() {
    let book = levels("README.md");
    let known: BTreeSet<&str> = suite::all().into_iter().map(|(_, case)| case.id).collect();
    let of_a_suite = |id: &&str| suite::NAMES.iter().any(|name| id.starts_with(&format!("{name}-")));
    let named: BTreeSet<&str> = quoted(&book).filter(of_a_suite).collect();
    let groups: Vec<&str> = named.iter().filter_map(|name| name.strip_suffix('*')).collect();
    for name in named.iter().filter(|name| !name.ends_with('*')) {
        assert!(known.contains(name), "the law book names {name}, which no suite has");
    }
    for group in &groups {
        assert!(known.iter().any(|id| id.starts_with(group)), "the law book names {group}*, which no suite has");
    }
    for id in known {
        // The suites that try oauth2.md name each case by itself.
        let grouped = !id.starts_with("issuer-") && !id.starts_with("client-");
        let found = named.contains(id) || (grouped && groups.iter().any(|group| id.starts_with(group)));
        assert!(found, "{id} is in no map of the law book");
    }
}
