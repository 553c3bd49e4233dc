// A loss over two weights and four optimizers on it; the numbers are those of the functions in landscape_stepper.py.

const STEPPER_STATE = [
  ...["landscape", "learning_rate", "batch_size", "seed", "start_p", "start_q", "steps"],
  ...["sgd", "momentum", "rmsprop", "adam"],
];
const SAMPLES = 64;
const LIMIT = 1e6;
const MOST_STEPS = 300;
const LANDSCAPES = {
  "narrow valley": { kind: "line", p: 1, q: 1, noise: 0.5, reach: [[-0.5, 2.5], [-3.5, 4]], start: [-0.2, 3.5] },
  "round bowl": { kind: "line", p: 1.5, q: -0.5, noise: 1, reach: [[-3, 4], [-4, 3]], start: [-2.5, 2.5] },
  saddle: { kind: "product", p: 1, q: 1, noise: 0.3, reach: [[-2.5, 2.5], [-2.5, 2.5]], start: [-0.5, 0.51] },
};
const RATES = [0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const BATCH_SIZES = [1, 4, 16, 64];

function uniformNumbers(seed, count) {
  const numbers = [];
  for (let state = seed; numbers.length < count; numbers.push(state / 2147483647)) state = (state * 48271) % 2147483647;
  return numbers;
}

function shuffled(count, seed) {
  const order = Array.from({ length: count }, (_, place) => place);
  uniformNumbers(seed, count - 1).forEach((number, turn) => {
    const last = count - 1 - turn;
    const other = Math.floor(number * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  });
  return order;
}

// A function from a step, 0 for the first, to the samples that its gradient sees.
function miniBatches(batchSize, seed) {
  const batches = Math.ceil(SAMPLES / batchSize);
  let [epoch, order] = [-1, []];
  return (step) => {
    if (epoch !== Math.floor(step / batches)) {
      epoch = Math.floor(step / batches);
      order = shuffled(SAMPLES, 1 + 7919 * seed + 104729 * epoch);
    }
    const place = (step % batches) * batchSize;
    return order.slice(place, place + batchSize);
  };
}

function predicted(landscape, p, q, x) {
  return LANDSCAPES[landscape].kind === "line" ? p * x + q : p * q * x;
}

const samplesMade = {};

function samplesOf(landscape) {
  if (!samplesMade[landscape]) {
    const { p, q, noise } = LANDSCAPES[landscape];
    const numbers = uniformNumbers(20, 3 * SAMPLES);
    const even = Array.from({ length: SAMPLES }, (_, place) => (place + 0.5) / SAMPLES);
    const x = even.map((value) => (landscape === "narrow valley" ? 4 * value : Math.sqrt(12) * (value - 0.5)));
    const error = (place) =>
      noise * (numbers[place] + numbers[SAMPLES + place] + numbers[2 * SAMPLES + place] - 1.5) * 2;
    samplesMade[landscape] = { x, y: x.map((value, place) => predicted(landscape, p, q, value) + error(place)) };
  }
  return samplesMade[landscape];
}

function stepperLoss(landscape, p, q) {
  const { x, y } = samplesOf(landscape);
  let total = 0;
  for (let place = 0; place < SAMPLES; place += 1) {
    const error = predicted(landscape, p, q, x[place]) - y[place];
    total += error * error;
  }
  return total / SAMPLES;
}

function stepperGradient(landscape, [p, q], chosen) {
  const { x, y } = samplesOf(landscape);
  let [byX, byOne] = [0, 0];
  for (const place of chosen) {
    const error = predicted(landscape, p, q, x[place]) - y[place];
    byX += error * x[place];
    byOne += error;
  }
  [byX, byOne] = [(2 * byX) / chosen.length, (2 * byOne) / chosen.length];
  return LANDSCAPES[landscape].kind === "line" ? [byX, byOne] : [byX * q, byX * p];
}

// One factor after the other, as Python does it: the last bit of a library's power may differ.
function power(base, exponent) {
  let product = 1;
  for (let factor = 0; factor < exponent; factor += 1) product *= base;
  return product;
}

// Each takes one weight with its own two numbers of state, which it changes, and gives the new weight.
const OPTIMIZERS = {
  SGD: (weight, state, gradient, rate) => weight - rate * gradient,
  momentum: (weight, state, gradient, rate) => {
    state[0] = 0.9 * state[0] - rate * gradient;
    return weight + state[0];
  },
  RMSprop: (weight, state, gradient, rate) => {
    state[0] = 0.9 * state[0] + (1 - 0.9) * gradient * gradient;
    return weight - (rate * gradient) / Math.sqrt(state[0] + 1e-7);
  },
  Adam: (weight, state, gradient, rate, step) => {
    state[0] += (1 - 0.9) * (gradient - state[0]);
    state[1] += (1 - 0.999) * (gradient * gradient - state[1]);
    const corrected = (rate * Math.sqrt(1 - power(0.999, step))) / (1 - power(0.9, step));
    return weight - (corrected * state[0]) / (Math.sqrt(state[1]) + 1e-7);
  },
};
const NAMES = Object.keys(OPTIMIZERS);

function descend({ landscape, start_p, start_q, learning_rate, batch_size, seed }, name, steps) {
  const path = [[start_p, start_q]];
  const state = [[0, 0], [0, 0]];
  const batch = miniBatches(batch_size, seed);
  for (let step = 0; step < steps; step += 1) {
    const here = path[step];
    const slope = stepperGradient(landscape, here, batch(step));
    const update = (weight, place) =>
      OPTIMIZERS[name](weight, state[place], slope[place], learning_rate, step + 1);
    const ahead = here.map(update);
    if (!ahead.every((weight) => Math.abs(weight) <= LIMIT)) {
      return [...path, ...Array.from({ length: steps - step }, () => here)];
    }
    path.push(ahead);
  }
  return path;
}

let lastRun = { key: "" };

// All paths of a state with the losses on them, to the last step there can be: {name: {path, losses}}.
function runOf(state) {
  const { landscape, start_p, start_q, learning_rate, batch_size, seed } = state;
  const key = JSON.stringify([landscape, start_p, start_q, learning_rate, batch_size, seed]);
  if (lastRun.key !== key) {
    const run = NAMES.map((name) => {
      const path = descend(state, name, MOST_STEPS);
      return [name, { path, losses: path.map(([p, q]) => stepperLoss(landscape, p, q)) }];
    });
    lastRun = { key, run: Object.fromEntries(run) };
  }
  return lastRun.run;
}

function stepperQuantities(state) {
  const run = runOf(state);
  const losses = NAMES.map((name) => run[name].losses[state.steps]);
  return {
    steps: state.steps,
    "narrow valley": state.landscape === "narrow valley" ? 1 : 0,
    "learning rate": state.learning_rate,
    "batch size": state.batch_size,
    "start p": state.start_p,
    "start q": state.start_q,
    "smallest loss": losses.indexOf(Math.min(...losses)),
    ...Object.fromEntries(NAMES.map((name, place) => [`${name} loss`, losses[place]])),
  };
}

// Pictures

const FRAME = { width: 460, height: 380, left: 62, right: 446, top: 14, bottom: 330 };
const GRID = 64;
const traitOf = (name) => name.toLowerCase();
const styleOf = (name) => `lbl-${traitOf(name)}`;
const within = (value) => Math.max(-1e4, Math.min(1e4, value));

function marker(name, x, y, size = 6) {
  const style = `lbl-marker ${styleOf(name)}`;
  if (name === "SGD") return draw("circle", { cx: x, cy: y, r: size, class: style });
  const corner = {
    momentum: [[-1, -1], [1, -1], [1, 1], [-1, 1]].map((each) => each.map((part) => part * 0.9)),
    RMSprop: [[0, -1.25], [1.15, 0.85], [-1.15, 0.85]],
    Adam: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  }[name];
  const points = corner.map(([across, up]) => `${(x + across * size).toFixed(1)},${(y + up * size).toFixed(1)}`);
  return draw("polygon", { points: points.join(" "), class: style });
}

// Line pieces on which the loss equals `level`, for a grid of losses: one path. Each cell is cut by straight lines.
function contourPath(losses, level, atX, atY) {
  const pieces = [];
  for (let row = 0; row < GRID; row += 1) {
    for (let column = 0; column < GRID; column += 1) {
      const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]];
      const crossings = corners.flatMap(([fromRow, fromColumn], side) => {
        const [toRow, toColumn] = corners[(side + 1) % 4];
        const [from, to] = [losses[fromRow][fromColumn], losses[toRow][toColumn]];
        if (from < level === to < level) return [];
        const share = (level - from) / (to - from);
        const x = atX(fromColumn + share * (toColumn - fromColumn));
        return [`${x.toFixed(1)} ${atY(fromRow + share * (toRow - fromRow)).toFixed(1)}`];
      });
      for (let place = 0; place + 1 < crossings.length; place += 2) {
        pieces.push(`M${crossings[place]}L${crossings[place + 1]}`);
      }
    }
  }
  return pieces.join("");
}

