package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.AttentionTile.POSITIONS;
import static dev.espalier.engine.cpu.PagedCache.PAGE;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.model.AttentionConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Causal attention over pages. A task is some tokens of a slice, or of several slices whose pages
 * begin alike, and the heads that share one key-value head; a row is one head of one token.
 * Positions are walked in tiles that begin at multiples of {@link AttentionTile#POSITIONS}, and the
 * tiles of a row are merged in ascending order, so that a row depends on nothing but its own
 * sequence: which rows meet in a task changes no bit.
 *
 * <p>Sources: of the merging, Milakov and Gimelshein, "Online normalizer calculation for softmax"
 * (2018); of reading shared pages once for many sequences, Juravsky and others, "Hydragen:
 * High-Throughput LLM Inference with Shared Prefixes" (2024).
 */
final class PagedAttention {
  private static final int TOKENS_PER_TASK = 32;
  private static final int PAGES = POSITIONS / PAGE;

  /** Slices of more tokens fill tiles by themselves. */
  private static final int MOST_TOKENS_TO_JOIN = 4;

  /** So many parts for each worker are wanted, so that all end at the same time. */
  private static final int PARTS_PER_WORKER = 2;

  private final Workers workers;
  private final AttentionRows[] rows;
  private final List<List<Piece>> tasks = new ArrayList<>(); // of the step, for each key-value head
  private BatchLayout step;

  /** Tokens of a slice, by rows of the step. */
  private record Piece(Slice slice, int firstRow, int tokens) {}

  PagedAttention(Workers workers) {
    this.workers = workers;
    this.rows = new AttentionRows[workers.count()];
    Arrays.setAll(rows, i -> new AttentionRows());
  }

  void begin(BatchLayout newStep) {
    step = newStep;
    tasks.clear();
    List<Piece> few = new ArrayList<>();
    for (int i = 0; i < step.slices(); i++) {
      Slice slice = step.batch().slices().get(i);
      int end = step.firstRows()[i + 1];
      if (end - step.firstRows()[i] <= MOST_TOKENS_TO_JOIN) {
        few.add(new Piece(slice, step.firstRows()[i], end - step.firstRows()[i]));
        continue;
      }
      for (int row = step.firstRows()[i]; row < end; row += TOKENS_PER_TASK) {
        tasks.add(List.of(new Piece(slice, row, Math.min(TOKENS_PER_TASK, end - row))));
      }
    }
    join(few);
  }

  /** Puts slices together whose pages begin alike, those with more of them in common first. */
  private void join(List<Piece> pieces) {
    pieces.sort((a, b) -> Arrays.compare(a.slice.pages(), b.slice.pages()));
    int tokens = pieces.stream().mapToInt(Piece::tokens).sum();
    int wanted = (tokens - 1) / (PARTS_PER_WORKER * workers.count()) + 1;
    int most = Math.max(AttentionTile.MOST, Math.min(TOKENS_PER_TASK, wanted));
    for (int i = 0; i < pieces.size(); ) {
      int end = i + 1;
      int sum = pieces.get(i).tokens;
      while (end < pieces.size()
          && pieces.get(end).slice.pages()[0] == pieces.get(i).slice.pages()[0]
          && sum + pieces.get(end).tokens <= most) {
        sum += pieces.get(end).tokens;
        end++;
      }
      tasks.add(List.copyOf(pieces.subList(i, end)));
      i = end;
    }
  }

  /** See {@link dev.espalier.engine.model.Operations#attend}. */
  void attend(
      AttentionConfig attention, CpuActivation qkv, PagedCache.Layer cache, CpuActivation out) {
    int heads = attention.keyValueHeads();
    workers.run(
        tasks.size() * heads,
        (task, worker) ->
            attend(
                attention, qkv, cache, out, tasks.get(task / heads), task % heads, rows[worker]));
  }

  private void attend(
      AttentionConfig attention,
      CpuActivation qkv,
      PagedCache.Layer cache,
      CpuActivation out,
      List<Piece> pieces,
      int keyValueHead,
      AttentionRows work) {
    int group = attention.heads() / attention.keyValueHeads();
    int column = keyValueHead * group * attention.headSize();
    int count = pieces.stream().mapToInt(Piece::tokens).sum() * group;
    work.begin(attention, cache.width(), count);
    int firstSeen = Integer.MAX_VALUE;
    int lastPosition = 0;
    int row = 0;
    for (int sequence = 0; sequence < pieces.size(); sequence++) {
      Piece piece = pieces.get(sequence);
      int first = row;
      for (int token = piece.firstRow; token < piece.firstRow + piece.tokens; token++) {
        for (int head = 0; head < group; head++) {
          int at = token * qkv.stride() + column + head * attention.headSize();
          work.place(row++, sequence, qkv.data(), at, step.positions()[token]);
        }
      }
      firstSeen = Math.min(firstSeen, work.firstSeen(first));
      lastPosition = Math.max(lastPosition, last(piece));
    }
    Tiling tiling = tiling(count, group, pieces.size() > 1);
    int[][] keyPages = new int[pieces.size()][PAGES];
    int[][] valuePages = new int[pieces.size()][PAGES];
    for (int base = firstSeen / POSITIONS * POSITIONS; base <= lastPosition; base += POSITIONS) {
      for (int sequence = 0; sequence < pieces.size(); sequence++) {
        Piece piece = pieces.get(sequence);
        for (int i = 0; i < PAGES; i++) {
          // Positions after the last one are computed with its page and then masked.
          int page = piece.slice.pages()[Math.min(base + i * PAGE, last(piece)) / PAGE];
          keyPages[sequence][i] = cache.keyOffset(page, keyValueHead);
          valuePages[sequence][i] = cache.valueOffset(page, keyValueHead);
        }
      }
      for (int tile = 0; tile < tiling.tiles(); tile++) {
        work.tile(tiling.firstRow(tile), tiling.size(tile), base, cache, keyPages, valuePages);
      }
    }
    row = 0;
    for (Piece piece : pieces) {
      for (int token = piece.firstRow; token < piece.firstRow + piece.tokens; token++) {
        for (int head = 0; head < group; head++) {
          int at = token * out.stride() + column + head * attention.headSize();
          work.finish(row++, out.data(), at);
        }
      }
    }
  }

  /** The last position of a piece. */
  private int last(Piece piece) {
    return step.positions()[piece.firstRow + piece.tokens - 1];
  }

  /** Rows of a sequence are better not parted, since they read pages of their own too. */
  private static Tiling tiling(int rows, int group, boolean joined) {
    return joined && group % Tiling.SMALL == 0
        ? new Tiling(AttentionTile.MOST, 0, rows / Tiling.SMALL)
        : Tiling.of(rows, AttentionTile.MOST);
  }
}
