package dev.espalier.jobs;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.Manifest;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier accuracy}. */
@Command(
    name = "accuracy",
    description = "Compares columns of a table with gold labels.",
    mixinStandardHelpOptions = true)
final class AccuracyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorageSettings settings = new StorageSettings();

  @Parameters(index = "0", paramLabel = "TABLE", description = "Directory of the table.")
  private String table;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COLUMN",
      description = "Columns of the table, and fields of the same names in the labels.")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--gold",
      required = true,
      paramLabel = "FILE",
      description = "Rows with labels: .jsonl, .csv or .parquet.")
  private String gold;

  @Option(
      names = "--id",
      paramLabel = "FIELD",
      defaultValue = "id",
      description = "Field of the labels that holds the row's id; ${DEFAULT-VALUE} unless given.")
  private String id;

  @Override
  public Integer call() throws Exception {
    StorageOptions storage = settings.options();
    storage.contact(table);
    storage.contact(gold);
    table = Snapshots.pathToRead(table, storage);
    try (LabelledCells labels = new LabelledCells(gold, columns);
        LabelledCells answers = new LabelledCells(table, columns)) {
      failIfAny(unknownColumns(storage));
      String path = Snapshots.inputToRead(gold, storage);
      RecordScan.forEach(ReadOptions.of(path).withIdField(id).withStorage(storage), labels::add);
      TableScan.forEach(table, storage, answers::add);
      List<Problem> problems = new ArrayList<>();
      problems.addAll(missing(gold, labels));
      problems.addAll(missing(table, answers));
      failIfAny(problems);
      print(compare(labels, answers));
    }
    return Espalier.DONE;
  }

  /** Columns that the table's manifest does not name, before anything is read. */
  private List<Problem> unknownColumns(StorageOptions storage) throws IOException {
    Optional<Manifest> manifest = Manifest.read(table, storage);
    if (manifest.isEmpty()) {
      return List.of();
    }
    Set<String> known = new LinkedHashSet<>(List.of("id", "error", "trace"));
    manifest.get().columns().forEach(column -> known.add(column.name()));
    List<Problem> problems = new ArrayList<>();
    for (String column : columns) {
      if (!known.contains(column)) {
        problems.add(noColumn(table, column, known));
      }
    }
    return problems;
  }

  private static List<Problem> missing(String source, LabelledCells cells) {
    return cells.missing().stream()
        .map(column -> noColumn(source, column, cells.fields()))
        .toList();
  }

  private static Problem noColumn(String source, String column, Set<String> known) {
    return new Problem(
        source,
        "no row has a `" + column + "`",
        "there are " + String.join(", ", known) + NearestName.hint("; ", column, known));
  }

  private static void failIfAny(List<Problem> problems) throws ConfigurationException {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** Joins both by id; a label whose row the table lacks has no answer. */
  private List<Accuracy> compare(LabelledCells labels, LabelledCells answers)
      throws IOException, ConfigurationException {
    List<Accuracy.Tally> tallies = columns.stream().map(Accuracy.Tally::new).toList();
    LabelledCells.Sorted sortedAnswers = answers.sorted();
    Optional<LabelledCells.Cells> answer = sortedAnswers.next();
    LabelledCells.Sorted sortedLabels = labels.sorted();
    boolean met = false;
    for (var label = sortedLabels.next(); label.isPresent(); label = sortedLabels.next()) {
      String rowId = label.get().id();
      while (answer.isPresent() && answer.get().id().compareTo(rowId) < 0) {
        answer = sortedAnswers.next();
      }
      boolean answered = answer.isPresent() && answer.get().id().equals(rowId);
      met |= answered;
      for (int i = 0; i < columns.size(); i++) {
        Object value = answered ? answer.get().values().get(i) : null;
        tallies.get(i).add(label.get().values().get(i), value);
      }
    }
    if (!met) {
      throw new ConfigurationException(
          gold,
          "no row of the table has the id of a label",
          "check --id, and that table and labels belong together");
    }
    return tallies.stream().map(Accuracy.Tally::total).toList();
  }

  private void print(List<Accuracy> accuracies) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-16s %8s %8s %10s %10s%n",
        "column",
        "rows",
        "correct",
        "accuracy",
        "std. error");
    for (Accuracy accuracy : accuracies) {
      out.printf(
          Locale.ROOT,
          "%-16s %8d %8d %10s %10s%n",
          accuracy.column(),
          accuracy.rows(),
          accuracy.correct(),
          accuracy.rows() == 0 ? "-" : percent(accuracy.fraction()),
          accuracy.rows() < 2 ? "-" : percent(accuracy.standardError()));
    }
    for (Accuracy accuracy : accuracies) {
      if (accuracy.unanswered() > 0) {
        out.printf(
            "%s: %d of %s without a value in the table, which counts as wrong%n",
            accuracy.column(), accuracy.unanswered(), Figures.count(accuracy.rows(), "label"));
      }
    }
    out.flush();
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * fraction);
  }
}
