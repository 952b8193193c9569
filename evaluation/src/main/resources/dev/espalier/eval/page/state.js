/**
 * What the reader has chosen; sections draw themselves anew when it changes. What is compared are
 * columns: the models under one setting, or one model under the values of an axis.
 */
const state = { dimension: -1, model: 0, baseline: 0, other: 1, metric: -1, setting: 0, emphasised: -1 };
const drawers = [];
let overview;
let columns = [];

function choose(changes) {
  Object.assign(state, changes);
  columns = columnsNow();
  if (state.baseline >= columns.length) state.baseline = 0;
  if (state.other === state.baseline || state.other >= columns.length) {
    state.other = Math.max(0, columns.findIndex((_, column) => column !== state.baseline));
  }
  drawers.forEach((draw) => draw(changes));
}

function columnsNow() {
  if (state.dimension < 0) {
    return overview.models.map((name, model) => ({ name, model, setting: state.setting }));
  }
  const now = overview.settings[state.setting];
  const found = [];
  overview.axes[state.dimension].values.forEach((value, v) => {
    const setting = overview.settings.findIndex((each) => each.every((at, i) => at === (i === state.dimension ? v : now[i])));
    if (setting >= 0) found.push({ name: overview.axes[state.dimension].name + " " + value, model: state.model, setting });
  });
  return found;
}

function columnName(column) {
  return columns[column].name;
}

/** What all columns have in common. */
function commonText() {
  const now = overview.settings[state.setting];
  const parts = overview.axes.map((axis, i) => (i === state.dimension ? "" : axis.name + " " + axis.values[now[i]]));
  if (state.dimension >= 0 && overview.models.length > 1) parts.unshift(overview.models[state.model]);
  return parts.filter(Boolean).join(", ");
}

function settingText(setting) {
  return overview.axes.map((axis, i) => axis.name + " " + axis.values[overview.settings[setting][i]]).join(", ");
}

/** The controls above all sections; the values that axes have together. */
function drawChoices() {
  const form = byId("choices");
  const focused = document.activeElement && document.activeElement.id;
  const models = overview.models.map((name, i) => [i, name]);
  const parts = [];
  const dimensions = [...(models.length > 1 ? [[-1, "models"]] : []), ...overview.axes.map((axis, i) => [i, axis.name])];
  if (dimensions.length > 1) {
    parts.push(select("Compare", dimensions, state.dimension,
      (value) => choose({ dimension: Number(value), baseline: 0, other: 1 }), { id: "dimension" }));
  }
  const names = columns.map(({ name }, i) => [i, name]);
  if (names.length > 1) {
    parts.push(select("Baseline", names, state.baseline, (value) => choose({ baseline: Number(value) }), { id: "baseline" }));
    parts.push(select("compared with", names.filter(([i]) => i !== state.baseline), state.other,
      (value) => choose({ other: Number(value) }), { id: "other" }));
  }
  if (state.dimension >= 0 && models.length > 1) {
    parts.push(select("Model", models, state.model, (value) => choose({ model: Number(value) }), { id: "model" }));
  }
  const metrics = overview.metrics.map((name, i) => [i, name]);
  if (metrics.length > 1) {
    parts.push(select("Metric", [[-1, "each task’s first"], ...metrics], state.metric,
      (value) => choose({ metric: Number(value) }), { id: "metric" }));
  }
  overview.axes.forEach((axis, i) => {
    if (i === state.dimension) return;
    parts.push(select(axis.name, axis.values.map((value, v) => [v, value]), overview.settings[state.setting][i],
      (value) => choose({ setting: nearestSetting(i, Number(value)) }), { id: "axis-" + i }));
  });
  form.replaceChildren(...parts);
  if (focused && byId(focused)) byId(focused).focus();
}

/** The setting with that value, and as many of the others as there is one for. */
function nearestSetting(axis, value) {
  const now = overview.settings[state.setting];
  let best = state.setting;
  let most = -1;
  overview.settings.forEach((setting, i) => {
    const equal = setting.filter((v, j) => j !== axis && v === now[j]).length;
    if (setting[axis] === value && equal > most) {
      best = i;
      most = equal;
    }
  });
  return best;
}
