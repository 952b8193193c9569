package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Edits a job at random, refreshes it, and holds the table against that of a run into an empty
 * place, and what was computed against what had to be.
 */
final class RefreshRounds {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_ROWS = 14;
  private static final int NEVER = Integer.MAX_VALUE;

  /** A row: what the program reads of it, what the table includes, and what nobody wants. */
  private record Fields(String body, String flag, String extra, String lang, String note) {
    /** What the program reads: the extra field only where the flag says so. */
    String read() {
      return body + "|" + flag + (flag.equals("y") ? "|" + extra : "");
    }

    String json(String id) throws IOException {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", id);
      fields.put("body", body);
      fields.put("flag", flag);
      fields.put("extra", extra);
      fields.put("lang", lang);
      fields.put("note", note);
      return JSON.writeValueAsString(fields);
    }
  }

  private final JobFolder folder;
  private final Random random;
  private final int shards;
  private final boolean kills;
  private final TreeMap<String, Fields> rows = new TreeMap<>();
  private final int[] texts = new int[3]; // variants of the program's steps
  private final boolean[] includes = {true};
  private int lastTokens = 2;
  private long seed = 5;
  private boolean int8;
  private boolean keeps; // failed rows
  private int nextId;

  /** What the last snapshot was made of, by row: what was read, and whether it failed. */
  private final Map<String, String> readBefore = new HashMap<>();

  private final Set<String> failedBefore = new HashSet<>();
  private String identityBefore = "";

  /** Steps that have been computed, by row. */
  private final Map<String, Set<String>> known = new HashMap<>();

  RefreshRounds(JobFolder folder, long randomSeed, int shards, boolean kills) throws IOException {
    this.folder = folder;
    this.random = new Random(randomSeed);
    this.shards = shards;
    this.kills = kills;
    for (int i = 0; i < 8; i++) {
      insert();
    }
    write();
  }

  private void insert() {
    rows.put("r" + nextId++, fields());
  }

  private Fields fields() {
    return new Fields(
        "Ticket " + random.nextInt(20),
        random.nextInt(3) == 0 ? "y" : "n",
        random.nextInt(4) == 0 ? null : "more " + random.nextInt(3),
        random.nextBoolean() ? "en" : "de",
        "note " + random.nextInt(1000));
  }

  /** Changes something at random. */
  String edit() {
    List<String> ids = List.copyOf(rows.keySet());
    String id = ids.get(random.nextInt(ids.size()));
    Fields old = rows.get(id);
    Fields other = fields();
    int kind = random.nextInt(13);
    switch (kind) {
      case 0 -> insert();
      case 1 -> {
        if (rows.size() > 3) {
          rows.remove(id);
        }
      }
      case 2 -> rows.put(id, new Fields(other.body, old.flag, old.extra, old.lang, old.note));
      case 3 -> rows.put(id, new Fields(old.body, old.flag, old.extra, old.lang, other.note));
      case 4 -> rows.put(id, new Fields(old.body, old.flag, old.extra, other.lang, old.note));
      case 5 -> rows.put(id, new Fields(old.body, old.flag, other.extra, old.lang, old.note));
      case 6 -> rows.put(id, new Fields(old.body, "y", null, old.lang, old.note)); // it fails
      case 7, 8 -> texts[random.nextInt(3)] = random.nextInt(2);
      case 9 -> lastTokens = 1 + random.nextInt(3);
      case 10 -> seed = 5L + random.nextInt(2);
      case 11 -> {
        if (random.nextInt(3) == 0) {
          int8 = !int8; // another arithmetic is as another model
        }
        keeps = random.nextBoolean();
      }
      default -> includes[0] = !includes[0];
    }
    while (rows.size() > MOST_ROWS) {
      rows.pollFirstEntry();
    }
    return kind + " " + id;
  }

