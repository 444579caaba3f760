//! Amazon Resource Names: `arn:partition:service:region:account:resource`.

/// Returns the account of an ARN without its last part, or of a bare account number.
pub(crate) fn account(before: &str) -> Option<&str> {
    let account = before.split(':').nth(4).unwrap_or(before);
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then_some(account)
}

/// Returns the id at the end of an ARN; any other text is the id itself.
pub(crate) fn last_part(text: &str) -> &str {
    text.trim().rsplit('/').next().unwrap_or(text)
}
