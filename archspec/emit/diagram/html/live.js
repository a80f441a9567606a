// Beside an editor: asks the server for what has changed, shows it, and says in place what is wrong with the spec.
"use strict";

let version = "";
const met = new Set();  // what has been in the picture: who closed it wants it closed

function said(diagnostics) {
  for (const item of diagnostics) {
    const at = [...document.querySelectorAll("#sources li")].find(
      one => one.dataset.file === item.file && Number(one.dataset.line) === item.line);
    if (!at) continue;
    if (item.severity === "error") at.classList.add("wrong");
    const words = document.createElement("span");
    words.className = `saying ${item.severity}`;
    words.textContent = `${item.code} ${item.message}`;
    at.append(words);
  }
}

function fresh(state) {
  version = state.version;
  const errors = state.diagnostics.filter(one => one.severity === "error");
  byId("state").textContent = state.problem || (errors.length ? `${errors.length} error${errors.length > 1 ? "s" : ""}` : "");
  document.body.classList.toggle("stale", !state.scene);
  if (state.scene) {
    if (!data) begin(state.scene);
    else {
      for (const id of entries.keys()) met.add(id);
      start(state.scene);
      for (const id of state.scene.open) if (!met.has(id)) open.add(id);  // what is new stands open as it would
      redraw();
      if (selected) select(selected, {silent: true});
    }
  } else if (data) {
    data.sources = {...data.sources, ...state.sources};
    sources();
  } else {
    data = {sources: state.sources};
    sources();
    data = undefined;
  }
  said(state.diagnostics);
  const first = document.querySelector("#sources .wrong");
  first?.scrollIntoView({block: "nearest"});
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`state?since=${encodeURIComponent(version)}`, {cache: "no-store"});
      if (answer.status === 200) fresh(await answer.json());
      else if (answer.status !== 204) throw new Error(`status ${answer.status}`);
    } catch (error) {
      byId("state").textContent = "archspec view has stopped";
      await new Promise(done => setTimeout(done, 1000));
    }
  }
}
follow();
