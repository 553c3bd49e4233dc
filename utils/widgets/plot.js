// Axes, ticks and curves inside an SVG picture.

// Maps numbers of `domain` to pixels of `range`, both [from, to].
function scale(domain, range) {
  const factor = (range[1] - range[0]) / (domain[1] - domain[0]);
  const map = (value) => range[0] + (value - domain[0]) * factor;
  map.domain = domain;
  map.range = range;
  return map;
}

// The largest 1, 2 or 5 times a power of ten that is no larger than `size`.
function roundStep(size) {
  const power = 10 ** Math.floor(Math.log10(size));
  const digit = size / power;
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

function ticks([low, high], count) {
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, place) => Number(((first + place) * step).toPrecision(12)));
}

function around(values, share) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = (high - low || Math.abs(high) || 1) * share;
  return [low - margin, high + margin];
}

// Grid lines, tick numbers and titles of a plot whose scales are x and y.
function axes(x, y, xTitle, yTitle, count = 6) {
  const [left, right] = x.range;
  const [bottom, top] = y.range;
  const across = ticks(x.domain, count).flatMap((value) => [
    draw("line", { x1: x(value), x2: x(value), y1: bottom, y2: top, class: value === 0 ? "lbl-zero" : "lbl-grid" }),
    draw("text", { x: x(value), y: bottom + 18, class: "lbl-tick", "text-anchor": "middle" }, numberText(value)),
  ]);
  const up = ticks(y.domain, count).flatMap((value) => [
    draw("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: value === 0 ? "lbl-zero" : "lbl-grid" }),
    draw("text", { x: left - 8, y: y(value) + 4, class: "lbl-tick", "text-anchor": "end" }, numberText(value)),
  ]);
  const middle = (top + bottom) / 2;
  const title = { class: "lbl-axis", "text-anchor": "middle" };
  return [
    ...across,
    ...up,
    draw("rect", { x: left, y: top, width: right - left, height: bottom - top, class: "lbl-plot" }),
    draw("text", { x: (left + right) / 2, y: bottom + 38, ...title }, xTitle),
    draw("text", { x: 14, y: middle, ...title, transform: `rotate(-90 14 ${middle})` }, yTitle),
  ];
}

// Everything inside is cut off at the edges of the plot.
function clipped(x, y, ...parts) {
  const id = freshId();
  const [left, right] = x.range;
  const [bottom, top] = y.range;
  const window = draw("rect", { x: left, y: top, width: right - left, height: bottom - top });
  return draw("g", {}, draw("clipPath", { id }, window), draw("g", { "clip-path": `url(#${id})` }, ...parts));
}

function pathThrough(points) {
  return points.map(([x, y], place) => `${place ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
}
