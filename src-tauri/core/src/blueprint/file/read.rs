//! From TOML to a blueprint, with messages that name the line and the key.

use std::{fs, path::Path};

use crate::{
    blueprint::Blueprint,
    error::AppError,
    words::{Text, say},
};

/// No blueprint is nearly as large; a wrong file is not worth reading whole.
const LARGEST: u64 = 1024 * 1024;

/// The blueprint in this TOML text. Its shape is sound then; its rules are [`super::super::check`]'s.
pub fn read(text: &str) -> Result<Blueprint, AppError> {
    if let Err(error) = text.parse::<toml::Table>() {
        return Err(refuse(
            say("blueprint-syntax", &[("line", &line(text, &error)), ("words", error.message())]),
            say("blueprint-syntax-advice", &[]),
        ));
    }
    let document = toml::Deserializer::parse(text).map_err(|error| {
        let params = [("line", &*line(text, &error)), ("words", error.message())];
        refuse(say("blueprint-syntax", &params), say("blueprint-syntax-advice", &[]))
    })?;
    serde_path_to_error::deserialize(document).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        shape(text, &path, error.inner())
    })
}

/// The blueprint in this file.
pub fn read_file(path: &Path) -> Result<Blueprint, AppError> {
    let failed = |error: &std::io::Error| AppError::file(path, error);
    if fs::metadata(path).map_err(|e| failed(&e))?.len() > LARGEST {
        let params = [("path", path.display().to_string())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        return Err(refuse(say("blueprint-too-large", &params), say("blueprint-syntax-advice", &[])));
    }
    let text = fs::read_to_string(path).map_err(|e| failed(&e))?;
    read(&text).map_err(|error| error.because(path.display()))
}

/// The number in "`-1`, expected u32", and the most that this kind of number holds.
fn out_of_range(words: &str) -> Option<(&str, String)> {
    let (found, kind) = words.split_once(", expected ")?;
    let most = match kind {
        "u16" => u64::from(u16::MAX),
        // AWS's own numbers have a sign.
        "u32" => i32::MAX.unsigned_abs().into(),
        _ => return None,
    };
    Some((found.trim_matches('`'), most.to_string()))
}

fn refuse(message: Text, advice: Text) -> AppError {
    AppError::new(message).advise(advice)
}

/// Serde's message, sorted by what it means for the person.
fn shape(text: &str, path: &str, error: &toml::de::Error) -> AppError {
    let line = line(text, error);
    let words = error.message();
    let named: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if words.starts_with("unknown field")
        && let Some((unknown, known)) = named.split_first()
    {
        // serde_path_to_error has already stepped into the key it could not place.
        let field = if path == *unknown || path.ends_with(&format!(".{unknown}")) {
            path.to_owned()
        } else {
            inside(unknown)
        };
        let advice = match nearest(unknown, known) {
            Some(nearest) => say("blueprint-unknown-key-advice", &[("nearest", nearest)]),
            None => say("blueprint-unknown-key-remove", &[("known", &known.join(", "))]),
        };
        return refuse(say("blueprint-unknown-key", &[("key", &field), ("line", &line)]), advice);
    }
    if words.starts_with("missing field")
        && let [missing] = named[..]
    {
        let params = [("key", &*inside(missing)), ("line", &*line)];
        return refuse(
            say("blueprint-missing-key", &params),
            say("blueprint-missing-key-advice", &[("key", missing)]),
        );
    }
    if words.starts_with("unknown variant")
        && let Some((found, known)) = named.split_first()
    {
        let params = [("key", path), ("line", &line), ("found", found)];
        return refuse(
            say("blueprint-unknown-value", &params),
            say("blueprint-unknown-value-advice", &[("known", &known.join(", "))]),
        );
    }
    if let Some(found) = words.strip_prefix("invalid value: integer ")
        && let Some((found, most)) = out_of_range(found)
    {
        let params = [("key", path), ("line", &*line), ("found", found), ("most", &most)];
        return refuse(say("blueprint-number", &params), say("blueprint-number-advice", &[]));
    }
    let params = [("key", path), ("line", &*line), ("words", words)];
    refuse(say("blueprint-wrong-type", &params), say("blueprint-wrong-type-advice", &[]))
}

fn line(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    text.get(..at).unwrap_or(text).split('\n').count().to_string()
}

/// The known key that a person most likely meant.
fn nearest<'k>(unknown: &str, known: &[&'k str]) -> Option<&'k str> {
    let alike = |key: &str| strsim::jaro_winkler(unknown, key);
    known.iter().copied().filter(|key| alike(key) > 0.7).max_by(|a, b| alike(a).total_cmp(&alike(b)))
}
