/** The first section: of each column, on which tasks it is better and worse than the baseline. */
function drawAnswer() {
  const body = byId("answer-body");
  if (columns.length < 2) {
    body.replaceChildren(el("p", {}, "There is one model under one setting, and nothing to compare it with."));
    return;
  }
  const rows = columns
    .map(({ name }, column) => ({ name, column, found: column === state.baseline ? [] : compared(column) }))
    .filter(({ column }) => column !== state.baseline);
  rows.sort((one, two) => balance(two.found) - balance(one.found));
  const level = Math.round(100 * (1 - overview.confidence));
  body.replaceChildren(
    el("p", { class: "note" },
      "Against ", el("strong", {}, el("bdi", {}, columnName(state.baseline))), settingNote(),
      ". Certain means that such a difference would be seen in fewer than " + level
        + " of 100 such tables if the models were equal (paired tests, corrected by Holm over the tasks shown)."),
    el("ul", { class: "answers" }, ...rows.map(answerOf)));
}

function settingNote() {
  const text = commonText();
  return (text ? " at " + text : "") + (overview.seeds.length > 1 ? ", the mean of " + overview.seeds.length + " seeds" : "");
}

function compared(column) {
  const found = [];
  for (const row of overview.rows) {
    if (row.tasks) continue;
    const metric = overview.metricOf(row, state.metric);
    const comparison = overview.comparison(columns[state.baseline], columns[column], row, metric);
    if (comparison) found.push({ row, comparison, verdict: overview.verdict(comparison) });
  }
  return found;
}

function balance(found) {
  return found.reduce((sum, { verdict }) => sum + verdict, 0);
}

function answerOf({ name, column, found }) {
  const better = found.filter(({ verdict }) => verdict > 0);
  const worse = found.filter(({ verdict }) => verdict < 0);
  const open = found.filter(({ verdict }) => verdict === 0);
  const sentence = better.length && !worse.length ? "better" : worse.length && !better.length ? "worse"
    : better.length ? "better on some tasks, worse on others" : "no certain difference";
  return el("li", { class: "answer-row" },
    el("h3", {}, markerIcon(column), el("bdi", {}, name), el("span", { class: "verdict" }, sentence)),
    el("div", { class: "chips" },
      ...chips("Better on", 1, better, column), ...chips("Worse on", -1, worse, column),
      open.length ? el("span", { class: "open" },
        (better.length + worse.length ? "Not certain on " : "Not certain on any of ") + plural(open.length, "task")
          + mostMissed(open)) : null));
}

/** So many tasks are shown of each model before a reader asks for the others. */
const FEW = 8;
const unfolded = new Set();

/** The largest of the smallest effects, of the metric that most of the tasks have. */
function mostMissed(open) {
  const byMetric = new Map();
  for (const { comparison } of open) {
    if (!Number.isFinite(comparison.smallest)) continue;
    if (!byMetric.has(comparison.metric)) byMetric.set(comparison.metric, []);
    byMetric.get(comparison.metric).push(comparison.smallest);
  }
  const [metric, effects] = [...byMetric].sort((one, two) => two[1].length - one[1].length)[0] || [];
  if (!effects) return "";
  return ": differences of " + overview.metrics[metric] + " below " + figure(Math.max(...effects)) + " may go unseen";
}

function chips(label, verdict, found, column) {
  if (!found.length) return [];
  found.sort((one, two) => Math.abs(two.comparison.difference) - Math.abs(one.comparison.difference));
  const key = columnName(column) + " " + verdict;
  const shown = unfolded.has(key) || found.length <= FEW + 2 ? found.length : FEW;
  return [
    el("span", { class: "label" }, verdictMark(verdict), label + " " + found.length),
    ...found.slice(0, shown).map(({ row, comparison }) => el("button", {
      type: "button", class: "chip " + (verdict > 0 ? "better" : "worse"),
      title: "Show the questions on which they differ",
      onclick: () => showQuestions(column, row.place, verdict > 0 ? "gained" : "lost"),
    }, el("bdi", {}, row.name), " ", el("b", {}, signed(comparison.difference)))),
    ...(shown < found.length ? [el("button", { type: "button", class: "link more",
      onclick: () => { unfolded.add(key); drawAnswer(); } }, "and " + (found.length - shown) + " more")] : []),
  ];
}
