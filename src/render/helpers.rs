//! What templates of the user's own targets may call: quoting for their language, and little else.

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, handlebars_helper,
};
use serde_json::Value;

use crate::target::quoted;

handlebars_helper!(Concat: |*texts| texts.iter().map(|it| text(it)).collect::<String>());
handlebars_helper!(Has: |of: Json, part: str| text(of).contains(part));
// A format that cannot escape such a line must not get the text.
handlebars_helper!(HasLine: |of: Json, start: str| {
    text(of).split(['\n', '\r']).any(|line| line.trim_start().starts_with(start))
});

/// Adds the helpers.
pub(super) fn register(registry: &mut Handlebars<'static>) {
    registry.register_helper("concat", Box::new(Concat));
    registry.register_helper("has", Box::new(Has));
    registry.register_helper("has_line", Box::new(HasLine));
    for (name, literal) in quoted::ALL {
        let helper = move |helper: &Helper<'_>,
                           _: &Handlebars<'_>,
                           _: &Context,
                           _: &mut RenderContext<'_, '_>,
                           out: &mut dyn Output|
              -> HelperResult {
            let missing = || RenderErrorReason::ParamNotFoundForIndex(name, 0);
            out.write(&literal(&text(helper.param(0).ok_or_else(missing)?.value())))?;
            Ok(())
        };
        registry.register_helper(name, Box::new(helper));
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
