package dev.espalier.eval.twin;

import java.util.Optional;

/** Reads Python files that a twin takes data from. */
@FunctionalInterface
public interface ModuleFiles {
  /** No file is there. */
  ModuleFiles NONE = path -> Optional.empty();

  /** The text of a file; empty if it is not there. */
  Optional<String> text(String path);
}
