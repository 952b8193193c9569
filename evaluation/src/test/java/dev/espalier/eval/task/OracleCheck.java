package dev.espalier.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.eval.Request;
import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds prompts, targets and hashes against those that {@code infra/oracle/prompts.py} wrote down
 * for the same specification.
 */
final class OracleCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final TaskLibrary library;
  private final DataMapping data;
  private final Path scratch;

  OracleCheck(Path specification, Path scratch, List<String> moreDirectories)
      throws IOException, TaskException {
    this.root = specification.toAbsolutePath().getParent();
    this.scratch = scratch;
    JsonNode spec = JSON.readTree(specification.toFile());
    List<String> directories = new ArrayList<>(moreDirectories);
    spec.path("directories")
        .forEach(each -> directories.add(root.resolve(each.asText()).toString()));
    this.library = TaskLibrary.open(directories);
    this.data = DataMapping.of(absolute(spec.path("data")), "specification");
  }

  private Map<String, Object> absolute(JsonNode data) {
    Map<String, Object> mapping = new LinkedHashMap<>();
    data.fields()
        .forEachRemaining(
            set -> {
              JsonNode files = set.getValue();
              Map<String, Object> splits = new LinkedHashMap<>();
              if (files.isTextual()) {
                splits.put("train", root.resolve(files.asText()).toString());
              }
              files
                  .fields()
                  .forEachRemaining(
                      split ->
                          splits.put(
                              split.getKey(), root.resolve(split.getValue().asText()).toString()));
              mapping.put(set.getKey(), splits);
            });
    return mapping;
  }

  /** What differs, one line each; empty if nothing does. */
  List<String> differences(JsonNode result) throws IOException {
    String name = result.path("task").asText();
    String label =
        name
            + " "
            + result.path("shots")
            + (result.has("chat") ? " chat" : "")
            + (result.has("multiturn") ? " multiturn=" + result.path("multiturn") : "");
    List<String> differences = new ArrayList<>();
    List<TaskDocument> documents;
    try {
      Task task = library.find(List.of(result.path("of").asText())).task(name).orElseThrow();
      documents = task.prepare(options(result), data).documents();
    } catch (TaskException e) {
      return result.has("error") ? List.of() : List.of(label + ": " + e.getMessage());
    }
    if (result.has("error")) {
      return List.of(label + ": the harness refuses it: " + result.path("error").asText());
    }
    JsonNode expected = result.path("documents");
    if (documents.size() != expected.size()) {
      return List.of(label + ": " + documents.size() + " documents, not " + expected.size());
    }
    for (int i = 0; i < documents.size(); i++) {
      compare(label + " " + i, documents.get(i), expected.get(i), differences);
    }
    return differences;
  }

  private PromptOptions options(JsonNode result) throws IOException {
    PromptOptions options = PromptOptions.DEFAULT;
    if (result.hasNonNull("shots")) {
      options = options.withShots(result.path("shots").asInt());
    }
    if (result.hasNonNull("seed")) {
      options = options.withFewshotSeed(result.path("seed").asLong());
    }
    if (result.hasNonNull("system")) {
      options = options.withSystemInstruction(result.path("system").asText());
    }
    if (result.hasNonNull("limit")) {
      options = options.withLimit(result.path("limit").asDouble());
    }
    if (result.hasNonNull("samples")) {
      List<Integer> samples = new ArrayList<>();
      result.path("samples").forEach(each -> samples.add(each.asInt()));
      options = options.withSamples(samples);
    }
    if (result.hasNonNull("chat")) {
      Path file = root.resolve(result.path("chat").asText());
      Path directory = Files.createDirectories(scratch.resolve(file.getFileName().toString()));
      Files.writeString(
          directory.resolve("tokenizer_config.json"),
          "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}");
      Files.writeString(directory.resolve("chat_template.jinja"), Files.readString(file));
      options =
          options
              .withChatTemplate(ChatTemplate.load(directory).orElseThrow(), Map.of())
              .withMultiturn(result.path("multiturn").asBoolean(true));
    }
    return options;
  }

  private static void compare(
      String label, TaskDocument document, JsonNode expected, List<String> differences) {
    same(label + " doc_id", expected.path("doc_id").asText(), "" + document.id(), differences);
    JsonNode arguments = expected.path("arguments");
    for (int i = 0; i < arguments.size(); i++) {
      if (i >= document.requests().size()) {
        differences.add(label + ": " + document.requests().size() + " requests");
        break;
      }
      Object actual = arguments(document.requests().get(i));
      same(
          label + " arguments " + i,
          PythonText.json(JSON.convertValue(arguments.get(i), Object.class), false),
          PythonText.json(actual, false),
          differences);
    }
    String target = PythonText.str(document.target());
    same(label + " target", expected.path("target").asText(), target, differences);
    same(
        label + " doc_hash " + PythonText.json(document.document(), false),
        expected.path("doc_hash").asText(),
        hash(PythonText.json(document.document(), 2, false)),
        differences);
    same(
        label + " prompt_hash",
        expected.path("prompt_hash").asText(),
        hash(document.requests().get(0).context()),
        differences);
    same(label + " target_hash", expected.path("target_hash").asText(), hash(target), differences);
  }

  private static List<Object> arguments(Request request) {
    if (request instanceof Request.Loglikelihood each) {
      return List.of(each.context(), each.continuation());
    } else if (request instanceof Request.GenerateUntil each) {
      return List.of(each.context(), each.arguments());
    }
    return List.of(request.context());
  }

  private static void same(String what, String expected, String actual, List<String> differences) {
    if (!expected.equals(actual)) {
      differences.add(what + "\n  expected " + expected + "\n  actual   " + actual);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Compares a whole file: SPEC.json OUT.json SCRATCH DIRECTORY… */
  public static void main(String[] arguments) throws Exception {
    OracleCheck check =
        new OracleCheck(
            Path.of(arguments[0]),
            Path.of(arguments[2]),
            Arrays.asList(arguments).subList(3, arguments.length));
    int documents = 0;
    int different = 0;
    JsonNode results = JSON.readTree(Path.of(arguments[1]).toFile()).path("results");
    for (JsonNode result : results) {
      List<String> differences = check.differences(result);
      documents += result.path("documents").size();
      different += differences.isEmpty() ? 0 : 1;
      differences.stream().limit(4).forEach(System.out::println);
    }
    System.out.println(
        results.size()
            + " tasks and settings, "
            + documents
            + " documents, "
            + different
            + " settings differ");
  }
}
