//! Auth that is no header yet.

use super::source::Source;
use crate::collection::Auth;

/// The value of the header `Authorization` that a script makes (RFC 7617).
pub(super) fn header(source: &mut Source<'_>, auth: &Auth) -> Option<String> {
    let Auth::Basic { username, password } = auth else { return None };
    let mut pair = username.clone();
    pair.push_literal(":");
    pair.push(password.clone());
    let pair = source.expression(&pair);
    Some(format!("'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes({pair}))"))
}

/// What .NET answers a challenge of the server with.
pub(super) fn credential(source: &mut Source<'_>, auth: &Auth) -> Option<String> {
    let (user, password) = match auth {
        Auth::Digest { username, password } => (username.clone(), password),
        Auth::Ntlm { username, password, domain, .. } => {
            let mut user = domain.clone();
            user.push_literal(if domain.is_empty() { "" } else { "\\" });
            user.push(username.clone());
            (user, password)
        }
        _ => return None,
    };
    let (user, password) = (source.expression(&user), source.expression(password));
    Some(format!("[pscredential]::new({user}, [Net.NetworkCredential]::new('', {password}).SecurePassword)"))
}
