package dev.espalier.engine.open;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file and its hash.
 *
 * @param state of the file when it had this content
 * @param hash hexadecimal, see {@link FileHashes}
 */
record HashedFile(Path file, FileState state, String hash) {
  /**
   * @throws IOException if the file is another by now
   */
  void requireUnchanged() throws IOException {
    if (!FileState.of(file).equals(state)) {
      throw new IOException(file + " was changed while it was read");
    }
  }
}
