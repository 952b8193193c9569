package dev.espalier.jobs;

import dev.espalier.engine.EngineOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.TableVerifier;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.row.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier verify}. */
@Command(
    name = "verify",
    description =
        "Checks the files of a finished job against its manifest, runs a sample of its rows again"
            + " in another order and another batch size, and compares every value.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private static final int SHOWN = 10;

  /** They are held in memory. */
  private static final int MOST_ROWS = 100_000;

  @Spec private CommandSpec spec;
  @Mixin private JobOverrides overrides;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "50",
      description = "Rows to run again; ${DEFAULT-VALUE} unless given.")
  private int rows;

  @Override
  public Integer call() throws Exception {
    if (rows < 0 || rows > MOST_ROWS) {
      throw new ConfigurationException(
          "espalier verify", "--rows is " + rows, "write a whole number from 0 to " + MOST_ROWS);
    }
    PreparedJob job = JobCheck.prepare(overrides.read(), spec.commandLine().getErr());
    if (job.state() != TableState.COMPLETE) {
      throw new ConfigurationException(
          job.output().path(),
          "there is no finished table of this job and this input",
          "run the job first: espalier run " + job.file().file());
    }
    PrintWriter out = spec.commandLine().getOut();
    List<String> damages = TableVerifier.verify(path(job), job.output().storage());
    damages.forEach(damage -> out.println("damaged: " + damage));
    List<Row> sample = sample(job);
    Path again = Files.createTempDirectory("espalier-verify");
    try {
      List<String> differences = compare(job, sample, again);
      differences.stream()
          .limit(SHOWN)
          .forEach(difference -> out.println("differs: " + difference));
      out.printf(
          "%s run again, %s differ; %s%n",
          Figures.count(sample.size(), "row"),
          differences.size(),
          Figures.count(damages.size(), "damaged file"));
      out.flush();
      return damages.isEmpty() && differences.isEmpty() ? Espalier.DONE : Espalier.FAILED;
    } finally {
      delete(again);
    }
  }

  /** Where the table is: the current snapshot, if there are some. */
  private static String path(PreparedJob job) throws IOException {
    return Snapshots.pathToRead(job.output().home(), job.output().storage());
  }

  /** The rows whose ids have the smallest hashes: a random sample, the same every time. */
  private List<Row> sample(PreparedJob job) throws IOException {
    record Candidate(String hash, Row row) {}
    PriorityQueue<Candidate> smallest =
        new PriorityQueue<>(Comparator.comparing(Candidate::hash).reversed());
    RecordScan.forEach(
        job.input(),
        record -> {
          smallest.add(new Candidate(Fingerprint.of(record.id()), record));
          if (smallest.size() > rows) {
            smallest.remove();
          }
        });
    return smallest.stream().map(Candidate::row).toList();
  }

  private List<String> compare(PreparedJob job, List<Row> sample, Path directory)
      throws IOException {
    if (sample.isEmpty()) {
      return List.of();
    }
    EngineOptions engine = job.file().engine();
    EngineOptions other =
        engine
            .withMaxBatchTokens(engine.maxBatchTokens() == 96 ? 160 : 96)
            .withMaxSequences(engine.maxSequences() == 7 ? 5 : 7);
    PreparedJob again =
        new PreparedJob(
            job.file().ungroupedWith(other),
            job.modelHash(),
            job.family(),
            job.work(),
            job.input(),
            job.rows(),
            WriteOptions.of(directory.toString(), job.output().fingerprint(), 1),
            job.columns(),
            TableState.NEW,
            job.inputs(),
            PreparedJob.Way.TABLE);
    PrintWriter err = spec.commandLine().getErr();
    new JobRun(again, JournalOfRows.of(again), KnownBefore.NOTHING, err).run(sample);
    Map<String, Map<String, Object>> second = new TreeMap<>();
    TableScan.forEach(
        directory.toString(), again.output().storage(), row -> second.put(row.id(), row.fields()));
    List<String> differences = new ArrayList<>();
    Set<String> met = new HashSet<>();
    // Of the table, which may be larger than the memory, one row at a time.
    TableScan.forEach(
        path(job),
        job.output().storage(),
        row -> {
          if (second.containsKey(row.id()) && met.add(row.id())) {
            compare(row.id(), row.fields(), second.get(row.id()), differences);
          }
        });
    second.keySet().stream()
        .filter(id -> !met.contains(id))
        .forEach(id -> differences.add("row " + id + " is not in the table"));
    return differences;
  }

  private static void compare(
      String id, Map<String, Object> first, Map<String, Object> second, List<String> differences) {
    TreeSet<String> columns = new TreeSet<>(first.keySet());
    columns.addAll(second.keySet());
    for (String column : columns) {
      if (!Objects.equals(first.get(column), second.get(column))) {
        differences.add(
            "row %s, %s: %s in the table, %s again"
                .formatted(id, column, first.get(column), second.get(column)));
        return;
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
