package dev.espalier.jobs.eval;

import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.task.DataMapping;
import dev.espalier.eval.task.PromptOptions;
import dev.espalier.eval.task.Task;
import dev.espalier.eval.task.TaskException;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task of a task file under one choice of options.
 *
 * @param data where documents lie
 */
public record TaskSource(
    Task task, TaskScorer scorer, PromptOptions options, DataMapping data, StorageOptions storage)
    implements CellPlan.Source {

  @Override
  public TaskScoring scoring() {
    return task.scoring();
  }

  @Override
  public List<TaskDocument> documents() throws CellPlan.UnusableException {
    try {
      List<TaskDocument> documents = task.prepare(options, data, storage).documents();
      List<String> unscored = scorer.check(documents);
      if (!unscored.isEmpty()) {
        String more =
            unscored.size() == 1 ? "" : "; and " + (unscored.size() - 1) + " more like it";
        throw new CellPlan.UnusableException(
            List.of(
                new Problem(
                    task.file(), unscored.get(0) + more, "change the task or its documents")),
            null);
      }
      return documents;
    } catch (TaskException e) {
      throw new CellPlan.UnusableException(e.problems(), e);
    }
  }

  @Override
  public CellPlan.Scored score(List<TaskDocument> documents, List<List<List<Response>>> responses) {
    TaskScore score = scorer.score(documents, responses);
    Map<Integer, List<Sample>> byDocument = new LinkedHashMap<>();
    for (Sample sample : score.samples()) {
      byDocument.computeIfAbsent(sample.document().id(), id -> new ArrayList<>()).add(sample);
    }
    return new CellPlan.Scored(
        byDocument.values().stream().flatMap(List::stream).toList(), score.scores());
  }
}
