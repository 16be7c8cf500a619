//! The forms by which the double launches the tool.

use super::{
    CustomFlaw, MessageFlaw, PlaceFlaw, Platform11Double, ServiceFlaw, SignatureFlaw, UserFlaw,
    school::{Link, Part, Shared, User},
    sign::{Fields, Habit},
};
use crate::transport::Response;

/// A form that is filled field by field.
#[derive(Debug, Default)]
pub(super) struct Form(pub(super) Fields);

impl Form {
    pub(super) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Adds a field unless a flaw leaves it out.
    fn unless(&mut self, left_out: bool, name: &str, value: impl Into<String>) {
        if !left_out {
            self.add(name, value);
        }
    }
}

impl Platform11Double {
    /// The launch of a link by a user, in one step or in two.
    pub(super) fn launch(&self, user: &'static User, link: &'static Link, state: Option<&str>) -> Response {
        let mut form = Form::default();
        if self.has(MessageFlaw::Relaunch) && state.is_none() {
            form.add("lti_message_type", "basic-lti-launch-request");
            form.add("lti_version", "LTI-1p0");
            form.add("relaunch_url", self.own(&format!("/relaunch/{}", link.path)));
            form.add("platform_state", self.random.draw());
            return self.post(form);
        }
        if let Some(state) = state {
            form.add("tool_state", state);
        }
        self.say_message(&mut form);
        self.say_link(&mut form, link);
        self.say_user(&mut form, user, link);
        self.say_course(&mut form, link);
        self.say_platform(&mut form);
        self.say_result(&mut form, user, link);
        self.say_custom(&mut form, link);
        self.post(form)
    }

    fn say_message(&self, form: &mut Form) {
        let kind = if self.has(MessageFlaw::TypeOld) { "basic-lti-launch" } else { "basic-lti-launch-request" };
        form.unless(self.has(MessageFlaw::TypeMissing), "lti_message_type", kind);
        let version = if self.has(MessageFlaw::VersionAdvanced) { "LTI-1p1" } else { "LTI-1p0" };
        form.unless(self.has(MessageFlaw::VersionMissing), "lti_version", version);
    }

    fn say_link(&self, form: &mut Form, link: &Link) {
        let id = match () {
            () if self.has(PlaceFlaw::LinkIdPerLaunch) => self.random.draw(),
            () if self.has(PlaceFlaw::LinkIdOfTool) => "tool-1".to_owned(),
            () => link.id.to_owned(),
        };
        form.unless(self.has(MessageFlaw::LinkIdMissing), "resource_link_id", id);
        form.unless(self.has(MessageFlaw::TitleMissing), "resource_link_title", link.title);
        form.unless(self.has(MessageFlaw::DescriptionMissing), "resource_link_description", link.description);
    }

    fn say_user(&self, form: &mut Form, user: &User, link: &Link) {
        let id = match () {
            () if self.has(UserFlaw::IdEmail) => user.email.to_owned(),
            () if self.has(UserFlaw::IdShared) && user.part == Part::Learner => "2100".to_owned(),
            () if self.has(UserFlaw::IdPerLaunch) => self.random.draw(),
            () => user.id.to_owned(),
        };
        form.unless(self.has(UserFlaw::IdMissing), "user_id", id);
        form.unless(self.has(UserFlaw::RolesMissing), "roles", self.roles(user));
        if user.part == Part::Mentor || self.has(UserFlaw::MentorEverybody) {
            let plain = self.has(UserFlaw::MentorPlain);
            form.add("role_scope_mentor", if plain { "2101,guest/7" } else { "2101,guest%2F7" });
        }
        let all = self.has(UserFlaw::PrivacyIgnored) || link.shared == Shared::All;
        if self.has(UserFlaw::NamesMissing) {
            return;
        }
        if all || link.shared == Shared::Name {
            form.add("lis_person_name_given", user.given);
            form.add("lis_person_name_family", user.family);
            form.add("lis_person_name_full", format!("{} {}", user.given, user.family));
            form.add("ext_user_username", user.login);
        }
        if all || link.shared == Shared::Email {
            form.add("lis_person_contact_email_primary", user.email);
        }
    }

