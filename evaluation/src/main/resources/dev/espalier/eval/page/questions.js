/** Documents of a task with what two models made of them: filters, search, order. */
const questions = { missing: false, task: 0, kind: "all", order: "number", search: "", seed: 0, rows: [], drawn: 0 };
let list;

const KINDS = () => [
  ["all", "all"],
  ["gained", "right in " + columnName(state.other) + ", wrong in " + columnName(state.baseline)],
  ["lost", "right in " + columnName(state.baseline) + ", wrong in " + columnName(state.other)],
  ["differ", "on which they differ"],
  ["wrong", "wrong in both"],
  ["right", "right in both"],
];

const ORDERS = [["number", "number"], ["difference", "largest difference"], ["doubt", "least certain answers"]];

function drawFilters() {
  const form = byId("filters");
  const focused = document.activeElement && document.activeElement.id;
  const at = document.activeElement && document.activeElement.selectionStart;
  const tasks = overview.tasks.map((task, i) => [i, task.name]);
  if (tasks.length > 1) tasks.push([-1, "all tasks"]);
  const change = (changes) => {
    Object.assign(questions, changes);
    drawQuestions();
  };
  const search = el("input", { id: "search", type: "search", placeholder: "words in question or answer", value: questions.search, oninput: () => change({ search: search.value }) });
  const two = columns.length > 1;
  form.replaceChildren(
    select("Task", tasks, questions.task, (value) => change({ task: Number(value) }), { id: "task" }),
    ...(two ? [select("Questions", KINDS(), questions.kind, (value) => change({ kind: value }), { id: "kind" })] : []),
    ...(overview.seeds.length > 1 ? [select("Seed", overview.seeds.map((seed, i) => [i, seed]), questions.seed, (value) => change({ seed: Number(value) }), { id: "seed" })] : []),
    select("Order", ORDERS.slice(0, two ? 3 : 1), questions.order, (value) => change({ order: value }), { id: "order" }),
    el("label", { class: "choice grow" }, el("span", {}, "Search"), search));
  if (focused && form.querySelector("#" + CSS.escape(focused))) {
    byId(focused).focus();
    if (focused === "search") byId(focused).setSelectionRange(at, at);
  }
}

/** Opens the questions of a task on which two columns differ. */
function showQuestions(other, task, kind) {
  Object.assign(questions, { task, kind, search: "" });
  choose({ other });
  byId("questions").scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  byId("list").focus({ preventScroll: true });
}

/** The rows of one task's cell by document; made once. */
function rowsOf(block, { model, setting }) {
  const seed = overview.seeds.length > 1 ? questions.seed : -1;
  const cell = block.cells.find((cell) => cell.model === model && cell.setting === setting
    && (seed < 0 || cell.seed === seed || cell.seed < 0));
  if (!cell) return new Map();
  if (!cell.byDocument) cell.byDocument = new Map(cell.rows.map((row) => [row[0], row]));
  return cell.byDocument;
}

/** A row's value of a metric; NaN for none, or a value that only a set of documents makes a number. */
function valueOf(row, metric) {
  if (!row) return NaN;
  for (let f = 3; f < row.length; f++) {
    for (let i = 2; i < row[f].length; i += 2) {
      if (row[f][i] === metric) return Array.isArray(row[f][i + 1]) ? number(row[f][i + 1][0]) : number(row[f][i + 1]);
    }
  }
  return NaN;
}

