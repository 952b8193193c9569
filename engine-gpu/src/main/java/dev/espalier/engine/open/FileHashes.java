package dev.espalier.engine.open;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes of files, kept in a directory from one process to the next: a file whose path, length and
 * times are those of its entry is not read again. Any number of processes may use a directory at
 * once: an entry is put there whole by a rename, and one that is damaged counts as none. Where the
 * directory cannot be written files are read each time. Thread-safe.
 *
 * <p>The hash of a file of at most 64 MiB is its SHA-256. A longer one is read by all cores at
 * once: its hash is the SHA-256 of the SHA-256 sums (32 bytes each) of its pieces of 64 MiB, in
 * their order.
 */
public final class FileHashes {
  private static final Logger LOG = LoggerFactory.getLogger(FileHashes.class);
  private static final String FORMAT = "espalier file hash 2";

  /**
   * A file that was written this short a time ago may be written again without a change of its
   * times, which some file systems tell in steps of two seconds: its hash is not kept.
   */
  private static final long SETTLED_MILLIS = 3_000;

  private static final long PIECE_BYTES = 64L << 20;

  private final Path directory; // null: nothing is kept
  private final long settledMillis;

  /**
   * @param settledMillis how long ago a file must have been written for its hash to be kept
   */
  FileHashes(Path directory, long settledMillis) {
    this.directory = directory;
    this.settledMillis = settledMillis;
  }

  /** Reads every file each time it is asked for. */
  public static FileHashes unkept() {
    return new FileHashes(null, 0);
  }

  /** Keeps what it reads in {@code directory}, which is made when there is something to keep. */
  public static FileHashes keptIn(Path directory) {
    return new FileHashes(directory, SETTLED_MILLIS);
  }

  /**
   * A file and its hash.
   *
   * @throws IOException if it cannot be read, or changes meanwhile
   */
  HashedFile of(Path file) throws IOException {
    FileState state = FileState.of(file);
    Optional<String> kept = directory == null ? Optional.empty() : read(file, state);
    if (kept.isPresent()) {
      return new HashedFile(file, state, kept.get());
    }
    HashedFile hashed = new HashedFile(file, state, hash(file, state.bytes(), PIECE_BYTES));
    hashed.requireUnchanged();
    boolean settled = System.currentTimeMillis() - state.latestMillis() >= settledMillis;
    if (directory != null && settled) {
      keep(hashed);
    }
    return hashed;
  }

  private Optional<String> read(Path file, FileState state) {
    try {
      List<String> lines = Files.readAllLines(entry(file), StandardCharsets.UTF_8);
      if (lines.size() != 3 || !lines.get(0).equals(header(file, state))) {
        return Optional.empty();
      }
      String hash = lines.get(1);
      return lines.get(2).equals(seal(lines.get(0), hash)) ? Optional.of(hash) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // there is none, or nothing that could be read
    }
  }

  private void keep(HashedFile hashed) {
    String header = header(hashed.file(), hashed.state());
    String text = header + "\n" + hashed.hash() + "\n" + seal(header, hashed.hash()) + "\n";
    Path entry = entry(hashed.file());
    Path aside = entry.resolveSibling(entry.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(directory);
      try {
        Files.writeString(aside, text);
        Files.move(aside, entry, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      LOG.debug("{}: the hash of {} was not kept", directory, hashed.file(), e);
    }
  }

  Path entry(Path file) {
    byte[] name = file.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
    return directory.resolve(HexFormat.of().formatHex(digest().digest(name), 0, 16));
  }

  private static String header(Path file, FileState state) {
    String path = file.toAbsolutePath().normalize().toString().replace("\n", "\\n");
    return FORMAT + " " + state + " " + path;
  }

  /** Tells an entry that was cut off or changed from a whole one. */
  static String seal(String header, String hash) {
    byte[] text = (header + "\n" + hash).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(digest().digest(text), 0, 8);
  }

  /**
   * @param bytes of the file
   * @param pieceBytes of a piece
   * @return hexadecimal
   */
  static String hash(Path file, long bytes, long pieceBytes) throws IOException {
    int pieces = Math.toIntExact(Math.max(1, (bytes + pieceBytes - 1) / pieceBytes));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      List<byte[]> sums =
          IntStream.range(0, pieces)
              .parallel()
              .mapToObj(i -> sum(channel, i * pieceBytes, Math.min(bytes, (i + 1) * pieceBytes)))
              .toList();
      MessageDigest whole = digest();
      sums.forEach(whole::update);
      return HexFormat.of().formatHex(pieces == 1 ? sums.get(0) : whole.digest());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The SHA-256 of the bytes from one position of a file to another. */
  private static byte[] sum(FileChannel channel, long from, long to) {
    MessageDigest digest = digest();
    byte[] buffer = new byte[(int) Math.min(1 << 18, Math.max(1, to - from))];
    try {
      for (long at = from; at < to; ) {
        int wanted = (int) Math.min(buffer.length, to - at);
        int read = channel.read(ByteBuffer.wrap(buffer, 0, wanted), at);
        if (read < 0) {
          throw new IOException("the file became shorter while it was read");
        }
        digest.update(buffer, 0, read);
        at += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digest.digest();
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