function landscapeScales({ landscape }) {
  const [p, q] = LANDSCAPES[landscape].reach;
  return [scale(p, [FRAME.left, FRAME.right]), scale(q, [FRAME.bottom, FRAME.top])];
}

// The place of the smallest loss, for a line; null where a whole curve has the smallest loss.
function lowestPoint(landscape) {
  if (LANDSCAPES[landscape].kind !== "line") return null;
  const { x, y } = samplesOf(landscape);
  const mean = (values) => values.reduce((total, value) => total + value, 0) / SAMPLES;
  const [xMean, yMean] = [mean(x), mean(y)];
  const p = mean(x.map((value, place) => (value - xMean) * (y[place] - yMean))) / mean(x.map((v) => (v - xMean) ** 2));
  return [p, yMean - p * xMean];
}

// Where the way from the smallest loss to the upper right corner meets each level, its number; none on top of another.
function levelLabels(landscape, levels, x, y) {
  const from = lowestPoint(landscape) ?? [1, 1];
  const to = [x.domain[1], y.domain[1]];
  const shares = Array.from({ length: 201 }, (_, place) => place / 200);
  const way = shares.map((share) => from.map((value, place) => value + share * (to[place] - value)));
  const losses = way.map(([p, q]) => stepperLoss(landscape, p, q));
  const rows = [];
  return levels.flatMap((level) => {
    const [p, q] = way[losses.findIndex((loss) => loss >= level)] ?? to;
    const text = numberText(Number(level.toPrecision(2)));
    const half = text.length * 3.6 + 3;
    const hidden = x(p) > FRAME.right - half - 4 || y(q) < FRAME.top + 12 || rows.some((row) => Math.abs(row - y(q)) < 18);
    if (hidden) return [];
    rows.push(y(q));
    return [
      draw("rect", { x: x(p) - half, y: y(q) - 8, width: 2 * half, height: 16, rx: 3, class: "lbl-plate" }),
      draw("text", { x: x(p), y: y(q) + 4, "text-anchor": "middle", class: "lbl-tick" }, text),
    ];
  });
}

