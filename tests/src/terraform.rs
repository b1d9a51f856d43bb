//! The real Terraform with the real AWS provider, on an emulated account.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::boto;
use crate::places;

/// The program and the folder that holds `registry.terraform.io/hashicorp/aws`.
#[derive(Clone, Debug)]
pub struct Terraform {
    program: PathBuf,
    mirror: PathBuf,
    /// Where its own data is, when that is not the folder that it works on.
    data: Option<PathBuf>,
}

/// What a plan would do, counted from its JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Resources taken over from the account.
    pub imported: usize,
    /// Resources to make.
    pub added: usize,
    /// Resources to change.
    pub changed: usize,
    /// Resources to destroy.
    pub destroyed: usize,
    /// For each resource to change, the attributes that would.
    pub changes: BTreeMap<String, Vec<String>>,
}

impl Terraform {
    /// Looks for both; the error says what is missing and how it could be given.
    pub fn find() -> Result<Self, String> {
        let program =
            std::env::var_os("SLIPWAY_TERRAFORM").map(PathBuf::from).or_else(|| places::on_path("terraform"));
        let Some(program) = program else {
            return Err("there is no terraform on the PATH (SLIPWAY_TERRAFORM may name it)".to_owned());
        };
        let Some(mirror) = mirrors().into_iter().find(|folder| holds_provider(folder)) else {
            return Err("no folder here holds the provider registry.terraform.io/hashicorp/aws as an unpacked mirror \
                        (SLIPWAY_TERRAFORM_MIRROR may name it)"
                .to_owned());
        };
        Ok(Self { program, mirror, data: None })
    }

    /// The two paths in words.
    pub fn describe(&self) -> String {
        format!("{} with providers from {}", self.program.display(), self.mirror.display())
    }

    /// The versions of Terraform and of the AWS provider that a folder works with after [`init`](Self::init).
    pub fn versions(&self, folder: &Path) -> (String, String) {
        let output = self.must(folder, "", &["version", "-json"]);
        let json: Value = serde_json::from_slice(&output.stdout).expect("terraform version prints JSON");
        let word = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
        let provider = &json["provider_selections"]["registry.terraform.io/hashicorp/aws"];
        (word(&json["terraform_version"]), word(provider))
    }

    /// `terraform init` in a folder, with providers from the mirror only.
    pub fn init(&self, folder: &Path) {
        let mirror = format!("-plugin-dir={}", self.mirror.display());
        self.must(folder, "http://127.0.0.1:9", &["init", "-input=false", "-no-color", &mirror]);
    }

    /// Terraform that uses the providers of a folder which has them, for another one with the same.
    #[must_use]
    pub fn with_providers_of(&self, initialised: &Path, folder: &Path) -> Self {
        let lock = ".terraform.lock.hcl";
        std::fs::copy(initialised.join(lock), folder.join(lock))
            .expect("the other folder has been initialised");
        Self { data: Some(initialised.join(".terraform")), ..self.clone() }
    }

    /// Files that are not in canonical form, as `terraform fmt -check` names them.
    pub fn unformatted(&self, folder: &Path) -> Vec<String> {
        let output = self.run(folder, "", &["fmt", "-check", "-recursive", "-list=true"]);
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }

    /// `terraform validate`; the error is its own complaint.
    pub fn validate(&self, folder: &Path) -> Result<(), String> {
        let output = self.run(folder, "", &["validate", "-no-color"]);
        if output.status.success() { Ok(()) } else { Err(complaint(&output)) }
    }

    /// Plans against an endpoint and counts. The plan is only looked into for what changes.
    pub fn plan(&self, folder: &Path, endpoint: &str) -> Plan {
        let plan = ["plan", "-input=false", "-json", "-lock=false", "-out=plan.bin"];
        let told = self.must(folder, endpoint, &plan);
        if let Some(plan) = Plan::summed_up(&told.stdout).filter(|plan| plan.changed == 0) {
            return plan;
        }
        let output = self.must(folder, endpoint, &["show", "-json", "plan.bin"]);
        let json = serde_json::from_slice(&output.stdout).expect("terraform show prints JSON");
        Plan::count(&json)
    }

    /// Applies without asking.
    pub fn apply(&self, folder: &Path, endpoint: &str) {
        self.must(folder, endpoint, &["apply", "-input=false", "-no-color", "-auto-approve"]);
    }

