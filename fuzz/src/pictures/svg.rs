//! Prints SVG for a file and for a page, which `testkit` reads again.

use sglens::render::{SvgOptions, Theme, svg};
use sglens::view::View;

use super::super::testkit;
use super::placement::column;

/// Prints a view, and says what is wrong with it.
pub(super) fn faults(view: &View) -> Result<(), String> {
    let scene = column(view);
    let inline = SvgOptions { theme: Theme::Light, ..testkit::svg::inline() };
    for options in [SvgOptions::default(), inline] {
        let faults = testkit::svg::faults(view, &svg(view, &scene, &options), &options);
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault);
        }
    }
    Ok(())
}
