//! What a stack must be, attribute by attribute, asked of the account by boto3. The table is
//! `tests/boto/attributes.py`, written from AWS's documentation and not from our code.

use std::path::Path;

use serde_json::Value;

use crate::boto;

/// Compares the stack of a blueprint file with the account; how many attributes were compared, and a line for each
/// that is not as it must be.
pub fn compare(endpoint: &str, blueprint: &Path) -> (usize, Vec<String>) {
    let answer = boto::script(endpoint, "attributes.py", &[&blueprint.to_string_lossy()]);
    let rows = answer["rows"].as_array().map_or(0, Vec::len);
    let wrong = answer["wrong"].as_array().into_iter().flatten().map(|row| {
        let text = |at: usize| row[at].as_str().map_or_else(|| row[at].to_string(), str::to_owned);
        let (wanted, found): (&Value, &Value) = (&row[2], &row[3]);
        format!("{}, {}: wanted {wanted}, found {found} [{}]", text(0), text(1), text(4))
    });
    (rows, wrong.collect())
}
