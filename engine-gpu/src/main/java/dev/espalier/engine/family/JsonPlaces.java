package dev.espalier.engine.family;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Where the fields of a JSON text stand, by their path of names joined with dots. Immutable. */
final class JsonPlaces {
  private final Map<String, String> places = new HashMap<>();

  /**
   * @throws IOException if the text is no JSON
   */
  JsonPlaces(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        readObject(parser, "");
      }
    }
  }

  private void readObject(JsonParser parser, String prefix) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String path = prefix + parser.currentName();
      JsonLocation location = parser.currentTokenLocation();
      places.put(path, "line " + location.getLineNr() + ", column " + location.getColumnNr());
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        readObject(parser, path + ".");
      } else {
        parser.skipChildren();
      }
    }
  }

  /** The line and column of a field's name, or null if there is no such field. */
  String of(String path) {
    return places.get(path);
  }
}
