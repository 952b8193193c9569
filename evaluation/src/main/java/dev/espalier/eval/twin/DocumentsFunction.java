package dev.espalier.eval.twin;

import java.util.List;
import java.util.Map;

/** Prepares the documents of a split: a task's {@code process_docs}. */
@FunctionalInterface
public interface DocumentsFunction {

  /**
   * @param documents of the split, by column
   * @return those to use, by column; the given ones are not changed
   * @throws TwinException if a document is not of the data set's form
   */
  List<Map<String, Object>> apply(List<Map<String, Object>> documents);
}
