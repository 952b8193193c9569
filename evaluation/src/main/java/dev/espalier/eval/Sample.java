package dev.espalier.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A document of a task, scored by one filter.
 *
 * @param responses of each request, one for each repeat
 * @param filtered what the filter left: for requests of log-probabilities the responses' values
 * @param metrics by name; a {@code Double}, {@code Long} or {@code Boolean}, or the list of values
 *     that a metric of the whole set is computed from
 * @param documentHash SHA-256 in hexadecimal, as the next two
 */
public record Sample(
    TaskDocument document,
    String filter,
    List<List<Response>> responses,
    List<Object> filtered,
    Map<String, Object> metrics,
    String documentHash,
    String promptHash,
    String targetHash) {
  public Sample {
    Objects.requireNonNull(document, "document");
    Objects.requireNonNull(filter, "filter");
    responses = responses.stream().map(List::copyOf).toList();
    filtered = Collections.unmodifiableList(new ArrayList<>(filtered));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