    fn roles(&self, user: &User) -> String {
        let learner = match () {
            () if self.has(UserFlaw::RoleStudent) => "Student",
            () if self.has(UserFlaw::RoleForeign) => "urn:example:role:student",
            () if self.has(UserFlaw::RoleBare) => "Learner,Tutee",
            () if self.has(UserFlaw::RoleChanges) && self.count().is_multiple_of(2) => {
                "Learner,urn:lti:instrole:ims/lis/Student"
            }
            () => "Learner",
        };
        match user.part {
            Part::Instructor if self.has(UserFlaw::RoleSame) => "Learner",
            Part::Learner => learner,
            Part::Instructor => "Instructor,urn:lti:instrole:ims/lis/Faculty",
            Part::Mentor => "urn:lti:role:ims/lis/Mentor",
        }
        .to_owned()
    }

    fn say_course(&self, form: &mut Form, link: &Link) {
        let Some(course) = link.course() else {
            if self.has(PlaceFlaw::ContextEverywhere) {
                form.add("context_id", "site");
            }
            return;
        };
        if !self.has(PlaceFlaw::ContextMissing) {
            form.add("context_id", if self.has(PlaceFlaw::ContextSame) { "site" } else { course.id });
            form.add("context_label", course.label);
            form.add("context_title", course.title);
        }
        let kind = if self.has(PlaceFlaw::ContextTypeOwn) { "Course" } else { "CourseSection" };
        form.unless(self.has(PlaceFlaw::ContextTypeMissing), "context_type", kind);
    }

    fn say_platform(&self, form: &mut Form) {
        if !self.has(MessageFlaw::ProductMissing) {
            form.add("tool_consumer_info_product_family_code", "double");
            form.add("tool_consumer_info_version", "1.1");
        }
        form.unless(self.has(MessageFlaw::GuidMissing), "tool_consumer_instance_guid", "lms.test");
        form.add("ext_lms", "double-1");
        if self.has(MessageFlaw::VendorName) {
            form.add("school_year", "2026");
        }
        let locale = if self.has(MessageFlaw::LocaleUnderscore) { "en_US" } else { "en-US" };
        form.unless(self.has(MessageFlaw::LocaleMissing), "launch_presentation_locale", locale);
        let target = if self.has(MessageFlaw::TargetOther) { "tab" } else { "iframe" };
        form.add("launch_presentation_document_target", target);
        let width = if self.has(MessageFlaw::SizeUnit) { "800px" } else { "800" };
        form.add("launch_presentation_width", width);
        form.add("launch_presentation_height", if self.has(MessageFlaw::SizeZero) { "0" } else { "600" });
        let back = self.own("/return?course=51");
        let back = if self.has(MessageFlaw::AddressPlain) { back.replacen("https", "http", 1) } else { back };
        form.add("launch_presentation_return_url", back);
    }

    fn say_result(&self, form: &mut Form, user: &User, link: &Link) {
        if self.has(ServiceFlaw::UrlMissing) || user.part != Part::Learner {
            return;
        }
        let mut url = self.own("/grades?tool=1");
        if self.has(ServiceFlaw::UrlLong) {
            url = format!("{url}&pad={}", "x".repeat(1100));
        }
        if self.has(ServiceFlaw::UrlPerLaunch) {
            url = format!("{url}&launch={}", self.random.draw());
        }
        form.add("lis_outcome_service_url", url);
        let of_user = if self.has(ServiceFlaw::SourcedidShared) { "all" } else { user.id };
        form.add("lis_result_sourcedid", format!("{{\"link\":\"{}\",\"user\":\"{of_user}\"}}", link.id));
    }

    fn say_custom(&self, form: &mut Form, link: &Link) {
        if self.has(CustomFlaw::None) {
            return;
        }
        for (name, value) in link.custom {
            if self.has(CustomFlaw::EmptyDropped) && value.is_empty() {
                continue;
            }
            let value = match () {
                () if self.has(CustomFlaw::ValueCut) => value.split(';').next().unwrap_or_default(),
                () if self.has(CustomFlaw::VariableEmptied) && value.starts_with('$') => "",
                () => value,
            };
            let value = self.contained(name).unwrap_or(value);
            let folded: String = name
                .chars()
                .map(|c| {
                    let kept =
                        if self.has(CustomFlaw::AsciiOnly) { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() };
                    if kept { c.to_ascii_lowercase() } else { '_' }
                })
                .collect();
            if self.has(CustomFlaw::Exact) {
                form.add(&format!("custom_{name}"), value);
                continue;
            }
            if self.has(CustomFlaw::Beside) && folded != *name {
                form.add(&format!("custom_{name}"), value);
            }
            form.add(&format!("custom_{folded}"), value);
        }
    }

