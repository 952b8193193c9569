package dev.espalier.jobs.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.eval.compare.ComparedGroup;
import dev.espalier.eval.compare.ComparedTask;
import dev.espalier.eval.compare.Comparison;
import dev.espalier.eval.compare.ComparisonOptions;
import dev.espalier.eval.compare.Outcome;
import dev.espalier.eval.compare.Side;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Comparisons as JSON, for programs. */
public final class ComparisonJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ComparisonOptions options;

  public ComparisonJson(ComparisonOptions options) {
    this.options = options;
  }

  /**
   * @param failed why conditions hold
   */
  public String text(List<Comparison> comparisons, List<String> failed) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("confidence", options.confidence());
    root.put("power", options.power());
    ArrayNode each = root.putArray("comparisons");
    comparisons.forEach(comparison -> add(each.addObject(), comparison));
    ArrayNode reasons = root.putArray("failed");
    failed.forEach(reasons::add);
    return JSON.writeValueAsString(root);
  }

  private void add(ObjectNode node, Comparison comparison) {
    side(node.putObject("baseline"), comparison.baseline());
    side(node.putObject("other"), comparison.other());
    ArrayNode tasks = node.putArray("tasks");
    for (ComparedTask task : comparison.tasks()) {
      ObjectNode one = tasks.addObject();
      one.put("task", task.task());
      texts(one.putObject("axes"), task.axes());
      one.put("metric", task.metric().metric());
      one.put("filter", task.metric().filter());
      one.put("higher_is_better", task.higherIsBetter());
      outcome(one, task.outcome(), task.higherIsBetter());
      one.put("unpaired", task.unpaired());
      one.put("changed", task.changed());
      ArrayNode lost = one.putArray("lost");
      task.lost().forEach(lost::add);
      ArrayNode gained = one.putArray("gained");
      task.gained().forEach(gained::add);
      ArrayNode subgroups = one.putArray("by");
      for (ComparedTask.Subgroup subgroup : task.subgroups()) {
        ObjectNode of = subgroups.addObject();
        of.put("value", subgroup.value());
        outcome(of, subgroup.outcome(), task.higherIsBetter());
      }
    }
    ArrayNode groups = node.putArray("groups");
    for (ComparedGroup group : comparison.groups()) {
      ObjectNode one = groups.addObject();
      one.put("group", group.group());
      texts(one.putObject("axes"), group.axes());
      one.put("metric", group.metric().metric());
      one.put("filter", group.metric().filter());
      one.put("higher_is_better", group.higherIsBetter());
      one.put("tasks", group.tasks());
      outcome(one, group.outcome(), group.higherIsBetter());
    }
    ArrayNode notes = node.putArray("notes");
    comparison.notes().forEach(notes::add);
  }

  private static void side(ObjectNode node, Side side) {
    node.put("name", side.label());
    node.put("sweep", side.sweep().name());
    node.put("model", side.model());
    texts(node.putObject("axes"), side.fixed());
  }

  private static void texts(ObjectNode node, Map<String, String> texts) {
    texts.forEach(node::put);
  }

  private void outcome(ObjectNode node, Outcome outcome, boolean higherIsBetter) {
    node.put("documents", outcome.documents());
    node.put("clusters", outcome.clusters());
    number(node, "baseline", outcome.first());
    number(node, "other", outcome.second());
    number(node, "difference", outcome.difference());
    number(node, "standard_error", outcome.standardError());
    number(node, "lower", outcome.lower());
    number(node, "upper", outcome.upper());
    node.put("test", outcome.test().label());
    number(node, "p_value", outcome.pValue());
    number(node, "adjusted_p_value", outcome.adjusted());
    number(node, "smallest_effect", outcome.smallestEffect());
    number(node, "design_effect", outcome.designEffect());
    if (outcome.onlyFirst() >= 0) {
      node.put("only_baseline_right", outcome.onlyFirst());
      node.put("only_other_right", outcome.onlySecond());
    }
    node.put(
        "verdict",
        outcome.verdict(higherIsBetter, options.level()).name().toLowerCase(Locale.ROOT));
  }

  /** JSON has no infinite numbers, and no NaN. */
  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
