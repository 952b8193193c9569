package dev.espalier.bench;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.ModelRunner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Checks that what a sequence gets does not depend on its company, nor on how it was cut into
 * steps: the logits of every generated token must be the same bits, and the choice the same.
 *
 * <p>Some sequences are decoded alone first. Then 256 run together: prompts whole or in pieces of
 * one length, and all decoded at once; from cached beginnings; in random traffic, where prompts in
 * random pieces run beside sequences that are decoded, and sequences lose their pages. Then each is
 * computed once more alone, what it generated as part of the prompt. At last one prompt is computed
 * from a cached beginning that ends at each border of its pages.
 */
public final class BitEquality {
  private static final int SEQUENCES = 256;
  private static final int ALONE = 32; // of them
  private static final int MOST_OWN = 128; // tokens of a prompt behind its beginning
  private static final int BORDERS_TOKENS = 1300;
  private static final int STEP_TOKENS = 2048;
  private static final int PREEMPTED = 64; // one in so many, after each step of random traffic
  private static final int WHOLE = Integer.MAX_VALUE;

  /** Lengths of beginnings that sequences share: some end inside a page. */
  private static final int[] OPENINGS = {0, 16, 37, 256, 600, 1300};

  private static final List<Company> COMPANIES =
      List.of(
          new Company("prompts whole", WHOLE, false, false, true),
          new Company("prompts in pieces of 64", 64, false, false, true),
          new Company("prompts in pieces of 512", 512, false, false, true),
          new Company("cached beginnings, attended once", WHOLE, false, true, true),
          new Company("cached beginnings, attended by each", WHOLE, false, true, false),
          new Company("random traffic, beginnings attended once", 100, true, true, true),
          new Company("random traffic, beginnings attended by each", 700, true, true, false));

  /**
   * What one kind of check found.
   *
   * @param compared generated tokens whose logits and choice were compared
   * @param different those of them that differ
   */
  public record Outcome(String check, long compared, long different) {}

  /**
   * How all sequences run together.
   *
   * @param piece tokens of a prompt in a step; of random traffic the most
   * @param random whether each step takes some sequences, or all: prompts first, then all at once
   * @param cached whether beginnings are in pages that sequences share, or each computes its own
   * @param shared whether attention reads shared pages once for all sequences
   */
  private record Company(String name, int piece, boolean random, boolean cached, boolean shared) {}

  private record Part(Traffic sequence, Slice slice) {}

  /** What a step answers to one output: the token, and a hash of it and all logits. */
  private record Answer(int token, int hash) {}

  private final ModelRunner runner;
  private final Supplier<float[]> logits;
  private final Consumer<Boolean> sharing;
  private final int outputs;
  private final Random random;
  private final List<int[]> openings = new ArrayList<>();
  private final List<int[]> prompts = new ArrayList<>();
  private final List<Integer> openingOf = new ArrayList<>();
  private final Map<Integer, int[]> texts = new TreeMap<>(); // by sequence: prompt and outputs
  private final Map<Long, Integer> expected = new TreeMap<>();
  private long compared;
  private long different;

