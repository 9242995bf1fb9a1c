//! Source text that rustfmt leaves as it is, so that nothing has to format it afterwards: the
//! few shapes that a client has, broken into lines by rustfmt's own rules (style edition 2024,
//! default widths).

/// Widest line.
const MAX_WIDTH: usize = 100;
/// Widest list of arguments or elements on one line, and widest chain (`fn_call_width`, `array_width`, `chain_width`).
pub(super) const LIST_WIDTH: usize = 60;
/// Columns of an indent (`tab_spaces`).
const INDENT: usize = 4;
/// Widest list of arguments of an attribute on one line (`attr_fn_like_width`).
const ATTRIBUTE_WIDTH: usize = 70;
/// Elements up to this width share lines in a list that is too wide for one
/// (`short_array_element_width_threshold`).
const SHORT: usize = 10;

/// Columns that a text takes: two for the wide characters of East Asia (Unicode TR 11), none for
/// what is written above another.
fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let columns = |c: char| match c as u32 {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff01..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}

/// `head(a, b);` at an indent.
pub(super) fn call(indent: usize, head: &str, arguments: &[String]) -> Vec<String> {
    called(indent, head, arguments, ";")
}

/// `head(a, b)tail` at an indent.
pub(super) fn called(indent: usize, head: &str, arguments: &[String], tail: &str) -> Vec<String> {
    if let Some(line) = one_line(indent, head, arguments, tail) {
        return vec![line];
    }
    // A method that fits on a line of its own goes there, unless its arguments would take five lines (rustfmt's
    // `format_last_child`); what it is called on stays with it if it is no wider than an indent.
    if let Some((value, method)) = head.split_once('.')
        && arguments.len() < 3
        && width(value) > INDENT
        && value.chars().chain(method.chars()).all(|c| c.is_ascii_alphanumeric() || c == '_')
        && let Some(line) = one_line(indent + INDENT, &format!(".{method}"), arguments, tail)
    {
        return vec![value.to_owned(), format!("    {line}")];
    }
    broken(head, arguments, tail)
}

/// The call on one line, if it has room.
fn one_line(indent: usize, head: &str, arguments: &[String], tail: &str) -> Option<String> {
    let list = arguments.join(", ");
    let line = format!("{head}({list}){tail}");
    // One argument alone may be as wide as the line.
    let is_narrow = width(&list) <= LIST_WIDTH || arguments.len() == 1;
    (is_narrow && indent + width(&line) <= MAX_WIDTH).then_some(line)
}

/// The call with a line for each argument.
fn broken(head: &str, arguments: &[String], tail: &str) -> Vec<String> {
    let mut lines = vec![format!("{head}(")];
    for argument in arguments {
        match chain(argument) {
            Some((value, method)) => lines.extend([format!("    {value}"), format!("        {method},")]),
            None => lines.push(format!("    {argument},")),
        }
    }
    lines.push(format!("){tail}"));
    lines
}

/// `self.field.method()` as the field and `.method()`, if that is too wide for one line (`chain_width`).
fn chain(argument: &str) -> Option<(&str, &str)> {
    let value = argument.strip_suffix(".as_ref()").filter(|_| width(argument) > LIST_WIDTH)?;
    let is_field =
        value.split_once('.').is_some_and(|(root, field)| width(root) <= INDENT && !field.contains('.'));
    is_field.then(|| argument.split_at(value.len()))
}

/// `let name = function(a, b);` at an indent, or `let name = value.method(a, b);`.
pub(super) fn binding(indent: usize, name: &str, function: &str, arguments: &[String]) -> Vec<String> {
    assignment(indent, &format!("let {name}"), function, arguments)
}

