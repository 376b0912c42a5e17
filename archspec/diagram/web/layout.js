// Where everything in a scene stands: ELK says it, in a page and in the program alike.
"use strict";

const ROW = 20;
const TITLE = 22;
const PAD = 10;
const FONT = 12;
const SMALL = 10;
const MAX_COLUMNS = 8;
const GAP = 30; // from a box to the one below
const TURN = 60; // what lies between two columns
const STUB = 60; // what a line takes to come in at the top of a column and to leave at the bottom

// Advance widths of Helvetica, Arial and Arimo in thousandths of the font size, from the space to the tilde.
const REGULAR = [278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584];
const BOLD = [278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584];

function textWidth(text, size, bold = false) {
  let width = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0);
    // a letter beyond ASCII: as wide as a capital, one of the East as wide as it is high
    width += (bold ? BOLD : REGULAR)[code - 32] ?? (code < 0x1100 ? 667 : 1000);
  }
  return (width * size) / 1000;
}

// Layout, from the inside out: what is open is arranged first, and is a box of that size in the scene around it.

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.edgeLabels.sideSelection": "ALWAYS_UP",
  "elk.layered.spacing.nodeNodeBetweenLayers": "9",
  "elk.layered.spacing.edgeNodeBetweenLayers": "7",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "6",
  "elk.spacing.nodeNode": "16",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "8",
  "elk.spacing.edgeLabel": "3",
  "elk.spacing.portPort": "12",
};

const isOpen = (box, open) => box.inside !== null && open.has(box.id);
const title = (box) => (box.rows.length ? box.rows[0].label : "");
const times = (box) => (box.times > 1 ? `x ${box.times}` : "");

function titleWidth(box) {
  const words = textWidth(title(box), FONT, true);
  const count = box.times > 1 ? textWidth(times(box), FONT, true) + 8 : 0;
  const name = box.name ? textWidth(box.name, SMALL) + 8 : 0;
  return words + count + name + 2 * PAD;
}

function size(box) {
  switch (box.form) {
    case "layers":
      return [Math.max(...box.rows.map((row) => textWidth(row.label, FONT))) + 2 * PAD + 2 * countWidth(box), ROW * box.rows.length];
    case "module":
      return [Math.max(titleWidth(box), 60), TITLE + 4];
    case "join":
      return box.text.length === 1 ? [20, 20] : [textWidth(box.text, FONT) + 20, 20];
    default:
      return [textWidth(box.text, FONT) + 2 * PAD, ROW];
  }
}

// What stands beside layers that repeat; as much is free on the other side, so that lines meet them in the middle.
const countWidth = (box) => (box.times > 1 ? textWidth(times(box), FONT, true) + 10 : 0);

const portId = (box, side, index) => `${box.id}${side}${index}`;
const port = (id, side) => ({ id, width: 0, height: 0, layoutOptions: { "elk.port.side": side } });
const ports = (count, id, side) => Array.from({ length: count }, (_, index) => port(id(index), side));

// A box as ELK takes it. One that is open was arranged before, and keeps its size and its ports.
function toNode(box, insides) {
  const inside = insides.get(box.id);
  if (inside === undefined) {
    const [width, height] = size(box);
    return { id: box.id, width, height };
  }
  const { width, height } = inside;
  return { id: box.id, width, height, ports: inside.ports, layoutOptions: { "elk.portConstraints": "FIXED_POS" } };
}

// The shape stands at an edge between boxes; one that comes from or goes to a border goes on outside, and has it there.
function toLink(edge, index, scene, around, insides) {
  const end = ([box, number], outwards, inwards) =>
    box === null ? portId(around, outwards, number) : insides.has(scene.boxes[box].id) ? portId(scene.boxes[box], inwards, number) : scene.boxes[box].id;
  const shown = edge.source[0] !== null && edge.target[0] !== null;
  return {
    id: `edge${index}`,
    sources: [end(edge.source, "i", "o")],
    targets: [end(edge.target, "o", "i")],
    labels: shown ? [{ text: edge.shape, width: textWidth(edge.shape, SMALL), height: SMALL + 2 }] : [],
  };
}

// Put a link into a node. One from border to border would be a loop outside: it goes through a point within.
function addLink(node, link) {
  const isPort = (id) => node.ports.some((port) => port.id === id);
  if (!isPort(link.sources[0]) || !isPort(link.targets[0])) return void node.edges.push(link);
  const point = { id: `point ${link.id}`, width: 1, height: 0.1 };
  node.children.push(point);
  node.edges.push({ ...link, targets: [point.id] }, { id: `past ${link.id}`, sources: [point.id], targets: link.targets });
}

