//! Where in a document its statements stand, as the policy simulator tells.

/// Line and column, both from 1.
pub(crate) type Place = (usize, usize);

/// The first and the last character of each statement, in their order.
pub(super) fn statements(text: &str) -> Vec<(Place, Place)> {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    let (mut line, mut column) = (1, 0);
    let (mut word, mut in_word, mut escaped) = (String::new(), false, false);
    let (mut in_statements, mut begun) = (false, (0, 0));
    for character in text.chars() {
        column += 1;
        // A statement lies in the document itself or in its list of statements.
        let outside = |open: &[char]| matches!(open, ['{'] | ['{', '[']);
        match character {
            '\n' => (line, column) = (line + 1, 0),
            _ if escaped => escaped = false,
            '\\' if in_word => escaped = true,
            '"' => {
                in_word = !in_word;
                if in_word {
                    word.clear();
                }
            }
            other if in_word => word.push(other),
            ':' if open.len() == 1 => in_statements = word == "Statement",
            '{' | '[' => {
                if character == '{' && in_statements && outside(&open) {
                    begun = (line, column);
                }
                open.push(character);
            }
            '}' | ']' => {
                open.pop();
                if character == '}' && in_statements && outside(&open) {
                    found.push((begun, (line, column)));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn statements_are_found_in_a_list_and_alone() {
        let listed = "{\n  \"Statement\": [\n    {\"Sid\": \"a}\\\"\", \"Condition\": {\"B\": {}}},\n    {\n    }\n  ]\n}";
        assert_eq!(statements(listed), [((3, 5), (3, 43)), ((4, 5), (5, 5))]);
        assert_eq!(statements("{\"Id\": {}, \"Statement\": {}}"), [((1, 25), (1, 26))]);
    }
}
