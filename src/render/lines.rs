//! Lists of lines, which most of what is rendered are.
//!
//! `{{#each}}` makes a context of its own for each item, with its number and what it is called, before it renders the
//! block. Where a block has nothing but `{{this}}`, and text before and behind it, none of that is looked at: these blocks
//! go to a helper that writes each item between the two texts.

use std::sync::LazyLock;

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender as _, Output, RenderContext,
    RenderErrorReason, Template,
};
use serde_json::Value;

/// What the helper is called: no template can name it, since no name has a blank.
const NAME: &str = "each line";

/// `{{this}}`, as it is compiled.
static THIS: LazyLock<Option<TemplateElement>> =
    LazyLock::new(|| Template::compile("{{this}}").ok()?.elements.pop());

/// Adds the helper.
pub(super) fn register(registry: &mut Handlebars<'static>) {
    registry.register_helper(NAME, Box::new(EachLine));
}

/// Gives a block of a template to the helper, if it is one for it.
pub(super) fn take(element: &mut TemplateElement) {
    if let TemplateElement::HelperBlock(block) = element
        && is_of_lines(block)
    {
        block.name = Parameter::Name(NAME.to_owned());
    }
}

fn is_of_lines(block: &HelperTemplate) -> bool {
    block.name.as_name() == Some("each")
        && block.params.len() == 1
        && block.hash.is_empty()
        && block.block_param.is_none()
        && block.inverse.is_none()
        && block.template.as_ref().is_some_and(|it| around(it).is_some())
}

/// The texts around `{{this}}`, if there is nothing else.
fn around(template: &Template) -> Option<(&str, &str)> {
    let is_this = |it: &TemplateElement| THIS.as_ref() == Some(it);
    match template.elements.as_slice() {
        [TemplateElement::RawString(before), this, TemplateElement::RawString(behind)] if is_this(this) => {
            Some((before, behind))
        }
        [this, TemplateElement::RawString(behind)] if is_this(this) => Some(("", behind)),
        [TemplateElement::RawString(before), this] if is_this(this) => Some((before, "")),
        [this] if is_this(this) => Some(("", "")),
        _ => None,
    }
}

struct EachLine;

impl HelperDef for EachLine {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let list = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("each", 0))?;
        let (before, behind) = helper.template().and_then(around).unwrap_or_default();
        let write = |item: &Value| -> HelperResult {
            out.write(before)?;
            match item {
                Value::String(text) => out.write(text)?,
                other => out.write(&other.render())?,
            }
            Ok(out.write(behind)?)
        };
        match list.value() {
            Value::Array(items) => items.iter().try_for_each(write),
            Value::Object(fields) => fields.values().try_for_each(write),
            _ if registry.strict_mode() => {
                Err(RenderErrorReason::MissingVariable(list.relative_path().cloned()).into())
            }
            _ => Ok(()),
        }
    }
}
