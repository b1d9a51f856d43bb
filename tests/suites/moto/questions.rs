//! What the check asks of images and limits, put to moto: what is there was made by boto3.

use serde_json::Value;
use slipway_tests::{boto, cli::Cli, moto::Moto};

use crate::stack::FOR_MOTO;

/// An index for both processors, and an image for one.
const PUSHED: &str = r#"
import json
ecr = client("ecr")
ecr.create_repository(repositoryName="team/app")
single = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:" + "c" * 64, "size": 10},
    "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:" + "d" * 64, "size": 5000000}]}
ecr.put_image(repositoryName="team/app", imageTag="one", imageManifest=json.dumps(single))
entry = lambda name, digit: {"mediaType": single["mediaType"], "digest": "sha256:" + digit * 64, "size": 500,
    "platform": {"architecture": name, "os": "linux"}}
index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": [entry("amd64", "a"), entry("arm64", "b")]}
ecr.put_image(repositoryName="team/app", imageTag="many", imageManifest=json.dumps(index),
    imageManifestMediaType=index["mediaType"])
"#;

const HERE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app";

fn found(person: &Cli, blueprint: &str, id: &str) -> (String, String) {
    let report = person.run(&["check", "--blueprint", blueprint, "--json"]).json();
    let items = report["items"].as_array().cloned().unwrap_or_default();
    let item = items.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&item["verdict"]), text(&item["finding"]["code"]))
}

#[test]
fn images_in_ecr() {
    let moto = Moto::like_a_new_account();
    let person = Cli::at(&moto.endpoint());
    boto::run(&moto.endpoint(), PUSHED);
    for (tag, verdict, code) in [
        ("many", "ready", "image-fits"),
        // Moto hands out no addresses of layers.
        ("one", "cannot-tell", "image-there"),
        // Moto knows no rules of pull-through caches, which could fetch it.
        ("none", "cannot-tell", "image-perhaps-cached"),
    ] {
        let blueprint = person.blueprint_of("fargate", &FOR_MOTO);
        let text = std::fs::read_to_string(&blueprint).unwrap();
        let line = text.lines().find(|line| line.starts_with("image = ")).unwrap();
        let file = person.write("image.toml", &text.replace(line, &format!("image = \"{HERE}:{tag}\"")));
        assert_eq!(found(&person, &file, "image:job"), (verdict.to_owned(), code.to_owned()), "{tag}");
    }
}

#[test]
fn limits_that_moto_knows() {
    let moto = Moto::like_a_new_account();
    let person = Cli::at(&moto.endpoint());
    let file = person.blueprint_of("fargate", &FOR_MOTO);
    let text = std::fs::read_to_string(&file).unwrap();
    let new = text.replace("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"");
    assert_ne!(text, new, "{text}");
    let file = person.write("new.toml", &new);
    let said = |id| found(&person, &file, id);
    assert_eq!(said("limit-vpcs"), ("ready".to_owned(), "limit-room".to_owned()));
    assert_eq!(said("limit-roles").1, "limit-room");
    boto::run(
        &moto.endpoint(),
        "ec2 = client('ec2')\nfor n in range(4): ec2.create_vpc(CidrBlock=f'10.{n}.0.0/16')",
    );
    assert_eq!(said("limit-vpcs"), ("wrong".to_owned(), "limit-full".to_owned()));
}
