package dev.espalier.io.record;

import dev.espalier.io.parquet.ZstdCompression;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
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
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes a new file of records. Not thread-safe. */
public final class RecordWriter implements Closeable {
  private static final long BYTES_PER_GROUP = 8L << 20;
  private static final int ROWS_PER_GROUP = 50_000;

  private final ParquetWriter<List<Object>> writer;

  private RecordWriter(ParquetWriter<List<Object>> writer) {
    this.writer = writer;
  }

  /**
   * @throws java.nio.file.FileAlreadyExistsException if there is a file already
   */
  public static RecordWriter create(Storage storage, String path, RecordSchema schema)
      throws IOException {
    return new RecordWriter(new Builder(new NewFile(storage, path), schema).build());
  }

  /**
   * @param values of the fields, in their order
   */
  public void write(Object... values) throws IOException {
    writer.write(List.of(values));
  }

  @Override
  public void close() throws IOException {
    writer.close();
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

  private record NewFile(Storage storage, String path) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) throws IOException {
      StorageOutput file = storage.create(path);
      return new Counted(new BufferedOutputStream(file, 1 << 16));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  private static final class Counted extends PositionOutputStream {
    private final OutputStream out;
    private long length;

    Counted(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return length;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
      length += count;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
