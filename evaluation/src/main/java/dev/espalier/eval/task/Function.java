package dev.espalier.eval.task;

import dev.espalier.yaml.YamlPlace;

/**
 * A function of Python that a task file names.
 *
 * @param name as the file spells it: {@code utils.process_docs}
 * @param place where; its source is the file, beside which the module lies
 */
record Function(String name, YamlPlace place) {
  static final String TAG = "!function";

  @Override
  public String toString() {
    return TAG + " " + name;
  }
}
