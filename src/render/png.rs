//! PNG: the SVG of the same picture, in pixels. The font is compiled in and nothing is read from the
//! machine, so a picture looks the same where no font is installed.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

use super::{SvgOptions, Theme, svg};
use crate::layout::Scene;
use crate::view::View;

/// The font, with the widths that `layout::text_width` counts with.
const FONT: [&[u8]; 2] = [
    include_bytes!("../../assets/fonts/sglens-sans-regular.ttf"),
    include_bytes!("../../assets/fonts/sglens-sans-bold.ttf"),
];
/// The name that the font has in its own tables.
const FAMILY: &str = "sglens Sans";
/// Pixels that a picture may have: four bytes each, and as much again while they are packed.
const MAX_PIXELS: f64 = 64e6;
/// Pixels that a side may have: what viewers with 16-bit coordinates still show.
const MAX_SIDE: f64 = 32_767.0;

/// A picture in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Png {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pixels make one of the SVG: as asked for, or less where the file would grow too large.
    pub scale: f64,
}

/// Why a picture has no PNG.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture does not become a PNG ({0}); draw it with `-f svg`")]
pub struct PngRefusal(String);

/// Prints a view at its coordinates. Pixels know no media query: [`Theme::Auto`] is light.
///
/// # Errors
/// [`PngRefusal`] when the picture is beyond what the renderer takes.
pub fn png(view: &View, scene: &Scene, theme: Theme, scale: f64) -> Result<Png, PngRefusal> {
    let theme = if theme == Theme::Dark { Theme::Dark } else { Theme::Light };
    let page = svg(view, scene, &SvgOptions { theme, ..SvgOptions::default() });
    let options = Options { fontdb: Arc::new(fonts()), ..Options::default() };
    let tree = Tree::from_str(&page, &options).map_err(|error| PngRefusal(error.to_string()))?;
    let size = tree.size();
    let scale = fitting(f64::from(size.width()), f64::from(size.height()), scale);
    let (columns, rows) = (pixels(size.width(), scale), pixels(size.height(), scale));
    let mut pixmap =
        Pixmap::new(columns, rows).ok_or_else(|| PngRefusal(format!("{columns} by {rows} pixels")))?;
    let whole = Transform::from_scale(columns as f32 / size.width(), rows as f32 / size.height());
    resvg::render(&tree, whole, &mut pixmap.as_mut());
    let bytes = pixmap.encode_png().map_err(|error| PngRefusal(error.to_string()))?;
    Ok(Png { bytes, scale })
}

/// Returns a database of our font alone, which serves as `sans-serif` (named by the style sheet) and as
/// `serif` (taken where nothing matches).
fn fonts() -> Database {
    let mut fonts = Database::new();
    for face in FONT {
        fonts.load_font_source(Source::Binary(Arc::new(face)));
    }
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_serif_family(FAMILY);
    fonts
}

/// Returns the scale, or the largest one below it that keeps a picture within the limits.
fn fitting(width: f64, height: f64, scale: f64) -> f64 {
    scale.min((MAX_PIXELS / (width * height)).sqrt()).min(MAX_SIDE / width.max(height))
}

/// Returns a side in whole pixels, rounded down so that the limits hold. A hair is added for what binary
/// fractions lose.
fn pixels(side: f32, scale: f64) -> u32 {
    ((f64::from(side) * scale + 1e-6) as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::text_width;

    #[test]
    fn a_scale_that_fits_is_kept() {
        assert_eq!(pixels(1000.0, fitting(1000.0, 800.0, 2.0)), 2000);
        assert_eq!(pixels(1000.0, fitting(1000.0, 800.0, 1.1)), 1100);
        assert_eq!(pixels(3.0, 0.01), 1);
    }

    #[test]
    fn a_large_picture_stays_within_the_limits() {
        for (width, height) in [(8000.0_f32, 8001.0_f32), (90_000.0, 300.0), (12_345.0, 6789.0), (1e6, 1e6)] {
            let scale = fitting(f64::from(width), f64::from(height), 2.0);
            let (columns, rows) = (pixels(width, scale), pixels(height, scale));
            assert!(scale < 2.0, "{width} by {height}");
            assert!(f64::from(columns) * f64::from(rows) <= MAX_PIXELS, "{columns} by {rows}");
            assert!(f64::from(columns.max(rows)) <= MAX_SIDE, "{columns} by {rows}");
        }
    }

    /// Layout counts without a font: what it makes room for is what this one needs.
    #[test]
    fn the_font_is_as_wide_as_layout_counts() {
        let options = Options { fontdb: Arc::new(fonts()), ..Options::default() };
        for label in ["logstash-production-eu-1", "tcp 443, 8080", "→ logging · ×12", "VPC 10.2.0.0/16"] {
            for (weight, bold) in [("normal", false), ("bold", true)] {
                let page = format!(
                    r#"<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="200"><text y="100"
                     font-family="sans-serif" font-size="100" font-weight="{weight}">{label}</text></svg>"#
                );
                let drawn = Tree::from_str(&page, &options).unwrap().root().bounding_box().width();
                let counted = text_width(label, 100.0, bold);
                let ratio = f64::from(drawn) / counted;
                assert!((0.85..1.05).contains(&ratio), "{label} {weight}: {drawn} drawn, {counted} counted");
            }
        }
    }
}
