//! Stacks to export: an account with one in it, and what must hold of every export.

use std::path::{Path, PathBuf};

use slipway_tests::cli::Cli;
use slipway_tests::terraform::{self, Plan, Terraform};
use slipway_tests::{schema6, seen};

/// An attribute that only the provider knows, so that no account can hold it: an import cannot bring it back.
/// `aws_batch_job_definition` in the provider's documentation.
const PROVIDER_ONLY: &str = "deregister_on_new_revision";

/// moto puts a launch template's own tags among those that the template gives to volumes, where AWS keeps them apart
/// (CreateLaunchTemplate, `TagSpecifications` and `LaunchTemplateData.TagSpecifications`). The practice account does
/// as AWS does, and there nothing may change.
const MOTO_ONLY: [&str; 2] = ["latest_version", "tag_specifications"];

/// An account with a stack in it, and the person who made it.
pub(crate) struct Made {
    person: Cli,
    endpoint: String,
    stack: String,
    pub(crate) what: String,
}

impl Made {
    /// Makes the preset's stack after these changes of its file.
    pub(crate) fn new(what: &str, endpoint: String, changes: &[(&str, &str)]) -> Self {
        Self::of("fargate", what, endpoint, changes)
    }

    /// The same with any preset.
    pub(crate) fn of(preset: &str, what: &str, endpoint: String, changes: &[(&str, &str)]) -> Self {
        let person = Cli::at(&endpoint);
        let file = person.blueprint_of(preset, changes);
        Self::by(person, endpoint, "first", what, &file)
    }

    /// The stack of this name out of a blueprint that somebody wrote.
    pub(crate) fn from_text(stack: &str, what: &str, endpoint: String, blueprint: &str) -> Self {
        let person = Cli::at(&endpoint);
        let file = person.write("blueprint.toml", blueprint);
        Self::by(person, endpoint, stack, what, &file)
    }

    fn by(person: Cli, endpoint: String, stack: &str, what: &str, file: &str) -> Self {
        create(&person, file);
        Self { person, endpoint, stack: stack.to_owned(), what: what.to_owned() }
    }

    /// Makes of it what the preset's blueprint says after other changes.
    pub(crate) fn becomes(&self, preset: &str, changes: &[(&str, &str)]) {
        let file = self.person.blueprint_of(preset, changes);
        create(&self.person, &file);
    }

    /// Takes the stack away again.
    pub(crate) fn tear_down(&self) {
        self.person.must(&["teardown", "--stack", &self.stack, "--yes"]);
    }

    /// Exports it into a folder of its own, as a person would.
    pub(crate) fn export(&self, folder: &str, more: &[&str]) -> PathBuf {
        let folder = self.person.home().join(folder);
        let out = folder.to_string_lossy().into_owned();
        let arguments = [&["export", "--stack", &self.stack, "--out", &out], more].concat();
        self.person.must(&arguments);
        folder
    }
}

/// Despite what is found: moto finds no family of instance types by its name and a star, and what blueprints of others name
/// is not all there. What counts here is what is exported.
fn create(person: &Cli, file: &str) {
    person.must(&["create", "--blueprint", file, "--yes", "--despite-findings"]);
}

/// The texts of all files of an export.
pub(crate) fn text(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).expect("the export made the folder").flatten();
    let tf = files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "tf"));
    tf.map(|path| std::fs::read_to_string(path).expect("an export can be read")).collect()
}

/// Everything is taken over, nothing is made or destroyed, and nothing changes that an account could hold.
fn taken_over(plan: &Plan, resources: usize, what: &str) {
    // The least is a stack in a network of somebody else's, with a group of theirs.
    assert!(resources >= 7, "{what}: only {resources} resources are written");
    assert_eq!((plan.imported, plan.added, plan.destroyed), (resources, 0, 0), "{what}: {plan:?}");
    for (address, attributes) in &plan.changes {
        let of_moto = address.starts_with("aws_launch_template.") && what.ends_with("on moto");
        let allowed: &[&str] = if of_moto { &MOTO_ONLY } else { &[PROVIDER_ONLY] };
        assert_eq!(attributes, allowed, "{what}: {address}");
    }
}

/// The plan of its export with imports, and what provider 6 would say of it. Returns the folder of the export.
pub(crate) fn plans_to_no_change(made: &Made) -> PathBuf {
    let terraform = Terraform::find().expect("xtask runs this suite only where Terraform is there");
    let folder = made.export("terraform", &["--provider", "5"]);
    assert_eq!(terraform.unformatted(&folder), Vec::<String>::new(), "{}", made.what);
    let resources = text(&folder).matches("\nresource \"").count();
    terraform::point_at(&folder, &made.endpoint);
    terraform.init(&folder);
    terraform.validate(&folder).unwrap_or_else(|complaint| panic!("{}: {complaint}", made.what));
    planned(made, &terraform, &folder);

    let newer = made.export("terraform-6", &["--provider", "6"]);
    let (checked, problems) = schema6::check(&newer);
    assert_eq!(problems, Vec::<String>::new(), "{}", made.what);
    assert!(checked >= resources, "{}: {checked} blocks", made.what);
    folder
}

/// The plan alone, with the providers of a folder that has been through all of it.
pub(crate) fn plans_to_no_change_like(made: &Made, other: &Path) {
    let terraform = Terraform::find().expect("xtask runs this suite only where Terraform is there");
    let folder = made.export("terraform", &["--provider", "5"]);
    terraform::point_at(&folder, &made.endpoint);
    planned(made, &terraform.with_providers_of(other, &folder), &folder);
}

fn planned(made: &Made, terraform: &Terraform, folder: &Path) {
    let plan = terraform.plan(folder, &made.endpoint);
    taken_over(&plan, text(folder).matches("\nresource \"").count(), &made.what);
    seen::figure(
        &format!("import plan of {}", made.what),
        &format!(
            "{} to import, {} to add, {} to change, {} to destroy",
            plan.imported, plan.added, plan.changed, plan.destroyed
        ),
    );
}
