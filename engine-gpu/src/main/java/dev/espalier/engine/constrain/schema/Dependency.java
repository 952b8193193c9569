package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that must hold if an object has a member: of dependentRequired or dependentSchemas.
 *
 * @param name of the member
 * @param required members that must be there too
 * @param term that the object meets then, or null
 */
record Dependency(String pointer, String name, Set<String> required, Term term) {
  /** Nothing is valid under it. */
  static final Term NOTHING = Term.of(new SchemaNode("/~false", BooleanNode.FALSE));

  static List<Dependency> of(SchemaNode node) {
    List<Dependency> dependencies = new ArrayList<>();
    if (node.has("dependentRequired")) {
      node.get("dependentRequired")
          .fields()
          .forEachRemaining(
              field -> {
                Set<String> required = new LinkedHashSet<>();
                field.getValue().forEach(name -> required.add(name.textValue()));
                dependencies.add(
                    new Dependency(
                        node.pointerTo("dependentRequired"), field.getKey(), required, null));
              });
    }
    if (node.has("dependentSchemas")) {
      node.get("dependentSchemas")
          .fieldNames()
          .forEachRemaining(
              name ->
                  dependencies.add(
                      new Dependency(
                          node.pointerTo("dependentSchemas"),
                          name,
                          Set.of(),
                          Term.of(node.child("dependentSchemas", name)))));
    }
    return dependencies;
  }

  /** The member is not there. */
  ObjectFacts absent() {
    return absent(name);
  }

  static ObjectFacts absent(String name) {
    return new ObjectFacts(
        List.of(ObjectFacts.Members.of(name, NOTHING)),
        List.of(),
        new LinkedHashSet<>(),
        0,
        -1,
        "");
  }

  /** The member is there, and so are those that it requires. Says nothing of the term. */
  ObjectFacts present() {
    Set<String> all = new LinkedHashSet<>();
    all.add(name);
    all.addAll(required);
    return new ObjectFacts(List.of(), List.of(), all, 0, -1, "");
  }

  static Assertions object(ObjectFacts facts) {
    return Assertions.of(EnumSet.of(JsonType.OBJECT)).with(facts);
  }
}
