//! A scene without a layout engine: writers must print any coordinates, and a fuzzer has no time to
//! wait for good ones.

use sglens::layout::{Rect, Route, Scene, measure_view};
use sglens::view::View;

const GAP: f64 = 40.0;

/// All boxes in one column, lines along its right side.
pub(super) fn column(view: &View) -> Scene {
    let graph = measure_view(view);
    let mut scene = Scene::default();
    for node in &graph.nodes {
        scene.nodes.push(Rect { x: GAP, y: scene.height, width: node.width, height: node.height });
        scene.width = scene.width.max(node.width + 3.0 * GAP);
        scene.height += node.height + GAP;
    }
    for edge in &graph.edges {
        let (from, to) = (scene.nodes[edge.from], scene.nodes[edge.to]);
        let (out, side, back) = ((from.right(), from.y), scene.width, (to.right(), to.bottom()));
        let label = edge.label.map(|(width, height)| Rect { x: side, y: from.y, width, height });
        scene.edges.push(Route { points: vec![out, (side, out.1), (side, back.1), back], label });
    }
    let around = Rect { x: 0.0, y: 0.0, width: scene.width, height: scene.height };
    scene.clusters = vec![around; graph.clusters.len()];
    scene
}
