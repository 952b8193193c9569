package dev.espalier.engine.cuda;

import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepBatch.PageCopy;
import dev.espalier.engine.model.StepBatch.Slice;
import dev.espalier.engine.model.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Checks that what a sequence gets does not depend on its company. Every sequence runs alone first;
 * then all run together under random traffic: prefilled in pieces of random length beside others
 * that are decoded, on random pages, from a cached beginning that ends at or inside a page, and
 * preempted at random. The logits of every reported token must be the same bits.
 */
final class BitEquality {
  private static final int MOST_TOKENS = 2048;

  private final ModelRunner runner;
  private final CudaOperations operations;
  private final Random random;
  private final List<int[]> openings = new ArrayList<>();
  private final List<int[]> prompts = new ArrayList<>();
  private final List<Integer> openingOf = new ArrayList<>();
  private final int outputs;
  private final Map<Long, Integer> expected = new TreeMap<>();
  private long compared;
  private long different;

  /**
   * @param sequences how many
   * @param openingLengths of beginnings that sequences share, in tokens
   * @param mostOwn most own tokens of a prompt
   * @param outputs tokens that each generates
   */
  BitEquality(
      ModelRunner runner,
      CudaOperations operations,
      int sequences,
      int[] openingLengths,
      int mostOwn,
      int outputs,
      long seed) {
    this.runner = runner;
    this.operations = operations;
    this.random = new Random(seed);
    this.outputs = outputs;
    for (int length : openingLengths) {
      openings.add(tokens(length));
    }
    for (int i = 0; i < sequences; i++) {
      int opening = random.nextInt(openings.size());
      int[] own = tokens(1 + random.nextInt(mostOwn));
      int[] shared = openings.get(opening);
      int[] prompt = Arrays.copyOf(shared, shared.length + own.length);
      System.arraycopy(own, 0, prompt, shared.length, own.length);
      prompts.add(prompt);
      openingOf.add(opening);
    }
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, runner.vocabularySize()).toArray();
  }

  /** Tokens whose logits were compared. */
  long compared() {
    return compared;
  }

  /** Of them, those whose logits differ. */
  long different() {
    return different;
  }

  /** Runs every sequence alone, each prompt in one step. */
  void runAlone() {
    for (int i = 0; i < prompts.size(); i++) {
      Traffic sequence = new Traffic(i, prompts.get(i), outputs);
      int[] pages = new int[pagesFor(sequence.length())];
      Arrays.setAll(pages, p -> p);
      sequence.place(pages, 0);
      while (!sequence.done()) {
        step(List.of(), List.of(sequence), List.of(sequence.next(Integer.MAX_VALUE)));
      }
    }
  }

  private int pagesFor(int positions) {
    return (positions + runner.pageSize() - 1) / runner.pageSize();
  }

  /**
   * Runs all sequences together.
   *
   * @param mostPiece most tokens of a prompt in one step
   * @param preempt whether sequences lose their pages now and then
   */
  void runTogether(int mostPiece, boolean preempt) {
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < runner.pages(); i++) {
      free.add(i);
    }
    Collections.shuffle(free, random);
    Deque<Integer> pool = new ArrayDeque<>(free);
    List<int[]> cached = new ArrayList<>();
    for (int[] opening : openings) {
      cached.add(fill(opening, mostPiece, pool));
    }
    List<Traffic> running = new ArrayList<>();
    List<PageCopy> copies = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Traffic sequence = new Traffic(i, prompts.get(i), outputs);
      place(sequence, cached.get(openingOf.get(i)), pool, copies);
      running.add(sequence);
    }
    while (!running.isEmpty()) {
      List<Traffic> chosen = new ArrayList<>();
      List<Slice> slices = new ArrayList<>();
      int budget = MOST_TOKENS;
      for (Traffic sequence : running) {
        if (budget > 0 && slices.size() < 256 && (!copies.isEmpty() || random.nextInt(8) > 0)) {
          int piece = Math.min(budget, 1 + random.nextInt(mostPiece));
          Slice slice = sequence.next(piece);
          chosen.add(sequence);
          slices.add(slice);
          budget -= slice.tokens().length;
        }
      }
      step(copies, chosen, slices);
      copies.clear();
      running.removeIf(Traffic::done);
      for (Traffic sequence : running) {
        if (preempt && random.nextInt(200) == 0) {
          List<Integer> own = new ArrayList<>();
          int[] shared = cached.get(openingOf.get(sequence.number()));
          int kept = openings.get(openingOf.get(sequence.number())).length / runner.pageSize();
          for (int p = kept; p < sequence.pages().length; p++) {
            own.add(sequence.pages()[p]);
          }
          Collections.shuffle(own, random);
          pool.addAll(own);
          place(sequence, shared, pool, copies);
        }
      }
    }
  }

  /** Computes an opening, and returns its pages. */
  private int[] fill(int[] opening, int mostPiece, Deque<Integer> pool) {
    int[] pages = take(pool, pagesFor(opening.length));
    Traffic sequence = new Traffic(-1, opening, 1);
    sequence.place(pages, 0);
    while (sequence.pending() > 1) {
      Slice slice = sequence.next(Math.min(sequence.pending() - 1, 1 + random.nextInt(mostPiece)));
      runner.run(new StepBatch(List.of(), List.of(slice)));
      sequence.ran(slice, -1);
    }
    Slice last = sequence.next(1);
    if (opening.length > 0) {
      runner.run(new StepBatch(List.of(), List.of(last)));
    }
    return pages;
  }

  /** Gives a sequence the pages of its opening and own ones; a page in part is copied. */
  private void place(Traffic sequence, int[] shared, Deque<Integer> pool, List<PageCopy> copies) {
    int length = openings.get(openingOf.get(sequence.number())).length;
    int whole = length / runner.pageSize();
    int[] pages = Arrays.copyOf(shared, pagesFor(sequence.length()));
    int[] own = take(pool, pages.length - whole);
    System.arraycopy(own, 0, pages, whole, own.length);
    if (length % runner.pageSize() != 0) {
      copies.add(new PageCopy(shared[whole], pages[whole], length % runner.pageSize()));
    }
    sequence.place(pages, length);
  }

  private static int[] take(Deque<Integer> pool, int count) {
    int[] pages = new int[count];
    Arrays.setAll(pages, i -> pool.remove());
    return pages;
  }

  private void step(List<PageCopy> copies, List<Traffic> sequences, List<Slice> slices) {
    StepResult result = runner.run(new StepBatch(copies, slices));
    int size = runner.vocabularySize();
    boolean any = slices.stream().anyMatch(s -> !s.outputs().isEmpty());
    float[] logits = any ? operations.logits() : new float[0];
    int row = 0;
    for (int i = 0; i < slices.size(); i++) {
      Slice slice = slices.get(i);
      if (slice.outputs().isEmpty()) {
        sequences.get(i).ran(slice, -1);
        continue;
      }
      int hash = hash(logits, row++ * size, size);
      int token = result.slices().get(i).get(0).chosen();
      compare(sequences.get(i), 31 * hash + token);
      sequences.get(i).ran(slice, token);
    }
  }

  private void compare(Traffic sequence, int hash) {
    long key = ((long) sequence.number() << 32) | sequence.known();
    Integer before = expected.putIfAbsent(key, hash);
    if (before != null) {
      compared++;
      if (before != hash) {
        different++;
      }
    }
  }

  private static int hash(float[] values, int from, int count) {
    int hash = 1;
    for (int i = from; i < from + count; i++) {
      hash = 31 * hash + Float.floatToRawIntBits(values[i]);
    }
    return hash;
  }
}
