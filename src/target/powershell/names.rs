//! Names of variables. PowerShell takes upper and lower case for the same, and a parameter is a
//! variable like all others.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::name::Name;

/// What is taken before a script has a name of its own: PowerShell's automatic variables
/// (about_Automatic_Variables, about_Preference_Variables), parameters that every advanced script has
/// with their aliases (about_CommonParameters), and the variables of the templates.
const RESERVED: &str = "\
    args consolefilename enabledexperimentalfeatures error event eventargs eventsubscriber executioncontext \
    false foreach home host input iscoreclr islinux ismacos iswindows lastexitcode matches myinvocation \
    nestedpromptlevel null pid profile psboundparameters pscmdlet pscommandpath psculture psdebugcontext \
    psedition pshome psitem psscriptroot pssenderinfo psstyle psuiculture psversiontable pwd sender \
    shellid stacktrace switch this true env global local private script using variable function alias \
    confirmpreference debugpreference erroractionpreference errorview formatenumerationlimit \
    informationpreference maximumhistorycount ofs outputencoding progresspreference \
    psdefaultparametervalues psemailserver psmoduleautoloadingpreference psmodulepath \
    psnativecommandargumentpassing psnativecommanduseerroractionpreference pssessionapplicationname \
    pssessionconfigurationname pssessionoption transcript verbosepreference warningpreference \
    whatifpreference \
    verbose debug erroraction warningaction informationaction progressaction errorvariable warningvariable \
    informationvariable outvariable outbuffer pipelinevariable whatif confirm \
    vb db ea wa infa proga ev wv iv ov ob pv wi cf \
    keys count values item length syncroot isreadonly isfixedsize issynchronized comparer \
    all body infile outfile address answer asked before boundary claims content found items last link next \
    number options query request stream url";

/// The same, to look into.
static TAKEN: LazyLock<HashSet<&str>> = LazyLock::new(|| RESERVED.split(' ').collect());

/// Hands out names of variables, in lower case.
pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn new() -> Self {
        Self(HashSet::new())
    }

    /// A name for a parameter: `PageSize`. The first candidate that is free, else one with a number.
    pub(super) fn parameter(&mut self, candidates: &[Name]) -> String {
        let fallback = Name::new("value");
        let first = candidates.first().unwrap_or(&fallback);
        let mut wanted: Vec<String> = candidates.iter().map(Name::pascal).collect();
        wanted.push(first.then(&fallback).pascal());
        wanted.extend((2..).take(1).map(|number| format!("{}{number}", first.pascal())));
        let free = wanted.into_iter().find(|it| !it.is_empty() && self.take(it));
        free.unwrap_or_else(|| self.numbered(&first.pascal()))
    }

    /// A name for a variable: `pageSize`.
    pub(super) fn variable(&mut self, name: &Name) -> String {
        let name = self.parameter(std::slice::from_ref(name));
        let (first, rest) = name.split_at(1);
        format!("{}{rest}", first.to_ascii_lowercase())
    }

    fn numbered(&mut self, base: &str) -> String {
        let mut number = 3;
        loop {
            let name = format!("{base}{number}");
            if self.take(&name) {
                return name;
            }
            number += 1;
        }
    }

    fn take(&mut self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        !TAKEN.contains(name.as_str()) && self.0.insert(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_tell_names_apart() {
        let mut names = Names::new();
        let mut claim = |text: &str| names.parameter(&[Name::new(text)]);
        let table = [
            ("user id", "UserId"),
            ("userid", "UseridValue"),
            ("user-id", "UserId2"),
            ("USER_ID", "UserId3"),
            ("debug", "DebugValue"),
            ("host", "HostValue"),
            ("pv", "PvValue"),
            ("keys", "KeysValue"),
            ("", "Value"),
        ];
        for (text, want) in table {
            assert_eq!(claim(text), want, "{text}");
        }
    }
}
