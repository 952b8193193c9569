package dev.espalier.jobs.view;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.compare.ComparedTask;
import dev.espalier.eval.compare.Comparison;
import dev.espalier.eval.compare.Side;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The documents on which two models differ most, with what each answered. */
public final class FlippedDocuments {
  private static final int WIDTH = 100;

  private final Comparison comparison;
  private final int shown;

  /**
   * @param shown documents of each task in each direction
   */
  public FlippedDocuments(Comparison comparison, int shown) {
    this.comparison = comparison;
    this.shown = shown;
  }

  /** Several lines; none if the two answer alike. */
  public String text() throws IOException {
    StringBuilder text = new StringBuilder();
    for (ComparedTask task : comparison.tasks()) {
      List<Integer> lost = first(task.lost());
      List<Integer> gained = first(task.gained());
      Set<Integer> wanted = new HashSet<>(lost);
      wanted.addAll(gained);
      if (wanted.isEmpty()) {
        continue;
      }
      Map<Integer, Sample> baseline = samples(comparison.baseline(), task, wanted);
      Map<Integer, Sample> other = samples(comparison.other(), task, wanted);
      String name = task.task() + ComparisonText.axes(task.axes());
      append(text, name + ": lost", lost, task.lost().size(), baseline, other);
      append(text, name + ": gained", gained, task.gained().size(), baseline, other);
    }
    return text.toString();
  }

  private List<Integer> first(List<Integer> documents) {
    return documents.subList(0, Math.min(shown, documents.size()));
  }

  private static Map<Integer, Sample> samples(Side side, ComparedTask task, Set<Integer> wanted)
      throws IOException {
    Optional<Cell> cell =
        side.cells().stream()
            .map(CellResult::cell)
            .filter(one -> one.task().equals(task.task()))
            .filter(one -> one.axes().entrySet().containsAll(task.axes().entrySet()))
            .findFirst();
    Map<Integer, Sample> found = new HashMap<>();
    if (cell.isPresent()) {
      try (Stream<Sample> samples = side.sweep().samples(cell.get())) {
        samples
            .filter(sample -> sample.filter().equals(task.metric().filter()))
            .filter(sample -> wanted.contains(sample.document().id()))
            .forEach(sample -> found.put(sample.document().id(), sample));
      }
    }
    return found;
  }

  private static void append(
      StringBuilder text,
      String title,
      List<Integer> ids,
      int all,
      Map<Integer, Sample> baseline,
      Map<Integer, Sample> other) {
    if (ids.isEmpty()) {
      return;
    }
    text.append('\n').append(title).append(' ').append(all).append('\n');
    for (int id : ids) {
      Sample sample = baseline.get(id);
      text.append("  ").append(id).append("  ").append(line(question(sample))).append('\n');
      text.append("      right:    ").append(line(target(sample))).append('\n');
      text.append("      baseline: ").append(line(answer(sample))).append('\n');
      text.append("      other:    ").append(line(answer(other.get(id)))).append('\n');
    }
  }

  private static String question(Sample sample) {
    Object text = sample.document().text();
    return text instanceof String question && !question.isBlank()
        ? question
        : sample.document().document().toString();
  }

  private static String target(Sample sample) {
    Object target = sample.document().target();
    List<String> choices = sample.document().choices();
    return target instanceof Long index && index >= 0 && index < choices.size()
        ? choices.get(index.intValue())
        : String.valueOf(target);
  }

  /** The most probable choice, or what the filter left of the text. */
  private static String answer(Sample sample) {
    List<String> choices = sample.document().choices();
    if (choices.isEmpty() || sample.responses().size() < choices.size()) {
      List<Object> filtered = sample.filtered();
      return filtered.size() == 1 ? String.valueOf(filtered.get(0)) : filtered.toString();
    }
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < choices.size(); i++) {
      if (sample.responses().get(i).get(0) instanceof Response.Loglikelihood choice
          && choice.sum() > most) {
        best = i;
        most = choice.sum();
      }
    }
    return choices.get(best);
  }

  private static String line(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    StringBuilder shown = new StringBuilder();
    // Counted in code points, and without what would move the terminal's cursor.
    line.codePoints()
        .limit(WIDTH)
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    return line.codePointCount(0, line.length()) > WIDTH ? shown + "…" : shown.toString();
  }
}
