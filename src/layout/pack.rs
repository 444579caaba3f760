//! Lays connected parts out one by one and packs them on a page. Pieces of one cluster that nothing
//! connects are treated likewise, because an engine would pile them up in one tall column.

use std::collections::BTreeMap;

use super::engine::{LayoutEngine, LayoutError};
use super::scene::{EdgeLine, Graph, NodeBox, Rect, Route, Scene};

/// Space between parts, and around the picture.
const GAP: f64 = 28.0;
/// Space between the rows of pieces in a cluster.
const ROW_GAP: f64 = 18.0;
/// Space between a cluster and its boxes.
pub(super) const INSET: f64 = 16.0;
/// Above a cluster's first row of boxes, for its caption.
pub(super) const CAPTION: f64 = 30.0;
/// Width over height that a page should have.
const ASPECT: f64 = 1.5;

/// Lays out each part with the engine and packs the parts.
pub(super) fn layout(graph: &Graph, engine: &dyn LayoutEngine) -> Result<Scene, LayoutError> {
    let mut part_of = vec![0; graph.nodes.len()];
    let parts = components(graph, true);
    for (part, members) in parts.iter().enumerate() {
        for node in members {
            part_of[*node] = part;
        }
    }
    let mut pieces: Vec<Vec<Vec<usize>>> = vec![Vec::new(); parts.len()];
    for piece in components(graph, false) {
        pieces[part_of[piece[0]]].push(piece);
    }
    let parts = pieces.into_iter().map(|pieces| part(graph, pieces, engine));
    let parts = parts.collect::<Result<Vec<Block>, LayoutError>>()?;
    let sizes: Vec<(f64, f64)> = parts.iter().map(|part| (part.width, part.height)).collect();
    let (places, width, height) = shelves(&sizes, GAP, page_width(&sizes, GAP));
    let mut scene = Scene {
        width,
        height,
        nodes: vec![Rect::default(); graph.nodes.len()],
        edges: vec![Route::default(); graph.edges.len()],
        clusters: vec![Rect::default(); graph.clusters.len()],
    };
    for (part, place) in parts.into_iter().zip(places) {
        let part = part.moved(place);
        for (node, rect) in part.nodes {
            scene.nodes[node] = rect;
        }
        for (edge, route) in part.edges {
            scene.edges[edge] = route;
        }
        for (cluster, rect) in part.clusters {
            scene.clusters[cluster] = rect;
        }
    }
    Ok(scene)
}

/// Something laid out, by index in the whole graph.
#[derive(Default)]
struct Block {
    width: f64,
    height: f64,
    nodes: Vec<(usize, Rect)>,
    edges: Vec<(usize, Route)>,
    clusters: Vec<(usize, Rect)>,
}

impl Block {
    fn moved(mut self, (dx, dy): (f64, f64)) -> Self {
        for (_, rect) in self.nodes.iter_mut().chain(&mut self.clusters) {
            *rect = rect.moved(dx, dy);
        }
        for (_, route) in &mut self.edges {
            for (x, y) in &mut route.points {
                (*x, *y) = (*x + dx, *y + dy);
            }
            route.label = route.label.map(|rect| rect.moved(dx, dy));
        }
        self
    }

    /// Takes in what another block holds.
    fn hold(&mut self, other: Self) {
        self.nodes.extend(other.nodes);
        self.edges.extend(other.edges);
        self.clusters.extend(other.clusters);
    }

    /// Tells whether nothing that is drawn lies in an area.
    fn is_free(&self, area: Rect) -> bool {
        let apart = |rect: Rect| {
            rect.y >= area.bottom()
                || rect.bottom() <= area.y
                || rect.x >= area.right()
                || rect.right() <= area.x
        };
        let boxes = self.nodes.iter().chain(&self.clusters).map(|(_, rect)| *rect);
        let lines = self.edges.iter().flat_map(|(_, route)| {
            let legs = route.points.windows(2).map(|leg| {
                let ((x, y), (to_x, to_y)) = (leg[0], leg[1]);
                // A line has no breadth, and still is in the way.
                Rect {
                    x: x.min(to_x),
                    y: y.min(to_y),
                    width: (x - to_x).abs() + 0.1,
                    height: (y - to_y).abs() + 0.1,
                }
            });
            legs.chain(route.label)
        });
        boxes.chain(lines).all(apart)
    }
}

