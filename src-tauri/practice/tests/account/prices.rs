//! Instance types, where they are, and what they cost.

use crate::wire::Wire;
use serde_json::{Value, json};
use slipway_practice::Practice;
use slipway_practice::door::Request;

#[test]
fn instance_types_are_described_filtered_and_paged() {
    let wire = Wire::new();
    let one = wire.done("ec2", "DescribeInstanceTypes", &[("InstanceType.1", "g5.12xlarge")]);
    assert_eq!((one.one("defaultVCpus"), one.one("count")), ("48".into(), "4".into()));
    assert_eq!(one.all("sizeInMiB"), ["196608", "22888"]);
    assert_eq!(
        (one.one("totalGpuMemoryInMiB"), one.one("currentGeneration")),
        ("91552".into(), "true".into())
    );
    assert!(!one.body.contains("instanceStorageInfo"));

    let arm = [
        ("Filter.1.Name", "processor-info.supported-architecture"),
        ("Filter.1.Value.1", "arm64"),
        ("Filter.2.Name", "instance-type"),
        ("Filter.2.Value.1", "m7g.*"),
    ];
    assert_eq!(wire.done("ec2", "DescribeInstanceTypes", &arm).all("instanceType").len(), 9);
    let old = [("Filter.1.Name", "current-generation"), ("Filter.1.Value.1", "false")];
    assert!(
        wire.done("ec2", "DescribeInstanceTypes", &old).all("instanceType").contains(&"m5.large".to_owned())
    );

    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = wire.done("ec2", "DescribeInstanceTypes", &[("NextToken", &token), ("MaxResults", "50")]);
        all.extend(page.all("instanceType"));
        match page.all("nextToken").pop() {
            Some(next) => token = next,
            None => break,
        }
    }
    assert!(all.len() > 150 && all.windows(2).all(|pair| pair[0] < pair[1]), "{} types", all.len());

    let (_, code, message) =
        wire.query("ec2", "DescribeInstanceTypes", &[("InstanceType.1", "m99.large")]).refusal();
    assert_eq!(code, "InvalidInstanceType");
    assert_eq!(message, "The following supplied instance types do not exist: [m99.large]");
}