    /// What a plug-in writes in place of a container parameter.
    fn contained(&self, name: &str) -> Option<&'static str> {
        match name {
            "lms_sessioninfo" if self.has(CustomFlaw::SessionOne) => Some("7"),
            "lms_cpulimit" if self.has(CustomFlaw::CpuDots) => Some("1.5.0"),
            "lms_sub_report_close" if self.has(CustomFlaw::CloseDate) => Some("2026-11-22 09:00"),
            _ => None,
        }
    }

    /// Signs a form for the tool's launch URL and sends the browser there with it.
    pub(super) fn post(&self, mut form: Form) -> Response {
        let content = form.0.iter().any(|(_, value)| value == "ContentItemSelectionRequest");
        let has = |flaw: SignatureFlaw| self.has(flaw) && !content;
        let by_get = self.has(MessageFlaw::ByGet) && !content;
        let (address, query) = self.wiring.launch_url.split_once('?').unwrap_or((&self.wiring.launch_url, ""));
        let mut query: Fields = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        self.stamp(&mut form, &has);
        if has(SignatureFlaw::InQuery) {
            let of_version = |(name, _): &(String, String)| name == "oauth_version";
            query.extend(form.0.extract_if(.., |pair| of_version(pair)));
        }
        if by_get {
            query.clear();
        }
        let mut signed: Fields = form.0.clone();
        for (_, value) in &mut signed {
            if !has(SignatureFlaw::LineFeeds) {
                *value = value.replace('\n', "\r\n");
            }
        }
        if has(SignatureFlaw::CallbackUnsigned) {
            signed.retain(|(name, _)| name != "oauth_callback");
        }
        if has(SignatureFlaw::EmptyUnsigned) {
            signed.retain(|(_, value)| !value.is_empty());
        }
        if !has(SignatureFlaw::QueryUnsigned) {
            signed.extend(query.iter().cloned());
        }
        let habit = Habit {
            bare_asterisk: has(SignatureFlaw::Asterisk),
            latin: has(SignatureFlaw::Latin),
            sha256: has(SignatureFlaw::Sha256),
        };
        let method = if by_get { "GET" } else { "POST" };
        let signature = habit.sign(method, address, &signed, &self.wiring.secret);
        if has(SignatureFlaw::QueryDoubled) {
            form.0.extend(query.iter().cloned());
        }
        let request_unsigned = content && self.has(super::ContentFlaw::RequestUnsigned);
        if !has(SignatureFlaw::Unsigned) && !request_unsigned {
            form.add("oauth_signature", signature);
        }
        let action = if query.is_empty() {
            address.to_owned()
        } else {
            let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish();
            format!("{address}?{}", written.replace('+', "%20"))
        };
        let button = has(SignatureFlaw::ButtonUnsigned).then_some(("ext_submit", "Press to launch"));
        let multipart = self.has(MessageFlaw::Multipart) && !content;
        super::pages::onward(&action, method, multipart, &form.0, button)
    }

    /// Adds what a signature needs.
    fn stamp(&self, form: &mut Form, has: &dyn Fn(SignatureFlaw) -> bool) {
        let count = self.count();
        let now = self.now();
        let stamp = match () {
            () if has(SignatureFlaw::StampFraction) => format!("{now}.5"),
            () if has(SignatureFlaw::StampMillis) => format!("{now}000"),
            () if has(SignatureFlaw::StampsBack) => (now - 1000 * i64::from(count)).to_string(),
            () if has(SignatureFlaw::NonceCached) => self.wiring.started.to_string(),
            () => now.to_string(),
        };
        let nonce = if has(SignatureFlaw::NonceCached) { "cached".to_owned() } else { self.random.draw() };
        let version = if has(SignatureFlaw::VersionTwo) { "2.0" } else { "1.0" };
        form.unless(has(SignatureFlaw::VersionMissing), "oauth_version", version);
        form.add("oauth_nonce", nonce.clone());
        if has(SignatureFlaw::NonceTwice) {
            form.add("oauth_nonce", nonce);
        }
        form.add("oauth_timestamp", stamp);
        form.add("oauth_consumer_key", self.wiring.key.clone());
        let callback = if has(SignatureFlaw::CallbackOther) { "oob" } else { "about:blank" };
        form.unless(has(SignatureFlaw::CallbackMissing), "oauth_callback", callback);
        let method = if has(SignatureFlaw::Sha256) { "HMAC-SHA256" } else { "HMAC-SHA1" };
        form.add("oauth_signature_method", method);
        if has(SignatureFlaw::BodyHash) {
            form.add("oauth_body_hash", super::sign::hash(b"", false));
        }
    }
}
