package dev.espalier.eval.sweep;

import dev.espalier.eval.Response;
import dev.espalier.row.StepTrace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a program answered, and the steps that came to it, as values of JSON. */
final class StepsJson {
  private StepsJson() {}

  static Map<String, Object> of(Response.Text answered) {
    List<Object> steps = new ArrayList<>();
    for (StepTrace step : answered.steps()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("step", step.step());
      one.put("kind", step.kind());
      one.put("prompt_tokens", (long) step.promptTokens());
      one.put("cached_tokens", (long) step.cachedTokens());
      one.put("output_tokens", (long) step.outputTokens());
      one.put("finish_reason", step.finishReason());
      one.put("logprob", step.logprob());
      one.put("text", step.text());
      steps.add(one);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("text", answered.text());
    json.put("steps", steps);
    return json;
  }

  static Response.Text read(Map<?, ?> json) {
    List<StepTrace> steps = new ArrayList<>();
    for (Object item : (List<?>) json.get("steps")) {
      Map<?, ?> one = (Map<?, ?>) item;
      steps.add(
          new StepTrace(
              (String) one.get("step"),
              (String) one.get("kind"),
              ((Long) one.get("prompt_tokens")).intValue(),
              ((Long) one.get("cached_tokens")).intValue(),
              ((Long) one.get("output_tokens")).intValue(),
              (String) one.get("finish_reason"),
              (Double) one.get("logprob"),
              (String) one.get("text")));
    }
    return new Response.Text((String) json.get("text"), steps);
  }
}
