package dev.espalier.jinja;

/** What a template can call. */
@FunctionalInterface
interface Function {
  Object call(Rendering rendering, Arguments arguments);
}
