//! Reads fields of a JSON request. A field of the wrong type counts as absent: the SDKs cannot send one.

use serde_json::{Map, Value};

/// A text.
pub fn text<'v>(input: &'v Value, field: &str) -> Option<&'v str> {
    input.get(field)?.as_str()
}

/// A whole number.
pub fn number(input: &Value, field: &str) -> Option<i64> {
    input.get(field)?.as_i64()
}

/// A truth value.
pub fn flag(input: &Value, field: &str) -> Option<bool> {
    input.get(field)?.as_bool()
}

/// A list; empty when it is absent.
pub fn list<'v>(input: &'v Value, field: &str) -> &'v [Value] {
    input.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts of a list.
pub fn texts<'v>(input: &'v Value, field: &str) -> Vec<&'v str> {
    list(input, field).iter().filter_map(Value::as_str).collect()
}

/// An object.
pub fn object<'v>(input: &'v Value, field: &str) -> Option<&'v Map<String, Value>> {
    input.get(field)?.as_object()
}

/// Whether a field is there and not null.
pub fn has(input: &Value, field: &str) -> bool {
    input.get(field).is_some_and(|value| !value.is_null())
}
