//! The pages as people see them: their key parts as snapshots, and what every page must have.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::support::{Desk, LAUNCH, LOGIN, Page};

/// The element with this id, up to the end of its section.
fn section(page: &Page, from: &str) -> String {
    let start = page.body.find(from).unwrap_or_else(|| panic!("no {from} in {}", page.body));
    let rest = &page.body[start..];
    let end = rest.find("</section>").unwrap_or(rest.len());
    let lines = rest[..end].lines().map(str::trim_end).filter(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_course_offers_its_links_and_shows_its_people() {
    let mut desk = Desk::new();
    let page = desk.get("/courses/bio-204").await;
    insta::assert_snapshot!("links", section(&page, "<h2 id=\"links-heading\">"));
    let page = desk.get("/courses/bio-204/people").await;
    insta::assert_snapshot!("people", section(&page, "<h2 id=\"people-heading\">"));
}

#[tokio::test]
async fn somebody_is_enrolled_set_aside_and_dropped() {
    let mut desk = Desk::new();
    let path = "/courses/bio-204/people";
    for (act, role) in [("enrol", "learner"), ("deactivate", ""), ("drop", "")] {
        let page = desk.post(path, &[("person", "ben"), ("act", act), ("role", role)]).await;
        assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::SEE_OTHER, path), "{act}");
        let shown = desk.get(path).await.body;
        assert_eq!(shown.contains("ben.okafor@"), act != "drop", "{act}");
        assert_eq!(shown.contains("Inactive"), act == "deactivate", "{act}");
    }
    assert!(desk.get(path).await.body.contains("Benedikt Okafor (was here before)"));
    for (person, act, role, status) in [
        ("nobody", "enrol", "learner", StatusCode::NOT_FOUND),
        ("ben", "enrol", "owner", StatusCode::BAD_REQUEST),
        ("ben", "promote", "", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(desk.post(path, &[("person", person), ("act", act), ("role", role)]).await.status, status);
    }
    assert_eq!(
        desk.post("/courses/none/people", &[("person", "ben"), ("act", "drop")]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_user_who_is_signed_in_is_offered_first() {
    let mut desk = Desk::new();
    // Each link has its setting of privacy selected.
    assert_eq!(desk.get("/courses/hist-101").await.body.matches(" selected").count(), 5);
    desk.launch(0, "noor", &[]).await;
    let body = desk.get("/courses/hist-101").await.body;
    assert_eq!(
        body.matches("<option value=\"noor\" selected>").count(),
        6,
        "once for each link, and for adding: {body}"
    );
    assert_eq!(body.matches(" selected").count(), 11);
}

#[tokio::test]
async fn the_tools_page_has_every_value_to_copy() {
    let mut desk = Desk::new();
    let page = desk.get("/tools").await;
    insta::assert_snapshot!("ours", section(&page, "<h2 id=\"ours-heading\">"));
    insta::assert_snapshot!("registered", section(&page, "<h2 id=\"registered-heading\">"));
}

#[tokio::test]
async fn a_tool_is_registered_by_pasting_its_addresses() {
    let mut desk = Desk::new();
    let fields = [("client_id", "new <b>"), ("initiation_url", LOGIN), ("redirect_uris", LAUNCH)];
    let page = desk.post("/tools", &fields).await;
    assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/tools"));
    assert_eq!(desk.links().len(), 12);
    let page = desk.get("/tools").await;
    assert!(page.body.contains("new &#60;b&#62;") && !page.body.contains("new <b>"), "{}", page.body);
    let login = desk.launch(5, "ada", &[]).await;
    assert_eq!(login.client_id.unwrap().as_str(), "new <b>");
}

#[tokio::test]
async fn a_wrong_registration_keeps_what_was_typed_and_says_what_to_mend() {
    let mut desk = Desk::new();
    let fields =
        [("client_id", "new"), ("initiation_url", "quiz.example/login"), ("redirect_uris", "https://a.example/<x>")];
    let page = desk.post("/tools", &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let problem = page.body.split("role=\"alert\">").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    insta::assert_snapshot!("problem", problem);
    assert!(page.body.contains("value=\"quiz.example/login\""), "{}", page.body);
    assert!(page.body.contains("https://a.example/&#60;x&#62;</textarea>"), "{}", page.body);
    let taken =
        desk.post("/tools", &[("client_id", "quiz"), ("initiation_url", LOGIN), ("redirect_uris", LAUNCH)]).await;
    assert!(taken.body.contains("is taken by another registration"), "{}", taken.body);
}

#[tokio::test]
async fn no_page_lets_anything_foreign_in() {
    let mut desk = Desk::new();
    desk.launch(0, "ada", &[]).await;
    for path in [
        "/courses/hist-101",
        "/courses/hist-101/people",
        "/courses/hist-101/grades",
        "/tools",
        "/launches",
        "/return",
        "/courses/nowhere",
    ] {
        let page = desk.get(path).await;
        let policy = page.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        assert_eq!(page.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        for inline in [" style=\"", "<style", " onclick", "<script>"] {
            assert!(!page.body.contains(inline), "{path} has {inline}, which the policy forbids");
        }
        for foreign in ["src=\"http", "<link rel=\"stylesheet\" href=\"http"] {
            assert!(!page.body.contains(foreign), "{path} fetches {foreign}");
        }
    }
    for asset in ["/assets/school.css", "/assets/school.js", "/assets/submit.js"] {
        assert_eq!(desk.get(asset).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn every_field_has_a_label_and_every_id_is_there_once() {
    let mut desk = Desk::new();
    desk.launch(0, "ada", &[]).await;
    for path in ["/courses/hist-101", "/courses/hist-101/people", "/courses/hist-101/grades", "/tools", "/launches"] {
        let body = desk.get(path).await.body;
        let values = |attribute: &str| -> Vec<String> {
            let attribute = format!(" {attribute}=\"");
            let parts = body.split(&attribute).skip(1);
            parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
        };
        let ids = values("id");
        for id in &ids {
            assert_eq!(ids.iter().filter(|other| *other == id).count(), 1, "{path}: id {id}");
        }
        for id in ["for", "aria-labelledby", "aria-describedby"].iter().flat_map(|name| values(name)) {
            assert!(ids.contains(&id), "{path}: nothing has the id {id}");
        }
        let fields = ["<select", "<textarea", "<input type=\"text\"", "<input type=\"url\""];
        let fields: usize = fields.iter().map(|field| body.matches(field).count()).sum();
        assert_eq!(values("for").len(), fields, "{path}: a label for each field");
        for landmark in ["<main", "<nav", "<header"] {
            assert!(body.contains(landmark), "{path}: no {landmark}");
        }
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let mut desk = Desk::new();
    let link = desk.links()[0].clone();
    for (path, body) in [
        ("/launch", format!("link={link}&user=ada")),
        ("/tools", "client_id=x".to_owned()),
        ("/tools/settings", "client_id=quiz".to_owned()),
        ("/links/settings", format!("link={link}")),
        ("/courses/bio-204/people", "person=ben&act=drop".to_owned()),
        ("/courses/bio-204/content", "client_id=quiz&user=chloe".to_owned()),
        ("/admin/rotate-keys", String::new()),
        ("/tools/remove", "client_id=quiz".to_owned()),
    ] {
        for (site, refused) in [("cross-site", true), ("same-site", true), ("same-origin", false)] {
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", site)
                .body(Body::from(body.clone()));
            let status = desk.send(request.unwrap()).await.status;
            assert_eq!(status == StatusCode::FORBIDDEN, refused, "{path} from {site}: {status}");
        }
    }
}
