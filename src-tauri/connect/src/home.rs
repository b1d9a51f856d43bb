//! The folder in which Slipway keeps what it must remember: ids, blueprints, journals; never a secret.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use slipway_core::{error::AppError, words::say};

/// The folder, made for its owner alone: what `SLIPWAY_HOME` names, or `slipway` in the platform's data folder.
pub fn home() -> Result<PathBuf, AppError> {
    let path = match env::var_os("SLIPWAY_HOME").filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => dirs::data_dir()
            .ok_or_else(|| AppError::new(say("home-unknown", &[])).advise(say("home-unknown-advice", &[])))?
            .join("slipway"),
    };
    private_folder(&path).map_err(|error| AppError::file(&path, &error))?;
    Ok(path)
}

/// Makes a folder that only its owner may enter; one that is there is left as it is.
pub(crate) fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file that only its owner may read.
pub(crate) fn private_file(path: &Path, truncate: bool) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(truncate);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
