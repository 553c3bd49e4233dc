// Activations and their derivatives; the numbers are those of the functions in activation_explorer.py.

const ACTIVATION_STATE = ["function", "compared", "z", "leaky_alpha", "elu_alpha"];
const SATURATED_BELOW = 0.05;
const REACH = 8;

const stableSigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
const bell = (z) => stableSigmoid(z) * stableSigmoid(-z);

// value and slope take the input and alpha, which only two of them use; formula is what the status line shows.
const ACTIVATIONS = {
  identity: { name: "identity", value: (z) => z, slope: () => 1 },
  step: { name: "binary step", value: (z) => (z >= 0 ? 1 : 0), slope: () => 0 },
  sigmoid: { name: "sigmoid", value: stableSigmoid, slope: bell },
  tanh: { name: "tanh", value: Math.tanh, slope: (z) => 4 * bell(2 * z) },
  arctan: { name: "arctan", value: Math.atan, slope: (z) => 1 / (1 + z * z) },
  relu: { name: "ReLU", value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: {
    name: "leaky ReLU",
    value: (z, alpha) => (z > 0 ? z : alpha * z),
    slope: (z, alpha) => (z > 0 ? 1 : alpha),
  },
  elu: {
    name: "ELU",
    value: (z, alpha) => (z > 0 ? z : alpha * Math.expm1(z)),
    slope: (z, alpha) => (z > 0 ? 1 : alpha * Math.exp(z)),
  },
  softplus: { name: "softplus", value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: stableSigmoid },
};
const BOUNDED = new Set(["step", "sigmoid", "tanh", "arctan"]);

function alphaOf(state, name) {
  return { leaky_relu: state.leaky_alpha, elu: state.elu_alpha }[name] ?? 1;
}

// Output and derivative of the function `name` at z.
function activationAt(state, name, z) {
  const alpha = alphaOf(state, name);
  return { output: ACTIVATIONS[name].value(z, alpha), derivative: ACTIVATIONS[name].slope(z, alpha) };
}

// Where the derivative is below SATURATED_BELOW: a list of [from, to]; null stands for no end.
function saturationZones(name, alpha) {
  const limit = SATURATED_BELOW;
  const root = Math.sqrt(1 - 4 * limit);
  const edge = {
    sigmoid: Math.log((1 + root) / (1 - root)),
    tanh: Math.atanh(Math.sqrt(1 - limit)),
    arctan: Math.sqrt(1 / limit - 1),
  }[name];
  if (edge) return [[null, -edge], [edge, null]];
  if (name === "step") return [[null, null]];
  if (name === "softplus") return [[null, Math.log(limit / (1 - limit))]];
  if (name === "elu") return [[null, alpha > limit ? Math.log(limit / alpha) : 0]];
  return name === "relu" || (name === "leaky_relu" && alpha < limit) ? [[null, 0]] : [];
}

function activationQuantities(state) {
  const main = activationAt(state, state.function, state.z);
  const numbers = {
    function: Object.keys(ACTIVATIONS).indexOf(state.function),
    z: state.z,
    "leaky alpha": state.leaky_alpha,
    "elu alpha": state.elu_alpha,
    ...main,
    saturated: Math.abs(main.derivative) < SATURATED_BELOW ? 1 : 0,
  };
  for (const name of Object.keys(ACTIVATIONS)) {
    const { output, derivative } = activationAt(state, name, state.z);
    numbers[`output ${name}`] = output;
    numbers[`derivative ${name}`] = derivative;
  }
  return numbers;
}

// The function itself first, then those that it is compared with.
function drawnNames(state) {
  return [state.function, ...state.compared.filter((name) => name !== state.function)];
}

// The panels.

const CURVE_PANEL = { width: 460, height: 330, left: 58, right: 446, top: 14, bottom: 280 };
const CURVE_KEY = ["function", "compared", "leaky_alpha", "elu_alpha"];

function curveScales(state, kind) {
  const names = drawnNames(state);
  const x = scale([-REACH, REACH], [CURVE_PANEL.left, CURVE_PANEL.right]);
  let range = [-0.1, 1.15 * Math.max(1, names.includes("elu") ? state.elu_alpha : 1)];
  if (kind === "output") {
    const least = names.includes("identity") || (names.includes("leaky_relu") && state.leaky_alpha > 0.4) ? -8.6 : -3;
    range = names.every((name) => BOUNDED.has(name)) ? [-1.8, 1.8] : [least, 8.6];
  }
  return [x, scale(range, [CURVE_PANEL.bottom, CURVE_PANEL.top])];
}

// Inputs to draw a curve through, close together at 0, so that a jump is upright.
const CURVE_INPUTS = [...Array(161).keys()]
  .map((place) => (place - 80) / 10)
  .flatMap((z) => (z === 0 ? [-1e-9, 0, 1e-9] : [z]));

function zoneParts(state, x, y) {
  const [top, bottom] = [y.range[1], y.range[0]];
  return saturationZones(state.function, alphaOf(state, state.function)).flatMap(([from, to]) => {
    const [left, right] = [x(Math.max(from ?? -REACH, -REACH)), x(Math.min(to ?? REACH, REACH))];
    const label = draw(
      "text",
      { x: (left + right) / 2, y: top + 18, "text-anchor": "middle", class: "lbl-axis" },
      "saturated",
    );
    const zone = draw("rect", { x: left, y: top, width: right - left, height: bottom - top, class: "lbl-zone" });
    return right - left > 70 ? [zone, label] : [zone];
  });
}

function curveGround(state, kind, title) {
  const make = () => {
    const [x, y] = curveScales(state, kind);
    const curves = drawnNames(state).map((name, place) => {
      const points = CURVE_INPUTS.map((z) => [x(z), y(activationAt(state, name, z)[kind])]);
      return draw("path", { d: pathThrough(points), class: place ? `lbl-curve lbl-other-${place % 4}` : "lbl-curve" });
    });
    const grid = axes(x, y, "input z", title);
    return [clipped(x, y, ...zoneParts(state, x, y)), ...grid, clipped(x, y, ...curves.reverse())];
  };
  return { key: CURVE_KEY.map((name) => state[name]), make };
}

// A piece of the straight line that touches the curve at z.
function tangent(state, x, y) {
  const { output, derivative } = activationAt(state, state.function, state.z);
  const perUnit = Math.hypot(x(1) - x(0), derivative * (y(1) - y(0)));
  const half = 62 / perUnit;
  const [from, to] = [state.z - half, state.z + half];
  return draw("line", {
    ...{ x1: x(from), x2: x(to), y1: y(output - half * derivative), y2: y(output + half * derivative) },
    class: "lbl-tangent",
  });
}

function curveParts(state, kind) {
  const [x, y] = curveScales(state, kind);
  const [first, ...others] = drawnNames(state).map((name) => activationAt(state, name, state.z)[kind]);
  const dots = others.map((value) => draw("circle", { cx: x(state.z), cy: y(value), r: 4.5, class: "lbl-point" }));
  const lead = draw("line", { x1: x(state.z), x2: x(state.z), y1: y.range[0], y2: y.range[1], class: "lbl-lead" });
  const here = draw("circle", { cx: x(state.z), cy: y(first), r: 6.5, class: "lbl-here" });
  return [clipped(x, y, lead, ...(kind === "output" ? [tangent(state, x, y)] : [])), ...dots, here];
}

// The words and numbers.

function nameWithAlpha(state, name) {
  const alpha = name === "leaky_relu" || name === "elu" ? ` (alpha ${numberText(alphaOf(state, name))})` : "";
  return ACTIVATIONS[name].name + alpha;
}

function statusLine() {
  const [output, derivative] = [make("strong"), make("strong")];
  const [before, after] = [make("span"), make("span")];
  const node = make("p", { class: "lbl-status", role: "status" }, before, output, ", derivative ", derivative, after);
  const show = (state) => {
    const now = activationAt(state, state.function, state.z);
    setText(before, `${nameWithAlpha(state, state.function)} at z = ${numberText(state.z)}: output `);
    valueText(output, "output", now.output);
    valueText(derivative, "derivative", now.derivative);
    const saturated = Math.abs(now.derivative) < SATURATED_BELOW;
    const flat = saturated ? " Saturated: less than a twentieth of it comes through." : "";
    setText(after, `. A change of 0.1 in z moves the output by about ${numberText(0.1 * now.derivative)}.${flat}`);
  };
  return { node, show };
}

function valueRow(state, name, place) {
  const { output, derivative } = activationAt(state, name, state.z);
  const line = draw("line", { x1: 0, x2: 40, y1: 8, y2: 8, class: place ? `lbl-curve lbl-other-${place % 4}` : "lbl-curve" });
  const sample = draw("svg", { viewBox: "0 0 40 16", class: "lbl-sample", "aria-hidden": "true" }, line);
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, sample, nameWithAlpha(state, name)),
    valueText(make("td"), `output ${name}`, output),
    valueText(make("td"), `derivative ${name}`, derivative),
    make("td", {}, Math.abs(derivative) < SATURATED_BELOW ? "saturated" : "–"),
  );
}

