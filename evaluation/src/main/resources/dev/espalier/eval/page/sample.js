/** One document: its columns, prompt, choices with probabilities, answers, metrics and trace. */
const SHOWN = 4000;

function drawSample(item, open) {
  const detail = byId("detail");
  if (!item) {
    detail.replaceChildren(el("p", { class: "note" }, questions.missing
      ? "Of results as early as these the page has the scores, and no questions." : "No question is left by these filters."));
    return;
  }
  const models = columns.length > 1 ? [state.baseline, state.other] : [state.baseline];
  const rows = [item.a, item.b].slice(0, models.length);
  detail.replaceChildren(...[
    el("div", { class: "detail-head" },
      el("h3", {}, el("bdi", {}, overview.tasks[item.task].name), " · document " + item.document[0]),
      el("div", { class: "steps" },
        step("‹ Previous", -1), step("Next ›", 1),
        el("button", { type: "button", class: "close", onclick: closeSample }, "Close"))),
    longText(questionOf(item), "question"),
    ...answersOf(item, models, rows),
    el("h4", {}, "Metrics"), metricsTable(item, models, rows),
    othersTable(item),
    el("details", {}, el("summary", {}, "Document"), columnsOf(item)),
    ...promptsOf(item, models, rows),
    el("details", {}, el("summary", {}, "Trace"), traceOf(item, models, rows))].filter(Boolean));
  detail.scrollTop = 0;
  if (open) {
    document.body.classList.add("reading");
    if (matchMedia("(max-width: 860px)").matches) detail.focus();
  }
}

function closeSample() {
  document.body.classList.remove("reading");
  byId("list").focus({ preventScroll: true });
}

function step(text, by) {
  const next = list.current + by;
  return el("button", { type: "button", disabled: next < 0 || next >= list.items.length,
    onclick: () => {
      list.choose(next, document.body.classList.contains("reading"));
      const buttons = byId("detail").querySelectorAll(".steps button");
      (by < 0 ? buttons[0] : buttons[1]).focus();
    } }, text);
}

/** A text as it is; of a very long one the beginning, and a button for the rest. */
function longText(text, kind) {
  const box = el("pre", { class: "long " + kind, dir: "auto" });
  if (text.length <= SHOWN) {
    box.textContent = text;
    return box;
  }
  box.append(text.slice(0, SHOWN), el("button", {
    type: "button", class: "link", onclick: () => { box.textContent = text; },
  }, "… all " + count(text.length) + " characters"));
  return box;
}

/** The log-probabilities of the choices; empty if the task has none. */
function sumsOf(row, choices) {
  const sums = row[2].slice(0, choices).map((repeats) => (Array.isArray(repeats[0]) ? number(repeats[0][0]) : NaN));
  return sums.length === choices && sums.every((sum) => !Number.isNaN(sum)) ? sums : [];
}

