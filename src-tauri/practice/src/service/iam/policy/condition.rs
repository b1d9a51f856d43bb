//! Conditions (IAM User Guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued
//! context keys").

use super::Context;
use super::variable::{arn_like, like, pattern, text};
use ipnet::IpNet;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// One line of a condition: an operator, a key in lower case, and the values of which one must fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub(super) operator: String,
    pub(super) key: String,
    pub(super) wanted: Vec<String>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Same,
    SameButForCase,
    Like,
    Arn,
    Number(&'static [Ordering]),
    Date(&'static [Ordering]),
    Address,
}

/// What is asked of a request's values where a key may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
    Plain,
    Every,
    Some,
}

const EQUAL: &[Ordering] = &[Ordering::Equal];
const LESS: &[Ordering] = &[Ordering::Less];
const LESS_OR_EQUAL: &[Ordering] = &[Ordering::Less, Ordering::Equal];
const GREATER: &[Ordering] = &[Ordering::Greater];
const GREATER_OR_EQUAL: &[Ordering] = &[Ordering::Greater, Ordering::Equal];

/// Every operator but `Null`, and whether it is the negation of its test.
const OPERATORS: &[(&str, Test, bool)] = &[
    ("StringEquals", Test::Same, false),
    ("StringNotEquals", Test::Same, true),
    ("StringEqualsIgnoreCase", Test::SameButForCase, false),
    ("StringNotEqualsIgnoreCase", Test::SameButForCase, true),
    ("StringLike", Test::Like, false),
    ("StringNotLike", Test::Like, true),
    ("NumericEquals", Test::Number(EQUAL), false),
    ("NumericNotEquals", Test::Number(EQUAL), true),
    ("NumericLessThan", Test::Number(LESS), false),
    ("NumericLessThanEquals", Test::Number(LESS_OR_EQUAL), false),
    ("NumericGreaterThan", Test::Number(GREATER), false),
    ("NumericGreaterThanEquals", Test::Number(GREATER_OR_EQUAL), false),
    ("DateEquals", Test::Date(EQUAL), false),
    ("DateNotEquals", Test::Date(EQUAL), true),
    ("DateLessThan", Test::Date(LESS), false),
    ("DateLessThanEquals", Test::Date(LESS_OR_EQUAL), false),
    ("DateGreaterThan", Test::Date(GREATER), false),
    ("DateGreaterThanEquals", Test::Date(GREATER_OR_EQUAL), false),
    ("Bool", Test::SameButForCase, false),
    ("BinaryEquals", Test::Same, false),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
    // ArnEquals and ArnLike behave identically.
    ("ArnEquals", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnLike", Test::Arn, false),
    ("ArnNotLike", Test::Arn, true),
];

/// `ForAllValues:StringLikeIfExists` taken apart.
fn parts(operator: &str) -> (Quantity, &str, bool) {
    let (quantity, operator) = match operator.split_once(':') {
        Some(("ForAllValues", rest)) => (Quantity::Every, rest),
        Some(("ForAnyValue", rest)) => (Quantity::Some, rest),
        _ => (Quantity::Plain, operator),
    };
    match operator.strip_suffix("IfExists") {
        Some(plain) => (quantity, plain, true),
        None => (quantity, operator, false),
    }
}

fn known(name: &str) -> Option<(Test, bool)> {
    OPERATORS.iter().find(|(known, ..)| *known == name).map(|(_, test, negated)| (*test, *negated))
}

/// Whether IAM has an operator of that name.
pub(super) fn is_operator(operator: &str) -> bool {
    operator == "Null" || known(parts(operator).1).is_some()
}

impl Condition {
    /// Whether it holds for a request. A key that it would have needed is noted.
    pub(super) fn holds(&self, context: &Context, variables: bool, missing: &mut BTreeSet<String>) -> bool {
        let found = context.get(&self.key);
        // A question that is answered by the key's absence needs it as well: a simulation may only not have been told.
        if found.is_none() {
            missing.insert(self.key.clone());
        }
        if self.operator == "Null" {
            return self.wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case("true") == found.is_none());
        }
        let (quantity, name, if_exists) = parts(&self.operator);
        let Some((test, negated)) = known(name) else { return false };
        let Some(found) = found else {
            return if_exists
                || match quantity {
                    Quantity::Plain => negated,
                    Quantity::Every => true,
                    Quantity::Some => false,
                };
        };
        // Several wanted values are alternatives; for a negated operator none of them may fit.
        let fits = |value: &String| {
            self.wanted.iter().any(|wanted| test.passes(wanted, value, context, variables)) != negated
        };
        match quantity {
            Quantity::Every => found.iter().all(fits),
            Quantity::Plain if negated => found.iter().all(fits),
            Quantity::Plain | Quantity::Some => found.iter().any(fits),
        }
    }
}

