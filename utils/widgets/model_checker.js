// A model's layers beside those that the exercise asks for; counts are those of output_values() in model_checker.py.

const CHECKER_STATE = ["made", "asked", "made_input", "asked_input", "difference", "samples"];
const MOST_SAMPLES = 256;

function outputValues(shape, samples) {
  return shape.reduce((product, length) => product * length, samples);
}

function checkerQuantities({ made, samples }) {
  const shape = made.at(-1)?.output_shape;
  const parameters = made.reduce((sum, layer) => sum + layer.parameters, 0);
  return { samples, parameters, "numbers out": shape ? outputValues(shape, samples) : NaN };
}

function shapeText(shape, samples) {
  if (!shape) return "(unknown)";
  const lengths = [samples || "any", ...shape.map((length) => length ?? "any")];
  return `(${lengths.join(", ")})`;
}

// A row of discs, one for each unit of the layer's last axis; a long row is cut short with dots.
function unitRow(shape) {
  const units = shape?.at(-1) ?? 0;
  const shown = Math.min(units, 12);
  const disc = (_, place) => draw("circle", { cx: 9 + place * 16, cy: 9, r: 6, class: "lbl-unit" });
  const discs = Array.from({ length: shown }, disc);
  const dots = units > shown ? [draw("text", { x: 5 + shown * 16, y: 14, class: "lbl-tick" }, "…")] : [];
  return draw("svg", { viewBox: "0 0 212 18", class: "lbl-units", "aria-hidden": "true" }, ...discs, ...dots);
}

function layerFacts(layer, samples) {
  const activation = layer.activation === "linear" ? "none" : layer.activation;
  return [
    ["output", shapeText(layer.output_shape, samples)],
    ["parameters", layer.parameters.toLocaleString("en")],
    ...(activation ? [["activation", activation]] : []),
    ...(layer.settings.length ? [["settings", layer.settings.join(", ")]] : []),
  ];
}

function layerCard(layer, samples, mark) {
  const kind = layer.kind === "Activation" ? `Activation (${layer.activation})` : layer.kind;
  const number = make("span", { class: "lbl-number" }, String(layer.number));
  const facts = layerFacts(layer, samples).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  return make(
    "div",
    { class: "lbl-layer", "data-mark": mark },
    make("div", { class: "lbl-line-of" }, number, make("strong", {}, kind)),
    unitRow(layer.output_shape),
    make("dl", { class: "lbl-facts" }, ...facts),
  );
}

function emptyCard(words, mark) {
  return make("div", { class: "lbl-layer lbl-empty", "data-mark": mark }, words);
}

function inputCard(shapes, samples, mark) {
  const text = shapes.length ? `input ${shapes.map((shape) => shapeText(shape, samples)).join(", ")}` : "no input";
  return make("div", { class: "lbl-layer lbl-input", "data-mark": mark }, text);
}

// Rows before the first difference are the same, the row of the difference is marked, later ones are not compared.
function markOf(row, difference) {
  if (!difference.message) return "same";
  const first = difference.part === "model" ? -2 : difference.row ?? -1;
  if (row === first) return "differs";
  return row < first ? "same" : "later";
}

const MARK_WORDS = { same: "✓ same", differs: "✗ differs", later: "not compared yet" };

function comparison(row, mine, theirs, mark) {
  const word = make("div", { class: "lbl-between", "data-mark": mark }, MARK_WORDS[mark]);
  return make("li", { class: "lbl-compared", "data-row": row, "data-mark": mark }, mine, word, theirs);
}

function checkerRows({ made, asked, made_input, asked_input, difference, samples }) {
  const first = markOf(-1, difference);
  const rows = [comparison(-1, inputCard(made_input, samples, first), inputCard(asked_input, samples, first), first)];
  for (let row = 0; row < Math.max(made.length, asked.length); row += 1) {
    const mark = markOf(row, difference);
    const card = (layer, words) => (layer ? layerCard(layer, samples, mark) : emptyCard(words, mark));
    rows.push(comparison(row, card(made[row], "no layer here"), card(asked[row], "nothing more"), mark));
  }
  return rows;
}

function checkerWords({ difference, made }) {
  if (difference.message) return `✗ First difference: ${difference.message}`;
  const count = made.length === 1 ? "its one layer agrees" : `all ${made.length} layers agree`;
  return `✓ The model is what the exercise asks for: ${count}.`;
}

function totalWords(state) {
  const parameters = checkerQuantities(state).parameters;
  const shape = state.made.at(-1)?.output_shape;
  const words = `${parameters.toLocaleString("en")} parameters in all`;
  if (!state.samples || !shape) return words;
  return `${words}; ${outputValues(shape, state.samples).toLocaleString("en")} numbers come out`;
}

function buildChecker({ change }) {
  const status = make("p", { class: "lbl-status", role: "status" });
  const [mine, theirs] = ["Your model", "The exercise asks for"].map((text) => make("strong", {}, text));
  const heads = make("div", { class: "lbl-heads" }, mine, make("span"), theirs);
  const list = make("ol", { class: "lbl-compare", "aria-label": "Layers, yours beside those asked for" });
  const sum = make("p", { class: "lbl-note" });
  const samples = slider({ quantity: "samples", onInput: (value) => change({ samples: value }) });
  const controls = make("div", { class: "lbl-controls" }, samples.node);
  const show = (state) => {
    setText(status, checkerWords(state));
    setAttributes(status, { "data-matches": state.difference.message ? "no" : "yes" });
    list.replaceChildren(...checkerRows(state));
    setText(sum, totalWords(state));
    const text = state.samples ? String(state.samples) : "any";
    samples.show({ low: 0, high: MOST_SAMPLES, step: 1, value: state.samples, label: "Samples in the batch", text });
  };
  return { nodes: [status, heads, list, sum, controls], show };
}

function render({ model, el }) {
  const parts = { names: CHECKER_STATE, quantities: checkerQuantities, build: buildChecker };
  return mount({ model, el, title: "Model checker", ...parts });
}
