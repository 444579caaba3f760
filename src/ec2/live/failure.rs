//! Why a call has no answer, in the few kinds that need different help.

use std::error::Error as StdError;
use std::fmt;

use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use http_body_util::LengthLimitError;

/// Why a call has no answer. The texts are error codes of AWS where nothing else is said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The identity may not make the call.
    Denied(String),
    /// The identity is not accepted here (`AuthFailure`): its credentials are wrong, or the region
    /// is not enabled for the account.
    Rejected(String),
    /// AWS does not know the credentials, or they do not fit together.
    Invalid(String),
    /// The credentials have expired.
    Expired(String),
    /// The account has not enabled the region.
    NotEnabled(String),
    /// Too many requests, after all attempts.
    Throttled(String),
    /// The endpoint knows no such call.
    Unsupported,
    /// A web page instead of an answer, with its HTTP status: so answer gateways that know no such
    /// call, proxies and login pages.
    Page(u16),
    /// No answer in the time that was given.
    TimedOut,
    /// No connection to the endpoint; the text says why.
    Unreachable(String),
    /// No secure connection to the endpoint; the text says why, and what helps.
    Untrusted(String),
    /// An answer that is larger than any of EC2.
    TooLarge,
    /// Anything else; the text is a code or a few words.
    Other(String),
}

impl Failure {
    /// Finds out why a call failed.
    pub(super) fn of<E>(error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        if let Some(code) = error.code() {
            return Self::of_code(code);
        }
        if let Some(reason) = untrusted(error) {
            return Self::Untrusted(reason);
        }
        if is_too_large(error) {
            return Self::TooLarge;
        }
        let response = error.raw_response();
        if let Some(page) = response.filter(|response| is_page(response)) {
            return Self::Page(page.status().as_u16());
        }
        match (error, response.map(|response| response.status().as_u16())) {
            (_, Some(404 | 405 | 501)) => Self::Unsupported,
            (_, Some(status)) if status >= 300 => Self::Other(format!("HTTP {status}")),
            (_, Some(_)) => Self::Other("an answer that breaks off or cannot be read".to_owned()),
            (SdkError::TimeoutError(_), None) => Self::TimedOut,
            (SdkError::DispatchFailure(dispatch), None) if dispatch.is_timeout() => {
                Self::Unreachable("no connection in time".to_owned())
            }
            (SdkError::DispatchFailure(_), None) => Self::Unreachable(cause(error)),
            _ => Self::Other(cause(error)),
        }
    }

    fn of_code(code: &str) -> Self {
        let text = plain(code);
        match code {
            "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" | "UnauthorizedAccess" => {
                Self::Denied(text)
            }
            "AuthFailure" => Self::Rejected(text),
            "InvalidClientTokenId"
            | "InvalidAccessKeyId"
            | "InvalidSignatureException"
            | "IncompleteSignature"
            | "MissingAuthenticationToken"
            | "SignatureDoesNotMatch"
            | "UnrecognizedClientException" => Self::Invalid(text),
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Self::Expired(text),
            "OptInRequired" => Self::NotEnabled(text),
            "RequestLimitExceeded"
            | "EC2ThrottledException"
            | "RequestThrottled"
            | "SlowDown"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException" => Self::Throttled(text),
            "InvalidAction" | "NotImplemented" | "UnknownOperationException" | "UnsupportedOperation" => {
                Self::Unsupported
            }
            _ => Self::Other(text),
        }
    }

    /// The reason in a few words, for a snapshot.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Denied(_) | Self::Rejected(_) => "denied".to_owned(),
            Self::Unsupported | Self::Page(_) => "not supported by this endpoint".to_owned(),
            // The operating system's text differs from machine to machine.
            Self::Unreachable(_) => "failed: no connection".to_owned(),
            Self::Untrusted(_) => "failed: no secure connection".to_owned(),
            other => format!("failed: {other}"),
        }
    }

    /// Tells whether no other call can fare better, since the credentials are of no use.
    pub(super) fn is_of_credentials(&self) -> bool {
        matches!(self, Self::Invalid(_) | Self::Expired(_))
    }

    /// Tells whether the identity is shut out of the region.
    pub(super) fn is_of_region(&self) -> bool {
        matches!(self, Self::Denied(_) | Self::Rejected(_) | Self::NotEnabled(_))
    }
}