    /// Applies a folder that needs no provider, and returns its outputs.
    pub fn outputs(&self, folder: &Path) -> Value {
        self.must(folder, "", &["apply", "-input=false", "-no-color", "-auto-approve"]);
        let output = self.must(folder, "", &["output", "-json", "-no-color"]);
        serde_json::from_slice(&output.stdout).expect("terraform output prints JSON")
    }

    /// Destroys without asking.
    pub fn destroy(&self, folder: &Path, endpoint: &str) {
        self.must(folder, endpoint, &["destroy", "-input=false", "-no-color", "-auto-approve"]);
    }

    fn must(&self, folder: &Path, endpoint: &str, arguments: &[&str]) -> Output {
        let output = self.run(folder, endpoint, arguments);
        assert!(output.status.success(), "terraform {} failed:\n{}", arguments[0], complaint(&output));
        output
    }

    fn run(&self, folder: &Path, endpoint: &str, arguments: &[&str]) -> Output {
        let mut command = if endpoint.is_empty() {
            Command::new(&self.program)
        } else {
            boto::client(self.program.clone(), endpoint)
        };
        command
            .args(arguments)
            .current_dir(folder)
            .envs(self.data.as_ref().map(|data| ("TF_DATA_DIR", data)))
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("AWS_MAX_ATTEMPTS")
            .output()
            .expect("terraform can be started")
    }
}

/// Writes the override that points an exported folder at an emulator. It lies beside the export, as a person would
/// put it there, so that the exported files themselves stay untouched.
pub fn point_at(folder: &Path, endpoint: &str) {
    let services = ["batch", "ec2", "ecr", "iam", "logs", "sts"];
    let endpoints = services.map(|name| format!("    {name:<5} = \"{endpoint}\"\n")).concat();
    let text = format!(
        "provider \"aws\" {{\n  skip_credentials_validation = true\n  skip_metadata_api_check     = true\n\n  endpoints \
         {{\n{endpoints}  }}\n}}\n"
    );
    std::fs::write(folder.join("emulator_override.tf"), text).expect("the folder can be written");
}

impl Plan {
    /// The counts that `terraform plan -json` ends with.
    fn summed_up(told: &[u8]) -> Option<Self> {
        let lines = String::from_utf8_lossy(told);
        let mut events = lines.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let summary = events.find(|event| event["type"] == "change_summary")?;
        let count = |name: &str| usize::try_from(summary["changes"][name].as_u64()?).ok();
        Some(Self {
            imported: count("import")?,
            added: count("add")?,
            changed: count("change")?,
            destroyed: count("remove")?,
            changes: BTreeMap::new(),
        })
    }

    /// Counts `resource_changes` of `terraform show -json`. A replacement counts as both added and destroyed.
    pub fn count(json: &Value) -> Self {
        let mut plan = Self::default();
        for resource in json["resource_changes"].as_array().into_iter().flatten() {
            let change = &resource["change"];
            let does = |action: &str| {
                change["actions"].as_array().is_some_and(|all| all.iter().any(|a| a == action))
            };
            plan.imported += usize::from(change["importing"].is_object());
            plan.added += usize::from(does("create"));
            plan.destroyed += usize::from(does("delete"));
            if does("update") {
                plan.changed += 1;
                let address = resource["address"].as_str().unwrap_or_default().to_owned();
                plan.changes.insert(address, differing(&change["before"], &change["after"]));
            }
        }
        plan
    }
}

/// The top-level attributes in which two states of a resource differ.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let empty = serde_json::Map::new();
    let (before, after) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

fn complaint(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Folders in which providers are usually laid down unpacked, most telling first.
fn mirrors() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("SLIPWAY_TERRAFORM_MIRROR").map(PathBuf::from).into_iter().collect();
    if let Some(home) = std::env::home_dir() {
        folders.push(home.join(".terraform.d/plugins"));
        folders.push(home.join(".local/share/terraform/plugins"));
    }
    // System-wide: the documented places first, then whatever somebody unpacked one level below the usual roots.
    for root in ["/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"] {
        folders.push(PathBuf::from(root));
    }
    for root in ["/opt", "/usr/local/share", "/usr/share", "/var/lib", "/srv"] {
        let below = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut below: Vec<_> = below.collect();
        below.sort();
        folders.extend(below);
    }
    folders
}

fn holds_provider(folder: &Path) -> bool {
    folder.join("registry.terraform.io/hashicorp/aws").is_dir()
}
