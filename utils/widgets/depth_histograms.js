// Activations and gradients by depth; the numbers are those of the functions in depth_histograms.py, added up in the
// same order.

const DEPTH_STATE = ["initialization", "activation", "factor", "depth", "width", "layer", "seed"];
const SAMPLES = 32;
const BINS = 24;
const FLAT = 0.05;
const INITIALIZATIONS = {
  "He normal": (width) => Math.sqrt(2 / width),
  "He uniform": (width) => Math.sqrt(2 / width),
  "Glorot normal": (width) => Math.sqrt(2 / (width + width)),
  "Glorot uniform": (width) => Math.sqrt(2 / (width + width)),
  "variance 1": () => 1,
  "standard deviation 0.01": () => 0.01,
};

// tanh from additions, multiplications and divisions only: Lambert's continued fraction for z / 64, doubled six times.
function steadyTanh(z) {
  const small = Math.max(-20, Math.min(20, z)) / 64;
  const square = small * small;
  let value = small / (1 + square / (3 + square / (5 + square / (7 + square / (9 + square / 11)))));
  for (let doubling = 0; doubling < 6; doubling += 1) value = (2 * value) / (1 + value * value);
  return value;
}

// name: [activation of z, its slope from z and from the activation a]
const DEEP_ACTIVATIONS = {
  relu: [(z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)],
  tanh: [steadyTanh, (z, a) => 1 - a * a],
  sigmoid: [(z) => 0.5 + 0.5 * steadyTanh(0.5 * z), (z, a) => a * (1 - a)],
  identity: [(z) => z, () => 1],
};

// A whole number as if drawn evenly from 0 to 2³² − 1; the mixing steps are those of lowbias32 (C. Wellons).
function scrambled(number) {
  let x = number >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

// `count` numbers of mean 0 and variance 1; the normal ones are sums of twelve uniform ones less 6.
function randomNumbers(stream, count, distribution) {
  const offset = scrambled(stream);
  const uniform = (place) => (scrambled(offset + place) + 0.5) / 4294967296;
  const numbers = new Float64Array(count);
  for (let each = 0; each < count; each += 1) {
    if (distribution === "uniform") {
      numbers[each] = Math.sqrt(12) * (uniform(each) - 0.5);
    } else {
      let total = -6;
      for (let place = 12 * each; place < 12 * each + 12; place += 1) total += uniform(place);
      numbers[each] = total;
    }
  }
  return numbers;
}

// Keeps the last result of a function of plain data.
function remembered(compute) {
  let [key, result] = [null, null];
  return (...asked) => {
    const now = JSON.stringify(asked);
    if (now !== key) [key, result] = [now, compute(...asked)];
    return result;
  };
}

// The random numbers behind the weights, inputs and arriving gradients; sliders that only scale do not change them.
const drawnNumbers = remembered((distribution, depth, width, seed) => ({
  weights: Array.from({ length: depth }, (_, layer) =>
    randomNumbers(100 * seed + 2 + layer, width * width, distribution),
  ),
  inputs: randomNumbers(100 * seed, SAMPLES * width, "normal"),
  arriving: randomNumbers(100 * seed + 1, SAMPLES * width, "normal"),
}));

// The matrix product of signals (SAMPLES, width) and a kernel (width, width), each number added up from first to last
// input. `back` leads gradients the other way, through the transposed kernel. Four samples share each look at a weight.
function throughLayer(signals, kernel, width, back = false) {
  const sums = new Float64Array(SAMPLES * width);
  const [perInput, perUnit] = back ? [1, width] : [width, 1];
  for (let first = 0; first < SAMPLES * width; first += 4 * width) {
    const [second, third, fourth] = [first + width, first + 2 * width, first + 3 * width];
    for (let unit = 0; unit < width; unit += 1) {
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let input = 0; input < width; input += 1) {
        const weight = kernel[input * perInput + unit * perUnit];
        a += signals[first + input] * weight;
        b += signals[second + input] * weight;
        c += signals[third + input] * weight;
        d += signals[fourth + input] * weight;
      }
      sums[first + unit] = a;
      sums[second + unit] = b;
      sums[third + unit] = c;
      sums[fourth + unit] = d;
    }
  }
  return sums;
}

