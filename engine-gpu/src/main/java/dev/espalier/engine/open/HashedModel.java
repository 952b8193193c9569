package dev.espalier.engine.open;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * A model whose files are known by their content.
 *
 * @param files those that decide an output, in order of their names
 * @param hash SHA-256, in hexadecimal, of a line for each: its hash (see {@link FileHashes}), two
 *     spaces, its name; for files of at most 64 MiB what {@code sha256sum *.jinja *.json
 *     *.safetensors} prints
 */
public record HashedModel(ModelDirectory directory, List<HashedFile> files, String hash) {
  public HashedModel {
    files = List.copyOf(files);
  }

  static HashedModel of(ModelDirectory directory, List<HashedFile> files) {
    StringBuilder sums = new StringBuilder();
    for (HashedFile file : files) {
      sums.append(file.hash()).append("  ").append(file.file().getFileName()).append('\n');
    }
    byte[] digest = FileHashes.digest().digest(sums.toString().getBytes(StandardCharsets.UTF_8));
    return new HashedModel(directory, files, HexFormat.of().formatHex(digest));
  }

  /**
   * Makes sure, without reading them, that the files are those that were hashed.
   *
   * @throws EngineException CHECKPOINT_INVALID if one was changed since
   */
  void requireUnchanged() {
    try {
      for (HashedFile file : files) {
        file.requireUnchanged();
      }
    } catch (IOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          "Model directory "
              + directory.path()
              + " changed while it was loaded ("
              + e.getMessage()
              + "); run the job again when nobody writes there",
          e);
    }
  }
}
