//! A whole stack on moto: boto3 finds it as AWS's documentation says it must be, making it again changes nothing, and
//! after its teardown the account is as it was.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use slipway_core::{
    account::Session,
    aws::{Activity, Connection},
    blueprint::{self, Blueprint, Network, Preset, ServiceRole},
    run::{self, RunState, RunView},
    world::World,
};
use slipway_tests::{account, attributes, moto::Moto, proxy::Proxy, seen};
use tokio_util::sync::CancellationToken;

/// Both networks. moto wants a service role where AWS wants none, so the role is the classic one.
fn blueprints() -> Vec<Blueprint> {
    [Network::DefaultVpc {}, Network::NewVpc { cidr: "10.42.0.0/16".to_owned() }]
        .into_iter()
        .map(|network| Blueprint {
            network,
            service_role: ServiceRole::Classic,
            ..Preset::Fargate.blueprint("imaging")
        })
        .collect()
}

async fn session(proxy: &Proxy, home: &std::path::Path) -> Session {
    let world = World::real();
    let connection = Connection {
        region: "us-east-1".to_owned(),
        endpoint: Some(proxy.endpoint().parse().expect("loopback is allowed")),
        credentials: SharedCredentialsProvider::new(Credentials::new(
            "testing", "testing", None, None, "test",
        )),
        http: None,
        activity: Activity::new(world.clone(), None),
    };
    Session::open(&connection, "moto", home, world).await.expect("moto knows everybody")
}

/// Ends well, or says what failed.
fn done(view: &RunView) {
    let failures: Vec<_> = view
        .steps
        .iter()
        .filter_map(|step| step.failure.as_ref().map(|failure| format!("{}: {failure:?}", step.step.id)))
        .collect();
    assert_eq!(view.state, RunState::Done, "{failures:#?}");
}

#[tokio::test]
async fn a_stack_is_as_documented_and_leaves_no_trace() {
    let mut compared = 0;
    for blueprint in blueprints() {
        let moto = Moto::like_a_new_account();
        let proxy = Proxy::before(moto.address());
        let home = tempfile::tempdir().expect("there is room for a folder");
        let session = session(&proxy, home.path()).await;
        let stop = CancellationToken::new();
        let before = moto.dump();

        done(&run::create(&session, blueprint.clone(), &stop, &mut |_| {}).await.expect("the run starts"));
        assert!(!proxy.mutating().is_empty());
        let file = home.path().join("blueprint.toml");
        std::fs::write(&file, blueprint::write(&blueprint)).expect("there is room for a file");
        let (rows, wrong) = attributes::compare(&moto.endpoint(), &file);
        assert_eq!(wrong, Vec::<String>::new());
        compared += rows;

        proxy.forget();
        done(&run::create(&session, blueprint, &stop, &mut |_| {}).await.expect("the run starts"));
        assert!(proxy.reading() > 0, "it looked");
        assert_eq!(proxy.mutating(), [], "a second create changes nothing");

        done(&run::teardown(&session, "imaging", &stop, &mut |_| {}).await.expect("the run starts"));
        assert_eq!(account::left_over(&before, &moto.dump()), Vec::<String>::new());
    }
    seen::figure("attributes of stacks that boto3 found as documented", &compared.to_string());
}
