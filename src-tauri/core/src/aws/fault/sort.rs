//! From what the SDK and AWS say of a failed call to what it means.

use std::{error::Error, io};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::{
    client::{
        orchestrator::HttpResponse,
        result::{ConnectorError, SdkError},
    },
    http::StatusCode,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{AwsFault, FaultKind, Withheld};
use crate::aws::answer;

/// The most characters of an error's own words that are passed on.
const LONGEST: usize = 500;

/// Turns the SDK's error of this action into a fault: `.send().await.map_err(fault("iam:GetRole"))?`.
pub fn fault<E>(action: &str) -> impl FnOnce(SdkError<E, HttpResponse>) -> AwsFault
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let action = action.to_owned();
    move |error| sort(action, &error)
}

fn sort<E>(action: String, error: &SdkError<E, HttpResponse>) -> AwsFault
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let request_id = error.raw_response().and_then(answer::request_id);
    let words = || chain(error);
    let (code, message, kind) = match error {
        // AWS says that it went well, and what follows cannot be read.
        SdkError::ServiceError(service) if service.raw().status().is_success() => {
            (None, chain(service.err()), FaultKind::Unreadable)
        }
        SdkError::ServiceError(service) => {
            let (error, status) = (service.err(), service.raw().status());
            let code = error.code().map(str::to_owned);
            // Without a code the SDK keeps what it could read in the sources alone.
            let unnamed = || format!("status {}: {}", status.as_u16(), chain(error));
            let message = error.message().map_or_else(unnamed, str::to_owned);
            let kind = by_code(code.as_deref().unwrap_or_default(), &message, status);
            (code, message, kind)
        }
        // Nothing was sent: the keys could not be had, or the request could not be built.
        SdkError::ConstructionFailure(_) => (None, words(), FaultKind::Invalid),
        SdkError::DispatchFailure(failure) => {
            let inner = failure.as_connector_error().map(|e| e as &(dyn Error + 'static));
            match unsigned(inner) {
                Some((kind, withheld)) => (None, withheld.unwrap_or_else(words), kind),
                None if never_connected(inner) => (None, words(), FaultKind::Unreachable),
                None => (None, words(), FaultKind::OutcomeUnknown),
            }
        }
        _ => (None, words(), FaultKind::OutcomeUnknown),
    };
    AwsFault { action, code, message, request_id, kind }
}

/// What an error and its sources say. Not their `Debug`, which holds the whole answer, of any length.
fn chain(error: &dyn Error) -> String {
    let mut says = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        says = format!("{says}: {source}");
        next = source.source();
    }
    says.chars().take(LONGEST).collect()
}

