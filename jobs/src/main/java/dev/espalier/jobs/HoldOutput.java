package dev.espalier.jobs;

import dev.espalier.io.lock.LockBeat;
import dev.espalier.io.table.WriteOptions;
import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * Hands on what reading an input gives, and gives signs of life for the lock of the output as long
 * as it is read.
 */
final class HoldOutput<T> extends DoFn<T, T> {
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
  public void process(@Element T element, OutputReceiver<T> out) {
    out.output(element);
  }

  @Teardown
  public void end() {
    if (beat != null) {
      beat.close();
    }
  }
}
