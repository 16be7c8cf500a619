//! The claims about where the launch comes from: course, platform, presentation and services (LTI Core 1.3, 5.4 and 6.1).

use lti_core::message::claims;
use serde_json::{Map, Value, json};

use super::{
    LineItemFlaw, PlaceFlaw, PlatformDouble, PlatformFlaw, RETURN_PATH, book::Launch, grant::SCOPES, user::LOCALE,
};

const COURSE_SECTION: &str = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection";

impl PlatformDouble {
    /// The course, the platform, the presentation and the services.
    pub(super) fn place_claims(&self, launch: &Launch) -> Map<String, Value> {
        let course = launch.link.course();
        let flaw = match self.flaw {
            Some(PlatformFlaw::Place(flaw)) => Some(flaw),
            _ => None,
        };
        let mut context =
            json!({"id": course.id, "label": course.label, "title": course.title, "type": [COURSE_SECTION]});
        let mut platform = json!({
            "guid": "lms-7c3e1d", "name": "School", "version": "4.2", "product_family_code": "school-lms",
        });
        let mut presentation = json!({
            "document_target": "iframe", "height": 480, "width": 640, "return_url": self.own(RETURN_PATH), "locale": LOCALE,
        });
        if let Some(flaw) = flaw {
            self.spoil_context(&mut context, flaw, launch);
            spoil_platform(&mut platform, flaw);
            self.spoil_presentation(&mut presentation, flaw);
        }
        let mut told = Map::new();
        let mut tell = |name: &str, value: Value| told.insert(name.to_owned(), value);
        tell(claims::CONTEXT, context);
        tell(claims::TOOL_PLATFORM, platform);
        tell(claims::LAUNCH_PRESENTATION, presentation);
        let base = match flaw {
            Some(PlaceFlaw::ServicesPlain) => self.own_plain(&format!("/api/{}", course.path)),
            _ => self.own(&format!("/api/{}", course.path)),
        };
        if !self.has(LineItemFlaw::ClaimMissing) {
            tell(claims::AGS_ENDPOINT, self.ags_claim(launch, &base));
        }
        if let Some(claim) = self.roster_claim(&base, launch) {
            tell(claims::NRPS, claim);
        }
        told
    }

    /// The claim of Assignment and Grade Services: the one line item of the link, where there is one alone (LTI AGS 2.0, 3.1).
    fn ags_claim(&self, launch: &Launch, base: &str) -> Value {
        let tied = self.gradebook().tied_to(launch.link.id);
        let mut claim = json!({"scope": SCOPES[..4], "lineitems": Self::list_address(base)});
        if self.has(LineItemFlaw::ClaimScopeText) {
            claim["scope"] = json!(SCOPES[..4].join(" "));
        }
        let named = match tied.as_slice() {
            [only] if !self.has(LineItemFlaw::CoupledUnsaid) => Some(*only),
            [first, _, ..] if self.has(LineItemFlaw::CoupledFirst) => Some(*first),
            _ => None,
        };
        if let Some(number) = named {
            claim["lineitem"] = json!(self.item_address(launch.link.course, number));
        }
        if self.has(PlaceFlaw::ServicesTemplate) {
            claim["lineitem"] = json!(self.own("/api/{context_id}/lineitems/{item_id}"));
        }
        claim
    }

    fn spoil_context(&self, context: &mut Value, flaw: PlaceFlaw, launch: &Launch) {
        match flaw {
            PlaceFlaw::ContextIdMissing => remove(context, "id"),
            PlaceFlaw::ContextIdLong => {
                context["id"] = json!(format!("{}-{}", launch.link.course().id, "0".repeat(300)));
            }
            PlaceFlaw::ContextIdShared => context["id"] = json!("school"),
            PlaceFlaw::ContextIdPerLaunch => context["id"] = json!(self.random.draw()),
            PlaceFlaw::ContextTypeUnknown => context["type"] = json!(["https://lms.example/types#Course"]),
            PlaceFlaw::ContextTypeSimple => context["type"] = json!(["CourseSection"]),
            _ => {}
        }
    }

    fn spoil_presentation(&self, presentation: &mut Value, flaw: PlaceFlaw) {
        match flaw {
            PlaceFlaw::DocumentTarget => presentation["document_target"] = json!("embed"),
            PlaceFlaw::ReturnPlain => presentation["return_url"] = json!(self.own_plain(RETURN_PATH)),
            PlaceFlaw::ReturnRelative => presentation["return_url"] = json!(RETURN_PATH),
            PlaceFlaw::SizeText => {
                presentation["width"] = json!("640px");
                presentation["height"] = json!("480px");
            }
            PlaceFlaw::LocaleName => presentation["locale"] = json!("English (UK)"),
            _ => {}
        }
    }
}

fn spoil_platform(platform: &mut Value, flaw: PlaceFlaw) {
    match flaw {
        PlaceFlaw::GuidMissing => remove(platform, "guid"),
        PlaceFlaw::GuidLong => platform["guid"] = json!("g".repeat(300)),
        _ => {}
    }
}

fn remove(object: &mut Value, member: &str) {
    if let Some(members) = object.as_object_mut() {
        members.remove(member);
    }
}
