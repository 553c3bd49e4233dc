// Building blocks that every widget shares: elements, numbers as text, and controls that work by keyboard,
// pointer and screen reader alike.

function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

function make(tag, attributes = {}, ...children) {
  const node = setAttributes(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

function draw(tag, attributes = {}, ...children) {
  const node = setAttributes(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  node.append(...children);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// JupyterLab takes keys before an element sees them, unless the focused element itself carries this mark.
function focusable(node) {
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  return node;
}

function freshId() {
  return `lbl-${Math.random().toString(36).slice(2, 10)}`;
}

// A number as people read it: about four digits, a true minus sign.
function numberText(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 5e-5)) return value.toExponential(2).replaceAll("-", "−").replace("e+", "e");
  const decimals = size >= 1000 ? 1 : size >= 100 ? 2 : size >= 1 ? 3 : 4;
  return String(Number(value.toFixed(decimals))).replace("-", "−");
}

// The same inside a formula, where a negative number needs brackets.
function termText(value) {
  return value < 0 ? `(${numberText(value)})` : numberText(value);
}

// A node that shows a number and keeps its full precision in data-value, under the name in data-quantity.
function valueText(node, quantity, value) {
  setAttributes(node, { "data-quantity": quantity, "data-value": value });
  setText(node, numberText(value));
  return node;
}

function button(label, onPress) {
  const node = focusable(make("button", { type: "button", class: "lbl-button" }, label));
  node.addEventListener("click", onPress);
  return node;
}

// A labelled slider with the number beside it; show({label, low, high, step, value}) brings it up to date.
function slider({ quantity, onInput }) {
  const id = freshId();
  const label = make("label", { for: id, class: "lbl-label" });
  const input = focusable(make("input", { type: "range", id, class: "lbl-range", "data-control": quantity }));
  const readout = make("output", { for: id, class: "lbl-readout", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(Number(input.value)));
  const show = (now) => {
    setText(label, now.label);
    const reach = { min: Math.min(now.low, now.value), max: Math.max(now.high, now.value), step: now.step };
    setAttributes(input, { ...reach, "aria-valuetext": now.text ?? numberText(now.value) });
    if (Number(input.value) !== now.value) input.value = now.value;
    setAttributes(readout, { "data-quantity": quantity, "data-value": now.value });
    setText(readout, now.text ?? numberText(now.value));
  };
  return { node: make("div", { class: "lbl-slider" }, label, input, readout), show };
}

// A drop-down list; options are [value, text] pairs of text.
function choiceList({ label, name, onChange }) {
  const id = freshId();
  const select = focusable(make("select", { id, class: "lbl-select", "data-control": name }));
  select.addEventListener("change", () => onChange(select.value));
  let shown = "";
  const show = (options, value) => {
    const key = JSON.stringify(options);
    if (key !== shown) select.replaceChildren(...options.map(([each, text]) => make("option", { value: each }, text)));
    shown = key;
    select.value = value;
  };
  const node = make("div", { class: "lbl-choice" }, make("label", { for: id, class: "lbl-label" }, label), select);
  return { node, show };
}

// One of a few answers, all visible; show(options, chosen, locked) with options as texts.
function choiceGroup({ label, onChange }) {
  const group = freshId();
  const node = make("div", { class: "lbl-options", role: "radiogroup", "aria-label": label });
  let shown = "";
  const show = (options, chosen, locked) => {
    const key = JSON.stringify(options);
    if (key !== shown) {
      node.replaceChildren(
        ...options.map((text) => {
          const input = focusable(make("input", { type: "radio", name: group, value: text }));
          input.addEventListener("change", () => onChange(text));
          return make("label", { class: "lbl-option" }, input, make("span", {}, text));
        }),
      );
    }
    shown = key;
    for (const input of node.querySelectorAll("input")) {
      input.checked = input.value === chosen;
      input.disabled = locked;
    }
  };
  return { node, show };
}

function tickBox({ label, name, onChange }) {
  const input = focusable(make("input", { type: "checkbox", "data-control": name }));
  input.addEventListener("change", () => onChange(input.checked));
  const node = make("label", { class: "lbl-option" }, input, make("span", {}, label));
  return { node, show: (checked) => { input.checked = checked; } };
}

// An SVG picture with words for those who do not see it. show(words, parts, ground) draws it anew; a ground of
// {key, make} lies behind the parts and is only made again when its key changes.
function picture(width, height, name) {
  const behind = draw("g");
  const front = draw("g");
  const size = { viewBox: `0 0 ${width} ${height}`, "data-picture": name };
  const node = draw("svg", { ...size, role: "img", class: "lbl-picture" }, behind, front);
  let shown = null;
  const show = (words, parts, ground) => {
    setAttributes(node, { "aria-label": words });
    front.replaceChildren(...parts);
    const key = ground && JSON.stringify(ground.key);
    if (ground && key !== shown) behind.replaceChildren(...ground.make());
    shown = key;
  };
  return { node, show };
}
