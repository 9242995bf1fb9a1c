//! Where tokens are revoked.

use super::{Api, Operation};
use crate::collection::{PathPart, Text};

impl Api {
    /// Where tokens are revoked (RFC 7009). Postman's block has no place for it, but the collection may
    /// have a request that does so: it goes to the server of the token endpoint and is called like it.
    #[must_use]
    pub fn revoke_url(&self) -> Option<Text> {
        let token_url = self.oauth2.as_ref()?.token_url.to_string();
        let mut operations = self.groups.iter().flat_map(|group| &group.operations);
        operations.find_map(|it| address_of_revocation(it, &token_url))
    }
}

fn address_of_revocation(operation: &Operation, token_url: &str) -> Option<Text> {
    let url = &operation.wire.url;
    let is_beside = token_url.strip_prefix(&url.origin.to_string())?.starts_with('/');
    let mut address = url.origin.clone();
    for part in &url.path {
        match part {
            PathPart::Fixed(text) => address.push(text.clone()),
            PathPart::Argument { .. } => return None,
        }
    }
    let shown = address.to_string();
    let last = shown.trim_end_matches('/').rsplit('/').next()?;
    let revokes = ["revoke", "revoke_token", "revocation"].contains(&last);
    (revokes && is_beside && operation.wire.method == "POST").then_some(address)
}
