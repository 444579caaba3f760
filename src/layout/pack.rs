//! Lays connected parts out one by one and packs them on a page. Boxes of a cluster that no line
//! touches stand in a grid, so that they do not pile up in one tall column.

use super::{EdgeLine, Graph, NodeBox, Rect, Route, Scene};

/// Space between parts, and around the picture.
const GAP: f64 = 28.0;
/// Space between boxes of a grid.
const GRID_GAP: f64 = 16.0;
/// Width over height that a page should have.
const ASPECT: f64 = 1.5;

/// Lays out each part with `engine` and packs the parts.
pub(super) fn layout(
    graph: &Graph,
    engine: impl Fn(&Graph) -> Result<Scene, String>,
) -> Result<Scene, String> {
    let mut parts = Vec::new();
    for members in components(graph) {
        parts.push(part(graph, &members, &engine)?);
    }
    let mut scene = Scene {
        nodes: vec![Rect::default(); graph.nodes.len()],
        edges: vec![Route::default(); graph.edges.len()],
        clusters: vec![Rect::default(); graph.clusters.len()],
        ..Scene::default()
    };
    let places = shelves(&parts.iter().map(|part| (part.scene.width, part.scene.height)).collect::<Vec<_>>());
    for (part, (dx, dy)) in parts.into_iter().zip(places) {
        for (node, rect) in part.nodes.iter().zip(&part.scene.nodes) {
            scene.nodes[*node] = rect.moved(dx, dy);
        }
        for (edge, route) in part.edges.iter().zip(part.scene.edges) {
            let points = route.points.iter().map(|(x, y)| (x + dx, y + dy)).collect();
            scene.edges[*edge] = Route { points, label: route.label.map(|rect| rect.moved(dx, dy)) };
        }
        for (cluster, rect) in part.scene.clusters.iter().enumerate().filter(|(_, rect)| rect.width > 0.0) {
            scene.clusters[cluster] = rect.moved(dx, dy);
        }
        scene.width = scene.width.max(dx + part.scene.width);
        scene.height = scene.height.max(dy + part.scene.height);
    }
    Ok(scene)
}

/// A part with its own indexes.
struct Part {
    nodes: Vec<usize>,
    edges: Vec<usize>,
    scene: Scene,
}

/// The connected parts: lines connect, and so do clusters. In order of their first box.
fn components(graph: &Graph) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..graph.nodes.len()).collect();
    let mut join = |a: usize, b: usize| {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    };
    for edge in &graph.edges {
        join(edge.from, edge.to);
    }
    let mut first_of = vec![None; graph.clusters.len()];
    for (index, node) in graph.nodes.iter().enumerate() {
        if let Some(cluster) = node.cluster {
            join(*first_of[cluster].get_or_insert(index), index);
        }
    }
    let mut parts: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for index in 0..graph.nodes.len() {
        parts.entry(root(&mut parent, index)).or_default().push(index);
    }
    parts.into_values().collect()
}

/// The representative of a part, shortening the way for the next time.
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// Lays out one part; the lonely boxes of each cluster go in as one box and come out as a grid.
fn part(
    graph: &Graph,
    members: &[usize],
    engine: &impl Fn(&Graph) -> Result<Scene, String>,
) -> Result<Part, String> {
    let mut touched = vec![false; graph.nodes.len()];
    for edge in &graph.edges {
        touched[edge.from] = true;
        touched[edge.to] = true;
    }
    let mut small = Graph { clusters: graph.clusters.clone(), ..Graph::default() };
    let mut position = vec![usize::MAX; graph.nodes.len()];
    let mut grids: std::collections::BTreeMap<Option<usize>, Vec<usize>> = std::collections::BTreeMap::new();
    for &node in members {
        if touched[node] {
            position[node] = small.nodes.len();
            small.nodes.push(graph.nodes[node]);
        } else {
            grids.entry(graph.nodes[node].cluster).or_default().push(node);
        }
    }
    let mut filled = Vec::new();
    for (cluster, nodes) in grids {
        let sizes: Vec<(f64, f64)> =
            nodes.iter().map(|node| (graph.nodes[*node].width, graph.nodes[*node].height)).collect();
        let (rects, width, height) = grid(&sizes);
        filled.push((small.nodes.len(), nodes, rects));
        small.nodes.push(NodeBox { width, height, cluster });
    }
    let inside = |edge: &EdgeLine| position[edge.from] != usize::MAX;
    let edges: Vec<usize> = (0..graph.edges.len()).filter(|index| inside(&graph.edges[*index])).collect();
    small.edges.extend(edges.iter().map(|index| {
        let edge = &graph.edges[*index];
        EdgeLine { from: position[edge.from], to: position[edge.to], ..*edge }
    }));
    let mut scene = engine(&small)?;
    let places = std::mem::take(&mut scene.nodes);
    let mut nodes = Vec::new();
    for &node in members.iter().filter(|node| touched[**node]) {
        nodes.push(node);
        scene.nodes.push(places[position[node]]);
    }
    for (at, members, rects) in filled {
        nodes.extend(members);
        scene.nodes.extend(rects.into_iter().map(|rect| rect.moved(places[at].x, places[at].y)));
    }
    Ok(Part { nodes, edges, scene })
}

/// Boxes in rows, about as wide as high.
fn grid(sizes: &[(f64, f64)]) -> (Vec<Rect>, f64, f64) {
    let area: f64 = sizes.iter().map(|(width, height)| (width + GRID_GAP) * (height + GRID_GAP)).sum();
    let widest = sizes.iter().map(|size| size.0).fold(0.0, f64::max);
    let limit = (area * ASPECT).sqrt().max(widest);
    let (mut x, mut y, mut row, mut width) = (0.0f64, 0.0f64, 0.0f64, 0.0f64);
    let mut rects = Vec::new();
    for &(w, h) in sizes {
        if x > 0.0 && x + w > limit {
            y += row + GRID_GAP;
            (x, row) = (0.0, 0.0);
        }
        rects.push(Rect { x, y, width: w, height: h });
        x += w + GRID_GAP;
        row = row.max(h);
        width = width.max(x - GRID_GAP);
    }
    (rects, width, y + row)
}

/// Places parts on shelves, tallest first, on a page of the wanted proportion.
fn shelves(sizes: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let area: f64 = sizes.iter().map(|(width, height)| (width + GAP) * (height + GAP)).sum();
    let widest = sizes.iter().map(|size| size.0).fold(0.0, f64::max);
    let limit = (area * ASPECT).sqrt().max(widest);
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| sizes[*b].1.total_cmp(&sizes[*a].1).then(a.cmp(b)));
    let mut places = vec![(0.0, 0.0); sizes.len()];
    let (mut x, mut y, mut row) = (0.0f64, 0.0f64, 0.0f64);
    for index in order {
        let (width, height) = sizes[index];
        if x > 0.0 && x + width > limit {
            y += row + GAP;
            (x, row) = (0.0, 0.0);
        }
        places[index] = (x, y);
        x += width + GAP;
        row = row.max(height);
    }
    places
}
