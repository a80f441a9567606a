// The page: pan and zoom, folding, search, what a click shows, the source beside the picture, keys, links.
"use strict";

const byId = id => document.getElementById(id);
let data, open, picture, selected = "", entries, view = {x: 0, y: 0, k: 1};
const canvas = byId("canvas"), world = byId("world"), layer = byId("layer");

function start(fresh) {
  data = fresh;
  entries = new Map();
  const visit = (children, parents) => {
    for (const child of children) {
      entries.set(child.id, {child, parents});
      if (child.children) visit(child.children, [...parents, child.id]);
    }
  };
  visit(data.children, []);
  byId("name").textContent = data.network;
  byId("totals").textContent = [amounts({...data, times: 1, phase: "always"}), flow(data)].filter(Boolean).join(" · ");
  byId("notes").textContent = data.notes.join(" ");
  document.title = `${data.network} · archspec`;
  legend();
  sources();
}

// ---- drawing

function redraw(anchor) {
  const before = anchor && spot(anchor);
  picture = new Picture(data, open);
  draw(picture, layer, heat());
  const after = anchor && spot(anchor);
  if (before && after) {  // what was clicked stays where it was
    view.x += (before[0] - after[0]) * view.k;
    view.y += (before[1] - after[1]) * view.k;
  }
  mark();
  look();
}

function spot(id) {
  const node = picture && picture.shown.get(id);
  return node && node.X !== undefined ? [node.X, node.Y] : null;
}

function look() {
  world.setAttribute("transform", `translate(${view.x.toFixed(2)},${view.y.toFixed(2)}) scale(${view.k.toFixed(4)})`);
  canvas.dataset.scale = view.k.toFixed(3);
}

function fit() {
  const {width, height} = canvas.getBoundingClientRect();
  const {w, h} = picture.root;
  const whole = Math.min((width - 48) / w, (height - 48) / h, 1.25);
  const k = Math.max(whole, Math.min(0.55, (width - 48) / w));  // what is long begins at its top, and can be read
  view = {k, x: (width - w * k) / 2, y: k > whole ? 24 : (height - h * k) / 2};
  look();
}

function zoom(factor, x, y) {
  const {width, height} = canvas.getBoundingClientRect();
  x ??= width / 2; y ??= height / 2;
  const k = Math.min(4, Math.max(0.05, view.k * factor));
  view = {k, x: x - (x - view.x) * k / view.k, y: y - (y - view.y) * k / view.k};
  look();
}

function reveal(id) {
  const node = picture.shown.get(id);
  if (!node || node.X === undefined) return;
  const {width, height} = canvas.getBoundingClientRect();
  const left = view.x + node.X * view.k, top = view.y + node.Y * view.k;
  const w = node.w * view.k, h = Math.min(node.h * view.k, height / 2);
  if (left >= 0 && top >= 0 && left + w <= width && top + h <= height) return;
  view.x = width / 2 - (node.X + node.w / 2) * view.k;
  view.y = height / 2 - h / 2 - node.Y * view.k;
  look();
}

// ---- colours by figures

function heat() {
  const by = byId("heat").value;
  byId("scale").hidden = by === "kind";
  layer.classList.toggle("heated", by !== "kind");
  if (by === "kind") return null;
  const value = child => by === "field" ? fieldOf(child) : (child[by] || 0) * (child.times || 1);
  let most = 0;
  for (const [, {child}] of entries) if (!child.children || !open.has(child.id)) most = Math.max(most, value(child));
  byId("most").textContent = figure(most) + {params: " params", macs: " MACs", field: " px"}[by];
  return child => {
    if (child.children && open.has(child.id)) return "";  // what is in it has the colours
    const share = by === "field" || !most ? value(child) / (most || 1) : Math.sqrt(value(child) / most);
    return `color-mix(in srgb, var(--hot) ${Math.round(share * 100)}%, var(--cold))`;
  };
}

function fieldOf(child) {
  const field = child.fields && child.fields[0];
  return field ? Math.max(...field.axes.map((axis, at) => axis ? axis.size : field.input[at])) : 0;
}

// ---- folding and choosing

function toggle(id) {
  if (!entries.get(id)?.child.children) return;
  if (open.has(id)) open.delete(id); else open.add(id);
  redraw(id);
}

