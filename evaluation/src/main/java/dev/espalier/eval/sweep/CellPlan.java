package dev.espalier.eval.sweep;

import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import dev.espalier.row.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One evaluation of a sweep as it was asked for, before its documents are read.
 *
 * @param model its name in the sweep
 * @param axes the other axes, and the value chosen of each
 * @param source of its documents
 * @param seed of texts that are sampled
 * @param thinkEnd after which an answer begins: a text, or the number of a token; empty for none
 */
public record CellPlan(
    String model, Map<String, String> axes, Source source, long seed, String thinkEnd) {
  public CellPlan {
    Objects.requireNonNull(model, "model");
    axes = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(axes));
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(thinkEnd, "thinkEnd");
  }

  /** Where the documents of a cell come from, and what is made of their answers. */
  public interface Source {

    /** What the task says of scoring. */
    TaskScoring scoring();

    /**
     * Builds the documents, the same each time.
     *
     * @throws UnusableException with all that is wrong with the task or its data
     */
    List<TaskDocument> documents() throws UnusableException;

    /**
     * Scores the documents.
     *
     * @param responses of each document, for each request one for each repeat
     */
    Scored score(List<TaskDocument> documents, List<List<List<Response>>> responses);
  }

  /** A cell cannot be evaluated as it was asked for. */
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * @param problems at least one
     */
    public UnusableException(List<Problem> problems, Throwable cause) {
      super(problems.get(0).message(), cause);
      this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
      return problems;
    }
  }

  /**
   * What came of a cell.
   *
   * @param samples in the order of documents, and for each of filters
   */
  public record Scored(List<Sample> samples, List<MetricScore> scores) {
    public Scored {
      samples = List.copyOf(samples);
      scores = List.copyOf(scores);
    }
  }
}
