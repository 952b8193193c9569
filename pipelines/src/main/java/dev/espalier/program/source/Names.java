package dev.espalier.program.source;

/** What the names in a template mean; a name without a meaning is {@link Undefined}. */
@FunctionalInterface
interface Names {
  Object get(String name);
}
