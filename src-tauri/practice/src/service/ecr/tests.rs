#![allow(clippy::needless_pass_by_value, reason = "requests are written in place")]

use super::pull::{INDEXES, SINGLE};
use super::*;
use crate::account::{Account, Caller};
use crate::state::State;

const NOW: Millis = Millis(1_764_000_000_000);

fn call(state: &mut State, action: &str, input: Value) -> Result<Value, Fault> {
    let Some(call) = CALLS.iter().find(|call| call.action == action) else { panic!("no call {action}") };
    let super::super::Handler::Json(handler) = call.handler else { panic!("{action} is JSON") };
    let caller = Caller::you();
    handler(&mut Account { state, now: NOW, caller: &caller, region: "us-east-1" }, &input)
}

fn code(state: &mut State, action: &str, input: Value) -> String {
    call(state, action, input).unwrap_err().code
}

fn account() -> State {
    let mut state = State::new(1);
    call(
        &mut state,
        "CreateRepository",
        value!({ "repositoryName": "team/app", "tags": [{ "Key": "a", "Value": "1" }] }),
    )
    .unwrap();
    state
}

fn index(architectures: &[&str]) -> String {
    let manifests: Vec<Value> = architectures
        .iter()
        .map(|architecture| value!({ "digest": format!("sha256:{architecture}"), "platform": { "architecture": architecture, "os": "linux" } }))
        .collect();
    value!({ "schemaVersion": 2, "mediaType": INDEXES[0], "manifests": manifests }).to_string()
}

fn put(state: &mut State, tag: &str, manifest: &str) -> String {
    let answer = call(
        state,
        "PutImage",
        value!({ "repositoryName": "team/app", "imageTag": tag, "imageManifest": manifest }),
    );
    answer.unwrap()["image"]["imageId"]["imageDigest"].as_str().unwrap().to_owned()
}

#[test]
fn repositories_are_made_described_tagged_and_deleted() {
    let mut state = account();
    let found =
        call(&mut state, "DescribeRepositories", value!({ "repositoryNames": ["team/app"] })).unwrap();
    let repository = &found["repositories"][0];
    assert_eq!(repository["repositoryUri"], "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app");
    assert_eq!(repository["imageTagMutability"], "MUTABLE");
    let arn = repository["repositoryArn"].clone();
    call(&mut state, "TagResource", value!({ "resourceArn": arn, "tags": [{ "Key": "b", "Value": "2" }] }))
        .unwrap();
    call(&mut state, "UntagResource", value!({ "resourceArn": arn, "tagKeys": ["a"] })).unwrap();
    let tags = call(&mut state, "ListTagsForResource", value!({ "resourceArn": arn })).unwrap();
    assert_eq!(tags, value!({ "tags": [{ "Key": "b", "Value": "2" }] }));
    assert_eq!(
        code(&mut state, "CreateRepository", value!({ "repositoryName": "team/app" })),
        "RepositoryAlreadyExistsException"
    );
    for name in ["A", "a", "-ab", "ab/", "Ab"] {
        assert_eq!(
            code(&mut state, "CreateRepository", value!({ "repositoryName": name })),
            "InvalidParameterException"
        );
    }
    put(&mut state, "v1", &index(&["amd64"]));
    assert_eq!(
        code(&mut state, "DeleteRepository", value!({ "repositoryName": "team/app" })),
        "RepositoryNotEmptyException"
    );
    call(&mut state, "DeleteRepository", value!({ "repositoryName": "team/app", "force": true })).unwrap();
    assert_eq!(
        code(&mut state, "DescribeRepositories", value!({ "repositoryNames": ["team/app"] })),
        "RepositoryNotFoundException"
    );
}

#[test]
fn images_are_put_found_and_retagged() {
    let mut state = account();
    let first = put(&mut state, "latest", &index(&["amd64"]));
    let second = put(&mut state, "latest", &index(&["amd64", "arm64"]));
    assert_ne!(first, second);
    let got = call(&mut state, "BatchGetImage", value!({ "repositoryName": "team/app", "imageIds": [{ "imageTag": "latest" }, { "imageTag": "no" }] })).unwrap();
    assert_eq!(got["images"][0]["imageId"]["imageDigest"], second);
    assert_eq!(got["failures"][0]["failureCode"], "ImageNotFound");
    let only = call(&mut state, "BatchGetImage", value!({ "repositoryName": "team/app", "imageIds": [{ "imageTag": "latest" }], "acceptedMediaTypes": [SINGLE[0]] })).unwrap();
    assert_eq!(only["failures"][0]["failureCode"], "UnsupportedImageType");
    let untagged = call(
        &mut state,
        "ListImages",
        value!({ "repositoryName": "team/app", "filter": { "tagStatus": "UNTAGGED" } }),
    )
    .unwrap();
    assert_eq!(untagged["imageIds"], value!([{ "imageDigest": first }]));
    assert_eq!(
        code(
            &mut state,
            "DescribeImages",
            value!({ "repositoryName": "team/app", "imageIds": [{ "imageTag": "no" }] })
        ),
        "ImageNotFoundException"
    );
    call(
        &mut state,
        "PutImageTagMutability",
        value!({ "repositoryName": "team/app", "imageTagMutability": "IMMUTABLE" }),
    )
    .unwrap();
    let again =
        value!({ "repositoryName": "team/app", "imageTag": "latest", "imageManifest": index(&["arm64"]) });
    assert_eq!(code(&mut state, "PutImage", again), "ImageTagAlreadyExistsException");
}

