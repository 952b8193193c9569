package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** Opens Parquet files, telling those that are none from those that are cut short. */
final class ParquetFiles {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED_MAGIC = "PARE".getBytes(StandardCharsets.US_ASCII);

  private ParquetFiles() {}

  /**
   * Reads the footer.
   *
   * @param path for messages
   * @throws FileProblemException if the file is not whole Parquet
   */
  static ParquetFileReader open(String path, InputFile input) throws IOException {
    checkMagic(path, input);
    // Without Hadoop's default files: they take longer to parse than a footer to read.
    ParquetReadOptions options =
        ParquetReadOptions.builder(new HadoopParquetConfiguration(new Configuration(false)))
            .usePageChecksumVerification()
            .build();
    try {
      return ParquetFileReader.open(input, options);
    } catch (IOException | RuntimeException e) {
      throw new FileProblemException(
          path + ": the Parquet footer cannot be read: " + e.getMessage(),
          "Write the file again if it is damaged",
          e);
    }
  }

  private static void checkMagic(String path, InputFile input) throws IOException {
    long length = input.getLength();
    if (length == 0) {
      throw new FileProblemException(
          path + ": the file is empty, which no Parquet file is", "Write the file again");
    }
    byte[] head = new byte[MAGIC.length];
    byte[] tail = new byte[MAGIC.length];
    if (length >= 2L * MAGIC.length) {
      try (SeekableInputStream in = input.newStream()) {
        in.readFully(head);
        in.seek(length - tail.length);
        in.readFully(tail);
      }
    }
    if (Arrays.equals(head, ENCRYPTED_MAGIC) || Arrays.equals(tail, ENCRYPTED_MAGIC)) {
      throw new FileProblemException(
          path + ": the Parquet file is encrypted", "Write it without encryption");
    }
    if (!Arrays.equals(head, MAGIC)) {
      throw new FileProblemException(
          path + ": not a Parquet file; it does not begin with PAR1", "Check the file's format");
    }
    if (!Arrays.equals(tail, MAGIC)) {
      throw new FileProblemException(
          path
              + ": the Parquet file is cut short at "
              + length
              + " bytes; it does not end with PAR1",
          "Copy or write the file again");
    }
  }
}
