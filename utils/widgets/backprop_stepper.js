// Backpropagation one operation at a time; the numbers are those of forward() and backward() in backprop_stepper.py.

const STEPPER_STATE = [
  ...["inputs", "hidden_weights", "hidden_bias", "output_weights", "output_bias", "target"],
  ...["activation", "step", "guess"],
];
const OPERATIONS = [
  ...["z1", "a1", "z2", "a2", "p", "C"],
  ...["p", "v1", "v2", "c", "a1", "z1", "w11", "w21", "b1", "a2", "z2", "w12", "w22", "b2"].map((n) => `gradient ${n}`),
];

function stableSigmoid(z) {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}

// Every number of both passes by its name, and the step.
function stepperQuantities(state) {
  const [x1, x2] = state.inputs;
  const [w11, w12, w21, w22] = state.hidden_weights;
  const [b1, b2] = state.hidden_bias;
  const [v1, v2] = state.output_weights;
  const { output_bias: c, target: y, activation, step } = state;
  const relu = activation === "relu";
  const activate = (z) => (relu ? Math.max(z, 0) : stableSigmoid(z));
  const slope = (z) => (relu ? (z > 0 ? 1 : 0) : stableSigmoid(z) * stableSigmoid(-z));
  const [z1, z2] = [x1 * w11 + x2 * w21 + b1, x1 * w12 + x2 * w22 + b2];
  const [a1, a2] = [activate(z1), activate(z2)];
  const p = a1 * v1 + a2 * v2 + c;
  const byP = 2 * (p - y);
  const by = { p: byP, c: byP, v1: byP * a1, v2: byP * a2, a1: byP * v1, a2: byP * v2 };
  [by.z1, by.z2] = [by.a1 * slope(z1), by.a2 * slope(z2)];
  Object.assign(by, { w11: x1 * by.z1, w21: x2 * by.z1, b1: by.z1, w12: x1 * by.z2, w22: x2 * by.z2, b2: by.z2 });
  const gradients = Object.fromEntries(Object.entries(by).map(([name, value]) => [`gradient ${name}`, value]));
  const given = { step, y, c, x1, x2, w11, w12, w21, w22, b1, b2, v1, v2 };
  return { ...given, z1, a1, z2, a2, p, C: (p - y) ** 2, ...gradients };
}

function guessIsClose(guess, value) {
  return Math.abs(guess - value) <= 0.005 + 0.01 * Math.abs(value);
}

// "gradient w11" as ∂C/∂w₁₁, "z1" as z₁.
function symbol(name) {
  const letters = name.replace("gradient ", "").replaceAll("1", "₁").replaceAll("2", "₂");
  return name.startsWith("gradient") ? `∂C/∂${letters}` : letters;
}

// An operation as a list of quantities and signs: [names and texts], drawn once with letters, once with numbers.
function terms(name, activation) {
  const place = name.at(-1);
  const relu = activation === "relu";
  if (!name.startsWith("gradient")) {
    if (name === "p") return ["a1", " · ", "v1", " + ", "a2", " · ", "v2", " + ", "c"];
    if (name === "C") return ["(", "p", " − ", "y", ")²"];
    if (name[0] === "a") return relu ? ["max(0, ", `z${place}`, ")"] : ["sigmoid(", `z${place}`, ")"];
    return ["x1", " · ", `w1${place}`, " + ", "x2", " · ", `w2${place}`, " + ", `b${place}`];
  }
  const letter = name.replace("gradient ", "")[0];
  if (letter === "p") return ["2 · (", "p", " − ", "y", ")"];
  if (letter === "v") return ["gradient p", " · ", `a${place}`];
  if (letter === "a") return ["gradient p", " · ", `v${place}`];
  if (letter === "c") return ["gradient p", " · 1"];
  if (letter === "b") return [`gradient z${place}`, " · 1"];
  if (letter === "w") return [`gradient z${place}`, " · ", `x${name.at(-2)}`];
  const a = `a${place}`;
  return [`gradient a${place}`, " · ", ...(relu ? ["slope of ReLU at ", `z${place}`] : [a, " · (1 − ", a, ")"])];
}

function isQuantity(term) {
  return /^(gradient )?[a-zC]\d*$/.test(term);
}

// The operation with letters, then with numbers: "z₁ = x₁ · w₁₁ + … = 1 × 1 + …".
function operationText(name, activation, numbers) {
  const parts = terms(name, activation);
  const letters = parts.map((part) => (isQuantity(part) ? symbol(part) : part)).join("");
  const digits = parts
    .map((part) => (isQuantity(part) ? termText(numbers[part]) : part.replaceAll("·", "×")))
    .join("")
    .replace(/slope of ReLU at .*/, numbers[`z${name.at(-1)}`] > 0 ? "1" : "0")
    .replace(/^max\(0, \((.*)\)\)$/, "max(0, $1)")
    .replace(/^sigmoid\(\((.*)\)\)$/, "sigmoid($1)");
  return `${symbol(name)} = ${letters} = ${digits}`;
}

