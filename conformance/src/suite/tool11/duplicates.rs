//! Names that are there twice, and parameters that nobody signed.

use crate::{
    case::Outcome::{Fail, Warn},
    oauth1::{Pairs, SIGNATURE, with_query},
    subject::tool11::{Sealed, Tool11Case, Tool11World, other_learner},
};

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = protocol();
    cases.extend(unsigned());
    cases.extend(signed());
    cases
}

/// Protocol parameters that are there twice.
fn protocol() -> Vec<Tool11Case> {
    vec![
        Tool11Case::reject11("tool11-protocol-twice", "a protocol parameter that is there twice is refused", Warn)
            .rules(&["lti11-tool-protocol-once"])
            .sent("the control with two nonces, both signed")
            .launch(|launch, world| launch.pairs.add("oauth_nonce", world.fresh("nonce"))),
        Tool11Case::reject11("tool11-signature-twice", "a launch with two signatures is refused", Warn)
            .rules(&["lti11-tool-protocol-once"])
            .sent("the control with a second oauth_signature, which is wrong, behind the right one")
            .sealed(|sealed, _| sealed.add(SIGNATURE, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
    ]
}

/// Adds a pair to the query that nobody signed.
fn add_to_query(sealed: &mut Sealed, name: &str, value: &str) {
    let pairs: Pairs = [(name, value)].into_iter().collect();
    sealed.url = with_query(&sealed.url, &pairs);
}

/// What makes somebody the other learner: `user_id`, and whatever the configuration sends for whoever launches.
fn claims(world: &Tool11World) -> Vec<(String, String)> {
    let other = other_learner().sub;
    let tool = &world.config.tool;
    let custom = tool.custom.iter().map(|(name, value)| (format!("custom_{name}"), value));
    let sent = tool.parameters.iter().map(|(name, value)| (name.clone(), value)).chain(custom);
    let own =
        sent.filter(|(_, value)| value.contains("{user}")).map(|(name, value)| (name, value.replace("{user}", &other)));
    std::iter::once(("user_id".to_owned(), other.clone())).chain(own).collect()
}

fn case(id: &'static str, title: &'static str, sent: &'static str) -> Tool11Case {
    Tool11Case::reject11(id, title, Fail).rules(&["lti11-tool-everything-signed"]).sent(sent)
}

/// What was added behind the signature's back.
fn unsigned() -> Vec<Tool11Case> {
    vec![
        case(
            "tool11-unsigned-user-last",
            "a second user behind the signed one is not believed",
            "the control with a second, unsigned user_id behind the signed one",
        )
        .sealed(|sealed, world| {
            for (name, value) in claims(world) {
                sealed.add(&name, value);
            }
        })
        .impostor(),
        case(
            "tool11-unsigned-user-first",
            "a second user before the signed one is not believed",
            "the control with a second, unsigned user_id before the signed one",
        )
        .sealed(|sealed, world| {
            for (name, value) in claims(world) {
                sealed.pairs.add_first(&name, value);
            }
        })
        .impostor(),
        case(
            "tool11-unsigned-user-query",
            "a second user in the query is not believed",
            "the control with a second, unsigned user_id in the query",
        )
        .sealed(|sealed, world| {
            for (name, value) in claims(world) {
                add_to_query(sealed, &name, &value);
            }
        })
        .impostor(),
        case(
            "tool11-unsigned-button",
            "the name of a button that nobody signed is refused",
            "the control, to which ext_submit was added after it was signed, as a form's button would be",
        )
        .sealed(|sealed, _| sealed.add("ext_submit", "Press to launch")),
        case(
            "tool11-unsigned-custom",
            "a custom parameter that nobody signed is refused",
            "the control, to which custom_suite_probe was added after it was signed",
        )
        .sealed(|sealed, _| sealed.add("custom_suite_probe", "not signed")),
        case(
            "tool11-unsigned-query",
            "a parameter of the query that nobody signed is refused",
            "the control, to whose address suite_probe=1 was added after it was signed",
        )
        .sealed(|sealed, _| add_to_query(sealed, "suite_probe", "1")),
        case(
            "tool11-unsigned-nonce",
            "a second nonce that nobody signed does not make a launch a new one",
            "the control with a second, unsigned oauth_nonce before the signed one",
        )
        .sealed(|sealed, world| sealed.pairs.add_first("oauth_nonce", world.fresh("nonce"))),
        case(
            "tool11-unsigned-copy-of-query",
            "a body does not overrule the signed query",
            "the control to the launch URL with suite=1, signed, and suite=2 in the body, which is not",
        )
        .launch(|launch, _| {
            let pairs: Pairs = [("suite", "1")].into_iter().collect();
            let url = with_query(&launch.url, &pairs);
            launch.move_to(url);
        })
        .sealed(|sealed, _| sealed.add("suite", "2")),
    ]
}

/// Names that are there twice, signed.
fn signed() -> Vec<Tool11Case> {
    vec![
        Tool11Case::accept11("tool11-name-twice", "a custom parameter that is there twice is signed twice", Warn)
            .rules(&["lti11-tool-names-repeated"])
            .sent("the control with custom_suite_probe = b and custom_suite_probe = a, both signed")
            .launch(|launch, _| {
                launch.pairs.add("custom_suite_probe", "b");
                launch.pairs.add("custom_suite_probe", "a");
            }),
        Tool11Case::accept11("tool11-pair-twice", "a pair of the query and of the body is signed twice", Warn)
            .rules(&["lti11-tool-names-repeated"])
            .sent("the control with suite=1 in the query and in the body, both signed")
            .launch(|launch, _| {
                let pairs: Pairs = [("suite", "1")].into_iter().collect();
                let url = with_query(&launch.url, &pairs);
                launch.move_to(url);
                launch.pairs.add("suite", "1");
            }),
        Tool11Case::free11("tool11-pair-signed-once", "a pair of query and body, signed once: both answers are sound")
            .rules(&["lti11-tool-pair-once"])
            .sent("the control with suite=1 in the query and in the body, signed once")
            .launch(|launch, _| {
                let pairs: Pairs = [("suite", "1")].into_iter().collect();
                let url = with_query(&launch.url, &pairs);
                launch.move_to(url);
            })
            .sealed(|sealed, _| sealed.add("suite", "1")),
    ]
}
