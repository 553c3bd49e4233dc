// A line through points and its loss; the numbers are those of the functions in line_fitter.py.

const LINE_STATE = [
  ...["x", "y", "x_name", "y_name", "weight", "bias", "learning_rate", "scaled", "equal_scales", "steps", "path"],
];
const LIMIT = 1e9;
const LEARNING_RATES = [0.0001, 0.0005, 0.001, 0.0017, 0.002, 0.01, 0.1, 0.5, 1];
const STEP_COUNTS = [1, 10, 100, 1000];

const mean = (values) => values.reduce((total, value) => total + value, 0) / values.length;

function meanSquaredError(x, y, weight, bias) {
  return mean(x.map((value, place) => (weight * value + bias - y[place]) ** 2));
}

function gradientStep(x, y, [weight, bias], learningRate) {
  const error = x.map((value, place) => weight * value + bias - y[place]);
  const byWeight = 2 * mean(error.map((value, place) => value * x[place]));
  return [weight - learningRate * byWeight, bias - learningRate * 2 * mean(error)];
}

function leastSquares(x, y) {
  const [xMean, yMean] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, place) => (value - xMean) * (y[place] - yMean)));
  const weight = covariance / mean(x.map((value) => (value - xMean) ** 2));
  return [weight, yMean - weight * xMean];
}

// What the inputs are scaled by, and the way there and back for [weight, bias].
function scalingOf({ x, scaled }) {
  const centre = scaled ? mean(x) : 0;
  const spread = scaled ? Math.sqrt(mean(x.map((value) => (value - centre) ** 2))) : 1;
  return {
    inputs: x.map((value) => (value - centre) / spread),
    to: ([weight, bias]) => [weight * spread, bias + weight * centre],
    from: ([weight, bias]) => [weight / spread, bias - (weight * centre) / spread],
  };
}

// The path keeps all points up to step 100, then every 10th, every 100th and so on.
function isRecorded(step) {
  return step % 10 ** Math.max(0, String(step).length - 2) === 0;
}

// The path without an end that was only kept because it was the newest point.
function pathToContinue({ path, steps, weight, bias }) {
  if (!path.length) return [[weight, bias]];
  return path.slice(0, isRecorded(steps) ? path.length : -1);
}

// The state after `count` gradient steps, as far as no number grows past LIMIT.
function afterSteps(state, count) {
  const scaling = scalingOf(state);
  let parameters = scaling.to([state.weight, state.bias]);
  let { steps } = state;
  const path = pathToContinue(state);
  for (let taken = 0; taken < count; taken += 1) {
    const ahead = gradientStep(scaling.inputs, state.y, parameters, state.learning_rate);
    if (Math.max(...[...ahead, ...scaling.from(ahead)].map(Math.abs)) > LIMIT) break;
    parameters = ahead;
    steps += 1;
    if (isRecorded(steps)) path.push(scaling.from(parameters));
  }
  const [weight, bias] = scaling.from(parameters);
  if (!isRecorded(steps)) path.push([weight, bias]);
  return { weight, bias, steps, path };
}

function lineQuantities(state) {
  const scaling = scalingOf(state);
  const best = scaling.to(leastSquares(state.x, state.y));
  const now = scaling.to([state.weight, state.bias]);
  const missing = now.map((value, place) => Math.abs(value - best[place]) / Math.max(Math.abs(best[place]), 1e-12));
  const [firstWeight, firstBias] = state.path[0] ?? [state.weight, state.bias];
  return {
    weight: state.weight,
    bias: state.bias,
    loss: meanSquaredError(state.x, state.y, state.weight, state.bias),
    steps: state.steps,
    scaled: state.scaled ? 1 : 0,
    "learning rate": state.learning_rate,
    "first weight": firstWeight,
    "first bias": firstBias,
    "weight ahead": missing[1] - missing[0],
  };
}

// How far the sliders and the loss panel reach: from below 0 to well beyond the best value.
function parameterRanges(state) {
  const scaling = scalingOf(state);
  const best = scaling.to(leastSquares(state.x, state.y));
  const spread = Math.sqrt(mean(state.y.map((value) => (value - mean(state.y)) ** 2))) || 1;
  const inputSpread = Math.sqrt(mean(scaling.inputs.map((value) => (value - mean(scaling.inputs)) ** 2)));
  return [spread / inputSpread, spread].map((least, place) => {
    const size = Math.max(Math.abs(best[place]), least);
    const step = roundStep(size / 4);
    const low = Math.floor((Math.min(0, best[place]) - size * 0.6) / step) * step;
    return [low, Math.ceil((Math.max(0, best[place]) + size * 0.9) / step) * step];
  });
}

const PANEL = { width: 460, height: 380, left: 62, right: 446, top: 14, bottom: 330 };

function pointsScales(state) {
  const x = scale(around(state.x, 0.08), [PANEL.left, PANEL.right]);
  return [x, scale(around([...state.y, 0], 0.12), [PANEL.bottom, PANEL.top])];
}

function pointsGround(state) {
  const make = () => axes(...pointsScales(state), state.x_name, state.y_name);
  return { key: [state.x, state.y, state.x_name, state.y_name], make };
}

