package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.AttentionTile.POSITIONS;
import static dev.espalier.engine.cpu.AttentionTile.ROWS;
import static dev.espalier.engine.cpu.PagedCache.PAGE;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.StepBatch.Slice;
import dev.espalier.engine.model.StepLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Causal attention over pages. A task is some tokens and the heads that share one key-value head; a
 * row is one head of one token. Positions are walked in tiles that begin at multiples of {@link
 * AttentionTile#POSITIONS}, and the tiles of a row are merged in ascending order, so that a row
 * depends on nothing but its own sequence.
 *
 * <p>Tokens are taken in the order of their sequences' pages. So those that share a beginning lie
 * next to each other, and its keys and values are read once for all that are in one task.
 *
 * <p>Source of the merging: Milakov and Gimelshein, "Online normalizer calculation for softmax"
 * (2018).
 */
final class PagedAttention {
  private static final int MOST_TOKENS = 32; // of a task
  private static final int TASKS_EACH = 4; // of a worker, so that none waits long for the last one
  private static final int PAGES = POSITIONS / PAGE;

  private final Workers workers;
  private final Scratch[] scratch;
  private StepLayout step;
  private int tokens;

  // Of the tokens of the step, in the order in which they are taken.
  private int[] rows = {}; // of the step
  private int[] slices = {};
  private int[] common = {}; // leading positions whose pages are those of the token before

  /** What a task works on. */
  private static final class Scratch {
    private final AttentionRows rows = new AttentionRows();
    private final int[] keyPages = new int[PAGES];
    private final int[] valuePages = new int[PAGES];
  }

  PagedAttention(Workers workers) {
    this.workers = workers;
    this.scratch = new Scratch[workers.count()];
    Arrays.setAll(scratch, i -> new Scratch());
  }

  void begin(StepLayout newStep) {
    step = newStep;
    if (rows.length < step.rows()) {
      rows = new int[step.rows()];
      slices = new int[step.rows()];
      common = new int[step.rows()];
    }
    List<Slice> all = step.batch().slices();
    Integer[] order = new Integer[step.slices()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Arrays.compare(all.get(a).pages(), all.get(b).pages()));
    tokens = 0;
    int[] before = {};
    for (int slice : order) {
      int[] pages = all.get(slice).pages();
      int mismatch = Arrays.mismatch(before, pages);
      int shared = mismatch < 0 ? Integer.MAX_VALUE : mismatch * PAGE;
      for (int row = step.firstRows()[slice]; row < step.firstRows()[slice + 1]; row++) {
        rows[tokens] = row;
        slices[tokens] = slice;
        common[tokens++] = shared;
        shared = Integer.MAX_VALUE;
      }
      before = pages;
    }
  }

  /** See {@link dev.espalier.engine.model.Operations#attend}. */
  void attend(
      AttentionConfig attention, CpuActivation qkv, PagedCache.Layer cache, CpuActivation out) {
    int heads = attention.keyValueHeads();
    int wanted = tokens * heads / (TASKS_EACH * workers.count());
    int each = Math.max(1, Math.min(MOST_TOKENS, wanted));
    int parts = (tokens + each - 1) / each;
    workers.run(
        parts * heads,
        (task, worker) -> {
          int first = task / heads * each;
          int past = Math.min(tokens, first + each);
          attend(attention, qkv, cache, out, first, past, task % heads, scratch[worker]);
        });
  }

  private void attend(
      AttentionConfig attention,
      CpuActivation qkv,
      PagedCache.Layer cache,
      CpuActivation out,
      int first,
      int past,
      int keyValueHead,
      Scratch scratch) {
    AttentionRows work = scratch.rows;
    int group = attention.heads() / attention.keyValueHeads();
    int firstHead = keyValueHead * group;
    work.begin(attention, cache.width(), (past - first) * group);
    int begin = Integer.MAX_VALUE;
    int end = 0;
    for (int token = first; token < past; token++) {
      int row = rows[token];
      for (int i = 0; i < group; i++) {
        int query = row * qkv.stride() + (firstHead + i) * attention.headSize();
        work.place((token - first) * group + i, query, step.positions()[row]);
      }
      begin = Math.min(begin, work.firstSeen((token - first) * group));
      end = Math.max(end, step.positions()[row] + 1);
    }
    for (int base = begin / POSITIONS * POSITIONS; base < end; base += POSITIONS) {
      int pastRun;
      for (int run = first; run < past; run = pastRun) {
        pastRun = pastRun(run, past, base);
        tiles(run, pastRun, first, group, base, keyValueHead, qkv, cache, scratch);
      }
    }
    for (int token = first; token < past; token++) {
      int row = rows[token] * out.stride();
      for (int i = 0; i < group; i++) {
        int at = row + (firstHead + i) * attention.headSize();
        work.finish((token - first) * group + i, out.data(), at);
      }
    }
  }

  /** The end of the tokens from {@code run} on that see the same pages of a tile. */
  private int pastRun(int run, int past, int base) {
    int token = run + 1;
    while (token < past) {
      int last = Math.max(step.positions()[rows[token]], step.positions()[rows[token - 1]]);
      if (common[token] < Math.min(base + POSITIONS, last + 1)) {
        break;
      }
      token++;
    }
    return token;
  }

  /** Merges a tile into the rows of tokens that see the same pages of it. */
  private void tiles(
      int run,
      int pastRun,
      int first,
      int group,
      int base,
      int keyValueHead,
      CpuActivation qkv,
      PagedCache.Layer cache,
      Scratch scratch) {
    int longest = run;
    for (int token = run; token < pastRun; token++) {
      if (step.positions()[rows[token]] > step.positions()[rows[longest]]) {
        longest = token;
      }
    }
    int last = step.positions()[rows[longest]];
    if (last < base) {
      return;
    }
    int[] pages = step.batch().slices().get(slices[longest]).pages();
    for (int i = 0; i < PAGES; i++) {
      // Positions after the last one are computed with its page and then masked.
      int page = pages[Math.min(base + i * PAGE, last) / PAGE];
      scratch.keyPages[i] = cache.keyOffset(page, keyValueHead);
      scratch.valuePages[i] = cache.valueOffset(page, keyValueHead);
    }
    int end = Math.min(POSITIONS, last + 1 - base);
    int past = (pastRun - first) * group;
    for (int row = (run - first) * group; row < past; row += ROWS) {
      scratch.rows.tile(
          row, past, base, end, qkv.data(), cache, scratch.keyPages, scratch.valuePages);
    }
  }
}
