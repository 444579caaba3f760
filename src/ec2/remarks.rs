//! Warnings about an answer as a whole: calls without an answer, missing pages, foreign objects.

use super::document::Answer;
use super::reader::Reader;

/// Adds the warnings about an answer as a whole.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    let mut place =
        [answer.account.get(), answer.region.get()].into_iter().flatten().collect::<Vec<_>>().join("/");
    if place.is_empty() {
        place.clone_from(&reader.source.name);
    }
    for warning in answer.unavailable.warnings() {
        reader.builder.warn_of_gap(warning, &place);
    }
    if answer.next_token.get().is_some() {
        reader.remark("the answer breaks off before its end (NextToken): fetch all of its pages".to_owned());
    }
    reader.builder.skip("objects that are none of the EC2 API's", answer.foreign);
}
