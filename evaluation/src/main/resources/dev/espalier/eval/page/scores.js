/** The matrix of tasks and models. */
const scoreOrder = { by: -1, down: true };

function drawScores() {
  byId("scores-note").replaceChildren(
    "Score ± half of its " + Math.round(100 * overview.confidence) + " % interval" + settingNote() + ". ",
    verdictMark(1), " and ", verdictMark(-1), " are certain differences from ",
    el("strong", {}, modelName(state.baseline)), ".");
  const models = overview.models.map((_, model) => model);
  const rows = overview.rows.filter((row) => overview.metricOf(row, state.metric) >= 0);
  const groups = rows.filter((row) => row.tasks);
  const tasks = rows.filter((row) => !row.tasks);
  if (scoreOrder.by >= 0) {
    const value = (row) => {
      const score = overview.score(scoreOrder.by, row, state.setting, overview.metricOf(row, state.metric));
      return score ? score.value : -Infinity;
    };
    tasks.sort((one, two) => (scoreOrder.down ? 1 : -1) * (value(two) - value(one)));
  }
  const head = el("tr", {},
    sortHeader("Task", -1),
    ...models.map((model) => sortHeader(modelName(model), model)));
  byId("scores-body").replaceChildren(el("table", { class: "matrix" },
    el("caption", { class: "spoken" }, "Scores of models on tasks"),
    el("thead", {}, head),
    el("tbody", {}, ...[...groups, ...tasks].map((row) => scoreRow(row, models)))));
}

function sortHeader(text, model) {
  const chosen = scoreOrder.by === model && model >= 0;
  return el("th", { scope: "col", "aria-sort": chosen ? (scoreOrder.down ? "descending" : "ascending") : "none",
    class: model === state.baseline ? "baseline" : "" },
  el("button", {
    type: "button", class: "sort", title: model < 0 ? "In the sweep’s order" : "Sort by this model",
    onclick: () => {
      scoreOrder.down = scoreOrder.by === model ? !scoreOrder.down : true;
      scoreOrder.by = model;
      drawScores();
      byId("scores-body").querySelectorAll("button.sort")[model + 1].focus();
    },
  }, model >= 0 ? markerIcon(model) : "", el("bdi", {}, text),
  chosen ? (scoreOrder.down ? " ↓" : " ↑") : ""),
  model === state.baseline && overview.models.length > 1 ? el("small", {}, "baseline") : null);
}

function scoreRow(row, models) {
  const metric = overview.metricOf(row, state.metric);
  const lower = !overview.higher.get(metric);
  return el("tr", { class: row.tasks ? "group" : "" },
    el("th", { scope: "row" }, el("bdi", {}, row.name),
      el("small", {}, overview.metrics[metric] + (lower ? ", less is better" : "")
        + (row.tasks ? ", " + plural(row.tasks.length, "task") : ""))),
    ...models.map((model) => scoreCell(row, model, metric)));
}

function scoreCell(row, model, metric) {
  const score = overview.score(model, row, state.setting, metric);
  if (!score) return el("td", { class: "none" }, "–");
  const comparison = overview.comparison(state.baseline, model, row, state.setting, metric);
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
