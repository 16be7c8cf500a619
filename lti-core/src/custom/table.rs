//! The variables of LTI Core 1.3, appendix B, in the order of the text.
//!
//! Where the text points to a property of the messages of LTI 1.1 and 2.0 (`user.id`, `lis_person.name_full`), the claim
//! stands here that carries the same value in 1.3.

use super::definition::Source::{Claim, Lis, Member, Platform};
use super::definition::{Definition, Erratum, Kind, Source};
use crate::message::claims;

const fn row(section: &'static str, name: &'static str, kind: Kind, source: Source) -> Definition {
    Definition { name, also: &[], section, kind, source, erratum: None }
}

const fn text(section: &'static str, name: &'static str, source: Source) -> Definition {
    row(section, name, Kind::Text, source)
}

const fn date(section: &'static str, name: &'static str, source: Source) -> Definition {
    row(section, name, Kind::DateTime, source)
}

const fn list(section: &'static str, name: &'static str, source: Source) -> Definition {
    row(section, name, Kind::List, source)
}

const fn number(section: &'static str, name: &'static str, source: Source) -> Definition {
    row(section, name, Kind::Number, source)
}

impl Definition {
    const fn misprinted(mut self, printed: &'static str, meant: &'static str) -> Self {
        self.erratum = Some(Erratum { printed, meant });
        self
    }

    const fn also(mut self, spellings: &'static [&'static str]) -> Self {
        self.also = spellings;
        self
    }
}

