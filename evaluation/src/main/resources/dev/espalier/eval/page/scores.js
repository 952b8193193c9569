/** The matrix of tasks and columns. */
const scoreOrder = { by: -1, down: true };

function drawScores() {
  byId("scores-note").replaceChildren(
    "Score ± half of its " + Math.round(100 * overview.confidence) + " % interval" + settingNote() + ". ",
    ...(columns.length < 2 ? [] : [verdictMark(1), " and ", verdictMark(-1), " are certain differences from ",
      el("strong", {}, el("bdi", {}, columnName(state.baseline))), "."]));
  if (scoreOrder.by >= columns.length) scoreOrder.by = -1;
  const rows = overview.rows.filter((row) => overview.metricOf(row, state.metric) >= 0);
  const groups = rows.filter((row) => row.tasks);
  const tasks = rows.filter((row) => !row.tasks);
  if (scoreOrder.by >= 0) {
    const value = (row) => {
      const score = overview.score(columns[scoreOrder.by], row, overview.metricOf(row, state.metric));
      return score ? score.value : -Infinity;
    };
    tasks.sort((one, two) => (scoreOrder.down ? 1 : -1) * (value(two) - value(one)));
  }
  const head = el("tr", {},
    sortHeader("Task", -1),
    ...columns.map(({ name }, column) => sortHeader(name, column)));
  byId("scores-body").replaceChildren(el("table", { class: "matrix" },
    el("caption", { class: "spoken" }, "Scores on tasks"),
    el("thead", {}, head),
    el("tbody", {}, ...[...groups, ...tasks].map(scoreRow))));
}

function sortHeader(text, column) {
  const chosen = scoreOrder.by === column && column >= 0;
  return el("th", { scope: "col", "aria-sort": chosen ? (scoreOrder.down ? "descending" : "ascending") : "none",
    class: column === state.baseline ? "baseline" : "" },
  el("button", {
    type: "button", class: "sort", title: column < 0 ? "In the sweep’s order" : "Sort by this column",
    onclick: () => {
      scoreOrder.down = scoreOrder.by === column ? !scoreOrder.down : true;
      scoreOrder.by = column;
      drawScores();
      byId("scores-body").querySelectorAll("button.sort")[column + 1].focus();
    },
  }, column >= 0 ? markerIcon(column) : "", el("bdi", {}, text),
  chosen ? (scoreOrder.down ? " ↓" : " ↑") : ""),
  column === state.baseline && columns.length > 1 ? el("small", {}, "baseline") : null);
}

function scoreRow(row) {
  const metric = overview.metricOf(row, state.metric);
  const lower = !overview.higher.get(metric);
  return el("tr", { class: row.tasks ? "group" : "" },
    el("th", { scope: "row" }, el("bdi", {}, row.name),
      el("small", {}, overview.metrics[metric] + (lower ? ", less is better" : "")
        + (row.tasks ? ", " + plural(row.tasks.length, "task") : ""))),
    ...columns.map((column) => scoreCell(row, column, metric)));
}

function scoreCell(row, column, metric) {
  const score = overview.score(column, row, metric);
  if (!score) return el("td", { class: "none" }, "–");
  const comparison = overview.comparison(columns[state.baseline], column, row, metric);
  const verdict = overview.verdict(comparison);
  const strength = comparison ? Math.min(1, Math.abs(comparison.difference) / (4 * comparison.smallest || 1)) : 0;
  const half = 1.959964 * score.error;
  return el("td", {
    class: verdict > 0 ? "better" : verdict < 0 ? "worse" : "",
    style: verdict ? "--strength:" + (12 + 30 * strength).toFixed(0) + "%" : undefined,
    title: plural(score.documents, "document")
      + (comparison ? "; difference " + signed(comparison.difference) + ", corrected p " + chance(comparison.adjusted) : ""),
  }, el("span", { class: "value" }, verdict ? verdictMark(verdict) : null, figure(score.value)),
  Number.isFinite(half) ? el("small", {}, "± " + figure(half)) : null);
}
