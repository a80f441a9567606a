// Layered layout, frame by frame: what stands in a frame is laid out first, then the frame is a box in the one around.
"use strict";

const GAP_X = 22, GAP_Y = 34, PAD = 12, HEADER = 36, LANE = 14, ACROSS = 130;

// `nodes`: {w, h, key, kind: "box" | "entry" | "exit"} with widths known; `edges`: {from, to, fromX, toX, skip, room}, where
// `from` and `to` are positions in `nodes`, the X are offsets from the middle of a node, and `room` is what a label takes
// to the right of an edge, in the first row that it passes. Fills in x (middle) and y
// (top) of the nodes and `points` of the edges, and returns the size. With `sides`, which of the nodes stand on the right
// of a U and which edges lead across it, what is on the right goes up: such edges are `up`, those across are `flat`.
function layered(nodes, edges, sides) {
  for (const edge of sides ? edges : []) {
    edge.flat = sides.across(edge);
    edge.up = !edge.flat && sides.right(edge.to);
    if (edge.up) [edge.from, edge.to, edge.fromX, edge.toX] = [edge.to, edge.from, edge.toX, edge.fromX];
  }
  const bottoms = new Set(edges.filter(edge => edge.up && !sides.right(edge.to)).map(edge => edge.to));
  for (const edge of edges) if (bottoms.has(edge.to)) edge.toX += nodes[edge.to].w / (edge.up ? 4 : -4);
  const ranks = sides ? ranksOfU(nodes, edges) : rankOf(nodes, edges);
  const rows = [];
  const put = (node, rank) => { (rows[rank] ||= []).push(node); node.rank = rank; };
  nodes.forEach((node, at) => { node.before = []; node.after = []; node.at = at; node.lane = 0; node.side = sides && sides.right(at) ? 1 : 0; put(node, ranks[at]); });
  const link = (from, to, fromX, toX, weight) => {
    const tie = {from, to, fromX, toX, weight};
    from.after.push(tie);
    to.before.push(tie);
  };
  const leaving = nodes.map(() => 0), entering = nodes.map(() => 0);
  for (const edge of edges) {
    if (edge.skip || edge.flat || nodes[edge.to].aside) continue;
    leaving[edge.from]++;
    entering[edge.to]++;
  }
  for (const edge of edges) {
    const from = nodes[edge.from], to = nodes[edge.to];
    edge.chain = [];
    if (edge.flat) continue;
    const span = to.rank - from.rank;
    const only = leaving[edge.from] === 1 && entering[edge.to] === 1;
    const weight = edge.skip ? 0.05 : to.aside || from.aside ? 0.1 : only ? 8 : 1;
    let last = from, offset = edge.fromX;
    for (let rank = from.rank + 1; rank < to.rank; rank++) {
      const dummy = {w: LANE, h: 0, at: to.at, before: [], after: [], dummy: true, side: to.side, aside: to.aside, lane: edge.skip ? span : 0};
      if (!edge.chain.length && !edge.up) dummy.room = edge.room;
      put(dummy, rank);
      edge.chain.push(dummy);
      link(last, dummy, offset, 0, last.dummy ? 8 : weight);
      last = dummy;
      offset = 0;
    }
    link(last, to, offset, edge.toX, edge.skip || !last.dummy ? weight : weight * 0.5);
  }
  order(rows);
  place(rows);
  let y = 0;
  for (const row of rows) {
    const high = Math.max(...row.map(node => node.h));
    for (const node of row) { node.y = y + (node.dummy ? 0 : (high - node.h) / 2); node.high = high; node.rowTop = y; }
    y += high + GAP_Y;
  }
  let left = Infinity, right = -Infinity;
  for (const row of rows) for (const node of row) {
    left = Math.min(left, node.x - node.w / 2);
    right = Math.max(right, node.x + reach(node));
  }
  for (const row of rows) for (const node of row) node.x -= left;
  for (const edge of edges) {
    const from = nodes[edge.from], to = nodes[edge.to];
    if (edge.flat) {
      edge.points = [[from.x + from.w / 2, from.y + from.h / 2], [to.x - to.w / 2, to.y + to.h / 2]];
      continue;
    }
    // straight until past all that stands in the same row: what is lower there is not crossed
    edge.points = [[from.x + edge.fromX, from.y + from.h], [from.x + edge.fromX, from.rowTop + from.high]];
    for (const dummy of edge.chain) edge.points.push([dummy.x, dummy.y], [dummy.x, dummy.y + dummy.high]);
    edge.points.push([to.x + edge.toX, to.rowTop], [to.x + edge.toX, to.y]);
    if (edge.up) edge.points.reverse();
  }
  return {w: right - left, h: y - GAP_Y};
}

