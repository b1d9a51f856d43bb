//! Files into a folder: only into that folder, and never over somebody's work.
//!
//! Each file carries the checksum of its own text in its first line. A file whose text still fits is Slipway's to
//! replace; one that was changed, or never was ours, is not, unless the person says so.

use std::{
    fs, io,
    io::Write,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{TerraformFile, format};
use crate::{error::AppError, words::say};

const MARK: &str = "(checksum ";

/// The text of a file with the line that says where it comes from.
pub(super) fn sign(stack: &str, text: &str) -> String {
    let line = format!("Written by Slipway from the stack {stack} {MARK}{})", checksum(text));
    format!("{}\n{text}", format::comment(&line))
}

/// What a save did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Saved {
    /// The folder.
    pub folder: PathBuf,
    /// Names of the files that were written.
    pub written: Vec<String>,
    /// Names of files that were there as they should be.
    pub unchanged: Vec<String>,
    /// Names of files of an earlier export that this one does not have, and which were removed.
    pub removed: Vec<String>,
}

/// What lies in the folder under a name.
enum There {
    Nothing,
    /// The very same text.
    Same,
    /// A file of ours that nobody changed.
    Ours,
    /// Somebody's work.
    Theirs,
}

/// Every name that an export may have; what a new export does not have must not stay behind from an old one, since
/// Terraform reads the whole folder.
const NAMES: &[&str] = &[
    "versions.tf",
    "variables.tf",
    "network.tf",
    "iam.tf",
    "batch.tf",
    "ecr.tf",
    "outputs.tf",
    "imports.tf",
];

/// Writes the files into the folder, which is made where it is not there. Everything is looked at before anything
/// is written; `overwrite` also replaces and removes files that were changed or are not Slipway's, though never
/// anything that is not a plain file.
pub fn save(files: &[TerraformFile], folder: &Path, overwrite: bool) -> Result<Saved, AppError> {
    fs::create_dir_all(folder).map_err(|error| AppError::file(folder, &error))?;
    let folder = folder.canonicalize().map_err(|error| AppError::file(folder, &error))?;
    let mut saved = Saved { folder: folder.clone(), written: vec![], unchanged: vec![], removed: vec![] };
    let mut theirs = Vec::new();
    let mut writes = Vec::new();
    let mut removals = Vec::new();

    for file in files {
        let path = folder.join(plain_name(&file.name)?);
        match look(&path, Some(&file.text))? {
            There::Same => saved.unchanged.push(file.name.clone()),
            There::Theirs if !overwrite => theirs.push(file.name.clone()),
            _ => writes.push((path, file)),
        }
    }
    for name in NAMES.iter().filter(|name| files.iter().all(|file| file.name != **name)) {
        let path = folder.join(name);
        match look(&path, None)? {
            There::Nothing => {}
            There::Theirs if !overwrite => theirs.push((*name).to_owned()),
            _ => removals.push((path, *name)),
        }
    }
    if !theirs.is_empty() {
        let folder = folder.display().to_string();
        return Err(AppError::new(say(
            "terraform-files-are-theirs",
            &[("files", &theirs.join(", ")), ("folder", &folder)],
        ))
        .advise(say("terraform-files-are-theirs-advice", &[])));
    }
    for (path, file) in writes {
        replace(&path, &file.text).map_err(|error| AppError::file(&path, &error))?;
        saved.written.push(file.name.clone());
    }
    for (path, name) in removals {
        fs::remove_file(&path).map_err(|error| AppError::file(&path, &error))?;
        saved.removed.push(name.to_owned());
    }
    Ok(saved)
}

/// A name that cannot lead out of the folder.
fn plain_name(name: &str) -> Result<&str, AppError> {
    let mut components = Path::new(name).components();
    let plain = matches!((components.next(), components.next()), (Some(Component::Normal(only)), None) if only == name);
    // The first are another system's separators, and mean nothing in a name of ours.
    if plain && !name.contains(['\\', ':', '\0']) {
        Ok(name)
    } else {
        Err(AppError::new(say("terraform-file-name", &[("name", name)])))
    }
}

fn look(path: &Path, wanted: Option<&str>) -> Result<There, AppError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
        Err(error) => return Err(AppError::file(path, &error)),
    };
    if !found.is_file() {
        return Err(AppError::new(say("terraform-not-a-file", &[("path", &path.display().to_string())]))
            .advise(say("terraform-not-a-file-advice", &[])));
    }
    let bytes = fs::read(path).map_err(|error| AppError::file(path, &error))?;
    let Ok(text) = String::from_utf8(bytes) else { return Ok(There::Theirs) };
    Ok(if wanted == Some(text.as_str()) {
        There::Same
    } else if is_untouched(&text) {
        There::Ours
    } else {
        There::Theirs
    })
}