function probabilities(sums) {
  const most = Math.max(...sums);
  if (!Number.isFinite(most)) return sums.map(() => NaN);
  const weights = sums.map((sum) => Math.exp(sum - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The place of the right choice, or of several. */
function goldOf(document) {
  const choices = document[3];
  const places = (Array.isArray(document[2]) ? document[2] : [document[2]]).map((target) => {
    if (typeof target === "number") return target;
    const named = choices.indexOf(target);
    return named >= 0 || !/^\d+$/.test(target) ? named : Number(target);
  });
  return new Set(places);
}

function answersOf(item, models, rows) {
  const choices = item.document[3];
  const sums = rows.map((row) => (row && choices.length ? sumsOf(row, choices.length) : []));
  if (sums.some((each) => each.length)) return [el("h4", {}, "Choices"), choicesTable(item, models, sums)];
  return [el("h4", {}, "Answers"),
    el("dl", { class: "target" }, el("dt", {}, "Target"), el("dd", { dir: "auto" }, longText(asText(item.document[2]), ""))),
    ...models.map((model, i) => el("div", { class: "answer" },
      el("h5", {}, markerIcon(model), el("bdi", {}, columnName(model)), " ", rightness(i ? item.vb : item.va, model)),
      rows[i] ? answerOfModel(rows[i]) : el("p", { class: "note" }, "has no answer")))];
}

/** Programs answer with their steps, requests with a text alone. */
function isText(response) {
  return typeof response === "string" || (response !== null && typeof response === "object" && !Array.isArray(response));
}

function textOf(response) {
  return typeof response === "string" ? response : response.text;
}

function answerOfModel(row) {
  const answers = row[2].flatMap((repeats) => repeats.map((response) =>
    isText(response) ? longText(textOf(response) || "(nothing)", "said")
      : el("p", {}, "log-probability " + figure(number(Array.isArray(response) ? response[0] : response))
        + (Array.isArray(response) && response[1] ? ", the most probable" : ""))));
  const filters = row.slice(3).filter((filter) => filter[1]).map((filter) => el("div", { class: "filtered" },
    el("dt", {}, filter[0] === "none" ? "taken" : filter[0]), el("dd", { dir: "auto" }, longText(asText(filter[1].length === 1 ? filter[1][0] : filter[1]), ""))));
  return el("div", {}, ...answers, filters.length ? el("dl", { class: "filters-of" }, ...filters) : null);
}

function choicesTable(item, models, sums) {
  const choices = item.document[3];
  const gold = goldOf(item.document);
  const shares = sums.map((each) => (each.length ? probabilities(each) : []));
  const best = sums.map((each) => each.indexOf(Math.max(...each)));
  return el("table", { class: "choice-table" },
    el("caption", { class: "spoken" }, "Choices and their probabilities"),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Choice"),
      ...models.map((model, i) => el("th", { scope: "col" }, markerIcon(model), el("bdi", {}, columnName(model)), " ", rightness(i ? item.vb : item.va, model))))),
    el("tbody", {}, ...choices.map((choice, place) => el("tr", { class: gold.has(place) ? "gold" : "" },
      el("th", { scope: "row", dir: "auto" }, gold.has(place) ? el("span", { class: "tag" }, "right") : null, longText(choice, "inline")),
      ...models.map((_, i) => {
        if (!sums[i].length) return el("td", {}, "–");
        const share = shares[i][place];
        return el("td", { class: best[i] === place ? "best" : "" },
          el("span", { class: "share", "aria-hidden": "true" }, el("i", { style: "width:" + (100 * (share || 0)).toFixed(1) + "%" })),
          el("span", { class: "value" }, Number.isNaN(share) ? "–" : (100 * share).toFixed(1) + " %"),
          el("small", {}, figure(sums[i][place]) + (best[i] === place ? ", chosen" : "")));
      })))));
}

function metricsTable(item, models, rows) {
  const values = new Map();
  rows.forEach((row, i) => {
    if (!row) return;
    for (const filter of row.slice(3)) {
      for (let k = 2; k < filter.length; k += 2) {
        if (!values.has(filter[k])) values.set(filter[k], models.map(() => ""));
        values.get(filter[k])[i] = Array.isArray(filter[k + 1]) ? JSON.stringify(filter[k + 1]).slice(0, 80) : figure(number(filter[k + 1]));
      }
    }
  });
  return el("table", { class: "metrics" },
    el("caption", { class: "spoken" }, "Metrics of this document"),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Metric"), ...models.map((model) => el("th", { scope: "col" }, el("bdi", {}, columnName(model)))))),
    el("tbody", {}, ...[...values].map(([metric, texts]) => el("tr", {}, el("th", { scope: "row" }, overview.metrics[metric]), ...texts.map((text) => el("td", {}, text))))));
}

/** The other columns' values of the same document. */
function othersTable(item) {
  const others = columns.map((_, column) => column).filter((column) => column !== state.baseline && column !== state.other);
  if (!others.length) return null;
  return el("p", { class: "others" }, "Others: ", ...others.flatMap((column) => {
    const row = rowsOf(item.block, columns[column]).get(item.place);
    return row ? [el("span", { class: "other" }, markerIcon(column), el("bdi", {}, columnName(column)), " ", rightness(valueOf(row, item.metric), column))] : [];
  }));
}

function columnsOf(item) {
  return el("dl", { class: "columns" }, ...item.block.columns.flatMap((column, i) => {
    const value = item.document[5 + i];
    return value === null ? [] : [el("dt", {}, column), el("dd", { dir: "auto" }, longText(asText(value), ""))];
  }));
}

/** The prompt, once if both models had the same. */
function promptsOf(item, models, rows) {
  const asked = rows.map((row) => (row ? row[1] : -1));
  const same = asked.length < 2 || asked[0] === asked[1] || asked[1] < 0;
  const ofPrograms = (i) => programRuns(rows[i]).length > 0; // which have prompts of their own
  return (same ? [0] : [0, 1]).filter((i) => asked[i] >= 0 && !ofPrograms(i)).map((i) => {
    const contexts = item.block.requests[asked[i]][1];
    return el("details", {}, el("summary", {}, same ? "Prompt" : "Prompt of " + columnName(models[i])),
      ...contexts.map((context) => longText(context || "(empty)", "prompt")));
  });
}

function programRuns(row) {
  return row[2].flat().filter((response) => isText(response) && typeof response !== "string");
}

/** What each step of a program wrote and what came of it, for each time the program ran. */
function programTrace(row) {
  const runs = programRuns(row);
  if (!runs.length) return null;
  return el("div", {}, ...runs.slice(0, 40).flatMap((run, k) => [
    runs.length > 1 ? el("h6", {}, "Run " + (k + 1)) : null,
    el("table", { class: "program-steps" },
      el("caption", { class: "spoken" }, "Steps of the program"),
      el("thead", {}, el("tr", {}, ...["Step", "Output", "Prompt tokens", "Output tokens", "Ended by", "Log-probability"].map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, ...run.steps.map(([name, kind, prompt, output, reason, logprob, text]) => el("tr", {},
        el("th", { scope: "row" }, name, " ", el("small", {}, kind)),
        el("td", { dir: "auto" }, longText(text, "inline")),
        el("td", {}, kind === "answer" ? "" : count(prompt)), el("td", {}, kind === "answer" ? "" : count(output)), el("td", {}, reason),
        el("td", {}, kind === "answer" ? "" : figure(number(logprob))))))),
  ]), runs.length > 40 ? el("p", { class: "note" }, "and " + (runs.length - 40) + " more runs") : null);
}

/** Each request as it was sent and answered, and the hashes by which others know them. */
function traceOf(item, models, rows) {
  return el("div", {}, ...models.flatMap((model, i) => {
    if (!rows[i]) return [];
    const program = programTrace(rows[i]);
    if (program) {
      return [el("h5", {}, markerIcon(model), el("bdi", {}, columnName(model))), program,
        el("p", { class: "hash" }, "document ", el("code", {}, item.document[4]))];
    }
    const [hash, contexts, asks] = item.block.requests[rows[i][1]];
    const steps = asks.slice(0, 40).map((ask, k) => el("li", {},
      ask === null ? "log-probability of the text" : typeof ask === "string"
        ? el("span", {}, "log-probability of ", el("code", { dir: "auto" }, JSON.stringify(ask).slice(0, 400)), contexts.length > 1 ? " after input " + (k + 1) : "")
        : el("span", {}, "generate ", el("code", {}, JSON.stringify(ask))),
      el("br"), "→ ", el("code", { dir: "auto" }, JSON.stringify(rows[i][2][k] ?? null).slice(0, 400))));
    return [el("h5", {}, markerIcon(model), el("bdi", {}, columnName(model))), el("ol", {}, ...steps),
      asks.length > 40 ? el("p", { class: "note" }, "and " + (asks.length - 40) + " more") : null,
      el("p", { class: "hash" }, "prompt ", el("code", {}, hash), el("br"), "document ", el("code", {}, item.document[4]))];
  }));
}
