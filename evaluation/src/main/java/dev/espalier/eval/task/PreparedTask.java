package dev.espalier.eval.task;

import dev.espalier.eval.TaskDocument;
import java.util.List;
import java.util.Objects;

/**
 * A task's documents with their requests.
 *
 * @param task its name
 * @param shots few-shot examples in each prompt
 * @param size documents of the evaluated split, of which {@code documents} may be some
 */
public record PreparedTask(String task, int shots, int size, List<TaskDocument> documents) {
  public PreparedTask {
    Objects.requireNonNull(task, "task");
    documents = List.copyOf(documents);
  }
}
