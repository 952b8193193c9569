/** Small multiples: each axis of the sweep, task by task, and the spread of seeds. */
function drawCurves() {
  const parts = [];
  overview.axes.forEach((axis, number) => {
    const charts = overview.rows.map((row) => axisChart(row, axis, number)).filter(Boolean);
    if (charts.length) {
      parts.push(el("h3", {}, "By " + axis.name), el("div", { class: "multiples" }, ...charts));
    }
  });
  if (overview.seeds.length > 1) {
    const charts = overview.rows.filter((row) => !row.tasks).map(seedChart).filter(Boolean);
    parts.push(el("h3", {}, "Seeds" + (overview.axes.length ? " at " + settingText(state.setting) : "")),
      el("p", { class: "note" }, "A dot is a seed: what lies apart no more than these do is chance."),
      el("div", { class: "multiples" }, ...charts));
  }
  byId("curves").hidden = byId("curves-link").hidden = !parts.length;
  byId("curves-body").replaceChildren(...(parts.length ? [legend(), ...parts] : []));
}

function panel(row, metric, chart) {
  return el("figure", {}, el("figcaption", {}, el("bdi", {}, row.name), el("small", {}, overview.metrics[metric])), chart);
}

function axisChart(row, axis, number) {
  const metric = overview.metricOf(row, state.metric);
  const now = overview.settings[state.setting];
  const points = [];
  overview.settings.forEach((setting, i) => {
    if (setting.some((value, j) => j !== number && value !== now[j])) return;
    overview.models.forEach((_, model) => {
      const score = overview.score({ model, setting: i }, row, metric);
      if (score && Number.isFinite(score.value)) points.push([model, setting[number], score.value, 1.959964 * score.error]);
    });
  });
  if (!points.length) return null;
  points.sort((one, two) => one[1] - two[1]);
  return panel(row, metric, smallChart(row.name + " by " + axis.name, axis.values, points, true));
}

function seedChart(row) {
  const metric = overview.metricOf(row, state.metric);
  const points = overview.seedScores
    .filter(([, task, setting, m]) => task === row.place && setting === state.setting && m === metric)
    .map(([model, , , , seed, value]) => [model, seed, number(value), NaN])
    .filter(([, , value]) => Number.isFinite(value));
  return points.length ? panel(row, metric, smallChart(row.name + " by seed", overview.seeds, points, false)) : null;
}
