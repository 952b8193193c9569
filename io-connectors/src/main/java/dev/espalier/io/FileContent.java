package dev.espalier.io;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Tells by its first bytes what a file holds that is no UTF-8 text.
 *
 * @param name as a message says it: "gzip data"
 * @param remedy how to make it readable
 */
public record FileContent(String name, String remedy) {
  /** How many bytes {@link #of} looks at. */
  public static final int HEAD_BYTES = 16;

  private record Magic(String hex, FileContent content) {
    boolean begins(byte[] head) {
      byte[] magic = HexFormat.of().parseHex(hex);
      return head.length >= magic.length
          && Arrays.equals(magic, 0, magic.length, head, 0, magic.length);
    }
  }

  private static final List<Magic> MAGICS =
      List.of(
          new Magic("1f8b", new FileContent("gzip data", "Name it .gz")),
          new Magic("28b52ffd", new FileContent("Zstandard data", "Name it .zst")),
          new Magic("50415231", new FileContent("Parquet", "Name it .parquet")),
          new Magic("fd377a585a00", compressed("xz data")),
          new Magic("425a68", compressed("bzip2 data")),
          new Magic("04224d18", compressed("LZ4 data")),
          new Magic("504b0304", new FileContent("a zip archive", "Unpack it")),
          new Magic("4152524f5731", other("an Arrow file")),
          new Magic("4f626a01", other("an Avro file")),
          new Magic("0000feff", encoded("UTF-32")),
          new Magic("fffe0000", encoded("UTF-32")),
          new Magic("feff", encoded("UTF-16")),
          new Magic("fffe", encoded("UTF-16")));

  private static final int MIN_BINARY = 5; // where a text may begin with the same letters

  /** What begins with {@code head}, empty if it may be UTF-8 text. */
  public static Optional<FileContent> of(byte[] head) {
    for (Magic magic : MAGICS) {
      if (magic.begins(head) && !isAsciiText(head)) {
        return Optional.of(magic.content);
      }
    }
    return head.length < Integer.BYTES ? Optional.empty() : wideText(head);
  }

  private static boolean isAsciiText(byte[] head) {
    for (byte b : head) {
      if (b < ' ' && b != '\t' && b != '\n' && b != '\r') {
        return false; // a negative byte is not ASCII either
      }
    }
    return head.length >= MIN_BINARY;
  }

  /** Text of ASCII characters in two or four bytes each, without a mark before it. */
  private static Optional<FileContent> wideText(byte[] head) {
    int zeros = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      zeros = zeros << 1 | (head[i] == 0 ? 1 : 0);
    }
    return switch (zeros) {
      case 0b0111, 0b1110 -> Optional.of(encoded("UTF-32"));
      case 0b0101, 0b1010 -> Optional.of(encoded("UTF-16"));
      default -> Optional.empty();
    };
  }

  private static FileContent compressed(String name) {
    return new FileContent(name, "Decompress it, or compress it with gzip or zstd");
  }

  private static FileContent encoded(String encoding) {
    return new FileContent(
        encoding + " text", "Write it as UTF-8: iconv -f " + encoding + " -t UTF-8");
  }

  private static FileContent other(String name) {
    return new FileContent(name, "Write it as JSON Lines, CSV or Parquet");
  }
}
