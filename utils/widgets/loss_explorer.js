// Fourteen losses of one sample; the numbers are those of the functions in loss_explorer.py.

const LOSS_STATE = ["task", "target", "output", "label", "score", "true_class", "scores", "varied"];
const TASKS = ["a number", "yes or no", "three classes"];
const CLASSES = ["A", "B", "C"];
const EPSILON = 1e-7;
const SCORE_REACH = 8;

const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const clipped01 = (value) => Math.min(Math.max(value, EPSILON), 1);

function numberLosses(target, output) {
  const error = output - target;
  const logs = Math.log(1 + Math.max(output, EPSILON)) - Math.log(1 + Math.max(target, EPSILON));
  return {
    "mean squared error": error ** 2,
    "mean absolute error": Math.abs(error),
    "log-cosh": Math.abs(error) + Math.log1p(Math.exp(-2 * Math.abs(error))) - Math.LN2,
    "mean absolute percentage error": (100 * Math.abs(error)) / Math.max(Math.abs(target), EPSILON),
    "mean squared logarithmic error": logs ** 2,
    Poisson: output - target * Math.log(output + EPSILON),
  };
}

function yesNoLosses(label, score) {
  const missing = Math.max(0, 1 - (2 * label - 1) * score);
  return { "binary cross-entropy": softplus(score) - label * score, hinge: missing, "squared hinge": missing ** 2 };
}

