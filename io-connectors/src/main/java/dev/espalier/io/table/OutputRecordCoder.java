package dev.espalier.io.table;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.CoderProvider;
import org.apache.beam.sdk.coders.CoderProviders;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Encodes an {@link OutputRecord} between the steps of a pipeline; not a format to keep. The length
 * and the UTF-8 bytes of the id come first.
 */
public final class OutputRecordCoder extends CustomCoder<OutputRecord> {
  private static final OutputRecordCoder INSTANCE = new OutputRecordCoder();
  private static final StringUtf8Coder STRINGS = StringUtf8Coder.of();

  private OutputRecordCoder() {}

  public static OutputRecordCoder of() {
    return INSTANCE;
  }

  /** Called by Beam, which finds this class on the record. */
  public static CoderProvider getCoderProvider() {
    return CoderProviders.forCoder(TypeDescriptor.of(OutputRecord.class), INSTANCE);
  }

  byte[] toBytes(OutputRecord row) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    encode(row, bytes);
    return bytes.toByteArray();
  }

  OutputRecord ofBytes(byte[] bytes) throws IOException {
    return decode(new ByteArrayInputStream(bytes));
  }

  /** The UTF-8 bytes of the id of an encoded record. */
  static byte[] idOf(byte[] record) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(record);
    return in.readNBytes(VarInt.decodeInt(in));
  }

  @Override
  public void encode(OutputRecord row, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    STRINGS.encode(row.id(), data);
    VarInt.encode(row.values().size(), data);
    for (OutputValue value : row.values()) {
      encodeValue(value, data);
    }
    data.writeBoolean(row.error().isPresent());
    if (row.error().isPresent()) {
      STRINGS.encode(row.error().get().code(), data);
      STRINGS.encode(row.error().get().message(), data);
      STRINGS.encode(row.error().get().step(), data);
    }
    VarInt.encode(row.trace().size(), data);
    for (TraceEntry entry : row.trace()) {
      encodeEntry(entry, data);
    }
    data.flush();
  }

  @Override
  public OutputRecord decode(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    String id = STRINGS.decode(data);
    List<OutputValue> values = new ArrayList<>();
    for (int left = VarInt.decodeInt(data); left > 0; left--) {
      values.add(decodeValue(data));
    }
    Optional<OutputError> error =
        data.readBoolean()
            ? Optional.of(
                new OutputError(STRINGS.decode(data), STRINGS.decode(data), STRINGS.decode(data)))
            : Optional.empty();
    List<TraceEntry> trace = new ArrayList<>();
    for (int left = VarInt.decodeInt(data); left > 0; left--) {
      trace.add(decodeEntry(data));
    }
    return new OutputRecord(id, values, error, trace);
  }

  private static void encodeValue(OutputValue value, DataOutputStream out) throws IOException {
    STRINGS.encode(value.name(), out);
    out.writeByte(value.type().tag());
    out.writeBoolean(value.value() != null);
    if (value.value() == null) {
      return;
    }
    switch (value.type()) {
      case BOOLEAN -> out.writeBoolean((Boolean) value.value());
      case INTEGER -> VarInt.encode((Long) value.value(), out);
      case NUMBER -> out.writeDouble((Double) value.value());
      case STRING -> STRINGS.encode((String) value.value(), out);
      case UNKNOWN -> throw new IllegalStateException("a value of no type");
    }
  }

  private static OutputValue decodeValue(DataInputStream in) throws IOException {
    String name = STRINGS.decode(in);
    ColumnType type = ColumnType.ofTag(in.readByte());
    if (!in.readBoolean()) {
      return new OutputValue(name, type, null);
    }
    Object value =
        switch (type) {
          case BOOLEAN -> in.readBoolean();
          case INTEGER -> VarInt.decodeLong(in);
          case NUMBER -> in.readDouble();
          case STRING -> STRINGS.decode(in);
          case UNKNOWN -> throw new IllegalStateException("a value of no type");
        };
    return new OutputValue(name, type, value);
  }

  private static void encodeEntry(TraceEntry entry, DataOutputStream out) throws IOException {
    STRINGS.encode(entry.step(), out);
    STRINGS.encode(entry.kind(), out);
    VarInt.encode(entry.promptTokens(), out);
    VarInt.encode(entry.cachedTokens(), out);
    VarInt.encode(entry.outputTokens(), out);
    STRINGS.encode(entry.finishReason(), out);
    out.writeDouble(entry.logprob());
    STRINGS.encode(entry.text(), out);
  }

  private static TraceEntry decodeEntry(DataInputStream in) throws IOException {
    return new TraceEntry(
        STRINGS.decode(in),
        STRINGS.decode(in),
        VarInt.decodeInt(in),
        VarInt.decodeInt(in),
        VarInt.decodeInt(in),
        STRINGS.decode(in),
        in.readDouble(),
        STRINGS.decode(in));
  }

  @Override
  public void verifyDeterministic() {
    // Every part has one encoding.
  }
}
