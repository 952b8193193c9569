package dev.espalier.jobs.view;

import dev.espalier.eval.CellResult;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.compare.Side;
import dev.espalier.eval.compare.SweepComparer.SidePair;
import dev.espalier.eval.page.SweepsOverTime;
import dev.espalier.io.FileProblemException;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Models by words of a command line: {@code FOLDER}, {@code FOLDER:MODEL}, and either with
 * {@code @AXIS=VALUE,…} behind it.
 */
public final class SideWords {
  private static final String PLACE = "espalier compare";

  /** The results that a folder has kept before the last. */
  private static final String PREVIOUS = "previous";

  private static final Pattern KEPT =
      Pattern.compile(".*[@,]" + SweepsOverTime.AXIS + "=([^,]+).*");

  private final ResultsFolder folders;
  private final List<Problem> problems;

  /**
   * @param problems is added to
   */
  public SideWords(ResultsFolder folders, List<Problem> problems) {
    this.folders = folders;
    this.problems = problems;
  }

  /**
   * What a word names.
   *
   * @param whole whether it names a folder and no model of it
   */
  private record Named(String word, String folder, boolean whole, List<Side> sides) {
    /** With the folder in front of names, where there are several. */
    Named withFolder() {
      String plain = folder.replaceAll("/+$", "");
      String name = plain.substring(plain.lastIndexOf('/') + 1);
      List<Side> longer =
          sides.stream()
              .map(
                  side ->
                      new Side(name + ":" + side.label(), side.sweep(), side.model(), side.fixed()))
              .toList();
      return new Named(word, folder, whole, longer);
    }
  }

  /**
   * Which two are compared: each with the baseline, a model of another folder with that of its name
   * if the baseline is a folder.
   *
   * @param baseline one of the words or what is behind a folder's colon; absent for the first
   */
  public List<SidePair> pairs(List<String> words, Optional<String> baseline) throws IOException {
    List<Named> named = new ArrayList<>();
    for (String word : words) {
      named.add(read(word));
    }
    if (!problems.isEmpty()) {
      return List.of();
    }
    if (named.stream().map(Named::folder).distinct().count() > 1) {
      named.replaceAll(Named::withFolder);
    }
    List<Side> all = new ArrayList<>();
    named.forEach(
        each -> each.sides().stream().filter(side -> !all.contains(side)).forEach(all::add));
    List<Side> first =
        baseline.isPresent() ? baselines(named, all, baseline.get()) : firstOf(named);
    List<SidePair> pairs = new ArrayList<>();
    for (Side other : all) {
      if (!first.contains(other)) {
        partner(first, other).ifPresent(side -> pairs.add(new SidePair(side, other)));
      }
    }
    if (pairs.isEmpty() && problems.isEmpty()) {
      problems.add(
          new Problem(
              PLACE,
              "there is one model, and nothing to compare it with",
              "name another model or folder; `FOLDER:MODEL@AXIS=VALUE` names some of a model's"
                  + " cells"));
    }
    return List.copyOf(pairs);
  }

  /** One baseline for all, or that with the other's name. */
  private Optional<Side> partner(List<Side> baselines, Side other) {
    if (baselines.size() == 1) {
      return Optional.of(baselines.get(0));
    }
    return baselines.stream().filter(side -> side.model().equals(other.model())).findFirst();
  }

  private static List<Side> firstOf(List<Named> named) {
    Named first = named.get(0);
    return first.whole() && named.size() > 1 ? first.sides() : first.sides().subList(0, 1);
  }

  private List<Side> baselines(List<Named> named, List<Side> all, String baseline)
      throws IOException {
    for (Named each : named) {
      if (each.word().equals(baseline)) {
        return each.sides();
      }
    }
    List<Side> found =
        all.stream()
            .filter(
                side ->
                    side.model().equals(baseline)
                        || side.label().equals(baseline)
                        || baseline.equals(side.fixed().get(SweepsOverTime.AXIS)))
            .toList();
    if (!found.isEmpty()) {
      return found;
    }
    List<Side> earlier = earlier(named, all, baseline);
    if (!earlier.isEmpty()) {
      return earlier;
    }
    List<Problem> before = List.copyOf(problems);
    Named other = read(baseline);
    if (problems.size() == before.size()) {
      return other.sides();
    }
    problems.clear();
    problems.addAll(before);
    List<String> names = new ArrayList<>(all.stream().map(Side::label).distinct().toList());
    for (Named each : named) {
      names.addAll(folders.labels(each.folder()));
    }
    problems.add(
        new Problem(
            PLACE,
            "--baseline is `" + baseline + "`",
            "there are " + String.join(", ", names) + NearestName.hint("; ", baseline, names)));
    return List.of();
  }

  /**
   * The models as a folder has kept them.
   *
   * @param label of the kept results, or {@link #PREVIOUS}
   */
  private List<Side> earlier(List<Named> named, List<Side> all, String label) throws IOException {
    List<Side> sides = new ArrayList<>();
    for (String folder : named.stream().map(Named::folder).distinct().toList()) {
      List<String> labels = folders.labels(folder);
      boolean hasPrevious = label.equals(PREVIOUS) && labels.size() > 1;
      String found = hasPrevious ? labels.get(labels.size() - 2) : label;
      if (labels.contains(found)) {
        SweepResults kept = folders.kept(folder, found);
        for (String model : models(kept)) {
          all.stream()
              .filter(side -> side.model().equals(model))
              .findFirst()
              .ifPresent(
                  side -> {
                    Map<String, String> fixed = new LinkedHashMap<>(side.fixed());
                    fixed.put(SweepsOverTime.AXIS, found);
                    sides.add(new Side(found + ":" + side.label(), kept, model, fixed));
                  });
        }
      }
    }
    return sides;
  }

