package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table is that of the rows, however their files look and wherever they lie. */
class ChangedInputTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private JobFolder folder;
  private String job;
  private Path manifest;

  @BeforeEach
  void runOnce() throws IOException {
    folder = new JobFolder(directory);
    manifest = directory.resolve("out/_manifest.json");
    Files.createDirectory(directory.resolve("in"));
    folder.write("in/a.jsonl", rows(0, 6));
    folder.write("in/b.jsonl", rows(6, 9));
    folder.write("p.yaml", "steps: [{text: \"{{ row.x }}\"}, {gen: a, maxTokens: 2}]\n");
    job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: p.yaml
                input: {path: in, id: id}
                output: {path: out, shards: 2}
                """)
            .toString();
    assertThat(folder.run("run", job).code()).isZero();
    assertThat(Files.readString(manifest)).contains("\"format\" : 2", "\"input\" : \"");
  }

  private static List<String> rows(int from, int to) {
    List<String> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add("{\"id\": \"r%d\", \"x\": \"word %d\"}".formatted(i, i));
    }
    return rows;
  }

  private void assertNothingToDo(String... more) throws IOException {
    String before = Files.readString(manifest);
    List<String> arguments = new ArrayList<>(List.of("run", job));
    arguments.addAll(List.of(more));
    JobFolder.Ended ended = folder.run(arguments.toArray(String[]::new));
    assertThat(ended.out()).as(ended.err()).contains("nothing to do; 9 rows");
    assertThat(ended.code()).isZero();
    assertThat(Files.readString(manifest)).isEqualTo(before);
  }

  private void assertRefused(String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", job));
    arguments.addAll(List.of(more));
    JobFolder.Ended ended = folder.run(arguments.toArray(String[]::new));
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("holds the table of another job or of other input");
  }

  /** Whether the list beside the table would do without reading: sums in it that are false. */
  private void forgeSums() throws IOException {
    Path list = directory.resolve("out/_espalier/input.json");
    ObjectNode tree = (ObjectNode) JSON.readTree(Files.readString(list));
    tree.path("files").forEach(file -> ((ObjectNode) file).put("rows", 1));
    JSON.writeValue(list.toFile(), tree);
  }

  @Test
  void filesThatLookTheSameAreNotReadUnlessAsked() throws IOException {
    assertNothingToDo();
    forgeSums();
    assertRefused(); // by what the list says: nothing was read
    assertNothingToDo("--check-input");
    assertNothingToDo(); // the list was mended by what was read
  }

  @Test
  void aTouchedMovedOrSplitInputIsTheSame() throws IOException {
    Path a = directory.resolve("in/a.jsonl");
    Files.setLastModifiedTime(a, FileTime.fromMillis(1_000_000_000_000L));
    assertNothingToDo();
    forgeSums();
    assertRefused(); // so the new times are in the list
    Files.delete(directory.resolve("out/_espalier/input.json"));
    assertNothingToDo();

    Files.createDirectory(directory.resolve("moved"));
    Files.move(a, directory.resolve("moved/a.jsonl"));
    Files.copy(directory.resolve("in/b.jsonl"), directory.resolve("moved/b.jsonl"));
    assertNothingToDo("--set", "input.path=moved");

    folder.write("moved/a.jsonl", rows(3, 6));
    folder.write("moved/c.jsonl", rows(0, 3));
    assertNothingToDo("--set", "input.path=moved");
  }

  @Test
  void aByteOfTheSameLengthIsSeenByItsTimeOrWhenAsked() throws IOException {
    Path a = directory.resolve("in/a.jsonl");
    FileTime time = Files.getLastModifiedTime(a);
    folder.write("in/a.jsonl", Files.readString(a).replace("word 3", "work 3"));
    Files.setLastModifiedTime(a, FileTime.fromMillis(time.toMillis() + 1000));
    assertRefused();
    Files.setLastModifiedTime(a, time);
    assertNothingToDo(); // nothing tells
    assertRefused("--check-input");

    JobFolder.Ended ended =
        folder.run("run", job, "--check-input", "--set", "output.overwrite=true");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("9 run");
    assertNothingToDo("--check-input");
  }

  @Test
  void anotherRowIsOtherInput() throws IOException {
    folder.write("in/c.jsonl", rows(9, 10));
    assertRefused();
    Files.delete(directory.resolve("in/c.jsonl"));
    assertNothingToDo();
    Files.delete(directory.resolve("in/b.jsonl"));
    assertRefused();
  }

  @Test
  void theManifestIsTheSameFromOtherFiles() throws IOException {
    folder.write("in/a.jsonl", rows(5, 9));
    folder.write("in/b.jsonl", rows(0, 5));
    JobFolder.Ended ended = folder.run("run", job, "--set", "output.path=again");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(directory.resolve("again/_manifest.json")).hasSameBinaryContentAs(manifest);
  }

  @Test
  void aTableWhoseFingerprintHoldsTheInputIsKnown() throws IOException {
    PreparedJob prepared = prepared();
    String old =
        Files.readString(manifest)
            .replace("\"format\" : 2", "\"format\" : 1")
            .replaceAll("\"input\" : \"[0-9a-f]+\",\\s*", "")
            .replaceAll("\"fingerprint\" : \"[0-9a-f]+\"", "\"fingerprint\" : \"@\"");
    assertThat(old).doesNotContain("input");
    String former = formerFingerprint(prepared);
    Files.writeString(manifest, old.replace("@", former));
    assertNothingToDo();
    Files.writeString(directory.resolve("in/b.jsonl"), String.join("\n", rows(6, 8)));
    assertRefused();
  }

  private PreparedJob prepared() throws IOException {
    try {
      return JobCheck.prepare(
          JobFileReader.reading(Path.of(job), List.of()),
          new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    } catch (ConfigurationException e) {
      throw new IOException(e);
    }
  }

  /** As version 1 of the manifest has it: over names, lengths and bytes of the input's files. */
  private String formerFingerprint(PreparedJob job) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    for (String name : List.of("a.jsonl", "b.jsonl")) {
      byte[] content = Files.readAllBytes(directory.resolve("in").resolve(name));
      digest.update((name + "\n" + content.length + "\n").getBytes(StandardCharsets.UTF_8));
      digest.update(content);
    }
    String contents = HexFormat.of().formatHex(digest.digest(), 0, 16);
    return Fingerprint.of(
        "table",
        job.modelHash(),
        job.work().hash(),
        "0",
        Fingerprint.arithmetic(job.file().engine()),
        contents,
        "id",
        job.file().input().idType(),
        job.file().input().badLines(),
        "",
        "2");
  }
}
