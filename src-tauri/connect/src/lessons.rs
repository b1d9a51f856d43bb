//! Lessons as window and command line handle them. Each has a practice account in a folder of its own, so that the
//! person's own is never touched.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use slipway_core::{
    blueprint::{self, Blueprint},
    check::{CheckItem, CheckReport, CheckVerdict},
    error::AppError,
    words::{Text, say},
};
use slipway_lessons::{Lesson, Topic};
use slipway_practice::{Practice, Settings};

use crate::{
    home::{private_file, private_folder},
    practice,
};

/// A lesson, to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LessonView {
    /// `reach-no-route`.
    pub id: String,
    /// What it is about.
    pub topic: Topic,
    /// What somebody did.
    pub sentence: Text,
    /// The page of AWS's documentation that it is by.
    pub page: String,
    /// Whether its account is prepared.
    pub begun: bool,
    /// Whether somebody has brought it to where the check finds nothing any more, once.
    pub solved: bool,
}

/// A lesson that has begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct BegunLesson {
    /// Which.
    pub lesson: LessonView,
    /// The file with what is to be set up there.
    pub path: PathBuf,
    /// The same.
    pub blueprint: Blueprint,
}

/// Every lesson, by topic.
pub fn list(home: &Path) -> Vec<LessonView> {
    slipway_lessons::all().iter().map(|lesson| view(home, lesson)).collect()
}

/// Prepares a lesson's account; what was there of the lesson is forgotten.
pub async fn begin(home: &Path, id: &str) -> Result<BegunLesson, AppError> {
    let lesson = known(id)?;
    let path = file(home, lesson);
    let folder = home.join("lessons").join(lesson.id);
    private_folder(&folder).map_err(|error| AppError::file(&folder, &error))?;
    // Without its blueprint it has not begun, should preparing be cut short.
    if path.exists() {
        fs::remove_file(&path).map_err(|error| AppError::file(&path, &error))?;
    }
    practice::forget(home, &realm(lesson.id))?;
    let account = account(home, lesson)?;
    let anew = account.change_settings(|settings| *settings = Settings::default());
    anew.and_then(|()| account.reset()).map_err(|error| practice::failed(&error))?;
    let wanted = slipway_lessons::prepare(&account, lesson).await?;
    let toml = blueprint::write(&wanted);
    let written = private_file(&path, true).and_then(|mut file| file.write_all(toml.as_bytes()));
    written.map_err(|error| AppError::file(&path, &error))?;
    Ok(BegunLesson { lesson: view(home, lesson), path, blueprint: wanted })
}

/// A lesson as it was left; one that has not begun begins.
pub async fn go_on(home: &Path, id: &str) -> Result<BegunLesson, AppError> {
    let lesson = known(id)?;
    let path = file(home, lesson);
    if !path.exists() {
        return begin(home, id).await;
    }
    Ok(BegunLesson { lesson: view(home, lesson), blueprint: blueprint::read_file(&path)?, path })
}

/// The file with what is to be set up in a lesson that has begun.
pub fn blueprint(home: &Path, id: &str) -> Result<PathBuf, AppError> {
    let file = file(home, known(id)?);
    if file.exists() { Ok(file) } else { Err(not_begun(id)) }
}

/// A lesson's account was looked at: how much is still not as it should be. Where that is nothing, the lesson is solved,
/// which is remembered, also when it begins anew.
pub fn looked_at(home: &Path, id: &str, report: &CheckReport) -> Result<usize, AppError> {
    let mark = mark(home, known(id)?);
    let amiss = |item: &&CheckItem| {
        matches!(
            item.verdict,
            CheckVerdict::Wrong | CheckVerdict::Warning | CheckVerdict::CannotTell | CheckVerdict::Mend
        )
    };
    let left = report.items.iter().filter(amiss).count();
    if left == 0 {
        private_file(&mark, true).map_err(|error| AppError::file(&mark, &error))?;
    }
    Ok(left)
}

/// The page of AWS's documentation that a lesson is by.
pub fn page(id: &str) -> Result<&'static str, AppError> {
    Ok(known(id)?.page)
}

/// The account of a lesson that has begun.
pub fn open(home: &Path, id: &str) -> Result<Practice, AppError> {
    let lesson = known(id)?;
    if !file(home, lesson).exists() {
        return Err(not_begun(id));
    }
    account(home, lesson)
}

fn not_begun(id: &str) -> AppError {
    let named = [("id", id)];
    AppError::new(say("lessons-not-begun", &named)).advise(say("lessons-not-begun-advice", &named))
}

