//! `$((…))`: whole numbers, the usual operators, variables by name.

/// What an expression comes to, or the shell's complaint.
pub(super) fn evaluate(text: &str, variable: &dyn Fn(&str) -> String) -> Result<i64, String> {
    let mut reader = Reader { text: text.chars().collect(), at: 0, depth: 0, variable };
    let value = reader.binary(0)?;
    reader.blanks();
    if reader.at < reader.text.len() {
        return Err(format!("arithmetic expression: expecting EOF: \"{text}\""));
    }
    Ok(value)
}

/// Binary operators by how tightly they bind, the loosest first. Longer spellings stand before shorter ones.
const OPERATORS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

struct Reader<'a> {
    text: Vec<char>,
    at: usize,
    depth: usize,
    variable: &'a dyn Fn(&str) -> String,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|found| found.is_whitespace()) {
            self.at += 1;
        }
    }

    fn operator(&mut self, level: usize) -> Option<&'static str> {
        self.blanks();
        let rest = &self.text[self.at..];
        let starts = |word: &str| word.chars().enumerate().all(|(at, wanted)| rest.get(at) == Some(&wanted));
        // `<` must not take half of `<<`, nor `|` half of `||`.
        let longest = OPERATORS
            .iter()
            .flat_map(|level| level.iter())
            .filter(|word| starts(word))
            .max_by_key(|word| word.len())?;
        let found = OPERATORS[level].iter().find(|word| *word == longest)?;
        self.at += found.len();
        Some(found)
    }

    fn binary(&mut self, level: usize) -> Result<i64, String> {
        if level == OPERATORS.len() {
            return self.unary();
        }
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.operator(level) {
            let right = self.binary(level + 1)?;
            left = apply(operator, left, right)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > 200 {
            return Err("arithmetic expression: nested too deeply".to_owned());
        }
        self.blanks();
        let value = match self.text.get(self.at) {
            Some('-') => {
                self.at += 1;
                self.unary()?.wrapping_neg()
            }
            Some('+') => {
                self.at += 1;
                self.unary()?
            }
            Some('!') => {
                self.at += 1;
                i64::from(self.unary()? == 0)
            }
            Some('(') => {
                self.at += 1;
                let value = self.binary(0)?;
                self.blanks();
                if self.text.get(self.at) != Some(&')') {
                    return Err("arithmetic expression: expecting ')'".to_owned());
                }
                self.at += 1;
                value
            }
            Some(found) if found.is_alphanumeric() || matches!(found, '_' | '$') => {
                let start = self.at;
                while self.text.get(self.at).is_some_and(|c| c.is_alphanumeric() || "_${}".contains(*c)) {
                    self.at += 1;
                }
                let word: String =
                    self.text[start..self.at].iter().filter(|c| !"${}".contains(**c)).collect();
                match word.parse() {
                    Ok(number) => number,
                    Err(_) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                        return Err(format!("Illegal number: {word}"));
                    }
                    // A variable that is unset or no number counts as nothing.
                    Err(_) => (self.variable)(&word).trim().parse().unwrap_or(0),
                }
            }
            _ => return Err("arithmetic expression: expecting primary".to_owned()),
        };
        self.depth -= 1;
        Ok(value)
    }
}

fn apply(operator: &str, left: i64, right: i64) -> Result<i64, String> {
    let shift = || u32::try_from(right.clamp(0, 63)).unwrap_or(0);
    Ok(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<<" => left.wrapping_shl(shift()),
        ">>" => left.wrapping_shr(shift()),
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right).ok_or("division by zero")?,
        _ => left.checked_rem(right).ok_or("division by zero")?,
    })
}