  private Named read(String word) throws IOException {
    Optional<SweepResults> whole = folders.find(word);
    if (whole.isPresent()) {
      return new Named(word, word, true, sides(whole.get()));
    }
    // The last colon behind a folder: names of models and paths of other storage hold some too.
    for (int colon = word.lastIndexOf(':'); colon > 0; colon = word.lastIndexOf(':', colon - 1)) {
      if (word.startsWith("//", colon + 1)) {
        break;
      }
      String folder = word.substring(0, colon);
      Optional<SweepResults> sweep = folders.find(folder);
      if (sweep.isPresent()) {
        String rest = word.substring(colon + 1);
        return new Named(word, folder, false, sides(word, folder, of(folder, rest, sweep), rest));
      }
    }
    FileProblemException missing = ResultsFolder.missing(word);
    problems.add(new Problem(PLACE, missing.problem(), missing.remedy()));
    return new Named(word, word, true, List.of());
  }

  /** What a folder holds, or has kept if a word says so. */
  private SweepResults of(String folder, String rest, Optional<SweepResults> sweep)
      throws IOException {
    Matcher kept = KEPT.matcher(rest);
    return kept.matches() && folders.labels(folder).contains(kept.group(1))
        ? folders.kept(folder, kept.group(1))
        : sweep.orElseThrow();
  }

  /** All models of a folder; of a folder of folders each model of each. */
  private static List<Side> sides(SweepResults sweep) {
    List<Side> sides = new ArrayList<>();
    Set<String> results = values(sweep, SweepsOverTime.AXIS);
    for (String model : models(sweep)) {
      if (results.isEmpty()) {
        sides.add(new Side(model, sweep, model, Map.of()));
      }
      for (String label : results) {
        sides.add(new Side(label + ":" + model, sweep, model, Map.of(SweepsOverTime.AXIS, label)));
      }
    }
    return sides;
  }

  private List<Side> sides(String word, String folder, SweepResults sweep, String rest) {
    Set<String> models = models(sweep);
    if (models.contains(rest)) {
      return List.of(new Side(rest, sweep, rest, Map.of()));
    }
    Map<String, String> named = sweep.names().get(rest);
    if (named != null) {
      return combined(rest, sweep, named);
    }
    int at = rest.lastIndexOf('@');
    String model = at < 0 ? rest : rest.substring(0, at);
    if (!model.isEmpty() && !models.contains(model)) {
      Set<String> known = new LinkedHashSet<>(models);
      known.addAll(sweep.names().keySet());
      problems.add(
          new Problem(
              PLACE,
              folder + " has no model `" + model + "`",
              "there are " + String.join(", ", known) + NearestName.hint("; ", model, known)));
      return List.of();
    }
    Map<String, String> fixed = new LinkedHashMap<>();
    for (String choice : rest.substring(at + 1).split(",", -1)) {
      choice(word, sweep, choice, fixed);
    }
    List<Side> sides = new ArrayList<>();
    for (String name : model.isEmpty() ? models : Set.of(model)) {
      sides.add(new Side(name + rest.substring(at), sweep, name, fixed));
    }
    return List.copyOf(sides);
  }

  /** The cells of a combination; of each model, if it chooses none. */
  private static List<Side> combined(
      String name, SweepResults sweep, Map<String, String> combination) {
    Map<String, String> fixed = new LinkedHashMap<>(combination);
    String only = fixed.remove("model");
    List<Side> sides = new ArrayList<>();
    for (String model : only == null ? models(sweep) : Set.of(only)) {
      sides.add(new Side(only == null ? name + ":" + model : name, sweep, model, fixed));
    }
    return sides;
  }

  private void choice(String word, SweepResults sweep, String choice, Map<String, String> fixed) {
    int equals = choice.indexOf('=');
    if (equals <= 0) {
      problems.add(
          new Problem(PLACE, "`" + word + "` ends in `" + choice + "`", "write @AXIS=VALUE"));
      return;
    }
    String axis = choice.substring(0, equals);
    String value = choice.substring(equals + 1);
    Set<String> axes = axes(sweep);
    if (!axes.contains(axis)) {
      problems.add(
          new Problem(
              PLACE,
              "`" + word + "`: there is no axis `" + axis + "`",
              axes.isEmpty()
                  ? "the sweep has none"
                  : "there are " + String.join(", ", axes) + NearestName.hint("; ", axis, axes)));
      return;
    }
    Set<String> values = values(sweep, axis);
    if (!values.contains(value)) {
      problems.add(
          new Problem(
              PLACE,
              "`" + word + "`: " + axis + " is never `" + value + "`",
              "there are " + String.join(", ", values) + NearestName.hint("; ", value, values)));
      return;
    }
    fixed.put(axis, value);
  }

  private static Set<String> models(SweepResults sweep) {
    Set<String> models = new LinkedHashSet<>();
    sweep.cells().forEach(result -> models.add(result.cell().model()));
    return models;
  }

  private static Set<String> axes(SweepResults sweep) {
    Set<String> axes = new LinkedHashSet<>();
    sweep.cells().forEach(result -> axes.addAll(result.cell().axes().keySet()));
    return axes;
  }

  private static Set<String> values(SweepResults sweep, String axis) {
    Set<String> values = new LinkedHashSet<>();
    for (CellResult result : sweep.cells()) {
      String value = result.cell().axes().get(axis);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }
}
