package dev.espalier.pipeline;

import static dev.espalier.row.Encoding.readCount;
import static dev.espalier.row.Encoding.readLongCount;
import static dev.espalier.row.Encoding.writeCount;

import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.Opening;
import dev.espalier.prefix.OpeningSummary;
import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixStatistics;
import dev.espalier.prefix.PrefixTotals;
import dev.espalier.prefix.TokenBlock;
import dev.espalier.prefix.WalkedRange;
import dev.espalier.row.Encoding;
import dev.espalier.row.RecordCoder;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepRecord;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.MapCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.values.KV;

/** The coders of what passes between the steps of a job. */
public final class Coders {
  /** Finished rows; also the form in which a journal can keep them. */
  public static final RecordCoder<FinishedRow> FINISHED =
      RecordCoder.of(FinishedRow.class, Coders::writeFinished, Coders::readFinished);

  /** Plans. */
  public static final RecordCoder<PrefixPlan> PLAN =
      RecordCoder.of(PrefixPlan.class, Coders::writePlan, Coders::readPlan);

  /** What a run has counted. */
  public static final RecordCoder<RunMetrics> METRICS =
      RecordCoder.of(RunMetrics.class, Coders::writeMetrics, Coders::readMetrics);

  /** Numbers by the name of a counter. */
  static final Coder<Map<String, Long>> COUNTS =
      MapCoder.of(StringUtf8Coder.of(), VarLongCoder.of());

  /** The steps of a row. */
  public static final Coder<KV<String, List<StepRecord>>> STEPS =
      KvCoder.of(RowCoders.TEXT, stepsCoder());

  static final RecordCoder<TracedRow> TRACED =
      RecordCoder.of(TracedRow.class, Coders::writeTraced, Coders::readTraced);

  static final RecordCoder<WrittenRow> WRITTEN =
      RecordCoder.of(WrittenRow.class, Coders::writeWritten, Coders::readWritten);

  static final RecordCoder<KnownRow> KNOWN =
      RecordCoder.of(KnownRow.class, Coders::writeKnown, Coders::readKnown);

  static final RecordCoder<Opening> OPENING =
      RecordCoder.of(Opening.class, Coders::writeOpening, Coders::readOpening);

  static final RecordCoder<OpeningSummary> SUMMARY =
      RecordCoder.of(OpeningSummary.class, Coders::writeSummary, Coders::readSummary);

  static final RecordCoder<PlanPart> PLAN_PART =
      RecordCoder.of(PlanPart.class, Coders::writePart, Coders::readPart);

  static final RecordCoder<PrefixTotals> TOTALS =
      RecordCoder.of(PrefixTotals.class, Coders::writeTotals, Coders::readTotals);

  static final RecordCoder<WalkedRange> RANGE =
      RecordCoder.of(WalkedRange.class, Coders::writeRange, Coders::readRange);

  private static final int ROW = 0;
  private static final int ENDED = 1;

  private Coders() {}

  @SuppressWarnings("unchecked") // a list of steps is written as such alone
  private static RecordCoder<List<StepRecord>> stepsCoder() {
    return RecordCoder.of(
        (Class<List<StepRecord>>) (Class<?>) List.class, StepRecord::writeAll, StepRecord::readAll);
  }

  private static void writeFinished(FinishedRow row, OutputStream out) throws IOException {
    RowCoders.OUTCOME.encode(row.outcome(), out);
    StepRecord.writeAll(row.steps(), out);
    Encoding.writeText(row.source().name(), out);
  }

  private static FinishedRow readFinished(InputStream in) throws IOException {
    RowOutcome outcome = RowCoders.OUTCOME.decode(in);
    List<StepRecord> steps = StepRecord.readAll(in);
    String source = Encoding.readText(in);
    try {
      return new FinishedRow(outcome, steps, FinishedRow.Source.valueOf(source));
    } catch (IllegalArgumentException e) {
      throw new CoderException("no finished row is of " + source, e);
    }
  }

  private static void writeMetrics(RunMetrics metrics, OutputStream out) throws IOException {
    COUNTS.encode(metrics.counts(), out);
  }

  private static RunMetrics readMetrics(InputStream in) throws IOException {
    return RunMetrics.of(COUNTS.decode(in));
  }

  private static void writeTraced(TracedRow traced, OutputStream out) throws IOException {
    RowCoders.ROW.encode(traced.row(), out);
    writeTokens(traced.tokens(), out);
    writeHash(traced.text(), out);
    StepRecord.writeAll(traced.known(), out);
  }

  private static TracedRow readTraced(InputStream in) throws IOException {
    return new TracedRow(
        RowCoders.ROW.decode(in), readTokens(in), readHash(in), StepRecord.readAll(in));
  }

  private static void writeWritten(WrittenRow written, OutputStream out) throws IOException {
    RowCoders.ROW.encode(written.row(), out);
    writeHash(written.text(), out);
    StepRecord.writeAll(written.known(), out);
  }

  private static WrittenRow readWritten(InputStream in) throws IOException {
    return new WrittenRow(RowCoders.ROW.decode(in), readHash(in), StepRecord.readAll(in));
  }

