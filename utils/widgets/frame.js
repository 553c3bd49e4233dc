// What surrounds every picture: title, presets, reset, the question; and how state and picture stay together.

const COMMON_STATE = ["presets", "initial", "question", "prediction", "outcome"];

function between(value, [low, high]) {
  return (low === null || value >= low) && (high === null || value <= high);
}

// The same judgement as judge() in question.py.
function judge(question, quantities, prediction) {
  if (!prediction) return "not predicted";
  const tried = Object.entries(question.when).every(([name, bounds]) => between(quantities[name], bounds));
  if (!tried) return "predicted";
  const deciding = quantities[question.decided_by];
  const right = question.choices.filter(({ low, high }) => between(deciding, [low, high]));
  return right.some(({ text }) => text === prediction) ? "right" : "wrong";
}

function sameState(state, other) {
  return Object.entries(other).every(([name, value]) => JSON.stringify(state[name]) === JSON.stringify(value));
}

const UNASKED = { prediction: "", outcome: "not predicted" };

// Another preset is another state of affairs: a verdict about the one before does not stay.
function presetChoice(change) {
  const find = (presets, name) => presets.find((preset) => preset.name === name);
  let presets = [];
  const list = choiceList({
    label: "Preset",
    name: "preset",
    onChange: (name) => name && change({ ...UNASKED, ...find(presets, name).state }),
  });
  const show = (state) => {
    presets = state.presets;
    list.node.hidden = !presets.length;
    const current = presets.find((preset) => sameState(state, preset.state));
    list.show([["", "own values"], ...presets.map(({ name }) => [name, name])], current?.name ?? "");
  };
  return { node: list.node, show };
}

function verdictText({ question, prediction, outcome }) {
  if (outcome === "right") return `✓ Right, it is ${prediction}. ${question.explanation}`;
  if (outcome === "wrong") return `✗ Not ${prediction}. ${question.explanation}`;
  return outcome === "predicted" ? `You predict: ${prediction}. ${question.instruction}` : "";
}

function questionPanel(change) {
  let question = {};
  const ask = make("p", { class: "lbl-ask" });
  const answers = choiceGroup({ label: "Your prediction", onChange: (text) => change({ prediction: text }) });
  const verdict = make("p", { class: "lbl-verdict", role: "status" });
  const prepare = button("Set it up", () => change(question.start));
  const again = button("Ask again", () => change(UNASKED));
  const node = make(
    "fieldset",
    { class: "lbl-question" },
    make("legend", {}, "Predict, then try"),
    ask,
    answers.node,
    verdict,
    make("div", { class: "lbl-row" }, prepare, again),
  );
  const show = (state) => {
    question = state.question;
    node.hidden = !question.text;
    if (node.hidden) return;
    const judged = state.outcome === "right" || state.outcome === "wrong";
    setText(ask, question.text);
    answers.show(question.choices.map(({ text }) => text), state.prediction, judged);
    setText(verdict, verdictText(state));
    setAttributes(node, { "data-outcome": state.outcome });
    // Before a prediction it is the way back to what the question is about.
    prepare.hidden = judged || !Object.keys(question.start).length;
    again.hidden = !judged;
  };
  return { node, show };
}

// Puts a widget into `el`. names: the traits it shows; quantities(state): what its question is judged from;
// build({change}): {nodes, show(state)}; resetLabel: the word on the button that puts all back. Returns the function
// that takes it away again.
function mount({ model, el, title, names, quantities, build, resetLabel = "Reset" }) {
  const all = [...names, ...COMMON_STATE];
  const read = () => Object.fromEntries(all.map((name) => [name, model.get(name)]));
  const settle = () => {
    const { question, prediction, outcome } = read();
    if (!question.text || outcome === "right" || outcome === "wrong") return;
    model.set("outcome", judge(question, quantities(read()), prediction));
  };
  const change = (changes) => {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    settle();
    model.save_changes();
  };

  const view = build({ change, read });
  const presets = presetChoice(change);
  const panel = questionPanel(change);
  const reset = button(resetLabel, () => change(model.get("initial")));
  const top = make("div", { class: "lbl-top" }, make("strong", { class: "lbl-title" }, title), presets.node, reset);
  el.replaceChildren(make("section", { class: "lbl-widget", "aria-label": title }, top, ...view.nodes, panel.node));

  const show = () => {
    const state = read();
    for (const part of [presets, view, panel]) part.show(state);
  };
  let frame = 0;
  const schedule = () => {
    // Several traits change at once; all of them are drawn in the next frame.
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      show();
    });
  };
  for (const name of all) model.on(`change:${name}`, schedule);
  show();
  return () => {
    cancelAnimationFrame(frame);
    for (const name of all) model.off(`change:${name}`, schedule);
  };
}