// The network forwards and backwards: weighted sums, activations, slopes and gradients, one Float64Array per layer.
function runNetwork(initialization, activation, factor, depth, width, seed) {
  const [act, slope] = DEEP_ACTIVATIONS[activation];
  const distribution = initialization.endsWith("uniform") ? "uniform" : "normal";
  const drawn = drawnNumbers(distribution, depth, width, seed);
  const deviation = factor * INITIALIZATIONS[initialization](width);
  const weights = drawn.weights.map((numbers) => numbers.map((number) => deviation * number));
  const [sums, activations, slopes] = [[], [], []];
  let signals = drawn.inputs;
  for (const kernel of weights) {
    const layer = throughLayer(signals, kernel, width);
    signals = layer.map(act);
    sums.push(layer);
    activations.push(signals);
    slopes.push(layer.map((z, place) => slope(z, activations[activations.length - 1][place])));
  }
  const gradients = [drawn.arriving.map((value, place) => value * slopes[depth - 1][place])];
  for (let layer = depth - 1; layer > 0; layer -= 1) {
    const back = throughLayer(gradients[0], weights[layer], width, true);
    gradients.unshift(back.map((value, place) => value * slopes[layer - 1][place]));
  }
  return { sums, activations, slopes, gradients };
}

function rootMeanSquare(values) {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
}

const runOnce = remembered((...settings) => {
  const run = runNetwork(...settings);
  return {
    ...run,
    spread: run.sums.map(rootMeanSquare),
    flat: run.slopes.map((slopes) => slopes.filter((slope) => slope < FLAT).length / slopes.length),
    gradient: run.gradients.map(rootMeanSquare),
  };
});

function networkOf({ initialization, activation, factor, depth, width, seed }) {
  return runOnce(initialization, activation, factor, depth, width, seed);
}

function depthQuantities(state) {
  const { spread, flat, gradient } = networkOf(state);
  const layer = Math.min(state.layer, state.depth);
  const last = gradient[state.depth - 1];
  return {
    depth: state.depth,
    width: state.width,
    factor: state.factor,
    layer,
    ReLU: state.activation === "relu" ? 1 : 0,
    Glorot: state.initialization.startsWith("Glorot") ? 1 : 0,
    spread: spread[layer - 1],
    flat: flat[layer - 1],
    gradient: gradient[layer - 1],
    "last to first": spread[state.depth - 1] / spread[0],
    "gradient first to last": last ? gradient[0] / last : 0,
  };
}

// How many of `values` lie in each of BINS equal steps from `low` to `high`; others are left out.
function histogram(values, low, high) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) {
    const place = Math.floor((value - low) * (BINS / (high - low)));
    if (place >= 0 && place < BINS) counts[place] += 1;
  }
  return counts;
}

// The sizes of the values that are not zero, as powers of ten.
function powersOfTen(values) {
  return values.filter((value) => value !== 0).map((value) => Math.log10(Math.abs(value)));
}

const DEPTH_PANEL = { width: 460, height: 330, left: 62, right: 446, top: 14, bottom: 280 };

// The values that the activations' axis shows: all there are for ReLU and identity, the fixed range of the others.
function activationRange(activation, { activations }) {
  if (activation === "tanh") return [-1.1, 1.1];
  if (activation === "sigmoid") return [-0.1, 1.1];
  const largestOf = (layer) => layer.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const largest = 1.05 * Math.max(...activations.map(largestOf)) || 1;
  return activation === "relu" ? [-0.1 * largest, largest] : [-largest, largest];
}

// Powers of ten from well below the smallest layer's gradients to above the largest layer's.
function gradientRange({ gradient }) {
  const sizes = gradient.filter((size) => size > 0).map(Math.log10);
  return sizes.length ? [Math.floor(Math.min(...sizes)) - 2, Math.ceil(Math.max(...sizes)) + 1] : [-1, 1];
}

function depthScales({ depth }, [low, high]) {
  const x = scale([0.5, depth + 1], [DEPTH_PANEL.left, DEPTH_PANEL.right]);
  return [x, scale([low, high], [DEPTH_PANEL.bottom, DEPTH_PANEL.top])];
}

// One histogram lying on its side, to the right of the layer's number; its longest bar fills the room there is.
function barsPath(counts, layer, x, y) {
  const [low, high] = y.domain;
  const most = Math.max(...counts, 1);
  const steps = counts.flatMap((count, bin) => {
    const across = x(layer + (0.88 * count) / most).toFixed(1);
    const [from, to] = [bin, bin + 1].map((edge) => y(low + ((high - low) * edge) / BINS).toFixed(1));
    return [`L${across} ${from}`, `L${across} ${to}`];
  });
  return `M${x(layer).toFixed(1)} ${y(low).toFixed(1)}${steps.join("")}L${x(layer).toFixed(1)} ${y(high).toFixed(1)}Z`;
}

function depthParts(state, layers, range, style) {
  const [x, y] = depthScales(state, range);
  const shown = Math.min(state.layer, state.depth);
  const paths = layers.map((values, place) => barsPath(histogram(values, ...range), place + 1, x, y));
  const chosen = draw("path", { d: paths[shown - 1], class: `${style} lbl-chosen` });
  const others = draw("path", { d: paths.filter((_, place) => place !== shown - 1).join(""), class: style });
  return [clipped(x, y, others, chosen)];
}