function landscapeGround(state) {
  const make = () => {
    const { landscape } = state;
    const [x, y] = landscapeScales(state);
    const along = ({ domain: [low, high] }, place) => low + (place * (high - low)) / GRID;
    const places = Array.from({ length: GRID + 1 }, (_, place) => place);
    const losses = places.map((row) => places.map((column) => stepperLoss(landscape, along(x, column), along(y, row))));
    const lowest = Math.min(...losses.map((row) => Math.min(...row)));
    const highest = Math.max(...losses.map((row) => Math.max(...row)));
    const levels = [1, 2, 3, 4, 5, 6, 7].map((power) => lowest + (highest - lowest) / 2.6 ** power);
    const atX = (column) => x(along(x, column));
    const atY = (row) => y(along(y, row));
    const lines = levels.map((level) => draw("path", { d: contourPath(losses, level, atX, atY), class: "lbl-contour" }));
    const labels = levelLabels(landscape, levels, x, y);
    const best = lowestPoint(landscape);
    const cross = best ? [draw("path", { d: `M${x(best[0]) - 6} ${y(best[1])}h12m-6 -6v12`, class: "lbl-best" })] : [];
    return [...axes(x, y, "weight p", "weight q"), clipped(x, y, ...lines, ...labels, ...cross)];
  };
  return { key: state.landscape, make };
}

function shownNames(state) {
  return NAMES.filter((name) => state[traitOf(name)]);
}

function landscapeParts(state) {
  const [x, y] = landscapeScales(state);
  const run = runOf(state);
  const parts = shownNames(state).flatMap((name) => {
    const points = run[name].path.slice(0, state.steps + 1).map(([p, q]) => [within(x(p)), within(y(q))]);
    const stops = state.steps > 60 ? [] : points.slice(1, -1);
    const dots = stops.map(([cx, cy]) => draw("circle", { cx, cy, r: 1.8, class: `lbl-dot ${styleOf(name)}` }));
    const way = draw("path", { d: pathThrough(points), class: `lbl-path ${styleOf(name)}` });
    return [way, ...dots, marker(name, ...points.at(-1))];
  });
  const [startX, startY] = [within(x(state.start_p)), within(y(state.start_q))];
  const start = draw("circle", { cx: startX, cy: startY, r: 9, class: "lbl-ring" });
  return [clipped(x, y, ...parts, start)];
}

// How many steps the picture of the losses reaches.
const horizonOf = (steps) => [20, 50, 100, MOST_STEPS].find((most) => most >= steps);