// How far down each node stands: below all it is reached from, as near to what it leads to as it can be if nothing
// else enters; exits stand last.
function rankOf(nodes, edges) {
  const ranks = nodes.map(() => 0);
  const entries = nodes.some(node => node.kind === "entry") ? 1 : 0;
  nodes.forEach((node, at) => { ranks[at] = node.kind === "entry" ? 0 : entries; });
  const into = nodes.map(() => []);
  for (const edge of edges) into[edge.to].push(edge.from);
  nodes.forEach((node, at) => { for (const from of into[at]) ranks[at] = Math.max(ranks[at], ranks[from] + 1); });
  const last = Math.max(0, ...ranks.filter((_, at) => nodes[at].kind !== "exit"));
  nodes.forEach((node, at) => { if (node.kind === "exit") ranks[at] = last + 1; });
  const used = [...new Set(ranks)].sort((a, b) => a - b);
  return ranks.map(rank => used.indexOf(rank));
}

// The same for a U: what an edge leads across to stands at the height of where it comes from.
function ranksOfU(nodes, edges) {
  const ranks = nodes.map(() => 0);
  for (let changed = true, turn = 0; changed && turn <= nodes.length; turn++) {
    changed = false;
    for (const {from, to, flat} of edges) {
      const low = flat ? Math.max(ranks[from], ranks[to]) : ranks[from] + 1;
      if (ranks[to] < low) { ranks[to] = low; changed = true; }
      if (flat && ranks[from] < low) { ranks[from] = low; changed = true; }
    }
  }
  nodes.forEach((_, at) => {  // what nothing leads to stands right above what it leads to
    const below = edges.filter(edge => edge.from === at && !edge.flat).map(edge => ranks[edge.to]);
    if (below.length && !edges.some(edge => edge.to === at)) ranks[at] = Math.min(...below) - 1;
  });
  const used = [...new Set(ranks)].sort((a, b) => a - b);
  return ranks.map(rank => used.indexOf(rank));
}

// Left to right: by where the nodes above stand, then as in the spec; the lanes of skips to the right, long ones last.
// What runs in one mode only stands aside.
function order(rows) {
  for (const row of rows) {
    for (const node of row) {
      const above = node.before.map(tie => tie.from.position + tie.fromX / 1e4);
      node.key = above.length ? above.reduce((sum, one) => sum + one, 0) / above.length : node.at / 1e6;
    }
    row.sort((a, b) => a.side - b.side || a.lane - b.lane || (a.aside ? 1 : 0) - (b.aside ? 1 : 0) || a.key - b.key || a.at - b.at);
    row.forEach((node, at) => { node.position = at; });
  }
}

// From side to side: each node near those it is joined to, and never nearer to its neighbours than the gap.
function place(rows) {
  for (const row of rows) {
    let x = 0;
    for (const node of row) { node.x = x + node.w / 2; x = node.x + reach(node) + GAP_X; }
    for (const node of row) node.x -= (x - GAP_X) / 2;
  }
  for (let turn = 0; turn < 40; turn++) {
    const down = turn % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      for (const node of row) {
        let sum = 0, weight = 0;
        const ties = turn < 12 ? (down ? node.before : node.after) : [...node.before, ...node.after];
        for (const tie of ties) {
          const wanted = tie.to === node ? tie.from.x + tie.fromX - tie.toX : tie.to.x + tie.toX - tie.fromX;
          sum += wanted * tie.weight;
          weight += tie.weight;
        }
        node.wanted = weight ? sum / weight : node.x;
        node.pull = Math.max(weight, 0.01);
      }
      separate(row);
    }
  }
}

const reach = node => node.w / 2 + (node.room || 0);  // from its middle to the right
const gap = (one, other) => one.side !== other.side ? ACROSS : one.lane && other.lane ? 10 : GAP_X;

// The places nearest to those wanted that keep the order and the gaps: pools of adjacent nodes, as in isotonic regression.
function separate(row) {
  const pools = [];
  let offset = 0;
  row.forEach((node, at) => {
    if (at) offset += reach(row[at - 1]) + gap(row[at - 1], node) + node.w / 2;
    node.offset = offset;
    pools.push({sum: (node.wanted - offset) * node.pull, pull: node.pull, nodes: [node]});
    while (pools.length > 1) {
      const last = pools[pools.length - 1], before = pools[pools.length - 2];
      if (before.sum / before.pull <= last.sum / last.pull) break;
      pools.pop();
      before.sum += last.sum;
      before.pull += last.pull;
      before.nodes.push(...last.nodes);
    }
  });
  for (const pool of pools) for (const node of pool.nodes) node.x = pool.sum / pool.pull + node.offset;
}