// The points, the line, and a stick from each point to the line.
function pointsParts(state) {
  const [x, y] = pointsScales(state);
  const line = (value) => state.weight * value + state.bias;
  const far = (value) => Math.max(-1e4, Math.min(1e4, value));
  const sticks = state.x.map((value, place) =>
    draw("line", { x1: x(value), x2: x(value), y1: y(state.y[place]), y2: far(y(line(value))), class: "lbl-stick" }),
  );
  const points = state.x.map((value, place) =>
    draw("circle", { cx: x(value), cy: y(state.y[place]), r: 5, class: "lbl-point" }),
  );
  const [from, to] = x.domain;
  const fit = draw("line", { x1: x(from), x2: x(to), y1: far(y(line(from))), y2: far(y(line(to))), class: "lbl-line" });
  return [clipped(x, y, ...sticks, fit, ...points)];
}

// Points of the ellipse on which the loss is `above` more than its smallest value.
function contour(inputs, best, above) {
  const [square, cross] = [mean(inputs.map((value) => value ** 2)), mean(inputs)];
  // With p = weight − best weight and q = bias − best bias: square p² + 2 cross p q + q² = above.
  const reach = Math.sqrt(above / (square - cross ** 2));
  return Array.from({ length: 97 }, (_, place) => {
    const angle = (place * Math.PI) / 48;
    const p = reach * Math.cos(angle);
    return [best[0] + p, best[1] - cross * p + Math.sqrt(above) * Math.sin(angle)];
  });
}

function lossScales(state) {
  const [weights, biases] = parameterRanges(state);
  if (!state.equal_scales) {
    return [scale(weights, [PANEL.left, PANEL.right]), scale(biases, [PANEL.bottom, PANEL.top])];
  }
  const perPixel = Math.max(
    (weights[1] - weights[0]) / (PANEL.right - PANEL.left),
    (biases[1] - biases[0]) / (PANEL.bottom - PANEL.top),
  );
  const widened = ([low, high], pixels) => {
    const half = (perPixel * pixels) / 2;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  };
  return [
    scale(widened(weights, PANEL.right - PANEL.left), [PANEL.left, PANEL.right]),
    scale(widened(biases, PANEL.bottom - PANEL.top), [PANEL.bottom, PANEL.top]),
  ];
}

function contourParts(state, scaling, x, y) {
  const best = scaling.to(leastSquares(state.x, state.y));
  const smallest = meanSquaredError(scaling.inputs, state.y, ...best);
  const corner = meanSquaredError(scaling.inputs, state.y, x.domain[1], y.domain[1]) - smallest;
  // With equal scales the corners lie far up the slopes, so the rings need wider steps to reach the valley.
  const levels = [1, 2, 3, 4, 5, 6].map((power) => corner / (state.equal_scales && !state.scaled ? 6 : 3) ** power);
  const lines = levels.map((above) => {
    const points = contour(scaling.inputs, best, above).map(([weight, bias]) => [x(weight), y(bias)]);
    return draw("path", { d: pathThrough(points) + "Z", class: "lbl-contour" });
  });
  // Inner rings are too narrow for a number.
  const labels = levels.slice(0, 3).flatMap((above) => {
    const highest = contour(scaling.inputs, best, above)[24];
    return contourLabel(highest, smallest + above, x, y);
  });
  const cross = `M${x(best[0]) - 6} ${y(best[1])}h12M${x(best[0])} ${y(best[1]) - 6}v12`;
  return [...lines, ...labels, draw("path", { d: cross, class: "lbl-best" })];
}

function contourLabel([weight, bias], loss, x, y) {
  const rounded = Number(loss.toPrecision(2));
  const [atX, atY] = [x(weight), y(bias)];
  if (atY < PANEL.top + 10 || atY > PANEL.bottom) return [];
  const text = numberText(rounded);
  const half = text.length * 3.6 + 3;
  return [
    draw("rect", { x: atX - half, y: atY - 8, width: 2 * half, height: 16, rx: 3, class: "lbl-plate" }),
    draw("text", { x: atX, y: atY + 4, "text-anchor": "middle", class: "lbl-tick" }, text),
  ];
}

// The loss over weight and bias, as gradient descent sees them.
function lossGround(state) {
  const of = state.scaled ? " of the scaled input" : "";
  const make = () => {
    const [x, y] = lossScales(state);
    const rings = clipped(x, y, ...contourParts(state, scalingOf(state), x, y));
    return [...axes(x, y, `weight${of}`, `bias${of}`), rings];
  };
  return { key: [state.x, state.y, state.scaled, state.equal_scales], make };
}

