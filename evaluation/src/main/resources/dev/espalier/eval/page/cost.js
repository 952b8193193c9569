/** What each model took. */
function drawCost() {
  const sums = overview.models.map(() => [0, 0, 0, 0]);
  const tasks = new Map();
  for (const [model, task, , ...figures] of overview.costs) {
    const key = model + "," + task;
    if (!tasks.has(key)) tasks.set(key, [0, 0, 0, 0]);
    figures.forEach((figure, i) => {
      sums[model][i] += number(figure) || 0;
      tasks.get(key)[i] += number(figure) || 0;
    });
  }
  const most = [0, 1, 2, 3].map((i) => Math.max(...sums.map((sum) => sum[i]), 1e-9));
  const row = (name, figures, bars) => el("tr", {}, name,
    costCell(short(figures[0]), bars && figures[0] / most[0]),
    costCell(short(figures[1]), bars && figures[1] / most[1],
      figures[0] ? Math.round(100 * (1 - figures[1] / figures[0])) + " % shared" : ""),
    costCell(short(figures[2]), bars && figures[2] / most[2]),
    costCell(duration(figures[3]), bars && figures[3] / most[3]));
  const head = ["Prompt tokens", "of these computed", "Tokens generated", "Time"];
  const bodies = overview.models.map((name, model) => {
    const details = el("tbody", { hidden: true, id: "cost-of-" + model },
      ...overview.tasks.filter((_, task) => tasks.has(model + "," + task)).map((task) =>
        row(el("th", { scope: "row", class: "below" }, el("bdi", {}, task.name)),
          tasks.get(model + "," + overview.tasks.indexOf(task)), false)));
    const toggle = el("button", {
      type: "button", class: "sort", "aria-expanded": "false", "aria-controls": "cost-of-" + model,
      onclick: () => {
        details.hidden = !details.hidden;
        toggle.setAttribute("aria-expanded", String(!details.hidden));
      },
    }, markerIcon(model), el("bdi", {}, name));
    return [el("tbody", {}, row(el("th", { scope: "row" }, toggle), sums[model], true)), details];
  });
  byId("cost-body").replaceChildren(el("table", { class: "cost" },
    el("caption", { class: "spoken" }, "Tokens and time of each model"),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Model"), ...head.map((text) => el("th", { scope: "col" }, text)))),
    ...bodies.flat()));
}

function costCell(text, share, small) {
  return el("td", {}, el("span", { class: "value" }, text), small ? el("small", {}, small) : null,
    share ? el("span", { class: "share", "aria-hidden": "true" }, el("i", { style: "width:" + (100 * share).toFixed(1) + "%" })) : null);
}
