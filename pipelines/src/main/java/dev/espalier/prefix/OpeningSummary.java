package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a plan needs to know of openings, in bounded memory whatever their number: counts, a sample,
 * and two sketches. The token tree has one node for each different prefix, so counting the
 * different hashes of all prefixes estimates its size without sorting. Summaries of parts merge to
 * the summary of the whole, in any order. Not thread-safe.
 */
public final class OpeningSummary {
  private long rows;
  private long rowsWithoutOpening;
  private long totalTokens;
  private int longestTokens;
  private final DistinctCount prefixes;
  private final DistinctCount openings;
  private final OpeningSample sample;

  /**
   * @param sampleTokens see {@link PlanOptions#sampleTokens()}
   */
  public OpeningSummary(long sampleTokens) {
    this(new DistinctCount(), new DistinctCount(), new OpeningSample(sampleTokens));
  }

  private OpeningSummary(DistinctCount prefixes, DistinctCount openings, OpeningSample sample) {
    this.prefixes = prefixes;
    this.openings = openings;
    this.sample = sample;
  }

  public void add(Opening opening) {
    TokenSequence tokens = opening.tokens();
    rows++;
    totalTokens += tokens.length();
    longestTokens = Math.max(longestTokens, tokens.length());
    if (tokens.isEmpty()) {
      rowsWithoutOpening++;
    } else {
      long hash = 0;
      for (int i = 0; i < tokens.length(); i++) {
        hash = StableHash.extend(hash, tokens.get(i));
        prefixes.add(hash);
      }
      openings.add(hash);
    }
    sample.add(opening);
  }

  /** Adds all that {@code other} holds; {@code other} stays as it is. */
  public void merge(OpeningSummary other) {
    rows += other.rows;
    rowsWithoutOpening += other.rowsWithoutOpening;
    totalTokens += other.totalTokens;
    longestTokens = Math.max(longestTokens, other.longestTokens);
    prefixes.merge(other.prefixes);
    openings.merge(other.openings);
    sample.merge(other.sample);
  }

  public long rows() {
    return rows;
  }

  long totalTokens() {
    return totalTokens;
  }

  /** Whether every opening is in the sample, so that a plan from it is exact. */
  boolean isComplete() {
    return sample.isComplete();
  }

  /** The sampled openings in prefix order. */
  List<Opening> sortedSample() {
    return sample.sorted();
  }

  /** Rows, total and longest are counted; unique tokens and hits estimated by the sketches. */
  PrefixTotals estimatedTotals() {
    long opened = rows - rowsWithoutOpening;
    long unique = Math.max(longestTokens, Math.min(prefixes.estimate(), totalTokens));
    long repeated = Math.max(0, opened - openings.estimate());
    long hits = Math.max(0, totalTokens - unique - repeated);
    return new PrefixTotals(rows, rowsWithoutOpening, totalTokens, unique, hits, longestTokens);
  }

  /** Writes this summary; equal summaries need not give equal bytes. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeLong(sample.budget());
    out.writeLong(rows);
    out.writeLong(rowsWithoutOpening);
    out.writeLong(totalTokens);
    out.writeInt(longestTokens);
    out.write(prefixes.registers());
    out.write(openings.registers());
    Optional<Opening> dropped = sample.firstDropped();
    out.writeBoolean(dropped.isPresent());
    if (dropped.isPresent()) {
      write(dropped.get(), TokenSequence.empty(), out);
    }
    List<Opening> drawn = sample.sorted();
    out.writeInt(drawn.size());
    TokenSequence before = TokenSequence.empty();
    for (Opening opening : drawn) {
      write(opening, before, out);
      before = opening.tokens();
    }
  }

  /** Reads what {@link #writeTo} wrote. */
  public static OpeningSummary readFrom(DataInput in) throws IOException {
    OpeningSample sample = new OpeningSample(in.readLong());
    long rows = in.readLong();
    long rowsWithoutOpening = in.readLong();
    long totalTokens = in.readLong();
    int longestTokens = in.readInt();
    DistinctCount prefixes = readSketch(in);
    DistinctCount openings = readSketch(in);
    if (in.readBoolean()) {
      sample.dropFrom(readOpening(TokenSequence.empty(), in));
    }
    int drawn = in.readInt();
    TokenSequence before = TokenSequence.empty();
    for (int i = 0; i < drawn; i++) {
      Opening opening = readOpening(before, in);
      sample.add(opening);
      before = opening.tokens();
    }
    OpeningSummary summary = new OpeningSummary(prefixes, openings, sample);
    summary.rows = rows;
    summary.rowsWithoutOpening = rowsWithoutOpening;
    summary.totalTokens = totalTokens;
    summary.longestTokens = longestTokens;
    return summary;
  }

  private static DistinctCount readSketch(DataInput in) throws IOException {
    byte[] registers = new byte[DistinctCount.REGISTERS];
    in.readFully(registers);
    return new DistinctCount(registers);
  }

  /** An opening after its neighbour in prefix order: of its tokens those that are its own. */
  private static void write(Opening opening, TokenSequence before, DataOutput out)
      throws IOException {
    TokenSequence tokens = opening.tokens();
    int shared = before.commonPrefixLength(tokens);
    byte[] own = TokenBlock.of(tokens, shared);
    out.writeInt(tokens.length());
    out.writeInt(shared);
    out.writeInt(own.length);
    out.write(own);
    byte[] rowId = new byte[2 * opening.rowId().length()];
    ByteBuffer.wrap(rowId).asCharBuffer().put(opening.rowId());
    out.writeInt(rowId.length);
    out.write(rowId);
  }

  private static Opening readOpening(TokenSequence before, DataInput in) throws IOException {
    int length = in.readInt();
    int shared = in.readInt();
    int[] tokens = Arrays.copyOf(before.slice(0, shared).toArray(), length);
    byte[] own = new byte[in.readInt()];
    in.readFully(own);
    TokenBlock.read(own, tokens, shared);
    byte[] rowId = new byte[in.readInt()];
    in.readFully(rowId);
    return new Opening(TokenSequence.of(tokens), ByteBuffer.wrap(rowId).asCharBuffer().toString());
  }
}
