package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.S3Server;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.log.ScheduleLogContract;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose rows and tables lie on S3. */
class S3JobTest {
  private static final int ROWS = 12;

  @TempDir static Path disk;
  private static S3Server s3;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(disk);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  /** A refresh leaves on S3 what it leaves on a disk; CURRENT is one object, put at once. */
  @Test
  @Tag("long") // what refreshes write is held on a disk, and the switch of a table on S3
  void aTableOnS3IsBroughtUpToDate() throws Exception {
    JobFolder folder = folder();
    upload("fresh/in");
    String[] refresh = onS3("refresh", "fresh/", "--set", "output.include=[lang]");
    JobFolder.Ended first = folder.run(refresh);
    assertThat(first.code()).as(first.err()).isZero();
    String key = raw("fresh/in/more/c.jsonl");
    String changed = JobFolder.TICKETS.get(ROWS / 2).replaceFirst("\"body\": ?\"", "$0New: ");
    s3.put(key, changed.getBytes(StandardCharsets.UTF_8));
    JobFolder.Ended second = folder.run(refresh);
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out())
        .contains("0 new, 1 changed, 6 unchanged, 5 deleted")
        .contains("snapshot 2 is current");
    assertThat(folder.run(refresh).out()).contains("nothing to do");

    List<String> words = new ArrayList<>(List.of("snapshots", table("fresh/"), "--path"));
    words.addAll(settings());
    String current = folder.run(words.toArray(String[]::new)).out().strip();
    assertThat(current).isEqualTo(table("fresh/") + "/snapshots/2");
    folder.write("rows/more/c.jsonl", changed);
    assertThat(
            folder
                .run(
                    "run",
                    directory + "/job.yaml",
                    "--set",
                    "output={path: local, shards: 2, include: [lang]}")
                .code())
        .isZero();
    for (String name : folder.hashes("local").keySet()) {
      assertThat(s3.bytes(raw("fresh/out 100%/t/snapshots/2/" + name)))
          .isEqualTo(Files.readAllBytes(directory.resolve("local/" + name)));
    }
  }

  @Test
  void aScheduleKeepsItsStateThere() throws Exception {
    String place = "s3a://" + S3Server.BUCKET + "/schedule state";
    ScheduleLogContract.check(new StorageOptions(s3.settings()).open(place), place + "/log");
  }

  private JobFolder folder() throws Exception {
    JobFolder folder = new JobFolder(directory);
    folder.write(
        "program.yaml",
        """
        steps:
          - user: "{{ row.body }}"
          - {gen: reply, maxTokens: 6}
          - {select: urgent, choices: ["yes", "no"]}
        """);
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows, id: id}
        output: {path: local, shards: 2}
        seed: 3
        engine: {kvCacheBytes: 64MiB}
        """);
    Files.createDirectories(directory.resolve("rows/more"));
    folder.write("rows/a+b %20 表.jsonl", JobFolder.TICKETS.subList(0, ROWS / 2));
    folder.write("rows/more/c.jsonl", JobFolder.TICKETS.subList(ROWS / 2, ROWS));
    return folder;
  }

  /** Copies the rows of the folder to S3. */
  private void upload(String prefix) throws Exception {
    for (String name : List.of("a+b %20 表.jsonl", "more/c.jsonl")) {
      s3.put(raw(prefix + "/" + name), Files.readAllBytes(directory.resolve("rows/" + name)));
    }
  }

  private String[] onS3(String command, String prefix, String... more) {
    List<String> words = new ArrayList<>(List.of(command, directory + "/job.yaml"));
    words.addAll(List.of("--set", "input.path=s3a://" + S3Server.BUCKET + "/" + prefix + "in"));
    words.addAll(List.of("--set", "output.path=" + table(prefix)));
    words.addAll(settings());
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static String table(String prefix) {
    return "s3a://" + S3Server.BUCKET + "/" + prefix + "out 100%/t";
  }

  private static List<String> settings() {
    List<String> words = new ArrayList<>();
    s3.settings().forEach((name, value) -> words.addAll(List.of("-D", name + "=" + value)));
    return words;
  }

  /** What a table's directory holds, as S3 itself tells; of a manifest and data the text. */
  private static Map<String, String> objects(String prefix) throws Exception {
    Map<String, String> objects = new TreeMap<>();
    for (String key : s3.keys(prefix + "out")) {
      String name = key.substring(key.indexOf("/t/") + 3);
      objects.put(name, name.matches("part-.*|_manifest.json") ? text(s3.bytes(raw(key))) : "");
    }
    return objects;
  }

  private static String raw(String key) throws Exception {
    return new URI(null, null, key, null).toASCIIString().replace("+", "%2B");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private Map<String, String> local() throws Exception {
    Map<String, String> files = new TreeMap<>();
    for (String name :
        List.of("_manifest.json", "part-00000-of-00002.parquet", "part-00001-of-00002.parquet")) {
      files.put(name, text(Files.readAllBytes(directory.resolve("local").resolve(name))));
    }
    return files;
  }

  @Test
  void aKilledJobGoesOnAndItsBytesAreThoseOfTheLocalDisk() throws Exception {
    JobFolder folder = folder();
    JobFolder.Ended here = folder.run("run", directory + "/job.yaml");
    assertThat(here.code()).as(here.err()).isZero();
    upload("killed/in");

    kill("killed/", "_espalier/commit/", () -> refusesASecond(folder, "killed/"));

    JobFolder.Ended ended = folder.run(onS3("run", "killed/"));
    assertThat(ended.code()).as(ended.err()).isZero();
    Map<String, String> objects = objects("killed/");
    assertThat(objects).containsAllEntriesOf(local());
    assertThat(objects.keySet())
        .as("nothing is left behind")
        .allMatch(
            name ->
                name.matches(
                    "part-.*|_manifest.json|_espalier/(run|input|parts).json|_espalier/rows-part-.*"
                        + "|_espalier/lock/\\d+\\.(claim|released)"));

    JobFolder.Ended again = folder.run(onS3("run", "killed/"));
    assertThat(again.out()).contains("is complete for this job and input: nothing to do");
    JobFolder.Ended compared = folder.run(onS3("run", "killed/", "--check-input"));
    assertThat(compared.out()).contains("nothing to do");
    JobFolder.Ended verified = folder.run(onS3("verify", "killed/", "--rows", "0"));
    assertThat(verified.out()).contains("0 rows run again, 0 differ; 0 damaged files");
    List<String> accuracy =
        new ArrayList<>(
            List.of(
                "accuracy",
                table("killed/"),
                "urgent",
                "--gold",
                "s3a://" + S3Server.BUCKET + "/killed/out 100%/t"));
    accuracy.addAll(settings());
    assertThat(folder.run(accuracy.toArray(String[]::new)).out()).contains("100.0%");
    List<String> status = new ArrayList<>(List.of("status", table("killed/")));
    status.addAll(settings());
    assertThat(folder.run(status.toArray(String[]::new)).out())
        .contains("is complete: 12 rows, 0 failed");
  }

  @Test
  @Tag("long") // nothing of the place is there but the claim
  void aJobThatIsKilledAsItBeginsGoesOn() throws Exception {
    JobFolder folder = folder();
    assertThat(folder.run("run", directory + "/job.yaml").code()).isZero();
    upload("early/in");
    kill("early/", "_espalier/lock/0000000001.claim", () -> refusesASecond(folder, "early/"));
    JobFolder.Ended ended = folder.run(onS3("run", "early/"));
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(objects("early/")).containsAllEntriesOf(local());
  }

  private interface Look {
    void look() throws Exception;
  }

  private void refusesASecond(JobFolder folder, String prefix) {
    JobFolder.Ended second = folder.run(onS3("run", prefix));
    assertThat(second.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(second.err()).contains("process ", " on ", "--wait");
  }

  /** Runs the job in another process, stops it as soon as such an object is there, and kills it. */
  private void kill(String prefix, String object, Look meanwhile) throws Exception {
    try (ChildCommand child = ChildCommand.start(disk, Espalier.class, onS3("run", prefix))) {
      String key = prefix + "out 100%/t/" + object;
      while (s3.keys(prefix + "out").stream().noneMatch(there -> there.startsWith(key))) {
        assertThat(child.isAlive()).as("ended before %s was there", object).isTrue();
        TimeUnit.MILLISECONDS.sleep(5);
      }
      new ProcessBuilder("kill", "-STOP", Long.toString(child.pid())).start().waitFor();
      meanwhile.look();
      child.kill();
    }
    assertThat(s3.keys(prefix + "out")).noneMatch(there -> there.endsWith("_manifest.json"));
  }

  @Test
  void patternsFindObjects() throws Exception {
    JobFolder folder = folder();
    upload("glob/in");
    JobFolder.Ended ended =
        folder.run(onS3("plan", "glob/", "--set", "input.path=s3a://bucket/glob/i*/{a,b}*"));
    assertThat(ended.err() + ended.out()).contains("6 read");
    JobFolder.Ended none =
        folder.run(onS3("plan", "glob/", "--set", "input.path=s3a://bucket/glob/x*"));
    assertThat(none.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(none.err()).contains("--set input.path", "the pattern matches no file");
    JobFolder.Ended bucket =
        folder.run(onS3("run", "glob/", "--set", "input.path=s3a://no-such-bucket/rows"));
    assertThat(bucket.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(bucket.err()).contains("s3a://no-such-bucket/rows: there is no such bucket");
  }
}
