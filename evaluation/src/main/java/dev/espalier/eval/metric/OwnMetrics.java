package dev.espalier.eval.metric;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Metrics beside those of the harness, by name. */
final class OwnMetrics {
  private static final Map<String, Function<NamedArguments, Metric>> KNOWN = new TreeMap<>();

  static {
    KNOWN.put("rouge1", arguments -> new RougeMetric("rouge1", arguments));
    KNOWN.put("rouge2", arguments -> new RougeMetric("rouge2", arguments));
    KNOWN.put("rougeL", arguments -> new RougeMetric("rougeL", arguments));
    KNOWN.put("rougeLsum", arguments -> new RougeMetric("rougeLsum", arguments));
    KNOWN.put("ece", CalibrationError::new);
    KNOWN.put("regex_match", RegexMatch::new);
    KNOWN.put("json_fields", JsonFields::new);
    KNOWN.put("pass@k", PassAtK::new);
    KNOWN.put("majority", MajorityMatch::new);
    KNOWN.put("token_f1", TokenF1::new);
    KNOWN.put("judge", JudgeVerdicts::new);
  }

  private OwnMetrics() {}

  /**
   * The metric of this name; null if there is none.
   *
   * @throws IllegalArgumentException if it does not take these arguments
   */
  static Metric named(String name, Map<String, Object> arguments) {
    Function<NamedArguments, Metric> maker = KNOWN.get(name);
    if (maker == null) {
      return null;
    }
    NamedArguments given = new NamedArguments(name, arguments);
    Metric metric = maker.apply(given);
    given.refuseOthers();
    return metric;
  }

  static String names() {
    return Filters.names(KNOWN.keySet());
  }
}
