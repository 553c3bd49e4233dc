// The lessons in their order; the plan is lessons_that_fit() of lesson_map.py.

const MAP_STATE = ["lessons", "minutes", "refreshes", "home"];
const MAP_WORDS = { resetLabel: "Reset slider" };
const LONGEST_DAY = 600;
const OUTCOME_WORDS = { right: "right", "not yet": "not yet right", "not attempted": "not attempted" };

// Ids of the open lessons that fit into the minutes, taken in order.
function lessonsThatFit(lessons, minutes) {
  const fitting = [];
  let needed = 0;
  for (const { id, left } of lessons) {
    if (!left) continue;
    needed += left;
    if (needed > minutes) break;
    fitting.push(id);
  }
  return fitting;
}

// How the plan reads: what fits, or what the next open lesson needs, or what the slider is for.
function planText(lessons, minutes) {
  const open = lessons.filter(({ left }) => left);
  if (!open.length) return "";
  if (!minutes) return "Move “Minutes you have” to see which open lessons fit into today.";
  const count = lessonsThatFit(lessons, minutes).length;
  if (count) return `${count === 1 ? "1 open lesson fits" : `${count} open lessons fit`} into ${minutes} minutes.`;
  const next = open[0];
  return `No open lesson fits into ${minutes} minutes: the next one, ${next.title}, needs ${next.left}.`;
}

function total(lessons, key) {
  return lessons.reduce((sum, lesson) => sum + lesson[key], 0);
}

function mapQuantities({ lessons, minutes }) {
  const fit = lessonsThatFit(lessons, minutes).length;
  return { minutes, "lessons that fit": fit, earned: total(lessons, "earned"), points: total(lessons, "points") };
}

// Where a notebook is to be opened: inside a running Jupyter by its own address, elsewhere as a file.
function addressOf(lesson, home) {
  const settings = document.getElementById("jupyter-config-data");
  const config = settings ? JSON.parse(settings.textContent) : {};
  const root = (config.serverRoot ?? "").replace(/^~/, home).replaceAll("\\", "/").replace(/\/$/, "");
  if (!config.serverRoot || !lesson.notebook.startsWith(`${root}/`)) return lesson.link;
  const view = config.notebookPage ? "notebooks" : "lab/tree";
  const path = lesson.notebook.slice(root.length + 1).split("/").map(encodeURIComponent).join("/");
  return `${config.baseUrl}${view}/${path}`;
}

// A full disc with a tick, a half disc, or an empty ring: told apart by shape.
function outcomeMark(outcome) {
  const disc = (r, style) => draw("circle", { cx: 9, cy: 9, r, class: style });
  const path = (d, style) => draw("path", { d, class: style });
  const shapes = {
    right: [disc(8, "lbl-right"), path("M5 9.2l3 3 5.2-6", "lbl-tick-mark")],
    "not yet": [disc(7.2, "lbl-open"), path("M9 1.8a7.2 7.2 0 0 1 0 14.4Z", "lbl-half")],
    "not attempted": [disc(7.2, "lbl-open")],
  };
  return draw("svg", { viewBox: "0 0 18 18", class: "lbl-mark", "aria-hidden": "true" }, ...shapes[outcome]);
}

function exerciseItem({ name, points, outcome }) {
  const worth = `${numberText(points)} ${points === 1 ? "point" : "points"}`;
  return make(
    "li",
    { class: "lbl-exercise", "data-outcome": outcome },
    outcomeMark(outcome),
    make("code", {}, name),
    make("span", { class: "lbl-quiet" }, `${OUTCOME_WORDS[outcome]}, ${worth}`),
  );
}

function lessonFacts(lesson, titles) {
  const left = lesson.left === lesson.minutes || !lesson.left ? "" : `, ${lesson.left} left`;
  const built = lesson.builds_on.map((id) => titles.get(id) ?? id).join(", ");
  return `${lesson.minutes} minutes${left}${built ? ` · builds on ${built}` : ""}`;
}

function lessonLink(lesson, home) {
  const label = `${lesson.title}, opens in a new tab`;
  const attributes = { href: addressOf(lesson, home), target: "_blank", class: "lbl-link", "aria-label": label };
  return focusable(make("a", attributes, lesson.title));
}

function lessonCard(lesson, titles, fits, state) {
  const link = lessonLink(lesson, state.home);
  const badge = !lesson.left ? "finished" : fits ? `fits into your ${state.minutes} minutes` : "";
  const points = `${numberText(lesson.earned)} of ${numberText(lesson.points)} points`;
  const badges = badge ? [make("span", { class: "lbl-badge" }, badge)] : [];
  const score = make("span", { class: "lbl-score" }, points);
  const list = { class: "lbl-exercises", "aria-label": `Exercises of ${lesson.title}` };
  return make(
    "li",
    { class: "lbl-lesson", "data-lesson": lesson.id, "data-fits": fits ? "yes" : "no" },
    make("span", { class: "lbl-number", "aria-hidden": "true" }, lesson.id.split("_")[0]),
    make(
      "div",
      { class: "lbl-body" },
      make("div", { class: "lbl-line-of" }, link, ...badges, score),
      make("div", { class: "lbl-quiet" }, lessonFacts(lesson, titles)),
      make("ul", list, ...lesson.exercises.map(exerciseItem)),
    ),
  );
}

function buildMap({ change, read }) {
  const list = make("ol", { class: "lbl-lessons", "aria-label": "Lessons" });
  const status = make("p", { class: "lbl-status", role: "status" });
  const minutes = slider({ quantity: "minutes", onInput: (value) => change({ minutes: value }) });
  const refresh = button("Refresh", () => change({ refreshes: read().refreshes + 1 }));
  const controls = make("div", { class: "lbl-controls" }, make("div", { class: "lbl-pair" }, minutes.node, refresh));
  let drawn = "";
  const show = (state) => {
    const { lessons } = state;
    const fitting = lessonsThatFit(lessons, state.minutes);
    const titles = new Map(lessons.map(({ id, title }) => [id, title]));
    const earned = `${numberText(total(lessons, "earned"))} of ${numberText(total(lessons, "points"))} points earned.`;
    setText(status, `${earned} ${planText(lessons, state.minutes)}`.trim());
    minutes.show({ low: 0, high: LONGEST_DAY, step: 5, value: state.minutes, label: "Minutes you have" });
    const key = JSON.stringify([lessons, state.minutes]);
    const cards = () => lessons.map((each) => lessonCard(each, titles, fitting.includes(each.id), state));
    if (key !== drawn) list.replaceChildren(...cards());
    drawn = key;
  };
  return { nodes: [status, controls, list], show };
}

function render({ model, el }) {
  return mount({ model, el, title: "Lesson map", names: MAP_STATE, quantities: mapQuantities, build: buildMap, ...MAP_WORDS });
}
