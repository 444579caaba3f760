//! When trying again is of no use. Everything else is the SDK's standard: throttling, broken
//! connections and errors of the server are tried again.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_ec2::config::interceptors::InterceptorContext;
use aws_sdk_ec2::config::retry::{ClassifyRetry, RetryAction};

use super::failure::{is_page, is_too_large, untrusted};

/// How long an endpoint may give no answer at all, to any call, before it counts as not there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Forbids attempts that are of no use. One for each client, since it watches one endpoint.
#[derive(Debug, Default)]
pub(super) struct GiveUp {
    /// The first of the latest attempts that all failed without an answer.
    silent: Mutex<Option<Instant>>,
}

impl ClassifyRetry for GiveUp {
    fn classify_retry(&self, ctx: &InterceptorContext) -> RetryAction {
        if let Some(Err(error)) = ctx.output_or_error()
            && (untrusted(error).is_some() || is_too_large(error))
        {
            return RetryAction::RetryForbidden;
        }
        let Some(response) = ctx.response() else { return self.unheard(Instant::now()) };
        self.heard();
        // A server or gateway without such a call answers with a page, and will do so again.
        if response.status().as_u16() == 500 && is_page(response) {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "sglens"
    }
}

impl GiveUp {
    /// Notes an answer.
    fn heard(&self) {
        *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Decides about an attempt without an answer. Eight attempts with their pauses would take most of a
    /// minute to find that a port is closed.
    fn unheard(&self, now: Instant) -> RetryAction {
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *silent.get_or_insert(now);
        if now.duration_since(since) > PATIENCE {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends_with_an_endpoint_that_never_answers() {
        let sense = GiveUp::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(sense.unheard(at(0)), RetryAction::NoActionIndicated);
        assert_eq!(sense.unheard(at(4)), RetryAction::NoActionIndicated);
        sense.heard();
        assert_eq!(sense.unheard(at(9)), RetryAction::NoActionIndicated, "it answered in between");
        assert_eq!(sense.unheard(at(15)), RetryAction::RetryForbidden);
    }
}
