//! The layered algorithm of the Eclipse Layout Kernel, through the crate `elkrs`: direction right,
//! orthogonal lines, clusters as real containers, captions as sized labels.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use serde_json::{Value, json};

use super::engine::{LayoutEngine, LayoutError};
use super::pack::{CAPTION, INSET};
use super::scene::{EdgeLine, Graph, Rect, Route, Scene};

/// The size of the stack of the engine's thread, because the engine recurses deeply on long chains.
const STACK: usize = 256 << 20;
/// Up to this number of boxes there is time for the slower of two ways to place them.
const MAX_CAREFUL_NODES: usize = 40;
/// The largest number of boxes that the engine is given: half more than those that a view folds to. A
/// limit of size gives the same picture on every machine; a limit of time does not.
const MAX_NODES: usize = 3000;
/// As [`MAX_NODES`], for lines.
const MAX_LINES: usize = 1800;
/// The wait after which the engine is taken for hung. It is far longer than graphs within the limits of
/// size should need, because the load of the machine must not decide about the picture.
const LAST_RESORT: Duration = Duration::from_mins(2);

/// The layered algorithm of ELK.
///
/// It runs on a thread of its own, which has a large stack and may panic or hang without harm to the
/// caller.
#[derive(Debug, Clone, Copy, Default)]
pub struct Elk;

impl LayoutEngine for Elk {
    fn place(&self, graph: &Graph) -> Result<Scene, LayoutError> {
        let (nodes, lines) = (graph.nodes.len(), graph.edges.len());
        if nodes > MAX_NODES || lines > MAX_LINES {
            return Err(LayoutError::TooLarge { nodes, lines });
        }
        if nodes == 0 {
            let clusters = vec![Rect::default(); graph.clusters.len()];
            return Ok(Scene { clusters, ..Scene::default() });
        }
        let input = document(graph).to_string();
        let (send, receive) = mpsc::channel();
        let run = move || {
            // Nobody listens any more when the last resort has passed.
            let _ = send.send(elkrs::create_elk().layout_json(&input));
        };
        let thread = std::thread::Builder::new().name("layout".into()).stack_size(STACK).spawn(run);
        thread.map_err(|error| LayoutError::NoThread(error.to_string()))?;
        match receive.recv_timeout(LAST_RESORT) {
            Ok(Ok(output)) => scene(graph, &output).ok_or(LayoutError::Incomplete),
            Ok(Err(_)) => Err(LayoutError::Refused),
            Err(RecvTimeoutError::Timeout) => Err(LayoutError::TooSlow),
            // The thread has ended without an answer, because the engine panicked.
            Err(RecvTimeoutError::Disconnected) => Err(LayoutError::Failed),
        }
    }
}

/// Returns the graph in ELK's JSON format.
fn document(graph: &Graph) -> Value {
    let node = |index: usize| {
        let node = &graph.nodes[index];
        json!({ "id": format!("n{index}"), "width": node.width, "height": node.height })
    };
    let mut children: Vec<Value> = Vec::new();
    for (cluster, caption) in graph.clusters.iter().enumerate() {
        let members: Vec<Value> = (0..graph.nodes.len())
            .filter(|index| graph.nodes[*index].cluster == Some(cluster))
            .map(node)
            .collect();
        if members.is_empty() {
            continue;
        }
        let mut options =
            options(graph, &format!("[top={CAPTION},left={INSET},bottom={INSET},right={INSET}]"));
        options["elk.nodeSize.constraints"] = "MINIMUM_SIZE".into();
        options["elk.nodeSize.minimum"] = format!("({},40)", caption + 2.0 * INSET).into();
        children.push(json!({
            "id": format!("c{cluster}"),
            "children": members,
            "layoutOptions": options,
        }));
    }
    children.extend((0..graph.nodes.len()).filter(|index| graph.nodes[*index].cluster.is_none()).map(node));
    let edge = |(index, edge): (usize, &EdgeLine)| {
        let mut value = json!({
            "id": format!("e{index}"),
            "sources": [format!("n{}", edge.from)],
            "targets": [format!("n{}", edge.to)],
        });
        if let Some((width, height)) = edge.label {
            value["labels"] = json!([{ "text": "x", "width": width, "height": height }]);
        }
        value
    };
    let edges: Vec<Value> = graph.edges.iter().enumerate().map(edge).collect();
    json!({
        "id": "root",
        "layoutOptions": options(graph, "[top=0,left=0,bottom=0,right=0]"),
        "children": children,
        "edges": edges,
    })
}

/// Returns the options of the picture, and of each cluster, because the engine hands none down.
fn options(graph: &Graph, padding: &str) -> Value {
    // Network simplex gives the straightest lines, linear segments are quick. Both need a fifth to two
    // fifths less area than the algorithm of Brandes and Köpf.
    let is_small = graph.nodes.len() <= MAX_CAREFUL_NODES;
    let placement = if is_small { "NETWORK_SIMPLEX" } else { "LINEAR_SEGMENTS" };
    json!({
        "elk.padding": padding,
        "elk.algorithm": "layered",
        "elk.direction": "RIGHT",
        "elk.edgeRouting": "ORTHOGONAL",
        "elk.hierarchyHandling": "INCLUDE_CHILDREN",
        "elk.spacing.nodeNode": "22",
        "elk.spacing.edgeNode": "14",
        "elk.spacing.edgeEdge": "10",
        "elk.spacing.edgeLabel": "3",
        "elk.layered.spacing.nodeNodeBetweenLayers": "20",
        "elk.layered.spacing.edgeNodeBetweenLayers": "14",
        "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
        "elk.layered.nodePlacement.strategy": placement,
        "elk.layered.edgeLabels.centerLabelPlacementStrategy": "SPACE_EFFICIENT_LAYER",
        "elk.layered.thoroughness": "7",
        // Of nine seeds this one had the fewest crossings on estates of 20 to 1,000 groups together.
        "elk.randomSeed": "5",
        "elk.layered.edgeLabels.sideSelection": "ALWAYS_UP",
    })
}

