//! Wildcards, as policies and filters have them.

/// One place in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Any run of characters, also none.
    Run,
    /// Any one character.
    One,
    /// This character.
    Exactly(char),
}

impl Place {
    /// `*` and `?` mean what they always do.
    pub(crate) const fn of(character: char) -> Self {
        match character {
            '*' => Self::Run,
            '?' => Self::One,
            other => Self::Exactly(other),
        }
    }
}

/// Whether the whole text fits. It goes back to the last run only, so no pattern takes longer than its length
/// times the text's.
pub(crate) fn fits(pattern: &[Place], text: &[char], same: impl Fn(char, char) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Place::Run) => {
                back = Some((p, t));
                p += 1;
            }
            Some(Place::One) => {
                p += 1;
                t += 1;
            }
            Some(Place::Exactly(character)) if same(*character, text[t]) => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((run, from)) => {
                    p = run + 1;
                    t = from + 1;
                    back = Some((run, t));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|place| *place == Place::Run)
}