fn is_untouched(text: &str) -> bool {
    let Some((first, rest)) = text.split_once('\n') else { return false };
    let Some(claimed) = first.split_once(MARK).and_then(|(_, behind)| behind.strip_suffix(')')) else {
        return false;
    };
    rest.strip_prefix('\n').is_some_and(|body| checksum(body) == claimed)
}

/// The first quarter of a SHA-256: it finds a change, it proves nothing.
fn checksum(text: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let number = digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{number:016x}")
}

/// Puts a whole file in place at once: into a new file beside it, then over it. A link that somebody put there in
/// between is replaced, not followed.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("tf.new");
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    let placed = written.and_then(|()| fs::rename(&beside, path));
    if placed.is_err() {
        let _ = fs::remove_file(&beside);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> TerraformFile {
        TerraformFile { name: name.to_owned(), text: sign("imaging", text) }
    }

    #[test]
    fn files_go_in_once_and_are_replaced_while_nobody_changed_them() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("new/imaging");
        let files = [file("iam.tf", "a = 1\n"), file("imports.tf", "b = 1\n")];
        let first = save(&files, &folder, false).unwrap();
        assert_eq!(first.written, ["iam.tf", "imports.tf"]);
        assert_eq!(fs::read_to_string(folder.join("iam.tf")).unwrap(), files[0].text);
        assert_eq!(save(&files, &folder, false).unwrap().unchanged, ["iam.tf", "imports.tf"]);

        let newer = save(&[file("iam.tf", "a = 2\n")], &folder, false).unwrap();
        assert_eq!(
            (newer.written, newer.removed),
            (vec!["iam.tf".to_owned()], vec!["imports.tf".to_owned()])
        );
        let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["iam.tf"]);
    }

    #[test]
    fn what_somebody_wrote_or_changed_stays_and_then_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let changed = sign("imaging", "a = 1\n") + "# mine\n";
        for theirs in ["a = 1\n", changed.as_str(), "", "# Written by Slipway (checksum )\n\n"] {
            fs::write(folder.path().join("iam.tf"), theirs).unwrap();
            let error = save(&[file("batch.tf", "x = 1\n"), file("iam.tf", "a = 2\n")], folder.path(), false);
            let error = error.unwrap_err();
            assert_eq!(error.code, "terraform-files-are-theirs");
            assert!(error.message.contains("iam.tf") && !error.message.contains("batch.tf"), "{error}");
            assert_eq!(fs::read_to_string(folder.path().join("iam.tf")).unwrap(), theirs);
            assert!(!folder.path().join("batch.tf").exists());
        }
        // Nor is it taken away when this export has no such file; asked for, it is.
        assert_eq!(save(&[], folder.path(), false).unwrap_err().code, "terraform-files-are-theirs");
        assert_eq!(save(&[], folder.path(), true).unwrap().removed, ["iam.tf"]);
        assert!(!folder.path().join("iam.tf").exists());
    }

    #[test]
    fn a_file_that_is_no_export_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.tf"), "mine").unwrap();
        save(&[file("iam.tf", "a = 1\n")], folder.path(), true).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("main.tf")).unwrap(), "mine");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("in");
        let absolute = parent.path().join("out.tf");
        for name in [
            "../out.tf",
            "a/../../out.tf",
            "a/b.tf",
            ".",
            "..",
            "",
            "./a.tf",
            "a.tf/",
            "..\\out.tf",
            "c:out.tf",
        ]
        .into_iter()
        .chain(absolute.to_str())
        {
            let error = save(&[file(name, "a = 1\n")], &folder, true).unwrap_err();
            assert_eq!(error.code, "terraform-file-name", "{name}");
        }
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_folders_are_never_written_through() {
        let parent = tempfile::tempdir().unwrap();
        let (folder, victim) = (parent.path().join("in"), parent.path().join("victim"));
        fs::create_dir(&folder).unwrap();
        fs::write(&victim, sign("imaging", "a = 1\n")).unwrap();
        for target in [&victim, &parent.path().join("not there")] {
            let link = folder.join("iam.tf");
            std::os::unix::fs::symlink(target, &link).unwrap();
            let error = save(&[file("iam.tf", "a = 2\n")], &folder, true).unwrap_err();
            assert_eq!(error.code, "terraform-not-a-file");
            fs::remove_file(link).unwrap();
        }
        fs::create_dir(folder.join("imports.tf")).unwrap();
        assert_eq!(save(&[], &folder, true).unwrap_err().code, "terraform-not-a-file");
        assert_eq!(fs::read_to_string(&victim).unwrap(), sign("imaging", "a = 1\n"));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said() {
        let parent = tempfile::tempdir().unwrap();
        let file_in_the_way = parent.path().join("file");
        fs::write(&file_in_the_way, "").unwrap();
        assert_eq!(save(&[], &file_in_the_way, false).unwrap_err().code, "file-failed");
    }
}