function depthGround(state, range, title) {
  const count = Math.min(6, state.depth);
  return { key: [state.depth, range], make: () => axes(...depthScales(state, range), "layer", title, count) };
}

// {words, show(state)} of the line of numbers below the pictures.
function depthStatus() {
  const numbers = Object.fromEntries(["spread", "flat", "gradient"].map((name) => [name, make("strong")]));
  const [layer, change] = [make("span"), make("span")];
  const node = make(
    "p",
    { class: "lbl-status", role: "status" },
    ...[layer, numbers.spread, ", flat units ", numbers.flat, ", gradient of size ", numbers.gradient, change],
  );
  const show = (state) => {
    const found = depthQuantities(state);
    setText(layer, `Layer ${found.layer} of ${state.depth}: spread of the weighted sums `);
    for (const name of Object.keys(numbers)) valueText(numbers[name], name, found[name]);
    setText(numbers.flat, `${numberText(Number((100 * found.flat).toFixed(1)))} %`);
    const [forwards, backwards] = [found["last to first"], found["gradient first to last"]].map(numberText);
    const way = `the spread is multiplied by ${forwards}; on the way back to the first, the gradient by ${backwards}`;
    setText(change, `. On the way to the last layer ${way}.`);
  };
  return { node, show };
}

function depthControls(change, read) {
  const sliderFor = (name) => slider({ quantity: name, onInput: (value) => change({ [name]: value }) });
  const menuFor = (name, label) => choiceList({ label, name, onChange: (value) => change({ [name]: value }) });
  const [factor, depth, width, layer] = ["factor", "depth", "width", "layer"].map(sliderFor);
  const initialization = menuFor("initialization", "initialisation");
  const activation = menuFor("activation", "activation");
  const anew = button("Draw new weights", () => change({ seed: (read().seed + 1) % 1000 }));
  const pair = (...parts) => make("div", { class: "lbl-pair" }, ...parts);
  const node = make(
    "div",
    { class: "lbl-controls" },
    pair(initialization.node, activation.node),
    pair(factor.node, layer.node),
    pair(depth.node, width.node),
    make("div", { class: "lbl-row" }, anew),
  );
  const show = (state) => {
    initialization.show(Object.keys(INITIALIZATIONS).map((name) => [name, name]), state.initialization);
    activation.show(Object.keys(DEEP_ACTIVATIONS).map((name) => [name, name]), state.activation);
    factor.show({ low: 0.1, high: 3, step: 0.1, value: state.factor, label: "weights times" });
    depth.show({ low: 2, high: 20, step: 1, value: state.depth, label: "depth (layers)" });
    width.show({ low: 4, high: 64, step: 1, value: state.width, label: "width (units)" });
    const shown = Math.min(state.layer, state.depth);
    layer.show({ low: 1, high: state.depth, step: 1, value: shown, label: "layer to read" });
  };
  return { node, show };
}

function buildDepth({ change, read }) {
  const forwards = picture(DEPTH_PANEL.width, DEPTH_PANEL.height, "activations");
  const backwards = picture(DEPTH_PANEL.width, DEPTH_PANEL.height, "gradients");
  const status = depthStatus();
  const controls = depthControls(change, read);
  const note = make(
    "p",
    { class: "lbl-note" },
    "Each layer's histogram lies on its side: a bar is long where many values are. A unit is flat where its slope is " +
      "below 0.05. The gradient is that of the loss by the weighted sums; zeros have no power of ten and are left out.",
  );
  const show = (state) => {
    const network = networkOf(state);
    status.show(state);
    const words = status.node.textContent;
    const settings = `${state.depth} layers of ${state.width} units, ${state.activation}, ${state.initialization}.`;
    const activationsAxis = activationRange(state.activation, network);
    const gradientsAxis = gradientRange(network);
    const powers = network.gradients.map(powersOfTen);
    forwards.show(
      `Histograms of the activations in ${settings} ${words}`,
      depthParts(state, network.activations, activationsAxis, "lbl-bars"),
      depthGround(state, activationsAxis, "activation"),
    );
    backwards.show(
      `Histograms of the sizes of the gradients in ${settings} ${words}`,
      depthParts(state, powers, gradientsAxis, "lbl-bars lbl-bars-back"),
      depthGround(state, gradientsAxis, "gradient's size, power of ten"),
    );
    controls.show(state);
  };
  const panels = make("div", { class: "lbl-panels" }, forwards.node, backwards.node);
  return { nodes: [panels, status.node, controls.node, note], show };
}

function render({ model, el }) {
  const parts = { names: DEPTH_STATE, quantities: depthQuantities, build: buildDepth };
  return mount({ model, el, title: "Depth histograms", ...parts });
}