function probabilitiesOf(scores) {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function classLosses(trueClass, scores) {
  const largest = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
  const fromScores = largest + Math.log(total) - scores[trueClass];
  const chances = probabilitiesOf(scores);
  const divergences = chances.map((chance, place) => {
    const target = clipped01(place === trueClass ? 1 : 0);
    return target * Math.log(target / clipped01(chance));
  });
  const wrongScores = scores.map((score, place) => (place === trueClass ? 0 : score));
  return {
    "categorical cross-entropy": fromScores,
    "sparse categorical cross-entropy": fromScores,
    "KL divergence": divergences.reduce((sum, part) => sum + part, 0),
    "categorical hinge": Math.max(0, 1 + Math.max(...wrongScores) - scores[trueClass]),
    "cosine similarity": -chances[trueClass] / Math.hypot(...chances),
  };
}

function lossQuantities(state) {
  const numbers = {
    task: TASKS.indexOf(state.task),
    target: state.target,
    output: state.output,
    label: state.label,
    score: state.score,
    probability: state.score >= 0 ? 1 / (1 + Math.exp(-state.score)) : Math.exp(state.score) / (1 + Math.exp(state.score)),
    "right class": state.true_class,
  };
  probabilitiesOf(state.scores).forEach((chance, place) => {
    numbers[`score ${CLASSES[place]}`] = state.scores[place];
    numbers[`probability ${CLASSES[place]}`] = chance;
  });
  return {
    ...numbers,
    ...numberLosses(state.target, state.output),
    ...yesNoLosses(state.label, state.score),
    ...classLosses(state.true_class, state.scores),
  };
}

// What a task's curves run along: from where to where, its name, the value now, the changes for another value, where
// the target stands, and the losses.
const AXES = {
  "a number": (state) => ({
    from: 0,
    to: 10,
    name: "output",
    now: state.output,
    moved: (value) => ({ output: value }),
    losses: (value) => numberLosses(state.target, value),
    target: state.target,
    key: [state.task, state.target],
  }),
  "yes or no": (state) => ({
    from: -SCORE_REACH,
    to: SCORE_REACH,
    name: "score",
    now: state.score,
    moved: (value) => ({ score: value }),
    losses: (value) => yesNoLosses(state.label, value),
    target: null,
    key: [state.task, state.label],
  }),
  "three classes": (state) => {
    const withScore = (value) => state.scores.map((score, place) => (place === state.varied ? value : score));
    return {
      from: -SCORE_REACH,
      to: SCORE_REACH,
      name: `score of ${CLASSES[state.varied]}${state.varied === state.true_class ? " (right)" : " (wrong)"}`,
      now: state.scores[state.varied],
      moved: (value) => ({ scores: withScore(value) }),
      losses: (value) => classLosses(state.true_class, withScore(value)),
      target: null,
      key: [state.task, state.true_class, state.varied, withScore(0)],
    };
  },
};

// One small plot for each loss, three in a row.

const CELL = { width: 272, height: 214, left: 44, right: 262, top: 57, bottom: 169 };
const COLUMNS = 3;

function cellOf(place) {
  return { x: (place % COLUMNS) * CELL.width, y: Math.floor(place / COLUMNS) * CELL.height };
}

// Points of every loss along the axis: {name: [[value, loss], ...]}.
function curvesOf(axis) {
  const count = 160;
  const values = Array.from({ length: count + 1 }, (_, place) => axis.from + ((axis.to - axis.from) * place) / count);
  const each = values.map((value) => axis.losses(value));
  return Object.fromEntries(Object.keys(each[0]).map((name) => [name, values.map((value, at) => [value, each[at][name]])]));
}

// Up to the curve's highest point; the Poisson loss shoots up at 0, and its plot is cut off there.
function lossScale(name, points) {
  const losses = (name === "Poisson" ? points.slice(3) : points).map(([, loss]) => loss);
  const [low, high] = [Math.min(0, ...losses), Math.max(...losses)];
  return scale([low, high + (high - low) * 0.08 || 1], [CELL.bottom, CELL.top]);
}

// What stays while the mark moves: grid, curve, titles.
function cellGround(axis, name, points, x, y) {
  const across = ticks(x.domain, 4).flatMap((value) => [
    draw("line", { x1: x(value), x2: x(value), y1: CELL.bottom, y2: CELL.top, class: "lbl-grid" }),
    draw("text", { x: x(value), y: CELL.bottom + 16, class: "lbl-tick", "text-anchor": "middle" }, numberText(value)),
  ]);
  const up = ticks(y.domain, 3).flatMap((value) => [
    draw("line", {
      ...{ x1: CELL.left, x2: CELL.right, y1: y(value), y2: y(value) },
      class: value === 0 ? "lbl-zero" : "lbl-grid",
    }),
    draw("text", { x: CELL.left - 6, y: y(value) + 4, class: "lbl-tick", "text-anchor": "end" }, shortText(value)),
  ]);
  const aim = axis.target === null ? [] : [
    draw("line", { x1: x(axis.target), x2: x(axis.target), y1: CELL.bottom, y2: CELL.top, class: "lbl-aim" }),
  ];
  const box = { x: CELL.left, y: CELL.top, width: CELL.right - CELL.left, height: CELL.bottom - CELL.top };
  const curve = pathThrough(points.map(([value, loss]) => [x(value), y(loss)]));
  const below = { x: (CELL.left + CELL.right) / 2, y: CELL.bottom + 34, "text-anchor": "middle", class: "lbl-axis" };
  return [
    ...across,
    ...up,
    ...aim,
    draw("rect", { ...box, class: "lbl-plot" }),
    clipped(x, y, draw("path", { d: curve, class: "lbl-curve" })),
    draw("text", below, axis.name),
    draw("text", { x: 4, y: 19, class: "lbl-axis" }, name[0].toUpperCase() + name.slice(1)),
  ];
}

// Tick numbers of a small plot: large ones short.
function shortText(value) {
  return Math.abs(value) >= 1e4 ? value.toExponential(0).replace("e+", "e") : numberText(value);
}

// The plot of one loss; show(now, loss) moves its mark and draws nothing anew.
function lossCell(axis, name, points, place) {
  const x = scale([axis.from, axis.to], [CELL.left, CELL.right]);
  const y = lossScale(name, points);
  const number = draw("text", { x: 4, y: 42, class: "lbl-value" });
  const lead = draw("line", { y1: CELL.bottom, class: "lbl-lead" });
  const mark = draw("circle", { r: 6, class: "lbl-here" });
  const at = cellOf(place);
  const ground = cellGround(axis, name, points, x, y);
  const node = draw("g", { transform: `translate(${at.x} ${at.y})` }, ...ground, number, lead, mark);
  const show = (now, loss) => {
    const height = Math.max(CELL.top, Math.min(CELL.bottom, y(loss)));
    valueText(number, name, loss);
    setAttributes(lead, { x1: x(now), x2: x(now), y2: height });
    setAttributes(mark, { cx: x(now), cy: height });
  };
  return { node, show };
}

// Drag inside any of the small plots, and the output follows.
function letDrag(node, read, change) {
  const follow = (event) => {
    const area = node.getBoundingClientRect();
    const width = COLUMNS * CELL.width;
    const inside = (((event.clientX - area.left) / area.width) * width) % CELL.width;
    const axis = AXES[read().task](read());
    const share = Math.max(0, Math.min(1, (inside - CELL.left) / (CELL.right - CELL.left)));
    const value = Number((axis.from + share * (axis.to - axis.from)).toFixed(1));
    if (value !== axis.now) change(axis.moved(value));
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    follow(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (node.hasPointerCapture(event.pointerId)) follow(event);
  });
}

// The words.

function lossWords(state) {
  if (state.task === "a number") {
    const error = termText(Number((state.output - state.target).toFixed(10)));
    return `error = output − target = ${numberText(state.output)} − ${termText(state.target)} = ${error}`;
  }
  const numbers = lossQuantities(state);
  if (state.task === "yes or no") {
    const label = state.label ? "yes (1; for the hinge losses 1)" : "no (0; for the hinge losses −1)";
    return `score ${numberText(state.score)}, probability of yes ${numberText(numbers.probability)}, label ${label}`;
  }
  const chances = CLASSES.map((name) => `${name} ${numberText(numbers[`probability ${name}`])}`).join(", ");
  return `probabilities ${chances}; the right class is ${CLASSES[state.true_class]}`;
}

const LOSS_NOTES = {
  "a number": "Dashed line over the whole height: the target. Drag in a plot, or move the sliders.",
  "yes or no": "Drag in a plot, or move the slider. The cross-entropy takes the sigmoid of the score; the hinge losses take the score itself.",
  "three classes":
    "Drag in a plot, or move the sliders. The categorical hinge takes the scores; the other four take their softmax. The two cross-entropies are one loss: " +
    "the first wants a one-hot label, the second a class number.",
};

// The controls of one task, shown while that task is chosen.

function numberControls(change) {
  const output = slider({ quantity: "output", onInput: (value) => change({ output: value }) });
  const target = slider({ quantity: "target", onInput: (value) => change({ target: value }) });
  const show = (state) => {
    output.show({ low: 0, high: 10, step: 0.1, value: state.output, label: "output" });
    target.show({ low: 0, high: 10, step: 0.1, value: state.target, label: "target" });
  };
  return { node: make("div", { class: "lbl-pair" }, output.node, target.node), show };
}

function yesNoControls(change) {
  const score = slider({ quantity: "score", onInput: (value) => change({ score: value }) });
  const label = choiceList({ label: "label", name: "label", onChange: (value) => change({ label: Number(value) }) });
  const show = (state) => {
    score.show({ low: -SCORE_REACH, high: SCORE_REACH, step: 0.1, value: state.score, label: "score" });
    label.show([["1", "yes"], ["0", "no"]], String(state.label));
  };
  return { node: make("div", { class: "lbl-pair" }, score.node, label.node), show };
}

function classControls(change, read) {
  const sliders = CLASSES.map((name, place) => {
    const replaced = (value) => read().scores.map((old, each) => (each === place ? value : old));
    const onInput = (value) => change({ scores: replaced(value), varied: place });
    return slider({ quantity: `score ${name}`, onInput });
  });
  const right = choiceList({
    label: "right class",
    name: "true_class",
    onChange: (value) => change({ true_class: Number(value) }),
  });
  const show = (state) => {
    sliders.forEach((control, place) => {
      const label = `score of ${CLASSES[place]}`;
      control.show({ low: -SCORE_REACH, high: SCORE_REACH, step: 0.1, value: state.scores[place], label });
    });
    right.show(CLASSES.map((name, place) => [String(place), name]), String(state.true_class));
  };
  return { node: make("div", { class: "lbl-pair" }, ...sliders.map(({ node }) => node), right.node), show };
}

function buildLosses({ change, read }) {
  const image = picture(COLUMNS * CELL.width, 2 * CELL.height, "losses");
  image.node.classList.add("lbl-draggable");
  letDrag(image.node, read, change);
  const status = make("p", { class: "lbl-status", role: "status" });
  const note = make("p", { class: "lbl-note" });
  const task = choiceList({ label: "The model answers with", name: "task", onChange: (name) => change({ task: name }) });
  const groups = {
    "a number": numberControls(change),
    "yes or no": yesNoControls(change),
    "three classes": classControls(change, read),
  };
  let cells = [];
  const show = (state) => {
    const axis = AXES[state.task](state);
    const losses = axis.losses(axis.now);
    const names = Object.keys(losses);
    const rows = Math.ceil(names.length / COLUMNS);
    const makeCells = () => {
      const curves = curvesOf(axis);
      cells = names.map((name, place) => lossCell(axis, name, curves[name], place));
      return cells.map(({ node }) => node);
    };
    setAttributes(image.node, { viewBox: `0 0 ${COLUMNS * CELL.width} ${rows * CELL.height}` });
    const said = names.map((name) => `${name} ${numberText(losses[name])}`).join(", ");
    const words = lossWords(state);
    const alt = `Losses over the ${axis.name}, each with a mark where it is now. ${words}. ${said}.`;
    image.show(alt, [], { key: axis.key, make: makeCells });
    names.forEach((name, place) => cells[place].show(axis.now, losses[name]));
    setText(status, words);
    setText(note, LOSS_NOTES[state.task]);
    task.show(TASKS.map((name) => [name, name]), state.task);
    for (const [name, group] of Object.entries(groups)) {
      group.node.hidden = name !== state.task;
      if (name === state.task) group.show(state);
    }
  };
  const controls = make("div", { class: "lbl-controls" }, task.node, ...Object.values(groups).map(({ node }) => node));
  return { nodes: [image.node, status, controls, note], show };
}

function render({ model, el }) {
  return mount({ model, el, title: "Loss explorer", names: LOSS_STATE, quantities: lossQuantities, build: buildLosses });
}
