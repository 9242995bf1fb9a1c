//! Findings for terminals and for programs.

use std::fmt;

use serde_json::{Value, json as value};

use super::Finding;

/// A finding as terminals show it: the place in the file first, so that editors can jump there.
impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { diagnostic, severity, file, position: (line, column), .. } = self;
        write!(f, "{file}:{line}:{column}: {severity}[{}]: ", diagnostic.code.as_str())?;
        if !diagnostic.place.is_empty() {
            write!(f, "{}: ", diagnostic.place)?;
        }
        f.write_str(&diagnostic.message)?;
        if !diagnostic.help.is_empty() {
            write!(f, "\n  help: {}", diagnostic.help)?;
        }
        Ok(())
    }
}

/// A line for each, and what to do about it.
#[must_use]
pub fn text(findings: &[Finding<'_>]) -> String {
    findings.iter().map(|it| format!("{it}\n")).collect()
}

/// A list of objects, one a finding.
#[must_use]
pub fn json(findings: &[Finding<'_>]) -> Value {
    let one = |it: &Finding<'_>| {
        value!({
            "code": it.diagnostic.code.as_str(),
            "severity": it.severity,
            "file": it.file,
            "line": it.position.0,
            "column": it.position.1,
            "pointer": it.diagnostic.pointer,
            "place": it.diagnostic.place,
            "message": it.diagnostic.message,
            "help": it.diagnostic.help,
        })
    };
    findings.iter().map(one).collect()
}
