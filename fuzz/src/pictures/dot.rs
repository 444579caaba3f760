//! Prints DOT, which `testkit` reads again.

use sglens::render::dot;
use sglens::view::View;

use super::super::testkit;

/// Prints a view, and says what is wrong with it.
pub(super) fn faults(view: &View) -> Result<(), String> {
    testkit::dot::faults(view, &dot(view)).into_iter().next().map_or(Ok(()), Err)
}