/// Sets the folders of a lesson's stacks apart from those of other accounts.
pub(crate) fn realm(id: &str) -> String {
    format!("{}-{id}", practice::REALM)
}

fn known(id: &str) -> Result<&'static Lesson, AppError> {
    slipway_lessons::find(id).ok_or_else(|| {
        AppError::new(say("lessons-unknown", &[("id", id)])).advise(say("lessons-unknown-advice", &[]))
    })
}

fn account(home: &Path, lesson: &Lesson) -> Result<Practice, AppError> {
    Practice::open(&home.join("lessons").join(lesson.id)).map_err(|error| practice::failed(&error))
}

fn file(home: &Path, lesson: &Lesson) -> PathBuf {
    home.join("lessons").join(lesson.id).join("blueprint.toml")
}

fn mark(home: &Path, lesson: &Lesson) -> PathBuf {
    home.join("lessons").join(lesson.id).join("solved")
}

fn view(home: &Path, lesson: &Lesson) -> LessonView {
    LessonView {
        id: lesson.id.to_owned(),
        topic: lesson.topic,
        sentence: lesson.sentence(),
        page: lesson.page.to_owned(),
        begun: file(home, lesson).exists(),
        solved: mark(home, lesson).exists(),
    }
}

#[cfg(test)]
mod tests {
    use slipway_core::{check, world::World};

    use super::*;
    use crate::{Connect, how::SessionView};

    async fn open(home: &Path, id: &str) -> Result<(slipway_core::account::Session, SessionView), AppError> {
        crate::open(&Connect::lesson(id), home, World::real(), None).await
    }

    #[tokio::test]
    async fn a_lesson_has_an_account_of_its_own_that_is_found_wrong_as_it_begins() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        assert_eq!(open(home, "reach-blackhole-nat").await.unwrap_err().code, "lessons-not-begun");
        assert_eq!(begin(home, "no-such").await.unwrap_err().code, "lessons-unknown");
        let own = practice::open(home).unwrap().dump().unwrap();

        for _ in ["first", "again"] {
            let begun = begin(home, "reach-blackhole-nat").await.unwrap();
            assert!(begun.lesson.begun && begun.path.starts_with(home.join("lessons/reach-blackhole-nat")));
            let (session, view) = open(home, "reach-blackhole-nat").await.unwrap();
            assert_eq!(view.name.as_deref(), Some("reach-blackhole-nat"));
            let wanted = blueprint::read_file(&begun.path).unwrap();
            let report = check::check(&session, wanted, |_| ()).await.unwrap();
            let found = report.items.iter().filter(|item| item.finding.code == "reach-blackhole").count();
            assert_eq!((found, report.blocked), (2, true));
            // What is remembered of a stack of the lesson's goes when it begins anew.
            let stacks = session.folder.join("stacks/imaging");
            assert!(!stacks.exists(), "{}", stacks.display());
            fs::create_dir_all(&stacks).unwrap();
        }
        assert_eq!(list(home).iter().filter(|lesson| lesson.begun).count(), 1);
        let (session, _) = open(home, "reach-blackhole-nat").await.unwrap();
        let wanted = go_on(home, "reach-blackhole-nat").await.unwrap().blueprint;
        let report = check::check(&session, wanted, |_| ()).await.unwrap();
        assert_eq!(looked_at(home, "reach-blackhole-nat", &report).unwrap(), 2);
        assert!(!go_on(home, "reach-blackhole-nat").await.unwrap().lesson.solved);
        let nothing = CheckReport { items: vec![], ..report };
        assert_eq!(looked_at(home, "reach-blackhole-nat", &nothing).unwrap(), 0);
        let on = go_on(home, "reach-blackhole-nat").await.unwrap();
        assert!(on.lesson.solved && on.blueprint == blueprint::read_file(&on.path).unwrap());
        assert_eq!(practice::open(home).unwrap().dump().unwrap(), own);
    }

    #[tokio::test]
    async fn rights_of_a_lesson_are_not_those_of_the_next_begin() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        begin(home, "refused-organisation").await.unwrap();
        let changed = account(home, known("refused-organisation").unwrap()).unwrap();
        changed.change_settings(|settings| settings.access = practice::Access::default()).unwrap();
        begin(home, "refused-organisation").await.unwrap();
        let settings = account(home, known("refused-organisation").unwrap()).unwrap().settings().unwrap();
        assert_eq!(settings.access.organization.len(), 2);
        assert_eq!(practice::access(&practice::open(home).unwrap()).unwrap(), practice::Access::default());
    }
}
