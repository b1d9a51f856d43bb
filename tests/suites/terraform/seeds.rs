//! The five articles from which Slipway took its measure: their set-ups as blueprints, made on the practice account
//! and taken along, and held against the articles argument by argument.

mod arguments;
mod exported;
mod mistakes;
mod names;
mod table;
mod whole;

use std::fs;

use slipway_tests::practice::Practice;
use slipway_tests::{boto, places, seen};

use self::exported::Exported;
use self::table::Table;
use crate::made::{Made, plans_to_no_change};

/// What a blueprint of a seed leaves open, since every account has its own.
const OF_THE_ACCOUNT: &str = r#"
ec2 = client("ec2")
vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
subnets = sorted(subnet["SubnetId"] for subnet in ec2.describe_subnets(Filters=of_vpc)["Subnets"])
group = ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"][0]["GroupId"]
account = client("sts").get_caller_identity()["Account"]
region = ec2.meta.region_name
answer = {
    "VPC": vpc,
    "SUBNET_1": subnets[0],
    "SUBNET_2": subnets[1],
    "SECURITY_GROUP": group,
    "PASSWORD_SECRET": f"arn:aws:secretsmanager:{region}:{account}:secret:rds-password-AbCdEf",
    "ACCOUNT": account,
    "REGION": region,
}
"#;

/// Placeholders with their values, in the order in which they are put in; taken out again in the same order, so that
/// the longer ones, which hold others, come first.
fn placeholders(endpoint: &str) -> Vec<(String, String)> {
    let answer = boto::run(endpoint, OF_THE_ACCOUNT);
    let pairs = answer.as_object().expect("the answer is an object").iter();
    pairs
        .map(|(name, value)| (format!("{{{name}}}"), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

fn read(name: &str) -> String {
    let path = places::root().join("tests/seeds").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn stack_of(blueprint: &str) -> String {
    let parsed: toml::Table = blueprint.parse().expect("a blueprint is TOML");
    parsed["name"].as_str().expect("a stack has a name").to_owned()
}

fn holds(seed: &str) {
    let wanted = read(&format!("{seed}.toml"));
    let (header, body) = wanted.split_once("\n\n").expect("a blueprint has a header");
    assert!(header.starts_with("# "), "{seed}: the blueprint says first what it is");
    let table: Table = toml::from_str(&read(&format!("{seed}.table.toml")))
        .unwrap_or_else(|error| panic!("{seed}: {error}"));

    let account = tempfile::tempdir().expect("there is room for a folder");
    let practice = Practice::quick(account.path());
    let placeholders = placeholders(&practice.endpoint());
    let guide = read("README.md");
    for (name, _) in placeholders.iter().filter(|(name, _)| body.contains(name.as_str())) {
        assert!(header.contains(name) && guide.contains(name), "{seed}: nobody says what {name} is");
    }
    let filled =
        placeholders.iter().fold(wanted.clone(), |text, (name, value)| text.replace(name.as_str(), value));
    let what = format!("seed {seed} on the practice account");
    let made = Made::from_text(&stack_of(&wanted), &what, practice.endpoint(), &filled);

    let exported = Exported::read(&made.export("seed", &["--provider", "5"]));
    for address in exported.resources() {
        for path in exported.arguments(address) {
            assert!(exported.look(address, &path).is_some(), "{seed}: {address} {path} leads nowhere");
        }
    }
    let mask = |text: String| {
        placeholders.iter().fold(text, |text, (name, value)| text.replace(value.as_str(), name))
    };
    let judged = table.judge(&exported, mask);
    let folder = places::target().join("seeds");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join(format!("{seed}.md")), &judged.markdown))
        .expect("the target directory can be written");
    assert!(judged.complaints.is_empty(), "{seed}:\n{}", judged.complaints.join("\n"));
    seen::figure(
        &format!("seed {seed} against its article"),
        &format!(
            "{} rows: {} the same, {} the same under another name, {} different, {} of one side only; all but the \
             first with a reason",
            judged.same + judged.renamed + judged.different + judged.one_sided,
            judged.same,
            judged.renamed,
            judged.different,
            judged.one_sided
        ),
    );
    plans_to_no_change(&made);
}

#[test]
fn spot_with_all_its_roles() {
    holds("000-ippon");
}

#[test]
fn two_sizes_of_instance_with_a_queue_each() {
    holds("001-yun");
}

#[test]
fn a_first_environment_on_demand() {
    holds("002-yu-croco");
}

#[test]
fn fargate_from_a_bucket_into_a_table() {
    holds("003-esz");
}

#[test]
fn what_the_console_of_2020_asked_for() {
    holds("004-first-steps");
}
