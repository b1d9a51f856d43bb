//! What a running task holds in the network it stands in.

use super::{Lab, REGION, network};
use crate::service::batch::interfaces;

#[test]
fn a_running_task_holds_its_subnet_and_the_gateway_and_lets_go_when_it_ends() {
    let mut lab = Lab::ready();
    let (subnet, group) = network(&lab);
    let region = crate::service::ec2::seeded(&lab.state, REGION);
    let gateway = region.internet_gateways.keys().next().unwrap();
    let vpc = region.vpcs.keys().next().unwrap();
    let delete = format!("SubnetId={subnet}");
    let detach = format!("InternetGatewayId={gateway}&VpcId={vpc}");

    let id = lab.run(&["sleep", "60"]);
    lab.until(&id, "RUNNING");
    let interface = interfaces(&lab.state, REGION).pop().unwrap();
    assert_eq!((interface.subnet.as_str(), interface.groups.as_slice()), (subnet.as_str(), &[group][..]));
    assert_eq!(
        lab.query("DeleteSubnet", &delete).unwrap_err().message,
        format!("The subnet '{subnet}' has dependencies and cannot be deleted.")
    );
    let fault = lab.query("DetachInternetGateway", &detach).unwrap_err();
    assert_eq!(fault.code, "DependencyViolation");
    assert!(fault.message.starts_with(&format!("Network {vpc} has some mapped public address(es).")));

    lab.until(&id, "SUCCEEDED");
    assert_eq!(interfaces(&lab.state, REGION), []);
    lab.query("DeleteSubnet", &delete).unwrap();
    lab.query("DetachInternetGateway", &detach).unwrap();
}
