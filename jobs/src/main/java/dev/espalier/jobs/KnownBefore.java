package dev.espalier.jobs;

import dev.espalier.pipeline.FinishedRow;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * What a job knows before it runs, beside its journal.
 *
 * @param rows that ended before
 * @param steps results of steps, and where they are kept
 * @param snapshot that the table is going to be
 */
record KnownBefore(
    Optional<PTransform<PBegin, PCollection<FinishedRow>>> rows,
    Optional<StepsOfRows> steps,
    Optional<NextSnapshot> snapshot) {
  static final KnownBefore NOTHING =
      new KnownBefore(Optional.empty(), Optional.empty(), Optional.empty());

  static KnownBefore ofRows(PTransform<PBegin, PCollection<FinishedRow>> rows) {
    return new KnownBefore(Optional.of(rows), Optional.empty(), Optional.empty());
  }

  KnownBefore keeping(StepsOfRows value) {
    return new KnownBefore(rows, Optional.of(value), snapshot);
  }
}
