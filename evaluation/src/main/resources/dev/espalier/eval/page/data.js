/** Reading of the data blocks: base64 of gzip of JSON. */
const blocks = new Map();

function unpack(id) {
  if (!blocks.has(id)) blocks.set(id, unpackNow(id));
  return blocks.get(id);
}

async function unpackNow(id) {
  const element = document.getElementById(id);
  const text = atob(element.textContent);
  element.remove();
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** What the overview says, by the keys under which the sections look for it. */
class Overview {
  constructor(json) {
    Object.assign(this, json);
    this.rows = [
      ...json.groups.map((group, i) => ({
        name: group.alias || group.name, place: json.tasks.length + i, tasks: group.tasks,
      })),
      ...json.tasks.map((task, i) => ({ name: task.name, place: i, metrics: task.metrics })),
    ];
    this.higher = new Map();
    for (const task of json.tasks) for (const [metric, higher] of task.metrics) this.higher.set(metric, higher === 1);
    this.scoreOf = new Map();
    for (const [model, task, setting, metric, value, error, documents] of json.scores) {
      this.scoreOf.set([model, task, setting, metric].join(), { value: number(value), error: number(error), documents });
    }
    this.comparisonOf = new Map();
    for (const row of json.comparisons) {
      const [a, settingA, b, settingB, task, metric, documents, clusters, d, lower, upper, p, adjusted, test, smallest, lost, gained] = row;
      const forward = {
        task, metric, documents, clusters, difference: number(d), lower: number(lower), upper: number(upper),
        p: number(p), adjusted: number(adjusted), test, smallest: number(smallest), lost, gained,
      };
      this.comparisonOf.set([a, settingA, b, settingB, task, metric].join(), forward);
      this.comparisonOf.set([b, settingB, a, settingA, task, metric].join(), {
        ...forward, difference: -forward.difference, lower: -forward.upper, upper: -forward.lower,
        lost: gained, gained: lost,
      });
    }
  }

  /** The metric by which a row is shown: the one chosen, or the row's first. */
  metricOf(row, chosen) {
    if (row.metrics) {
      if (chosen < 0) return row.metrics.length ? row.metrics[0][0] : -1;
      return row.metrics.some(([metric]) => metric === chosen) ? chosen : -1;
    }
    const metrics = new Set(row.tasks.map((task) => this.metricOf({ metrics: this.tasks[task].metrics }, chosen)));
    return metrics.size === 1 ? [...metrics][0] : -1;
  }

  /** What a model under a setting has; both in one object. */
  score({ model, setting }, row, metric) {
    return this.scoreOf.get([model, row.place, setting, metric].join());
  }

  comparison(a, b, row, metric) {
    return this.comparisonOf.get([a.model, a.setting, b.model, b.setting, row.place, metric].join());
  }

  /** Whether the second is better (1), worse (-1), or neither for certain (0). */
  verdict(comparison) {
    if (!comparison || !(comparison.adjusted < 1 - this.confidence) || comparison.difference === 0) return 0;
    return (comparison.difference > 0) === this.higher.get(comparison.metric) ? 1 : -1;
  }
}

/** JSON has no infinite numbers, and null for none. */
function number(value) {
  return value === null ? NaN : Number(value);
}
