package dev.espalier.program.source;

import dev.espalier.program.ChoiceScore;
import dev.espalier.program.Output;
import dev.espalier.program.State;
import dev.espalier.program.Value;
import dev.espalier.row.ScoredToken;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the model came to its values, as templates see it: {@code steps.reply.logprob}, {@code
 * finish_reason}, {@code samples}; of a select, {@code choices} with their log-probabilities; of a
 * generation that asks for them, {@code token_logprobs} and {@code prompt_logprobs}. A step is
 * waited for when it is asked for.
 */
final class StepsView extends AbstractMap<String, Object> {
  private final State state;

  private StepsView(State state) {
    this.state = state;
  }

  static Map<String, Object> of(State state) {
    return new StepsView(state);
  }

  @Override
  public Object get(Object key) {
    return step(String.valueOf(key)).map(StepsView::view).orElse(null);
  }

  @Override
  public boolean containsKey(Object key) {
    return step(String.valueOf(key)).isPresent();
  }

  private Optional<Value> step(String name) {
    return state.find(name).filter(known -> !known.outputs().isEmpty());
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
    view.put("token_logprobs", tokens(value.tokenLogprobs()));
    view.put("prompt_logprobs", tokens(value.promptLogprobs()));
    return view;
  }

  private static List<Map<String, Object>> tokens(List<ScoredToken> tokens) {
    return tokens.stream()
        .map(
            scored -> {
              Map<String, Object> token = token(scored.token(), scored.text(), scored.logprob());
              token.put(
                  "top",
                  scored.top().stream()
                      .map(other -> token(other.token(), other.text(), other.logprob()))
                      .toList());
              return token;
            })
        .toList();
  }

  private static Map<String, Object> token(int id, String text, float logprob) {
    Map<String, Object> token = new LinkedHashMap<>();
    token.put("token", (long) id);
    token.put("text", text);
    token.put("logprob", (double) logprob);
    return token;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    List<String> names = state.names().stream().filter(name -> step(name).isPresent()).toList();
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, Object>> iterator() {
        return names.stream().map(name -> Map.entry(name, get(name))).iterator();
      }

      @Override
      public int size() {
        return names.size();
      }
    };
  }
}
