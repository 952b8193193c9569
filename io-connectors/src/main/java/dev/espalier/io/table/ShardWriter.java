package dev.espalier.io.table;

import dev.espalier.io.parquet.DigestingOutputFile;
import dev.espalier.io.parquet.ZstdCompression;
import dev.espalier.io.read.RowSum;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.EncodedRow;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RowCoders;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;

/**
 * Collects the rows of a shard in any order and writes them, sorted by id, to a temporary file. The
 * bytes depend on the rows and the schema alone: every setting that shapes them is fixed here, and
 * so are the versions of parquet-java and zstd in the build. Not thread-safe.
 */
final class ShardWriter implements Closeable {
  // Part of the format: other numbers give other bytes.
  private static final int ROWS_PER_GROUP = 100_000;
  private static final long BYTES_PER_GROUP = 64L << 20;
  private static final int BYTES_PER_PAGE = 1 << 20;
  private static final int ROWS_PER_PAGE = 20_000;
  private static final int BYTES_PER_DICTIONARY = 1 << 20;

  private final WriteOptions options;
  private final int shard;
  private final int shards;
  private final TableSchema schema;
  private final ExternalSorter<String, EncodedRow> sorter;
  private RowSum content = RowSum.NONE;

  /**
   * @param shards how many there are
   */
  ShardWriter(WriteOptions options, int shard, int shards, TableSchema schema) {
    this.options = options;
    this.shard = shard;
    this.shards = shards;
    this.schema = schema;
    this.sorter =
        new ExternalSorter<>(
            RowOrder.of(schema.id()), RowCoders.TEXT, EncodedRow.CODER, options.sortMemoryBytes());
  }

  void add(EncodedRow row) throws IOException {
    sorter.add(row.id(), row);
    content = content.plus(RowSum.ofBytes(row.bytes()));
  }

  /** A hash of the rows and of all else that decides their bytes. */
  private String content() {
    RowSum way =
        RowSum.ofBytes(
            (Manifest.FORMAT + " " + ParquetSchema.of(schema)).getBytes(StandardCharsets.UTF_8));
    return content.plus(way).hash();
  }

  private Storage storage() throws IOException {
    return options.storage().open(options.path());
  }

  private String name() {
    return TableLayout.shardName(shard, shards, 0);
  }

  /**
   * The shard of the table before, if that holds the same: all that is left to do is to name it.
   *
   * @param former parts of the table before, in {@link WriteOptions#former()}
   */
  Optional<ShardFile> takeOver(PartList former) throws IOException {
    String name = name();
    Optional<PartList.Part> same = former.find(name, content());
    if (same.isEmpty()) {
      return Optional.empty();
    }
    Storage storage = storage();
    TableLayout before = new TableLayout(options.former().orElseThrow());
    Optional<StoredFile> part = storage.find(before.file(name));
    if (part.isEmpty()
        || part.get().length() != same.get().bytes()
        || !isWhole(storage, before.kept(name), same.get().keptSha256())) {
      return Optional.empty();
    }
    return Optional.of(
        new ShardFile(
            shard,
            before.file(name),
            before.kept(name),
            same.get().keptSha256(),
            true,
            same.get().rows(),
            same.get().bytes(),
            same.get().sha256(),
            same.get().content(),
            same.get().errors(),
            same.get().firstErrors()));
  }

  /** What is damaged there would cost time in every refresh to come. */
  private static boolean isWhole(Storage storage, String kept, String sha256) throws IOException {
    return storage.find(kept).isPresent() && TableVerifier.sha256(storage, kept).equals(sha256);
  }

  /**
   * Writes all rows, to new files of names of their own, so that attempts at a shard never meet.
   *
   * @param comparison gets the rows, if they are compared with those of the table before
   * @throws IllegalStateException if two rows have the same id
   */
  ShardFile write(Optional<ShardComparison> comparison) throws IOException {
    Storage storage = storage();
    TableLayout layout = new TableLayout(options.path());
    String path =
        Storage.child(
            layout.temporary(options.writer()), name() + "." + UUID.randomUUID() + ".tmp");
    String keptPath = path + ".rows";
    DigestingOutputFile file = new DigestingOutputFile(storage, path);
    SortedMap<String, Long> errors = new TreeMap<>();
    SortedMap<String, Manifest.FirstError> firstErrors = new TreeMap<>();
    long rows = 0;
    KeptRows.Writer written = new KeptRows.Writer(storage, keptPath);
    try (KeptRows.Writer kept = written;
        ParquetWriter<AnsweredRow> writer = new Builder(file, schema).build()) {
      Iterator<Map.Entry<String, EncodedRow>> sorted = sorter.sorted();
      String last = null;
      while (sorted.hasNext()) {
        EncodedRow encoded = sorted.next().getValue();
        AnsweredRow row = encoded.row();
        String text = KeptRows.contentOf(encoded);
        if (row.row().id().equals(last)) {
          throw new IllegalStateException("two rows have the id " + last);
        }
        last = row.row().id();
        writer.write(row);
        kept.add(encoded, row.outcome(), text);
        comparison.ifPresent(compared -> compared.row(row.row().id(), text));
        rows++;
        row.outcome()
            .error()
            .ifPresent(
                error -> {
                  errors.merge(error.code(), 1L, Long::sum);
                  firstErrors.computeIfAbsent(
                      error.code(),
                      code ->
                          new Manifest.FirstError(row.row().id(), error.step(), error.message()));
                });
      }
      file.holdTail();
    }
    return new ShardFile(
        shard,
        path,
        keptPath,
        written.sha256Hex(),
        false,
        rows,
        file.length(),
        file.sha256Hex(),
        content(),
        errors,
        firstErrors);
  }

  @Override
  public void close() throws IOException {
    sorter.close();
  }

  private static final class Builder extends ParquetWriter.Builder<AnsweredRow, Builder> {
    private final TableSchema schema;

    Builder(OutputFile file, TableSchema schema) {
      super(file);
      this.schema = schema;
      // An empty configuration: site files must not reach into the bytes.
      withConf(new HadoopParquetConfiguration(new Configuration(false)));
      withCodecFactory(new ZstdCompression());
      withCompressionCodec(CompressionCodecName.ZSTD);
      withWriterVersion(WriterVersion.PARQUET_1_0);
      withRowGroupRowCountLimit(ROWS_PER_GROUP);
      withRowGroupSize(BYTES_PER_GROUP);
      withPageSize(BYTES_PER_PAGE);
      withPageRowCountLimit(ROWS_PER_PAGE);
      withDictionaryPageSize(BYTES_PER_DICTIONARY);
      withDictionaryEncoding(true);
      withPageWriteChecksumEnabled(true);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<AnsweredRow> getWriteSupport(ParquetConfiguration configuration) {
      return new RowWriteSupport(schema);
    }

    @Override
    @Deprecated // by Parquet, but abstract
    protected WriteSupport<AnsweredRow> getWriteSupport(Configuration configuration) {
      return new RowWriteSupport(schema);
    }
  }
}
