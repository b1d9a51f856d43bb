//! IAM policies as they are found: read whichever way they are written, and told in words.

use serde_json::Value;

use super::Difference;

/// IAM answers policies as URL-encoded JSON (RFC 3986).
pub(crate) fn policy_document(encoded: &str) -> Value {
    let text = percent_encoding::percent_decode_str(encoded).decode_utf8_lossy();
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// Policies write one value or a list of them.
pub(super) fn one_or_many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(many) => many.iter().collect(),
        Value::Null => vec![],
        one => vec![one],
    }
}

/// What one policy says and the other does not, statement by statement.
pub(super) fn difference(found: Option<&Value>, wanted: Option<&Value>) -> Option<Difference> {
    let of = |policy: Option<&Value>| policy.map(statements).unwrap_or_default();
    let (is, should) = (of(found), of(wanted));
    let without = |list: &[String], other: &[String]| {
        let only: Vec<_> = list.iter().filter(|told| !other.contains(told)).cloned().collect();
        only.join("\n")
    };
    let raw = |policy: Option<&Value>| policy.map(Value::to_string).unwrap_or_default();
    Difference::between(POLICY, without(&is, &should), without(&should, &is))
        // The same statements in another order, or something besides them.
        .or_else(|| Difference::between(POLICY, raw(found), raw(wanted)))
}

const POLICY: &str = "inline policy";

/// What a policy says, statement by statement.
pub(super) fn statements(policy: &Value) -> Vec<String> {
    one_or_many(&policy["Statement"]).into_iter().map(statement).collect()
}

/// `Allow s3:ListBucket on arn:aws:s3:::scans if StringLike s3:prefix is raw/*`.
fn statement(statement: &Value) -> String {
    let list = |value: &Value| {
        let texts = one_or_many(value).into_iter();
        texts
            .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let plain = ["Effect", "Action", "Resource", "Condition", "Sid"];
    let fields = statement.as_object();
    if fields.is_none_or(|fields| fields.keys().any(|field| !plain.contains(&field.as_str()))) {
        return statement.to_string();
    }
    let mut told = format!(
        "{} {} on {}",
        list(&statement["Effect"]),
        list(&statement["Action"]),
        list(&statement["Resource"])
    );
    for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
        for (key, values) in keys.as_object().into_iter().flatten() {
            told = format!("{told} if {operator} {key} is {}", list(values));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_come_url_encoded() {
        assert_eq!(policy_document("%7B%22Version%22%3A%20%222012-10-17%22%7D")["Version"], "2012-10-17");
        assert_eq!(policy_document("not json"), Value::Null);
    }

    #[test]
    fn a_policy_differs_by_its_statements() {
        let of = |statements: &[Value]| json!({ "Version": "2012-10-17", "Statement": statements });
        let list = json!({"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::scans"],
            "Condition": {"StringLike": {"s3:prefix": ["raw/*"]}}});
        let get = json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::scans/*"});
        let send = json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"});
        let (is, should) = (of(&[list.clone(), get.clone()]), of(&[list.clone(), send.clone()]));
        let told = difference(Some(&is), Some(&should)).unwrap();
        assert_eq!(told.found.unwrap(), "Allow s3:GetObject, s3:PutObject on arn:aws:s3:::scans/*");
        assert_eq!(told.wanted.unwrap(), "Allow sqs:SendMessage on *");
        let told = difference(None, Some(&of(std::slice::from_ref(&list)))).unwrap();
        let words = "Allow s3:ListBucket on arn:aws:s3:::scans if StringLike s3:prefix is raw/*";
        assert_eq!((told.found, told.wanted.as_deref()), (None, Some(words)));
        // Never silent about what is not the same.
        let turned = of(&[get, list.clone()]);
        assert!(difference(Some(&is), Some(&turned)).unwrap().found.unwrap().contains("\"Statement\""));
        let other = json!({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"});
        let told = difference(Some(&of(&[other])), None).unwrap();
        assert!(told.found.unwrap().contains("NotAction"));
        assert_eq!(difference(Some(&is), Some(&is)), None);
    }
}