function lossScalesOf(state) {
  const run = runOf(state);
  const horizon = horizonOf(state.steps);
  const all = shownNames(state).flatMap((name) => run[name].losses.slice(0, horizon + 1));
  const first = run.SGD.losses[0];
  const low = Math.min(first, ...all);
  const high = Math.min(Math.max(first, ...all), 1000 * first);
  const [bottom, top] = [Math.log10(low), Math.log10(high)];
  const margin = 0.06 * (top - bottom) + 0.02;
  const y = scale([bottom - margin, top + margin], [FRAME.bottom, FRAME.top]);
  return [scale([0, 1.03 * horizon], [FRAME.left, FRAME.right]), y];
}

function logTicks([low, high]) {
  const powers = Array.from({ length: 25 }, (_, place) => place - 12);
  const fine = high - low < 2.5 ? [1, 2, 5] : [1];
  const values = powers.flatMap((power) => fine.map((digit) => Number((digit * 10 ** power).toPrecision(3))));
  const found = values.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  // Where no round number lies in a very small range, its two ends must do.
  return found.length > 1 ? found : [low, high].map((power) => Number((10 ** power).toPrecision(4)));
}

function lossAxes(x, y) {
  const across = ticks(x.domain, 5).flatMap((value) => [
    draw("line", { x1: x(value), x2: x(value), y1: FRAME.bottom, y2: FRAME.top, class: "lbl-grid" }),
    draw("text", { x: x(value), y: FRAME.bottom + 18, class: "lbl-tick", "text-anchor": "middle" }, numberText(value)),
  ]);
  const up = logTicks(y.domain).flatMap((value) => {
    const at = y(Math.log10(value));
    return [
      draw("line", { x1: FRAME.left, x2: FRAME.right, y1: at, y2: at, class: "lbl-grid" }),
      draw("text", { x: FRAME.left - 8, y: at + 4, class: "lbl-tick", "text-anchor": "end" }, numberText(value)),
    ];
  });
  const middle = (FRAME.top + FRAME.bottom) / 2;
  const title = { class: "lbl-axis", "text-anchor": "middle" };
  const size = { x: FRAME.left, y: FRAME.top, width: FRAME.right - FRAME.left, height: FRAME.bottom - FRAME.top };
  return [
    ...across,
    ...up,
    draw("rect", { ...size, class: "lbl-plot" }),
    draw("text", { x: (FRAME.left + FRAME.right) / 2, y: FRAME.bottom + 38, ...title }, "step"),
    draw("text", { x: 14, y: middle, ...title, transform: `rotate(-90 14 ${middle})` }, "loss on all samples (log scale)"),
  ];
}

function lossGroundOf(state) {
  const [x, y] = lossScalesOf(state);
  return { key: [x.domain, y.domain], make: () => lossAxes(x, y) };
}

function lossPartsOf(state) {
  const [x, y] = lossScalesOf(state);
  const run = runOf(state);
  const parts = shownNames(state).flatMap((name) => {
    const losses = run[name].losses.slice(0, state.steps + 1);
    const points = losses.map((loss, step) => [x(step), within(y(Math.log10(loss)))]);
    const way = draw("path", { d: pathThrough(points), class: `lbl-path ${styleOf(name)}` });
    return [way, marker(name, ...points.at(-1))];
  });
  return [clipped(x, y, ...parts)];
}

// One optimizer: the box that shows or hides its path, its mark, and where it stands.
function optimizerRow(name, change) {
  const trait = traitOf(name);
  const box = tickBox({ label: name, name: trait, onChange: (value) => change({ [trait]: value }) });
  const swatch = draw("svg", { viewBox: "0 0 44 20", class: "lbl-swatch", "aria-hidden": "true" });
  swatch.append(draw("path", { d: "M2 10H42", class: `lbl-path ${styleOf(name)}` }), marker(name, 22, 10));
  const value = make("strong");
  const details = make("span");
  const words = make("p", { class: "lbl-status" }, "loss ", value, details);
  const show = (state) => {
    const { path, losses } = runOf(state)[name];
    const [p, q] = path[state.steps];
    const before = path[state.steps - 1];
    const stuck = before && before[0] === p && before[1] === q && Math.max(Math.abs(p), Math.abs(q)) > 1000;
    const stopped = stuck ? ". It diverged and was stopped" : "";
    valueText(value, `${name} loss`, losses[state.steps]);
    setText(details, ` at p = ${numberText(p)}, q = ${numberText(q)}${stopped}.`);
    box.show(state[trait]);
    return `${name} ${words.textContent}`;
  };
  return { node: make("div", { class: "lbl-optimizer" }, box.node, swatch, words), show };
}

