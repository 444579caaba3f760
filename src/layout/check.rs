//! Is the scene what was asked for? Checked after every layout, and by the tests on everything.

use super::{Graph, Rect, Scene};

/// Rounding of the engine.
const TOLERANCE: f64 = 0.51;

/// The faults of a scene; empty for a good one. Linear in nodes and edges but for overlaps, which
/// are looked for along a sweep.
pub fn problems(graph: &Graph, scene: &Scene) -> Vec<String> {
    let mut problems = Vec::new();
    if (scene.nodes.len(), scene.edges.len()) != (graph.nodes.len(), graph.edges.len()) {
        return vec!["something is missing".into()];
    }
    let everything = scene.nodes.iter().chain(&scene.clusters);
    if everything.clone().any(|rect| !rect.x.is_finite() || !rect.y.is_finite()) {
        problems.push("a box has no place".into());
    }
    if overlaps(&scene.nodes) {
        problems.push("two boxes overlap".into());
    }
    for (node, rect) in graph.nodes.iter().zip(&scene.nodes) {
        if let Some(cluster) = node.cluster
            && !holds(&scene.clusters[cluster], rect)
        {
            problems.push("a box is outside its cluster".into());
        }
    }
    for (edge, route) in graph.edges.iter().zip(&scene.edges) {
        let ends = (route.points.first(), route.points.last());
        if let (Some(start), Some(end)) = ends {
            if !on_border(&scene.nodes[edge.from], *start) || !on_border(&scene.nodes[edge.to], *end) {
                problems.push("a line does not end at its boxes".into());
            }
        } else {
            problems.push("a line is missing".into());
        }
    }
    problems.dedup();
    problems
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    inner.x >= outer.x - TOLERANCE
        && inner.y >= outer.y - TOLERANCE
        && inner.right() <= outer.right() + TOLERANCE
        && inner.bottom() <= outer.bottom() + TOLERANCE
}

fn on_border(rect: &Rect, (x, y): (f64, f64)) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= TOLERANCE;
    let across = x >= rect.x - TOLERANCE && x <= rect.right() + TOLERANCE;
    let along = y >= rect.y - TOLERANCE && y <= rect.bottom() + TOLERANCE;
    (across && (near(y, rect.y) || near(y, rect.bottom())))
        || (along && (near(x, rect.x) || near(x, rect.right())))
}

/// Tells whether any two rectangles overlap.
fn overlaps(rects: &[Rect]) -> bool {
    let mut order: Vec<&Rect> = rects.iter().collect();
    order.sort_by(|a, b| a.x.total_cmp(&b.x));
    order.iter().enumerate().any(|(index, a)| {
        let reach = a.right() - TOLERANCE;
        let near = order[index + 1..].iter().take_while(|b| b.x < reach);
        near.clone().any(|b| a.y < b.bottom() - TOLERANCE && b.y < a.bottom() - TOLERANCE)
    })
}
