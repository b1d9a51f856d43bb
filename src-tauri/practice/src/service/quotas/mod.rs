//! Service Quotas: how much the account may have. A new account has little.

mod request;

pub use request::Request;

pub(crate) use request::catch_up;

use super::{Call, json};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::settings::Trouble;
use crate::state::State;
use serde_json::{Value, json as value};

/// The calls it knows.
pub const CALLS: &[Call] = &[
    json("GetAWSDefaultServiceQuota", get_default),
    json("GetServiceQuota", get_applied),
    json("ListAWSDefaultServiceQuotas", list_default),
    json("ListRequestedServiceQuotaChangeHistoryByQuota", request::history),
    json("ListServiceQuotas", list_applied),
    json("RequestServiceQuotaIncrease", request::increase),
];

/// What all vCPU quotas are while the trouble *small quota* is on.
const SMALL: u32 = 1;

struct Quota {
    service: &'static str,
    code: &'static str,
    name: &'static str,
    /// A new account's.
    default: u32,
    counts_vcpus: bool,
}

const fn vcpus(service: &'static str, code: &'static str, name: &'static str, default: u32) -> Quota {
    Quota { service, code, name, default, counts_vcpus: true }
}

const fn pieces(service: &'static str, code: &'static str, name: &'static str, default: u32) -> Quota {
    Quota { service, code, name, default, counts_vcpus: false }
}

const QUOTAS: &[Quota] = &[
    pieces("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5),
    vcpus("ec2", "L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5),
    vcpus("ec2", "L-1945791B", "Running On-Demand Inf instances", 0),
    vcpus("ec2", "L-2C3B7624", "Running On-Demand Trn instances", 0),
    vcpus("ec2", "L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 5),
    vcpus("ec2", "L-3819A6DF", "All G and VT Spot Instance Requests", 0),
    vcpus("ec2", "L-417A185B", "Running On-Demand P instances", 0),
    vcpus("ec2", "L-43DA4232", "Running On-Demand High Memory instances", 0),
    vcpus("ec2", "L-6B0D517C", "All Trn Spot Instance Requests", 0),
    vcpus("ec2", "L-6E869C2A", "Running On-Demand DL instances", 0),
    vcpus("ec2", "L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests", 0),
    vcpus("ec2", "L-7295265B", "Running On-Demand X instances", 0),
    vcpus("ec2", "L-74FC7D96", "Running On-Demand F instances", 0),
    vcpus("ec2", "L-85EED4F7", "All DL Spot Instance Requests", 0),
    vcpus("ec2", "L-88CF9481", "All F Spot Instance Requests", 0),
    vcpus("ec2", "L-B5D1601B", "All Inf Spot Instance Requests", 0),
    vcpus("ec2", "L-C4BD4855", "All P5 Spot Instance Requests", 0),
    vcpus("ec2", "L-DB2E81BA", "Running On-Demand G and VT instances", 0),
    vcpus("ec2", "L-E3A00192", "All X Spot Instance Requests", 0),
    vcpus("ec2", "L-F7808C92", "Running On-Demand HPC instances", 0),
    vcpus("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6),
    vcpus("fargate", "L-36FBB829", "Fargate Spot vCPU resource count", 6),
    pieces("vpc", "L-1B52E74A", "Gateway VPC endpoints per Region", 20),
    pieces("vpc", "L-29B6F2EB", "Interface VPC endpoints per VPC", 50),
    pieces("vpc", "L-A4707A72", "Internet gateways per Region", 5),
    pieces("vpc", "L-E79EC296", "VPC security groups per Region", 2500),
    pieces("vpc", "L-F678F1CE", "VPCs per Region", 5),
    pieces("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5),
];

/// The account's quota, where the service has one of that code.
pub fn value(state: &State, service: &str, code: &str) -> Option<u32> {
    let quota = find(service, code)?;
    Some(applied(state, quota))
}

fn applied(state: &State, quota: &Quota) -> u32 {
    let granted = state.quotas.get(&format!("{}/{}", quota.service, quota.code)).copied();
    let has = granted.unwrap_or(quota.default);
    if quota.counts_vcpus && state.settings.troubles.contains(&Trouble::SmallQuota) {
        has.min(SMALL)
    } else {
        has
    }
}

fn get_default(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    get(account, input, |_, quota| quota.default)
}

fn get_applied(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    get(account, input, applied)
}

fn list_default(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    list(account, input, |_, quota| quota.default)
}

fn list_applied(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    list(account, input, applied)
}

fn find(service: &str, code: &str) -> Option<&'static Quota> {
    QUOTAS.iter().find(|quota| quota.service == service && quota.code == code)
}

/// Which value of a quota is asked for.
type Which = fn(&State, &Quota) -> u32;

fn get(account: &Account<'_>, input: &Value, which: Which) -> Result<Value, Fault> {
    let service = required(input, "ServiceCode")?;
    let code = required(input, "QuotaCode")?;
    let quota = find(service, code).ok_or_else(no_such_resource)?;
    Ok(value!({ "Quota": shown(account, quota, which) }))
}

fn list(account: &Account<'_>, input: &Value, which: Which) -> Result<Value, Fault> {
    let service = required(input, "ServiceCode")?;
    let mut quotas: Vec<_> = QUOTAS.iter().filter(|quota| quota.service == service).collect();
    if quotas.is_empty() {
        return Err(no_such_resource());
    }
    if let Some(code) = input.get("QuotaCode").and_then(Value::as_str) {
        quotas.retain(|quota| quota.code == code);
    }
    let after = input.get("NextToken").and_then(Value::as_str).unwrap_or_default();
    quotas.retain(|quota| quota.code > after);
    let most = input.get("MaxResults").and_then(Value::as_u64).unwrap_or(100);
    let most = usize::try_from(most).unwrap_or(usize::MAX).clamp(1, 100);
    let more = quotas.len() > most;
    quotas.truncate(most);
    let mut answer =
        value!({ "Quotas": quotas.iter().map(|q| shown(account, q, which)).collect::<Vec<_>>() });
    if let (true, Some(last)) = (more, quotas.last()) {
        answer["NextToken"] = last.code.into();
    }
    Ok(answer)
}

fn required<'v>(input: &'v Value, field: &str) -> Result<&'v str, Fault> {
    input.get(field).and_then(Value::as_str).ok_or_else(|| {
        Fault::new(
            "IllegalArgumentException",
            format!("1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null"),
        )
    })
}

fn no_such_resource() -> Fault {
    Fault::new("NoSuchResourceException", "The request failed because the specified resource does not exist.")
}

fn shown(account: &Account<'_>, quota: &Quota, which: Which) -> Value {
    let service_name = match quota.service {
        "ec2" => "Amazon Elastic Compute Cloud (Amazon EC2)",
        "fargate" => "AWS Fargate",
        _ => "Amazon Virtual Private Cloud (Amazon VPC)",
    };
    value!({
        "ServiceCode": quota.service,
        "ServiceName": service_name,
        "QuotaArn": format!(
            "arn:aws:servicequotas:{}:{ACCOUNT_ID}:{}/{}", account.region, quota.service, quota.code
        ),
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": f64::from(which(account.state, quota)),
        "Unit": "None",
        "Adjustable": true,
        "GlobalQuota": false,
        "QuotaAppliedAtLevel": "ACCOUNT",
    })
}
