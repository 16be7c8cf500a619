//! Exchanges as a sequence: a lane for each party, an arrow for each request and each answer.

use super::diff::{self, Row};
use super::shown;
use crate::report::model::Exchange;

/// The order of the lanes that are known, from left to right.
const LANES: [&str; 5] = ["browser", "platform", "issuer", "tool", "client"];
/// How many lanes the style sheet knows.
const MOST_LANES: usize = 5;
/// How much of a page's text stands beside an arrow, in characters.
const GLIMPSE: usize = 48;

/// The exchanges of a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequence {
    /// The parties, from left to right.
    pub(super) lanes: Vec<String>,
    /// What they said to each other, in order.
    pub(super) steps: Vec<Step>,
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Its place in the sequence, from one.
    pub(super) number: usize,
    /// Who asked.
    pub(super) from: String,
    /// Who answered.
    pub(super) to: String,
    /// The columns that the arrows lie in, and whether the request goes to the right.
    pub(super) arrow: Arrow,
    /// Method and path.
    pub(super) request: String,
    /// Status and place, or what went wrong.
    pub(super) answer: String,
    /// Whether there was an answer.
    pub(super) answered: bool,
    /// The whole address.
    pub(super) url: String,
    /// What is different as a whole: a step that the control does not have, another status.
    pub(super) remark: Option<String>,
    /// The parameters.
    pub(super) fields: Vec<Row>,
    /// The token's header, if there was a token.
    pub(super) header: Vec<Row>,
    /// The token's claims, if there was a token.
    pub(super) claims: Vec<Row>,
    /// The answer's headers.
    pub(super) headers: Vec<Row>,
    /// The answer's text.
    pub(super) text: String,
    /// How many rows differ from the control.
    pub(super) differences: usize,
}

/// Where an arrow lies in a grid of two columns for each lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrow {
    /// The line it begins at, from the left.
    pub(super) start: usize,
    /// The line it ends at.
    pub(super) end: usize,
    /// Whether the request goes from left to right.
    pub(super) right: bool,
}

impl Sequence {
    /// The sequence of a case beside the control's; without a control nothing is compared.
    pub(super) fn new(exchanges: &[Exchange], control: &[Exchange]) -> Self {
        let lanes = lanes(exchanges);
        let counterparts = diff::counterparts(exchanges, control);
        let steps = exchanges.iter().zip(counterparts).enumerate().map(|(at, (exchange, before))| {
            let missing = before.is_none() && !control.is_empty();
            step(at + 1, exchange, before, missing, arrow(&lanes, exchange))
        });
        Self { steps: steps.collect(), lanes }
    }
}

fn step(number: usize, exchange: &Exchange, before: Option<&Exchange>, missing: bool, arrow: Arrow) -> Step {
    let fields = diff::pairs(&exchange.fields, before.map(|before| before.fields.as_slice()));
    let headers = diff::pairs(&exchange.headers, before.map(|before| before.headers.as_slice()));
    let token = exchange.token.as_ref();
    let token_before = before.and_then(|before| before.token.as_ref());
    let header = token.map(|token| diff::members(&token.header, token_before.map(|before| &before.header)));
    let claims = token.map(|token| diff::members(&token.claims, token_before.map(|before| &before.claims)));
    let (header, claims) = (header.unwrap_or_default(), claims.unwrap_or_default());
    let differences =
        [&fields, &headers, &header, &claims].into_iter().flatten().filter(|row| row.mark.differs()).count();
    Step {
        number,
        from: shown(&exchange.from),
        to: shown(&exchange.to),
        arrow,
        request: shown(&format!("{} {}", exchange.method, diff::path(&exchange.url))),
        answer: shown(&answer(exchange)),
        answered: exchange.status.is_some() || (exchange.error.is_none() && !exchange.text.trim().is_empty()),
        url: shown(&exchange.url),
        remark: if missing {
            Some("not in the control".to_owned())
        } else {
            before.and_then(|before| status_remark(exchange, before))
        },
        fields: shown_rows(fields),
        header: shown_rows(header),
        claims: shown_rows(claims),
        headers: shown_rows(headers),
        text: shown(&exchange.text),
        differences,
    }
}