// Where the line is on that loss, with the way that gradient descent has come.
function lossParts(state) {
  const scaling = scalingOf(state);
  const [x, y] = lossScales(state);
  const far = (value) => Math.max(-1e4, Math.min(1e4, value));
  const place = (line) => {
    const [weight, bias] = scaling.to(line);
    return [far(x(weight)), far(y(bias))];
  };
  const here = place([state.weight, state.bias]);
  const way = state.path.map(place);
  const stops = way.slice(1, -1).map(([cx, cy]) => draw("circle", { cx, cy, r: 2, class: "lbl-stop" }));
  const trail = way.length > 1 ? [draw("path", { d: pathThrough(way), class: "lbl-way" }), ...stops] : [];
  const square = ([atX, atY]) => draw("rect", { x: atX - 5, y: atY - 5, width: 10, height: 10, class: "lbl-start" });
  const start = way.length > 1 ? [square(way[0])] : [];
  const now = draw("circle", { cx: here[0], cy: here[1], r: 7, class: "lbl-here" });
  return [clipped(x, y, ...trail, ...start, now)];
}

function lossWords(state, loss) {
  const start = state.path[0];
  const before = start && meanSquaredError(state.x, state.y, ...start);
  const taken = state.steps ? ` after ${state.steps} gradient ${state.steps === 1 ? "step" : "steps"}` : "";
  const unscaled = state.scaled ? " for the inputs as they are" : "";
  const line = `weight ${numberText(state.weight)}, bias ${numberText(state.bias)}${unscaled}`;
  const grows = state.steps && loss > before ? " The loss grows: the learning rate is too large." : "";
  return `${taken}, with ${line}.${grows}`;
}

function parameterSliders(change, read) {
  const [weight, bias] = ["weight", "bias"].map((quantity, place) =>
    slider({
      quantity,
      onInput: (value) => {
        const state = read();
        const parameters = scalingOf(state).to([state.weight, state.bias]);
        parameters[place] = value;
        const [newWeight, newBias] = scalingOf(state).from(parameters);
        change({ weight: newWeight, bias: newBias, steps: 0, path: [] });
      },
    }),
  );
  const show = (state) => {
    const parameters = scalingOf(state).to([state.weight, state.bias]);
    const ranges = parameterRanges(state);
    const of = state.scaled ? " of the scaled input" : "";
    [weight, bias].forEach((control, place) => {
      const [low, high] = ranges[place];
      const label = `${place ? "bias" : "weight"}${of}`;
      control.show({ low, high, step: roundStep((high - low) / 400), value: parameters[place], label });
    });
  };
  return { node: make("div", { class: "lbl-pair" }, weight.node, bias.node), show };
}

function stepControls(change, read) {
  let count = 100;
  const setRate = (value) => change({ learning_rate: Number(value) });
  const rate = choiceList({ label: "learning rate", name: "learning_rate", onChange: setRate });
  const counts = choiceList({ label: "steps", name: "step_count", onChange: (value) => { count = Number(value); } });
  const one = button("One gradient step", () => change(afterSteps(read(), 1)));
  const many = button("Take the steps", () => change(afterSteps(read(), count)));
  const node = make("div", { class: "lbl-row" }, rate.node, one, counts.node, many);
  const show = (state) => {
    const rates = [...new Set([...LEARNING_RATES, state.learning_rate])].sort((a, b) => a - b);
    rate.show(rates.map((value) => [String(value), String(value)]), String(state.learning_rate));
    counts.show(STEP_COUNTS.map((value) => [String(value), String(value)]), String(count));
  };
  return { node, show };
}

const LEGEND =
  "Points: dashed sticks are the errors. Loss: rings of equal loss; the cross is the best line, the square " +
  "where the steps began.";

function buildLine({ change, read }) {
  const points = picture(PANEL.width, PANEL.height, "points");
  const loss = picture(PANEL.width, PANEL.height, "loss");
  const precise = make("strong");
  const details = make("span");
  const status = make("p", { class: "lbl-status", role: "status" }, "Mean squared error ", precise, details);
  const sliders = parameterSliders(change, read);
  const stepping = stepControls(change, read);
  const scaled = tickBox({ label: "Scale the inputs", name: "scaled", onChange: (value) => change({ scaled: value }) });
  const equal = tickBox({
    label: "Same scale for weight and bias in the loss panel",
    name: "equal_scales",
    onChange: (value) => change({ equal_scales: value }),
  });
  const legend = make("p", { class: "lbl-note" }, LEGEND);
  const show = (state) => {
    const error = meanSquaredError(state.x, state.y, state.weight, state.bias);
    setText(details, lossWords(state, error));
    valueText(precise, "loss", error);
    const words = status.textContent;
    points.show(`${state.x.length} points and a line through them. ${words}`, pointsParts(state), pointsGround(state));
    const lossAlt = `The loss for every weight and bias, and where the line is. ${words}`;
    loss.show(lossAlt, lossParts(state), lossGround(state));
    sliders.show(state);
    stepping.show(state);
    scaled.show(state.scaled);
    equal.show(state.equal_scales);
  };
  const panels = make("div", { class: "lbl-panels" }, points.node, loss.node);
  const ticksRow = make("div", { class: "lbl-row" }, scaled.node, equal.node);
  const controls = make("div", { class: "lbl-controls" }, sliders.node, stepping.node, ticksRow);
  return { nodes: [panels, status, controls, legend], show };
}

function render({ model, el }) {
  return mount({ model, el, title: "Line fitter", names: LINE_STATE, quantities: lineQuantities, build: buildLine });
}