impl fmt::Display for Failure {
    /// The code, or a few words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(text)
            | Self::Rejected(text)
            | Self::Invalid(text)
            | Self::Expired(text)
            | Self::NotEnabled(text)
            | Self::Throttled(text)
            | Self::Unreachable(text)
            | Self::Untrusted(text)
            | Self::Other(text) => f.write_str(text),
            Self::TooLarge => f.write_str("an answer without an end"),
            Self::Unsupported => f.write_str("no such call"),
            Self::Page(status) => write!(f, "a web page (HTTP {status})"),
            Self::TimedOut => f.write_str("no answer in time"),
        }
    }
}

/// The causes of an error, the error first.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&(dyn StdError + 'static)| (*error).source())
}

/// Tells whether an answer was cut because it was too large.
pub(super) fn is_too_large(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(<dyn StdError>::is::<LengthLimitError>)
}

/// Returns the reason in words when no secure connection can be made, which another attempt would not
/// change. The SDK's TLS library has no type here that we share, so its words are read.
pub(super) fn untrusted(error: &(dyn StdError + 'static)) -> Option<String> {
    let told = causes(error).map(ToString::to_string).find_map(|text| {
        let certificate = text.split_once("invalid peer certificate: ").map(|(_, reason)| reason.to_owned());
        certificate.or_else(|| {
            let known = [
                "received corrupt message",
                "received fatal alert",
                "peer is incompatible",
                "peer misbehaved",
            ];
            known.into_iter().find(|known| text.contains(known)).map(str::to_owned)
        })
    })?;
    let is = |marks: &[&str]| marks.iter().any(|mark| told.starts_with(mark));
    let reason = if is(&["UnknownIssuer", "Other(OtherError(CaUsedAsEndEntity"]) {
        "this machine does not trust the issuer of its certificate; if you do, name the file of the issuer's \
         certificate in SSL_CERT_FILE"
    } else if is(&["certificate expired", "Expired"]) {
        "its certificate has expired; if it is new, this machine's clock is wrong"
    } else if is(&["certificate not valid yet", "NotValidYet"]) {
        "its certificate is not valid yet; check this machine's clock"
    } else if is(&["certificate not valid for name", "NotValidForName"]) {
        "its certificate is for another name; check the address, and the proxy in between"
    } else if is(&["received corrupt message"]) {
        "it does not speak TLS; if it is yours, write `http://` before its address"
    } else if is(&["received fatal alert", "peer is incompatible", "peer misbehaved"]) {
        "it refuses a secure connection; check the address, and the proxy in between"
    } else {
        "its certificate is not valid"
    };
    Some(reason.to_owned())
}

/// Tells whether a response is a web page, which no answer of EC2 is.
pub(super) fn is_page(response: &HttpResponse) -> bool {
    const HTML: &str = "text/html";
    let kind = response.headers().get("content-type").and_then(|kind| kind.get(..HTML.len()));
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case(HTML))
}

/// The innermost cause, without the number of the operating system's error.
pub(super) fn cause(error: &(dyn StdError + 'static)) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// Returns an error code in the form of AWS's codes. Any other text is dropped, because it may hold
/// anything.
fn plain(code: &str) -> String {
    let is_code = code.len() <= 60 && code.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if is_code { code.to_owned() } else { "an unknown error".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_what_is_wrong() {
        let kind = Failure::of_code;
        assert_eq!(kind("UnauthorizedOperation"), Failure::Denied("UnauthorizedOperation".to_owned()));
        assert!(kind("ExpiredToken").is_of_credentials() && kind("InvalidClientTokenId").is_of_credentials());
        assert!(!kind("AuthFailure").is_of_credentials() && kind("AuthFailure").is_of_region());
        assert_eq!(kind("OptInRequired"), Failure::NotEnabled("OptInRequired".to_owned()));
        assert_eq!(kind("InvalidVpcID.NotFound"), Failure::Other("InvalidVpcID.NotFound".to_owned()));
        assert_eq!(kind("<b>\u{1b}[31m</b>"), Failure::Other("an unknown error".to_owned()));
    }

    #[test]
    fn reasons_are_short() {
        assert_eq!(Failure::of_code("AccessDenied").reason(), "denied");
        assert_eq!(Failure::Page(500).reason(), "not supported by this endpoint");
        assert_eq!(Failure::of_code("RequestLimitExceeded").reason(), "failed: RequestLimitExceeded");
        assert_eq!(Failure::TimedOut.reason(), "failed: no answer in time");
    }

    #[test]
    fn the_innermost_cause_is_told() {
        let inner = std::io::Error::from_raw_os_error(111);
        let outer = std::io::Error::other(inner);
        assert!(!cause(&outer).contains("os error"), "{}", cause(&outer));
    }
}
