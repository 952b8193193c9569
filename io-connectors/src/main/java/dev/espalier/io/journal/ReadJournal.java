package dev.espalier.io.journal;

import java.io.IOException;
import java.util.Arrays;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a journal: each key once, with its least payload by unsigned bytes if attempts wrote
 * different ones. Nothing comes out where there is no journal.
 *
 * <p>The journal is listed when the pipeline runs, and again when a runner repeats this step: the
 * second time may find more, since the job itself goes on writing. So a record should decide
 * whether a row is computed, never where it goes.
 */
public final class ReadJournal extends PTransform<PBegin, PCollection<KV<String, byte[]>>> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadJournal.class);

  private final Journal journal;

  private ReadJournal(Journal journal) {
    this.journal = journal;
  }

  public static ReadJournal of(Journal journal) {
    return new ReadJournal(journal);
  }

  @Override
  public PCollection<KV<String, byte[]>> expand(PBegin begin) {
    return begin
        .apply("Name the journal", Create.of(journal.directory()))
        .apply("Find segments", ParDo.of(new FindSegments(journal)))
        .apply("Spread segments", Reshuffle.viaRandomKey())
        .apply("Read segments", ParDo.of(new ReadSegment(journal)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), ByteArrayCoder.of()))
        .apply("Keep one of each key", Combine.perKey(new LeastPayload()));
  }

  private static final class FindSegments extends DoFn<String, String> {
    private final Journal journal;

    FindSegments(Journal journal) {
      this.journal = journal;
    }

    @ProcessElement
    public void process(OutputReceiver<String> segments) throws IOException {
      journal.segments().forEach(segments::output);
    }
  }

  private static final class ReadSegment extends DoFn<String, KV<String, byte[]>> {
    private final Journal journal;
    private final Counter records = Metrics.counter(ReadJournal.class, "records");
    private final Counter tornBytes = Metrics.counter(ReadJournal.class, "tornBytes");
    private final Counter damaged = Metrics.counter(ReadJournal.class, "damagedSegments");
    private final Counter skippedBytes = Metrics.counter(ReadJournal.class, "skippedBytes");

    ReadSegment(Journal journal) {
      this.journal = journal;
    }

    @ProcessElement
    public void process(@Element String segment, OutputReceiver<KV<String, byte[]>> out)
        throws IOException {
      JournalSummary summary =
          journal.readSegment(segment, (key, payload) -> out.output(KV.of(key, payload)));
      records.inc(summary.records());
      tornBytes.inc(summary.tornBytes());
      damaged.inc(summary.damagedSegments());
      skippedBytes.inc(summary.skippedBytes());
      if (summary.damagedSegments() > 0) {
        LOG.warn(
            "{}: damaged after {} records; {} bytes are skipped and their rows computed again",
            segment,
            summary.records(),
            summary.skippedBytes());
      }
    }
  }

  private static final class LeastPayload extends Combine.BinaryCombineFn<byte[]> {
    @Override
    public byte[] apply(byte[] left, byte[] right) {
      return Arrays.compareUnsigned(left, right) <= 0 ? left : right;
    }
  }
}
