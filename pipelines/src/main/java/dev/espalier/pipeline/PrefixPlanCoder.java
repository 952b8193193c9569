package dev.espalier.pipeline;

import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.Opening;
import dev.espalier.prefix.PrefixPlan;
import dev.espalier.prefix.PrefixStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Plans. */
public final class PrefixPlanCoder extends AtomicCoder<PrefixPlan> {
  private static final PrefixPlanCoder INSTANCE = new PrefixPlanCoder();

  private PrefixPlanCoder() {}

  public static PrefixPlanCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(PrefixPlan plan, OutputStream out) throws IOException {
    Encoding.writeText(plan.grouping().name(), out);
    Encoding.writeCount(plan.ranges(), out);
    Encoding.writeCount(plan.cuts().size(), out);
    for (Opening cut : plan.cuts()) {
      OpeningCoder.of().encode(cut, out);
    }
    Encoding.writeCount(plan.cutTokens(), out);
    PrefixStatistics statistics = plan.statistics();
    Encoding.writeTotals(statistics.totals(), out);
    Encoding.writeCount(statistics.groups(), out);
    Encoding.writeCount(statistics.peakTokens(), out);
    Encoding.writeFlag(statistics.exact(), out);
  }

  @Override
  public PrefixPlan decode(InputStream in) throws IOException {
    Grouping grouping = Grouping.valueOf(Encoding.readText(in));
    int ranges = Encoding.readCount(in);
    int cutCount = Encoding.readCount(in);
    List<Opening> cuts = new ArrayList<>(cutCount);
    for (int i = 0; i < cutCount; i++) {
      cuts.add(OpeningCoder.of().decode(in));
    }
    long cutTokens = Encoding.readLongCount(in);
    PrefixStatistics statistics =
        new PrefixStatistics(
            Encoding.readTotals(in),
            Encoding.readLongCount(in),
            Encoding.readLongCount(in),
            Encoding.readFlag(in));
    return new PrefixPlan(grouping, ranges, cuts, cutTokens, statistics);
  }
}
