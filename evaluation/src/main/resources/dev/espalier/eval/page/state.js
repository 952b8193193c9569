/** What the reader has chosen; sections draw themselves anew when it changes. */
const state = { baseline: 0, other: 1, metric: -1, setting: 0, emphasised: -1 };
const drawers = [];
let overview;

function choose(changes) {
  Object.assign(state, changes);
  if (state.other === state.baseline) {
    state.other = overview.models.findIndex((_, model) => model !== state.baseline);
  }
  drawers.forEach((draw) => draw(changes));
}

function modelName(model) {
  return overview.models[model];
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
  if (models.length > 1) {
    parts.push(select("Baseline", models, state.baseline, (value) => choose({ baseline: Number(value) }), { id: "baseline" }));
    parts.push(select("compared with", models.filter(([i]) => i !== state.baseline), state.other,
      (value) => choose({ other: Number(value) }), { id: "other" }));
  }
  const metrics = overview.metrics.map((name, i) => [i, name]);
  if (metrics.length > 1) {
    parts.push(select("Metric", [[-1, "each task’s first"], ...metrics], state.metric,
      (value) => choose({ metric: Number(value) }), { id: "metric" }));
  }
  overview.axes.forEach((axis, i) => {
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