// What is around a scene: the border of a box that is open, or nothing.
function toFrame(scene, around, options) {
  const frame = { id: "frame", layoutOptions: { ...OPTIONS, ...options, "elk.portConstraints": "FIXED_SIDE" } };
  if (around === null) return { ...frame, ports: [], layoutOptions: { ...frame.layoutOptions, "elk.padding": "[top=16,left=16,bottom=16,right=16]" } };
  frame.ports = [
    ...ports(scene.entries, (index) => portId(around, "i", index), "NORTH"),
    ...ports(around.outputs, (index) => portId(around, "o", index), "SOUTH"),
  ];
  frame.layoutOptions["elk.padding"] = `[top=${TITLE + 12},left=12,bottom=12,right=12]`;
  frame.layoutOptions["elk.nodeSize.constraints"] = "MINIMUM_SIZE";
  frame.layoutOptions["elk.nodeSize.minimum"] = `(${titleWidth(around)}, 40)`;
  return frame;
}

function inOnePiece(scene, around, insides) {
  const frame = toFrame(scene, around, {});
  frame.children = scene.boxes.map((box) => toNode(box, insides));
  frame.edges = [];
  scene.edges.forEach((edge, index) => addLink(frame, toLink(edge, index, scene, around, insides)));
  return frame;
}