  private void write() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Fields> row : rows.entrySet()) {
      lines.add(row.getValue().json(row.getKey()));
    }
    folder.write("rows.jsonl", JobFolder.shuffled(lines, random.nextLong()));
    folder.write(
        "program.yaml",
        """
        steps:
          - user: "A%d {{ row.body }}"
          - {select: kind, choices: [good, bad]}
          - if: row.flag == "y"
            then: [{user: "{{ row.extra }} B%d"}]
            else: [{user: "B%d"}]
          - {gen: reply, maxTokens: 3, temperature: 1.0}
          - user: "C%d"
          - {gen: short, maxTokens: %d}
        """
            .formatted(texts[0], texts[1], texts[1], texts[2], lastTokens));
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: out, shards: %d, include: [%s]}
        seed: %d
        engine: {kvCacheBytes: 64MiB, weights: %s}
        runner: direct
        plan: {inFlight: 2}
        maxFailures: 100%%
        refresh: {failed: %s}
        """
            .formatted(
                shards,
                includes[0] ? "lang" : "",
                seed,
                int8 ? "int8" : "checkpoint",
                keeps ? "keep" : "retry"));
  }

  private String identity() {
    return texts[0] + " " + texts[1] + " " + texts[2] + " " + lastTokens + " " + seed + " " + int8;
  }

  /** One round: some edits, perhaps a run that is cut off, a refresh, and all comparisons. */
  void round() throws Exception {
    List<String> edits = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      edits.add(edit());
    }
    write();
    boolean wasCutOff = random.nextInt(4) == 0;
    String before = current();
    if (wasCutOff) {
      cutOff(1 + random.nextInt(3));
    }
    boolean wasDone = !current().equals(before); // it was quicker
    JobFolder.Ended ended = keepingEngine(NEVER, "refresh", job());
    assertThat(ended.code()).as("%s: %s", edits, ended.err()).isZero();
    Path reference = folder.path().resolve("reference");
    delete(reference);
    JobFolder.Ended run = keepingEngine(NEVER, "run", job(), "--set", "output.path=reference");
    assertThat(run.code()).as(run.err()).isZero();

    String table = "out/" + current();
    assertThat(folder.hashes(table)).as("%s", edits).isEqualTo(folder.hashes("reference"));
    assertThat(folder.read(table + "/_manifest.json"))
        .as("%s", edits)
        .isEqualTo(folder.read("reference/_manifest.json"));
    compareWork(edits, wasCutOff, wasDone, ended.out().contains("nothing to do"));
  }

  private String current() throws IOException {
    Path current = folder.path().resolve("out/CURRENT");
    return Files.exists(current) ? Files.readString(current).strip() : "";
  }

  private void compareWork(List<String> edits, boolean wasCutOff, boolean wasDone, boolean nothing)
      throws IOException {
    Map<String, Set<String>> asked = stepsOf("reference");
    boolean sameProgram = identity().equals(identityBefore);
    int added = 0;
    int changed = 0;
    int unchanged = 0;
    int retried = 0;
    int steps = 0;
    for (Map.Entry<String, Fields> row : rows.entrySet()) {
      String id = row.getKey();
      boolean same = sameProgram && row.getValue().read().equals(readBefore.get(id));
      boolean runs = true;
      if (!readBefore.containsKey(id)) {
        added++;
      } else if (!same) {
        changed++;
      } else if (failedBefore.contains(id) && !keeps) {
        retried++;
      } else {
        unchanged++;
        runs = false;
      }
      if (runs) {
        for (String step : asked.get(id)) {
          steps += known.computeIfAbsent(id, any -> new HashSet<>()).add(step) ? 1 : 0;
        }
      }
    }
    TreeSet<String> deleted = new TreeSet<>(readBefore.keySet());
    deleted.removeAll(rows.keySet());
    if (wasDone) {
      assertThat(wasCutOff).as("%s", edits).isTrue();
    } else if (nothing) {
      assertThat(added + changed + retried + deleted.size()).as("%s", edits).isZero();
    } else {
      JsonNode refresh = JSON.readTree(folder.read("out/_espalier/run.json")).get("refresh");
      assertThat(
              List.of(
                  refresh.get("newRows").asInt(),
                  refresh.get("changed").asInt(),
                  refresh.get("unchanged").asInt(),
                  refresh.get("retried").asInt(),
                  refresh.get("deleted").asInt()))
          .as("%s: new, changed, unchanged, retried, deleted", edits)
          .isEqualTo(List.of(added, changed, unchanged, retried, deleted.size()));
      int computed = refresh.get("stepsRun").asInt();
      if (wasCutOff) { // some were computed before
        assertThat(computed).as("%s: steps", edits).isBetween(0, steps);
      } else {
        assertThat(computed).as("%s: steps", edits).isEqualTo(steps);
      }
    }
    readBefore.clear();
    rows.forEach((id, fields) -> readBefore.put(id, fields.read()));
    failedBefore.clear();
    rows.forEach(
        (id, fields) -> {
          if (fields.flag.equals("y") && fields.extra == null) {
            failedBefore.add(id);
          }
        });
    identityBefore = identity();
  }

  /**
   * The steps of each row of a table, named by all that decides their results: the texts before
   * them, what the steps before gave, and how they go on.
   */
  private Map<String, Set<String>> stepsOf(String table) throws IOException {
    Map<String, Set<String>> steps = new HashMap<>();
    TableScan.forEach(
        folder.path().resolve(table).toString(),
        StorageOptions.defaults(),
        row -> {
          Fields fields = rows.get(row.id());
          List<?> trace = (List<?>) row.fields().get("trace");
          String before = int8 + "A" + texts[0] + fields.body;
          Set<String> names = steps.computeIfAbsent(row.id(), any -> new HashSet<>());
          for (int i = 0; i < trace.size(); i++) {
            String name = before + "#" + i;
            names.add(
                switch (i) {
                  case 1 -> name + " seed " + seed;
                  case 2 -> name + " tokens " + lastTokens;
                  default -> name;
                });
            before += ((Map<?, ?>) trace.get(i)).get("text");
            before +=
                i == 0
                    ? "B" + texts[1] + (fields.flag.equals("y") ? fields.extra : "")
                    : "C" + texts[2];
          }
        });
    return steps;
  }

  private String job() {
    return folder.path().resolve("job.yaml").toString();
  }

  private JobFolder.Ended keepingEngine(int stopAfter, String... words) {
    return keepingEngine(folder, stopAfter, words);
  }

  /** Runs a command and leaves its engine open for the next. */
  static JobFolder.Ended keepingEngine(JobFolder folder, String... words) {
    return keepingEngine(folder, NEVER, words);
  }

  @SuppressWarnings("try") // lent as long as the command runs
  private static JobFolder.Ended keepingEngine(JobFolder folder, int stopAfter, String... words) {
    try (LentSurroundings lent = LentSurroundings.lend(new KeptEngine(stopAfter))) {
      return folder.run(words);
    }
  }

  /** Cuts a refresh off when some rows have ended: by kill -9, or as a failure of the machine. */
  private void cutOff(int ended) throws Exception {
    if (kills) {
      try (ChildCommand child =
          ChildCommand.start(folder.path(), Espalier.class, "refresh", job())) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(5000));
        while (child.isAlive() && System.nanoTime() < until) {
          TimeUnit.MILLISECONDS.sleep(2);
        }
        child.kill();
      }
      // The one that was killed gives no sign of life any more.
      Thread.sleep(100);
      return;
    }
    var unused = keepingEngine(ended, "refresh", job());
  }

  /** Keeps engines open from command to command, and may stop a job. */
  private static final class KeptEngine implements JobSurroundings {
    private final int stopAfter; // rows that have ended

    KeptEngine(int stopAfter) {
      this.stopAfter = stopAfter;
    }

    @Override
    public RunOptions options(RunOptions options) {
      return options.withEngineIdle(Duration.ofMinutes(5));
    }

    @Override
    public void end(EngineFactory engines, boolean failed) {
      if (failed) {
        EnginePool.closeAll(); // what was cut off may hold on to it
      }
    }

    @Override
    public void running(Supplier<JobProgress> progress, Runnable stop) {
      if (stopAfter != NEVER) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    while (progress.get().rowsDone() < stopAfter) {
                      TimeUnit.MILLISECONDS.sleep(1);
                    }
                    stop.run();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  static void closeEngines() {
    EnginePool.closeAll();
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }

  /** Runs rounds until a time has passed: the long form, whose seed tells it again. */
  public static void main(String[] arguments) throws Exception {
    long minutes = Long.parseLong(arguments[0]);
    long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    boolean kills = arguments.length > 2 && arguments[2].equals("kill");
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    int rounds = 0;
    for (long seed = first; System.nanoTime() < until; seed++) {
      Path directory = Files.createTempDirectory("refresh-rounds");
      RefreshRounds all =
          new RefreshRounds(new JobFolder(directory), seed, seed % 2 == 0 ? 1 : 16, kills);
      for (int i = 0; i < 40 && System.nanoTime() < until; i++) {
        try {
          all.round();
        } catch (Exception | AssertionError e) {
          throw new IllegalStateException("seed " + seed + ", round " + i, e);
        }
        rounds++;
      }
      System.out.println(rounds + " rounds, seed " + seed);
      delete(directory);
    }
    EnginePool.closeAll();
  }
}
