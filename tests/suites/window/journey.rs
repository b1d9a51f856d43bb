//! The main job as a person clicks it, in steps: check, review, create, launch, a finished job with its log, Terraform
//! saved, teardown. Where it is done is the callers' business. A picture of every screen.

use std::{fs, path::Path, time::Duration};

use serde_json::json;
use slipway_tests::window::{Scheme, Window};

/// As long as something may take that is not AWS's to take its time over.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// As long as a create may take on the practice account at the pace that the tests set.
pub(crate) const CREATED: Duration = Duration::from_mins(1);
/// The stack that is made.
pub(crate) const STACK: &str = "imaging";

/// A window and the way its pictures are called.
pub(crate) struct Journey<'a> {
    pub(crate) window: &'a Window,
    pub(crate) scheme: Scheme,
    /// Put before the names of pictures, where several journeys take them.
    pub(crate) prefix: &'a str,
}

impl Journey<'_> {
    /// A picture of a window that has one size.
    pub(crate) fn picture(&self, name: &str) {
        let dark = if self.scheme == Scheme::Dark { "-dark" } else { "" };
        self.window.picture(&format!("{}{name}{dark}", self.prefix));
    }

    /// A picture of a screen at both sizes.
    pub(crate) fn shot(&self, name: &str) {
        self.shot_with(name, || ());
    }

    /// The same, with something to be done before each: what matters may be elsewhere in a smaller window.
    pub(crate) fn shot_with(&self, name: &str, before: impl Fn()) {
        let window = self.window;
        before();
        self.picture(name);
        window.resize((960, 640));
        before();
        self.picture(&format!("{name}-small"));
        let wide = window.script("return document.documentElement.scrollWidth > innerWidth", &[]);
        assert_eq!(wide, json!(false), "{name} is wider than a small window");
        window.resize((1280, 800));
    }

    /// From the chosen blueprint through check and review to a stack that is there.
    pub(crate) fn set_up(&self) {
        let window = self.window;
        self.shot("setup-choose");
        window.click("go-check");
        window.see("setup-check");
        window.says("check-summary", "to make", SOON);
        self.shot("setup-check");
        window.click("go-review");
        window.see("plan-job-queue/main");
        self.shot("setup-review");
        window.click("go-create");
        window.see("run-job-queue/main");
        self.shot("setup-create");
        window.see_within("done-launch", CREATED);
        self.shot("setup-done");
    }

    /// Wants to launch what cannot be: each fault is said at its field, and nothing is sent.
    pub(crate) fn refused_launch(&self) {
        let window = self.window;
        window.click("done-launch");
        window.type_into("launch-command", "sh -c 'echo unbalanced");
        window.click("launch-submit");
        window.objects("launch-command", "opening quote without its closing one");
        window.has_focus("launch-command");
        assert_eq!(window.value("launch-command"), "sh -c 'echo unbalanced");
        window.says("launch-command-line", "as soon as the command can be read", SOON);
        self.shot("launch-unreadable");
        window.type_into("launch-command", "sh -c 'echo balanced'");
        window.type_into("launch-depends-on", "not_an_id");
        window.says("launch-command-line", "balanced", SOON);
        window.click("launch-submit");
        window.objects("launch-depends-on", "not_an_id");
        window.has_focus("launch-depends-on");
        let foot = window.says("problem", "nothing was sent", SOON);
        assert!(!foot.contains("depends_on"), "said at its field and nowhere else: {foot}");
        self.shot("launch-refused");
        // A blank is no id; a page hears of a field that is emptied only with the key after it.
        window.type_into("launch-depends-on", " ");
        window.gone("problem");
        window.click("nav-setup");
    }

    /// Launches a job that says a word, which only its environment holds; returns when it has succeeded.
    pub(crate) fn launch(&self, word: &str) {
        let window = self.window;
        window.click("done-launch");
        window.type_into("launch-name", "first-light");
        window.type_into("launch-command", "sh -c 'echo the word is $WORD'");
        window.click("launch-variable-add");
        window.type_into("launch-variable-name-0", "WORD");
        window.type_into("launch-variable-value-0", word);
        window.says("launch-command-line", word, SOON);
        self.shot("launch");
        window.click("launch-submit");
        window.see("job");
        self.shot("job-waiting");
        window.says("job-state", "SUCCEEDED", CREATED);
    }

    /// The job's log, and the job among the others.
    pub(crate) fn logs(&self, word: &str) {
        let window = self.window;
        window.says("logs", word, SOON);
        self.shot("job");
        window.click("nav-jobs");
        window.see("jobs-table");
        self.shot("jobs");
    }

    /// The stack as Terraform in a folder; what somebody changed there is not overwritten unasked.
    pub(crate) fn save_terraform(&self, folder: &Path) {
        let window = self.window;
        let batch = folder.join("batch.tf");
        let exported = || fs::read_to_string(&batch).is_ok_and(|text| text.contains("aws_batch_job_queue"));
        window.click("nav-stacks");
        window.see(&format!("stack-{STACK}"));
        self.shot("stacks");
        window.click(&format!("stack-{STACK}"));
        window.see("stack-tab-parts");
        self.shot("stack");
        window.click("stack-terraform");
        window.see("terraform-code");
        self.shot("terraform");
        window.click("terraform-provider-5");
        window.click("terraform-save");
        window.type_into("terraform-folder", &folder.to_string_lossy());
        self.shot("terraform-save");
        window.click("terraform-save-here");
        window.says("terraform-saved", "files saved", SOON);
        self.shot("terraform-saved");
        assert!(exported());

        fs::write(&batch, "# mine").expect("the export can be changed");
        window.click("terraform-save");
        window.click("terraform-save-here");
        window.says("problem", "batch.tf", SOON);
        self.shot("terraform-theirs");
        assert!(fs::read_to_string(&batch).is_ok_and(|text| text == "# mine"));
        window.click("terraform-overwrite");
        window.gone("terraform-save-to");
        assert!(exported());
    }

    /// Removes the stack; setting up begins again with what was typed.
    pub(crate) fn tear_down(&self) {
        let window = self.window;
        window.click("nav-stacks");
        window.click(&format!("stack-{STACK}"));
        window.click("stack-teardown");
        window.see("teardown-goes");
        self.shot("teardown");
        window.type_into("teardown-name", STACK);
        window.click("teardown-start");
        window.see_within("teardown-done", CREATED);
        self.shot("teardown-done");
        window.click("nav-setup");
        window.see("setup-choose");
        assert!(!window.has("setup-done"), "a stack that is gone is not announced as ready");
        assert_eq!(window.value("field-name"), STACK);
        assert_eq!(window.text("nav-jobs").trim(), "Jobs", "there are no jobs without a queue");
        self.shot("setup-after-teardown");
    }
}
