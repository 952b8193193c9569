package dev.espalier.eval.metric;

import dev.espalier.eval.OutputType;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A metric that lm-evaluation-harness knows by name.
 *
 * @param aggregation its own, by name
 * @param types output types for which it has a value; for others the harness gives none
 */
record HarnessMetric(
    String name, String aggregation, boolean higherIsBetter, Set<OutputType> types) {
  private static final Map<String, HarnessMetric> KNOWN = new LinkedHashMap<>();

  static {
    OutputType choice = OutputType.MULTIPLE_CHOICE;
    OutputType one = OutputType.LOGLIKELIHOOD;
    OutputType rolling = OutputType.LOGLIKELIHOOD_ROLLING;
    OutputType text = OutputType.GENERATE_UNTIL;
    add("acc", "mean", true, choice, one);
    add("acc_norm", "mean", true, choice);
    add("acc_bytes", "mean", true, choice);
    add("acc_mutual_info", "mean", true, choice);
    add("acc_all", "mean", true);
    add("exact_match", "mean", true, choice, text);
    add("f1", "f1", true, choice, text);
    add("mcc", "matthews_corrcoef", true, choice, text);
    add("brier_score", "brier_score", false, choice);
    add("likelihood", "mean", true, choice);
    add("perplexity", "perplexity", false, one);
    add("word_perplexity", "weighted_perplexity", false, rolling);
    add("byte_perplexity", "weighted_perplexity", false, rolling);
    add("bits_per_byte", "bits_per_byte", false, rolling);
    add("bleu", "bleu", true, text);
    add("chrf", "chrf", true, text);
    add("chrf++", "chrf++", true, text);
    add("ter", "ter", false, text);
    add("bypass", "bypass", true, text);
  }

  private static void add(
      String name, String aggregation, boolean higherIsBetter, OutputType... types) {
    Set<OutputType> all = EnumSet.noneOf(OutputType.class);
    all.addAll(List.of(types));
    KNOWN.put(name, new HarnessMetric(name, aggregation, higherIsBetter, all));
  }

  /** Null if there is none of this name. */
  static HarnessMetric named(String name) {
    return KNOWN.get(name);
  }

  /** The metrics of a task that lists none. */
  static List<String> defaults(OutputType type) {
    return switch (type) {
      case MULTIPLE_CHOICE -> List.of("acc", "acc_norm");
      case LOGLIKELIHOOD -> List.of("perplexity", "acc");
      case LOGLIKELIHOOD_ROLLING -> List.of("word_perplexity", "byte_perplexity", "bits_per_byte");
      case GENERATE_UNTIL -> List.of("exact_match");
    };
  }

  static String names() {
    return Filters.names(KNOWN.keySet());
  }
}