pub(super) const TABLE: &[Definition] = &[
    text("B.1", "User.id", Claim("sub")).misprinted("user.id", "the claim sub"),
    text("B.1", "User.image", Claim("picture")).misprinted("user.image", "the claim picture"),
    text("B.1", "User.username", Platform),
    list("B.1", "User.org", Platform),
    list("B.1", "User.scope.mentor", Claim(claims::ROLE_SCOPE_MENTOR)),
    list("B.1", "User.gradeLevels.oneRoster", Platform),
    list("B.1", "User.gradeLevels.*", Platform),
    text("B.2", "Person.sourcedId", Member(claims::LIS, "person_sourcedid")),
    text("B.2", "Person.name.full", Claim("name")),
    text("B.2", "Person.name.family", Claim("family_name")),
    text("B.2", "Person.name.given", Claim("given_name")),
    text("B.2", "Person.name.middle", Claim("middle_name")),
    text("B.2", "Person.name.prefix", Lis("personRecord/person/name/partName[Prefix]")),
    text("B.2", "Person.name.suffix", Lis("personRecord/person/name/partName[Suffix]")),
    text("B.2", "Person.gender", Lis("personRecord/person/demographics/gender")),
    text("B.2", "Person.gender.pronouns", Platform),
    text("B.2", "Person.address.street1", Lis("personRecord/person/address[Preferred]/NonFieldedStreetAddress1")),
    text("B.2", "Person.address.street2", Lis("personRecord/person/address[Preferred]/NonFieldedStreetAddress2")),
    text("B.2", "Person.address.street3", Lis("personRecord/person/address[Preferred]/NonFieldedStreetAddress3")),
    text("B.2", "Person.address.street4", Lis("personRecord/person/address[Preferred]/NonFieldedStreetAddress4")),
    text("B.2", "Person.address.locality", Lis("personRecord/person/address[Preferred]/Locality")),
    text("B.2", "Person.address.statepr", Lis("personRecord/person/address[Preferred]/Statepr")),
    text("B.2", "Person.address.country", Lis("personRecord/person/address[Preferred]/Country")),
    text("B.2", "Person.address.postcode", Lis("personRecord/person/address[Preferred]/Postcode")),
    text("B.2", "Person.address.timezone", Lis("personRecord/person/address[Preferred]/Timezone")),
    text("B.2", "Person.phone.mobile", Lis("personRecord/person/contactinfo[Mobile]")),
    text("B.2", "Person.phone.primary", Lis("personRecord/person/contactinfo[Telephone_Primary]")),
    text("B.2", "Person.phone.home", Lis("personRecord/person/contactinfo[Telephone_Home]")),
    text("B.2", "Person.phone.work", Lis("personRecord/person/contactinfo[Telephone_Work]")),
    text("B.2", "Person.email.primary", Claim("email")),
    text("B.2", "Person.email.personal", Lis("person/contactinfo[Email_Personal]")),
    text("B.2", "Person.webaddress", Lis("personRecord/person/contactinfo[Web-Address]")),
    text("B.2", "Person.sms", Lis("personRecord/person/contactinfo[SMS]")),
    text("B.3", "Context.id", Member(claims::CONTEXT, "id")),
    list("B.3", "Context.org", Platform),
    list("B.3", "Context.type", Member(claims::CONTEXT, "type")),
    text("B.3", "Context.label", Member(claims::CONTEXT, "label")),
    text("B.3", "Context.title", Member(claims::CONTEXT, "title")).misprinted("context.label", "context.title"),
    text("B.3", "Context.sourcedId", Platform),
    list("B.3", "Context.id.history", Platform),
    list("B.3", "Context.gradeLevels.oneRoster", Platform),
    list("B.3", "Context.gradeLevels.*", Platform),
    text("B.4", "ResourceLink.id", Member(claims::RESOURCE_LINK, "id")),
    text("B.4", "ResourceLink.title", Member(claims::RESOURCE_LINK, "title")),
    text("B.4", "ResourceLink.description", Member(claims::RESOURCE_LINK, "description")),
    date("B.4", "ResourceLink.available.startDateTime", Platform),
    date("B.4", "ResourceLink.available.user.startDateTime", Platform),
    date("B.4", "ResourceLink.available.endDateTime", Platform),
    date("B.4", "ResourceLink.available.user.endDateTime", Platform),
    date("B.4", "ResourceLink.submission.startDateTime", Platform),
    date("B.4", "ResourceLink.submission.user.startDateTime", Platform),
    date("B.4", "ResourceLink.submission.endDateTime", Platform),
    date("B.4", "ResourceLink.submission.user.endDateTime", Platform),
    date("B.4", "ResourceLink.lineitem.releaseDateTime", Platform),
    date("B.4", "ResourceLink.lineitem.user.releaseDateTime", Platform),
    list("B.4", "ResourceLink.id.history", Platform),
    text("B.5", "CourseTemplate.sourcedId", Lis("courseTemplateRecord/sourcedId")),
    text("B.5", "CourseTemplate.label", Lis("courseTemplateRecord/courseTemplate/label")),
    text("B.5", "CourseTemplate.title", Lis("courseTemplateRecord/courseTemplate/title")),
    text(
        "B.5",
        "CourseTemplate.shortDescription",
        Lis("courseTemplateRecord/courseTemplate/catalogDescription/shortDescription"),
    ),
    text(
        "B.5",
        "CourseTemplate.longDescription",
        Lis("courseTemplateRecord/courseTemplate/catalogDescription/longDescription"),
    ),
    text("B.5", "CourseTemplate.courseNumber", Lis("courseTemplateRecord/courseTemplate/courseNumber")),
    number("B.5", "CourseTemplate.credits", Lis("courseTemplateRecord/courseTemplate/defaultCredits")),
    text("B.6", "CourseOffering.sourcedId", Member(claims::LIS, "course_offering_sourcedid")),
    text("B.6", "CourseOffering.label", Lis("courseOfferingRecord/courseOffering/label")),
    text("B.6", "CourseOffering.title", Lis("courseOfferingRecord/courseOffering/title")),
    text(
        "B.6",
        "CourseOffering.shortDescription",
        Lis("courseOfferingRecord/courseOffering/catalogDescription/shortDescription"),
    ),
    text(
        "B.6",
        "CourseOffering.longDescription",
        Lis("courseOfferingRecord/courseOffering/catalogDescription/longDescription"),
    ),
    text("B.6", "CourseOffering.courseNumber", Lis("courseOfferingRecord/courseOffering/courseNumber")),
    number("B.6", "CourseOffering.credits", Lis("courseOfferingRecord/courseOffering/defaultCredits")),
    text("B.6", "CourseOffering.academicSession", Lis("courseOfferingRecord/courseOffering/academicSession"))
        .misprinted("courseOfferingRecord/courseOffering/defaultCredits", "the academic session"),
    text("B.7", "CourseSection.sourcedId", Member(claims::LIS, "course_section_sourcedid")),
    text("B.7", "CourseSection.label", Lis("courseSectionRecord/courseSection/label")),
    text("B.7", "CourseSection.title", Lis("courseSectionRecord/courseSection/title")),
    text(
        "B.7",
        "CourseSection.shortDescription",
        Lis("courseSectionRecord/courseSection/catalogDescription/shortDescription"),
    ),
    text(
        "B.7",
        "CourseSection.longDescription",
        Lis("courseSectionRecord/courseSection/catalogDescription/longDescription"),
    ),
    text("B.7", "CourseSection.courseNumber", Lis("courseSectionRecord/courseSection/courseNumber")),
    number("B.7", "CourseSection.credits", Lis("courseSectionRecord/courseSection/defaultCredits")),
    number("B.7", "CourseSection.maxNumberOfStudents", Lis("courseSectionRecord/courseSection/maxNumberofStudents")),
    number("B.7", "CourseSection.numberOfStudents", Lis("courseSectionRecord/courseSection/numberofStudents")),
    text("B.7", "CourseSection.dept", Lis("courseSectionRecord/courseSection/org[Dept]/orgName")),
    date("B.7", "CourseSection.timeFrame.begin", Lis("courseSectionRecord/courseSection/timeFrame/begin"))
        .also(&["CourseSection.timeframe.begin"])
        .misprinted("CourseSection.timeframe.begin, in the sample", "CourseSection.timeFrame.begin"),
    date("B.7", "CourseSection.timeFrame.end", Lis("courseSectionRecord/courseSection/timeFrame/end"))
        .also(&["CourseSection.timeframe.end"]),
    text(
        "B.7",
        "CourseSection.enrollControl.accept",
        Lis("courseSectionRecord/courseSection/enrollControl/enrollAccept"),
    ),
    text(
        "B.7",
        "CourseSection.enrollControl.allowed",
        Lis("courseSectionRecord/courseSection/enrollControl/enrollAllowed"),
    ),
    text("B.7", "CourseSection.dataSource", Lis("courseSectionRecord/courseSection/dataSource")),
    text("B.7", "CourseSection.sourceSectionId", Lis("createCourseSectionFromCourseSectionRequest/sourcedId")),
    text("B.8", "Group.sourcedId", Lis("groupRecord/sourcedId")),
    text("B.8", "Group.scheme", Lis("groupRecord/group/groupType/scheme")),
    text("B.8", "Group.typevalue", Lis("groupRecord/group/groupType/typevalue")),
    text("B.8", "Group.level", Lis("groupRecord/group/groupType/typevalue/level")),
    text("B.8", "Group.email", Lis("groupRecord/group/email")),
    text("B.8", "Group.url", Lis("groupRecord/group/url")),
    date("B.8", "Group.timeFrame.begin", Lis("groupRecord/group/timeframe/begin"))
        .also(&["Group.timeframe.begin"])
        .misprinted("groupRecord/group/timeframe", "groupRecord/group/timeFrame"),
    date("B.8", "Group.timeFrame.end", Lis("groupRecord/group/timeframe/end"))
        .also(&["Group.timeframe.end"])
        .misprinted("groupRecord/group/timeframe", "groupRecord/group/timeFrame"),
    text("B.8", "Group.enrollControl.accept", Lis("groupRecord/group/enrollControl/enrollAccept")),
    text("B.8", "Group.enrollControl.end", Lis("groupRecord/group/enrollControl/enrollAllowed"))
        .also(&["Group.enrollControl.allowed"])
        .misprinted("Group.enrollControl.end", "Group.enrollControl.allowed"),
    text("B.8", "Group.shortDescription", Lis("groupRecord/group/description/shortDescription")),
    text("B.8", "Group.longDescription", Lis("groupRecord/group/description/longDescription")),
    text("B.8", "Group.parentId", Lis("groupRecord/group/relationship[Parent]/sourcedId")),
    text("B.9", "Membership.sourcedId", Lis("membershipRecord/sourcedId")),
    text("B.9", "Membership.collectionSourcedid", Lis("membershipRecord/membership/collectionSourcedId"))
        .also(&["Membership.collectionSourcedId"])
        .misprinted("Membership.collectionSourcedid", "Membership.collectionSourcedId"),
    text("B.9", "Membership.personSourcedId", Lis("membershipRecord/membership/member/personSourcedId"))
        .misprinted("membershipRecord/membership/memnber", "membershipRecord/membership/member"),
    text("B.9", "Membership.status", Lis("membershipRecord/membership/member/role/status")),
    list("B.9", "Membership.role", Claim(claims::ROLES)),
    date("B.9", "Membership.createdTimestamp", Lis("membershipRecord/membership/member/role/dateTime")),
    text("B.9", "Membership.dataSource", Lis("membershipRecord/membership/member/role/dataSource")),
    list("B.9", "Membership.role.scope.mentor", Claim(claims::ROLE_SCOPE_MENTOR)),
    text("B.10", "Message.returnUrl", Member(claims::LAUNCH_PRESENTATION, "return_url")),
    text("B.10", "Message.documentTarget", Member(claims::LAUNCH_PRESENTATION, "document_target")),
    number("B.10", "Message.height", Member(claims::LAUNCH_PRESENTATION, "height")),
    number("B.10", "Message.width", Member(claims::LAUNCH_PRESENTATION, "width")),
    text("B.10", "Message.locale", Member(claims::LAUNCH_PRESENTATION, "locale")),
    text("B.11", "ToolPlatform.productFamilyCode", Member(claims::TOOL_PLATFORM, "product_family_code")),
    text("B.11", "ToolPlatform.version", Member(claims::TOOL_PLATFORM, "version")),
    text("B.11", "ToolPlatformInstance.guid", Member(claims::TOOL_PLATFORM, "guid"))
        .misprinted("tool_platform.instance_guid", "tool_platform.guid"),
    text("B.11", "ToolPlatformInstance.name", Member(claims::TOOL_PLATFORM, "name"))
        .misprinted("tool_platform.instance_name", "tool_platform.name"),
    text("B.11", "ToolPlatformInstance.description", Member(claims::TOOL_PLATFORM, "description"))
        .misprinted("tool_platform.instance_description", "tool_platform.description"),
    text("B.11", "ToolPlatformInstance.url", Member(claims::TOOL_PLATFORM, "url"))
        .misprinted("tool_platform.instance_url", "tool_platform.url"),
    text("B.11", "ToolPlatformInstance.contactEmail", Member(claims::TOOL_PLATFORM, "contact_email"))
        .misprinted("tool_platform.instance_contact_email", "tool_platform.contact_email"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::TABLE;
    use crate::custom::{Definition, Kind};

    #[test]
    fn each_table_of_the_appendix_has_its_rows() {
        let rows = [
            ("B.1", 7),
            ("B.2", 26),
            ("B.3", 9),
            ("B.4", 14),
            ("B.5", 7),
            ("B.6", 8),
            ("B.7", 16),
            ("B.8", 13),
            ("B.9", 8),
            ("B.10", 5),
            ("B.11", 7),
        ];
        for (section, count) in rows {
            let found = TABLE.iter().filter(|definition| definition.section == section).count();
            assert_eq!(found, count, "{section}");
        }
        assert_eq!(TABLE.len(), rows.iter().map(|(_, count)| count).sum::<usize>());
    }

    #[test]
    fn every_name_and_every_other_spelling_is_there_once_and_found() {
        let mut names = BTreeSet::new();
        for definition in TABLE {
            for name in definition.also.iter().chain([&definition.name]) {
                assert!(names.insert(*name), "{name} twice");
                assert!(definition.is_family() || Definition::find(name) == Some(definition), "{name}");
            }
        }
    }

    #[test]
    fn what_ends_in_a_date_is_a_date() {
        for definition in TABLE {
            let dated = definition.name.ends_with("DateTime")
                || definition.name.contains(".timeFrame.")
                || definition.name.ends_with("Timestamp");
            assert_eq!(definition.kind == Kind::DateTime, dated, "{}", definition.name);
        }
    }

    #[test]
    fn the_printed_misprints_are_named() {
        let wrong: Vec<&str> =
            TABLE.iter().filter(|definition| definition.erratum.is_some()).map(|found| found.name).collect();
        assert_eq!(
            wrong,
            [
                "User.id",
                "User.image",
                "Context.title",
                "CourseOffering.academicSession",
                "CourseSection.timeFrame.begin",
                "Group.timeFrame.begin",
                "Group.timeFrame.end",
                "Group.enrollControl.end",
                "Membership.collectionSourcedid",
                "Membership.personSourcedId",
                "ToolPlatformInstance.guid",
                "ToolPlatformInstance.name",
                "ToolPlatformInstance.description",
                "ToolPlatformInstance.url",
                "ToolPlatformInstance.contactEmail",
            ]
        );
    }
}
