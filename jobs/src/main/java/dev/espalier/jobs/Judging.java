package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.row.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Asks a program about a sample of a table: the same rows every time. */
final class Judging {
  private final PreparedJob job;
  private final Checks.Judge judge;
  private final PrintWriter err;

  /**
   * @param job whose table it is, and whose model and engine judge it
   */
  Judging(PreparedJob job, Checks.Judge judge, PrintWriter err) {
    this.job = job;
    this.judge = judge;
    this.err = err;
  }

  /**
   * Runs the program on the sample.
   *
   * @param table path of the table
   * @return what speaks against the table; empty if it passes
   */
  Optional<String> failed(String table) throws IOException, ConfigurationException {
    List<Row> sample = sample(table, job.output().storage());
    if (sample.isEmpty()) {
      return Optional.empty();
    }
    Path answers = Files.createTempDirectory("espalier-judge");
    try {
      long passed = passed(sample, answers);
      double part = (double) passed / sample.size();
      return part >= judge.least()
          ? Optional.empty()
          : Optional.of(
              "checks.judge: `%s` is true for %s of %s, %s; %s are asked for"
                  .formatted(
                      judge.column(),
                      passed,
                      Figures.count(sample.size(), "row"),
                      TableChecks.percent(part),
                      TableChecks.percent(judge.least())));
    } finally {
      delete(answers);
    }
  }

  private long passed(List<Row> sample, Path answers) throws IOException, ConfigurationException {
    ProgramSource program = JobCheck.programOf(judge.program(), Optional.empty());
    WriteOptions place =
        WriteOptions.of(answers.toString(), Fingerprint.of("judge", program.hash()), 1);
    PreparedJob asking =
        new PreparedJob(
            job.file().onRunnerOfThisProcess(),
            job.modelHash(),
            job.family(),
            new RowWork.OfProgram(program),
            job.input(),
            job.rows(),
            place,
            TableColumns.open(),
            TableState.NEW,
            job.inputs(),
            PreparedJob.Way.TABLE);
    new JobRun(asking, JournalOfRows.of(asking), KnownBefore.NOTHING, err).run(sample);
    AtomicLong passed = new AtomicLong();
    TableScan.forEach(
        answers.toString(),
        place.storage(),
        row -> {
          if (isTrue(row.fields().get(judge.column()))) {
            passed.incrementAndGet();
          }
        });
    return passed.get();
  }

  private static boolean isTrue(Object value) {
    return value instanceof Boolean truth
        ? truth
        : value instanceof String text && text.strip().matches("(?i)true|yes");
  }

  /** The rows whose ids have the smallest hashes, with their columns as fields. */
  private List<Row> sample(String table, StorageOptions storage) throws IOException {
    record Candidate(String hash, Row row) {}
    PriorityQueue<Candidate> smallest =
        new PriorityQueue<>(Comparator.comparing(Candidate::hash).reversed());
    TableScan.forEach(
        table,
        storage,
        row -> {
          smallest.add(new Candidate(Fingerprint.of("judge", row.id()), row));
          if (smallest.size() > judge.rows()) {
            smallest.remove();
          }
        });
    return smallest.stream().map(Candidate::row).toList();
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
