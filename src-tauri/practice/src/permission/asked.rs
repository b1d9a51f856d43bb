//! A call as the authorizer sees it, and the names in it made into ARNs.

use super::table;
use crate::account::{ACCOUNT_ID, Caller};
use crate::service::Service;
use crate::state::State;
use crate::time::Millis;
use crate::wire::Params;
use crate::wire::json::{object, text, texts};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request that has not been answered yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) state: &'a State,
    pub(crate) now: Millis,
    pub(crate) caller: &'a Caller,
    pub(crate) service: Service,
    pub(crate) operation: &'a str,
    pub(crate) region: &'a str,
    pub(crate) input: Input<'a>,
}

/// What it brings along, in its protocol's shape.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'a> {
    Json(&'a Value),
    Query(&'a Params),
}

impl<'a> Asked<'a> {
    /// A text field of either protocol, if it is there and not empty.
    pub(crate) fn text(&self, field: &str) -> Option<&'a str> {
        match self.input {
            Input::Json(input) => text(input, field),
            Input::Query(params) => params.text(field),
        }
        .filter(|text| !text.is_empty())
    }

    /// A list of texts.
    pub(crate) fn texts(&self, field: &str) -> Vec<&'a str> {
        match self.input {
            Input::Json(input) => texts(input, field),
            Input::Query(params) => params.texts(field),
        }
    }

    /// A JSON field; nothing for the other protocol.
    pub(crate) fn json(&self, field: &str) -> &'a Value {
        match self.input {
            Input::Json(input) => &input[field],
            Input::Query(_) => &Value::Null,
        }
    }

    /// A list of structures; nothing for a JSON call.
    pub(crate) fn list(&self, field: &str) -> Vec<&'a Params> {
        match self.input {
            Input::Json(_) => Vec::new(),
            Input::Query(params) => params.list(field),
        }
    }

    /// The tags that it brings for the one thing it is about, in the shape of any service but EC2.
    pub(crate) fn tags(&self) -> BTreeMap<String, String> {
        let pair = |key: Option<&str>, value: Option<&str>| {
            Some((key?.to_owned(), value.unwrap_or_default().to_owned()))
        };
        match self.input {
            Input::Json(input) => {
                let mapped = object(input, "tags").into_iter().flatten();
                let listed = input["tags"].as_array().into_iter().flatten();
                mapped
                    .filter_map(|(key, value)| pair(Some(key), value.as_str()))
                    // ECR writes them as a list.
                    .chain(
                        listed.filter_map(|tag| {
                            pair(text(tag, "Key").or(text(tag, "key")), text(tag, "Value"))
                        }),
                    )
                    .collect()
            }
            Input::Query(params) => params
                .list("Tags")
                .into_iter()
                .filter_map(|tag| pair(tag.text("Key"), tag.text("Value")))
                .collect(),
        }
    }

    /// The ARN of a thing of the account's: what its kind's format leaves open is taken from `parts`, and `*` where
    /// those do not say.
    pub(crate) fn arn(&self, kind: &str, parts: &[&str]) -> String {
        let format =
            table::reference(self.service.name()).and_then(|reference| reference.resources.get(kind));
        format.map_or_else(|| "*".to_owned(), |format| filled(&format.arn, self.region, parts))
    }
}

fn filled(format: &str, region: &str, parts: &[&str]) -> String {
    let (mut out, mut rest, mut parts) = (String::new(), format, parts.iter());
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(match name {
            "Partition" => "aws",
            "Region" => region,
            "Account" => ACCOUNT_ID,
            _ => parts.next().copied().unwrap_or("*"),
        });
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn a_format_is_filled_and_what_nobody_knows_is_anything() {
        let stream = "arn:${Partition}:logs:${Region}:${Account}:log-group:${Group}:log-stream:${Stream}";
        let begin = "arn:aws:logs:eu-west-1:111122223333:log-group";
        assert_eq!(filled(stream, "eu-west-1", &["g", "s"]), format!("{begin}:g:log-stream:s"));
        assert_eq!(filled(stream, "eu-west-1", &["g"]), format!("{begin}:g:log-stream:*"));
    }
}