/// Reads the engine's answer. Returns `None` when a node or an edge is missing.
fn scene(graph: &Graph, output: &Value) -> Option<Scene> {
    let mut scene = Scene {
        width: output["width"].as_f64()?,
        height: output["height"].as_f64()?,
        nodes: vec![Rect::default(); graph.nodes.len()],
        edges: vec![Route::default(); graph.edges.len()],
        clusters: vec![Rect::default(); graph.clusters.len()],
    };
    let mut placed = 0;
    let rect = |value: &Value, dx: f64, dy: f64| {
        Some(Rect {
            x: value["x"].as_f64()? + dx,
            y: value["y"].as_f64()? + dy,
            width: value["width"].as_f64()?,
            height: value["height"].as_f64()?,
        })
    };
    let mut containers: Vec<(&Value, f64, f64)> = vec![(output, 0.0, 0.0)];
    let mut edges: Vec<(&Value, f64, f64)> = Vec::new();
    let mut origins = std::collections::HashMap::from([("root".to_owned(), (0.0, 0.0))]);
    while let Some((container, dx, dy)) = containers.pop() {
        edges.extend(container["edges"].as_array().into_iter().flatten().map(|edge| (edge, dx, dy)));
        for child in container["children"].as_array().into_iter().flatten() {
            let place = rect(child, dx, dy)?;
            let id = child["id"].as_str()?;
            let index: usize = id.get(1..)?.parse().ok()?;
            if id.starts_with('c') {
                *scene.clusters.get_mut(index)? = place;
                origins.insert(id.to_owned(), (place.x, place.y));
                containers.push((child, place.x, place.y));
            } else {
                *scene.nodes.get_mut(index)? = place;
                placed += 1;
            }
        }
    }
    let mut routed = 0;
    for (edge, dx, dy) in edges {
        let index: usize = edge["id"].as_str()?.get(1..)?.parse().ok()?;
        // Coordinates are relative to the container that the engine names, if it names one.
        let (dx, dy) = edge["container"].as_str().and_then(|id| origins.get(id).copied()).unwrap_or((dx, dy));
        let route = scene.edges.get_mut(index)?;
        for section in edge["sections"].as_array()? {
            let point = |value: &Value| Some((value["x"].as_f64()? + dx, value["y"].as_f64()? + dy));
            route.points.push(point(&section["startPoint"])?);
            for bend in section["bendPoints"].as_array().into_iter().flatten() {
                route.points.push(point(bend)?);
            }
            route.points.push(point(&section["endPoint"])?);
        }
        if let Some(label) = edge["labels"].as_array().and_then(|labels| labels.first()) {
            route.label = Some(rect(label, dx, dy)?);
        }
        routed += usize::from(route.points.len() >= 2);
    }
    (placed == graph.nodes.len() && routed == graph.edges.len()).then_some(scene)
}

#[cfg(test)]
mod tests {
    use super::super::NodeBox;
    use super::*;

    fn chain(nodes: usize) -> Graph {
        let node = NodeBox { width: 80.0, height: 30.0, cluster: None };
        let edge = |from: usize| EdgeLine { from, to: from + 1, label: Some((40.0, 15.0)) };
        Graph { nodes: vec![node; nodes], edges: (0..nodes - 1).map(edge).collect(), clusters: Vec::new() }
    }

    #[test]
    fn a_small_graph_is_placed_from_left_to_right() {
        let graph = chain(3);
        let scene = Elk.place(&graph).expect("ELK places a chain of three");
        assert!(scene.nodes.windows(2).all(|pair| pair[0].right() < pair[1].x), "{:?}", scene.nodes);
        assert!(scene.edges.iter().all(|route| route.label.is_some()), "{:?}", scene.edges);
    }

    #[test]
    fn a_graph_beyond_the_limits_is_refused_at_once() {
        let many_nodes = chain(MAX_NODES + 1);
        let expected = LayoutError::TooLarge { nodes: MAX_NODES + 1, lines: MAX_NODES };
        assert_eq!(Elk.place(&many_nodes).err(), Some(expected));
        let mut many_lines = chain(2);
        many_lines.edges = vec![many_lines.edges[0]; MAX_LINES + 1];
        let expected = LayoutError::TooLarge { nodes: 2, lines: MAX_LINES + 1 };
        assert_eq!(Elk.place(&many_lines).err(), Some(expected));
    }

    #[test]
    fn no_boxes_are_no_work() {
        let graph = Graph { clusters: vec![50.0], ..Graph::default() };
        let scene = Elk.place(&graph).expect("nothing is easy to place");
        assert_eq!((scene.nodes.len(), scene.clusters.len()), (0, 1));
    }
}
