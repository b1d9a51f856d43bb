//! What a script computes with.

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Int(i64),
    Float(f64),
    List(Vec<Value>),
    Nothing,
}

impl Value {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => format!("{number:?}"),
            Self::List(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| match item {
                        Self::Text(text) => format!("'{text}'"),
                        other => other.shown(),
                    })
                    .collect();
                format!("[{}]", items.join(", "))
            }
            Self::Nothing => "None".to_owned(),
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss, reason = "small numbers of a simulated script")]
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }
}

pub(super) fn exit_code(value: &Value) -> i32 {
    match value {
        Value::Int(code) => i32::try_from(code & 0xff).unwrap_or(1),
        Value::Nothing => 0,
        _ => 1,
    }
}