  /**
   * Makes up the sequences: 256, or as many as the pages hold at a time.
   *
   * @param runner for steps of at least 2048 tokens
   * @param logits those of the last step's outputs, row after row
   * @param sharing switches the attention of shared beginnings once for all sequences on or off
   * @param outputs tokens that each sequence generates, at most 256
   */
  public BitEquality(
      ModelRunner runner,
      Supplier<float[]> logits,
      Consumer<Boolean> sharing,
      int outputs,
      long seed) {
    this.runner = runner;
    this.logits = logits;
    this.sharing = sharing;
    this.outputs = outputs;
    this.random = new Random(seed);
    int free = runner.pages();
    for (int length : OPENINGS) {
      openings.add(tokens(length));
      free -= pagesFor(length);
    }
    while (prompts.size() < SEQUENCES) {
      int opening = random.nextInt(openings.size());
      int[] own = tokens(1 + random.nextInt(MOST_OWN));
      int[] shared = openings.get(opening);
      int[] prompt = Arrays.copyOf(shared, shared.length + own.length);
      System.arraycopy(own, 0, prompt, shared.length, own.length);
      free -= pagesFor(prompt.length + outputs);
      if (free < 0) {
        break;
      }
      prompts.add(prompt);
      openingOf.add(opening);
    }
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, runner.vocabularySize()).toArray();
  }

  private int pagesFor(int positions) {
    return (positions + runner.pageSize() - 1) / runner.pageSize();
  }

  /** How many sequences run together. */
  public int sequences() {
    return prompts.size();
  }

  /**
   * Runs every check.
   *
   * @param report is told of each as it ends
   */
  public void run(Consumer<Outcome> report) {
    runAlone();
    for (Company company : COMPANIES) {
      sharing.accept(company.shared());
      int preempted = runTogether(company);
      report.accept(
          outcome(company.name() + (company.random() ? ", " + preempted + " preempted" : "")));
    }
    sharing.accept(true);
    runAgain();
    report.accept(outcome("decoded tokens again as part of a prompt"));
    runFromEveryBorder();
    report.accept(outcome("from each border of a page on"));
  }

  private Outcome outcome(String check) {
    Outcome outcome = new Outcome(check, compared, different);
    compared = 0;
    different = 0;
    return outcome;
  }

  /** Runs sequences one by one, each prompt in one step: what the others are compared with. */
  private void runAlone() {
    for (int i = 0; i < Math.min(ALONE, prompts.size()); i++) {
      Traffic sequence = new Traffic(i, prompts.get(i), outputs);
      sequence.place(firstPages(sequence.length()), 0);
      while (!sequence.done()) {
        step(List.of(), List.of(new Part(sequence, sequence.next(WHOLE))));
      }
    }
  }

  private int[] firstPages(int positions) {
    return IntStream.range(0, pagesFor(positions)).toArray();
  }

  private Deque<Integer> shuffledPages() {
    List<Integer> pages = new ArrayList<>(IntStream.range(0, runner.pages()).boxed().toList());
    Collections.shuffle(pages, random);
    return new ArrayDeque<>(pages);
  }

  private static int[] take(Deque<Integer> pool, int count) {
    int[] pages = new int[count];
    Arrays.setAll(pages, i -> pool.remove());
    return pages;
  }

  /** Runs all sequences, and returns how many were preempted. */
  private int runTogether(Company company) {
    Deque<Integer> pool = shuffledPages();
    List<int[]> cached = new ArrayList<>();
    for (int[] opening : openings) {
      cached.add(company.cached() ? fill(opening, company.piece(), pool) : new int[0]);
    }
    List<Traffic> running = new ArrayList<>();
    List<PageCopy> copies = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Traffic sequence = new Traffic(i, prompts.get(i), outputs);
      if (company.cached()) {
        place(sequence, cached.get(openingOf.get(i)), pool, copies);
      } else {
        sequence.place(take(pool, pagesFor(sequence.length())), 0);
      }
      running.add(sequence);
    }
    int preempted = 0;
    while (!running.isEmpty()) {
      List<Part> parts =
          company.random() ? some(running, company.piece()) : all(running, company.piece());
      if (parts.isEmpty()) {
        continue;
      }
      step(copies, parts);
      copies.clear();
      running.removeIf(Traffic::done);
      for (Traffic sequence : running) {
        if (company.random() && random.nextInt(PREEMPTED) == 0) {
          int[] shared = cached.get(openingOf.get(sequence.number()));
          release(sequence, pool);
          place(sequence, shared, pool, copies);
          preempted++;
        }
      }
    }
    return preempted;
  }

  /** The next pieces of prompts, as many as a step takes; once they are done, a token of all. */
  private static List<Part> all(List<Traffic> running, int piece) {
    List<Traffic> inPrompt = running.stream().filter(Traffic::inPrompt).toList();
    List<Part> parts = new ArrayList<>();
    int budget = STEP_TOKENS;
    for (Traffic sequence : inPrompt.isEmpty() ? running : inPrompt) {
      Slice slice = sequence.next(piece);
      if (slice.tokens().length > budget) {
        break;
      }
      budget -= slice.tokens().length;
      parts.add(new Part(sequence, slice));
    }
    return parts;
  }

  /** Pieces of random length of most sequences. */
  private List<Part> some(List<Traffic> running, int mostPiece) {
    List<Part> parts = new ArrayList<>();
    int budget = STEP_TOKENS;
    for (Traffic sequence : running) {
      if (budget > 0 && random.nextInt(8) > 0) {
        Slice slice = sequence.next(Math.min(budget, 1 + random.nextInt(mostPiece)));
        budget -= slice.tokens().length;
        parts.add(new Part(sequence, slice));
      }
    }
    return parts;
  }

  /** Computes an opening, and returns its pages. */
  private int[] fill(int[] opening, int piece, Deque<Integer> pool) {
    int[] pages = take(pool, pagesFor(opening.length));
    for (int start = 0; start < opening.length; ) {
      int end = Math.min(opening.length - start, piece) + start;
      int[] part = Arrays.copyOfRange(opening, start, end);
      runner.run(new ForwardBatch(List.of(), List.of(new Slice(part, start, pages, List.of()))));
      start = end;
    }
    return pages;
  }

  /** Gives a sequence the pages of its opening and own ones; a page in part is copied. */
  private void place(Traffic sequence, int[] shared, Deque<Integer> pool, List<PageCopy> copies) {
    int length = openingLength(sequence);
    int whole = length / runner.pageSize();
    int[] pages = Arrays.copyOf(shared, pagesFor(sequence.length()));
    int[] own = take(pool, pages.length - whole);
    System.arraycopy(own, 0, pages, whole, own.length);
    if (length % runner.pageSize() != 0) {
      copies.add(new PageCopy(shared[whole], pages[whole], length % runner.pageSize()));
    }
    sequence.place(pages, length);
  }

  /** Gives a sequence's own pages back. */
  private void release(Traffic sequence, Deque<Integer> pool) {
    List<Integer> own = new ArrayList<>();
    for (int p = openingLength(sequence) / runner.pageSize(); p < sequence.pages().length; p++) {
      own.add(sequence.pages()[p]);
    }
    Collections.shuffle(own, random);
    pool.addAll(own);
  }

  private int openingLength(Traffic sequence) {
    return openings.get(openingOf.get(sequence.number())).length;
  }

  /** Computes each sequence alone in one step, with an answer before every generated token. */
  private void runAgain() {
    texts.forEach(
        (sequence, text) -> {
          int[] tokens = Arrays.copyOf(text, text.length - 1);
          int first = prompts.get(sequence).length - 1;
          List<Output> asked =
              IntStream.range(first, tokens.length).mapToObj(Traffic::greedy).toList();
          Slice slice = new Slice(tokens, 0, firstPages(tokens.length), asked);
          List<Answer> answers = answers(new ForwardBatch(List.of(), List.of(slice)));
          for (int i = 0; i < answers.size(); i++) {
            compare(sequence, first + 1 + i, answers.get(i));
          }
        });
  }

  /** Computes one prompt whole, then what is left of it from each border of its pages. */
  private void runFromEveryBorder() {
    int[] prompt = tokens(BORDERS_TOKENS);
    Deque<Integer> pool = shuffledPages();
    int[] cached = take(pool, pagesFor(prompt.length));
    Output last = Traffic.greedy(prompt.length - 1);
    Slice whole = new Slice(prompt, 0, cached, List.of(last));
    compare(SEQUENCES, prompt.length, answers(new ForwardBatch(List.of(), List.of(whole))).get(0));
    List<Integer> free = new ArrayList<>(pool).subList(0, cached.length);
    for (int border = runner.pageSize(); border < prompt.length; border += runner.pageSize()) {
      // What the border before left in a page is of other positions.
      Collections.shuffle(free, random);
      int[] pages = Arrays.copyOf(cached, cached.length);
      for (int p = border / runner.pageSize(); p < pages.length; p++) {
        pages[p] = free.get(p);
      }
      int[] rest = Arrays.copyOfRange(prompt, border, prompt.length);
      Output output = Traffic.greedy(rest.length - 1);
      Slice slice = new Slice(rest, border, pages, List.of(output));
      compare(
          SEQUENCES, prompt.length, answers(new ForwardBatch(List.of(), List.of(slice))).get(0));
    }
  }

  private void step(List<PageCopy> copies, List<Part> parts) {
    List<Slice> slices = parts.stream().map(Part::slice).toList();
    List<Answer> answers = answers(new ForwardBatch(copies, slices));
    int row = 0;
    for (Part part : parts) {
      Traffic sequence = part.sequence();
      if (part.slice().outputs().isEmpty()) {
        sequence.ran(part.slice(), -1);
        continue;
      }
      Answer answer = answers.get(row++);
      compare(sequence.number(), sequence.known(), answer);
      sequence.ran(part.slice(), answer.token());
      if (sequence.done()) {
        texts.putIfAbsent(sequence.number(), sequence.tokens());
      }
    }
  }

  /** Runs a step, and returns the answers to all its outputs in order, at most 256. */
  private List<Answer> answers(ForwardBatch batch) {
    List<OutputResult> results = runner.run(batch).slices().stream().flatMap(List::stream).toList();
    if (results.isEmpty()) {
      return List.of();
    }
    float[] rows = logits.get();
    int size = runner.vocabularySize();
    return IntStream.range(0, results.size())
        .parallel()
        .mapToObj(
            row -> {
              int token = results.get(row).chosen();
              return new Answer(token, 31 * hash(rows, row * size, size) + token);
            })
        .toList();
  }

  /** Compares with the first answer that the sequence got after so many known tokens. */
  private void compare(int sequence, int known, Answer answer) {
    Integer before = expected.putIfAbsent(((long) sequence << 32) | known, answer.hash());
    if (before != null) {
      compared++;
      if (before != answer.hash()) {
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