// Where things stand in the picture.
const STEPPER_SIZE = { width: 900, height: 376 };
const ROW_Y = { 1: 82, 2: 276 };
const UNIT = { x: 410, width: 176, height: 96 };
const OUTPUT = { x: 704, y: 179, width: 96, height: 96 };
const LOSS = { x: 846, y: 179, width: 92, height: 96 };
const SLOT = { width: 80, given: 56, height: 24 };

// A number in its slot: the one to compute next is framed and a question mark, those that it is made of have a dashed
// frame, later ones are a dot.
function slot(x, y, name, { numbers, revealed, next, used }) {
  const backward = name.startsWith("gradient");
  const known = revealed.has(name);
  const style = name === next ? "lbl-slot lbl-next" : used.has(name) ? "lbl-slot lbl-used" : "lbl-slot";
  const width = GIVEN.includes(name) ? SLOT.given : SLOT.width;
  const frame = { x: x - width / 2, y: y - SLOT.height / 2, width, height: SLOT.height, rx: 5 };
  const text = draw("text", {
    ...{ x, y: y + 5, "text-anchor": "middle" },
    class: backward ? "lbl-formula lbl-gradient" : "lbl-formula lbl-strong",
  });
  const mark = backward ? "∂ " : "";
  if (known) {
    const value = draw("tspan");
    valueText(value, name, numbers[name]);
    text.append(mark, value);
    if (text.textContent.length > 8) setAttributes(text, { class: `${text.getAttribute("class")} lbl-tight` });
  } else setText(text, name === next ? `${mark}?` : backward ? "" : "·");
  return [draw("rect", { ...frame, class: style }), text];
}

// Value above, derivative below it.
function pairOfSlots(x, y, name, view) {
  const frames = view.derived.has(name) ? slot(x, y + SLOT.height, `gradient ${name}`, view) : [];
  return [...slot(x, y, name, view), ...frames];
}

function caption(x, y, text, anchor = "middle") {
  return draw("text", { x, y, "text-anchor": anchor, class: "lbl-axis" }, text);
}

