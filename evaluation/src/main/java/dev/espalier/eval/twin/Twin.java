package dev.espalier.eval.twin;

import java.util.Optional;

/**
 * What a function of Python does, in Java.
 *
 * @param function a {@link DocumentsFunction}, {@link DocumentFunction}, {@link
 *     dev.espalier.eval.metric.ResultsFunction}, {@link dev.espalier.eval.metric.MetricFunction} or
 *     {@link dev.espalier.eval.metric.Aggregation}, by what the function is for
 * @param isExact whether the text of the Python module is one that the twin was written from; if
 *     not, it is known by its name and place alone
 */
public record Twin(Object function, boolean isExact) {

  /** The function if it is of this kind. */
  public <T> Optional<T> as(Class<T> kind) {
    return kind.isInstance(function) ? Optional.of(kind.cast(function)) : Optional.empty();
  }
}
