//! Conditions, as far as they can be told before anybody asks for anything.

use serde_json::Value;

use super::{Circumstances, Holds, pattern::overlap, statement::texts};

#[derive(Debug, Clone)]
pub(super) struct Condition {
    operator: String,
    /// In lower case: keys have none.
    key: String,
    values: Vec<String>,
}

impl Condition {
    pub(super) fn read_all(conditions: Option<&Value>) -> Vec<Self> {
        let operators = conditions.and_then(Value::as_object).into_iter().flatten();
        let each = operators.flat_map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            keys.map(move |(key, values)| Self {
                operator: operator.clone(),
                key: key.to_lowercase(),
                values: texts(values),
            })
        });
        each.collect()
    }

    /// Only comparisons of texts are read here; dates, addresses, numbers and sets are left to the request.
    pub(super) fn holds(&self, known: &Circumstances) -> Holds {
        let Some(found) = known.get(self.key.as_str()) else { return Holds::Perhaps };
        // A key that is there makes the ending mean nothing.
        let operator = self.operator.strip_suffix("IfExists").unwrap_or(&self.operator);
        // Wildcards are letters like any other here, and no key that is known has such letters in it.
        let same = |one: &String| -> Holds {
            if one.contains(['*', '?']) { Holds::No } else { overlap(one, found).into() }
        };
        let like = |one: &String| -> Holds { overlap(one, found).into() };
        let any = |of: &dyn Fn(&String) -> Holds| self.values.iter().map(of).max().unwrap_or(Holds::No);
        match operator {
            "StringEquals" => any(&same),
            "StringNotEquals" => any(&same).not(),
            "StringLike" | "ArnLike" | "ArnEquals" => any(&like),
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => any(&like).not(),
            "Bool" => any(&|one| if one.eq_ignore_ascii_case(found) { Holds::Yes } else { Holds::No }),
            _ => Holds::Perhaps,
        }
    }
}
