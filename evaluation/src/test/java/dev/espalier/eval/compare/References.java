package dev.espalier.eval.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;

/** What scipy and statsmodels say, as infra/oracle/comparison.py wrote it down. */
final class References {
  private References() {}

  static List<JsonNode> of(String name) throws IOException {
    try (InputStream in = References.class.getResourceAsStream("references.json")) {
      List<JsonNode> cases = new ArrayList<>();
      JsonNode found = new ObjectMapper().readTree(in).get(name);
      if (found.isArray()) {
        found.forEach(cases::add);
      } else {
        cases.add(found);
      }
      return cases;
    }
  }

  static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .flatMapToDouble(value -> DoubleStream.of(value.asDouble()))
        .toArray();
  }

  static Clusters clusters(JsonNode list) {
    List<Integer> keys = new ArrayList<>();
    list.forEach(key -> keys.add(key.asInt()));
    return Clusters.ofKeys(keys);
  }
}