/// What a call means that was never sent, since there were no credentials to sign it with; and its own words.
fn unsigned(mut error: Option<&(dyn Error + 'static)>) -> Option<(FaultKind, Option<String>)> {
    let mut signing = false;
    while let Some(this) = error {
        match this.downcast_ref::<Withheld>() {
            Some(Withheld::OtherAccount { .. }) => {
                return Some((FaultKind::OtherAccount, Some(this.to_string())));
            }
            // Nothing but the question whose they are was sent.
            Some(Withheld::Unconfirmed(fault)) if fault.may_have_happened() => {
                return Some((FaultKind::Unreachable, Some(fault.message.clone())));
            }
            // It needs no permission, so a refusal is about the keys.
            Some(Withheld::Unconfirmed(fault)) if fault.kind == FaultKind::Denied => {
                return Some((FaultKind::WrongKeys, Some(fault.message.clone())));
            }
            Some(Withheld::Unconfirmed(fault)) => return Some((fault.kind, Some(fault.message.clone()))),
            None => {}
        }
        signing |= this.is::<CredentialsError>();
        // Identity Center or STS was not reached for them.
        if signing && (this.is::<ConnectorError>() || never_connected(Some(this))) {
            return Some((FaultKind::Unreachable, None));
        }
        error = this.source();
    }
    signing.then_some((FaultKind::Expired, None))
}

/// Whether the connection was refused or the host not found, so that nothing can have reached AWS.
fn never_connected(mut error: Option<&(dyn Error + 'static)>) -> bool {
    while let Some(this) = error {
        if let Some(io) = this.downcast_ref::<io::Error>()
            && matches!(
                io.kind(),
                io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::HostUnreachable
                    | io::ErrorKind::NetworkUnreachable
                    | io::ErrorKind::NetworkDown
            )
        {
            return true;
        }
        let words = this.to_string();
        if words.contains("dns error")
            || words.contains("failed to lookup address")
            || words.contains("tcp connect")
        {
            return true;
        }
        error = this.source();
    }
    false
}

const WRONG_KEYS: &[&str] = &[
    "AuthFailure",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// Whether AWS's error code says that the credentials are no good, now or any more.
pub(in crate::aws) fn is_about_the_sign_in(code: &str) -> bool {
    WRONG_KEYS.contains(&code) || EXPIRED.contains(&code)
}

/// Batch has two error codes for everything, so its words decide; elsewhere the code does.
fn by_code(code: &str, message: &str, status: StatusCode) -> FaultKind {
    let says = |part: &str| message.contains(part);
    match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => FaultKind::Denied,
        code if WRONG_KEYS.contains(&code) => FaultKind::WrongKeys,
        code if EXPIRED.contains(&code) => FaultKind::Expired,
        "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled" => FaultKind::Throttled,
        "LimitExceeded"
        | "LimitExceededException"
        | "VpcLimitExceeded"
        | "InternetGatewayLimitExceeded"
        | "AddressLimitExceeded"
        | "NatGatewayLimitExceeded"
        | "VpcEndpointLimitExceeded"
        | "GatewayVpcEndpointLimitExceeded" => FaultKind::Quota,
        "EntityAlreadyExists"
        | "ResourceAlreadyExistsException"
        | "RepositoryAlreadyExistsException"
        | "InvalidGroup.Duplicate"
        | "InvalidPermission.Duplicate"
        | "RouteAlreadyExists"
        | "Resource.AlreadyAssociated" => FaultKind::AlreadyExists,
        "DeleteConflict"
        | "DependencyViolation"
        | "InvalidIPAddress.InUse"
        | "RepositoryNotEmptyException"
        | "ConcurrentModification"
        | "OperationAbortedException" => FaultKind::InUse,
        _ if status.as_u16() == 429 => FaultKind::Throttled,
        _ if status.as_u16() >= 500 => FaultKind::OutcomeUnknown,
        _ if says("is not authorized to perform: sts:AssumeRole") || says("cannot be assumed") => {
            FaultKind::NotPropagated
        }
        _ if says("is not authorized to perform") => FaultKind::Denied,
        _ if says("already exists") || says("has been taken in this account") => FaultKind::AlreadyExists,
        _ if says("Cannot delete, found existing JobQueue relationship")
            || says("resource is being modified")
            || says("not in a valid state") =>
        {
            FaultKind::InUse
        }
        _ if code.ends_with(".NotFound") || code.ends_with("NotFoundException") || code == "NoSuchEntity" => {
            FaultKind::NotFound
        }
        _ if says("does not exist") || says("not found") => FaultKind::NotFound,
        _ => FaultKind::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::{body::SdkBody, error::ErrorMetadata};

    use super::*;

    /// What the SDK makes of an answer with this status that it cannot read.
    fn unread(status: u16, body: &str) -> AwsFault {
        let response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body));
        let error = SdkError::service_error(ErrorMetadata::builder().build(), response);
        fault("batch:DescribeJobs")(error)
    }

    #[test]
    fn an_answer_that_makes_no_sense_is_said_in_few_words() {
        let page = format!("<html>{}</html>", "sign in here ".repeat(10_000));
        let fault = unread(200, &page);
        assert_eq!(fault.kind, FaultKind::Unreadable);
        assert!(fault.may_have_happened());
        assert!(!fault.message.contains("<html>") && fault.message.len() < 600, "{}", fault.message);
        let fault = unread(404, &page);
        assert!(fault.message.starts_with("status 404") && fault.message.len() < 600, "{}", fault.message);
    }

    fn kind(code: &str, message: &str, status: u16) -> FaultKind {
        by_code(code, message, StatusCode::try_from(status).unwrap())
    }

    #[test]
    fn what_is_denied_is_what_aws_names() {
        let denied = |message: &str| {
            let fault = AwsFault {
                action: "ec2:CreateVpcEndpoint".to_owned(),
                code: None,
                message: message.to_owned(),
                request_id: None,
                kind: FaultKind::Denied,
            };
            fault.denied().to_owned()
        };
        let along = "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: \
                     route53:AssociateVPCWithHostedZone on resource: * because no identity-based policy allows it";
        assert_eq!(denied(along), "route53:AssociateVPCWithHostedZone");
        assert_eq!(denied("You are not authorized to perform this operation."), "ec2:CreateVpcEndpoint");
    }

    #[test]
    fn codes_and_words_of_aws_are_sorted() {
        assert_eq!(kind("AccessDenied", "", 403), FaultKind::Denied);
        assert_eq!(kind("NoSuchEntity", "", 404), FaultKind::NotFound);
        assert_eq!(kind("InvalidVpcID.NotFound", "", 400), FaultKind::NotFound);
        assert_eq!(kind("ClientException", "Object already exists.", 409), FaultKind::AlreadyExists);
        assert_eq!(
            kind("ClientException", "Cannot delete, found existing JobQueue relationship", 400),
            FaultKind::InUse
        );
        assert_eq!(
            kind("InvalidInput", "Service role name X has been taken in this account, please try", 400),
            FaultKind::AlreadyExists
        );
        assert_eq!(kind("ServerException", "", 500), FaultKind::OutcomeUnknown);
        assert_eq!(kind("Throttling", "Rate exceeded", 400), FaultKind::Throttled);
        assert_eq!(
            kind("ClientException", "Fargate resource requirements (1.00 vCPU, 4000 MiB) not valid.", 400),
            FaultKind::Invalid
        );
    }
}