function runControls(change, read) {
  const fresh = (changes) => change({ ...changes, steps: 0 });
  const place = choiceList({
    label: "landscape",
    name: "landscape",
    onChange: (landscape) => {
      const [start_p, start_q] = LANDSCAPES[landscape].start;
      fresh({ landscape, start_p, start_q });
    },
  });
  const rate = choiceList({
    label: "learning rate",
    name: "learning_rate",
    onChange: (value) => change({ learning_rate: Number(value) }),
  });
  const batch = choiceList({
    label: "batch size",
    name: "batch_size",
    onChange: (value) => change({ batch_size: Number(value) }),
  });
  const startP = slider({ quantity: "start_p", onInput: (value) => change({ start_p: value }) });
  const startQ = slider({ quantity: "start_q", onInput: (value) => change({ start_q: value }) });
  const seed = slider({ quantity: "seed", onInput: (value) => change({ seed: value }) });
  const steps = slider({ quantity: "steps", onInput: (value) => change({ steps: value }) });
  const go = (count) => change({ steps: Math.max(0, Math.min(MOST_STEPS, read().steps + count)) });
  const buttons = [
    button("One step", () => go(1)),
    button("Ten steps", () => go(10)),
    button("One step back", () => go(-1)),
    button("To the start", () => go(-MOST_STEPS)),
  ];
  const show = (state) => {
    const options = (values, now) => [...new Set([...values, now])].sort((a, b) => a - b).map(String);
    place.show(Object.keys(LANDSCAPES).map((name) => [name, name]), state.landscape);
    rate.show(options(RATES, state.learning_rate).map((each) => [each, each]), String(state.learning_rate));
    const named = (each) => (Number(each) === SAMPLES ? `${each} (all samples)` : each);
    batch.show(options(BATCH_SIZES, state.batch_size).map((each) => [each, named(each)]), String(state.batch_size));
    const [[lowP, highP], [lowQ, highQ]] = LANDSCAPES[state.landscape].reach;
    startP.show({ label: "start p", low: lowP, high: highP, step: 0.01, value: state.start_p });
    startQ.show({ label: "start q", low: lowQ, high: highQ, step: 0.01, value: state.start_q });
    seed.show({ label: "order of samples", low: 1, high: 99, step: 1, value: state.seed });
    steps.show({ label: "steps", low: 0, high: MOST_STEPS, step: 1, value: state.steps });
  };
  const choices = make("div", { class: "lbl-row" }, place.node, rate.node, batch.node);
  const sliders = make("div", { class: "lbl-pair" }, startP.node, startQ.node, seed.node, steps.node);
  return { node: make("div", { class: "lbl-controls" }, choices, sliders, make("div", { class: "lbl-row" }, ...buttons)), show };
}

const STEPPER_LEGEND =
  "The lines on the left join weights of equal loss; the ring is the start, the cross the smallest loss. All four " +
  "optimizers see the same mini-batches; momentum is 0.9. The order of samples matters only for batches smaller than 64.";

function buildStepper({ change, read }) {
  const land = picture(FRAME.width, FRAME.height, "landscape");
  const curves = picture(FRAME.width, FRAME.height, "losses");
  const controls = runControls(change, read);
  const rows = NAMES.map((name) => optimizerRow(name, change));
  const legend = make("p", { class: "lbl-note" }, STEPPER_LEGEND);
  const show = (state) => {
    const said = rows.map((row) => row.show(state));
    const words = said.filter((_, place) => state[traitOf(NAMES[place])]).join(" ");
    const after = `after ${state.steps} ${state.steps === 1 ? "step" : "steps"}`;
    const settings = `learning rate ${state.learning_rate}, batch size ${state.batch_size} of ${SAMPLES}`;
    const alt = `Contours of the loss over the weights p and q, ${state.landscape}, and the paths of the optimizers, `;
    land.show(`${alt}${after}; ${settings}. ${words}`, landscapeParts(state), landscapeGround(state));
    curves.show(`The loss of each optimizer by step, ${after}. ${words}`, lossPartsOf(state), lossGroundOf(state));
    controls.show(state);
  };
  const panels = make("div", { class: "lbl-panels" }, land.node, curves.node);
  const table = make("div", { class: "lbl-optimizers" }, ...rows.map((row) => row.node));
  return { nodes: [panels, table, controls.node, legend], show };
}

function render({ model, el }) {
  const parts = { names: STEPPER_STATE, quantities: stepperQuantities, build: buildStepper };
  return mount({ model, el, title: "Loss-landscape stepper", ...parts });
}
