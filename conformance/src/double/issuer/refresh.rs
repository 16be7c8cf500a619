//! The double's refresh tokens (RFC 6749, 6; RFC 9700, 4.14.2).

use http::StatusCode;

use super::{
    IssuerDouble, RefreshFlaw as Flaw,
    book::{ClientRecord, RefreshRecord},
    error,
    http::Fields,
    id_token::Occasion,
    token::invalid_grant,
};
use crate::transport::Response;

impl IssuerDouble {
    /// The client that a request to refresh names, where nobody looks whether it proves itself.
    pub(super) fn unasked(&self, form: &Fields) -> Option<ClientRecord> {
        let refreshing = form.filled("grant_type") == Some("refresh_token") && self.has(Flaw::Unauthenticated);
        let id = form.filled("client_id").filter(|_| refreshing)?;
        self.book().clients.get(id).cloned()
    }

    /// Gives tokens for a refresh token, which is used up.
    pub(super) fn refresh(&self, client: &ClientRecord, form: &Fields) -> Response {
        let token = form.filled("refresh_token").unwrap_or_default().to_owned();
        let strange = !self.book().refresh.contains_key(&token);
        let Some(record) = self.refresh_record(&token) else {
            let name = if self.has(Flaw::UnknownError) { "invalid_request" } else { "invalid_grant" };
            return error(StatusCode::BAD_REQUEST, name, "the refresh token is not known");
        };
        if record.grant.wanted.client.id != client.id && !self.has(Flaw::Unbound) && !strange {
            return invalid_grant("the refresh token was given to another client");
        }
        let stays = self.has(Flaw::Kept) || self.has(Flaw::Reused);
        if record.used && !stays {
            if !self.has(Flaw::FamilyLives) {
                self.book().revoked.insert(record.grant.number);
            }
            return invalid_grant("the refresh token was used before");
        }
        if self.book().revoked.contains(&record.grant.number) {
            return invalid_grant("the refresh token is not good any more");
        }
        let scope = form.filled("scope").unwrap_or(&record.scope).to_owned();
        let wider = scope.split_whitespace().any(|word| !record.scope.split_whitespace().any(|known| known == word));
        if wider && !self.has(Flaw::ScopeWider) {
            return error(StatusCode::BAD_REQUEST, "invalid_scope", "the scope is wider than what was granted");
        }
        if let Some(kept) = self.book().refresh.get_mut(&token) {
            kept.used = true;
        }
        let kept = if self.has(Flaw::ScopeShrinks) { &scope } else { &record.scope };
        let mut grant = record.grant.clone();
        if self.has(Flaw::Kept) {
            // Without the scope that brings one, no new refresh token comes.
            grant.wanted.scope = grant.wanted.scope.replace("offline_access", "").trim().to_owned();
        }
        self.give(&grant, &scope, kept, Occasion { refreshed: true, ..Occasion::default() })
    }

    /// The record of a refresh token; of any, where the double does not look.
    fn refresh_record(&self, token: &str) -> Option<RefreshRecord> {
        let book = self.book();
        if let Some(known) = book.refresh.get(token) {
            return Some(known.clone());
        }
        let good = |record: &&RefreshRecord| !record.used && !book.revoked.contains(&record.grant.number);
        book.refresh.values().find(good).filter(|_| self.has(Flaw::AnyToken)).cloned()
    }
}
