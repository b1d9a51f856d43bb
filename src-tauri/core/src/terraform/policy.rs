//! A policy that follows its configuration into another account or region: what its ARNs say of this one is looked
//! up there.

use serde_json::Value as Json;

use super::{
    Context,
    document::{Block, Piece, Value},
};

const PARTITION: &str = "data.aws_partition.current";
const ACCOUNT: &str = "data.aws_caller_identity.current";

/// A secret's ARN ends in characters that AWS drew for it: it means something in one account alone.
const DRAWN: &str = "secretsmanager";

impl Context<'_> {
    /// A policy of the stack's own, and the data sources that it asks.
    pub fn policy(&self, policy: &Json) -> (Value, Vec<Block>) {
        let value = self.portable(policy);
        let asked = [PARTITION, ACCOUNT].into_iter().filter(|address| asks(&value, address));
        (value.clone().json(), asked.map(Block::data).collect())
    }

    fn portable(&self, json: &Json) -> Value {
        match json {
            Json::String(text) => self.arn(text).unwrap_or_else(|| Value::from(text)),
            Json::Array(values) => Value::List(values.iter().map(|value| self.portable(value)).collect()),
            Json::Object(entries) => {
                Value::map(entries.iter().map(|(key, value)| (key, self.portable(value))))
            }
            other => Value::from(other),
        }
    }

    /// `arn:PARTITION:SERVICE:REGION:ACCOUNT:REST`, as far as it names where this stack is.
    fn arn(&self, text: &str) -> Option<Value> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, rest] = parts[..] else { return None };
        if service == DRAWN || partition != self.stack.partition() {
            return None;
        }
        let here = |part: &str, of_stack: &str, code: String| {
            if part == of_stack { Piece::Code(code) } else { Piece::Text(part.to_owned()) }
        };
        let pieces = [
            Piece::Text("arn:".to_owned()),
            Piece::Code(format!("{PARTITION}.partition")),
            Piece::Text(format!(":{service}:")),
            here(region, &self.stack.region, "var.region".to_owned()),
            Piece::Text(":".to_owned()),
            here(account, &self.stack.account, format!("{ACCOUNT}.account_id")),
            Piece::Text(format!(":{rest}")),
        ];
        Some(Value::Template(joined(pieces)))
    }
}

/// Texts that stand next to each other as one.
fn joined(pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

fn asks(value: &Value, address: &str) -> bool {
    match value {
        Value::Template(pieces) => {
            pieces.iter().any(|piece| matches!(piece, Piece::Code(code) if code.starts_with(address)))
        }
        Value::List(values) => values.iter().any(|value| asks(value, address)),
        Value::Map(entries) => entries.iter().any(|(_, value)| asks(value, address)),
        _ => false,
    }
}
