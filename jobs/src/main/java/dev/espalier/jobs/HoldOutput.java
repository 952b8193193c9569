package dev.espalier.jobs;

import dev.espalier.io.lock.LockBeat;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.row.Row;
import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;

/** Hands rows on, and gives signs of life for the lock of the output as long as they are read. */
final class HoldOutput extends DoFn<Row, Row> {
  private final WriteOptions place;
  private transient LockBeat beat;

  HoldOutput(WriteOptions place) {
    this.place = place;
  }

  @Setup
  public void begin() throws IOException {
    beat = place.keepLock();
  }

  @ProcessElement
  public void process(@Element Row row, OutputReceiver<Row> out) {
    out.output(row);
  }

  @Teardown
  public void end() {
    if (beat != null) {
      beat.close();
    }
  }
}
