package dev.espalier.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random submissions, forks, growth, preemptions, failures and evictions against a model in which
 * each slot of each page remembers the whole history of the token it holds. A step must find, at
 * every position before those it computes, exactly the history of its own tokens; it runs at the
 * last moment, with another step put together already or not.
 */
final class PrefixCacheModelTest {

  @Test
  void everyTableReadsItsOwnHistory() {
    simulate(0, 1000);
  }

  /** Some minutes. */
  @Test
  @Tag("long")
  void everyTableReadsItsOwnHistoryForLong() {
    simulate(1000, 300_000);
  }

  private static void simulate(int firstSeed, int count) {
    for (int seed = firstSeed; seed < firstSeed + count; seed++) {
      try {
        new Simulation(seed).run(60);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("with seed " + seed, e);
      }
    }
  }

  private static final class Sequence {
    int[] tokens;
    int length;
    int computed; // by steps that ran or are under way
    int confirmed; // by steps that ran
    int underWay; // steps
    boolean gone;
    PageTable table;

    int[] known() {
      return Arrays.copyOf(tokens, length);
    }
  }

  /** Tokens of one sequence in a step, on the pages that it had then. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(Sequence sequence, int start, int end, int[] pages) {}

  private record Step(List<PageCopy> copies, List<Part> parts) {}

  private static final class Simulation {
    private final Random random;
    private final int pageSize;
    private final PrefixCache cache;
    private final long[][] slots;
    private final List<Sequence> running = new ArrayList<>();
    private final Deque<Step> underWay = new ArrayDeque<>();
    private final List<int[]> released = new ArrayList<>();
    private final List<ExpectedOpening> expected = new ArrayList<>();
    private final boolean ample;

    Simulation(long seed) {
      random = new Random(seed);
      pageSize = 1 + random.nextInt(5);
      ample = random.nextInt(3) == 0;
      int pages = ample ? 2000 : 4 + random.nextInt(30);
      cache = new PrefixCache(pages, pageSize);
      slots = new long[pages][pageSize];
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        launch();
        cache.checkIntegrity();
        while (underWay.size() > random.nextInt(2)) {
          finish();
          cache.checkIntegrity();
        }
        if (random.nextInt(4) == 0) {
          announceOrWithdraw();
        }
        if (!running.isEmpty() && random.nextInt(3) == 0) {
          end(running.get(random.nextInt(running.size())));
          cache.checkIntegrity();
        }
      }
      while (!underWay.isEmpty()) {
        finish();
      }
      while (!running.isEmpty()) {
        end(running.get(0));
      }
      cache.checkIntegrity();
      assertThat(cache.availablePages()).isEqualTo(cache.totalPages());
    }

    private void end(Sequence sequence) {
      running.remove(sequence);
      sequence.gone = true;
      releaseIfUnnamed(sequence);
    }

    private void releaseIfUnnamed(Sequence sequence) {
      if (sequence.underWay == 0) {
        cache.release(sequence.table, sequence.tokens, sequence.confirmed);
        // Beside an equal page that a step under way fills, a page is not kept, nor what follows.
        if (underWay.isEmpty()) {
          released.add(Arrays.copyOf(sequence.tokens, sequence.confirmed));
        }
      }
    }

    private void launch() {
      Step step = new Step(new ArrayList<>(), new ArrayList<>());
      for (Sequence sequence : running) {
        if (sequence.computed == sequence.length && random.nextBoolean()) {
          grow(sequence);
        }
        if (sequence.computed < sequence.length && random.nextInt(4) > 0) {
          advance(sequence, step);
        }
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        admit(step);
      }
      underWay.add(step);
    }

    private void finish() {
      Step step = underWay.remove();
      for (PageCopy copy : step.copies) {
        System.arraycopy(slots[copy.fromPage()], 0, slots[copy.toPage()], 0, copy.tokens());
      }
      boolean fails = !ample && random.nextInt(12) == 0;
      for (Part part : step.parts) {
        for (int i = part.start; i < part.end; i++) {
          slots[part.pages[i / pageSize]][i % pageSize] = fails ? -1 : history(part.sequence, i);
        }
      }
      if (fails) {
        discard(step);
        while (!underWay.isEmpty()) {
          discard(underWay.remove());
        }
        return;
      }
      step.parts.forEach(this::checkHistory);
      for (Part part : step.parts) {
        part.sequence.underWay--;
        part.sequence.confirmed = part.end;
        cache.settle(part.sequence.table, part.sequence.tokens, part.end);
      }
      for (Part part : step.parts) {
        if (part.sequence.gone) {
          releaseIfUnnamed(part.sequence);
        }
      }
    }

    private void discard(Step step) {
      for (Part part : step.parts) {
        running.remove(part.sequence);
        part.sequence.gone = true;
        if (--part.sequence.underWay == 0) {
          cache.discard(part.sequence.table);
        }
      }
    }

    private void grow(Sequence sequence) {
      int more = 1 + random.nextInt(3);
      if (sequence.length + more > sequence.tokens.length
          || !cache.reserve(sequence.table, sequence.length + more)) {
        return;
      }
      sequence.length += more;
    }

    private void advance(Sequence sequence, Step step) {
      int start = sequence.computed;
      sequence.computed += 1 + random.nextInt(sequence.length - sequence.computed);
      cache.write(sequence.table, sequence.computed);
      sequence.underWay++;
      step.parts.add(new Part(sequence, start, sequence.computed, sequence.table.pages()));
    }

    private void admit(Step step) {
      Sequence sequence = new Sequence();
      sequence.tokens = tokens();
      sequence.length = 1 + random.nextInt(sequence.tokens.length);
      int limit = random.nextInt(5) == 0 ? random.nextInt(sequence.length) : sequence.length - 1;
      PrefixMatch match = cache.match(sequence.tokens, limit);
      assertThat(match.tokens()).isLessThanOrEqualTo(limit);
      if (ample && !match.isBlocked()) {
        // Nothing is evicted, so all that released tables computed is found.
        assertThat(match.tokens())
            .isGreaterThanOrEqualTo(longest(released, sequence.tokens, limit));
      }
      if (match.isBlocked() && random.nextInt(10) > 0) {
        return;
      }
      int available = cache.availablePages();
      sequence.table = cache.open(match, sequence.tokens, sequence.length, 0, step.copies);
      if (sequence.table == null) {
        assertThat(cache.availablePages()).isEqualTo(available);
        return;
      }
      sequence.computed = match.tokens();
      sequence.confirmed = match.tokens();
      advance(sequence, step);
      running.add(sequence);
    }

    private static int longest(List<int[]> sequences, int[] tokens, int limit) {
      int longest = 0;
      for (int[] computed : sequences) {
        int end = Math.min(limit, computed.length);
        int mismatch = Arrays.mismatch(tokens, 0, end, computed, 0, end);
        longest = Math.max(longest, mismatch < 0 ? end : mismatch);
      }
      return longest;
    }

    /** Few different tokens, so that beginnings are often shared; sometimes a fork of another. */
    private int[] tokens() {
      int[] tokens = random.ints(1 + random.nextInt(6 * pageSize), 0, 2).toArray();
      if (!running.isEmpty() && random.nextBoolean()) {
        int[] origin = running.get(random.nextInt(running.size())).known();
        int kept = random.nextInt(origin.length + 1);
        System.arraycopy(origin, 0, tokens, 0, Math.min(kept, tokens.length));
      }
      return tokens;
    }

    private void announceOrWithdraw() {
      if (!expected.isEmpty() && random.nextBoolean()) {
        cache.withdraw(expected.remove(random.nextInt(expected.size())));
      } else {
        expected.add(cache.expect(TokenSequence.of(tokens())));
      }
    }

    private void checkHistory(Part part) {
      for (int i = 0; i < part.end; i++) {
        assertThat(slots[part.pages[i / pageSize]][i % pageSize])
            .as("position %d of %s", i, Arrays.toString(part.sequence.known()))
            .isEqualTo(history(part.sequence, i));
      }
    }

    private static long history(Sequence sequence, int position) {
      long hash = 1;
      for (int i = 0; i <= position; i++) {
        hash = (hash + sequence.tokens[i] + 1) * 0x9e3779b97f4a7c15L;
        hash ^= hash >>> 29;
      }
      return hash;
    }
  }
}
