//! Creating what is there already, counted by a proxy.

use slipway_tests::cli::Cli;
use slipway_tests::proxy::Proxy;

use crate::accounts::Account;

#[test]
fn a_second_create_only_looks() {
    for account in [Account::moto(), Account::practice()] {
        let proxy = Proxy::before(account.address());
        let person = Cli::at(&proxy.endpoint());
        let blueprint = account.blueprint(&person);
        let create = ["create", "--blueprint", &blueprint, "--yes"];
        person.must(&create);
        assert!(proxy.mutating().len() > 10, "{}: {:?}", account.name(), proxy.mutating());

        proxy.forget();
        person.must(&create);
        assert!(proxy.reading() > 10, "{}: it looked {} times", account.name(), proxy.reading());
        assert_eq!(proxy.mutating(), [], "{}", account.name());
    }
}