function valueTable() {
  const heads = ["function", "output", "derivative", "saturated at z"].map((text) => make("th", { scope: "col" }, text));
  const body = make("tbody");
  const node = make("table", { class: "lbl-table" }, make("thead", {}, make("tr", {}, ...heads)), body);
  const show = (state) => {
    const names = drawnNames(state);
    node.hidden = names.length < 2;
    body.replaceChildren(...names.map((name, place) => valueRow(state, name, place)));
  };
  return { node, show };
}

// Boxes to tick: which other functions to draw.
function comparison(change, read) {
  const boxes = Object.entries(ACTIVATIONS).map(([name, { name: label }]) => {
    const toggle = (ticked) => {
      const chosen = new Set(read().compared);
      chosen[ticked ? "add" : "delete"](name);
      change({ compared: Object.keys(ACTIVATIONS).filter((each) => chosen.has(each)) });
    };
    return { name, ...tickBox({ label, name: `compare ${name}`, onChange: toggle }) };
  });
  const nodes = boxes.map(({ node }) => node);
  const heading = make("span", { class: "lbl-label" }, "Compare with");
  const node = make("div", { class: "lbl-row", role: "group", "aria-label": "Compare with" }, heading, ...nodes);
  const show = (state) => {
    for (const box of boxes) {
      box.node.hidden = box.name === state.function;
      box.show(state.compared.includes(box.name));
    }
  };
  return { node, show };
}

