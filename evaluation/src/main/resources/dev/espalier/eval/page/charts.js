/** Colours and shapes of models and columns: Okabe and Ito's colours, and a shape each, for those who see no colours. */
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7a6a00", "#777777"];
const SHAPES = ["circle", "square", "diamond", "triangle", "cross", "ring", "bar"];

function colourOf(model) {
  return COLOURS[model % COLOURS.length];
}

function marker(model, x, y, size) {
  const attributes = { class: "marker", fill: colourOf(model), stroke: colourOf(model) };
  const points = (list) => svg("polygon", { ...attributes, points: list.map(([dx, dy]) => (x + dx * size) + "," + (y + dy * size)).join(" ") });
  switch (SHAPES[model % SHAPES.length]) {
    case "square": return points([[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]);
    case "diamond": return points([[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]);
    case "triangle": return points([[0, -1.2], [1.15, 0.9], [-1.15, 0.9]]);
    case "cross": return svg("path", { ...attributes, "stroke-width": size * 0.7, fill: "none",
      d: `M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}` });
    case "ring": return svg("circle", { ...attributes, cx: x, cy: y, r: size * 0.9, fill: "none", "stroke-width": size * 0.6 });
    case "bar": return points([[-1.2, -0.5], [1.2, -0.5], [1.2, 0.5], [-1.2, 0.5]]);
    default: return svg("circle", { ...attributes, cx: x, cy: y, r: size });
  }
}

function markerIcon(model) {
  return svg("svg", { class: "icon", viewBox: "-7 -7 14 14", width: 14, height: 14, "aria-hidden": "true" }, marker(model, 0, 0, 4.4));
}

/** Round values from low to high, three to five of them. */
function axisTicks(low, high) {
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span));
  const step = [0.2, 0.5, 1, 2].map((m) => m * power).find((s) => span / s <= 4.5) || power;
  const values = [];
  for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + step * 1e-9; value += step) values.push(value);
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/**
 * A small chart: points of models over places in a row.
 * @param points [model, place, value, half interval or NaN]
 * @param joined whether a model's points make a line
 */
function smallChart(title, labels, points, joined) {
  const width = 300, height = 190, left = 44, right = 12, top = 10, bottom = 28;
  const lows = points.map(([, , value, half]) => value - (half || 0));
  const highs = points.map(([, , value, half]) => value + (half || 0));
  const margin = (Math.max(...highs) - Math.min(...lows)) * 0.06 || 0.05;
  const low = Math.min(...lows) - margin, high = Math.max(...highs) + margin;
  const models = [...new Set(points.map(([model]) => model))];
  const x = (model, at) => left + (width - left - right) * ((at + 0.5) / labels.length)
    + (models.length > 1 ? (models.indexOf(model) / (models.length - 1) - 0.5) * Math.min(18, (width / labels.length) * 0.5) : 0);
  const y = (value) => top + (height - top - bottom) * (1 - (value - low) / (high - low));
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  const { values, digits } = axisTicks(low, high);
  for (const value of values) {
    chart.append(svg("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      textAt(left - 6, y(value) + 4, minus(value.toFixed(digits)), "end"));
  }
  const slot = (width - left - right) / labels.length;
  const texts = labels.map((label) => (label.length > 12 ? label.slice(0, 11) + "…" : label));
  const every = Math.ceil((6.4 * Math.max(...texts.map((text) => text.length)) + 6) / slot);
  texts.forEach((text, at) => {
    if ((labels.length - 1 - at) % every === 0) chart.append(textAt(left + slot * (at + 0.5), height - 8, text, "middle"));
  });
  for (const model of models) {
    const own = points.filter(([m]) => m === model);
    const group = svg("g", { class: "series" + (state.emphasised >= 0 && state.emphasised !== model ? " dimmed" : "") });
    if (joined && own.length > 1) {
      group.append(svg("polyline", { fill: "none", stroke: colourOf(model), "stroke-width": 2,
        points: own.map(([, at, value]) => x(model, at) + "," + y(value)).join(" ") }));
    }
    for (const [, at, value, half] of own) {
      if (half > 0) {
        group.append(svg("line", { class: "whisker", stroke: colourOf(model), x1: x(model, at), x2: x(model, at), y1: y(value - half), y2: y(value + half) }));
      }
      const dot = marker(model, x(model, at), y(value), joined ? 4 : 3.4);
      dot.append(svg("title", {}, overview.models[model] + ", " + labels[at] + ": " + figure(value)));
      group.append(dot);
    }
    chart.append(group);
  }
  return chart;
}

function textAt(x, y, text, anchor) {
  return svg("text", { x, y, "text-anchor": anchor }, text);
}

/** Names of models with their marks; a press lets one stand out. */
function legend() {
  return el("div", { class: "legend", role: "group", "aria-label": "Models; press one to let it stand out" },
    ...overview.models.map((name, model) => el("button", {
      type: "button", "aria-pressed": String(state.emphasised === model),
      onclick: () => {
        choose({ emphasised: state.emphasised === model ? -1 : model });
        byId("curves-body").querySelectorAll(".legend button")[model].focus();
      },
    }, markerIcon(model), el("bdi", {}, name))));
}
