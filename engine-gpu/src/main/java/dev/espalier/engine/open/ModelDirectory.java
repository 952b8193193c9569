package dev.espalier.engine.open;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FileReason;
import dev.espalier.engine.scratch.PrivateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private static final class HashedNano {
    private static final HashedModel MODEL = resolve("builtin:nano").hashAll(FileHashes.unkept());
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
   * Hashes the files that decide an output, several at once.
   *
   * @param hashes of files that were read before
   * @throws EngineException CHECKPOINT_INVALID if a file cannot be read
   */
  public HashedModel hashed(FileHashes hashes) {
    // The files of the built-in model lie elsewhere in every process: no entry would serve twice.
    return name.startsWith(BUILTIN) ? HashedNano.MODEL : hashAll(hashes);
  }

  private HashedModel hashAll(FileHashes hashes) {
    try (Stream<Path> files = Files.list(path)) {
      List<Path> deciding =
          files
              .filter(
                  file -> file.getFileName().toString().matches(".*\\.(jinja|json|safetensors)"))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      return HashedModel.of(
          this, deciding.parallelStream().map(file -> hashed(file, hashes)).toList());
    } catch (IOException | UncheckedIOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, "Model directory " + path + " cannot be read: " + e, e);
    }
  }

  private static HashedFile hashed(Path file, FileHashes hashes) {
    try {
      return hashes.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
          ErrorCode.CHECKPOINT_INVALID,
          "The built-in model cannot be extracted: " + FileReason.of(e),
          e);
    }
  }
}
