package dev.espalier.jobs;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
    Map<String, Map<String, Object>> labels = rows(gold, id);
    Map<String, Map<String, Object>> answers = rows(table, "id");
    labels.keySet().retainAll(answers.keySet());
    List<Problem> problems = new ArrayList<>();
    for (String column : columns) {
      known(column, answers, table, problems);
      known(column, labels, gold, problems);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-16s %8s %8s %10s %10s%n",
        "column",
        "rows",
        "correct",
        "accuracy",
        "std. error");
    for (String column : columns) {
      Accuracy accuracy = Accuracy.of(column, of(column, labels), of(column, answers));
      out.printf(
          Locale.ROOT,
          "%-16s %8d %8d %9.1f%% %9.1f%%%n",
          column,
          accuracy.rows(),
          accuracy.correct(),
          100 * accuracy.fraction(),
          100 * accuracy.standardError());
    }
    out.flush();
    return Espalier.DONE;
  }

  private static void known(
      String column, Map<String, Map<String, Object>> rows, String source, List<Problem> problems) {
    if (rows.values().stream().noneMatch(row -> row.containsKey(column))) {
      problems.add(
          new Problem(
              source,
              "no row that both have has a `" + column + "`",
              "check the column, --id and that table and labels belong together"));
    }
  }

  private static Map<String, Object> of(String column, Map<String, Map<String, Object>> rows) {
    Map<String, Object> values = new LinkedHashMap<>();
    rows.forEach((row, fields) -> values.put(row, fields.get(column)));
    return values;
  }

  private static Map<String, Map<String, Object>> rows(String path, String id) throws IOException {
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    RecordScan.forEach(
        ReadOptions.of(path).withIdField(id), record -> rows.put(record.id(), record.fields()));
    return rows;
  }
}
