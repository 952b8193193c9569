package dev.espalier.eval.python;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/** What the scripts beside the tests wrote down. */
final class Golden {
  private Golden() {}

  static JsonNode read() throws IOException {
    return read("random.json");
  }

  static JsonNode read(String name) throws IOException {
    try (InputStream file = Golden.class.getResourceAsStream("/python/" + name)) {
      JsonNode golden = new ObjectMapper().readTree(file);
      if (!golden.path("python").asText().startsWith("3.11.")) {
        throw new IOException("the golden file is of another Python");
      }
      return golden;
    }
  }
}