/// `place = function(a, b);` at an indent, or `place = value.method(a, b);`.
pub(super) fn assignment(indent: usize, place: &str, function: &str, arguments: &[String]) -> Vec<String> {
    let head = format!("{place} = {function}");
    if let Some(line) = one_line(indent, &head, arguments, ";") {
        return vec![line];
    }
    // What fits on a line of its own is not broken, nor is a method that does so, unless it
    // would take five lines (rustfmt's `format_last_child`).
    let alone = |value: &str, function: &str| {
        let line = one_line(indent + INDENT, function, arguments, ";")?;
        Some(vec![format!("{place} = {value}").trim_end().to_owned(), format!("    {line}")])
    };
    let method = || {
        let (value, method) = function.split_once('.').filter(|_| arguments.len() < 3)?;
        alone(value, &format!(".{method}"))
    };
    alone("", function).or_else(method).unwrap_or_else(|| broken(&head, arguments, ";"))
}

/// `pub fn name(a: A, b: B) -> R {` at an indent.
pub(super) fn signature(indent: usize, head: &str, parameters: &[String], answer: &str) -> Vec<String> {
    let line = format!("{head}({}) -> {answer} {{", parameters.join(", "));
    if indent + width(&line) <= MAX_WIDTH {
        return vec![line];
    }
    let mut lines = vec![format!("{head}(")];
    lines.extend(parameters.iter().map(|parameter| format!("    {parameter},")));
    let last = format!(") -> {answer} {{");
    // rustfmt counts the indent twice when it looks whether the brace has room.
    if 2 * indent + width(&last) <= MAX_WIDTH {
        lines.push(last);
        return lines;
    }
    let last = format!(") -> {answer}");
    // When it looks whether the type has room, it counts the arrow, and not what is before it.
    let room = indent + width("-> ") + width(answer) <= MAX_WIDTH;
    match broken_type(indent + 4, answer).filter(|_| !room) {
        Some(broken) => {
            lines.push(format!(") -> {}", broken[0]));
            lines.extend(broken[1..].iter().cloned());
        }
        None => lines.extend([last, "{".to_owned()]),
    }
    lines
}

/// `Name<A, B<C>> {` with a line for each of its arguments, at their indent; `None` if one of
/// them is too wide for that.
fn broken_type(indent: usize, ty: &str) -> Option<Vec<String>> {
    let (name, arguments) = ty.strip_suffix('>')?.split_once('<')?;
    let mut lines = vec![format!("{name}<"), String::from("    ")];
    let mut depth = 0;
    for c in arguments.chars() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        match (c, depth, lines.last_mut()) {
            (',', 0, _) => lines.push(String::from("   ")),
            (_, _, Some(line)) => line.push(c),
            _ => {}
        }
    }
    let fits = lines.iter().all(|line| indent + width(line) - 3 <= MAX_WIDTH);
    lines.iter_mut().skip(1).for_each(|line| line.push(','));
    lines.push("> {".to_owned());
    fits.then_some(lines)
}

/// `pub type Name = Other;`
pub(super) fn alias(name: &str, other: &str) -> Vec<String> {
    let line = format!("pub type {name} = {other};");
    match width(&line) > MAX_WIDTH {
        true => vec![format!("pub type {name} ="), format!("    {other};")],
        false => vec![line],
    }
}

/// `name: Type,` of a record at an indent.
pub(super) fn field(indent: usize, name: &str, ty: &str) -> Vec<String> {
    let line = format!("{name}: {ty},");
    if indent + width(&line) <= MAX_WIDTH {
        return vec![line];
    }
    vec![format!("{name}:"), format!("    {ty},")]
}

/// `#[head(a, b)]`
pub(super) fn attribute(head: &str, arguments: &[String]) -> Vec<String> {
    let list = arguments.join(", ");
    let line = format!("#[{head}({list})]");
    // One argument alone may be as wide as the line.
    if width(&list) <= ATTRIBUTE_WIDTH || arguments.len() == 1 && INDENT + width(&line) <= MAX_WIDTH {
        return vec![line];
    }
    let mut lines = vec![format!("#[{head}(")];
    let last = arguments.len().saturating_sub(1);
    let comma = |index: usize| if index == last { "" } else { "," };
    lines.extend(arguments.iter().enumerate().map(|(index, it)| format!("    {it}{}", comma(index))));
    lines.push(")]".to_owned());
    lines
}

