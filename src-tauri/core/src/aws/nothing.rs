//! A look that is answered with nothing at all: the SDK reads it as an empty list, and what is there would be taken for
//! gone. Changes are another matter: AWS Batch answers some of them with an empty body (API Reference, "DeleteJobQueue").

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextRef},
        orchestrator::{HttpResponse, Metadata},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use super::fault::changes;

/// Lets no look pass that says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nothing;

impl Intercept for Nothing {
    fn name(&self) -> &'static str {
        "SlipwayNothing"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let looks = bag.load::<Metadata>().is_some_and(|metadata| !changes(metadata.name()));
        let response = context.response();
        if looks && response.status().is_success() && is_empty(response) {
            return Err("the answer is empty".into());
        }
        Ok(())
    }
}

fn is_empty(response: &HttpResponse) -> bool {
    response.headers().get("content-length") == Some("0")
        || response.body().bytes().is_some_and(<[u8]>::is_empty)
}