function box({ x, y, width, height }, style) {
  return draw("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 9, class: style });
}

// A line from [x1, y1] to [x2, y2] with a weight and its derivative on a plate at a share of the way.
function weightLine([x1, y1], [x2, y2], share, name, view) {
  const [x, y] = [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
  const plate = { x: x - 54, y: y - 25, width: 110, height: 50, rx: 5, class: "lbl-plate" };
  return [
    draw("line", { x1, y1, x2, y2, class: view.active.has(name) ? "lbl-arrow lbl-busy" : "lbl-arrow" }),
    draw("rect", plate),
    caption(x - 13, y - 7, `${symbol(name)} =`, "end"),
    ...pairOfSlots(x + 20, y - 12, name, view),
  ];
}

function inputNode(place, view) {
  const y = ROW_Y[place];
  return [
    draw("circle", { cx: 62, cy: y, r: 40, class: "lbl-node" }),
    caption(62, y - 50, symbol(`x${place}`)),
    ...slot(62, y, `x${place}`, view),
  ];
}

function hiddenUnit(place, view) {
  const y = ROW_Y[place];
  const [left, right] = [UNIT.x - 44, UNIT.x + 44];
  const biasY = y + UNIT.height / 2 + 22;
  return [
    box({ ...UNIT, y }, "lbl-node"),
    draw("line", { x1: UNIT.x, x2: UNIT.x, y1: y - 40, y2: y + 40, class: "lbl-grid" }),
    caption(left, y - 28, symbol(`z${place}`)),
    caption(right, y - 28, `${symbol(`a${place}`)} = g(${symbol(`z${place}`)})`),
    ...pairOfSlots(left, y - 4, `z${place}`, view),
    ...pairOfSlots(right, y - 4, `a${place}`, view),
    caption(left - 10, biasY + 5, `${symbol(`b${place}`)} =`, "end"),
    ...slot(left + 30, biasY, `b${place}`, view),
    ...slot(left + 30 + SLOT.width, biasY, `gradient b${place}`, view),
  ];
}

function outputNodes(view) {
  const end = OUTPUT.x + OUTPUT.width / 2;
  const start = LOSS.x - LOSS.width / 2;
  return [
    draw("line", { x1: end, x2: start - 8, y1: OUTPUT.y, y2: OUTPUT.y, class: "lbl-arrow" }),
    draw("path", { d: `M${start - 10} ${LOSS.y - 6}L${start} ${LOSS.y}L${start - 10} ${LOSS.y + 6}Z`, class: "lbl-arrow-head" }),
    box(OUTPUT, "lbl-node"),
    caption(OUTPUT.x, OUTPUT.y - 28, "prediction p"),
    ...pairOfSlots(OUTPUT.x, OUTPUT.y - 4, "p", view),
    caption(OUTPUT.x - 44, OUTPUT.y + 91, "c =", "end"),
    ...slot(OUTPUT.x - 4, OUTPUT.y + 86, "c", view),
    ...slot(OUTPUT.x - 4 + SLOT.width, OUTPUT.y + 86, "gradient c", view),
    box(LOSS, "lbl-node lbl-main"),
    caption(LOSS.x, LOSS.y - 28, "loss C"),
    ...slot(LOSS.x, LOSS.y - 4, "C", view),
    caption(LOSS.x - 44, LOSS.y - 75, "y =", "end"),
    ...slot(LOSS.x - 4, LOSS.y - 80, "y", view),
    caption(LOSS.x, LOSS.y - 100, "target"),
  ];
}

const GIVEN = ["x1", "x2", "w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c", "y"];
const DERIVED = new Set(OPERATIONS.slice(6).map((name) => name.replace("gradient ", "")));

// What the drawing functions need to know: numbers, which of them are revealed, which is next and, where that is told,
// what it uses.
function stepperView(state, numbers, told) {
  const next = OPERATIONS[state.step] ?? "";
  const used = new Set(next && told ? terms(next, state.activation).filter(isQuantity) : []);
  const active = new Set([...used, next.replace("gradient ", "")]);
  const revealed = new Set([...GIVEN, ...OPERATIONS.slice(0, state.step)]);
  return { numbers, revealed, next, used, active, derived: DERIVED };
}

function stepperParts(state, numbers, told) {
  const view = stepperView(state, numbers, told);
  const into = UNIT.x - UNIT.width / 2;
  const from = UNIT.x + UNIT.width / 2;
  const end = OUTPUT.x - OUTPUT.width / 2;
  const [top, bottom] = [ROW_Y[1], ROW_Y[2]];
  return [
    ...weightLine([102, bottom - 8], [into, top + 26], 0.36, "w21", view),
    ...weightLine([102, top + 8], [into, bottom - 26], 0.36, "w12", view),
    ...weightLine([102, top], [into, top], 0.5, "w11", view),
    ...weightLine([102, bottom], [into, bottom], 0.5, "w22", view),
    ...weightLine([from, top], [end, OUTPUT.y - 14], 0.48, "v1", view),
    ...weightLine([from, bottom], [end, OUTPUT.y + 14], 0.48, "v2", view),
    ...[1, 2].flatMap((place) => [...inputNode(place, view), ...hiddenUnit(place, view)]),
    ...outputNodes(view),
  ];
}

// On the way back the formula is what has to be found; before that it is part of the text.
function isBackward(step) {
  return step >= 6 && step < OPERATIONS.length;
}

// The operation that comes next, with its formula where that is told, and what became of the one before.
function stepperWords(state, numbers, told) {
  const count = OPERATIONS.length;
  const next = OPERATIONS[state.step];
  const last = OPERATIONS[state.step - 1];
  const way = state.step < 6 ? "Forward" : "Backward";
  const ahead = next
    ? `${way}, operation ${state.step + 1} of ${count}: ${told ? operationText(next, state.activation, numbers) : symbol(next)} = ?`
    : `All ${count} operations are revealed. Change a number and watch the others.`;
  const before = last ? `${operationText(last, state.activation, numbers)} = ${numberText(numbers[last])}.` : "";
  if (!state.guess.length || !last) return { ahead, before };
  const right = guessIsClose(state.guess[0], numbers[last]);
  const verdict = right ? `✓ You predicted ${numberText(state.guess[0])}.` : `✗ You predicted ${numberText(state.guess[0])}.`;
  return { ahead, before: `${verdict} ${before}` };
}

// [] for an empty field, [number], or null for what is no number.
function parseGuess(text) {
  const number = Number(text.trim().replace(",", ".").replace("−", "-"));
  if (!text.trim()) return [];
  return Number.isFinite(number) ? [number] : null;
}

// The field for a prediction, and the buttons that reveal and hide. complain(): the field holds no number;
// tell(): show the formula of what comes next. show(state) hides that button where there is nothing to tell.
function stepControls({ change, read, complain, tell }) {
  const id = freshId();
  const field = focusable(
    make("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", size: 8, class: "lbl-select" }),
  );
  setAttributes(field, { "data-control": "guess" });
  const reveal = () => {
    const { step } = read();
    if (step >= OPERATIONS.length) return;
    const guess = parseGuess(field.value);
    if (!guess) {
      complain();
      field.select();
      return;
    }
    change({ step: step + 1, guess });
    field.value = "";
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") reveal();
  });
  const to = (step) => change({ step: Math.max(0, Math.min(OPERATIONS.length, step)), guess: [] });
  const label = make("label", { for: id, class: "lbl-label" }, "your prediction");
  const formula = button("Show the formula", () => {
    tell();
    field.focus();
  });
  const node = make(
    "div",
    { class: "lbl-row" },
    make("div", { class: "lbl-choice" }, label, field),
    button("Reveal", reveal),
    button("Back", () => to(read().step - 1)),
    button("Reveal all", () => to(OPERATIONS.length)),
    button("Hide all", () => to(0)),
    formula,
  );
  const show = (told) => { formula.hidden = told; };
  return { node, show };
}