impl Test {
    fn passes(self, wanted: &str, found: &str, context: &Context, variables: bool) -> bool {
        let plain = || text(wanted, context, variables);
        let as_pattern = || pattern(wanted, context, variables);
        match self {
            Self::Same => plain().is_some_and(|wanted| wanted == found),
            Self::SameButForCase => {
                plain().is_some_and(|wanted| wanted.to_lowercase() == found.to_lowercase())
            }
            Self::Like => as_pattern().is_some_and(|wanted| like(&wanted, found)),
            Self::Arn => as_pattern().is_some_and(|wanted| arn_like(&wanted, found)),
            Self::Number(which) => {
                let both = number(found).zip(number(wanted));
                both.and_then(|(found, wanted)| found.partial_cmp(&wanted))
                    .is_some_and(|o| which.contains(&o))
            }
            Self::Date(which) => {
                let both = date(found).zip(date(wanted));
                both.is_some_and(|(found, wanted)| which.contains(&found.cmp(&wanted)))
            }
            Self::Address => network(wanted)
                .zip(found.parse::<IpAddr>().ok())
                .is_some_and(|(wanted, found)| wanted.contains(&found)),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// A moment as the W3C writes ISO 8601, a day alone, or seconds since the epoch.
fn date(text: &str) -> Option<jiff::Timestamp> {
    if let Ok(seconds) = text.parse::<i64>() {
        return jiff::Timestamp::from_second(seconds).ok();
    }
    let day =
        || Some(text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(day)
}

/// `203.0.113.0/24`; an address alone is itself.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a condition says of values, which are none where the key is not there.
    fn says(operator: &str, wanted: &[&str], found: &[&str]) -> bool {
        assert!(is_operator(operator), "{operator}");
        let condition = Condition {
            operator: operator.to_owned(),
            key: "k:key".to_owned(),
            wanted: wanted.iter().map(|&w| w.to_owned()).collect(),
        };
        let mut context = Context::default().with("aws:username", "ana");
        if !found.is_empty() {
            context.0.insert("k:key".to_owned(), found.iter().map(|&f| f.to_owned()).collect());
        }
        condition.holds(&context, true, &mut BTreeSet::new())
    }

    #[test]
    fn operators_compare_as_their_names_say() {
        let table: &[(&str, &str, &str, bool)] = &[
            ("StringEquals", "Blue", "Blue", true),
            ("StringEquals", "Blue", "blue", false),
            ("StringEquals", "B*", "Blue", false),
            ("StringNotEquals", "Blue", "blue", true),
            ("StringEqualsIgnoreCase", "Blue", "bLUE", true),
            ("StringNotEqualsIgnoreCase", "Blue", "bLUE", false),
            ("StringLike", "B?u*", "Blue", true),
            ("StringLike", "b*", "Blue", false),
            ("StringNotLike", "B*", "Blue", false),
            ("StringLike", "${aws:username}-*", "ana-1", true),
            ("NumericEquals", "10", "10.0", true),
            ("NumericNotEquals", "10", "11", true),
            ("NumericLessThan", "10", "9", true),
            ("NumericLessThan", "10", "10", false),
            ("NumericLessThanEquals", "10", "10", true),
            ("NumericGreaterThan", "9", "10", true),
            ("NumericGreaterThanEquals", "10", "9", false),
            ("NumericGreaterThan", "9", "many", false),
            ("DateEquals", "2026-11-21", "2026-11-21T00:00:00Z", true),
            ("DateNotEquals", "2026-11-21", "2026-11-21T00:00:01Z", true),
            ("DateLessThan", "2026-11-22T00:00:00Z", "2026-11-21T09:00:00Z", true),
            ("DateLessThanEquals", "1795251600", "2026-11-21T09:00:00Z", true),
            ("DateGreaterThan", "2026-11-21T09:00:00Z", "1795251601", true),
            ("DateGreaterThanEquals", "2026-11-22T00:00:00+02:00", "2026-11-21T21:59:59Z", false),
            ("Bool", "true", "True", true),
            ("Bool", "true", "false", false),
            ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", true),
            ("IpAddress", "203.0.113.0/24", "203.0.113.9", true),
            ("IpAddress", "203.0.113.9", "203.0.113.9", true),
            ("IpAddress", "203.0.113.0/24", "203.0.114.9", false),
            ("NotIpAddress", "203.0.113.0/24", "203.0.114.9", true),
            ("IpAddress", "2001:db8:1234::/48", "2001:db8:1234:1::1", true),
            ("ArnEquals", "arn:aws:iam::*:role/a*", "arn:aws:iam::111122223333:role/ab", true),
            ("ArnNotEquals", "arn:aws:iam::*:role/a*", "arn:aws:iam::111122223333:role/ab", false),
            ("ArnLike", "arn:aws:iam::*:user/*", "arn:aws:iam::111122223333:role/ab", false),
            ("ArnNotLike", "arn:aws:iam::*:user/*", "arn:aws:iam::111122223333:role/ab", true),
        ];
        for (operator, wanted, found, holds) in table {
            assert_eq!(says(operator, &[wanted], &[found]), *holds, "{operator} {wanted} {found}");
        }
    }

    #[test]
    fn wanted_values_are_alternatives_and_under_a_negation_none_may_fit() {
        assert!(says("StringEquals", &["a", "b"], &["b"]));
        assert!(!says("StringNotEquals", &["a", "b"], &["b"]));
        assert!(says("StringNotEquals", &["a", "b"], &["c"]));
        assert!(!says("NotIpAddress", &["10.0.0.0/8", "192.168.0.0/16"], &["192.168.1.1"]));
    }

    #[test]
    fn a_key_that_is_not_there_fits_negations_and_if_exists_alone() {
        assert!(!says("StringEquals", &["a"], &[]));
        assert!(says("StringNotEquals", &["a"], &[]));
        assert!(says("StringEqualsIfExists", &["a"], &[]));
        assert!(!says("StringEqualsIfExists", &["a"], &["b"]));
        assert!(says("NumericLessThanIfExists", &["1"], &[]));
        assert!(says("Null", &["true"], &[]));
        assert!(!says("Null", &["true"], &["x"]));
        assert!(says("Null", &["false"], &["x"]));
        assert!(!says("Null", &["false"], &[]));
    }

    #[test]
    fn sets_are_compared_value_by_value() {
        assert!(says("ForAllValues:StringEquals", &["a", "b"], &["a", "b"]));
        assert!(!says("ForAllValues:StringEquals", &["a", "b"], &["a", "c"]));
        assert!(says("ForAllValues:StringEquals", &["a"], &[]));
        assert!(says("ForAnyValue:StringEquals", &["a", "b"], &["c", "b"]));
        assert!(!says("ForAnyValue:StringEquals", &["a"], &["c"]));
        assert!(!says("ForAnyValue:StringEquals", &["a"], &[]));
        assert!(says("ForAnyValue:StringEqualsIfExists", &["a"], &[]));
        assert!(!says("ForAllValues:StringNotLike", &["a*"], &["b", "ab"]));
        assert!(says("ForAnyValue:StringNotLike", &["a*"], &["b", "ab"]));
        assert!(says(
            "ForAllValues:ArnLike",
            &["arn:aws:iam::*:role/*"],
            &["arn:aws:iam::1:role/a", "arn:aws:iam::2:role/b"]
        ));
    }
}