function alphaSlider(name, trait, high, change) {
  const control = slider({ quantity: trait, onInput: (value) => change({ [trait]: value }) });
  const show = (state) => {
    control.node.hidden = !drawnNames(state).includes(name);
    const label = `alpha of the ${ACTIVATIONS[name].name}`;
    control.show({ low: 0, high, step: 0.01, value: state[trait], label });
  };
  return { node: control.node, show };
}

function buildActivation({ change, read }) {
  const panels = ["output", "derivative"].map((kind) => picture(CURVE_PANEL.width, CURVE_PANEL.height, kind));
  const status = statusLine();
  const table = valueTable();
  const options = Object.entries(ACTIVATIONS).map(([name, { name: label }]) => [name, label]);
  const choose = choiceList({ label: "function", name: "function", onChange: (name) => change({ function: name }) });
  const input = slider({ quantity: "z", onInput: (value) => change({ z: value }) });
  const others = comparison(change, read);
  const alphas = [
    alphaSlider("leaky_relu", "leaky_alpha", 1, change),
    alphaSlider("elu", "elu_alpha", 2, change),
  ];
  const show = (state) => {
    choose.show(options, state.function);
    input.show({ low: -REACH, high: REACH, step: 0.1, value: state.z, label: "input z" });
    for (const part of [status, table, others, ...alphas]) part.show(state);
    const names = drawnNames(state).map((name) => nameWithAlpha(state, name)).join(", ");
    ["output", "derivative"].forEach((kind, place) => {
      const title = kind === "output" ? "output" : "derivative (slope of the output)";
      const words = `The ${kind} over z from −${REACH} to ${REACH}: ${names}. ${status.node.textContent}`;
      panels[place].show(words, curveParts(state, kind), curveGround(state, kind, title));
    });
  };
  const pictures = make("div", { class: "lbl-panels" }, ...panels.map(({ node }) => node));
  const pair = make("div", { class: "lbl-pair" }, input.node, choose.node);
  const controls = make("div", { class: "lbl-controls" }, pair, ...alphas.map(({ node }) => node), others.node);
  const note = make(
    "p",
    { class: "lbl-note" },
    "Shaded: the derivative of the first function is below 0.05. The solid short line touches its curve at z.",
  );
  return { nodes: [pictures, status.node, table.node, controls, note], show };
}

function render({ model, el }) {
  const parts = { names: ACTIVATION_STATE, quantities: activationQuantities, build: buildActivation };
  return mount({ model, el, title: "Activation explorer", ...parts });
}
