//! Findings in the format of code scanning: SARIF 2.1.0 (OASIS, March 2020).

use serde_json::{Value, json};

use super::{Finding, explain};
use crate::collection::{Encoding, encode_literal};
use crate::diagnostic::{Code, Severity};

/// The log of one run.
#[must_use]
pub fn sarif(findings: &[Finding<'_>]) -> Value {
    let rules: Vec<Value> = Code::ALL.iter().map(|code| rule(*code)).collect();
    let results: Vec<Value> = findings.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Postwright",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            // Columns count characters, not UTF-16 units (§3.14.17).
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: Code) -> Value {
    let page = explain(code);
    let title = page.lines().next().unwrap_or_default().trim_start_matches(['#', ' ']);
    let name = title.strip_prefix(code.as_str()).unwrap_or(title).trim();
    json!({
        "id": code.as_str(),
        "shortDescription": {"text": name},
        "fullDescription": {"text": name},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": level(code.severity())},
    })
}

fn result(finding: &Finding<'_>) -> Value {
    let Finding { diagnostic, severity, file, position, end } = finding;
    let text = match diagnostic.help.as_str() {
        "" => diagnostic.message.clone(),
        help => format!("{}: {help}", diagnostic.message),
    };
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(file)},
            "region": {
                "startLine": position.0,
                "startColumn": position.1,
                "endLine": end.0,
                "endColumn": end.1,
            },
        },
    });
    if !diagnostic.place.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": diagnostic.place}]);
    }
    json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|it| *it == diagnostic.code),
        "level": level(*severity),
        "message": {"text": text},
        "locations": [location],
        // Lines move when requests are added above; the place in Postman stays.
        "partialFingerprints": {
            "place/v1": format!("{} {} {}", diagnostic.code.as_str(), diagnostic.place, diagnostic.message),
        },
    })
}

/// SARIF's levels (§3.27.10).
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Gap | Severity::Note => "note",
    }
}

/// A path as a URI reference (RFC 3986 §4.1).
fn uri(file: &str) -> String {
    let pieces = file.split('/').map(|piece| encode_literal(Encoding::Form, piece).replace('+', "%20"));
    let path = pieces.collect::<Vec<_>>().join("/");
    if file.starts_with('/') { format!("file://{path}") } else { path }
}