  private static void writeHash(long hash, OutputStream out) throws IOException {
    out.write(ByteBuffer.allocate(Long.BYTES).putLong(hash).array());
  }

  private static long readHash(InputStream in) throws IOException {
    byte[] hash = in.readNBytes(Long.BYTES);
    if (hash.length < Long.BYTES) {
      throw new CoderException("the hash of a text is cut off");
    }
    return ByteBuffer.wrap(hash).getLong();
  }

  private static void writeKnown(KnownRow known, OutputStream out) throws IOException {
    if (known.row().isPresent()) {
      out.write(ROW);
      RowCoders.ROW.encode(known.row().get(), out);
    } else {
      out.write(ENDED);
      writeFinished(known.finished().orElseThrow(), out);
    }
  }

  private static KnownRow readKnown(InputStream in) throws IOException {
    int kind = in.read();
    return switch (kind) {
      case ROW -> KnownRow.of(RowCoders.ROW.decode(in));
      case ENDED -> KnownRow.of(readFinished(in));
      default -> throw new CoderException("no known row begins with byte " + kind);
    };
  }

  private static void writeOpening(Opening opening, OutputStream out) throws IOException {
    writeTokens(opening.tokens(), out);
    Encoding.writeText(opening.rowId(), out);
  }

  private static Opening readOpening(InputStream in) throws IOException {
    return new Opening(readTokens(in), Encoding.readText(in));
  }

  private static void writeSummary(OpeningSummary summary, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    summary.writeTo(data);
    data.flush();
  }

  private static OpeningSummary readSummary(InputStream in) throws IOException {
    return OpeningSummary.readFrom(new DataInputStream(in));
  }

  private static void writePart(PlanPart part, OutputStream out) throws IOException {
    Encoding.writeFlag(part.id().isPresent(), out);
    if (part.id().isPresent()) {
      Encoding.writeText(part.id().get(), out);
    } else {
      writeSummary(part.summary().orElseThrow(), out);
    }
  }

  private static PlanPart readPart(InputStream in) throws IOException {
    return Encoding.readFlag(in)
        ? PlanPart.of(Encoding.readText(in))
        : PlanPart.of(readSummary(in));
  }

  private static void writePlan(PrefixPlan plan, OutputStream out) throws IOException {
    Encoding.writeText(plan.grouping().name(), out);
    writeCount(plan.ranges(), out);
    writeCount(plan.cuts().size(), out);
    for (Opening cut : plan.cuts()) {
      writeOpening(cut, out);
    }
    writeCount(plan.cutTokens(), out);
    PrefixStatistics statistics = plan.statistics();
    writeTotals(statistics.totals(), out);
    writeCount(statistics.groups(), out);
    writeCount(statistics.peakTokens(), out);
    Encoding.writeFlag(statistics.exact(), out);
  }

  private static PrefixPlan readPlan(InputStream in) throws IOException {
    Grouping grouping = Grouping.valueOf(Encoding.readText(in));
    int ranges = readCount(in);
    int cutCount = readCount(in);
    List<Opening> cuts = new ArrayList<>();
    for (int i = 0; i < cutCount; i++) {
      cuts.add(readOpening(in));
    }
    long cutTokens = readLongCount(in);
    PrefixStatistics statistics =
        new PrefixStatistics(
            readTotals(in), readLongCount(in), readLongCount(in), Encoding.readFlag(in));
    return new PrefixPlan(grouping, ranges, cuts, cutTokens, statistics);
  }

  private static void writeRange(WalkedRange range, OutputStream out) throws IOException {
    writeCount(range.index(), out);
    writeTokens(range.first(), out);
    writeTokens(range.last(), out);
    writeTotals(range.totals(), out);
  }

  private static WalkedRange readRange(InputStream in) throws IOException {
    return new WalkedRange(readCount(in), readTokens(in), readTokens(in), readTotals(in));
  }

  /** The number of tokens, then the bytes of all as one block of variable-length integers. */
  private static void writeTokens(TokenSequence tokens, OutputStream out) throws IOException {
    byte[] block = TokenBlock.of(tokens, 0);
    writeCount(tokens.length(), out);
    writeCount(block.length, out);
    out.write(block);
  }

  private static TokenSequence readTokens(InputStream in) throws IOException {
    int[] tokens = new int[readCount(in)];
    TokenBlock.read(Encoding.readBytes(in), tokens, 0);
    return TokenSequence.of(tokens);
  }

  private static void writeTotals(PrefixTotals totals, OutputStream out) throws IOException {
    writeCount(totals.rows(), out);
    writeCount(totals.rowsWithoutOpening(), out);
    writeCount(totals.totalTokens(), out);
    writeCount(totals.uniqueTokens(), out);
    writeCount(totals.achievableHits(), out);
    writeCount(totals.longestTokens(), out);
  }

  private static PrefixTotals readTotals(InputStream in) throws IOException {
    return new PrefixTotals(
        readLongCount(in),
        readLongCount(in),
        readLongCount(in),
        readLongCount(in),
        readLongCount(in),
        readCount(in));
  }
}