/// What the answer was, beside the arrow.
fn answer(exchange: &Exchange) -> String {
    let Some(status) = exchange.status else {
        // What the suite itself takes, or what was recorded without its answer, is no lost connection.
        if exchange.error.is_none() && !exchange.text.trim().is_empty() {
            return glimpse(exchange.text.trim());
        }
        return format!("no answer: {}", exchange.error.as_deref().unwrap_or("the connection was lost"));
    };
    let location = exchange.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    match location {
        Some((_, location)) => format!("{status} to {}", diff::path(location)),
        None if exchange.text.trim().is_empty() => status.to_string(),
        None => format!("{status} “{}”", glimpse(exchange.text.trim())),
    }
}

fn glimpse(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(GLIMPSE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn status_remark(exchange: &Exchange, before: &Exchange) -> Option<String> {
    let status =
        |exchange: &Exchange| exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    (exchange.status != before.status).then(|| format!("the control got {}", status(before)))
}

/// The parties of these exchanges in the usual order; unknown ones last.
fn lanes(exchanges: &[Exchange]) -> Vec<String> {
    let named = exchanges.iter().flat_map(|exchange| [&exchange.from, &exchange.to]);
    let mut lanes: Vec<String> =
        LANES.iter().filter(|lane| named.clone().any(|name| name == *lane)).map(|&lane| lane.to_owned()).collect();
    for name in named {
        if !lanes.contains(name) && lanes.len() < MOST_LANES {
            lanes.push(name.clone());
        }
    }
    lanes.iter().map(|lane| shown(lane)).collect()
}

fn arrow(lanes: &[String], exchange: &Exchange) -> Arrow {
    let line = |name: &str| lanes.iter().position(|lane| *lane == shown(name)).map_or(2, |at| 2 * at + 2);
    let (from, to) = (line(&exchange.from), line(&exchange.to));
    match (from.min(to), from.max(to)) {
        (start, end) if start == end => Arrow { start, end: start + 1, right: true },
        (start, end) => Arrow { start, end, right: from < to },
    }
}

/// Rows as they are shown: what differs from the control first.
fn shown_rows(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| !row.mark.differs());
    let shown_row = |row: Row| Row {
        name: shown(&row.name),
        value: shown(&row.value),
        control: row.control.as_deref().map(shown),
        mark: row.mark,
    };
    rows.into_iter().map(shown_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(from: &str, to: &str, url: &str, status: Option<u16>) -> Exchange {
        Exchange {
            from: from.to_owned(),
            to: to.to_owned(),
            method: "GET".to_owned(),
            url: url.to_owned(),
            fields: Vec::new(),
            status,
            headers: Vec::new(),
            text: String::new(),
            token: None,
            error: None,
        }
    }

    #[test]
    fn lanes_stand_in_the_usual_order_and_arrows_between_them() {
        let exchanges =
            [exchange("tool", "platform", "/jwks", Some(200)), exchange("browser", "tool", "/login", Some(302))];
        let sequence = Sequence::new(&exchanges, &[]);
        assert_eq!(sequence.lanes, ["browser", "platform", "tool"]);
        assert_eq!(sequence.steps[0].arrow, Arrow { start: 4, end: 6, right: false });
        assert_eq!(sequence.steps[1].arrow, Arrow { start: 2, end: 6, right: true });
    }

    #[test]
    fn a_step_that_the_control_lacks_and_another_status_are_remarked() {
        let control = [exchange("browser", "tool", "/launch", Some(302))];
        let exchanges =
            [exchange("browser", "tool", "/launch", Some(401)), exchange("browser", "tool", "/error", Some(200))];
        let remarks: Vec<_> = Sequence::new(&exchanges, &control).steps.into_iter().map(|step| step.remark).collect();
        assert_eq!(remarks, [Some("the control got 302".to_owned()), Some("not in the control".to_owned())]);
    }

    #[test]
    fn a_lost_connection_is_an_answer_too() {
        assert_eq!(answer(&exchange("browser", "tool", "/launch", None)), "no answer: the connection was lost");
        let taken = Exchange { text: "taken by the suite".to_owned(), ..exchange("browser", "tool", "/login", None) };
        assert_eq!(answer(&taken), "taken by the suite");
    }

    #[test]
    fn the_parties_stand_in_the_same_order_whichever_is_judged() {
        let arriving = exchange("browser", "tool", "/login", None);
        let asking = exchange("browser", "platform", "/auth", Some(200));
        for exchanges in [[arriving.clone(), asking.clone()], [asking, arriving]] {
            assert_eq!(Sequence::new(&exchanges, &[]).lanes, ["browser", "platform", "tool"]);
        }
    }
}
