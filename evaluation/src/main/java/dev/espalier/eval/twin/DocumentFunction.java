package dev.espalier.eval.twin;

import java.util.Map;

/** Makes something of one document: {@code doc_to_text} and its like. */
@FunctionalInterface
public interface DocumentFunction {

  /**
   * @param document by column
   * @return a text, an index or a list
   * @throws TwinException if the document is not of the data set's form
   */
  Object apply(Map<String, Object> document);
}
