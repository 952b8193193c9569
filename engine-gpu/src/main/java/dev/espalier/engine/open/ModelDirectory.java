package dev.espalier.engine.open;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.scratch.PrivateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The directory of a model in Hugging Face form.
 *
 * @param name what it was asked for by
 */
public record ModelDirectory(String name, Path path) {
  private static final String BUILTIN = "builtin:";
  private static final List<String> BUILTIN_FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json");

  /** Extracted once a JVM, deleted when it exits. */
  private static final class Nano {
    private static final Path DIRECTORY = extract("nano");
  }

  /**
   * Finds a model.
   *
   * @param model {@code builtin:nano}, or a directory that holds config.json, tokenizer.json and
   *     safetensors files
   * @throws EngineException CHECKPOINT_INVALID naming all that is missing
   */
  public static ModelDirectory resolve(String model) {
    if (model.startsWith(BUILTIN)) {
      if (!model.equals(BUILTIN + "nano")) {
        throw new EngineException(
            ErrorCode.CHECKPOINT_INVALID,
            "There is no built-in model " + model + "; there is builtin:nano");
      }
      return new ModelDirectory(model, Nano.DIRECTORY);
    }
    Path path = Path.of(model);
    if (!Files.isDirectory(path)) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          "Model " + model + " is not a directory; name one in Hugging Face form, or builtin:nano");
    }
    List<String> missing = new ArrayList<>();
    for (String file : List.of("config.json", "tokenizer.json")) {
      if (!Files.isRegularFile(path.resolve(file))) {
        missing.add(file);
      }
    }
    if (!Files.isRegularFile(path.resolve("model.safetensors"))
        && !Files.isRegularFile(path.resolve("model.safetensors.index.json"))) {
      missing.add("model.safetensors or model.safetensors.index.json");
    }
    if (!missing.isEmpty()) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          "Model directory " + model + " lacks " + String.join(", ", missing));
    }
    return new ModelDirectory(model, path);
  }

  /**
   * SHA-256, in hexadecimal, of what {@code sha256sum *.jinja *.json *.safetensors} prints in this
   * directory for the files in order of their names: all that decides an output.
   *
   * @throws EngineException CHECKPOINT_INVALID if a file cannot be read
   */
  public String hash() {
    try (Stream<Path> files = Files.list(path)) {
      List<Path> deciding =
          files
              .filter(
                  file -> file.getFileName().toString().matches(".*\\.(jinja|json|safetensors)"))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      String sums =
          deciding.parallelStream()
              .map(file -> sha256(file) + "  " + file.getFileName() + "\n")
              .collect(Collectors.joining());
      return HexFormat.of().formatHex(sha256().digest(sums.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException | UncheckedIOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, "Model directory " + path + " cannot be read: " + e, e);
    }
  }

  private static String sha256(Path file) {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256())) {
      byte[] buffer = new byte[1 << 20];
      while (in.read(buffer) >= 0) {
        // the stream digests what is read
      }
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Path extract(String model) {
    try {
      Path directory = PrivateDirectory.create().path();
      for (String file : BUILTIN_FILES) {
        String resource = "/dev/espalier/engine/builtin/" + model + "/" + file;
        try (InputStream in = ModelDirectory.class.getResourceAsStream(resource)) {
          if (in == null) {
            throw new IOException(resource + " is missing from the program");
          }
          Files.copy(in, directory.resolve(file));
        }
      }
      return directory;
    } catch (IOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, "The built-in model cannot be extracted: " + e, e);
    }
  }
}
