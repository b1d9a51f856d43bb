//! Blocks as text, exactly as `terraform fmt` wants it.
//!
//! Its rule for `=` (hclwrite, `formatCells`): the arguments of neighbouring lines are aligned when each value
//! begins and ends on its line; a line that opens a bracket, is empty or is a comment ends the neighbourhood.

use unicode_segmentation::UnicodeSegmentation;

use super::{
    document::{Block, Item, Piece, Value},
    literal::{escape, escape_before_code},
};

/// A value longer than this goes on several lines where it can.
const WIDE: usize = 84;
/// Comments are wrapped here.
const COMMENT: usize = 100;

/// Blocks as the text of a file, as `terraform fmt` would leave it.
pub fn write(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            lines.push(Line::default());
        }
        write_block(block, 0, &mut lines);
    }
    align(&mut lines);
    lines.iter().map(Line::text).collect()
}

/// Text as comment lines of a file.
pub(super) fn comment(text: &str) -> String {
    let mut lines = Vec::new();
    write_comment(text, 0, &mut lines);
    lines.iter().map(Line::text).collect()
}

/// A line in the two cells that `terraform fmt` sees: what stands before the `=`, and the rest.
#[derive(Debug, Default)]
struct Line {
    indent: usize,
    lead: String,
    assign: Option<String>,
}

impl Line {
    fn new(indent: usize, lead: impl Into<String>) -> Self {
        Self { indent, lead: lead.into(), assign: None }
    }

    fn text(&self) -> String {
        let assign = self.assign.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
        format!("{}{}{assign}", " ".repeat(self.indent * 2), self.lead).trim_end().to_owned() + "\n"
    }
}

/// Pads what stands before the `=` of each run of arguments to one width.
fn align(lines: &mut [Line]) {
    for run in lines.chunk_by_mut(|above, below| above.assign.is_some() == below.assign.is_some()) {
        if run[0].assign.is_none() {
            continue;
        }
        let width = |line: &Line| line.lead.graphemes(true).count();
        let widest = run.iter().map(width).max().unwrap_or_default();
        for line in run {
            let padding = widest - width(line);
            line.lead.push_str(&" ".repeat(padding));
        }
    }
}

