//! Conditions, as far as they can be told before anybody asks for anything (IAM User Guide, "IAM JSON policy elements:
//! Condition operators" and "Single-valued vs. multivalued context keys").

use serde_json::Value;

use super::{Circumstances, Holds, circumstances::Key, pattern::overlap, statement::texts};
use crate::world::Moment;

#[derive(Debug, Clone)]
pub(super) struct Condition {
    operator: String,
    /// In lower case: keys have none.
    key: String,
    values: Vec<String>,
}

/// The operators that hold where what they name is not so, and so where there is no such key.
const NEGATED: [&str; 8] = [
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
    "NumericNotEquals",
    "DateNotEquals",
    "NotIpAddress",
    "ArnNotEquals",
    "ArnNotLike",
];
/// And those that do not.
const PLAIN: [&str; 18] = [
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "NumericEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "ArnEquals",
    "ArnLike",
];

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

    pub(super) fn holds(&self, known: &Circumstances) -> Holds {
        match known.get(&self.key) {
            Key::Is(found) => self.of(found),
            Key::From(moment) => self.since(moment),
            Key::Absent => self.without(),
            Key::PerhapsIs(found) => {
                let (with, without) = (self.of(found), self.without());
                if with == without { with } else { Holds::Perhaps }
            }
            Key::Unknown => Holds::Perhaps,
        }
    }

    /// Whether it holds where there is no such key, and nobody knows whether there is one.
    pub(super) fn is_about_what_may_be_absent(&self, known: &Circumstances) -> bool {
        self.operator.ends_with("IfExists") && known.get(&self.key) == Key::Unknown
    }

    /// Without its ending: a key that is there makes that mean nothing.
    fn plain(&self) -> &str {
        self.operator.strip_suffix("IfExists").unwrap_or(&self.operator)
    }

    fn any(&self, of: impl Fn(&String) -> Holds) -> Holds {
        self.values.iter().map(of).max().unwrap_or(Holds::No)
    }

    /// Only comparisons of texts are read here; addresses, numbers and sets are left to the request.
    fn of(&self, found: &str) -> Holds {
        // Wildcards are letters like any other here, and no key that is known has such letters in it.
        let same = |one: &String| -> Holds {
            if one.contains(['*', '?']) { Holds::No } else { overlap(one, found).into() }
        };
        let like = |one: &String| -> Holds { overlap(one, found).into() };
        match self.plain() {
            "StringEquals" => self.any(same),
            "StringNotEquals" => self.any(same).not(),
            "StringLike" | "ArnLike" | "ArnEquals" => self.any(like),
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => self.any(like).not(),
            "Bool" => self.any(|one| Holds::from(one.eq_ignore_ascii_case(found))),
            "Null" => self.any(|one| Holds::from(one.eq_ignore_ascii_case("false"))),
            _ => Holds::Perhaps,
        }
    }

    fn without(&self) -> Holds {
        let (set, operator) = match self.plain().split_once(':') {
            Some((set, operator)) => (Some(set), operator),
            None => (None, self.plain()),
        };
        let negated = NEGATED.contains(&operator);
        match (set, operator) {
            (None, "Null") => self.any(|one| Holds::from(one.eq_ignore_ascii_case("true"))),
            _ if !negated && !PLAIN.contains(&operator) => Holds::Perhaps,
            _ if self.operator.ends_with("IfExists") => Holds::Yes,
            (None, _) => negated.into(),
            (Some("ForAllValues"), _) => Holds::Yes,
            (Some("ForAnyValue"), _) => Holds::No,
            (Some(_), _) => Holds::Perhaps,
        }
    }

    /// A moment that is over stays so; one that is to come does not.
    fn since(&self, moment: Moment) -> Holds {
        let past = |one: &String| read_date(one).is_some_and(|date| date < moment);
        let any = |holds: Holds| self.any(|one| if past(one) { holds } else { Holds::Perhaps });
        match self.plain() {
            "DateLessThan" | "DateLessThanEquals" | "DateEquals" => any(Holds::No),
            "DateGreaterThan" | "DateGreaterThanEquals" => any(Holds::Yes),
            "DateNotEquals" => any(Holds::No).not(),
            "Null" => self.any(|one| Holds::from(one.eq_ignore_ascii_case("false"))),
            _ => Holds::Perhaps,
        }
    }
}

/// A moment as the W3C writes ISO 8601, a day alone, or seconds since the epoch.
fn read_date(text: &str) -> Option<Moment> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(Moment(seconds.checked_mul(1000)?));
    }
    let day =
        || Some(text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp());
    let at = text.parse::<jiff::Timestamp>().ok().or_else(day)?;
    Some(Moment(at.as_millisecond()))
}
