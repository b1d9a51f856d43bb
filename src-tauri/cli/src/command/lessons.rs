//! `slipway lessons`: practice accounts in each of which one thing is wrong.

use clap::{Args, Subcommand};
use slipway_connect::lessons::{self, LessonView};

use crate::{
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct LessonsArguments {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the lessons by topic, with what somebody did in each
    List,
    /// Prepare a lesson's account, anew if it was begun before, and write down what is to be set up there
    Begin {
        /// The lesson: reach-no-route
        id: String,
    },
}

pub(crate) async fn run(arguments: LessonsArguments, out: Output) -> Ended {
    let home = slipway_connect::home()?;
    match arguments.what.unwrap_or(What::List) {
        What::List => {
            let all = lessons::list(&home);
            if out.is_json() {
                out.document(&all);
            } else {
                out.table(&all.iter().map(row).collect::<Vec<_>>());
            }
        }
        What::Begin { id } => {
            let begun = lessons::begin(&home, &id).await?;
            out.result(&begun, || [begun.path.display().to_string()]);
            out.note(&begun.lesson.sentence.text);
            out.note("Have it found:");
            out.note(&format!("  slipway check --lesson {}", begun.lesson.id));
        }
    }
    Ok(Outcome::Done)
}

fn row(lesson: &LessonView) -> Vec<String> {
    let state = match (lesson.solved, lesson.begun) {
        (true, _) => "solved",
        (false, true) => "begun",
        (false, false) => "",
    };
    let row = [lesson.topic.code(), &lesson.id, state, &lesson.sentence.text];
    row.map(str::to_owned).to_vec()
}
