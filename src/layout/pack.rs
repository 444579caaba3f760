//! Lays connected parts out one by one and packs them on a page. Boxes of a cluster that no line
//! touches stand in a grid, so that they do not pile up in one tall column.

use std::collections::BTreeMap;

use super::{EdgeLine, Graph, NodeBox, Rect, Route, Scene};

/// Space between parts, and around the picture.
const GAP: f64 = 28.0;
/// Space between boxes of a grid.
const GRID_GAP: f64 = 16.0;
/// Space between a cluster and its boxes.
pub(super) const INSET: f64 = 16.0;
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
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
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

/// The boxes of one cluster that no line touches.
struct Lonely {
    cluster: Option<usize>,
    nodes: Vec<usize>,
    sizes: Vec<(f64, f64)>,
}

/// Lays out one part. The lonely boxes of each cluster stand in a grid at its bottom or, where there
/// is no room, go in as one box.
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
    let (nodes, lonely): (Vec<usize>, Vec<usize>) = members.iter().partition(|node| touched[**node]);
    let mut sets: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for node in lonely {
        sets.entry(graph.nodes[node].cluster).or_default().push(node);
    }
    let size = |node: &usize| (graph.nodes[*node].width, graph.nodes[*node].height);
    let sets = sets.into_iter().map(|(cluster, nodes)| {
        let sizes = nodes.iter().map(size).collect();
        Lonely { cluster, nodes, sizes }
    });
    // Under boxes that are there anyway, if there are any in the cluster.
    let has_others = |set: &Lonely| {
        set.cluster.is_some() && nodes.iter().any(|node| graph.nodes[*node].cluster == set.cluster)
    };
    let (below, mut inside): (Vec<Lonely>, Vec<Lonely>) = sets.partition(has_others);
    let mut part = with_boxes(graph, &nodes, &inside, engine)?;
    let places: Option<Vec<Vec<Rect>>> = below.iter().map(|set| add_below(&mut part.scene, set)).collect();
    match places {
        Some(places) => {
            part.nodes.extend(below.into_iter().flat_map(|set| set.nodes));
            part.scene.nodes.extend(places.into_iter().flatten());
            Ok(part)
        }
        None => {
            inside.extend(below);
            with_boxes(graph, &nodes, &inside, engine)
        }
    }
}

/// Lays out boxes with lines, and grids of lonely ones as if each grid were a box.
fn with_boxes(
    graph: &Graph,
    touched: &[usize],
    lonely: &[Lonely],
    engine: &impl Fn(&Graph) -> Result<Scene, String>,
) -> Result<Part, String> {
    let mut small = Graph { clusters: graph.clusters.clone(), ..Graph::default() };
    let mut position = vec![usize::MAX; graph.nodes.len()];
    for &node in touched {
        position[node] = small.nodes.len();
        small.nodes.push(graph.nodes[node]);
    }
    let mut grids = Vec::new();
    for Lonely { cluster, sizes, .. } in lonely {
        let (rects, width, height) = grid(sizes, page_width(sizes, GRID_GAP));
        small.nodes.push(NodeBox { width, height, cluster: *cluster });
        grids.push(rects);
    }
    let inside = |edge: &EdgeLine| position[edge.from] != usize::MAX;
    let edges: Vec<usize> = (0..graph.edges.len()).filter(|index| inside(&graph.edges[*index])).collect();
    small.edges.extend(edges.iter().map(|index| {
        let edge = &graph.edges[*index];
        EdgeLine { from: position[edge.from], to: position[edge.to], ..*edge }
    }));
    let mut scene = engine(&small)?;
    let mut nodes = touched.to_vec();
    let places = scene.nodes.split_off(touched.len());
    for ((set, rects), place) in lonely.iter().zip(grids).zip(places) {
        nodes.extend(&set.nodes);
        scene.nodes.extend(rects.into_iter().map(|rect| rect.moved(place.x, place.y)));
    }
    Ok(Part { nodes, edges, scene })
}

/// Makes a cluster higher, and puts boxes in a grid there; `None` where something is in the way.
fn add_below(scene: &mut Scene, set: &Lonely) -> Option<Vec<Rect>> {
    let frame = scene.clusters[set.cluster?];
    let (rects, width, height) = grid(&set.sizes, frame.width - 2.0 * INSET);
    let added = height + GRID_GAP;
    let room = Rect { y: frame.bottom(), height: added + GRID_GAP, ..frame };
    let is_free = |rect: &Rect| {
        rect.y >= room.bottom() || rect.bottom() <= room.y || rect.x >= room.right() || rect.right() <= room.x
    };
    let lines = scene.edges.iter().flat_map(|route| {
        let legs = route.points.windows(2).map(|leg| {
            let ((x, y), (to_x, to_y)) = (leg[0], leg[1]);
            Rect {
                x: x.min(to_x),
                y: y.min(to_y),
                width: (x - to_x).abs() + 0.1,
                height: (y - to_y).abs() + 0.1,
            }
        });
        legs.chain(route.label)
    });
    // The cluster itself only touches the room.
    let mut things = scene.nodes.iter().chain(&scene.clusters).copied().chain(lines);
    if width > frame.width - 2.0 * INSET || !things.all(|thing| is_free(&thing)) {
        return None;
    }
    let (x, y) = (frame.x + INSET, frame.bottom() - INSET + GRID_GAP);
    scene.clusters[set.cluster?].height += added;
    scene.height = scene.height.max(frame.bottom() + added);
    Some(rects.into_iter().map(|rect| rect.moved(x, y)).collect())
}

/// The width of a page of the wanted proportion that holds all boxes.
fn page_width(sizes: &[(f64, f64)], gap: f64) -> f64 {
    let area: f64 = sizes.iter().map(|(width, height)| (width + gap) * (height + gap)).sum();
    let widest = sizes.iter().map(|size| size.0).fold(0.0, f64::max);
    (area * ASPECT).sqrt().max(widest)
}

/// Boxes in rows of at most a width, with the width and height of all.
fn grid(sizes: &[(f64, f64)], limit: f64) -> (Vec<Rect>, f64, f64) {
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
    let limit = page_width(sizes, GAP);
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