#[test]
fn not_every_zone_has_every_type() {
    let wire = Wire::new();
    let offered = |name: &str, kind: &str| {
        let parameters =
            [("LocationType", kind), ("Filter.1.Name", "instance-type"), ("Filter.1.Value.1", name)];
        wire.done("ec2", "DescribeInstanceTypeOfferings", &parameters).all("location")
    };
    assert_eq!(offered("m6i.large", "region"), ["eu-west-1"]);
    assert_eq!(offered("m6i.large", "availability-zone"), ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    assert_eq!(offered("g6.xlarge", "availability-zone"), ["eu-west-1a", "eu-west-1b"]);
    assert_eq!(offered("m7g.large", "availability-zone-id"), ["euw1-az1", "euw1-az3"]);
}

#[test]
fn spot_prices_move_over_days_and_repeat_exactly() {
    let ask = |wire: &Wire, more: &[(&str, &str)]| {
        let mut parameters = vec![("InstanceType.1", "m5.large"), ("ProductDescription.1", "Linux/UNIX")];
        parameters.extend(more);
        wire.done("ec2", "DescribeSpotPriceHistory", &parameters)
    };
    let wire = Wire::new();
    let now = ask(&wire, &[("StartTime", "2026-11-21T09:00:00Z")]);
    assert_eq!(now.all("availabilityZone").len(), 3);
    assert_eq!(now, ask(&Wire::new(), &[("StartTime", "2026-11-21T09:00:00Z")]));
    let week = ask(
        &wire,
        &[
            ("StartTime", "2026-11-14T00:00:00Z"),
            ("EndTime", "2026-11-21T00:00:00Z"),
            ("AvailabilityZone", "eu-west-1a"),
        ],
    );
    let prices: Vec<f64> = week.all("spotPrice").iter().filter_map(|price| price.parse().ok()).collect();
    assert!((21..=23).contains(&prices.len()), "{}", prices.len());
    let on_demand = 0.107_04;
    assert!(prices.iter().all(|price| (0.25..=0.451).contains(&(price / on_demand))), "{prices:?}");
    assert!(prices.windows(2).any(|pair| (pair[0] - pair[1]).abs() > f64::EPSILON));
    assert!(week.all("timestamp").windows(2).all(|pair| pair[0] > pair[1]), "the newest first");

    let page = ask(&wire, &[("MaxResults", "10")]);
    assert_eq!(page.all("spotPrice").len(), 10);
    assert_ne!(ask(&wire, &[("MaxResults", "10"), ("NextToken", &page.one("nextToken"))]), page);
    let windows = [("ProductDescription.1", "Windows")];
    assert!(wire.done("ec2", "DescribeSpotPriceHistory", &windows).all("spotPrice").is_empty());
    let zone = [("InstanceType.1", "g6.xlarge"), ("AvailabilityZone", "eu-west-1c")];
    assert!(wire.done("ec2", "DescribeSpotPriceHistory", &zone).all("spotPrice").is_empty());
}

/// The price list is where its own client would ask.
fn products(region: &str, input: &Value) -> Value {
    let request = Request {
        method: "POST".into(),
        target: "/".into(),
        headers: vec![
            ("content-type".into(), "application/x-amz-json-1.1".into()),
            ("x-amz-target".into(), "AWSPriceListService.GetProducts".into()),
            (
                "authorization".into(),
                format!("AWS4-HMAC-SHA256 Credential=A/20261121/{region}/pricing/aws4_request, Signature=0"),
            ),
        ],
        body: input.to_string().into_bytes(),
    };
    let response = Practice::in_memory(7).answer(&request).expect("an account");
    serde_json::from_slice(&response.body).expect("JSON")
}

fn filters(pairs: &[(&str, &str)]) -> Value {
    let one = |(field, value): &(&str, &str)| json!({ "Type": "TERM_MATCH", "Field": field, "Value": value });
    pairs.iter().map(one).collect()
}

/// The one price of an entry, found as everybody finds it.
fn usd(entry: &Value) -> String {
    let entry: Value = serde_json::from_str(entry.as_str().expect("a text")).expect("JSON in it");
    let first =
        |value: &Value| value.as_object().and_then(|fields| fields.values().next().cloned()).expect("one");
    first(&first(&entry["terms"]["OnDemand"])["priceDimensions"])["pricePerUnit"]["USD"]
        .as_str()
        .expect("a price")
        .to_owned()
}

#[test]
fn the_price_list_answers_the_filters_that_everybody_uses() {
    let host = [
        ("regionCode", "us-east-1"),
        ("instanceType", "m5.large"),
        ("operatingSystem", "Linux"),
        ("tenancy", "Shared"),
        ("preInstalledSw", "NA"),
        ("capacitystatus", "Used"),
    ];
    let found = products("us-east-1", &json!({ "ServiceCode": "AmazonEC2", "Filters": filters(&host) }));
    let list = found["PriceList"].as_array().expect("a list");
    assert_eq!(list.iter().map(usd).collect::<Vec<_>>(), ["0.0960000000"]);

    let task = [("regionCode", "us-east-1"), ("usagetype", "USE1-Fargate-vCPU-Hours:perCPU")];
    let found = products("eu-central-1", &json!({ "ServiceCode": "AmazonECS", "Filters": filters(&task) }));
    assert_eq!(usd(&found["PriceList"][0]), "0.0404800000");

    let page = products("us-east-1", &json!({ "ServiceCode": "AmazonEC2", "MaxResults": 2 }));
    assert_eq!(
        (page["PriceList"].as_array().map(Vec::len), page["NextToken"].as_str()),
        (Some(2), Some("2"))
    );
    let elsewhere = products("eu-west-1", &json!({ "ServiceCode": "AmazonEC2" }));
    assert!(elsewhere["message"].as_str().is_some_and(|message| message.contains("us-east-1")));
}
