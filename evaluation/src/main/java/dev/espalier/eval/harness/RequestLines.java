package dev.espalier.eval.harness;

import dev.espalier.eval.OutputType;
import dev.espalier.eval.Request;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the requests of a task's documents as JSON lines, which whoever answers them gives back
 * with {@code resps}: for each repeat the text, the log-probability, or the pair of it and whether
 * the answer is greedy.
 */
public final class RequestLines {
  private RequestLines() {}

  /** The lines of a document's requests, without line breaks. */
  public static List<String> of(TaskScoring task, TaskDocument document) {
    String type =
        (task.outputType() == OutputType.MULTIPLE_CHOICE
                ? OutputType.LOGLIKELIHOOD
                : task.outputType())
            .spelling();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < document.requests().size(); i++) {
      Request request = document.requests().get(i);
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("task", task.task());
      line.put("doc_id", (long) document.id());
      line.put("request", (long) i);
      line.put("request_type", type);
      line.put("arguments", SampleLines.arguments(request));
      line.put("repeats", (long) task.repeats());
      lines.add(PythonText.json(line, false));
    }
    return lines;
  }
}