#[test]
fn pulling_tells_the_architectures() {
    let mut state = account();
    let uri = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app";
    assert_eq!(state.ecr.pull(&format!("{uri}:v1")), Pull::Missing);
    put(&mut state, "v1", &index(&["arm64", "unknown"]));
    assert_eq!(state.ecr.pull(&format!("{uri}:v1")), Pull::Several([Architecture::Arm64].into()));
    assert_eq!(state.ecr.pull(uri), Pull::Missing, "no tag means latest");
    let single = value!({
        "mediaType": SINGLE[1],
        "config": { "digest": "sha256:c", "platform": { "architecture": "arm64" } },
        "layers": [{ "digest": "sha256:l", "size": 42 }],
    });
    let digest = put(&mut state, "latest", &single.to_string());
    assert_eq!(state.ecr.pull(uri), Pull::One(Architecture::Arm64));
    assert_eq!(state.ecr.pull(&format!("{uri}@{digest}")), Pull::One(Architecture::Arm64));
    assert_eq!(state.ecr.layer("us-east-1", "team/app", "sha256:c").unwrap()["architecture"], "arm64");
    let url = call(
        &mut state,
        "GetDownloadUrlForLayer",
        value!({ "repositoryName": "team/app", "layerDigest": "sha256:c" }),
    )
    .unwrap();
    assert!(url["downloadUrl"].as_str().unwrap().ends_with("/team/app/sha256:c"));
    assert_eq!(
        code(
            &mut state,
            "GetDownloadUrlForLayer",
            value!({ "repositoryName": "team/app", "layerDigest": "sha256:x" })
        ),
        "LayersNotFoundException"
    );
    let details = call(
        &mut state,
        "DescribeImages",
        value!({ "repositoryName": "team/app", "imageIds": [{ "imageTag": "latest" }] }),
    )
    .unwrap();
    assert_eq!(details["imageDetails"][0]["imageSizeInBytes"], 42);
    let both: BTreeSet<_> = [Architecture::Amd64, Architecture::Arm64].into();
    for public in ["busybox", "public.ecr.aws/amazonlinux/amazonlinux:2023", "ghcr.io/someone/something:1"] {
        assert_eq!(state.ecr.pull(public), Pull::Several(both.clone()), "{public}");
    }
    assert_eq!(state.ecr.pull("arm64v8/alpine"), Pull::One(Architecture::Arm64));
    assert_eq!(state.ecr.pull("999999999999.dkr.ecr.us-east-1.amazonaws.com/x:1"), Pull::Missing);
}

#[test]
fn policies_of_a_repository() {
    let mut state = account();
    let named = value!({ "repositoryName": "team/app" });
    assert_eq!(code(&mut state, "GetLifecyclePolicy", named.clone()), "LifecyclePolicyNotFoundException");
    assert_eq!(code(&mut state, "GetRepositoryPolicy", named.clone()), "RepositoryPolicyNotFoundException");
    let policy = r#"{"rules":[{"rulePriority":1}]}"#;
    call(
        &mut state,
        "PutLifecyclePolicy",
        value!({ "repositoryName": "team/app", "lifecyclePolicyText": policy }),
    )
    .unwrap();
    assert_eq!(call(&mut state, "GetLifecyclePolicy", named.clone()).unwrap()["lifecyclePolicyText"], policy);
    call(&mut state, "DeleteLifecyclePolicy", named.clone()).unwrap();
    assert_eq!(code(&mut state, "DeleteLifecyclePolicy", named), "LifecyclePolicyNotFoundException");
    let token = call(&mut state, "GetAuthorizationToken", value!({})).unwrap();
    assert!(
        token["authorizationData"][0]["authorizationToken"].as_str().is_some_and(|token| !token.is_empty())
    );
}

#[test]
fn pull_through_cache_rules_are_what_ecr_takes() {
    let mut state = State::new(1);
    let rule =
        |prefix: &str, url: &str| value!({ "ecrRepositoryPrefix": prefix, "upstreamRegistryUrl": url });
    for (input, refused) in [
        (rule("q", "quay.io"), "InvalidParameterException"),
        (rule("Quay", "quay.io"), "InvalidParameterException"),
        (rule("a/prefix-of-more-than-30-letters", "quay.io"), "InvalidParameterException"),
        (rule("mine", "registry.example.com"), "UnsupportedUpstreamRegistryException"),
        (rule("hub", "registry-1.docker.io"), "InvalidParameterException"),
    ] {
        assert_eq!(code(&mut state, "CreatePullThroughCacheRule", input.clone()), refused, "{input}");
    }
    let mut hub = rule("hub", "registry-1.docker.io");
    hub["credentialArn"] =
        value!("arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf");
    for input in [rule("quay", "quay.io"), hub] {
        let made = call(&mut state, "CreatePullThroughCacheRule", input.clone()).unwrap();
        assert_eq!(made["upstreamRegistryUrl"], input["upstreamRegistryUrl"]);
        assert_eq!(made["credentialArn"], input["credentialArn"]);
    }
    let again = code(&mut state, "CreatePullThroughCacheRule", rule("quay/", "quay.io"));
    assert_eq!(again, "PullThroughCacheRuleAlreadyExistsException");
    let all = call(&mut state, "DescribePullThroughCacheRules", value!({})).unwrap();
    assert_eq!(all["pullThroughCacheRules"].as_array().unwrap().len(), 2);
    let one = value!({ "ecrRepositoryPrefixes": ["quay"] });
    let found = call(&mut state, "DescribePullThroughCacheRules", one.clone()).unwrap();
    assert_eq!(found["pullThroughCacheRules"][0]["ecrRepositoryPrefix"], "quay");
    call(&mut state, "DeletePullThroughCacheRule", rule("quay", "")).unwrap();
    for (action, input) in
        [("DeletePullThroughCacheRule", rule("quay", "")), ("DescribePullThroughCacheRules", one)]
    {
        assert_eq!(code(&mut state, action, input), "PullThroughCacheRuleNotFoundException");
    }
}
