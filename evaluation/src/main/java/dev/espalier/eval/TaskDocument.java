package dev.espalier.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A document of a task, made ready: its prompts are built, no model has seen it.
 *
 * @param id its place in the evaluated split, from 0
 * @param document its columns in their order, as they are after {@code process_docs}
 * @param text what {@code doc_to_text} gives: a text, or the index of the right input where there
 *     are several
 * @param target what {@code doc_to_target} gives: a text, an index, or a list of either
 * @param choices what {@code doc_to_choice} gives; empty if the task has none
 * @param requests in the order of the choices; those of {@code acc_mutual_info} behind them
 */
public record TaskDocument(
    int id,
    Map<String, Object> document,
    Object text,
    Object target,
    List<String> choices,
    List<Request> requests) {
  public TaskDocument {
    document = Collections.unmodifiableMap(new LinkedHashMap<>(document));
    choices = List.copyOf(choices);
    requests = List.copyOf(requests);
  }
}
