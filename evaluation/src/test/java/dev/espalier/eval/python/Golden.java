package dev.espalier.eval.python;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/** What {@code random_golden.py} wrote down. */
final class Golden {
  private Golden() {}

  static JsonNode read() throws IOException {
    try (InputStream file = Golden.class.getResourceAsStream("/python/random.json")) {
      JsonNode golden = new ObjectMapper().readTree(file);
      if (!golden.path("python").asText().startsWith("3.11.")) {
        throw new IOException("the golden file is of another Python");
      }
      return golden;
    }
  }
}
