//! What the targets of the writers do: draw an estate in one format, and read the picture again.
//! Whatever names say, the picture is well-formed, shows what the view holds, and nothing in it acts.

mod dot;
mod mermaid;
mod placement;
mod svg;

use sglens::view::View;

use super::estate::Estate;

/// SVG: well-formed XML without anything that acts, and every id there once.
pub fn svg(estate: &Estate) {
    each(estate, svg::faults);
}

/// DOT: what the parser of `graphviz-rust` finds is what the view holds.
pub fn dot(estate: &Estate) {
    each(estate, dot::faults);
}

/// Mermaid: line by line what [`sglens::render::mermaid`] promises, and the words of the view.
pub fn mermaid(estate: &Estate) {
    each(estate, mermaid::faults);
}

fn each(estate: &Estate, faults: fn(&View) -> Result<(), String>) {
    for view in estate.views() {
        if let Err(fault) = faults(&view) {
            panic!("{fault}");
        }
    }
}

#[cfg(test)]
mod tests {
    use arbitrary::{Arbitrary, Unstructured};

    use super::*;

    #[test]
    fn plain_estates_pass() {
        for length in [0, 64] {
            let bytes = vec![0; length];
            let estate = Estate::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
            svg(&estate);
            dot(&estate);
            mermaid(&estate);
        }
    }
}
