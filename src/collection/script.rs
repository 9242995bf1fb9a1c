//! Scripts are not run. What can be said is which variables they set.

use crate::postman::Event;

/// Names of the variables that the scripts set, in order, each once. `None` if there is no script.
pub(super) fn variables_set(events: &[Event]) -> Option<Vec<String>> {
    let mut any = false;
    let mut names: Vec<String> = Vec::new();
    for event in events.iter().filter(|event| !event.disabled) {
        for line in event.script.iter().flat_map(|script| &script.exec) {
            let line = line.trim();
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            any = true;
            for name in set_calls(line) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    any.then_some(names)
}

/// Names given to `pm.….set("name", …)` and `postman.set…Variable("name", …)`.
fn set_calls(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for call in [".set(", ".setEnvironmentVariable(", ".setGlobalVariable("] {
        for (at, _) in line.match_indices(call) {
            let argument = line[at + call.len()..].trim_start();
            let Some(quote) = argument.chars().next().filter(|it| "\"'`".contains(*it)) else {
                continue;
            };
            if let Some(end) = argument[1..].find(quote) {
                names.push(argument[1..=end].to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postman::Script;

    #[test]
    fn finds_what_is_set() {
        let event = |lines: &[&str]| Event {
            script: Some(Script { exec: lines.iter().map(|line| (*line).to_owned()).collect() }),
            ..Event::default()
        };
        let script = event(&[
            "pm.environment.set(\"token\", pm.response.json().token);",
            "postman.setGlobalVariable('id', 1); pm.variables.set(`x`, 2);",
            "map.set(key, 3);",
        ]);
        assert_eq!(variables_set(&[script]).unwrap(), ["token", "x", "id"]);
        assert_eq!(variables_set(&[event(&["", "// off"])]), None);
    }
}