// The scene cut into columns of one height, side by side; `column` says in which each box stands. One tensor goes from
// a column to the next: out at the bottom, in at the top.
function inColumns(scene, around, insides, column, height) {
  const frame = toFrame(scene, around, {
    "elk.direction": "RIGHT",
    "elk.layered.nodePlacement.strategy": "SIMPLE", // columns of one height stand level, wherever lines come in
    "elk.layered.spacing.nodeNodeBetweenLayers": "28",
  });
  const last = Math.max(...column);
  const [into, outOf] = [(index) => `column${index}in`, (index) => `column${index}out`];
  frame.ports = []; // those of the frame are the first and the last column's: see `flat`
  frame.children = Array.from({ length: last + 1 }, (_, index) => ({
    id: `column${index}`,
    layoutOptions: {
      ...OPTIONS,
      "elk.padding": "[top=8,left=4,bottom=8,right=4]",
      "elk.portConstraints": "FIXED_SIDE",
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(20, ${height})`,
      "elk.contentAlignment": "V_TOP H_CENTER",
    },
    ports: [
      ...(index > 0 ? [port(into(index), "NORTH")] : ports(scene.entries, (number) => portId(around, "i", number), "NORTH")),
      ...(index < last ? [port(outOf(index), "SOUTH")] : ports(around?.outputs ?? 0, (number) => portId(around, "o", number), "SOUTH")),
    ],
    children: scene.boxes.filter((_, box) => column[box] === index).map((box) => toNode(box, insides)),
    edges: [],
  }));
  const [left, entered] = [new Set(), new Set()];
  scene.edges.forEach((edge, index) => {
    const from = edge.source[0] === null ? 0 : column[edge.source[0]];
    const to = edge.target[0] === null ? last : column[edge.target[0]];
    const link = toLink(edge, index, scene, around, insides);
    for (let at = from; at < to; at++) {
      const sources = at === from ? link.sources : [into(at)];
      if (!left.has(at)) addLink(frame.children[at], { id: `leave${at}`, sources, targets: [outOf(at)] });
      left.add(at);
    }
    if (from < to) {
      link.sources = [into(to)];
      if (entered.has(to)) link.labels = [];
      entered.add(to);
    }
    addLink(frame.children[to], link);
  });
  frame.edges = frame.children.slice(1).map((_, index) => ({ id: `turn${index}`, sources: [outOf(index)], targets: [into(index + 1)] }));
  return frame;
}

// After which boxes a scene may be cut: where one tensor goes on. A result on the way stays with what made it, and an
// input with what takes it.
function cuts(scene) {
  const count = scene.boxes.length;
  const wires = scene.edges
    .filter(({ source, target }) => scene.boxes[target[0]]?.form !== "output" || source[0] === target[0] - 1)
    .map(({ source, target }) => [source[0] ?? -1, target[0] ?? count, String(source)]);
  return scene.boxes.slice(0, -1).flatMap((_, index) => {
    if (scene.boxes[index].form === "input") return [];
    const crossing = wires.filter(([from, to]) => from <= index && to > index);
    return new Set(crossing.map(([, , source]) => source)).size === 1 && crossing[0][0] >= 0 ? [index] : [];
  });
}

// The pieces between the cuts, with the width and the height of each.
function cutUp(scene, nodes) {
  const ends = [...cuts(scene), scene.boxes.length - 1];
  return ends.map((last, index) => {
    const own = nodes.slice(index > 0 ? ends[index - 1] + 1 : 0, last + 1);
    const extent = (at, size) => Math.max(...own.map((node) => node[at] + node[size])) - Math.min(...own.map((node) => node[at]));
    return { count: own.length, width: extent("x", "width"), height: extent("y", "height") + GAP };
  });
}

// In which column each piece stands where no column is higher than `limit`, if that can be.
function divide(pieces, limit) {
  let [column, height] = [0, 0];
  return pieces.map((piece) => {
    if (height > 0 && height + piece.height > limit) [column, height] = [column + 1, 0];
    height += piece.height;
    return column;
  });
}

// Width and height that the columns come to.
function estimate(pieces, columns) {
  const sizes = Array.from({ length: Math.max(...columns) + 1 }, () => ({ width: 0, height: 0 }));
  pieces.forEach(({ width, height }, index) => {
    const size = sizes[columns[index]];
    Object.assign(size, { width: Math.max(size.width, width), height: size.height + height });
  });
  return { width: sizes.reduce((sum, { width }) => sum + width + TURN, 0), height: Math.max(...sizes.map(({ height }) => height)) + STUB };
}

// The same by box; a result on the way stands where what made it does.
function columnOfBoxes(scene, pieces, columns) {
  const column = pieces.flatMap(({ count }, index) => Array(count).fill(columns[index]));
  for (const { source, target } of scene.edges) if (scene.boxes[target[0]]?.form === "output") column[target[0]] = column[source[0]];
  return column;
}

// How much of its size a picture keeps on a screen of this width and height.
const fit = (placed, screen) => Math.min(1, screen[0] / placed.width, screen[1] / placed.height);

// Where everything in a scene stands: the layout that is largest on the screen, in one piece or in columns.
async function arrange(scene, around, open, screen) {
  const insides = new Map();
  const rest = [screen[0] - 60, screen[1] - 150];
  for (const box of scene.boxes) if (isOpen(box, open)) insides.set(box.id, await arrange(box.inside, box, open, rest));
  const run = async (frame) => (await new ELK().layout({ id: "root", children: [frame] })).children[0];
  let frame = await run(inOnePiece(scene, around, insides));
  const pieces = cutUp(scene, frame.children);
  let [best, columns] = [1.1 * fit(frame, screen), null];
  for (let count = 2; count <= MAX_COLUMNS && best < 1; count++) {
    for (const slack of [1, 1.1, 1.2, 1.35]) {
      const candidate = divide(pieces, (pieces.reduce((sum, { height }) => sum + height, 0) / count) * slack);
      const size = fit(estimate(pieces, candidate), screen) * 0.97 ** Math.max(...candidate);
      if (size > best) [best, columns] = [size, candidate];
    }
  }
  if (columns !== null) {
    frame = await run(inColumns(scene, around, insides, columnOfBoxes(scene, pieces, columns), estimate(pieces, columns).height));
  }
  return { ...flat(frame), insides };
}

// Nodes and links of a frame by id, at their places in it. Columns are gone, and their ports lie on the frame's border.
function flat(frame) {
  const [nodes, links] = [new Map(), []];
  const ports = (frame.ports ?? []).map(({ id, x, y }) => ({ id, x, y, width: 0, height: 0 }));
  const collect = (node, x, y) => {
    for (const child of node.children ?? []) {
      const [left, top] = [x + child.x, y + child.y];
      if (child.id.startsWith("column")) {
        collect(child, left, top);
        for (const { id, x: along, y: down } of child.ports.filter(({ id }) => !id.startsWith("column"))) {
          const border = down === 0 ? 0 : frame.height;
          ports.push({ id, x: left + along, y: border, width: 0, height: 0 });
          links.push({ id: "turn", x: left + along, y: 0, sections: [{ startPoint: { x: 0, y: border }, endPoint: { x: 0, y: top + down } }] });
        }
      }
      else nodes.set(child.id, { x: left, y: top, width: child.width, height: child.height });
    }
    for (const link of node.edges ?? []) links.push({ ...link, x, y });
  };
  collect(frame, 0, 0);
  return { width: frame.width, height: frame.height, ports, nodes, links };
}