function openTo(id) {
  const found = entries.get(id);
  if (!found) return;
  const missing = found.parents.filter(one => !open.has(one));
  missing.forEach(one => open.add(one));
  if (missing.length) redraw();
}

function select(id, options = {}) {
  selected = entries.has(id) ? id : "";
  if (selected) openTo(selected);
  mark();
  details();
  if (selected && options.reveal) reveal(selected);
  if (!options.silent) {
    const hash = selected ? `#${encodeURIComponent(selected)}` : "#";
    try {
      if (location.hash !== hash) history.replaceState(null, "", hash);
    } catch {
      // a page within a notebook has no address of its own
    }
  }
}

function mark() {
  for (const one of layer.querySelectorAll(".selected")) one.classList.remove("selected");
  if (selected) layer.querySelector(`[data-id="${CSS.escape(selected)}"]`)?.classList.add("selected");
}

// The boxes that a step up or down from one leads to.
function neighbour(id, step) {
  const shown = [...layer.querySelectorAll("[data-id]")].map(one => picture.shown.get(one.dataset.id));
  const here = picture.shown.get(id);
  if (!here) return shown[0]?.child.id;
  const middle = node => [node.X + node.w / 2, node.Y + (node.nodes ? HEADER / 2 : node.h / 2)];
  const [x, y] = middle(here);
  let best = null, least = Infinity;
  for (const node of shown) {
    if (node === here) continue;
    const [dx, dy] = [middle(node)[0] - x, middle(node)[1] - y];
    const along = step[0] ? dx * step[0] : dy * step[1], aside = Math.abs(step[0] ? dy : dx);
    if (along <= 4) continue;
    const far = along + aside * (step[0] ? 4 : 0.6);
    if (far < least) { least = far; best = node; }
  }
  return best ? best.child.id : id;
}

// ---- what is said of the chosen one

function row(term, value) {
  if (!value && value !== 0) return [];
  const dt = document.createElement("dt"), dd = document.createElement("dd");
  dt.textContent = term;
  dd.textContent = value;
  return [dt, dd];
}

