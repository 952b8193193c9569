package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A schema inside of a document: an object, or a boolean. Two with the same pointer and part are
 * the same.
 *
 * @param pointer JSON pointer from the root of the document
 * @param part tells what is left of the schema apart from the whole of it, which is ""
 */
record SchemaNode(String pointer, String part, JsonNode json) {
  SchemaNode(String pointer, JsonNode json) {
    this(pointer, "", json);
  }

  /** The same schema without {@code keyword}. */
  SchemaNode without(String keyword) {
    ObjectNode rest = json.deepCopy();
    rest.remove(keyword);
    return new SchemaNode(pointer, part + " without " + keyword, rest);
  }

  boolean has(String keyword) {
    return json.has(keyword);
  }

  JsonNode get(String keyword) {
    return json.get(keyword);
  }

  /** Where {@code keyword} stands. */
  String pointerTo(String keyword) {
    return pointer + "/" + escape(keyword);
  }

  /** The schema that is the value of {@code keyword}. */
  SchemaNode child(String keyword) {
    return new SchemaNode(pointerTo(keyword), json.get(keyword));
  }

  /** The schema that is an element, or a member, of the value of {@code keyword}. */
  SchemaNode child(String keyword, String name) {
    JsonNode parent = json.get(keyword);
    JsonNode value = parent.isArray() ? parent.get(Integer.parseInt(name)) : parent.get(name);
    return new SchemaNode(pointerTo(keyword) + "/" + escape(name), value);
  }

  static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof SchemaNode other
        && pointer.equals(other.pointer)
        && part.equals(other.part);
  }

  @Override
  public int hashCode() {
    return 31 * pointer.hashCode() + part.hashCode();
  }
}
