//! Arrows as SVG path data.

use std::fmt::Write as _;

use super::xml::number;

/// Radius of the corners of lines.
const CORNER: f64 = 5.0;
/// Length and half width of an arrow's head.
const HEAD: (f64, f64) = (8.0, 3.6);

/// Returns the data of a line with round corners, and of the head at its end.
pub(super) fn path(points: &[(f64, f64)]) -> (String, String) {
    let [.., before, end] = points else { return (String::new(), String::new()) };
    let length = (end.0 - before.0).hypot(end.1 - before.1).max(0.01);
    let (ux, uy) = ((end.0 - before.0) / length, (end.1 - before.1) / length);
    let base = (end.0 - ux * HEAD.0.min(length), end.1 - uy * HEAD.0.min(length));
    let side = (-uy * HEAD.1, ux * HEAD.1);
    let at = |x: f64, y: f64| format!("{} {}", number(x), number(y));
    let head = format!(
        "M{}L{}L{}Z",
        at(end.0, end.1),
        at(base.0 + side.0, base.1 + side.1),
        at(base.0 - side.0, base.1 - side.1)
    );
    let mut line = format!("M{}", at(points[0].0, points[0].1));
    for window in points.windows(3) {
        let [a, corner, b] = [window[0], window[1], window[2]];
        let toward = |to: (f64, f64)| {
            let length = (to.0 - corner.0).hypot(to.1 - corner.1).max(0.01);
            let step = CORNER.min(length / 2.0) / length;
            (corner.0 + (to.0 - corner.0) * step, corner.1 + (to.1 - corner.1) * step)
        };
        let (start, stop) = (toward(a), toward(b));
        let _ = write!(line, "L{}Q{} {}", at(start.0, start.1), at(corner.0, corner.1), at(stop.0, stop.1));
    }
    let _ = write!(line, "L{}", at(base.0, base.1));
    (line, head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_ends_where_the_arrow_ends() {
        let (line, head) = path(&[(0.0, 10.0), (100.0, 10.0)]);
        assert_eq!((line.as_str(), head.as_str()), ("M0 10L92 10", "M100 10L92 13.6L92 6.4Z"));
    }

    #[test]
    fn corners_are_round() {
        let (line, _) = path(&[(0.0, 0.0), (40.0, 0.0), (40.0, 60.0)]);
        assert_eq!(line, "M0 0L35 0Q40 0 40 5L40 52");
        // Where two corners are close, neither takes more than half of the way between them.
        let (line, _) = path(&[(0.0, 0.0), (40.0, 0.0), (40.0, 4.0), (80.0, 4.0)]);
        assert_eq!(line, "M0 0L35 0Q40 0 40 2L40 2Q40 4 45 4L72 4");
    }

    #[test]
    fn a_line_without_points_is_empty() {
        assert_eq!(path(&[(1.0, 1.0)]), (String::new(), String::new()));
    }
}