/// `#[head(function(a, b))]`
pub(super) fn attribute_of_list(head: &str, function: &str, arguments: &[String]) -> Vec<String> {
    let mut lines = attribute(function, arguments);
    for line in &mut lines {
        *line = line.replacen("#[", &format!("#[{head}("), 1);
    }
    if let Some(last) = lines.last_mut() {
        last.truncate(last.len() - 1);
        last.push_str(")]");
    }
    lines
}

/// The elements on one line, if rustfmt would leave them there behind `before` columns and in
/// front of `after` more.
pub(super) fn inline(before: usize, elements: &[String], after: usize) -> Option<String> {
    let list = elements.join(", ");
    let fits = width(&list) <= LIST_WIDTH && before + width(&list) + 2 + after <= MAX_WIDTH;
    fits.then(|| format!("[{list}]"))
}

/// `head[a, b]tail` at an indent.
pub(super) fn array(indent: usize, head: &str, elements: &[String], tail: &str) -> Vec<String> {
    if let Some(list) = inline(indent + width(head), elements, width(tail)) {
        return vec![format!("{head}{list}{tail}")];
    }
    if let Some((name, sign)) = head.split_once(" = ")
        && let Some(list) = inline(indent + 4 + width(sign), elements, width(tail))
    {
        return vec![format!("{name} ="), format!("    {sign}{list}{tail}")];
    }
    if let [call] = elements
        && let Some((function, arguments)) = split_call(call)
        && indent + width(head) + width("[") + width(function) + width("(") <= MAX_WIDTH
    {
        // The last element of a list may hang over, and of one element it does.
        let mut lines = vec![format!("{head}[{function}(")];
        lines.extend(arguments.iter().map(|argument| format!("    {argument},")));
        lines.push(format!(")]{tail}"));
        return lines;
    }
    list(indent, head, elements, tail)
}

/// `head[a, b]tail` at an indent, with lines for its elements.
pub(super) fn list(indent: usize, head: &str, elements: &[String], tail: &str) -> Vec<String> {
    let mut lines = vec![format!("{head}[")];
    if elements.iter().all(|element| width(element) <= SHORT) {
        lines.extend(filled(indent + 4, elements).iter().map(|line| format!("    {line}")));
    } else {
        lines
            .extend(elements.iter().flat_map(|it| element(indent + 4, it)).map(|line| format!("    {line}")));
    }
    lines.push(format!("]{tail}"));
    lines
}

/// `a, b,` at an indent, as many on a line as it takes.
pub(super) fn filled(indent: usize, elements: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for element in elements {
        match lines.last_mut().filter(|line| indent + width(line) + width(element) + 2 <= MAX_WIDTH) {
            Some(line) => line.push_str(&format!(" {element},")),
            None => lines.push(format!("{element},")),
        }
    }
    lines
}

/// An element of an array with a line for each, at its indent: a call is broken like any other.
fn element(indent: usize, code: &str) -> Vec<String> {
    match split_call(code) {
        Some((function, arguments)) => {
            let is_narrow = width(&arguments.join(", ")) <= LIST_WIDTH || arguments.len() == 1;
            if is_narrow && indent + width(code) < MAX_WIDTH {
                return vec![format!("{code},")];
            }
            let mut lines = vec![format!("{function}(")];
            lines.extend(arguments.iter().map(|argument| format!("    {argument},")));
            lines.push("),".to_owned());
            lines
        }
        None => vec![format!("{code},")],
    }
}

/// `f(a, b)` as `f` and `a`, `b`; a text literal counts as one argument whatever is in it.
fn split_call(code: &str) -> Option<(&str, Vec<&str>)> {
    let (function, rest) = code.split_once('(')?;
    let arguments = rest.strip_suffix(')')?;
    if arguments.starts_with('"') {
        return Some((function, vec![arguments]));
    }
    Some((function, arguments.split(", ").collect()))
}
