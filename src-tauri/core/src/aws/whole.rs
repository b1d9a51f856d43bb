//! An answer that says nothing at all, or breaks off. The SDK reads the first as an empty list and of the second what
//! there is: what is there would be taken for gone, and what carries our tags for somebody else's. JSON that breaks off
//! is no JSON, and the SDK says so itself.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::AfterDeserializationInterceptorContextRef},
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use super::fault::changes;

/// Lets no answer pass that is not whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole;

impl Intercept for Whole {
    fn name(&self) -> &'static str {
        "SlipwayWhole"
    }

    /// Only now the whole of it has been read off the network.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let Some(body) = response.body().bytes().filter(|_| response.status().is_success()) else {
            return Ok(());
        };
        // AWS Batch answers some changes with an empty body (API Reference, "DeleteJobQueue").
        let looks = bag.load::<Metadata>().is_some_and(|metadata| !changes(metadata.name()));
        if body.is_empty() && looks {
            return Err("the answer is empty".into());
        }
        if breaks_off(body) {
            return Err("the answer breaks off".into());
        }
        Ok(())
    }
}

/// Whether it is XML whose outermost element is not closed.
fn breaks_off(body: &[u8]) -> bool {
    let text = body.trim_ascii();
    if !text.starts_with(b"<") {
        return false;
    }
    let Some(start) = text.windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic())
    else {
        return true;
    };
    let name = &text[start + 1..];
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    let closing = [b"</", &name[..end], b">"].concat();
    // An element with nothing in it may close itself.
    let alone = text.ends_with(b"/>") && !name.contains(&b'<');
    !text.ends_with(&closing) && !alone
}

#[cfg(test)]
mod tests {
    use super::breaks_off;

    #[test]
    fn xml_is_whole_when_its_outermost_element_is_closed() {
        for whole in [
            "<?xml version=\"1.0\"?>\n<GetRoleResponse xmlns=\"https://iam\"><Role/></GetRoleResponse>\n",
            "<Empty/>",
            "{\"a\": 1",
            "",
        ] {
            assert!(!breaks_off(whole.as_bytes()), "{whole}");
        }
        for part in [
            "<?xml version=\"1.0\"?>\n<GetRoleResponse><Role><Tags><member>",
            "<GetRoleResponse><Role></Role>",
            "<GetRoleResponse><Role/>",
            "<GetRole",
            "<?xml version",
        ] {
            assert!(breaks_off(part.as_bytes()), "{part}");
        }
    }
}
