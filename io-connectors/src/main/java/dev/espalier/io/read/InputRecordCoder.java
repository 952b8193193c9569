package dev.espalier.io.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.CoderProvider;
import org.apache.beam.sdk.coders.CoderProviders;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.values.TypeDescriptor;

/** Encodes an {@link InputRecord} between the steps of a pipeline; not a format to keep. */
public final class InputRecordCoder extends CustomCoder<InputRecord> {
  private static final InputRecordCoder INSTANCE = new InputRecordCoder();
  private static final StringUtf8Coder STRINGS = StringUtf8Coder.of();

  private InputRecordCoder() {}

  public static InputRecordCoder of() {
    return INSTANCE;
  }

  /** Called by Beam, which finds this class on the record. */
  public static CoderProvider getCoderProvider() {
    return CoderProviders.forCoder(TypeDescriptor.of(InputRecord.class), INSTANCE);
  }

  @Override
  public void encode(InputRecord row, OutputStream out) throws IOException {
    STRINGS.encode(row.id(), out);
    FieldValueCoder.INSTANCE.encodeMap(row.fields(), out);
    STRINGS.encode(row.source(), out);
    out.write(row.error().isPresent() ? 1 : 0);
    if (row.error().isPresent()) {
      STRINGS.encode(row.error().get().code(), out);
      STRINGS.encode(row.error().get().message(), out);
    }
  }

  @Override
  public InputRecord decode(InputStream in) throws IOException {
    String id = STRINGS.decode(in);
    Map<String, Object> fields = FieldValueCoder.INSTANCE.decodeMap(in);
    String source = STRINGS.decode(in);
    Optional<InputError> error =
        in.read() == 0
            ? Optional.empty()
            : Optional.of(new InputError(STRINGS.decode(in), STRINGS.decode(in)));
    return new InputRecord(id, fields, source, error);
  }

  @Override
  public void verifyDeterministic() {
    // Each part is.
  }
}