const ADJUSTABLE = [
  ...[["x1", "inputs", 0], ["w11", "hidden_weights", 0], ["w12", "hidden_weights", 1]],
  ...[["x2", "inputs", 1], ["w21", "hidden_weights", 2], ["w22", "hidden_weights", 3]],
  ...[["b1", "hidden_bias", 0], ["v1", "output_weights", 0], ["c", "output_bias", null]],
  ...[["b2", "hidden_bias", 1], ["v2", "output_weights", 1], ["y", "target", null]],
];
const KIND = { x: "input", w: "weight", v: "weight", b: "bias", c: "bias", y: "target" };

function numberSliders({ change, read }) {
  const sliders = ADJUSTABLE.map(([name, trait, place]) => {
    const onInput = (value) => {
      const old = read()[trait];
      const now = place === null ? value : old.map((each, index) => (index === place ? value : each));
      change({ [trait]: now, guess: [] });
    };
    return slider({ quantity: name, onInput });
  });
  const rows = make("div", { class: "lbl-threes" }, ...sliders.map(({ node }) => node));
  const show = (numbers) =>
    sliders.forEach((control, index) => {
      const [name] = ADJUSTABLE[index];
      const label = `${KIND[name[0]]} ${symbol(name)}`;
      control.show({ low: -3, high: 3, step: 0.25, value: numbers[name], label });
    });
  return { node: rows, show };
}

const STEPPER_NOTE =
  "Each box shows a number; below it, after ∂, stands the derivative of the loss by that number. The solid frame is " +
  "what comes next, dashed frames are what it is made of. On the way back the formula is yours to find; “Show the formula” tells it.";

function buildStepper({ change, read }) {
  const image = picture(STEPPER_SIZE.width, STEPPER_SIZE.height, "graph");
  const before = make("p", { class: "lbl-status", role: "status" });
  const ahead = make("p", { class: "lbl-status lbl-strong" });
  const sliders = numberSliders({ change, read });
  const choose = (value) => change({ activation: value, guess: [] });
  const activation = choiceList({ label: "activation g of the hidden units", name: "activation", onChange: choose });
  const controls = make("div", { class: "lbl-controls" }, sliders.node, activation.node);
  const note = make("p", { class: "lbl-note" }, STEPPER_NOTE);
  let toldStep = -1; // the operation whose formula was asked for
  const complain = () => setText(before, "Not a number, try again.");
  const tell = () => {
    toldStep = read().step;
    show(read());
  };
  const steps = stepControls({ change, read, complain, tell });
  const show = (state) => {
    const numbers = stepperQuantities(state);
    if (toldStep !== state.step) toldStep = -1;
    const told = !isBackward(state.step) || toldStep === state.step;
    const words = stepperWords(state, numbers, told);
    const shown = OPERATIONS.slice(0, state.step).map((name) => `${symbol(name)} = ${numberText(numbers[name])}`);
    const alt = `A network of two inputs, two hidden units and one output. ${words.ahead} Revealed: ${shown.join(", ") || "nothing"}.`;
    image.show(alt, stepperParts(state, numbers, told));
    setText(before, words.before);
    setText(ahead, words.ahead);
    sliders.show(numbers);
    steps.show(told);
    activation.show([["relu", "relu"], ["sigmoid", "sigmoid"]], state.activation);
  };
  const frame = make("div", { class: "lbl-wide" }, image.node);
  return { nodes: [frame, before, ahead, steps.node, controls, note], show };
}

function render({ model, el }) {
  const parts = { names: STEPPER_STATE, quantities: stepperQuantities, build: buildStepper };
  return mount({ model, el, title: "Backprop stepper", ...parts });
}
