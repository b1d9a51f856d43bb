//! The Price List API: what hosts and Fargate cost, in AWS's shape.

mod product;
mod table;

pub(crate) use table::{Micros, on_demand};

use super::{Call, json};
use crate::account::Account;
use crate::door::DOES_NOT_KNOW;
use crate::fault::Fault;
use crate::wire::json::{list, number, text};
use product::Product;
use serde_json::{Value, json as value};

/// The calls it knows.
pub const CALLS: &[Call] = &[json("DescribeServices", describe_services), json("GetProducts", get_products)];

/// Where the API is (AWS General Reference, "AWS Price List endpoints").
const ENDPOINTS: [&str; 3] = ["ap-south-1", "eu-central-1", "us-east-1"];

const SERVICES: [&str; 2] = ["AmazonEC2", "AmazonECS"];

fn describe_services(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    check_endpoint(account)?;
    let wanted = text(input, "ServiceCode");
    let services: Vec<Value> = SERVICES
        .iter()
        .filter(|service| wanted.is_none_or(|wanted| wanted == **service))
        .map(|service| value!({ "ServiceCode": service, "AttributeNames": product::fields(service) }))
        .collect();
    Ok(value!({ "FormatVersion": "aws_v1", "Services": services }))
}

fn get_products(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    check_endpoint(account)?;
    let service = text(input, "ServiceCode").unwrap_or_default();
    if !SERVICES.contains(&service) {
        return Err(Fault::new(
            "InvalidParameterException",
            format!("The practice account has prices of {} only, not of {service}.", SERVICES.join(" and ")),
        ));
    }
    let filters: Vec<Filter<'_>> =
        list(input, "Filters").iter().map(Filter::read).collect::<Result<_, _>>()?;
    let all = product::all(service);
    let mut found = all.iter().filter(|product| filters.iter().all(|filter| filter.accepts(product)));
    let size = number(input, "MaxResults").unwrap_or(100);
    let size = usize::try_from(size).unwrap_or(1).clamp(1, 100);
    let start = match text(input, "NextToken").filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => token
            .parse::<usize>()
            .map_err(|_| Fault::new("InvalidNextTokenException", "The pagination token is invalid."))?,
    };
    let page: Vec<Value> = found
        .by_ref()
        .skip(start)
        .take(size)
        .map(|product| Value::String(product.entry(service).to_string()))
        .collect();
    let mut answer = value!({ "FormatVersion": "aws_v1", "PriceList": page });
    if found.next().is_some() {
        answer["NextToken"] = Value::String((start + size).to_string());
    }
    Ok(answer)
}

fn check_endpoint(account: &Account<'_>) -> Result<(), Fault> {
    if ENDPOINTS.contains(&account.region) {
        return Ok(());
    }
    Err(Fault::new(
        DOES_NOT_KNOW,
        format!(
            "The Price List API is in {} only: at AWS the name of an endpoint in {} would not resolve.",
            ENDPOINTS.join(", "),
            account.region
        ),
    ))
}

/// One condition on a product's attributes; all of them must hold (API reference, Filter).
struct Filter<'a> {
    how: &'a str,
    field: &'a str,
    value: &'a str,
}

impl<'a> Filter<'a> {
    fn read(filter: &'a Value) -> Result<Self, Fault> {
        let how = text(filter, "Type").unwrap_or_default();
        if !["TERM_MATCH", "EQUALS", "CONTAINS", "ANY_OF", "NONE_OF"].contains(&how) {
            return Err(Fault::new("InvalidParameterException", format!("Filter type {how} is not valid.")));
        }
        Ok(Self {
            how,
            field: text(filter, "Field").unwrap_or_default(),
            value: text(filter, "Value").unwrap_or_default(),
        })
    }

    fn accepts(&self, product: &Product) -> bool {
        let Some(found) = product.attribute(self.field) else { return self.how == "NONE_OF" };
        let mut several = self.value.split(',').map(str::trim);
        match self.how {
            "CONTAINS" => found.contains(self.value),
            "ANY_OF" => several.any(|value| value == found),
            "NONE_OF" => several.all(|value| value != found),
            _ => found == self.value,
        }
    }
}
