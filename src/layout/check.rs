//! Is the scene what was asked for? This is checked after every layout, and by the tests on everything.

use super::scene::{Graph, Rect, Scene};

/// The pixels that rounding in the engine may cost.
const TOLERANCE: f64 = 0.51;

/// Returns the faults of a scene; none for a good one. Linear in nodes and edges but for overlaps,
/// which are looked for along a sweep.
pub fn problems(graph: &Graph, scene: &Scene) -> Vec<String> {
    let mut problems = Vec::new();
    let placed = (scene.nodes.len(), scene.edges.len(), scene.clusters.len());
    if placed != (graph.nodes.len(), graph.edges.len(), graph.clusters.len()) {
        return vec!["something is missing".into()];
    }
    let captions = scene.edges.iter().filter_map(|route| route.label.as_ref());
    let mut everything = scene.nodes.iter().chain(&scene.clusters).chain(captions);
    if everything.any(|rect| !rect.x.is_finite() || !rect.y.is_finite()) {
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
        if edge.label.is_some() && route.label.is_none() {
            problems.push("a caption is missing".into());
        }
    }
    problems.dedup();
    problems
}

/// Tells whether a rectangle lies within another.
fn holds(outer: &Rect, inner: &Rect) -> bool {
    inner.x >= outer.x - TOLERANCE
        && inner.y >= outer.y - TOLERANCE
        && inner.right() <= outer.right() + TOLERANCE
        && inner.bottom() <= outer.bottom() + TOLERANCE
}

/// Tells whether a point lies on the border of a rectangle.
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

#[cfg(test)]
mod tests {
    use super::super::{EdgeLine, NodeBox, Route};
    use super::*;

    /// Two boxes in one cluster, and a line with a caption between them.
    fn pair() -> (Graph, Scene) {
        let node = NodeBox { width: 60.0, height: 30.0, cluster: Some(0) };
        let graph = Graph {
            nodes: vec![node; 2],
            edges: vec![EdgeLine { from: 0, to: 1, label: Some((30.0, 15.0)) }],
            clusters: vec![80.0],
        };
        let at = |x: f64| Rect { x, y: 40.0, width: 60.0, height: 30.0 };
        let label = Some(Rect { x: 85.0, y: 38.0, width: 30.0, height: 15.0 });
        let scene = Scene {
            width: 260.0,
            height: 100.0,
            nodes: vec![at(10.0), at(130.0)],
            edges: vec![Route { points: vec![(70.0, 55.0), (130.0, 55.0)], label }],
            clusters: vec![Rect { x: 0.0, y: 0.0, width: 200.0, height: 90.0 }],
        };
        (graph, scene)
    }

    fn after(change: impl Fn(&mut Scene)) -> Vec<String> {
        let (graph, mut scene) = pair();
        change(&mut scene);
        problems(&graph, &scene)
    }

    #[test]
    fn a_good_scene_has_no_problem() {
        assert_eq!(after(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(after(|scene| scene.nodes.truncate(1)), ["something is missing"]);
        assert_eq!(after(|scene| scene.edges.clear()), ["something is missing"]);
        assert_eq!(after(|scene| scene.clusters.clear()), ["something is missing"]);
        assert_eq!(after(|scene| scene.edges[0].label = None), ["a caption is missing"]);
        assert_eq!(after(|scene| scene.edges[0].points.clear()), ["a line is missing"]);
        let is_named = |faults: &[String], fault: &str| faults.iter().any(|found| found == fault);
        let faults = after(|scene| scene.nodes[1].y = f64::NAN);
        assert!(is_named(&faults, "a box has no place"), "{faults:?}");
        let faults = after(|scene| scene.nodes[1].x = 60.0);
        assert!(is_named(&faults, "two boxes overlap"), "{faults:?}");
        let faults = after(|scene| scene.clusters[0].width = 150.0);
        assert_eq!(faults, ["a box is outside its cluster"]);
        let faults = after(|scene| scene.edges[0].points[0] = (60.0, 55.0));
        assert_eq!(faults, ["a line does not end at its boxes"]);
        let faults = after(|scene| scene.edges[0].points[1] = (130.0, 90.0));
        assert_eq!(faults, ["a line does not end at its boxes"]);
    }
}
