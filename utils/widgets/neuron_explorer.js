// One neuron; the numbers are those of neuron_output() in neuron_explorer.py.

const ACTIVATIONS = {
  identity: (z) => z,
  step: (z) => (z >= 0 ? 1 : 0),
  sigmoid: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))),
  relu: (z) => Math.max(z, 0),
  tanh: Math.tanh,
};

const NEURON_STATE = [
  ...["inputs", "weights", "bias", "activation", "input_names", "output_name"],
  ...["input_slider", "input_sliders", "weight_slider", "bias_slider"],
];

function neuron({ inputs, weights, bias, activation }) {
  const products = inputs.map((value, place) => value * (weights[place] ?? 0));
  const sum = products.reduce((total, product) => total + product, 0) + bias;
  return { products, sum, output: ACTIVATIONS[activation](sum) };
}

function neuronQuantities(state) {
  const { sum, output } = neuron(state);
  const numbers = { bias: state.bias, sum, output };
  state.inputs.forEach((value, place) => {
    numbers[`input ${place + 1}`] = value;
    numbers[`weight ${place + 1}`] = state.weights[place];
  });
  return numbers;
}

// Where things stand in the picture.
const NEURON_SIZE = { width: 820, height: 330 };
const SUM_AT = { x: 432, y: 150, radius: 44 };
const PLOT_AT = { left: 530, right: 680, top: 84, bottom: 216 };
const OUTPUT_AT = { x: 766, y: 150, radius: 42 };
const INPUT_X = 62;
const INPUT_Y = { 1: [150], 2: [76, 184], 3: [54, 132, 210] };
const TOP = { 1: 70, 2: 28, 3: 0 };
const BIAS_Y = 284;

// A line that carries a product to the sum: thick for a large one, dashed for a negative one.
function carrier(y, product, largest, label) {
  const startX = INPUT_X + 36;
  const [dx, dy] = [SUM_AT.x - startX, SUM_AT.y - y];
  const reach = 1 - (SUM_AT.radius + 4) / Math.hypot(dx, dy);
  const width = 1.5 + (5.5 * Math.abs(product)) / (largest || 1);
  const line = draw("line", {
    ...{ x1: startX, y1: y, x2: startX + dx * reach, y2: y + dy * reach, "stroke-width": width.toFixed(2) },
    class: product < 0 ? "lbl-flow lbl-negative" : "lbl-flow",
  });
  const at = { x: startX + dx * 0.42, y: y + dy * 0.42 };
  const text = draw("text", { x: at.x, y: at.y + 5, "text-anchor": "middle", class: "lbl-formula" }, ...label);
  const half = text.textContent.length * 4.2 + 8;
  return [line, draw("rect", { x: at.x - half, y: at.y - 13, width: 2 * half, height: 26, class: "lbl-plate" }), text];
}

function circle({ x, y, radius }, style, quantity, value, caption) {
  const size = numberText(value).length > 6 ? "lbl-value lbl-long" : "lbl-value";
  const text = draw("text", { x, y: y + 6, "text-anchor": "middle", class: size });
  const captionX = Math.min(x, NEURON_SIZE.width - 6 - caption.length * 3.4);
  return [
    draw("circle", { cx: x, cy: y, r: radius, class: style }),
    valueText(text, quantity, value),
    draw("text", { x: captionX, y: y + radius + 20, "text-anchor": "middle", class: "lbl-axis" }, caption),
  ];
}

function inputParts(state, { products }) {
  const rows = INPUT_Y[state.inputs.length];
  const largest = Math.max(...products.map(Math.abs), Math.abs(state.bias));
  return state.inputs.flatMap((value, place) => {
    const product = draw("tspan", { class: "lbl-strong" });
    valueText(product, `product ${place + 1}`, products[place]);
    const label = [`${numberText(value)} × ${termText(state.weights[place] ?? 0)} = `, product];
    const name = state.input_names[place] ?? `input ${place + 1}`;
    return [
      ...carrier(rows[place], products[place], largest, label),
      ...circle({ x: INPUT_X, y: rows[place], radius: 27 }, "lbl-node", `input ${place + 1}`, value, ""),
      draw("text", { x: 10, y: rows[place] - 33, class: "lbl-axis" }, name),
    ];
  });
}

function biasParts(state, { products }) {
  const largest = Math.max(...products.map(Math.abs), Math.abs(state.bias));
  const label = draw("tspan", { class: "lbl-strong" });
  valueText(label, "bias", state.bias);
  return [
    ...carrier(BIAS_Y, state.bias, largest, ["bias = ", label]),
    draw("rect", { x: INPUT_X - 27, y: BIAS_Y - 24, width: 54, height: 48, rx: 8, class: "lbl-node" }),
    draw("text", { x: INPUT_X, y: BIAS_Y + 6, "text-anchor": "middle", class: "lbl-value" }, "1"),
    draw("text", { x: 10, y: BIAS_Y - 32, class: "lbl-axis" }, "always 1"),
  ];
}

// The range of the small plot: symmetrical, and wide enough for the current sum.
function plotReach(sum) {
  if (Math.abs(sum) <= 5) return 6;
  const step = roundStep(Math.abs(sum));
  return step * Math.ceil((Math.abs(sum) * 1.15) / step);
}

