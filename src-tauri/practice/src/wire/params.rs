//! Form parameters with their dots read as structure: `Filter.1.Value.2`, `Tags.member.1.Key`.

use std::collections::BTreeMap;

/// No parameter of AWS's has so many parts: what recurses over them is not to be trusted with the stack.
const DEEPEST: usize = 16;

/// A parameter and what hangs below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    value: Option<String>,
    below: BTreeMap<String, Params>,
}

impl Params {
    /// Reads an `application/x-www-form-urlencoded` body.
    pub fn parse(form: &str) -> Self {
        let mut root = Self::default();
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name), decode(value));
            let parts = name.splitn(DEEPEST, '.');
            let node = parts.fold(&mut root, |node, part| node.below.entry(part.into()).or_default());
            node.value = Some(value);
        }
        root
    }

    /// Sets one parameter.
    pub(crate) fn put(&mut self, name: &str, value: &str) {
        self.below.entry(name.into()).or_default().value = Some(value.to_owned());
    }

    /// The text of the parameter of that name, if it was sent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.below.get(name)?.value.as_deref()
    }

    /// The text of this parameter itself: an element of a list of strings.
    pub fn value(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }

    /// A boolean, if it was sent.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.text(name).map(|text| text.eq_ignore_ascii_case("true"))
    }

    /// A whole number, if one was sent.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The structure of that name, if any of it was sent.
    pub fn structure(&self, name: &str) -> Option<&Self> {
        self.below.get(name)
    }

    /// The elements of a list in their order, in EC2's form (`Name.1`) or IAM's (`Name.member.1`).
    pub fn list(&self, name: &str) -> Vec<&Self> {
        let Some(mut list) = self.below.get(name) else { return Vec::new() };
        if let Some(members) = list.below.get("member") {
            list = members;
        }
        let mut numbered: Vec<(u32, &Self)> =
            list.below.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value))).collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, value)| value).collect()
    }

    /// What hangs below this parameter, by name.
    pub fn below(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.below.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The elements of a list of strings.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        self.list(name).into_iter().map(Self::value).collect()
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
                if let (Some(high), Some(low)) = (digit(ahead.next()), digit(ahead.next())) {
                    bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                    rest = ahead;
                } else {
                    bytes.push(byte);
                }
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-decodes a path segment or query value.
pub(crate) fn percent_decode(text: &str) -> String {
    decode(&text.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_end_is_read() {
        let deep = Params::parse(&format!("A{}=1&B.1=2", ".1".repeat(1_000_000)));
        assert_eq!(deep.texts("B"), ["2"]);
    }

    #[test]
    fn lists_keep_their_numeric_order_in_both_spellings() {
        let params = Params::parse(
            "Filter.2.Name=b&Filter.10.Name=c&Filter.1.Name=a&Filter.1.Value.2=y&Filter.1.Value.1=x%2Fz+1\
             &Tags.member.1.Key=k&Empty=",
        );
        let names: Vec<_> = params.list("Filter").iter().filter_map(|f| f.text("Name")).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(params.list("Filter")[0].texts("Value"), ["x/z 1", "y"]);
        assert_eq!(params.list("Tags")[0].text("Key"), Some("k"));
        assert_eq!(params.text("Empty"), Some(""));
        assert_eq!(params.text("Absent"), None);
    }
}
