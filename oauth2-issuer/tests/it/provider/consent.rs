//! Who is asked for what, and who may answer.

use http::StatusCode;

use super::school::{NOW, School};

#[tokio::test]
async fn only_what_is_new_is_asked() {
    let school = School::new().await;
    let session = format!("s-1/ada/{NOW}");
    school.authorize(&session, &[]).await;
    assert!(school.allow(&session).await.param("code").is_some());
    assert!(school.authorize(&session, &[]).await.param("code").is_some(), "nothing is new");
    let more = school.authorize(&session, &[("scope", "openid profile email")]).await;
    assert_eq!(more.location(), "https://id.example/pages/consent");
    let asked = school.pages.consents.lock().unwrap().last().unwrap().clone();
    assert_eq!((asked.scopes.to_string(), asked.granted.to_string()), ("email".into(), "openid profile".into()));
    assert_eq!(asked.action, "https://id.example/school/authorize/consent");
    // Another user has granted nothing.
    let bob = format!("s-2/bob/{NOW}");
    assert_eq!(school.authorize(&bob, &[]).await.location(), "https://id.example/pages/consent");
}

#[tokio::test]
async fn nobody_else_decides() {
    let school = School::new().await;
    let session = format!("s-1/ada/{NOW}");
    school.authorize(&session, &[]).await;
    let ticket = school.pages.consents.lock().unwrap().last().unwrap().ticket.clone();
    let form = |ticket| [("ticket", ticket), ("decision", "allow")];
    let path = "/school/authorize/consent";
    for (who, ticket) in [
        ("", ticket.as_str()),
        (&*format!("s-2/ada/{NOW}"), &ticket),
        (&*format!("s-1/bob/{NOW}"), &ticket),
        (&*session, "guessed"),
        (&*session, ""),
    ] {
        let header = if who.is_empty() { ("", "") } else { ("x-session", who) };
        let seen = school.post(path, header, &form(ticket)).await;
        assert!(seen.status == StatusCode::FORBIDDEN && seen.is_page(), "{who} {seen:?}");
    }
    assert!(school.post(path, ("x-session", &session), &form(&ticket)).await.param("code").is_some());
    let twice = school.post(path, ("x-session", &session), &form(&ticket)).await;
    assert_eq!(twice.status, StatusCode::FORBIDDEN, "a ticket is good once");
}

#[tokio::test]
async fn a_user_may_refuse_all_or_choose_some() {
    let school = School::new().await;
    let session = format!("s-1/ada/{NOW}");
    let path = "/school/authorize/consent";
    let ask = async |changes: &[(&str, &str)]| {
        school.authorize(&session, changes).await;
        school.pages.consents.lock().unwrap().last().unwrap().ticket.clone()
    };
    let ticket = ask(&[]).await;
    let seen = school.post(path, ("x-session", &session), &[("ticket", &ticket), ("decision", "deny")]).await;
    assert_eq!((seen.error().as_str(), seen.param("state").as_deref()), ("access_denied", Some("st&1")));
    let ticket = ask(&[("scope", "openid profile email")]).await;
    let form = [("ticket", ticket.as_str()), ("decision", "allow"), ("scope", "email")];
    let seen = school.post(path, ("x-session", &session), &form).await;
    let tokens = school.exchange(&seen.param("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "openid email");
    // What was not chosen is asked again.
    school.authorize(&session, &[]).await;
    assert_eq!(school.pages.consents.lock().unwrap().last().unwrap().scopes.to_string(), "profile");
}

#[tokio::test]
async fn what_is_not_ticked_is_neither_given_nor_kept() {
    let school = School::new().await;
    let session = format!("s-1/ada/{NOW}");
    let asked = [("scope", "openid profile email"), ("prompt", "consent")];
    let decide = async |form: &[(&str, &str)]| {
        school.authorize(&session, &asked).await;
        let ticket = school.pages.consents.lock().unwrap().last().unwrap().ticket.clone();
        let form: Vec<_> = [("ticket", ticket.as_str())].into_iter().chain(form.iter().copied()).collect();
        let seen = school.post("/school/authorize/consent", ("x-session", &session), &form).await;
        school.exchange(&seen.param("code").unwrap()).await.json()["scope"].clone()
    };
    assert_eq!(decide(&[("decision", "allow_all")]).await, "openid profile email");
    assert_eq!(decide(&[("decision", "allow"), ("scope", "profile")]).await, "openid profile");
    // A browser sends nothing at all where no box is ticked.
    assert_eq!(decide(&[("decision", "allow")]).await, "openid");
    let seen = school.authorize(&session, &[("scope", "openid email")]).await;
    assert_eq!(seen.location(), "https://id.example/pages/consent", "what was taken back is asked again");
    assert_eq!(school.pages.consents.lock().unwrap().last().unwrap().scopes.to_string(), "email");
}

#[tokio::test]
async fn a_ticket_ends() {
    let school = School::new().await;
    let session = format!("s-1/ada/{NOW}");
    school.authorize(&session, &[]).await;
    school.advance(30 * 60 + 1);
    assert_eq!(school.allow(&session).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_page_elsewhere_learns_what_it_has_to_show() {
    let school = School::new().await;
    let session = format!("s-1/ada/{NOW}");
    school.authorize(&session, &[]).await;
    let ticket = school.pages.consents.lock().unwrap().last().unwrap().ticket.clone();
    let shown = async |session: &str| {
        let mut headers = http::HeaderMap::new();
        headers.insert("x-session", session.parse().unwrap());
        school.provider.waiting_consent(&headers, &ticket).await.unwrap()
    };
    assert_eq!(shown(&session).await.unwrap().scopes.to_string(), "openid profile");
    assert!(shown(&format!("s-9/ada/{NOW}")).await.is_none());
}
