package dev.espalier.io.record;

import dev.espalier.io.parquet.DigestingOutputFile;
import dev.espalier.io.parquet.ZstdCompression;
import dev.espalier.io.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes a new file of records, a function of the records. Not thread-safe. */
public final class RecordWriter implements Closeable {
  private static final long BYTES_PER_GROUP = 8L << 20;
  private static final int ROWS_PER_GROUP = 50_000;

  private final DigestingOutputFile file;
  private final ParquetWriter<List<Object>> writer;

  private RecordWriter(DigestingOutputFile file, ParquetWriter<List<Object>> writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * @throws java.nio.file.FileAlreadyExistsException if there is a file already
   */
  public static RecordWriter create(Storage storage, String path, RecordSchema schema)
      throws IOException {
    DigestingOutputFile file = new DigestingOutputFile(storage, path);
    return new RecordWriter(file, new Builder(file, schema).build());
  }

  /**
   * @param values of the fields, in their order
   */
  public void write(Object... values) throws IOException {
    writer.write(List.of(values));
  }

  @Override
  public void close() throws IOException {
    file.holdTail();
    writer.close();
  }

  /** The SHA-256 of the file, in hexadecimal, once it is closed. */
  public String sha256Hex() {
    return file.sha256Hex();
  }

  private static final class Builder extends ParquetWriter.Builder<List<Object>, Builder> {
    private final RecordSchema schema;

    Builder(OutputFile file, RecordSchema schema) {
      super(file);
      this.schema = schema;
      withConf(new HadoopParquetConfiguration(new Configuration(false)));
      withCodecFactory(new ZstdCompression());
      withCompressionCodec(CompressionCodecName.ZSTD);
      withRowGroupSize(BYTES_PER_GROUP);
      withRowGroupRowCountLimit(ROWS_PER_GROUP);
      withPageWriteChecksumEnabled(true);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<List<Object>> getWriteSupport(ParquetConfiguration configuration) {
      return new Support(schema);
    }

    @Override
    @Deprecated // by Parquet, but abstract
    protected WriteSupport<List<Object>> getWriteSupport(Configuration configuration) {
      return new Support(schema);
    }
  }

  private static final class Support extends WriteSupport<List<Object>> {
    private final RecordSchema schema;
    private RecordConsumer out;

    Support(RecordSchema schema) {
      this.schema = schema;
    }

    @Override
    @Deprecated // by Parquet, but abstract
    public WriteContext init(Configuration configuration) {
      return new WriteContext(schema.message(), Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      return new WriteContext(schema.message(), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      out = consumer;
    }

    @Override
    public void write(List<Object> values) {
      out.startMessage();
      for (int i = 0; i < schema.fields().size(); i++) {
        RecordSchema.Field field = schema.fields().get(i);
        out.startField(field.name(), i);
        write(field.kind(), values.get(i));
        out.endField(field.name(), i);
      }
      out.endMessage();
    }

    private void write(RecordSchema.Kind kind, Object value) {
      switch (kind) {
        case TEXT -> out.addBinary(RecordSchema.utf8(value));
        case INTEGER, TIME -> out.addLong((Long) value);
        case FLAG -> out.addBoolean((Boolean) value);
        case BYTES -> out.addBinary(Binary.fromConstantByteArray((byte[]) value));
        case NUMBER -> out.addDouble((Double) value);
        case TEXTS -> list((List<?>) value, text -> out.addBinary(RecordSchema.utf8(text)));
        case NUMBERS -> list((List<?>) value, number -> out.addDouble((Double) number));
        case FLAGS -> list((List<?>) value, flag -> out.addBoolean((Boolean) flag));
      }
    }

    private void list(List<?> items, Consumer<Object> write) {
      out.startGroup();
      if (!items.isEmpty()) {
        out.startField("list", 0);
        for (Object item : items) {
          out.startGroup();
          out.startField("element", 0);
          write.accept(item);
          out.endField("element", 0);
          out.endGroup();
        }
        out.endField("list", 0);
      }
      out.endGroup();
    }
  }
}
