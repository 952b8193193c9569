package dev.espalier.jinja;

import java.util.List;
import java.util.Map;

/** Something a template can call: a global function, a method bound to its object, a macro. */
interface Function {

  /**
   * @param named arguments given by name
   */
  Object call(List<Object> arguments, Map<String, Object> named);
}
