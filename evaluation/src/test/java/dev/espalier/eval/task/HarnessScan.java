package dev.espalier.eval.task;

import dev.espalier.row.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads every task of directories, such as that of an installed lm-evaluation-harness, and says how
 * many can be used and what the others lack: DIRECTORY… [--list]
 */
final class HarnessScan {
  private HarnessScan() {}

  public static void main(String[] arguments) throws Exception {
    List<String> directories =
        Arrays.stream(arguments).filter(each -> !each.startsWith("--")).toList();
    boolean lists = Arrays.asList(arguments).contains("--list");
    TaskLibrary library = TaskLibrary.open(directories);
    List<String> names = library.taskNames();
    int loaded = 0;
    Map<String, Integer> reasons = new TreeMap<>();
    for (String name : names) {
      try {
        library.find(List.of(name));
        loaded++;
        if (lists) {
          System.out.println("loaded " + name);
        }
      } catch (TaskException e) {
        for (Problem problem : e.problems()) {
          reasons.merge(reason(problem, lists), 1, Integer::sum);
        }
        if (lists) {
          System.out.println("refused " + name + ": " + e.problems().get(0).message());
        }
      }
    }
    reasons.entrySet().stream()
        .sorted((a, b) -> b.getValue() - a.getValue())
        .forEach(each -> System.out.println(each.getValue() + "\t" + each.getKey()));
    System.out.println(
        names.size() + " tasks of " + library.names().size() + " names, " + loaded + " loaded");
    System.out.println(library.warnings().size() + " names in two files");
  }

  private static String reason(Problem problem, boolean precise) {
    String directory = problem.location().replaceAll("/[^/]*$", "").replaceAll(".*/tasks/", "");
    return (precise ? directory : directory.replaceAll("/.*", "")) + ": " + problem.message();
  }
}
