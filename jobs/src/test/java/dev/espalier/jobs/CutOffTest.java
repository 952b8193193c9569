package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A job ends before each of its changes to the file system in turn. The next one leaves the bytes
 * and the files that one which was never cut off leaves, and no others.
 */
class CutOffTest {
  private static final int ROWS = 4;

  @TempDir Path directory;
  private JobFolder folder;
  private Path down;

  /** What is there before, and the command that is cut off. */
  enum Way {
    RUN(List.of(), "run"),
    RETRY_FAILED(List.of("run"), "run", "--retry-failed"),
    TAKEOVER(List.of("run"), "refresh"),
    REFRESH(List.of("refresh"), "refresh"),
    JUDGED_REFRESH(
        List.of("refresh"),
        "refresh",
        "--set",
        "checks.judge={program: judge.yaml, rows: 6, column: ok, least: 90%}");

    @SuppressWarnings("ImmutableEnumChecker") // copies that nobody changes
    private final List<String> before;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> command;

    Way(List<String> before, String... command) {
      this.before = before;
      this.command = List.of(command);
    }
  }

  @AfterAll
  static void close() {
    RefreshRounds.closeEngines();
  }

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    down = folder.write("service-is-down", "");
    folder.write("judge.yaml", "steps: [{set: ok, to: \"{{ true }}\", type: boolean}]");
    rows("Question");
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: dev.espalier.jobs.Flaky
        input: {path: rows.jsonl, id: id}
        output: {path: out, shards: 2, include: [lang]}
        seed: 11
        runner: direct
        maxFailures: 100%
        engine: {kvCacheBytes: 64MiB}
        """);
  }

  /** The first stays as it is. */
  private void rows(String word) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          "{\"id\":\"r%d\",\"question\":\"%s %d\",\"down\":\"%s\",\"lang\":\"l%d\"}"
              .formatted(i, i == 0 ? "Question" : word, i, i == 2 ? down : "", i % 3));
    }
    folder.write("rows.jsonl", rows);
  }

  @ParameterizedTest
  @EnumSource
  void theNextOneLeavesWhatOneLeavesThatWasNeverCutOff(Way way) throws IOException {
    cutOff(way, 17);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void beforeEachChange(Way way) throws IOException {
    cutOff(way, 1);
  }

  /** Cuts a job off before some of its changes, until one ends that is not. */
  private void cutOff(Way way, int step) throws IOException {
    Path before = Files.createDirectories(directory.resolve("before"));
    for (String command : way.before) {
      succeed(run("long", before, List.of(command)), "before");
    }
    Files.delete(down);
    if (way != Way.RETRY_FAILED) {
      rows("Another question");
    }
    Path whole = copy(before, "whole");
    succeed(run("long", whole, way.command), "whole");
    SortedMap<String, String> expected = files(whole);
    List<String> wrong = new ArrayList<>();
    boolean ends = true;
    int changes = 0;
    for (; ends; changes += step) {
      String at = "cut off before change " + changes;
      Path table = copy(before, "table-" + changes);
      String life = MortalFileSystem.of(changes);
      JobFolder.Ended cut = run(life, table, way.command);
      ends = MortalFileSystem.hasEnded(life);
      assertThat(ends || cut.code() == 0).as("%s: %s", at, cut.err()).isTrue();
      if (saysCurrent(table) > current(table)) {
        wrong.add(at + ": the last report tells of a snapshot that is not there");
      }
      freeLock(table);
      JobFolder.Ended next = run("long", table, way.command);
      if (saysCurrent(table) != current(table)) {
        wrong.add(at + ": the last report is not of the current snapshot");
      }
      SortedMap<String, String> left = files(table);
      if (next.code() != 0 || !left.equals(expected)) {
        wrong.add(at + ": " + next.code() + " " + next.err() + difference(expected, left));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(changes).isGreaterThan(20);
  }

  /** The number of the current snapshot; 0 if there is none. */
  private static int current(Path table) throws IOException {
    Path current = table.resolve("CURRENT");
    return Files.exists(current)
        ? Integer.parseInt(Files.readString(current).strip().replace("snapshots/", ""))
        : 0;
  }

  /** The number of the snapshot that the last report calls current; 0 if it does so of none. */
  private static int saysCurrent(Path table) throws IOException {
    Path report = table.resolve("_espalier/run.json");
    if (!Files.exists(report)) {
      return 0;
    }
    JsonNode refresh = new ObjectMapper().readTree(report.toFile()).path("refresh");
    return refresh.path("end").asText().equals("current") ? refresh.path("snapshot").asInt() : 0;
  }

  private static String difference(Map<String, String> expected, Map<String, String> left) {
    List<String> lines = new ArrayList<>();
    Set<String> names = new TreeSet<>(expected.keySet());
    names.addAll(left.keySet());
    for (String name : names) {
      if (!Objects.equals(expected.get(name), left.get(name))) {
        String kind =
            !left.containsKey(name) ? "missing " : expected.containsKey(name) ? "other " : "left ";
        lines.add(kind + name);
      }
    }
    return String.join(", ", lines);
  }

  private JobFolder.Ended run(String life, Path table, List<String> command) {
    List<String> words = new ArrayList<>(List.of(command.get(0), directory + "/job.yaml"));
    words.addAll(command.subList(1, command.size()));
    words.addAll(List.of("--set", "output.path=mortal://" + life + table));
    return RefreshRounds.keepingEngine(folder, words.toArray(String[]::new));
  }

  private static JobFolder.Ended succeed(JobFolder.Ended ended, String when) {
    assertThat(ended.code()).as("%s: %s %s", when, ended.out(), ended.err()).isZero();
    return ended;
  }

  private Path copy(Path from, String name) throws IOException {
    Path to = directory.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  /** As the lock of a process is that has ended. */
  private static void freeLock(Path table) throws IOException {
    Path lock = table.resolve("_espalier/lock");
    if (!Files.isDirectory(lock)) {
      return;
    }
    try (Stream<Path> files = Files.list(lock)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".claim")) {
          String owner = Files.readString(file);
          Files.writeString(file, owner.replaceFirst("\"pid\": ?\\d+", "\"pid\":2147483646"));
        }
      }
    }
  }

  /** Of the files of tables their content, of others the name, without numbers that differ. */
  private static SortedMap<String, String> files(Path table) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(table)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String name = table.relativize(file).toString();
        String known =
            name.replaceAll("lock/\\d+", "lock/N").replaceAll("bucket-(\\d+)-.*", "bucket-$1");
        boolean isOfTable = name.matches("(.*/)?(part-[^/]*|_manifest\\.json|CURRENT)");
        found.put(known, isOfTable ? JobFolder.sha256(Files.readAllBytes(file)) : "");
      }
    }
    return found;
  }
}
