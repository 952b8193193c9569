package dev.espalier.eval.twin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the twin of a function. Thread-safe. */
public final class Twins {
  private static final List<TwinModule> MODULES = modules();

  private Twins() {}

  private static List<TwinModule> modules() {
    List<TwinModule> modules = new ArrayList<>();
    modules.addAll(ChoiceTwins.modules());
    modules.addAll(ReasoningTwins.modules());
    modules.addAll(ScoringTwins.modules());
    modules.addAll(GpqaTwins.modules());
    modules.addAll(SubjectTwins.modules());
    modules.addAll(TranslatedTwins.modules());
    modules.addAll(LocalMmluTwins.modules());
    return List.copyOf(modules);
  }

  /**
   * The twin of a function. A Python file is known by its text, wherever it lies; or else by the
   * end of its path, such as {@code hellaswag/utils.py}, if it defines a function of the name or is
   * not there. A function that the file imports by {@code from … import …} is looked for where it
   * comes from.
   *
   * @param module the path of the Python file
   * @param function its name, without the module
   */
  public static Optional<Twin> find(String module, String function, ModuleFiles files) {
    Optional<String> source = files.text(module);
    if (source.isPresent()) {
      String print = PythonPrint.of(source.get());
      for (TwinModule known : MODULES) {
        Optional<Object> twin =
            known.hasPrint(print) ? known.twin(function, module, files) : Optional.empty();
        if (twin.isPresent()) {
          return Optional.of(new Twin(twin.get(), true));
        }
      }
      Optional<String> from = PythonPrint.imports(source.get(), function);
      if (from.isPresent()) {
        return byPath(from.get().replace('.', '/') + ".py", function, files, true);
      }
      if (!PythonPrint.defines(source.get(), function)) {
        return Optional.empty();
      }
    }
    return byPath(module, function, files, source.isEmpty());
  }

  private static Optional<Twin> byPath(
      String module, String function, ModuleFiles files, boolean isExact) {
    return MODULES.stream()
        .filter(known -> known.match(module) > 0)
        .filter(known -> known.twin(function, module, files).isPresent())
        .max(Comparator.comparingInt(known -> known.match(module)))
        .flatMap(known -> known.twin(function, module, files))
        .map(twin -> new Twin(twin, isExact));
  }
}
