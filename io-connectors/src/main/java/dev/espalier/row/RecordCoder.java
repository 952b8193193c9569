package dev.espalier.row;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * The coder of a type, made of the two methods that write and read it. Equal values have equal
 * bytes, and every value knows where it ends. A type has one such coder: two of one type are equal.
 */
public final class RecordCoder<T> extends CustomCoder<T> {
  private final Class<T> type;
  private final Writer<T> writer;
  private final Reader<T> reader;

  /** Writes a value. */
  @FunctionalInterface
  public interface Writer<T> extends Serializable {
    void write(T value, OutputStream out) throws IOException;
  }

  /** Reads what the writer wrote. */
  @FunctionalInterface
  public interface Reader<T> extends Serializable {
    /**
     * @throws IOException if the bytes end too early or are none that the writer writes
     */
    T read(InputStream in) throws IOException;
  }

  private RecordCoder(Class<T> type, Writer<T> writer, Reader<T> reader) {
    this.type = type;
    this.writer = writer;
    this.reader = reader;
  }

  public static <T> RecordCoder<T> of(Class<T> type, Writer<T> writer, Reader<T> reader) {
    return new RecordCoder<>(type, writer, reader);
  }

  @Override
  public void encode(T value, OutputStream out) throws IOException {
    writer.write(value, out);
  }

  @Override
  public T decode(InputStream in) throws IOException {
    return reader.read(in);
  }

  /** The bytes of one value. */
  public byte[] toBytes(T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    encode(value, bytes);
    return bytes.toByteArray();
  }

  public T ofBytes(byte[] bytes) throws IOException {
    return decode(new ByteArrayInputStream(bytes));
  }

  @Override
  public TypeDescriptor<T> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(type);
  }

  @Override
  public void verifyDeterministic() {
    // Equal values have equal bytes.
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordCoder<?> coder && coder.type.equals(type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  @Override
  public String toString() {
    return "RecordCoder(" + type.getSimpleName() + ")";
  }
}