function activationParts({ activation }, { sum, output }) {
  const reach = plotReach(sum);
  const bounds = { identity: [-reach, reach], relu: [-reach * 0.2, reach], tanh: [-1.25, 1.25] };
  const { left, right, top, bottom } = PLOT_AT;
  const x = scale([-reach, reach], [left, right]);
  const y = scale(bounds[activation] ?? [-0.2, 1.2], [bottom, top]);
  const even = Array.from({ length: 121 }, (_, place) => -reach + (place * reach) / 60);
  const steps = [...even.slice(0, 60), -1e-9, ...even.slice(60)]; // so that the step is upright
  const curve = pathThrough(steps.map((z) => [x(z), y(ACTIVATIONS[activation](z))]));
  const highest = activation === "identity" || activation === "relu" ? reach : 1;
  const below = { x: (left + right) / 2, y: bottom + 36, "text-anchor": "middle", class: "lbl-axis" };
  const tick = (atX, atY, anchor, value) =>
    draw("text", { x: atX, y: atY, "text-anchor": anchor, class: "lbl-tick" }, numberText(value));
  return [
    draw("rect", { x: left, y: top, width: right - left, height: bottom - top, rx: 6, class: "lbl-plot lbl-filled" }),
    draw("line", { x1: left, x2: right, y1: y(0), y2: y(0), class: "lbl-zero" }),
    draw("line", { x1: x(0), x2: x(0), y1: top, y2: bottom, class: "lbl-zero" }),
    draw("line", { x1: x(sum), x2: x(sum), y1: y(0), y2: y(output), class: "lbl-lead" }),
    draw("path", { d: curve, class: "lbl-curve" }),
    draw("circle", { cx: x(sum), cy: y(output), r: 6, class: "lbl-here" }),
    tick(left, bottom + 16, "start", -reach),
    tick(right, bottom + 16, "end", reach),
    tick(x(0) - 5, y(highest) + (activation === "identity" || activation === "relu" ? 14 : 4), "end", highest),
    draw("text", below, `activation: ${activation}`),
  ];
}

function arrow(x1, x2, y) {
  return [
    draw("line", { x1, x2: x2 - 8, y1: y, y2: y, class: "lbl-arrow" }),
    draw("path", { d: `M${x2 - 10} ${y - 6}L${x2} ${y}L${x2 - 10} ${y + 6}Z`, class: "lbl-arrow-head" }),
  ];
}

function neuronFormula(state, { sum, output }) {
  const products = state.inputs.map((value, place) => `${termText(value)} × ${termText(state.weights[place] ?? 0)}`);
  const total = `sum = ${products.join(" + ")} + ${termText(state.bias)} = ${numberText(sum)}`;
  return `${total};  ${state.output_name} = ${state.activation}(${numberText(sum)}) = ${numberText(output)}`;
}

function neuronParts(state, result) {
  return [
    ...inputParts(state, result),
    ...biasParts(state, result),
    ...arrow(SUM_AT.x + SUM_AT.radius, PLOT_AT.left, SUM_AT.y),
    ...arrow(PLOT_AT.right, OUTPUT_AT.x - OUTPUT_AT.radius, OUTPUT_AT.y),
    ...circle(SUM_AT, "lbl-node lbl-main", "sum", result.sum, "sum"),
    ...activationParts(state, result),
    ...circle(OUTPUT_AT, "lbl-node lbl-result", "output", result.output, state.output_name),
  ];
}

// Sliders for the inputs and weights, in pairs, one pair for each of up to three inputs.
function pairOfSliders(place, change, read) {
  const replaced = (name, value) => read()[name].map((old, each) => (each === place ? value : old));
  const input = slider({
    quantity: `input ${place + 1}`,
    onInput: (value) => change({ inputs: replaced("inputs", value) }),
  });
  const weight = slider({
    quantity: `weight ${place + 1}`,
    onInput: (value) => change({ weights: replaced("weights", value) }),
  });
  const node = make("div", { class: "lbl-pair" }, input.node, weight.node);
  const show = (state) => {
    node.hidden = place >= state.inputs.length;
    if (node.hidden) return;
    const settings = ([low, high, step], value, label) => ({ low, high, step, value, label });
    const name = state.input_names[place] ?? `input ${place + 1}`;
    input.show(settings(state.input_sliders[place] ?? state.input_slider, state.inputs[place], name));
    weight.show(settings(state.weight_slider, state.weights[place] ?? 0, `weight ${place + 1}`));
  };
  return { node, show };
}

function buildNeuron({ change, read }) {
  const image = picture(NEURON_SIZE.width, NEURON_SIZE.height, "neuron");
  const formula = make("p", { class: "lbl-status", role: "status" });
  const pairs = [0, 1, 2].map((place) => pairOfSliders(place, change, read));
  const bias = slider({ quantity: "bias", onInput: (value) => change({ bias: value }) });
  const choose = (value) => change({ activation: value });
  const activation = choiceList({ label: "activation", name: "activation", onChange: choose });
  const last = make("div", { class: "lbl-pair" }, bias.node, activation.node);
  const controls = make("div", { class: "lbl-controls" }, ...pairs.map(({ node }) => node), last);
  const note = make("p", { class: "lbl-note" }, "Solid lines add, dashed lines subtract; the thicker, the more.");
  const show = (state) => {
    const result = neuron(state);
    const words = neuronFormula(state, result);
    const top = TOP[state.inputs.length];
    setAttributes(image.node, { viewBox: `0 ${top} ${NEURON_SIZE.width} ${NEURON_SIZE.height - top}` });
    image.show(`A neuron. ${words}`, neuronParts(state, result));
    setText(formula, words);
    for (const pair of pairs) pair.show(state);
    const [low, high, step] = state.bias_slider;
    bias.show({ low, high, step, value: state.bias, label: "bias" });
    activation.show(Object.keys(ACTIVATIONS).map((name) => [name, name]), state.activation);
  };
  return { nodes: [image.node, formula, controls, note], show };
}

function render({ model, el }) {
  const parts = { names: NEURON_STATE, quantities: neuronQuantities, build: buildNeuron };
  return mount({ model, el, title: "Neuron explorer", ...parts });
}
