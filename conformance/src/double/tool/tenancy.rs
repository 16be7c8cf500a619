//! Whose record a launch opens: by what the double keys its users, links and courses, and whose name they keep.

use super::{
    TenancyFlaw, ToolDouble,
    book::{Book, Kind, School, Visitor},
};

/// What stands before an identifier in a key.
#[derive(Debug, Clone, Copy)]
enum Scope {
    Nothing,
    Issuer,
    Client,
    Deployment,
}

impl ToolDouble {
    /// The visitor as the double's records show them. A sound double keys everything by issuer, client and deployment, so
    /// that a launch meets nobody else's record, and shows what the launch brought.
    pub(super) fn recorded(&self, book: &mut Book, school: &School, course_id: &str, mut visitor: Visitor) -> Visitor {
        let scoped = |scope: Scope, id: &str| match scope {
            Scope::Nothing => id.to_owned(),
            Scope::Issuer => {
                let issuer = self.registered(school.platform).map_or("", |known| known.issuer.as_str());
                format!("{issuer} {id}")
            }
            Scope::Client => format!("{} {id}", school.platform),
            Scope::Deployment => format!("{} {id}", school.deployment),
        };
        if let Some(scope) = self.scope_of_users() {
            let key = scoped(scope, &visitor.user);
            let overwrite = self.has(TenancyFlaw::UsersOverwritten);
            visitor.name = book.record(Kind::User, key, school, visitor.name, overwrite);
        }
        if let Some(scope) = self.scope_of_links() {
            visitor.link_title =
                book.record(Kind::Link, scoped(scope, &visitor.link_id), school, visitor.link_title, false);
        }
        if let Some(scope) = self.scope_of_courses() {
            visitor.course = book.record(Kind::Course, scoped(scope, course_id), school, visitor.course, false);
        }
        visitor
    }

    /// The name that a session shows: the account's, where sessions point to accounts.
    pub(super) fn name_in_session(&self, book: &Book, visitor: &Visitor) -> String {
        let account =
            self.has(TenancyFlaw::UsersOverwritten).then(|| book.recorded(Kind::User, &visitor.user)).flatten();
        account.unwrap_or_else(|| visitor.name.clone())
    }

    fn scope_of_users(&self) -> Option<Scope> {
        self.scope_by([
            (TenancyFlaw::UsersByIdAlone, Scope::Nothing),
            (TenancyFlaw::UsersOverwritten, Scope::Nothing),
            (TenancyFlaw::UsersByIssuer, Scope::Issuer),
            (TenancyFlaw::UsersByClient, Scope::Client),
        ])
    }

    fn scope_of_links(&self) -> Option<Scope> {
        self.scope_by([
            (TenancyFlaw::LinksByIdAlone, Scope::Nothing),
            (TenancyFlaw::LinksByIssuer, Scope::Issuer),
            (TenancyFlaw::LinksByClient, Scope::Client),
            (TenancyFlaw::LinksByDeployment, Scope::Deployment),
        ])
    }

    fn scope_of_courses(&self) -> Option<Scope> {
        self.scope_by([
            (TenancyFlaw::CoursesByIdAlone, Scope::Nothing),
            (TenancyFlaw::CoursesByIssuer, Scope::Issuer),
            (TenancyFlaw::CoursesByClient, Scope::Client),
            (TenancyFlaw::CoursesByDeployment, Scope::Deployment),
        ])
    }

    fn scope_by(&self, scopes: [(TenancyFlaw, Scope); 4]) -> Option<Scope> {
        scopes.into_iter().find(|(flaw, _)| self.has(*flaw)).map(|(_, scope)| scope)
    }
}
