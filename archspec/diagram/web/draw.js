// A scene as the inside of an SVG. What comes from a spec is text in it, never markup.
"use strict";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const UNPRINTABLE = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu; // XML has no place for these
const escape = (text) => text.replace(UNPRINTABLE, "").replace(/[&<>"']/g, (letter) => ENTITIES[letter]);
const num = (value) => String(Math.round(value * 10) / 10);

function text(words, x, y, className, anchor) {
  return `<text x="${num(x)}" y="${num(y)}" class="${className}"${anchor ? ` text-anchor="${anchor}"` : ""}>${escape(words)}</text>`;
}

const tip = (row) => `<title>${escape(row.tip)}</title>`;

// A rectangle whose upper and lower corners may be round.
function band(x, y, width, height, top, bottom, className) {
  const arc = (radius, dx, dy) => `a${radius} ${radius} 0 0 1 ${dx} ${dy}`;
  const path = [`M${num(x + top)} ${num(y)}h${num(width - 2 * top)}`, arc(top, top, top), `v${num(height - top - bottom)}`,
    arc(bottom, -bottom, bottom), `h${num(2 * bottom - width)}`, arc(bottom, -bottom, -bottom), `v${num(top + bottom - height)}`, arc(top, top, -top), "z"];
  return `<path d="${path.join("")}" class="${className}"/>`;
}

const rect = (x, y, width, height, radius, className) => `<rect x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}" rx="${radius}" class="${className}"/>`;

function drawBox(box, { x, y, width, height }, opened) {
  const training = box.training ? " training" : "";
  const parts = [];
  switch (box.form) {
    case "layers": {
      const [left, own] = [x + countWidth(box), width - 2 * countWidth(box)];
      if (box.times > 1) parts.push(rect(left + 3, y + 3, own, height, 4, `behind ${box.rows[0].family}`));
      const last = box.rows.length - 1;
      box.rows.forEach((row, index) => {
        const top = y + index * ROW;
        const shape = band(left, top, own, ROW, index === 0 ? 4 : 0, index === last ? 4 : 0, row.family + training);
        const label = text(row.label, x + width / 2, top + 14, "label", "middle");
        parts.push(`<g class="row" data-id="${box.id}:${index}">${tip(row)}${shape}${label}</g>`);
      });
      if (box.times > 1) parts.push(text(times(box), x + width, y + height / 2 + 4, "title", "end"));
      break;
    }
    case "join":
      parts.push(rect(x, y, width, height, height / 2, "join"), text(box.text, x + width / 2, y + height / 2 + 4, "label", "middle"));
      break;
    case "input":
    case "output":
      parts.push(rect(x, y, width, height, height / 2, `end${training}`), text(box.text, x + width / 2, y + 14, "label", "middle"));
      break;
    default:
      if (box.times > 1) parts.push(rect(x + 4, y + 4, width, height, 6, `behind ${style(box, opened)}`));
      parts.push(rect(x, y, width, height, 6, style(box, opened) + training));
      if (!opened) parts.push(drawWords(box, x, y + 17));
  }
  return parts.join("");
}

const style = (box, opened) => `${box.form === "repeat" ? "repeat" : box.block ? "block" : "structure"} ${opened ? "open" : "closed"}`;

// The title of what is open covers the lines that enter: they go on below it.
function drawTitle(box, { x, y, width }) {
  const id = box.form === "module" ? ` data-id="${box.id}:0"` : "";
  return `<g class="head"${id}>${band(x, y, width, TITLE, 6, 0, `${style(box, true)} bar${box.training ? " training" : ""}`)}${drawWords(box, x, y + 15)}</g>`;
}

function drawWords(box, x, y) {
  let left = x + PAD;
  const parts = [];
  for (const [words, className, fontSize] of [[title(box), "title", FONT], [times(box), "title", FONT], [box.name, "name", SMALL]]) {
    if (!words) continue;
    parts.push(text(words, left, y, className));
    left += textWidth(words, fontSize, className === "title") + 8;
  }
  return parts.join("");
}

function drawLine(link, x, y, className, pointed) {
  const parts = [];
  for (const section of link.sections ?? []) {
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map((p) => [x + p.x, y + p.y]);
    parts.push(`<path d="${rounded(points)}" class="${className}"/>`);
    if (pointed) parts.push(arrow(points[points.length - 1]));
  }
  for (const label of link.labels ?? []) parts.push(text(label.text, x + label.x, y + label.y + SMALL - 1, "shape"));
  return parts.join("");
}

const arrow = ([x, y]) => `<path d="M${num(x)} ${num(y)}l-3.5 -6h7z" class="arrow"/>`;

// A line through points, its corners round.
function rounded(points) {
  let path = `M${points[0].map(num).join(" ")}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [px, py] = points[i - 1], [x, y] = points[i], [nx, ny] = points[i + 1];
    const before = Math.hypot(x - px, y - py), after = Math.hypot(nx - x, ny - y);
    const radius = Math.min(6, before / 2, after / 2);
    if (radius < 0.5) continue;
    path += `L${num(x - ((x - px) / before) * radius)} ${num(y - ((y - py) / before) * radius)}`
      + `Q${num(x)} ${num(y)} ${num(x + ((nx - x) / after) * radius)} ${num(y + ((ny - y) / after) * radius)}`;
  }
  return path + `L${points[points.length - 1].map(num).join(" ")}`;
}

function drawScene(scene, placed, x, y) {
  const parts = [];
  for (const box of scene.boxes) {
    const node = placed.nodes.get(box.id);
    const place = { ...node, x: x + node.x, y: y + node.y };
    const inside = placed.insides.get(box.id);
    const [id, hint] = box.form === "module" ? [` data-id="${box.id}:0"`, tip(box.rows[0])] : ["", ""];
    parts.push(`<g class="box"${id}>${hint}${drawBox(box, place, inside !== undefined)}</g>`);
    if (inside !== undefined) parts.push(drawScene(box.inside, inside, place.x, place.y), drawTitle(box, place));
  }
  for (const link of placed.links) {
    const edge = link.id.startsWith("edge") ? scene.edges[Number(link.id.slice(4))] : null;
    const training = edge !== null && [edge.source, edge.target].some(([box]) => scene.boxes[box]?.training);
    const pointed = edge !== null && edge.target[0] !== null;
    parts.push(drawLine(link, x + link.x, y + link.y, `edge${training ? " training" : ""}`, pointed));
  }
  return parts.join("");
}

async function picture(scene, openIds, screen) {
  const placed = await arrange(scene, null, new Set(openIds), screen);
  return { width: Math.ceil(placed.width), height: Math.ceil(placed.height), body: drawScene(scene, placed, 0, 0) };
}
