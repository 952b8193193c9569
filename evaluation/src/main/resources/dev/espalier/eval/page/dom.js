/** Elements, and figures as texts. Texts of data only ever become text nodes. */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

/** A score: three digits behind the point below ten, fewer above. */
function figure(value) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const digits = Math.abs(value) < 10 ? 3 : Math.abs(value) < 1000 ? 1 : 0;
  return minus(value.toFixed(digits));
}

function signed(value) {
  const text = figure(value);
  return value > 0 && !/^0\.0+$/.test(text) ? "+" + text : text.replace(/^−(0\.0+)$/, "$1");
}

function minus(text) {
  return text.replace("-", "−");
}

function chance(p) {
  if (Number.isNaN(p)) return "–";
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function count(value) {
  return value.toLocaleString("en");
}

function short(value) {
  if (value < 1e4) return count(Math.round(value));
  const units = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
  const [size, unit] = units.find(([size]) => value >= size);
  return (value / size).toFixed(value / size < 10 ? 2 : value / size < 100 ? 1 : 0) + " " + unit;
}

function duration(seconds) {
  if (seconds < 60) return seconds.toFixed(seconds < 10 ? 1 : 0) + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min " + Math.round(seconds % 60) + " s";
  return Math.floor(seconds / 3600) + " h " + Math.floor((seconds % 3600) / 60) + " min";
}

function plural(number, thing) {
  return count(number) + " " + thing + (number === 1 ? "" : "s");
}

function select(label, options, value, changed, attributes = {}) {
  const box = el("select", { ...attributes, onchange: () => changed(box.value) });
  for (const [key, text] of options) {
    box.append(el("option", { value: key, selected: String(key) === String(value) }, text));
  }
  return el("label", { class: "choice" }, el("span", {}, label), box);
}

const MARKS = { 1: "▲", "-1": "▼", 0: "" };
const VERDICTS = { 1: "better", "-1": "worse", 0: "not certain" };

/** Sign and word, so that colour is never alone. */
function verdictMark(verdict) {
  return el("span", { class: "mark " + (verdict > 0 ? "better" : verdict < 0 ? "worse" : "even"), title: VERDICTS[verdict] },
    MARKS[verdict], el("span", { class: "spoken" }, " " + VERDICTS[verdict]));
}
