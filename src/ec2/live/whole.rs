//! Takes an answer only whole. What frames an answer by the end of the connection, as a proxy may, does not
//! tell an end from a break, and the SDK does not ask for the closing element.

use aws_sdk_ec2::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
};
use aws_sdk_ec2::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ec2::error::BoxError;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

/// How much an answer may hold: a page of a thousand groups with all the rules that they can have takes
/// less.
const LARGEST: usize = 256 << 20;

/// Refuses answers that break off or do not end.
#[derive(Debug)]
pub(super) struct WholeAnswers;

/// An answer ends before its root element does.
#[derive(Debug, thiserror::Error)]
#[error("the answer breaks off")]
struct BreaksOff;

impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "sglens"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let whole = std::mem::replace(body, SdkBody::taken());
        *body = SdkBody::from_body_1_x(Limited::new(whole, LARGEST));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        match response.body().bytes() {
            Some(body) if response.status().is_success() && !is_whole(body) => Err(BreaksOff.into()),
            Some(_) | None => Ok(()),
        }
    }
}

/// Tells whether XML ends with the element that it begins with.
fn is_whole(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let name = |from: usize| {
        let tag = &body[from..];
        &tag[..tag.iter().position(is_end).unwrap_or(tag.len())]
    };
    // Before the root stand a declaration and comments.
    let begins = body.windows(2).position(|pair| pair[0] == b'<' && !matches!(pair[1], b'?' | b'!'));
    let Some(root) = begins.map(|at| name(at + 1)) else { return false };
    let Some(last) = body.iter().rposition(|byte| *byte == b'<') else { return false };
    let is_closed = body.ends_with(b">");
    match body.get(last + 1) {
        Some(b'/') => is_closed && name(last + 2) == root,
        // An element without content is an answer by itself.
        Some(_) => body.ends_with(b"/>") && begins == Some(last),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_not() {
        let whole = b"<?xml version=\"1.0\"?>\n<!-- x --><AResponse xmlns=\"y\"><b><c/></b>\n</AResponse>\n";
        assert!(is_whole(whole));
        assert!(is_whole(b"<AResponse/>") && is_whole(b"<AResponse xmlns=\"y\" />"));
        let end = whole.len() - 1;
        for cut in 0..end {
            assert!(!is_whole(&whole[..cut]), "{}", String::from_utf8_lossy(&whole[..cut]));
        }
        assert!(!is_whole(b"<AResponse><AResponse/>"));
    }
}
