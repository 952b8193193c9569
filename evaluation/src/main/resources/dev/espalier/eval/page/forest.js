/** The differences of two columns, task by task, with their intervals. */
function drawForest() {
  const body = byId("differences-body");
  byId("differences").hidden = byId("differences-link").hidden = columns.length < 2;
  if (columns.length < 2) return;
  const found = [];
  for (const row of overview.rows) {
    const metric = overview.metricOf(row, state.metric);
    const comparison = overview.comparison(columns[state.baseline], columns[state.other], row, metric);
    if (comparison) found.push({ row, comparison, metric, verdict: overview.verdict(comparison) });
  }
  const gain = ({ comparison, metric }) => comparison.difference * (overview.higher.get(metric) ? 1 : -1);
  const groups = found.filter(({ row }) => row.tasks);
  const tasks = found.filter(({ row }) => !row.tasks).sort((one, two) => gain(two) - gain(one));
  byId("differences-note").replaceChildren(
    el("strong", {}, el("bdi", {}, columnName(state.other))), " less ", el("strong", {}, el("bdi", {}, columnName(state.baseline))), settingNote(),
    ". Right of the line the first is better. Bars are " + Math.round(100 * overview.confidence)
      + " % intervals; grey is what a comparison of this size would likely miss.");
  if (!found.length) {
    body.replaceChildren(el("p", {}, "The two have no task in common here."));
    return;
  }
  const scale = forestScale(found);
  body.replaceChildren(el("table", { class: "forest" },
    el("caption", { class: "spoken" }, "Differences between the two"),
    el("thead", {}, el("tr", {},
      el("th", { scope: "col" }, "Task"),
      el("th", { scope: "col", class: "plot-head" }, el("span", { class: "spoken" }, "Plot"), ticks(scale)),
      el("th", { scope: "col", class: "figure" }, "Difference"),
      el("th", { scope: "col", class: "figure" }, "p, corrected"),
      el("th", { scope: "col", class: "figure" }, "Lost / gained"))),
    el("tbody", {}, ...[...groups, ...tasks].map((item) => forestRow(item, scale)))));
}

/** One scale for all: metrics of other sizes than most are cut off, and say so. */
function forestScale(found) {
  const ends = found.map(({ comparison }) => {
    const end = Math.max(Math.abs(comparison.lower), Math.abs(comparison.upper));
    return Number.isFinite(end) ? end : Math.abs(comparison.difference);
  }).filter((end) => end > 0).sort((a, b) => a - b);
  const median = ends[Math.floor(ends.length / 2)];
  const most = ends.length ? Math.max(...ends.filter((end) => end <= 6 * median)) : 0.1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => most / s <= 2.2) || power;
  return { most: most * 1.06, step };
}

function place(value, scale) {
  return 50 + 50 * Math.max(-1, Math.min(1, value / scale.most));
}

function ticks(scale) {
  const marks = [];
  for (let value = -2 * scale.step; value <= 2.01 * scale.step; value += scale.step) {
    if (Math.abs(value) <= scale.most * 0.93) {
      const digits = Math.max(0, -Math.floor(Math.log10(scale.step) + 1e-9));
      const text = Math.abs(value) < scale.step / 2 ? "0" : minus(value.toFixed(digits));
      marks.push(el("span", { style: "left:" + place(value, scale) + "%" }, text));
    }
  }
  return el("div", { class: "ticks", "aria-hidden": "true" }, ...marks);
}

function forestRow({ row, comparison, metric, verdict }, scale) {
  const higher = overview.higher.get(metric);
  const turn = higher ? 1 : -1;
  const low = Math.min(turn * comparison.lower, turn * comparison.upper);
  const high = Math.max(turn * comparison.lower, turn * comparison.upper);
  const kind = verdict > 0 ? "better" : verdict < 0 ? "worse" : "even";
  const parts = [el("i", { class: "zero" })];
  if (Number.isFinite(comparison.smallest)) {
    parts.push(bar("missed", -comparison.smallest, comparison.smallest, scale));
  }
  if (Number.isFinite(low)) parts.push(bar("interval " + kind, low, high, scale));
  parts.push(el("i", { class: "dot " + kind, style: "left:" + place(turn * comparison.difference, scale) + "%" }));
  if (Math.abs(comparison.difference) > scale.most) {
    parts.push(el("i", { class: "beyond", style: turn * comparison.difference > 0 ? "right:0" : "left:0" },
      turn * comparison.difference > 0 ? "›" : "‹"));
  }
  const interval = Number.isFinite(comparison.lower)
    ? figure(comparison.lower) + " to " + figure(comparison.upper) : "no interval";
  return el("tr", { class: row.tasks ? "group" : "" },
    el("th", { scope: "row" }, el("bdi", {}, row.name),
      el("small", {}, overview.metrics[metric] + (higher ? "" : ", less is better") + ", "
        + plural(comparison.documents, "document")
        + (comparison.clusters < comparison.documents && !row.tasks ? " in " + plural(comparison.clusters, "cluster") : ""))),
    el("td", { class: "plot" }, el("div", { class: "plot-area", role: "img",
      "aria-label": signed(comparison.difference) + ", " + interval }, ...parts)),
    el("td", { class: "figure" }, el("span", { class: "value " + kind }, verdictMark(verdict), signed(comparison.difference)),
      el("small", {}, interval)),
    el("td", { class: "figure", title: "uncorrected " + chance(comparison.p) }, chance(comparison.adjusted),
      el("small", {}, comparison.test)),
    el("td", { class: "figure" }, flipsOf(row, comparison)));
}

function bar(kind, from, to, scale) {
  const left = place(from, scale);
  return el("i", { class: kind, style: "left:" + left + "%;width:" + (place(to, scale) - left) + "%" });
}

function flipsOf(row, comparison) {
  if (row.tasks) {
    const parts = row.tasks.map((place) => overview.comparison(columns[state.baseline], columns[state.other], { place }, comparison.metric));
    const sum = (name) => count(parts.reduce((total, part) => total + part[name], 0));
    return sum("lost") + " / " + sum("gained");
  }
  const button = (kind, words) => el("button", {
    type: "button", class: "link", "aria-label": plural(comparison[kind], "question") + " of " + row.name + " on which " + words,
    onclick: () => showQuestions(state.other, row.place, kind),
  }, count(comparison[kind]));
  if (comparison.test === "randomisation" && comparison.lost + comparison.gained === 0) {
    return el("button", { type: "button", class: "link", "aria-label": "Questions of " + row.name,
      onclick: () => showQuestions(state.other, row.place, "differ") }, "see");
  }
  return el("span", {},
    button("lost", columnName(state.other) + " is worse"), " / ", button("gained", columnName(state.other) + " is better"));
}