async function drawQuestions() {
  drawFilters();
  const drawing = ++questions.drawn;
  const chosen = questions.task < 0 ? overview.tasks.map((_, task) => task) : [questions.task];
  byId("list").setAttribute("aria-busy", "true");
  let all = [];
  questions.missing = false;
  for (const task of chosen) {
    const block = await unpack("task" + task);
    if (drawing !== questions.drawn) return; // something else was chosen meanwhile
    const metric = overview.metricOf({ metrics: overview.tasks[task].metrics }, state.metric);
    const first = rowsOf(block, columns[state.baseline]);
    const second = columns.length > 1 ? rowsOf(block, columns[state.other]) : first;
    if (overview.axes.some((axis) => axis.name === "results") && (!first.size || !second.size)) {
      questions.missing = true;
      continue;
    }
    block.documents.forEach((document, place) => {
      const a = first.get(place);
      const b = second.get(place);
      if (a || b) all.push({ task, block, place, document, metric, a, b, va: valueOf(a, metric), vb: valueOf(b, metric) });
    });
  }
  const total = all.length;
  all = all.filter(isOfKind);
  const words = questions.search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) all = all.filter((item) => words.every((word) => searchText(item).includes(word)));
  if (questions.order === "difference") all.sort((one, two) => Math.abs(two.vb - two.va) - Math.abs(one.vb - one.va) || 0);
  if (questions.order === "doubt") all.sort((one, two) => margin(one) - margin(two));
  questions.rows = all;
  byId("list").setAttribute("aria-busy", "false");
  byId("questions-count").textContent = (all.length === total ? plural(total, "question")
    : count(all.length) + " of " + plural(total, "question")) + settingNote().replace(/, the mean of .*/, "");
  list.show(all);
  if (all.length) list.choose(0, false);
  else drawSample(null, false);
}

function isOfKind({ va, vb, metric }) {
  const sign = overview.higher.get(metric) ? 1 : -1;
  switch (questions.kind) {
    case "gained": return sign * (vb - va) > 0;
    case "lost": return sign * (vb - va) < 0;
    case "differ": return vb !== va && !(Number.isNaN(va) && Number.isNaN(vb));
    case "wrong": return va === 0 && vb === 0;
    case "right": return va === 1 && vb === 1;
    default: return true;
  }
}

/** Question, columns and answers in small letters; kept for the next search. */
function searchText(item) {
  const { block, place, document } = item;
  if (!block.texts) block.texts = [];
  if (block.texts[place] === undefined) block.texts[place] = JSON.stringify(document).toLowerCase();
  const answers = [item.a, item.b].map((row) => (row ? row[2].flat().filter(isText).map(textOf).join("\n").toLowerCase() : ""));
  return block.texts[place] + "\n" + answers.join("\n");
}

/** How far the best choice is before the next, of the model less sure. */
function margin(item) {
  const margins = [item.a, item.b].map((row) => {
    const sums = row ? sumsOf(row, item.document[3].length) : [];
    if (sums.length < 2) return Infinity;
    const sorted = [...sums].sort((one, two) => two - one);
    return sorted[0] - sorted[1];
  });
  return Math.min(...margins);
}

function drawRow(item) {
  const two = columns.length > 1;
  return [
    el("span", { class: "number" }, String(item.document[0])),
    el("span", { class: "text", dir: "auto" }, oneLine(questionOf(item)),
      questions.task < 0 ? el("small", {}, overview.tasks[item.task].name) : null),
    el("span", { class: "pair" }, rightness(item.va, state.baseline), two ? rightness(item.vb, state.other) : null),
  ];
}

/** ✓ or ✗, or the value. */
function rightness(value, column) {
  const known = value === 0 || value === 1;
  const text = known ? (value ? "✓" : "✗") : figure(value);
  const words = columnName(column) + ": " + (known ? (value ? "right" : "wrong") : figure(value));
  return el("span", { class: "right " + (value === 1 ? "better" : value === 0 ? "worse" : ""), title: words },
    text, el("span", { class: "spoken" }, " " + words));
}

/** What a reader would call the question. */
function questionOf({ block, document, a, b }) {
  const text = document[1];
  if (typeof text === "string" && text.trim()) return text;
  const named = ["question", "query", "sentence", "problem", "text", "input", "goal", "ctx", "premise"]
    .map((name) => block.columns.indexOf(name)).find((place) => place >= 0 && document[5 + place]);
  if (named !== undefined) return asText(document[5 + named]);
  const longest = document.slice(5).filter((value) => typeof value === "string").sort((one, two) => two.length - one.length)[0];
  return longest || contextOf(block, a || b) || asText(document[2]);
}

function contextOf(block, row) {
  return row ? block.requests[row[1]][1][0] || "" : "";
}

function oneLine(text) {
  return text.slice(0, 400).replace(/\s+/g, " ").trim();
}

function asText(value) {
  return typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
}
