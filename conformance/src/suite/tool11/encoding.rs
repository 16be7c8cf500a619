//! How parameters are spelt: every class of character in values and names, and every way to write a form.

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    oauth1::{Pairs, SIGNATURE, encode},
    seen::Meaning,
    subject::tool11::{
        ChangeLaunch, ChangeSealed, Launch, Need11, Refused, Sealed, Tool11Case, Tool11Driver, ended, learner,
    },
};

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = values();
    cases.extend(spelling());
    cases.extend(lenient());
    cases.push(secret());
    cases
}

/// The custom parameter that carries the odd values.
const PROBE: &str = "custom_suite_probe";

fn value(id: &'static str, title: &'static str, sent: &'static str, change: ChangeLaunch) -> Tool11Case {
    Tool11Case::signed11(id, title).rules(&["lti11-tool-percent-encoding"]).sent(sent).launch(change)
}

fn values() -> Vec<Tool11Case> {
    vec![
        value(
            "tool11-value-marks",
            "! * ' ( ) in a value are encoded",
            "the control with custom_suite_probe = it's (5*3)!",
            |launch, _| launch.set(PROBE, "it's (5*3)!"),
        ),
        value(
            "tool11-value-tilde",
            "a tilde in a value stays",
            "the control with custom_suite_probe = ~ada",
            |launch, _| {
                launch.set(PROBE, "~ada");
            },
        ),
        value(
            "tool11-value-reserved",
            "reserved characters in a value are encoded",
            "the control with custom_suite_probe = a=b&c;d/e?f#g@h:i[j]",
            |launch, _| launch.set(PROBE, "a=b&c;d/e?f#g@h:i[j]"),
        ),
        value(
            "tool11-value-percent",
            "a percent sign in a value stands for itself",
            "the control with custom_suite_probe = 100%41 %zz",
            |launch, _| launch.set(PROBE, "100%41 %zz"),
        ),
        value(
            "tool11-value-plus",
            "a plus sign in a value stands for itself",
            "the control with custom_suite_probe = a+b",
            |launch, _| {
                launch.set(PROBE, "a+b");
            },
        ),
        value(
            "tool11-value-utf8",
            "a value is encoded as UTF-8",
            "the control with a course title in Japanese and accents",
            |launch, _| launch.set("context_title", "プログラミング基礎, École, Straße"),
        ),
        value(
            "tool11-value-four-bytes",
            "characters of four bytes are encoded byte by byte",
            "the control with custom_suite_probe of characters beyond the first plane",
            |launch, _| launch.set(PROBE, "𠮷田 📓"),
        ),
        value(
            "tool11-value-empty",
            "an empty value is signed",
            "the control with custom_suite_probe without a value",
            |launch, _| {
                launch.set(PROBE, "");
            },
        ),
    ]
}

fn spelt(id: &'static str, title: &'static str, sent: &'static str, seal: ChangeSealed) -> Tool11Case {
    Tool11Case::signed11(id, title)
        .rules(&["lti11-tool-form-decoding"])
        .sent(sent)
        .launch(|launch, _| launch.set(PROBE, "a b/c"))
        .sealed(seal)
}

fn spelling() -> Vec<Tool11Case> {
    vec![
        spelt(
            "tool11-form-lower-case",
            "hexadecimal digits may be in lower case in the form",
            "the control, whose form has %2f where browsers write %2F",
            |sealed, _| sealed.body = Some(lower_case(&sealed.pairs.form()).into_bytes()),
        ),
        spelt(
            "tool11-form-all-encoded",
            "every character may be encoded in the form",
            "the control, whose form encodes letters and digits as well",
            |sealed, _| sealed.body = Some(all_encoded(&sealed.pairs).into_bytes()),
        ),
        Tool11Case::signed11("tool11-form-no-equals", "a name without an equals sign has an empty value")
            .rules(&["lti11-tool-form-decoding"])
            .sent("the control with custom_suite_probe without a value, which the form spells without =")
            .launch(|launch, _| launch.set(PROBE, ""))
            .sealed(|sealed, _| without_equals(sealed)),
        Tool11Case::signed11("tool11-form-names-alike", "parameters are sorted by name, and not by the whole pair")
            .rules(&["lti11-tool-form-decoding"])
            .sent("the control with custom_suite, custom_suite1 and custom_suite_probe")
            .launch(|launch, _| {
                launch.set("custom_suite1", "b");
                launch.set("custom_suite", "a");
                launch.set(PROBE, "c");
            }),
    ]
}