/// Returns the connected pieces, in order of their first box. Lines connect and, if asked, so do
/// clusters.
fn components(graph: &Graph, by_clusters: bool) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..graph.nodes.len()).collect();
    let mut join = |a: usize, b: usize| {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    };
    for edge in &graph.edges {
        join(edge.from, edge.to);
    }
    let mut first_of = vec![None; graph.clusters.len()];
    for (index, node) in graph.nodes.iter().enumerate().filter(|_| by_clusters) {
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

/// Returns the representative of a part, and shortens the way to it for the next time.
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// Lays out one part. What is connected across clusters goes to the engine together. The pieces that
/// live in one cluster are laid out by themselves and stand in rows at its bottom or, where there is
/// no room, go to the engine as one box.
fn part(graph: &Graph, pieces: Vec<Vec<usize>>, engine: &dyn LayoutEngine) -> Result<Block, LayoutError> {
    let mut across: Vec<usize> = Vec::new();
    let mut within: BTreeMap<usize, Vec<Block>> = BTreeMap::new();
    for piece in pieces {
        let cluster = graph.nodes[piece[0]].cluster;
        match cluster.filter(|_| piece.iter().all(|node| graph.nodes[*node].cluster == cluster)) {
            Some(cluster) => {
                let piece = by_engine(graph, &piece, None, &[], engine)?;
                within.entry(cluster).or_default().push(piece);
            }
            None => across.extend(piece),
        }
    }
    if across.is_empty() {
        // Then all is in one cluster.
        let filled = within.into_iter().map(|(cluster, pieces)| frame(graph, cluster, rows(pieces, 0.0)));
        return Ok(filled.into_iter().next().unwrap_or_default());
    }
    across.sort_unstable();
    let clusters = Some(&graph.clusters);
    let mut part = by_engine(graph, &across, clusters, &[], engine)?;
    let mut boxes: Vec<(usize, Block)> = Vec::new();
    let mut has_room = true;
    for (cluster, pieces) in within {
        let inner =
            part.clusters.iter().find(|(index, _)| *index == cluster).map_or(0.0, |(_, rect)| rect.width);
        let block = rows(pieces, inner - 2.0 * INSET);
        has_room = has_room && room_below(&mut part, cluster, &block);
        boxes.push((cluster, block));
    }
    if !has_room {
        part = by_engine(graph, &across, clusters, &boxes, engine)?;
    }
    for (cluster, block) in boxes {
        // Room was made at the bottom of the cluster, or a box of the block's size stands in it.
        let place = part.clusters.iter().find(|(index, _)| *index == cluster);
        let (_, frame) = place.ok_or(LayoutError::Incomplete)?;
        let place = match part.nodes.iter().position(|(node, _)| *node == graph.nodes.len() + cluster) {
            Some(found) => part.nodes.swap_remove(found).1,
            None => Rect { x: frame.x + INSET, y: frame.bottom() - INSET - block.height, ..*frame },
        };
        part.hold(block.moved((place.x, place.y)));
    }
    Ok(part)
}

/// Hands boxes with their lines to the engine. Blocks go in as boxes of their size and come out as
/// nodes with numbers from the graph's count on: the block of cluster 2 has that count plus 2.
fn by_engine(
    graph: &Graph,
    members: &[usize],
    clusters: Option<&Vec<f64>>,
    blocks: &[(usize, Block)],
    engine: &dyn LayoutEngine,
) -> Result<Block, LayoutError> {
    if let ([only], []) = (members, blocks) {
        let NodeBox { width, height, .. } = graph.nodes[*only];
        let rect = Rect { x: 0.0, y: 0.0, width, height };
        return Ok(Block { width, height, nodes: vec![(*only, rect)], ..Block::default() });
    }
    let mut small = Graph { clusters: clusters.cloned().unwrap_or_default(), ..Graph::default() };
    let mut position = vec![usize::MAX; graph.nodes.len()];
    for &node in members {
        position[node] = small.nodes.len();
        let cluster = graph.nodes[node].cluster.filter(|_| clusters.is_some());
        small.nodes.push(NodeBox { cluster, ..graph.nodes[node] });
    }
    let sizes = blocks.iter().map(|(cluster, block)| (*cluster, block.width, block.height));
    small.nodes.extend(sizes.map(|(cluster, width, height)| NodeBox {
        width,
        height,
        cluster: Some(cluster),
    }));
    let inside = |index: &usize| position[graph.edges[*index].from] != usize::MAX;
    let edges: Vec<usize> = (0..graph.edges.len()).filter(inside).collect();
    small.edges.extend(edges.iter().map(|index| {
        let edge = &graph.edges[*index];
        EdgeLine { from: position[edge.from], to: position[edge.to], ..*edge }
    }));
    let scene = engine.place(&small)?;
    let placed = (scene.nodes.len(), scene.edges.len(), scene.clusters.len());
    if placed != (small.nodes.len(), small.edges.len(), small.clusters.len()) {
        return Err(LayoutError::Incomplete);
    }
    let numbers =
        members.iter().copied().chain(blocks.iter().map(|(cluster, _)| graph.nodes.len() + cluster));
    let used = scene.clusters.into_iter().enumerate().filter(|(_, rect)| rect.width > 0.0);
    Ok(Block {
        width: scene.width,
        height: scene.height,
        nodes: numbers.zip(scene.nodes).collect(),
        edges: edges.into_iter().zip(scene.edges).collect(),
        clusters: used.collect(),
    })
}

/// Makes a cluster high and wide enough for a block at its bottom. Returns false, and changes nothing,
/// where something is in the way.
fn room_below(part: &mut Block, cluster: usize, block: &Block) -> bool {
    let Some(at) = part.clusters.iter().position(|(index, _)| *index == cluster) else { return false };
    let frame = part.clusters[at].1;
    let width = frame.width.max(block.width + 2.0 * INSET);
    let added = block.height + ROW_GAP;
    let below = Rect { x: frame.x, y: frame.bottom(), width, height: added + ROW_GAP };
    let beside = Rect { x: frame.right(), width: width - frame.width, ..frame };
    if !part.is_free(below)
        || (beside.width > 0.0 && !part.is_free(Rect { width: beside.width + ROW_GAP, ..beside }))
    {
        return false;
    }
    part.clusters[at].1 = Rect { width, height: frame.height + added, ..frame };
    part.width = part.width.max(frame.x + width);
    part.height = part.height.max(frame.bottom() + added);
    true
}

/// Puts a cluster around a block.
fn frame(graph: &Graph, cluster: usize, block: Block) -> Block {
    let width = block.width.max(graph.clusters[cluster]) + 2.0 * INSET;
    let height = CAPTION + block.height + INSET;
    let mut framed = block.moved((INSET, CAPTION));
    framed.clusters.push((cluster, Rect { x: 0.0, y: 0.0, width, height }));
    Block { width, height, ..framed }
}

/// Puts pieces in rows, which may be at least `least` wide: pieces with lines first, tallest first,
/// then single boxes in their order.
fn rows(pieces: Vec<Block>, least: f64) -> Block {
    let size = |block: &Block| (block.width, block.height);
    let all: Vec<(f64, f64)> = pieces.iter().map(size).collect();
    let limit = page_width(&all, ROW_GAP).max(least);
    let (single, lined): (Vec<Block>, Vec<Block>) =
        pieces.into_iter().partition(|piece| piece.edges.is_empty());
    let mut filled = Block::default();
    let sizes: Vec<(f64, f64)> = lined.iter().map(size).collect();
    let (places, width, height) = shelves(&sizes, ROW_GAP, limit);
    for (piece, place) in lined.into_iter().zip(places) {
        filled.hold(piece.moved(place));
    }
    let top = if height > 0.0 { height + ROW_GAP } else { 0.0 };
    let sizes: Vec<(f64, f64)> = single.iter().map(size).collect();
    let (places, row_width, row_height) = grid(&sizes, ROW_GAP, limit);
    for (piece, (x, y)) in single.into_iter().zip(places) {
        filled.hold(piece.moved((x, top + y)));
    }
    filled.width = width.max(row_width);
    filled.height = if row_height > 0.0 { top + row_height } else { height };
    filled
}

/// Returns the width of a page of the wanted proportion that holds all boxes.
fn page_width(sizes: &[(f64, f64)], gap: f64) -> f64 {
    let area: f64 = sizes.iter().map(|(width, height)| (width + gap) * (height + gap)).sum();
    let widest = sizes.iter().map(|size| size.0).fold(0.0, f64::max);
    (area * ASPECT).sqrt().max(widest)
}

/// Puts boxes in rows of at most a width. Returns their places, and the width and height of all.
fn grid(sizes: &[(f64, f64)], gap: f64, limit: f64) -> (Vec<(f64, f64)>, f64, f64) {
    let (mut x, mut y, mut row, mut width) = (0.0f64, 0.0f64, 0.0f64, 0.0f64);
    let mut places = Vec::new();
    for &(w, h) in sizes {
        if x > 0.0 && x + w > limit {
            y += row + gap;
            (x, row) = (0.0, 0.0);
        }
        places.push((x, y));
        x += w + gap;
        row = row.max(h);
        width = width.max(x - gap);
    }
    (places, width, y + row)
}

/// Does as [`grid`], tallest first.
fn shelves(sizes: &[(f64, f64)], gap: f64, limit: f64) -> (Vec<(f64, f64)>, f64, f64) {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| sizes[*b].1.total_cmp(&sizes[*a].1).then(a.cmp(b)));
    let sorted: Vec<(f64, f64)> = order.iter().map(|index| sizes[*index]).collect();
    let (places, width, height) = grid(&sorted, gap, limit);
    let mut by_index = vec![(0.0, 0.0); sizes.len()];
    for (index, place) in order.into_iter().zip(places) {
        by_index[index] = place;
    }
    (by_index, width, height)
}
