// The page: opens and closes blocks, pans, zooms, searches, and says what is known of a layer.
"use strict";

(() => {
  const { scene, opened, facts, sources, about } = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const [view, stage, panel, search, found] = ["view", "stage", "panel", "search", "found"].map(find);
  const MAX_OPEN = 600; // boxes that "Open all" shows
  const MAX_FOUND = 20;
  const MAX_NAMES = 12; // of calls that are drawn once

  // Every box and every row by id, in the order of execution.
  const boxes = new Map();
  const rows = [];
  const index = (scene, parent) => {
    for (const box of scene.boxes) {
      boxes.set(box.id, { box, parent });
      box.rows.forEach((row, line) => rows.push({ id: `${box.id}:${line}`, box, row }));
      if (box.inside) index(box.inside, box.id);
    }
  };
  index(scene, null);

  const open = new Set(opened);
  for (const { box } of boxes.values()) if (box.form === "repeat") open.add(box.id); // a frame has nothing to show closed
  let selected = null;
  let size = { width: 1, height: 1 };
  const camera = { x: 0, y: 0, scale: 1, moved: false };

  const boxOf = (id) => boxes.get(id.split(":")[0]);
  const canOpen = (id) => boxOf(id).box.form === "module" && boxOf(id).box.inside.boxes.length > 0;
  const isShown = (box) => {
    for (let { parent } = boxes.get(box.id); parent !== null; { parent } = boxes.get(parent)) if (!open.has(parent)) return false;
    return true;
  };
  const items = (id) => [...stage.querySelectorAll("[data-id]")].filter((each) => each.dataset.id === id);
  const itemOf = (id) => items(id).pop(); // of what is open, its title

  // Drawing

  let drawing = 0;
  async function redraw(anchor) {
    const turn = ++drawing;
    const before = anchor && itemOf(anchor)?.getBoundingClientRect();
    const { width, height } = view.getBoundingClientRect();
    const picture_ = await picture(scene, [...open], [width, height]);
    if (turn !== drawing) return;
    size = picture_;
    stage.innerHTML = picture_.body;
    for (const item of stage.querySelectorAll("[data-id]")) {
      const id = item.dataset.id;
      item.setAttribute("tabindex", "-1");
      item.setAttribute("role", "button");
      item.setAttribute("aria-label", `${facts[id].label}, ${facts[id].names[0]}, ${facts[id].output}`);
      if (canOpen(id)) item.setAttribute("aria-expanded", String(open.has(id.split(":")[0])));
    }
    mark();
    if (!camera.moved) return fit();
    const after = before && itemOf(anchor)?.getBoundingClientRect();
    if (after) [camera.x, camera.y] = [camera.x + before.left - after.left, camera.y + before.top - after.top];
    move();
  }

  const move = () => stage.setAttribute("transform", `translate(${camera.x} ${camera.y}) scale(${camera.scale})`);

  function fit() {
    const { width, height } = view.getBoundingClientRect();
    const scale = Math.min(width / size.width, height / size.height, 1.6);
    Object.assign(camera, { scale, x: (width - size.width * scale) / 2, y: (height - size.height * scale) / 2, moved: false });
    move();
  }

  function zoom(factor, x, y) {
    const { width, height } = view.getBoundingClientRect();
    const scale = Math.min(Math.max(camera.scale * factor, 0.05), 8);
    const [px, py] = [x ?? width / 2, y ?? height / 2];
    camera.x = px - ((px - camera.x) * scale) / camera.scale;
    camera.y = py - ((py - camera.y) * scale) / camera.scale;
    Object.assign(camera, { scale, moved: true });
    move();
  }

  function bringIntoView(id, centre) {
    const item = itemOf(id);
    if (!item) return;
    const [at, frame] = [item.getBoundingClientRect(), view.getBoundingClientRect()];
    const outside = at.left < frame.left || at.right > frame.right || at.top < frame.top || at.bottom > frame.bottom;
    if (!outside && !centre) return;
    camera.x += frame.left + frame.width / 2 - (at.left + at.width / 2);
    camera.y += frame.top + frame.height / 2 - (at.top + at.height / 2);
    camera.moved = true;
    move();
  }

  // Selecting, opening, closing

  function mark() {
    for (const item of stage.querySelectorAll(".selected")) item.classList.remove("selected");
    if (selected !== null) for (const item of items(selected)) item.classList.add("selected");
  }

  function select(id) {
    selected = id;
    mark();
    showPanel();
  }

  function toggle(id, wanted) {
    const key = id.split(":")[0];
    if (!canOpen(id) || wanted === open.has(key)) return;
    if (open.has(key)) open.delete(key);
    else open.add(key);
    showPanel();
    redraw(id);
  }

  async function reveal(id) {
    for (let { parent } = boxOf(id); parent !== null; { parent } = boxes.get(parent)) open.add(parent);
    select(id);
    await redraw();
    if (camera.scale < 0.8) zoom(1 / camera.scale);
    bringIntoView(id, true);
    view.focus();
  }

  function closeBlocks() {
    for (const { box } of boxes.values()) if (box.form === "module") box.block ? open.delete(box.id) : open.add(box.id);
    camera.moved = false;
    redraw();
  }

  function openAll() {
    let count = scene.boxes.length;
    let level = scene.boxes;
    while (level.length) {
      const next = [];
      for (const box of level) {
        if (!box.inside || count + box.inside.boxes.length > MAX_OPEN) continue;
        count += box.inside.boxes.length;
        open.add(box.id);
        next.push(...box.inside.boxes);
      }
      level = next;
    }
    camera.moved = false;
    redraw();
  }

  // The panel. What comes from the spec goes in as text.

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  const list = (names) => (names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), "…", names[names.length - 1]] : names).join(", ");
  const count = (value) => value.toLocaleString("en-US");
  const percent = (part, whole) => (whole === 0 ? 0 : (100 * part) / whole);

  function costOf(box) {
    const parts = box.form === "repeat" ? box.inside.boxes.map(costOf) : box.rows.map((_, line) => facts[`${box.id}:${line}`]);
    const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
    return { params: sum("params"), macs: sum("macs") };
  }

  function share(className, value, whole) {
    const part = percent(value, whole);
    const bar = element("i");
    bar.style.width = `${part}%`;
    return element("td", {}, element("div", { className: `share ${className}`, title: count(value) }, bar, element("b", { textContent: `${part.toFixed(part < 10 ? 1 : 0)}%` })));
  }

  function shares(inside) {
    const parts = inside.boxes.flatMap((box) => (box.form === "repeat" ? box.inside.boxes : [box])).filter((box) => box.rows.length);
    const costs = parts.map((box) => ({ box, ...costOf(box) })).filter(({ params, macs }) => params || macs);
    const whole = (key) => costs.reduce((total, cost) => total + cost[key], 0);
    const [params, macs] = [whole("params"), whole("macs")];
    if (!costs.length) return null;
    const lines = costs.map((cost) => {
      const name = cost.box.rows[0].label + (cost.box.times > 1 ? ` x ${cost.box.times}` : "");
      const button = element("button", { textContent: name, title: facts[`${cost.box.id}:0`].names[0], onclick: () => reveal(`${cost.box.id}:0`) });
      return element("tr", {}, element("td", {}, button), share("params", cost.params, params), share("macs", cost.macs, macs));
    });
    const head = element("tr", {}, ...["", "parameters", "MACs"].map((textContent) => element("th", { textContent })));
    return element("section", {}, element("h3", { textContent: "Where parameters and MACs are" }), element("table", {}, head, ...lines));
  }

  function excerpt([source, from, to]) {
    const { name, lines } = sources[source];
    const code = element("pre", { tabIndex: 0 });
    const first = Math.max(1, from - 2);
    const shown = lines.slice(first - 1, to + 3);
    const indent = Math.min(...shown.filter((text) => text.trim()).map((text) => text.search(/\S/)));
    shown.forEach((text, index) => {
      const className = first + index >= from && first + index <= to ? "here" : "";
      code.append(element("span", { className, textContent: `${String(first + index).padStart(4)}  ${text.slice(indent)}` }));
    });
    return element("section", {}, element("h3", { textContent: `${name}, line ${from}` }), code);
  }

  function definitions(pairs) {
    const entries = pairs.filter(([, value]) => value !== null && value !== "");
    return element("dl", {}, ...entries.flatMap(([term, value]) => [element("dt", { textContent: term }), element("dd", { textContent: value })]));
  }

  function showPanel() {
    panel.replaceChildren(...(selected === null ? aboutNetwork() : aboutLayer(selected)).filter((part) => part !== null));
    panel.scrollTop = 0;
  }

  function aboutNetwork() {
    const hint = "Click a block to open or close it, a layer to see it. Drag to move, turn the wheel to zoom. Keys: up and down, right and left, / to search, 0 to fit.";
    return [
      element("h2", { textContent: about.name }),
      about.description ? element("p", { textContent: about.description }) : null,
      about.origin ? element("p", { textContent: about.origin }) : null,
      definitions(about.facts),
      shares(scene),
      element("h3", { textContent: "How to use" }),
      element("p", { textContent: hint }),
    ];
  }

  function aboutLayer(id) {
    const fact = facts[id];
    const { box } = boxOf(id);
    const each = fact.names.length > 1 ? ` (${fact.names.length} x ${count(fact.params / fact.names.length)})` : "";
    return [
      element("h2", { textContent: fact.label + (box.times > 1 ? ` x ${box.times}` : "") }),
      element("p", { textContent: list(fact.names) }),
      definitions([
        ["kind", fact.kind], ["input", fact.inputs], ["output", fact.output], ["parameters", count(fact.params) + (fact.params ? each : "")],
        ["MACs", count(fact.macs)], ["receptive field", fact.field], ["stride", fact.stride], ["arguments", fact.arguments], ["remarks", fact.remarks],
      ]),
      canOpen(id) ? element("button", { textContent: open.has(box.id) ? "Close" : "Open", onclick: () => toggle(id) }) : null,
      box.inside ? shares(box.inside) : null,
      fact.lines ? excerpt(fact.lines) : null,
    ];
  }

  // Search

  function look() {
    const words = search.value.trim().toLowerCase();
    const matches = (id) => [facts[id].label, facts[id].kind, ...facts[id].names].some((text) => text.toLowerCase().includes(words));
    const hits = words ? rows.filter(({ id }) => matches(id)).slice(0, MAX_FOUND) : [];
    found.replaceChildren(...hits.map(({ id }) => {
      const name = facts[id].names.find((each) => each.toLowerCase().includes(words)) ?? facts[id].names[0];
      const button = element("button", { onclick: () => choose(id) }, facts[id].label, element("small", { textContent: name }));
      return element("li", {}, button);
    }));
    if (words && !hits.length) found.append(element("li", { textContent: "No layer is called so." }));
    found.hidden = !words;
  }

  function choose(id) {
    found.hidden = true;
    reveal(id);
  }

  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") found.querySelector("button")?.click();
    else if (event.key === "ArrowDown") found.querySelector("button")?.focus();
    else if (event.key === "Escape") [search.value, found.hidden] = ["", true];
    else return;
    event.preventDefault();
  });
  found.addEventListener("keydown", (event) => {
    const item = document.activeElement.closest("li");
    const next = event.key === "ArrowDown" ? item?.nextElementSibling : event.key === "ArrowUp" ? item?.previousElementSibling : null;
    if (event.key === "Escape") found.hidden = true;
    if (event.key === "Escape" || (event.key === "ArrowUp" && !next)) search.focus();
    else if (next) next.querySelector("button")?.focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".search")) found.hidden = true;
  });

  // Keys, in the picture

  const shownRows = () => rows.filter(({ box }) => isShown(box)).map(({ id }) => id);

  function step(by) {
    const ids = shownRows();
    const at = ids.indexOf(selected);
    go(ids[at < 0 ? 0 : Math.min(Math.max(at + by, 0), ids.length - 1)]);
  }

  function go(id) {
    if (id === undefined) return;
    select(id);
    bringIntoView(id);
  }

  function parentRow(id) {
    let { parent } = boxOf(id);
    while (parent !== null && !boxes.get(parent).box.rows.length) ({ parent } = boxes.get(parent));
    return parent === null ? undefined : `${parent}:0`;
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    ArrowRight: () => selected !== null && (canOpen(selected) && !open.has(boxOf(selected).box.id) ? toggle(selected, true) : step(1)),
    ArrowLeft: () => selected !== null && (canOpen(selected) && open.has(boxOf(selected).box.id) ? toggle(selected, false) : go(parentRow(selected))),
    Enter: () => selected !== null && toggle(selected),
    " ": () => selected !== null && toggle(selected),
    Home: () => go(shownRows()[0]),
    End: () => go(shownRows().pop()),
    Escape: () => select(null),
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: fit,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
    if (event.key === "/") search.select();
    else if (Object.hasOwn(KEYS, event.key) && (view.contains(event.target) || event.target === document.body)) KEYS[event.key]();
    else return;
    event.preventDefault();
  });

  // The pointer: drag to move, wheel to zoom, click to select and to open

  let drag = null;
  view.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, far: false };
  });
  view.addEventListener("pointermove", (event) => {
    if (drag === null) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.far && Math.hypot(dx, dy) < 4) return;
    if (!drag.far) view.setPointerCapture(event.pointerId);
    view.classList.add("moving");
    Object.assign(camera, { x: camera.x + dx, y: camera.y + dy, moved: true });
    drag = { x: event.clientX, y: event.clientY, far: true };
    move();
  });
  view.addEventListener("pointerup", (event) => {
    view.classList.remove("moving");
    const clicked = drag !== null && !drag.far;
    drag = null;
    if (!clicked) return;
    const id = event.target.closest("[data-id]")?.dataset.id ?? null;
    select(id);
    if (id !== null) toggle(id);
  });
  view.addEventListener("pointercancel", () => (drag = null));
  view.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { left, top } = view.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), event.clientX - left, event.clientY - top);
  }, { passive: false });

  find("blocks").onclick = closeBlocks;
  find("all").onclick = openAll;
  find("larger").onclick = () => zoom(1.25);
  find("smaller").onclick = () => zoom(0.8);
  find("fit").onclick = fit;
  addEventListener("resize", () => camera.moved || fit());

  showPanel();
  redraw();
})();