fn write_comment(text: &str, indent: usize, lines: &mut Vec<Line>) {
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() > 1 && indent * 2 + line.len() + 1 + word.len() > COMMENT {
            lines.push(Line::new(indent, std::mem::replace(&mut line, String::from("#"))));
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push(Line::new(indent, line));
}

fn write_block(block: &Block, indent: usize, lines: &mut Vec<Line>) {
    if let Some(why) = &block.why {
        write_comment(why, indent, lines);
    }
    let labels: String = block.labels.iter().map(|label| [" \"", &escape(label), "\""].concat()).collect();
    let head = block.kind.clone() + &labels;
    if block.body.is_empty() {
        return lines.push(Line::new(indent, head + " {}"));
    }
    lines.push(Line::new(indent, head + " {"));
    let mut above_stands_alone = None;
    for item in &block.body {
        let mut own = Vec::new();
        match item {
            Item::Argument { why, name, value } => {
                if let Some(why) = why {
                    write_comment(why, indent + 1, &mut own);
                }
                write_argument(name, value, indent + 1, "", &mut own);
            }
            Item::Block(inner) => write_block(inner, indent + 1, &mut own),
        }
        // Whatever takes more than a line stands by itself.
        let stands_alone = own.len() > 1;
        if above_stands_alone.is_some_and(|above| above || stands_alone) {
            lines.push(Line::default());
        }
        above_stands_alone = Some(stands_alone);
        lines.append(&mut own);
    }
    lines.push(Line::new(indent, "}"));
}

/// `name = value`, on one line or on several, with what ends it (a comma, a bracket).
fn write_argument(name: &str, value: &Value, indent: usize, end: &str, lines: &mut Vec<Line>) {
    if !wants_lines(value, indent) {
        let assign = Some(inline(value) + end);
        return lines.push(Line { indent, lead: name.to_owned(), assign });
    }
    let first = lines.len();
    write_lines(value, indent, end, lines);
    if let Some(line) = lines.get_mut(first) {
        line.lead = format!("{name} = {}", line.lead);
    }
}

/// A value over several lines: the first opens a bracket, the last closes it.
fn write_lines(value: &Value, indent: usize, end: &str, lines: &mut Vec<Line>) {
    match value {
        Value::List(values) => {
            lines.push(Line::new(indent, "["));
            for value in values {
                write_element(value, indent + 1, ",", lines);
            }
            lines.push(Line::new(indent, format!("]{end}")));
        }
        Value::Map(entries) => {
            lines.push(Line::new(indent, "{"));
            for (key, value) in entries {
                write_argument(&object_key(key), value, indent + 1, "", lines);
            }
            lines.push(Line::new(indent, format!("}}{end}")));
        }
        // The last argument opens the lines, those before it stay with the name.
        Value::Call(name, arguments) => {
            let Some((last, before)) = arguments.split_last() else {
                return lines.push(Line::new(indent, format!("{name}(){end}")));
            };
            let before: String = before.iter().map(|value| inline(value) + ", ").collect();
            let first = lines.len();
            write_lines(last, indent, &format!("){end}"), lines);
            if let Some(line) = lines.get_mut(first) {
                line.lead = format!("{name}({before}{}", line.lead);
            }
        }
        other => lines.push(Line::new(indent, inline(other) + end)),
    }
}

fn write_element(value: &Value, indent: usize, end: &str, lines: &mut Vec<Line>) {
    let fits = indent * 2 + inline(value).len() <= WIDE;
    if fits || !can_be_split(value) {
        lines.push(Line::new(indent, inline(value) + end));
    } else {
        write_lines(value, indent, end, lines);
    }
}

/// Whether a value is better read over several lines.
fn wants_lines(value: &Value, indent: usize) -> bool {
    let too_wide = |value: &Value| indent * 2 + inline(value).len() > WIDE;
    match value {
        Value::List(values) => {
            let nested = values.iter().any(|value| matches!(value, Value::Map(_) | Value::List(_)));
            !values.is_empty() && (nested || too_wide(value))
        }
        Value::Map(entries) => !entries.is_empty(),
        Value::Call(_, arguments) => arguments.last().is_some_and(|last| match last {
            Value::Map(entries) => entries.len() > 1 || too_wide(value),
            last => can_be_split(last) && wants_lines(last, indent),
        }),
        _ => false,
    }
}

fn can_be_split(value: &Value) -> bool {
    match value {
        Value::List(values) => !values.is_empty(),
        Value::Map(entries) => !entries.is_empty(),
        Value::Call(_, arguments) => arguments.last().is_some_and(can_be_split),
        _ => false,
    }
}

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{}\"", escape(text)),
        Value::Template(pieces) => format!("\"{}\"", template(pieces)),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Code(code) => code.clone(),
        Value::List(values) => format!("[{}]", separated(values)),
        Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Map(entries) => {
            let entries =
                entries.iter().map(|(key, value)| format!("{} = {}", object_key(key), inline(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Call(name, arguments) => format!("{name}({})", separated(arguments)),
    }
}

fn template(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) if matches!(pieces.get(index + 1), Some(Piece::Code(_))) => {
                out.push_str(&escape_before_code(text));
            }
            Piece::Text(text) => out.push_str(&escape(text)),
            Piece::Code(code) => out.extend(["${", code, "}"]),
        }
    }
    out
}

fn separated(values: &[Value]) -> String {
    values.iter().map(inline).collect::<Vec<_>>().join(", ")
}

/// A key as a bare word where HCL would not take that for something else.
fn object_key(key: &str) -> String {
    let bare = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !matches!(key, "for" | "true" | "false" | "null");
    if bare { key.to_owned() } else { format!("\"{}\"", escape(key)) }
}
