package dev.espalier.eval.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The sampling parameters that a task can ask for, as one line of JSON. */
public final class SamplingJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SamplingJson() {}

  public static String of(SamplingParameters sampling) {
    ObjectNode json = JSON.createObjectNode();
    json.put("maxTokens", sampling.maxTokens());
    json.put("minTokens", sampling.minTokens());
    json.put("n", sampling.n());
    json.put("temperature", sampling.temperature());
    json.put("topP", sampling.topP());
    json.put("topK", sampling.topK());
    json.put("minP", sampling.minP());
    json.put("repetitionPenalty", sampling.repetitionPenalty());
    ArrayNode stops = json.putArray("stop");
    sampling.stopStrings().forEach(stops::add);
    ArrayNode tokens = json.putArray("stopTokens");
    new TreeSet<>(sampling.stopTokens()).forEach(tokens::add);
    return json.toString();
  }

  /**
   * Reads what {@link #of} wrote. Stops stay in the output, so that it can be cut as a whole.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static SamplingParameters read(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no sampling parameters: " + json, e);
    }
    List<String> stops = new ArrayList<>();
    node.path("stop").forEach(stop -> stops.add(stop.asText()));
    Set<Integer> tokens = new TreeSet<>();
    node.path("stopTokens").forEach(token -> tokens.add(token.asInt()));
    return SamplingParameters.builder()
        .maxTokens(node.path("maxTokens").asInt())
        .minTokens(node.path("minTokens").asInt())
        .n(node.path("n").asInt())
        .temperature(node.path("temperature").asDouble())
        .topP(node.path("topP").asDouble())
        .topK(node.path("topK").asInt())
        .minP(node.path("minP").asDouble())
        .repetitionPenalty(node.path("repetitionPenalty").asDouble())
        .stopStrings(stops)
        .stopTokens(tokens)
        .includeStop(true)
        .build();
  }
}
