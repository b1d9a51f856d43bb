//! Writing a blueprint to a file. Where that holds this stack's blueprint already, what a person wrote beside it stays.

use std::{fs, io::ErrorKind, path::Path};

use super::{read, rewrite, write};
use crate::{blueprint::Blueprint, error::AppError};

/// What became of the file that was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Whether comments and order of this stack's own file are lost, since it left no place for the change.
    pub anew: bool,
}

/// Writes it. A file of another stack's, or of no blueprint's, gives way as a whole: whoever named it said so.
pub fn save(file: &Path, new: &Blueprint) -> Result<Kept, AppError> {
    let failed = |error: &std::io::Error| AppError::file(file, error);
    let there = match fs::read(file) {
        Ok(bytes) => String::from_utf8(bytes).ok(),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(&error)),
    };
    let own = there.filter(|text| read(text).is_ok_and(|found| found.name == new.name));
    let (text, anew) = match own {
        Some(text) => rewrite(&text, new).map(|rewritten| (rewritten.text, rewritten.anew))?,
        None => (write(new), false),
    };
    fs::write(file, text).map_err(|error| failed(&error))?;
    Ok(Kept { anew })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    #[test]
    fn what_a_person_wrote_in_the_same_stacks_file_stays_and_another_file_gives_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("imaging.toml");
        let mut wanted = Preset::Fargate.blueprint("imaging");
        assert_eq!(save(&file, &wanted).unwrap(), Kept { anew: false });
        assert_eq!(fs::read_to_string(&file).unwrap(), write(&wanted));

        let commented = format!("# Ada's, ask her first\n{}", write(&wanted));
        fs::write(&file, &commented).unwrap();
        wanted.compute_environments[0].max_vcpus += 1;
        assert_eq!(save(&file, &wanted).unwrap(), Kept { anew: false });
        let after = fs::read_to_string(&file).unwrap();
        assert!(after.starts_with("# Ada's, ask her first\n") && read(&after).unwrap() == wanted, "{after}");

        for other in [Preset::Fargate.blueprint("another"), wanted.clone()] {
            let text = if other == wanted { "no blueprint" } else { &*format!("# B's\n{}", write(&other)) };
            fs::write(&file, text).unwrap();
            save(&file, &wanted).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), write(&wanted));
        }
        assert_eq!(save(folder.path(), &wanted).unwrap_err().code, "file-failed");
    }
}
