//! PowerShell scripts: one per request, for PowerShell 7.4 or later, with `Invoke-RestMethod`.
//!
//! .NET sends what it is given but for a few things, which the scripts have to go around: an address is
//! changed into its canonical form, a part of a form gets a content type, and so does every POST.

mod auth;
mod form;
mod help;
mod names;
mod pages;
mod script;
mod short;
mod source;
mod token;

use super::{Page, Target};
use crate::api::Api;
use crate::collection::Auth;

pub(super) use short::{Short, short};

/// Whether a script can sign a request this way.
pub(super) fn signs(auth: &Auth) -> bool {
    matches!(
        auth,
        Auth::None
            | Auth::Basic { .. }
            | Auth::Bearer { .. }
            | Auth::ApiKey { .. }
            | Auth::Digest { .. }
            | Auth::Ntlm { .. }
    )
}

/// Whether there is a script that tells the access token.
pub(super) fn has_token_script(api: &Api) -> bool {
    token::told(api).is_some()
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let mut pages = Vec::new();
    for group in &api.groups {
        for operation in &group.operations {
            let path = Target::PowerShell.file_of(group, operation);
            let view = move || script::view(api, group, operation);
            pages.push(Page::later(path, "powershell/script.ps1", view).executable());
        }
    }
    pages.extend(token::page(api));
    pages
}
