package dev.espalier.eval.harness;

import dev.espalier.eval.Request;
import dev.espalier.eval.Sample;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes samples as the harness does into {@code samples_{task}_{date}.jsonl}: one a line. */
public final class SampleLines {
  private SampleLines() {}

  /** A sample's line, without the line break. */
  public static String of(Sample sample) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("doc_id", (long) sample.document().id());
    line.put("doc", sample.document().document());
    line.put("target", PythonText.str(sample.document().target()));
    line.put("arguments", arguments(sample.document().requests()));
    line.put("resps", ResponseText.of(sample.responses()));
    line.put("filtered_resps", ResponseText.of(sample.filtered()));
    line.put("filter", sample.filter());
    line.put("metrics", new ArrayList<Object>(sample.metrics().keySet()));
    line.put("doc_hash", sample.documentHash());
    line.put("prompt_hash", sample.promptHash());
    line.put("target_hash", sample.targetHash());
    sample.metrics().forEach((name, value) -> line.put(name, written(name, value)));
    return PythonText.json(line, false);
  }

  /** The choices' probabilities are numpy's array in the harness, which JSON has as its text. */
  private static Object written(String metric, Object value) {
    if (metric.equals("brier_score")
        && value instanceof List<?> pair
        && pair.size() == 2
        && pair.get(1) instanceof List<?> probabilities) {
      List<Object> written = new ArrayList<>();
      written.add(pair.get(0));
      written.add(NumpyText.of(probabilities));
      return written;
    }
    return value;
  }

  private static Map<String, Object> arguments(List<Request> requests) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      all.put("gen_args_" + i, arguments(requests.get(i)));
    }
    return all;
  }

  static Map<String, Object> arguments(Request request) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("arg_0", request.context());
    if (request instanceof Request.Loglikelihood choice) {
      arguments.put("arg_1", choice.continuation());
    } else if (request instanceof Request.GenerateUntil generation) {
      arguments.put("arg_1", generation.arguments());
    }
    return arguments;
  }
}
