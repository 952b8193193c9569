package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.JsonReason;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The JSON of a schema, and what its references mean. References stay inside of the document: to a
 * JSON pointer, an anchor, or a part that has an {@code $id}.
 */
final class SchemaDocument {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int MAX_DEPTH = 256;

  /** The base of documents without an {@code $id}. */
  private static final URI NAMELESS = URI.create("schema:///");

  private final JsonNode json;

  /** From the URI of a part to its pointer. */
  private final Map<URI, String> parts = new HashMap<>();

  /** From the URI of a part, '#' and an anchor's name to the pointer of a schema. */
  private final Map<String, String> anchors = new HashMap<>();

  /** From the pointer of each schema to the URI of the part it is in. */
  private final Map<String, URI> bases = new HashMap<>();

  private SchemaDocument(JsonNode json) {
    this.json = json;
  }

  /**
   * @throws SchemaException if {@code text} is not JSON
   */
  static SchemaDocument parse(String text) {
    checkDepth(text);
    try {
      SchemaDocument document = new SchemaDocument(JSON.readTree(text));
      if (document.json.isMissingNode()) {
        throw new SchemaException("", "the schema is empty; write {} for any document");
      }
      document.parts.put(NAMELESS, "");
      document.index(document.root(), NAMELESS);
      return document;
    } catch (StreamConstraintsException e) {
      throw new SchemaException(
          "holds a number of more than 1000 digits, or a text that is longer than a schema can"
              + " have",
          -1,
          e);
    } catch (JsonProcessingException e) {
      throw new SchemaException(
          "is no JSON, " + JsonReason.of(e),
          e.getLocation() == null ? -1 : (int) e.getLocation().getCharOffset(),
          e);
    }
  }

  /** Bounds the nesting of {@code text}, before anything looks into it level by level. */
  private static void checkDepth(String text) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        if (++depth > MAX_DEPTH) {
          throw new SchemaException("is nested deeper than " + MAX_DEPTH + " levels", i, null);
        }
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
  }

  /**
   * Where the member or element that {@code pointer} names begins in {@code text}, which is JSON;
   * the innermost one around it if there is none.
   */
  static int positionOf(String pointer, String text) {
    Map<String, Integer> positions = new HashMap<>();
    try (JsonParser parser = JSON.createParser(text)) {
      while (parser.nextToken() != null) {
        positions.putIfAbsent(
            parser.getParsingContext().pathAsPointer().toString(),
            (int) parser.currentTokenLocation().getCharOffset());
      }
    } catch (IOException e) {
      return -1;
    }
    String around = pointer;
    while (!around.isEmpty() && !positions.containsKey(around)) {
      around = around.substring(0, around.lastIndexOf('/'));
    }
    return positions.getOrDefault(around, 0);
  }

  SchemaNode root() {
    return new SchemaNode("", json);
  }

  /** Finds the names of {@code node} and of the schemas in it. */
  private void index(SchemaNode node, URI outer) {
    URI base = outer;
    if (node.json().path("$id").isTextual()) {
      base = withoutFragment(uri(outer, node.get("$id").textValue(), node.pointerTo("$id")));
      parts.put(base, node.pointer());
    }
    bases.put(node.pointer(), base);
    for (String keyword : new String[] {"$anchor", "$dynamicAnchor"}) {
      if (node.json().path(keyword).isTextual()) {
        anchors.put(base + "#" + node.get(keyword).textValue(), node.pointer());
      }
    }
    for (Keyword keyword : Keyword.values()) {
      JsonNode value = node.json().path(keyword.text);
      if (keyword.value == Keyword.Value.SCHEMA && value.isObject()) {
        index(node.child(keyword.text), base);
      } else if (keyword.value == Keyword.Value.SCHEMA_LIST && value.isArray()) {
        for (int i = 0; i < value.size(); i++) {
          index(node.child(keyword.text, Integer.toString(i)), base);
        }
      } else if ((keyword.value == Keyword.Value.SCHEMA_MAP
              || keyword.value == Keyword.Value.DEFINITIONS)
          && value.isObject()) {
        for (String name : iterable(value)) {
          index(node.child(keyword.text, name), base);
        }
      }
    }
  }

  private static Iterable<String> iterable(JsonNode object) {
    return object::fieldNames;
  }

  /**
   * The schema that {@code node}'s {@code $ref} names.
   *
   * @throws SchemaException if there is none in the document
   */
  SchemaNode resolve(SchemaNode node) {
    String at = node.pointerTo("$ref");
    String reference = node.get("$ref").textValue();
    URI target = uri(baseOf(node.pointer()), reference, at);
    String fragment = target.getRawFragment() == null ? "" : target.getRawFragment();
    String part = parts.get(withoutFragment(target));
    if (part == null) {
      throw new SchemaException(
          at,
          "'$ref' to '"
              + reference
              + "', which is not in this document; copy it into $defs and refer to that");
    }
    if (!fragment.isEmpty() && !fragment.startsWith("/")) {
      String anchored = anchors.get(withoutFragment(target) + "#" + fragment);
      if (anchored == null) {
        throw new SchemaException(
            at, "'$ref' to the anchor '" + fragment + "', which is not there");
      }
      return new SchemaNode(anchored, json.at(anchored));
    }
    String pointer = part + URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    JsonNode found = json.at(pointer);
    if (found.isMissingNode()) {
      throw new SchemaException(at, "'$ref' to '" + reference + "', and there is nothing there");
    }
    return new SchemaNode(pointer, found);
  }

  /** The URI of the innermost part around {@code pointer}. */
  private URI baseOf(String pointer) {
    String around = pointer;
    while (!bases.containsKey(around)) {
      around = around.substring(0, around.lastIndexOf('/'));
    }
    return bases.get(around);
  }

  private static URI uri(URI base, String reference, String pointer) {
    try {
      if (reference.startsWith("#")) {
        return URI.create(base + reference);
      }
      URI relative = URI.create(reference);
      return base.isOpaque() || relative.isAbsolute() ? relative : base.resolve(relative);
    } catch (IllegalArgumentException e) {
      throw new SchemaException(pointer, "'" + reference + "' is no URI reference");
    }
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }
}
