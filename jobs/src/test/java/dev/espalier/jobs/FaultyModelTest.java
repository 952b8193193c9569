package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong with a model is said before work together with all else, or is the fault of the
 * rows that meet it alone.
 */
class FaultyModelTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private JobFolder folder;
  private Path model;

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write(
        "job.yaml",
        """
        model: model
        program: p.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: out}
        """);
    folder.write(
        "rows.jsonl",
        List.of("{\"id\": \"a\", \"body\": \"yes no\"}", "{\"id\": \"b\", \"body\": \"maybe\"}"));
    model = Files.createDirectory(directory.resolve("model"));
    try (Stream<Path> files = Files.list(ModelDirectory.resolve("builtin:nano").path())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, model.resolve(file.getFileName().toString()));
      }
    }
  }

  private JobFolder.Ended run() {
    return folder.run("run", directory.resolve("job.yaml").toString());
  }

  private ObjectNode json(String name) throws IOException {
    return (ObjectNode) JSON.readTree(model.resolve(name).toFile());
  }

  @Test
  void aModelThatCannotBeOpenedHidesNothingOfTheProgram() throws IOException {
    folder.write(
        "p.yaml",
        """
        steps:
          - {text: "{{ row.bdy }}"}
          - {gen: a, regex: "("}
          - {gen: b, stopRegex: "[z-a]"}
          - gen: c
            jsonSchema: {type: strin}
        """);
    for (String file : List.of("model.safetensors", "tokenizer.json", "config.json")) {
      Files.delete(model.resolve(file));
      JobFolder.Ended ended = run();
      assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.BAD_CONFIGURATION);
      assertThat(ended.err())
          .contains("job.yaml:1:", "p.yaml:3:", "p.yaml:4:", "p.yaml:6:", "p.yaml:2:")
          .contains(file)
          .doesNotContain("Exception");
    }
  }

  @Test
  void anEmptyChatTemplateIsSaidBeforeWork() throws IOException {
    ObjectNode config = json("tokenizer_config.json").put("chat_template", "");
    JSON.writeValue(model.resolve("tokenizer_config.json").toFile(), config);
    folder.write("p.yaml", "steps:\n  - {user: \"{{ row.body }}\"}\n  - {gen: a}\n");
    JobFolder.Ended ended = run();
    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("p.yaml:2:6: `user` writes a turn, and the model's chat");
    assertThat(directory.resolve("out")).doesNotExist();
    folder.write("p.yaml", "steps:\n  - {text: \"{{ row.body }}\"}\n  - {gen: a}\n");
    assertThat(run().code()).as("text needs no template").isZero();
  }

  /** A tokenizer of whole words, which has none for those that it does not know. */
  @Test
  void aTextWithoutTokensIsAnErrorOfItsRow() throws IOException {
    ObjectNode tokenizer = json("tokenizer.json");
    tokenizer.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    tokenizer.putNull("post_processor");
    ObjectNode words = tokenizer.putObject("model").put("type", "WordLevel").put("unk_token", "?");
    ObjectNode vocabulary = words.putObject("vocab");
    for (ArrayNode added = (ArrayNode) tokenizer.get("added_tokens"); added.size() > 0; ) {
      vocabulary.put(added.get(0).get("content").asText(), added.remove(0).get("id").asInt());
    }
    tokenizer.set("added_tokens", json("tokenizer.json").get("added_tokens"));
    for (String word : List.of("yes", "no", "is", "it")) {
      vocabulary.put(word, vocabulary.size());
    }
    JSON.writeValue(model.resolve("tokenizer.json").toFile(), tokenizer);
    folder.write(
        "p.yaml",
        """
        steps:
          - {text: "is it {{ row.body }}"}
          - {select: a, choices: ["yes", "no"]}
        """);
    JobFolder.Ended ended = run();
    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.FAILED);
    Map<String, String> outcomes = new TreeMap<>();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out").toString()).withIdField("id"),
        row ->
            outcomes.put(
                row.id(),
                row.fields().get("error") instanceof Map<?, ?> error
                    ? error.get("code") + ": " + error.get("message")
                    : row.fields().get("a").toString()));
    assertThat(outcomes.get("a")).isIn("yes", "no");
    assertThat(outcomes.get("b"))
        .startsWith("INVALID_PARAMETERS: the model's tokenizer has no tokens for the text");
  }
}
