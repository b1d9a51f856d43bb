//! The XML that the query protocols answer with: elements and text, nothing else.

use quick_xml::escape::partial_escape;

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Xml {
    name: String,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    Children(Vec<Xml>),
}

impl Xml {
    /// `<name>text</name>`.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.into(), content: Content::Text(text.into()) }
    }

    /// `<name>true</name>`, or a number.
    pub fn shown(name: &str, value: impl std::fmt::Display) -> Self {
        Self::text(name, value.to_string())
    }

    /// `<name>…children…</name>`.
    pub fn tree(name: &str, children: Vec<Self>) -> Self {
        Self { name: name.into(), content: Content::Children(children) }
    }

    /// A list in EC2's form: `<name><item>…</item>…</name>`.
    pub fn items(name: &str, items: impl IntoIterator<Item = Vec<Self>>) -> Self {
        Self::tree(name, items.into_iter().map(|item| Self::tree("item", item)).collect())
    }

    /// A list in IAM's form: `<name><member>…</member>…</name>`.
    pub fn members(name: &str, members: impl IntoIterator<Item = Vec<Self>>) -> Self {
        Self::tree(name, members.into_iter().map(|member| Self::tree("member", member)).collect())
    }

    /// Appends the element to `out`.
    pub fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        out.push('>');
        match &self.content {
            Content::Text(text) => out.push_str(&partial_escape(printable(text))),
            Content::Children(children) => children.iter().for_each(|child| child.write(out)),
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

/// XML 1.0 has no form for control characters; AWS drops them too.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let mut out = String::new();
        Xml::tree("a", vec![Xml::text("b", "<&\u{0}>")]).write(&mut out);
        assert_eq!(out, "<a><b>&lt;&amp;&gt;</b></a>");
    }
}
