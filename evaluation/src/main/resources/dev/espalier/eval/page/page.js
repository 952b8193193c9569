/** Puts the page together. */
async function start() {
  if (!("DecompressionStream" in window)) {
    byId("loading").className = "problem";
    byId("loading").textContent = "This page needs a browser of 2023 or later, for it holds its data compressed.";
    return;
  }
  overview = new Overview(await unpack("overview"));
  byId("name").textContent = overview.name;
  byId("summary").textContent = [
    plural(overview.models.length, "model"), plural(overview.tasks.length, "task"),
    overview.settings.length > 1 ? plural(overview.settings.length, "setting") : "",
    overview.seeds.length > 1 ? plural(overview.seeds.length, "seed") : "",
  ].filter(Boolean).join(" × ");
  list = new VirtualList(byId("list"), 46, drawRow, (index, open) => drawSample(questions.rows[index], open));
  state.setting = overview.settings.length - 1;
  state.dimension = overview.models.length > 1 || !overview.axes.length ? -1 : 0;
  columns = columnsNow();
  questions.kind = columns.length > 1 ? "differ" : "all";
  drawers.push(drawChoices, drawAnswer, drawScores, drawForest, drawCurves, drawCost, (changes) => {
    if (!("emphasised" in changes)) drawQuestions();
  });
  byId("main").hidden = false;
  byId("loading").hidden = true;
  choose({ other: strongest() });
  byId("footer").replaceChildren(...(overview.notes.length
    ? [el("details", {}, el("summary", {}, plural(overview.notes.length, "note")), el("ul", {}, ...overview.notes.map((note) => el("li", {}, note))))] : []));
  document.documentElement.dataset.ready = "true";
}

/** The column with the most certain differences from the baseline. */
function strongest() {
  let best = columns.length > 1 ? 1 : 0;
  let most = -1;
  columns.forEach((_, column) => {
    const found = column === state.baseline ? [] : compared(column).filter(({ verdict }) => verdict);
    if (found.length > most && column !== state.baseline) {
      best = column;
      most = found.length;
    }
  });
  return best;
}

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === "Escape" && document.body.classList.contains("reading")) {
    closeSample();
  }
});
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());

start().catch((problem) => {
  byId("loading").hidden = false;
  byId("loading").className = "problem";
  byId("loading").textContent = "The results in this page cannot be read: " + problem.message;
});
