package dev.espalier.program.source;

import dev.espalier.program.ChoiceScore;
import dev.espalier.program.Output;
import dev.espalier.program.State;
import dev.espalier.program.Value;
import dev.espalier.row.RowError;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the model came to its values, as templates see it: {@code steps.reply.logprob}, {@code
 * finish_reason}, {@code samples} and, of a select, {@code choices} with their log-probabilities.
 */
final class StepsView extends AbstractMap<String, Object> {
  private final State state;

  StepsView(State state) {
    this.state = state;
  }

  @Override
  public Object get(Object key) {
    String name = String.valueOf(key);
    Optional<Value> value = state.find(name).filter(known -> !known.outputs().isEmpty());
    return value.isPresent() ? view(value.get()) : undefined(name);
  }

  private static Map<String, Object> view(Value value) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("finish_reason", value.finishReason());
    view.put("logprob", value.logprob());
    view.put("samples", value.outputs().stream().map(Output::text).toList());
    view.put(
        "choices",
        value.choices().stream()
            .collect(
                Collectors.toMap(
                    ChoiceScore::choice, ChoiceScore::logprob, (a, b) -> a, LinkedHashMap::new)));
    return new StrictMap(view, StepsView::undefined);
  }

  private static Undefined undefined(String name) {
    return new Undefined(RowError.UNDEFINED_VARIABLE, "no step has given \"" + name + "\"");
  }

  /** Nothing can be listed: a template names the step. */
  @Override
  public Set<Entry<String, Object>> entrySet() {
    return Set.of();
  }
}
