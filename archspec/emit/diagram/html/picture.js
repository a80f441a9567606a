// From the scene and what stands open to a picture: sizes, layout, and SVG.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";
const ruler = document.createElement("canvas").getContext("2d");

function measured(text, size, bold) {
  ruler.font = `${bold ? "600 " : ""}${size}px ${FONT}`;
  return ruler.measureText(text).width;
}

function figure(number) {
  for (const [size, letter] of [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]])
    if (number >= 10000 && number / size >= 0.9995) {
      const scaled = number / size;
      return scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + letter;
    }
  return number.toLocaleString("en-US");
}

function amounts(child) {
  const times = child.times > 1 ? `${child.times.toLocaleString("en-US")} × ` : "";
  const parts = [];
  if (child.phase !== "always") parts.push(child.phase === "train" ? "training only" : "evaluation only");
  if (child.params) parts.push(`${times}${figure(child.params)} ${child.shared ? "shared " : ""}params`);
  if (child.macs) parts.push(`${times}${figure(child.macs)} MACs`);
  return parts.join(" · ");
}

// What is wrong with a step, in lines.
function broken(fault) {
  const lines = [];
  for (const word of (fault || "").replaceAll("`", "").replaceAll(" × ", "×").split(" ").filter(Boolean)) {
    if (lines.length && lines[lines.length - 1].length + word.length < 44) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines.length > 4 ? [...lines.slice(0, 3), `${lines[3]} …`] : lines;
}

// The error of a step, or the first of those within a module: a closed one says it in their place.
function faultOf(child) {
  return (child.children || []).reduce((found, inner) => found || faultOf(inner), child.fault || "");
}

function titleOf(child) {
  const rest = [child.block, child.times > 1 ? `×${child.times.toLocaleString("en-US")}` : ""].filter(Boolean).join(" ");
  return [child.name, rest];
}

const flow = child => [child.inputs, child.outputs].filter(side => side.length).map(side => side.join(", ")).join(" → ");

// What of the tree is shown: `open` holds the ids of the frames that stand open. Returns the root of a tree of
// {child, w, h, children, edges}; edges within each frame.
class Picture {
  constructor(data, open) {
    this.data = data;
    this.open = open;
    this.shown = new Map();   // by id of a box or frame of the data: the node that shows it
    this.parents = new Map();
    this.root = this.frame({id: "", children: data.children, root: true}, null);
    this.wire();
    this.size(this.root);
    this.settle(this.root, 0, 0);
  }

  frame(child, parent) {
    const node = {child, parent, kind: "box", nodes: [], edges: []};
    this.shown.set(child.id, node);
    for (const inner of child.children) {
      if (inner.children && this.open.has(inner.id)) node.nodes.push(this.frame(inner, node));
      else {
        const leaf = {child: inner, parent: node, kind: inner.kind === "entry" ? "entry" : "box"};
        node.nodes.push(leaf);
        this.hide(inner, leaf);
      }
    }
    return node;
  }

  hide(child, node) {
    this.shown.set(child.id, node);
    for (const inner of child.children || []) this.hide(inner, node);
  }

  // Every edge as pieces, one in each frame it passes: out through exits, then in through entries.
  wire() {
    const exits = new Map(), made = new Set();
    for (const edge of this.data.edges) {
      let from = this.shown.get(edge.from);
      const to = this.shown.get(edge.to);
      if (from === to) continue;
      const around = new Set();
      for (let one = to.parent; one; one = one.parent) around.add(one);
      const label = {text: [edge.bad, edge.shape].filter(Boolean).join(" "), changed: edge.changed};
      let inner = null;
      while (!around.has(from.parent)) {
        const key = `${edge.from}|${edge.output}|${from.parent.child.id}`;
        let exit = exits.get(key);
        if (!exit) {
          exit = {kind: "exit", w: 2, h: 0, child: {id: key}, parent: from.parent};
          exits.set(key, exit);
          from.parent.nodes.push(exit);
          from.parent.edges.push({a: from, aPort: inner, b: exit, bPort: null, skip: false, phase: edge.phase, plain: true});
        }
        inner = exit;
        from = from.parent;
      }
      let target = to, port = null;
      while (target.parent !== from.parent) { port ||= target.kind === "entry" ? target : null; target = target.parent; }
      const key = `${from.child.id}|${inner ? inner.child.id : edge.output}|${target.child.id}|${port ? port.child.id : edge.input}`;
      if (made.has(key)) continue;
      made.add(key);
      from.parent.edges.push({
        a: from, aPort: inner, b: target, bPort: port, skip: edge.skip, phase: edge.phase, label, bad: edge.bad,
        plain: from.kind === "entry" && !edge.skip,
      });
    }
  }

  size(node) {
    const child = node.child;
    if (node.kind === "entry") { node.w = 8; node.h = 0; return; }
    if (node.kind === "exit") return;
    if (!node.nodes) { this.measure(node); return; }
    for (const inner of node.nodes) {
      this.size(inner);
      inner.aside = Boolean(inner.child.phase) && inner.child.phase !== (child.phase || "always");
    }
    const at = new Map(node.nodes.map((inner, index) => [inner, index]));
    const leaving = new Map();
    for (const {a} of node.edges) leaving.set(a, (leaving.get(a) || 0) + 1);
    for (const edge of node.edges) {
      edge.shared = leaving.get(edge.a) > 1;
      edge.beside = edge.label && !edge.plain && (edge.skip || edge.shared);
    }
    const edges = node.edges.map(edge => ({
      from: at.get(edge.a), to: at.get(edge.b), skip: edge.skip, edge,
      room: edge.beside ? measured(edge.label.text, 10, edge.label.changed) + 6 : 0,
      fromX: edge.aPort && edge.a.nodes ? edge.aPort.x + edge.a.left - edge.a.w / 2 : 0,
      toX: edge.bPort && edge.b.nodes ? edge.bPort.x + edge.b.left - edge.b.w / 2 : 0,
    }));
    const within = layered(node.nodes, edges, node.child.root ? this.sides(node.nodes) : null);
    for (const edge of edges) Object.assign(edge.edge, {points: edge.points, up: edge.up, flat: edge.flat});
    if (node.child.root) { node.left = 0; node.top = 0; node.w = within.w; node.h = within.h; return; }
    const [name, rest] = titleOf(child);
    const head = Math.max(measured(`▾ ${name} ${rest}`, 12, true), measured(`${amounts(child)} · ${flow(child)}`, 10)) + 24;
    node.w = Math.max(within.w + 2 * PAD, head);
    node.left = (node.w - within.w) / 2;
    node.top = HEADER;
    node.h = HEADER + within.h + (node.nodes.some(inner => inner.kind === "exit") ? 0 : PAD);
  }

  // Whether what is shown is a U, and which of its nodes and edges are where: all of it stands closed.
  sides(nodes) {
    const {u} = this.data;
    if (!u || nodes.some(node => node.nodes)) return null;
    const right = new Set(u.right), levels = new Set(u.levels.map(ends => ends.join("\n")));
    const known = new Set([...right, ...u.levels.flat()]);
    const id = at => {  // what comes to nothing but one module within it is called after that
      let name = nodes[at].child.id;
      while (!known.has(name) && name.includes(".")) name = name.slice(0, name.lastIndexOf("."));
      return name;
    };
    return {right: at => right.has(id(at)), across: edge => levels.has(`${id(edge.from)}\n${id(edge.to)}`)};
  }

  measure(node) {
    const child = node.child;
    const [name, rest] = titleOf(child);
    const sign = this.data.signs[child.op];
    if (child.kind === "input" || child.kind === "output") {
      node.lines = [[child.name, 12, true]];
      node.w = measured(child.name, 12, true) + 32; node.h = 26; node.form = "pill";
    } else if (child.kind === "combine") {
      const words = sign ? [sign, ...child.words.slice(1)] : child.words;
      node.lines = [[words.join(" · "), 12, Boolean(sign)]];
      node.w = sign && words.length === 1 ? 24 : measured(words.join(" · "), 12) + 24; node.h = 24; node.form = "pill";
    } else {
      const first = [[name, 12, true], [rest, 12, false]].filter(one => one[0]);
      const words = (child.words || []).join(" · ");
      node.lines = [];
      if (first.length) node.lines.push([first.map(one => one[0]).join("  "), 12, true]);
      if (words) node.lines.push([words, 11, false]);
      for (const line of broken(faultOf(child))) node.lines.push([line, 10, false, "muted"]);
      const small = amounts(child);
      if (small) node.lines.push([small, 10, false, "muted"]);
      if (child.children) node.lines.push([flow(child), 10, false, "muted"]);
      node.w = 34 + 12 + Math.max(...node.lines.map(line => measured(line[0], line[1], line[2])));
      node.h = 12 + node.lines.reduce((sum, line) => sum + line[1] + 4, 0);
      node.form = "box";
    }
    node.w = Math.ceil(node.w);
  }

  settle(node, x, y) {
    node.X = x; node.Y = y;
    if (!node.nodes) return;
    for (const inner of node.nodes) this.settle(inner, x + node.left + inner.x - inner.w / 2, y + node.top + inner.y);
  }
}

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function path(points) {
  let text = `M${points[0][0].toFixed(1)},${points[0][1].toFixed(1)}`;
  for (let at = 1; at < points.length; at++) {
    const [x, y] = points[at], [x0, y0] = points[at - 1];
    if (Math.abs(x - x0) < 0.5) text += `L${x.toFixed(1)},${y.toFixed(1)}`;
    else {
      const bend = Math.min(Math.abs(y - y0) / 2, 28);
      const half = (y - y0) / 2 > bend ? bend : (y - y0) / 2;
      text += `C${x0.toFixed(1)},${(y0 + half * 1.6).toFixed(1)} ${x.toFixed(1)},${(y - half * 1.6).toFixed(1)} ${x.toFixed(1)},${y.toFixed(1)}`;
    }
  }
  return text;
}

// Draws everything into `layer`. `heat` gives a colour for a box or frame, or nothing.
function draw(picture, layer, heat) {
  const frames = element("g"), edges = element("g"), shapes = element("g"), front = element("g");
  const visit = (node, depth) => {
    if (!node.child.root && node.nodes) frames.append(frameOf(node, depth, heat));
    if (!node.nodes) {
      if (node.kind === "box") front.append(boxOf(node, picture.data, heat));
      return;
    }
    for (const inner of node.nodes) visit(inner, depth + 1);
    for (const edge of node.edges) edgeOf(edge, node, edges, shapes);
  };
  visit(picture.root, -1);
  layer.replaceChildren(frames, edges, shapes, front);
}

function edgeOf(edge, frame, edges, shapes) {
  const dx = frame.X + frame.left, dy = frame.Y + frame.top;
  const points = edge.points.map(([x, y]) => [x + dx, y + dy]);
  const end = points[points.length - 1];
  if (edge.b.kind === "exit") end[1] = frame.Y + frame.h;
  const kind = edge.bad ? "edge bad" : edge.skip ? "edge skip" : "edge";
  const arrow = edge.b.kind !== "exit";
  const [ahead, aside] = edge.flat ? [[1, 0], [0, 1]] : edge.up ? [[0, -1], [1, 0]] : [[0, 1], [1, 0]];
  if (arrow) { end[0] -= 5 * ahead[0]; end[1] -= 5 * ahead[1]; }
  const line = element("path", {class: kind + (edge.phase !== "always" ? " dashed" : ""), d: path(points)});
  edges.append(line);
  if (arrow) edges.append(element("path", {
    class: `${kind} head`, d: "M" + [[-1.5, -3.5], [5, 0], [-1.5, 3.5]].map(([far, wide]) =>
      `${end[0] + far * ahead[0] + wide * aside[0]},${end[1] + far * ahead[1] + wide * aside[1]}`).join("L") + "z",
  }));
  if (!edge.label || edge.plain) return;
  let x, y, anchor = "start";  // below the row that it comes from, or above that it leads to: there nothing stands
  if (edge.flat) { x = (points[0][0] + end[0]) / 2 - 8; y = points[0][1] - 9; anchor = "middle"; }
  else if (edge.up) { x = points[0][0]; y = points[0][1] - 10; }
  else if (points.length > 4 && edge.beside) {
    x = points[2][0]; y = (points[2][1] + points[3][1]) / 2;
    if (points[3][1] - points[2][1] < 4) y += 10;
  } else if (edge.shared) { x = end[0]; y = points[points.length - 2][1] - 12; }
  else { x = points[0][0]; y = points[1][1] + 13; }
  const text = element("text", {
    class: `shape${edge.skip ? " skip" : edge.label.changed ? " changed" : ""}${edge.bad ? " bad" : ""}`,
    x: x + 5, y: y + 3, "text-anchor": anchor,
  }, edge.label.text);
  shapes.append(text);
}

function frameOf(node, depth, heat) {
  const {child} = node;
  const [name, rest] = titleOf(child);
  const group = element("g", {class: `frame depth${Math.min(depth, 2)}`, "data-id": child.id, tabindex: "0", role: "button",
                              "aria-expanded": "true", "aria-label": `${name} ${rest}, open; ${flow(child)}`});
  group.append(element("rect", {class: `ground${child.phase !== "always" ? " dashed" : ""}`, x: node.X, y: node.Y, width: node.w, height: node.h, rx: 8}));
  const header = element("path", {class: "header", d:
    `M${node.X},${node.Y + HEADER}v${8 - HEADER}a8,8 0 0 1 8,-8h${node.w - 16}a8,8 0 0 1 8,8v${HEADER - 8}z`});
  const colour = heat && heat(child);
  if (colour) header.style.fill = colour;
  const title = element("text", {x: node.X + 10, y: node.Y + 15});
  title.append(element("tspan", {class: "sign"}, "▾ "), element("tspan", {class: "name"}, name),
               element("tspan", {}, `${name ? "  " : ""}${rest}`));
  group.append(header, title, element("text", {class: "muted", x: node.X + 10, y: node.Y + 29},
    [amounts(child), flow(child)].filter(Boolean).join(" · ")));
  return group;
}

function boxOf(node, data, heat) {
  const {child} = node;
  const closed = Boolean(child.children);
  const kind = closed ? "module" : child.kind;
  const fault = faultOf(child);
  const classes = ["box", kind, node.form, child.phase !== "always" ? "conditional" : "", fault ? "broken" : ""];
  const says = [`${titleOf(child).join(" ")} ${(child.words || []).join(", ")}`, flow(child), fault];
  const group = element("g", {class: [...new Set(classes)].filter(Boolean).join(" "), "data-id": child.id, tabindex: "0",
                              role: "button", "aria-label": says.filter(Boolean).join("; ")});
  if (closed) group.setAttribute("aria-expanded", "false");
  if (child.times > 1) group.append(element("rect", {class: "again", x: node.X + 4, y: node.Y - 4, width: node.w, height: node.h, rx: 6}));
  const ground = element("rect", {class: "ground", x: node.X, y: node.Y, width: node.w, height: node.h, rx: node.form === "pill" ? node.h / 2 : 6});
  const colour = heat && heat(child);
  if (colour) ground.style.fill = colour;
  group.append(ground);
  if (node.form === "pill") {
    group.append(element("text", {class: node.lines[0][2] ? "name" : "", x: node.X + node.w / 2, y: node.Y + node.h / 2 + 4, "text-anchor": "middle"}, node.lines[0][0]));
    return group;
  }
  const letter = data.letters[kind] || "";
  group.append(element("path", {class: "badge", d: `M${node.X + 28},${node.Y}h-22a6,6 0 0 0 -6,6v${node.h - 12}a6,6 0 0 0 6,6h22z`}));
  group.append(element("text", {class: "letter", x: node.X + 14, y: node.Y + node.h / 2 + 5, "text-anchor": "middle"}, letter));
  let y = node.Y + 6;
  node.lines.forEach(([text, size, bold, tone]) => {
    y += size + 1;
    const first = bold && titleOf(child)[0];
    const line = element("text", {class: tone || "", x: node.X + 36, y});
    line.style.fontSize = `${size}px`;
    if (first) line.append(element("tspan", {class: "name"}, first), element("tspan", {}, text.slice(first.length)));
    else line.append(text);
    group.append(line);
    y += 3;
  });
  return group;
}
