package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import java.util.List;

/**
 * What the first document of a task says of all.
 *
 * @param hasSeveralInputs whether choices stand in the context, and the text says which is right
 * @param hasSeveralTargets whether the target is a list, each of which is right
 */
record DocumentForm(boolean hasSeveralInputs, boolean hasSeveralTargets) {

  static DocumentForm of(TaskDocument first) {
    boolean hasInputs =
        !first.choices().isEmpty()
            && (first.text() instanceof Long
                || first.text() instanceof Integer
                || first.text() instanceof Boolean);
    return new DocumentForm(hasInputs, first.target() instanceof List<?> list && !list.isEmpty());
  }
}