fn lower_case(form: &str) -> String {
    let mut rest = form;
    let mut out = String::with_capacity(form.len());
    while let Some((before, after)) = rest.split_once('%') {
        let (digits, tail) = after.split_at_checked(2).unwrap_or((after, ""));
        out.push_str(before);
        out.push('%');
        out.push_str(&digits.to_ascii_lowercase());
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn all_encoded(pairs: &Pairs) -> String {
    let bytes = |text: &[u8]| {
        let encoded: Vec<String> = text.iter().map(|byte| format!("%{byte:02X}")).collect();
        encoded.concat()
    };
    let parts: Vec<String> =
        pairs.0.iter().map(|pair| format!("{}={}", bytes(&pair.name), bytes(&pair.value))).collect();
    parts.join("&")
}

fn without_equals(sealed: &mut Sealed) {
    let with = format!("{}=", encode(PROBE.as_bytes()));
    let parts: Vec<String> = sealed
        .pairs
        .form()
        .split('&')
        .map(|part| if part == with { with.trim_end_matches('=').to_owned() } else { part.to_owned() })
        .collect();
    sealed.body = Some(parts.join("&").into_bytes());
}

fn bears(
    id: &'static str,
    title: &'static str,
    rules: &'static [&'static str],
    sent: &'static str,
    change: ChangeLaunch,
) -> Tool11Case {
    Tool11Case::accept11(id, title, Warn).rules(rules).sent(sent).launch(change)
}

/// What a tool ought to bear, or may refuse.
fn lenient() -> Vec<Tool11Case> {
    vec![
        bears(
            "tool11-name-marks",
            "names are encoded as values are",
            &["lti11-tool-names-encoded"],
            "the control with the parameter custom_(suite)*",
            |launch, _| launch.set("custom_(suite)*", "a"),
        ),
        bears(
            "tool11-name-utf8",
            "names may be of any letters",
            &["lti11-tool-names-encoded"],
            "the control with the parameter custom_言語",
            |launch, _| launch.set("custom_言語", "ja"),
        ),
        bears(
            "tool11-value-line-breaks",
            "line breaks in a value are signed as they came",
            &["lti11-tool-white-space"],
            "the control with a resource_link_description of two lines, between them CR LF",
            |launch, _| launch.set("resource_link_description", "Line one\r\nLine two"),
        ),
        bears(
            "tool11-value-ends",
            "blanks and tabs at the ends of a value are signed",
            &["lti11-tool-white-space"],
            "the control with custom_suite_probe that begins with a tab and ends with a blank",
            |launch, _| launch.set(PROBE, "\tvalue "),
        ),
        free_bytes(
            "tool11-value-not-utf8",
            "bytes that are no UTF-8: both answers are sound",
            "the control with custom_suite_probe = FF FE",
            |launch, _| {
                launch.set(PROBE, vec![0xFF, 0xFE]);
            },
        ),
        free_bytes(
            "tool11-value-nul",
            "a NUL in a value: both answers are sound",
            "the control with a NUL in custom_suite_probe",
            |launch, _| {
                launch.set(PROBE, vec![b'a', 0, b'b']);
            },
        ),
    ]
}

fn free_bytes(id: &'static str, title: &'static str, sent: &'static str, change: ChangeLaunch) -> Tool11Case {
    Tool11Case::free11(id, title).rules(&["lti11-tool-not-text"]).sent(sent).launch(change)
}

fn secret() -> Tool11Case {
    Tool11Case::sequence11(
        "tool11-secret-encoded",
        "a secret with characters to encode signs",
        Duty::Accept,
        |driver| Box::pin(secret_encoded(driver)),
    )
    .rules(&["lti11-tool-secret-encoded"])
    .needs11(Need11::OddSecret)
    .sent(
        "the control by the configured consumer whose secret has to be encoded, and where that is refused the same \
             signed with the secret as it is",
    )
}

/// No launch but this one shows that the secret was typed right, so that a refusal alone proves nothing. A tool that takes
/// what is signed with the secret as it is has the same secret, and does not encode it.
async fn secret_encoded(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let Some(odd) = driver.world.odd_secret() else { return Ok(Ended::skip("no such secret")) };
    let answered = driver.answer(&Launch::sound(driver.world, odd, learner()).seal(), &learner()).await?;
    if answered.meaning != Meaning::Refused {
        return Ok(ended(Pass, Refused::Worth(Fail), &answered));
    }
    let launch = Launch::sound(driver.world, odd, learner());
    let signing = launch.signing.clone();
    let mut sealed = launch.seal();
    let signature = signing.signature_with_secret_as_it_is(&sealed.pairs);
    sealed.set(SIGNATURE, signature);
    let raw = driver.answer(&sealed, &learner()).await?;
    let seen = answered.page.describe();
    Ok(if raw.meaning == Meaning::Accepted {
        Ended::judged(Fail, "refused", format!("{seen}: refused, while the secret as it is signs"))
    } else {
        Ended::review("refused, with the secret as it is too: compare the secret with what the tool holds", seen)
    })
}
