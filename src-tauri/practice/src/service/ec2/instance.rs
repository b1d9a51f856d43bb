//! Instances: the hosts of compute environments are all there are.

use super::describe::{page_by_position, retain};
use super::instance_type::{cores, instance_type};
use super::view::subnet;
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::service::batch::{Instance, instances};
use crate::wire::{Params, Xml};

/// DescribeInstances' own bounds for a page.
const PAGE: std::ops::RangeInclusive<usize> = 5..=1000;

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let now = account.now;
    let mut all = instances(account.state, account.region);
    let state_of =
        |instance: &Instance| if instance.up <= now { ("16", "running") } else { ("0", "pending") };
    let wanted = params.texts("InstanceId");
    if let Some(absent) = wanted.iter().find(|id| !all.iter().any(|instance| instance.id == **id)) {
        return Err(Fault::new(
            "InvalidInstanceID.NotFound",
            format!("The instance ID '{absent}' does not exist"),
        ));
    }
    all.retain(|instance| wanted.is_empty() || wanted.contains(&instance.id.as_str()));
    retain(params, &mut all, |instance, name| {
        if let Some(key) = name.strip_prefix("tag:") {
            let tagged = instance.tags.iter().filter(|(tag, _)| tag == key);
            return Some(tagged.map(|(_, value)| value.clone()).collect());
        }
        Some(vec![match name {
            "instance-id" => instance.id.clone(),
            "instance-type" => instance.kind.clone(),
            "instance-state-name" => state_of(instance).1.to_owned(),
            "subnet-id" => instance.subnet.clone(),
            "instance-lifecycle" if instance.is_spot => "spot".to_owned(),
            "instance-lifecycle" => return Some(Vec::new()),
            _ => return None,
        }])
    })?;
    let (all, tail) = page_by_position(params, all, PAGE)?;
    let seed = account.state.seed();
    let reservations = all.iter().map(|instance| {
        let (code, state) = state_of(instance);
        let mut fields = vec![
            Xml::text("instanceId", &instance.id),
            Xml::tree("instanceState", vec![Xml::text("code", code), Xml::text("name", state)]),
            Xml::text("instanceType", &instance.kind),
            Xml::text("subnetId", &instance.subnet),
        ];
        fields.extend(
            subnet(account.state, account.region, &instance.subnet)
                .map(|subnet| Xml::tree("placement", vec![Xml::text("availabilityZone", subnet.zone)])),
        );
        if instance.is_spot {
            fields.push(Xml::text("instanceLifecycle", "spot"));
        }
        if let Some(known) = instance_type(&instance.kind) {
            let (cores, threads) = (cores(known), known.vcpus / cores(known));
            fields.push(Xml::tree(
                "cpuOptions",
                vec![
                    Xml::text("coreCount", cores.to_string()),
                    Xml::text("threadsPerCore", threads.to_string()),
                ],
            ));
        }
        let tags = instance
            .tags
            .iter()
            .map(|(key, value)| Xml::tree("item", vec![Xml::text("key", key), Xml::text("value", value)]));
        fields.push(Xml::tree("tagSet", tags.collect()));
        Xml::tree(
            "item",
            vec![
                Xml::text("reservationId", crate::ids::ec2_id(seed, "r", &instance.id)),
                Xml::text("ownerId", ACCOUNT_ID),
                Xml::tree("instancesSet", vec![Xml::tree("item", fields)]),
            ],
        )
    });
    let mut answer = vec![Xml::tree("reservationSet", reservations.collect())];
    answer.extend(tail);
    Ok(answer)
}
