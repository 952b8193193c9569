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
    return List.copyOf(modules);
  }

  /**
   * The twin of a function. A Python file is known by its text, wherever it lies; or else by the
   * end of its path, such as {@code hellaswag/utils.py}, if it defines a function of the name or is
   * not there.
   *
   * @param module the path of the Python file
   * @param source its text, if it is there
   * @param function its name, without the module
   */
  public static Optional<Twin> find(String module, Optional<String> source, String function) {
    Optional<String> print = source.map(PythonPrint::of);
    if (print.isPresent()) {
      for (TwinModule known : MODULES) {
        if (known.prints().contains(print.get()) && known.functions().containsKey(function)) {
          return Optional.of(new Twin(known.functions().get(function), true));
        }
      }
      if (!PythonPrint.defines(source.get(), function)) {
        return Optional.empty();
      }
    }
    return MODULES.stream()
        .filter(known -> known.match(module) > 0)
        .filter(known -> known.functions().containsKey(function))
        .max(Comparator.comparingInt(known -> known.match(module)))
        .map(known -> new Twin(known.functions().get(function), source.isEmpty()));
  }
}
