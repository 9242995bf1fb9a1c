//! The text of a template becomes what is rendered.

use handlebars::Template;
use handlebars::template::TemplateElement;

use super::{lines, registry};
use crate::error::{Error, Result};

/// What a line of a short template begins with that stands for lines of the whole one: no template has it.
const STANDS_FOR: char = '\u{e000}';

/// Compiles any template.
///
/// # Errors
/// If it does not parse.
pub(super) fn any(name: &str, text: &str) -> Result<Template> {
    let mut registry = registry();
    registry.register_template_string(name, text).map_err(|error| Error::Template {
        name: name.to_owned(),
        reason: error.to_string(),
        help: "mend the template there; the syntax is that of Handlebars".to_owned(),
    })?;
    Ok(registry.get_template(name).cloned().unwrap_or_default())
}

/// Compiles a template of ours to the same as [`any`] does, but for the lines that its errors would tell.
///
/// Handlebars' parser goes through a text character by character, and nine of ten lines are only written as they are.
/// So it is given a short text, with one line in the place of each run of such lines.
///
/// # Errors
/// If it does not parse.
pub(super) fn own(name: &str, text: &str) -> Result<Template> {
    let (short, runs) = shortened(text);
    let mut template = any(name, &short)?;
    lengthen(&mut template, &runs);
    Ok(template)
}

/// A template with a line in the place of lines without expressions, and those lines. Ours have no
/// expressions of several lines, nor any that takes away blanks around it (`{{~`).
fn shortened(text: &str) -> (String, Vec<&str>) {
    let mut short = String::new();
    let mut runs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let expression = rest.find("{{").unwrap_or(rest.len());
        let run = rest[..expression].rfind('\n').map_or(0, |it| it + 1);
        if run > 0 {
            short.push_str(&format!("{STANDS_FOR}{}\n", runs.len()));
            runs.push(&rest[..run]);
        }
        // The line with the expression, or the last one that has no end.
        let end = match rest[expression..].starts_with("{{!--") {
            true => rest[expression..].find("--}}").map_or(rest.len(), |it| expression + it),
            false => expression,
        };
        let line = rest[end..].find('\n').map_or(rest.len(), |it| end + it + 1);
        short.push_str(&rest[run..line]);
        rest = &rest[line..];
    }
    (short, runs)
}

/// Puts the lines back.
fn lengthen(template: &mut Template, runs: &[&str]) {
    each_block(template, &mut |block| {
        for element in &mut block.elements {
            if let TemplateElement::RawString(text) = element {
                *text = lengthened(text, runs);
            }
        }
    });
}

/// Lets lists of lines be written at once; see [`lines`].
pub(super) fn with_lines(mut template: Template) -> Template {
    each_block(&mut template, &mut |block| block.elements.iter_mut().for_each(lines::take));
    template
}

/// Does something to a template and to all that are inside its blocks.
fn each_block(template: &mut Template, then: &mut impl FnMut(&mut Template)) {
    then(template);
    for element in &mut template.elements {
        let inner = match element {
            TemplateElement::HelperBlock(block) => [block.template.as_mut(), block.inverse.as_mut()],
            TemplateElement::DecoratorBlock(block) | TemplateElement::PartialBlock(block) => {
                [block.template.as_mut(), None]
            }
            _ => [None, None],
        };
        inner.into_iter().flatten().for_each(|it| each_block(it, then));
    }
}

fn lengthened(text: &str, runs: &[&str]) -> String {
    let mut parts = text.split(STANDS_FOR);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('\n').unwrap_or((part, ""));
        let run = number.parse().ok().and_then(|it: usize| runs.get(it));
        whole.push_str(run.copied().unwrap_or_default());
        whole.push_str(rest);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::built_in;

    /// Compiles both ways, and forgets the lines that errors would tell.
    fn both(name: &str, text: &str) -> [Template; 2] {
        [any(name, text), own(name, text)].map(|it| {
            let mut template = it.expect(name);
            each_block(&mut template, &mut |block| block.mapping.clear());
            template
        })
    }

    #[test]
    fn short_templates_are_the_same() {
        let mut lines = 0;
        let mut left = 0;
        for (name, text) in built_in() {
            assert!(!text.contains(STANDS_FOR), "{name}");
            let [whole, short] = both(name, text);
            assert!(whole == short, "{name}");
            lines += text.lines().count();
            left += shortened(text).0.lines().count();
        }
        assert!(left * 3 < lines, "{left} of {lines} lines are parsed");
    }

    #[test]
    fn lists_of_lines_are_written_at_once() {
        let view = serde_json::json!({
            "a": ["x", "", "<&>"], "b": [], "c": [1, null, true, ["y", 2]], "d": {"k": "v", "l": "w"},
        });
        let mut taken = 0;
        for text in [
            "{{#each a}}\n  {{this}};\n{{/each}}\nend",
            "{{#each a}}{{this}}{{/each}}",
            "{{#each b}}\n{{this}}\n{{/each}}\n",
            "{{#each c}}[{{this}}{{/each}}",
            "{{#each d}}{{this}}]{{/each}}",
            "{{#each a}}\n{{#each ../a}}\n{{this}}\n{{/each}}\n{{/each}}",
            "{{#if a}}{{#each a}}{{this}}, {{/each}}{{/if}}",
            "{{#each a}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}",
            "{{#each b}}{{this}}{{else}}none{{/each}}",
            "{{#each a as |it|}}{{it}}{{/each}}",
            "{{#each a}}{{@index}}{{/each}}",
            "{{#each missing}}{{this}}{{/each}}",
        ] {
            let template = any("a", text).unwrap();
            let ours = with_lines(template.clone());
            taken += usize::from(ours != template);
            let rendered = [template, ours].map(|it| {
                let mut registry = registry();
                registry.register_template("a", it);
                registry.render("a", &view).map_err(|it| it.reason().to_string())
            });
            assert_eq!(rendered[0], rendered[1], "{text:?}");
        }
        assert_eq!(taken, 8);
    }

    #[test]
    fn lines_around_expressions_stay() {
        for text in [
            "",
            "a",
            "a\n",
            "a\nb",
            "\n\n",
            "a\n{{b}}",
            "a\n  {{#if b}}\nc\n\n  d\n  {{/if}}\n\ne",
            "a\nb {{c}} d\n  e\n{{#each f}}\n{{g}}\n{{/each}}",
            "{{!-- a\nb\n--}}\nc\nd\n{{e}}\n",
            "a\r\nb\r\n{{c}}\r\n",
            "  a\n  {{> b}}\n  c\n",
        ] {
            let [whole, short] = both("a", text);
            assert_eq!(whole, short, "{text:?}");
        }
    }
}