function details() {
  const panel = byId("details"), found = entries.get(selected);
  panel.hidden = !found;
  line(null);
  if (!found) return;
  const {child} = found;
  byId("title").textContent = titleOf(child).filter(Boolean).join("  ") || child.op || child.id;
  const full = number => number.toLocaleString("en-US");
  const each = child.times > 1 ? ` each, ${full(child.times)} of them` : "";
  byId("facts").replaceChildren(
    ...row("error", faultOf(child)),
    ...row("path", child.id.replace(/#\d+$/, "")),
    ...(child.layers || []).flatMap(([path, words]) => row(path.split(".").pop(), words)),
    ...row("shape", flow(child)),
    ...row("parameters", child.params ? full(child.params) + each + (child.shared ? " (shared: counted once)" : "") : ""),
    ...row("MACs", child.macs ? full(child.macs) + each : ""),
  );
  fields(child);
  if (child.span) line(child.span);
}

// The receptive field of the middle of the output, drawn on the input.
function fields(child) {
  const holder = byId("field");
  holder.replaceChildren();
  for (const field of child.fields || []) {
    const [high, wide] = field.input.length === 1 ? [1, field.input[0]] : field.input.slice(-2);
    const axes = field.input.length === 1 ? [null, field.axes[0]] : field.axes.slice(-2);
    const bar = field.input.length === 1;
    const k = Math.min(232 / wide, bar ? 1e9 : 170 / high);
    const w = wide * k, h = bar ? 18 : high * k;
    const [y0, y1] = !bar && axes[0] ? [axes[0].low * k, (axes[0].high + 1) * k] : [0, h];
    const [x0, x1] = axes[1] ? [axes[1].low * k, (axes[1].high + 1) * k] : [0, w];
    const left = Math.min(0, x0), top = Math.min(0, y0), right = Math.max(w, x1), bottom = Math.max(h, y1);
    const scale = Math.min(1, 260 / (right - left), 220 / (bottom - top));
    const picture = element("svg", {viewBox: `${left - 2} ${top - 2} ${right - left + 4} ${bottom - top + 4}`,
      width: (right - left + 4) * scale, height: (bottom - top + 4) * scale, role: "img"});
    const sizes = field.axes.map((axis, at) => axis ? axis.size : "all");
    const words = field.axes.some(Boolean) ? `${sizes.join(" × ")} px${field.context ? ", and all by a gate" : ""}` : "the whole input";
    const past = field.axes.some((axis, at) => axis && axis.size > field.input[at]);
    const strides = field.axes.filter(Boolean).map(axis => axis.stride);
    picture.setAttribute("aria-label", `receptive field: ${words}`);
    picture.append(element("rect", {class: "input", x: 0, y: 0, width: w, height: h}),
                   element("rect", {class: "window", x: x0, y: y0, width: Math.max(x1 - x0, 1.5), height: Math.max(y1 - y0, 1.5)}));
    const say = document.createElement("p");
    say.textContent = `sees ${words} of ${field.name} (${field.input.join(" × ")})` +
      (strides.length ? `, stride ${[...new Set(strides)].join(" × ")}` : "") + (past ? "; larger than the input" : "");
    holder.append(picture, say);
  }
}

// ---- the spec

function sources() {
  const holder = byId("sources");
  holder.replaceChildren();
  for (const [name, text] of Object.entries(data.sources)) {
    const title = document.createElement("h3"), list = document.createElement("ol");
    title.textContent = name;
    text.replace(/\n$/, "").split("\n").forEach((words, at) => {
      const item = document.createElement("li");
      item.textContent = words || " ";
      item.dataset.file = name;
      item.dataset.line = at + 1;
      list.append(item);
    });
    holder.append(title, list);
  }
}

function line(span) {
  for (const one of document.querySelectorAll("#sources .here")) one.classList.remove("here");
  if (!span) return;
  const lines = [...document.querySelectorAll("#sources li")].filter(
    item => item.dataset.file === span[0] && item.dataset.line >= span[1] && item.dataset.line <= span[2]);
  lines.forEach(item => item.classList.add("here"));
  lines[0]?.scrollIntoView({block: "nearest"});
}

function fromLine(item) {
  let best = null, least = Infinity;
  for (const [id, {child}] of entries) {
    if (!child.span || child.kind === "input" || child.kind === "output" || child.span[0] !== item.dataset.file) continue;
    const [, first, last] = child.span, at = Number(item.dataset.line);
    if (first <= at && at <= last && last - first < least) { best = id; least = last - first; }
  }
  if (best) select(best, {reveal: true});
}

// ---- search

function search() {
  const wanted = byId("search").value.trim().toLowerCase(), holder = byId("found");
  holder.replaceChildren();
  holder.hidden = !wanted;
  if (!wanted) return;
  const hits = [];
  for (const [id, {child}] of entries) {
    if (child.kind === "entry") continue;
    const words = [id, child.block, child.op, ...(child.words || [])].join(" ").toLowerCase();
    if (words.includes(wanted)) hits.push([id, child]);
  }
  for (const [id, child] of hits.slice(0, 30)) {
    const item = document.createElement("button");
    item.type = "button";
    item.textContent = id.replace(/#\d+$/, "");
    const words = document.createElement("span");
    words.textContent = (child.words || [child.block]).join(" · ");
    item.append(words);
    item.addEventListener("click", () => { holder.hidden = true; select(id, {reveal: true}); canvas.focus(); });
    holder.append(item);
  }
  if (hits.length !== holder.children.length || !hits.length) {
    const more = document.createElement("p");
    more.textContent = hits.length ? `and ${hits.length - 30} more` : "nothing is called so";
    holder.append(more);
  }
}

function legend() {
  const kinds = new Set();
  for (const [, {child}] of entries) kinds.add(child.children ? "module" : child.kind);
  const items = Object.keys(data.kinds).filter(kind => kinds.has(kind)).map(kind => {
    const item = document.createElement("span"), letter = document.createElement("b");
    letter.className = kind;
    letter.textContent = data.letters[kind];
    item.append(letter, data.kinds[kind]);
    return item;
  });
  byId("legend").replaceChildren(...items);
}

// ---- events

const target = event => event.target.closest?.("[data-id]")?.dataset.id;
let drag = null;
canvas.addEventListener("pointerdown", event => {
  if (event.button) return;
  drag = {x: event.clientX, y: event.clientY, from: {...view}, moved: false};
});
window.addEventListener("pointermove", event => {
  if (!drag) return;
  const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
  if (!drag.moved && Math.hypot(dx, dy) < 4) return;
  drag.moved = true;
  canvas.classList.add("dragged");
  view.x = drag.from.x + dx;
  view.y = drag.from.y + dy;
  look();
});
window.addEventListener("pointerup", () => { canvas.classList.remove("dragged"); setTimeout(() => { drag = null; }); });
canvas.addEventListener("click", event => {
  if (drag?.moved) return;
  const id = target(event);
  if (id && (event.target.closest(".header, .badge") || event.target.classList.contains("sign")) && entries.get(id).child.children) toggle(id);
  select(id || "");
});
canvas.addEventListener("dblclick", event => { const id = target(event); if (id) toggle(id); });
canvas.addEventListener("wheel", event => {
  event.preventDefault();
  const box = canvas.getBoundingClientRect();
  if (event.ctrlKey || event.metaKey || !event.shiftKey && event.deltaMode === 0 && !event.deltaX)
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX - box.left, event.clientY - box.top);
  else { view.x -= event.deltaX; view.y -= event.deltaY; look(); }
}, {passive: false});

const hint = byId("hint");
canvas.addEventListener("pointerover", event => {
  const found = entries.get(target(event));
  hint.hidden = !found || Boolean(drag?.moved);
  if (hint.hidden) return;
  const {child} = found;
  const field = child.fields && child.fields[0];
  hint.textContent = [
    child.id.replace(/#\d+$/, ""), faultOf(child), ...(child.layers || []).map(one => one[1]), flow(child),
    child.params || child.macs ? `${child.params.toLocaleString("en-US")} parameters, ${child.macs.toLocaleString("en-US")} MACs` : "",
    field && field.axes.some(Boolean) ? `receptive field ${field.axes.map(axis => axis ? axis.size : "all").join(" × ")}` : "",
  ].filter(Boolean).join("\n");
});
canvas.addEventListener("pointermove", event => {
  const box = canvas.getBoundingClientRect();
  hint.style.left = `${Math.min(event.clientX - box.left + 14, box.width - hint.offsetWidth - 8)}px`;
  hint.style.top = `${Math.min(event.clientY - box.top + 14, box.height - hint.offsetHeight - 8)}px`;
});
canvas.addEventListener("pointerleave", () => { hint.hidden = true; });
canvas.addEventListener("focusin", event => { const id = target(event); if (id && id !== selected && !drag) select(id, {reveal: true}); });

const STEPS = {ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]};
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select")) {
    if (event.key === "Escape") { byId("search").value = ""; search(); canvas.focus(); }
    if (event.key === "Enter") byId("found").querySelector("button")?.click();
    return;
  }
  if (event.target.matches("button") && (event.key === "Enter" || event.key === " ")) return;
  const done = () => event.preventDefault();
  if (event.key in STEPS) { select(neighbour(selected, STEPS[event.key]), {reveal: true}); done(); }
  else if (event.key === "Enter" || event.key === " ") { if (selected) toggle(selected); done(); }
  else if (event.key === "/") { byId("search").focus(); done(); }
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") fit();
  else if (event.key === "e") byId("expand").click();
  else if (event.key === "c") byId("collapse").click();
  else if (event.key === "Escape") select("");
});

byId("expand").addEventListener("click", () => { for (const [id, {child}] of entries) if (child.children) open.add(id); redraw(); fit(); });
byId("collapse").addEventListener("click", () => { open.clear(); redraw(); fit(); });
byId("fit").addEventListener("click", fit);
byId("heat").addEventListener("change", () => redraw());
byId("search").addEventListener("input", search);
byId("theme").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
});
byId("spec").addEventListener("click", () => { document.body.classList.toggle("beside"); fit(); });
byId("sources").addEventListener("click", event => { const item = event.target.closest("li"); if (item) fromLine(item); });
window.addEventListener("hashchange", () => select(decodeURIComponent(location.hash.slice(1)), {reveal: true, silent: true}));

function begin(fresh) {
  start(fresh);
  open = new Set(fresh.open);
  redraw();
  fit();
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (wanted) select(wanted, {reveal: true, silent: true});
}
const embedded = byId("data");
if (embedded) begin(JSON.parse(embedded.textContent));
