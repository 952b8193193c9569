package dev.espalier.program;

import dev.espalier.engine.TokenSequence;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One run of a program on one row: the steps and values that it has named, in program order. Used
 * by the program's thread; the steps end on others.
 */
final class RowRun {
  /** A step of the model under way. */
  record Step(int order, String path, String kind, CompletableFuture<ForwardResult> result) {}

  /**
   * A branch of a fork.
   *
   * @param fork its path, unique in the row
   * @param index of the branch
   * @param size how many branches the fork has
   */
  record Branch(String fork, int index, int size) {}

  /**
   * A value that got a name.
   *
   * @param branches in which it is, the outermost first
   */
  record Assignment(int order, String column, List<Branch> branches, Value value) {}

  private final Row row;
  private final StepTarget target;
  private final PromptEncoder encoder;
  private final int maxSteps;
  private final List<Step> steps = new ArrayList<>();
  private final List<Assignment> assignments = new ArrayList<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private int order;

  RowRun(Row row, StepTarget target, PromptEncoder encoder, int maxSteps) {
    this.row = row;
    this.target = target;
    this.encoder = encoder;
    this.maxSteps = maxSteps;
  }

  Row row() {
    return row;
  }

  List<Step> steps() {
    return steps;
  }

  List<Assignment> assignments() {
    return assignments;
  }

  /** The path of the last step; empty before the first. */
  String lastPath() {
    return steps.isEmpty() ? "" : steps.get(steps.size() - 1).path();
  }

  /** How many steps and values there are, which places an error among them. */
  int order() {
    return order;
  }

  /** {@code path}, or for its second use {@code path#2}, and so on. */
  String unique(String path) {
    int use = uses.merge(path, 1, Integer::sum);
    return use == 1 ? path : path + "#" + use;
  }

  void assign(String column, List<Branch> branches, Value value) {
    assignments.add(new Assignment(order++, column, branches, value));
  }

  CompletableFuture<ForwardResult> generate(
      String path, Prompt prompt, TokenSequence piece, GenRequest request, Listeners listeners) {
    checkLimit(path);
    return add(path, "gen", target.generate(path, prompt.tokens(), piece, request), listeners);
  }

  CompletableFuture<ForwardResult> select(
      String path,
      Prompt prompt,
      TokenSequence piece,
      StepTarget.Selection selection,
      Listeners listeners) {
    checkLimit(path);
    return add(path, "select", target.select(prompt.tokens(), piece, selection), listeners);
  }

  private void checkLimit(String path) {
    if (steps.size() >= maxSteps) {
      throw new RowException(
          RowError.STEP_LIMIT,
          "the program wants step "
              + path
              + " after "
              + maxSteps
              + " steps of the model, the most that one row may have; does a loop not end?");
    }
  }

  private CompletableFuture<ForwardResult> add(
      String path, String kind, CompletableFuture<ForwardResult> result, Listeners listeners) {
    CompletableFuture<ForwardResult> heard =
        listeners.isEmpty()
            ? result
            : result.thenApply(
                answer -> {
                  listeners.hear(view(path, kind, answer));
                  return answer;
                });
    steps.add(new Step(order++, path, kind, heard));
    return heard;
  }

  private StepView view(String path, String kind, ForwardResult result) {
    return new StepView(
        row.id(),
        path,
        kind,
        encoder.decode(result.prompt()),
        result.texts().stream().map(ForwardResult.Text::output).toList(),
        result.choices(),
        result.promptLogprobs());
  }

  /** Those who want to hear of steps. Immutable. */
  record Listeners(List<StepListener> all) {
    static final Listeners NONE = new Listeners(List.of());

    Listeners {
      all = List.copyOf(all);
    }

    boolean isEmpty() {
      return all.isEmpty();
    }

    Listeners with(StepListener listener) {
      List<StepListener> more = new ArrayList<>(all);
      more.add(listener);
      return new Listeners(more);
    }

    void hear(StepView step) {
      try {
        all.forEach(listener -> listener.onStep(step));
      } catch (Throwable e) { // to tell it from a failure of the machine
        throw new OutcomeAssembly.ListenerFailed(e);
      }
    }
  }
}
