package dev.espalier.engine.cuda;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Divides the attention of a step into items.
 *
 * <p>Sequences that are decoded are sorted by their page numbers, so that those which share a
 * beginning are neighbours and their shared beginnings form a tree. Each branch of it is attended
 * once for all sequences under it; what follows is attended by each on its own. Where that leaves
 * parts of the GPU without work, items are cut into fewer splits each.
 */
final class AttentionPlanner {
  /** Positions of one split: see attention.cuh. */
  static final int SPLIT = 256;

  /** Most rows, a query and head each, of an item for few queries. */
  static final int FEW_ROWS = 16;

  /** Most rows of any item. */
  static final int MANY_ROWS = 64;

  // A branch is attended by itself if so many splits are read once less.
  private static final int LEAST_SAVING = 4;
  // What a launch costs, in bytes that could be read meanwhile: of the kernel that merges, and of
  // the one for many queries.
  private static final long MERGE_BYTES = 10L << 20;
  private static final long MANY_BYTES = 25L << 20;

  private final int group;
  private final int keyValueHeads;
  private final int pageSize;
  private final int fewBlocks;
  private final int manyBlocks;
  private final boolean folds;
  private final long splitBytes;
  private final int mostPartials;

  private final List<AttentionItem> few = new ArrayList<>();
  private final List<AttentionItem> many = new ArrayList<>();
  private int[] rowList = new int[1024];
  private int listed;
  private int saved; // splits that are read once less
  private BatchLayout step;

  /**
   * @param group query heads for each key-value head, at most 64
   * @param fewBlocks that run at the same time for few queries
   * @param manyBlocks the same for many
   * @param folds whether an item that begins with split 0 leaves one sum for all its splits
   * @param splitBytes keys and values of a split, all heads
   * @param mostPartials room for partial results
   */
  AttentionPlanner(
      int group,
      int keyValueHeads,
      int pageSize,
      int fewBlocks,
      int manyBlocks,
      boolean folds,
      long splitBytes,
      int mostPartials) {
    if (group > MANY_ROWS || SPLIT % pageSize != 0) {
      throw new IllegalArgumentException(group + " heads a group, pages of " + pageSize);
    }
    this.group = group;
    this.keyValueHeads = keyValueHeads;
    this.pageSize = pageSize;
    this.fewBlocks = fewBlocks;
    this.manyBlocks = manyBlocks;
    this.folds = folds;
    this.splitBytes = splitBytes;
    this.mostPartials = mostPartials;
  }

  /**
   * The plan of a step.
   *
   * @param sharing whether beginnings in common are attended once
   */
  AttentionPlan plan(BatchLayout layout, boolean sharing) {
    step = layout;
    AttentionPlan plan = divide(sharing, true);
    if (plan.partials() > mostPartials) {
      plan = divide(sharing, false);
    }
    if (plan.partials() > mostPartials) {
      plan = divide(false, false);
    }
    step = null;
    return plan;
  }

  private AttentionPlan divide(boolean sharing, boolean cutting) {
    few.clear();
    many.clear();
    listed = 0;
    saved = 0;
    List<Integer> decoding = new ArrayList<>();
    for (int s = 0; s < step.slices(); s++) {
      if (rows(s) * group <= FEW_ROWS) {
        decoding.add(s);
      } else {
        prefill(s);
      }
    }
    if (sharing) {
      boolean prefill = !many.isEmpty();
      decoding.sort(Comparator.comparing(this::pages, Arrays::compare));
      cover(decoding, 0);
      long cost = MERGE_BYTES + (many.isEmpty() || prefill ? 0 : MANY_BYTES);
      if (saved > 0 && saved * splitBytes < cost) {
        return divide(false, cutting);
      }
    } else {
      decoding.forEach(s -> alone(s, 0));
    }
    return finish(cutting);
  }

  private int rows(int slice) {
    return step.batch().slices().get(slice).tokens().length;
  }

  private int[] pages(int slice) {
    return step.batch().slices().get(slice).pages();
  }

  private void prefill(int slice) {
    int each = MANY_ROWS / group;
    int start = step.batch().slices().get(slice).start();
    for (int first = 0; first < rows(slice); first += each) {
      int count = Math.min(each, rows(slice) - first);
      int keys = start + first + count;
      int list = listed;
      list(step.firstRows()[slice] + first, count);
      many.add(new AttentionItem(slice, list, count, 0, splits(keys), keys, false));
    }
  }

  private void alone(int slice, int firstSplit) {
    int keys = step.batch().slices().get(slice).start() + rows(slice);
    int list = listed;
    list(step.firstRows()[slice], rows(slice));
    few.add(
        new AttentionItem(
            slice, list, rows(slice), firstSplit, splits(keys), keys, firstSplit > 0));
  }

  /** Attends from {@code firstSplit} on, for neighbours that share what comes before it. */
  private void cover(List<Integer> slices, int firstSplit) {
    if (slices.size() == 1) {
      alone(slices.get(0), firstSplit);
      return;
    }
    int common = Integer.MAX_VALUE;
    for (int i = 1; i < slices.size(); i++) {
      common = Math.min(common, sharedSplits(slices.get(i - 1), slices.get(i)));
    }
    int reached = firstSplit;
    if ((slices.size() - 1) * (common - firstSplit) >= LEAST_SAVING) {
      shared(slices, firstSplit, common);
      saved += (slices.size() - 1) * (common - firstSplit);
      reached = common;
    }
    int begin = 0;
    for (int i = 1; i <= slices.size(); i++) {
      if (i == slices.size() || sharedSplits(slices.get(i - 1), slices.get(i)) <= common) {
        cover(slices.subList(begin, i), reached);
        begin = i;
      }
    }
  }

  private void shared(List<Integer> slices, int firstSplit, int endSplit) {
    int total = slices.stream().mapToInt(this::rows).sum();
    boolean fits = total * group <= FEW_ROWS;
    int most = (fits ? FEW_ROWS : MANY_ROWS) / group;
    int list = listed;
    for (int i = 0; i < slices.size(); i++) {
      int slice = slices.get(i);
      for (int row = step.firstRows()[slice]; row < step.firstRows()[slice + 1]; row++) {
        list(row, 1);
        boolean last = i == slices.size() - 1 && row == step.firstRows()[slice + 1] - 1;
        if (listed - list == most || last) {
          (fits ? few : many)
              .add(
                  new AttentionItem(
                      slice, list, listed - list, firstSplit, endSplit, endSplit * SPLIT, true));
          list = listed;
        }
      }
    }
  }

  /** Whole splits that two slices share and that come before the queries of both. */
  private int sharedSplits(int a, int b) {
    int pages = Arrays.mismatch(pages(a), pages(b));
    if (pages < 0) {
      pages = pages(a).length;
    }
    ForwardBatch.Slice first = step.batch().slices().get(a);
    ForwardBatch.Slice second = step.batch().slices().get(b);
    int tokens = Math.min(pages * pageSize, Math.min(first.start(), second.start()));
    return tokens / SPLIT;
  }

  private static int splits(int keys) {
    return (keys + SPLIT - 1) / SPLIT;
  }

  private void list(int first, int count) {
    if (listed + count > rowList.length) {
      rowList = Arrays.copyOf(rowList, 2 * (listed + count));
    }
    for (int i = 0; i < count; i++) {
      rowList[listed++] = first + i;
    }
  }

  /** Cuts items that are too long, numbers partial results, puts the longest items first. */
  private AttentionPlan finish(boolean cutting) {
    List<AttentionItem> cutFew = cut(few, cutting ? fewBlocks : 0);
    List<AttentionItem> cutMany = cut(many, cutting ? manyBlocks : 0);
    int[] first = new int[step.rows()];
    int[] merge = new int[step.rows()];
    for (List<AttentionItem> items : List.of(cutFew, cutMany)) {
      for (AttentionItem item : items) {
        for (int i = 0; item.partial() && i < item.rowCount(); i++) {
          int row = rowList[item.firstRow() + i];
          if (folds && item.firstSplit() == 0) {
            first[row] = item.endSplit() - 1;
          }
          merge[row] =
              Math.max(merge[row], Math.max(first[row] + 1, splits(step.positions()[row] + 1)));
        }
      }
    }
    int[] base = new int[step.rows()];
    int partials = 0;
    for (int row = 0; row < step.rows(); row++) {
      if (merge[row] > 0) {
        base[row] = partials - first[row];
        // An item also writes sums of splits that only its later rows see.
        partials += merge[row] + 1 - first[row];
      }
    }
    Comparator<AttentionItem> longestFirst =
        Comparator.comparingInt(AttentionItem::splits).reversed();
    cutFew.sort(longestFirst);
    cutMany.sort(longestFirst);
    return new AttentionPlan(
        List.copyOf(cutFew),
        List.copyOf(cutMany),
        Arrays.copyOf(rowList, listed),
        base,
        first,
        merge,
        partials);
  }

  /** Cuts items so that each of {@code blocks} gets a share; 0 leaves them as they are. */
  private List<AttentionItem> cut(List<AttentionItem> items, int blocks) {
    if (blocks == 0) {
      return new ArrayList<>(items);
    }
    long total = items.stream().mapToLong(AttentionItem::splits).sum() * keyValueHeads;
    List<AttentionItem> result = new ArrayList<>();
    for (AttentionItem item : items) {
      // Sums that are left cost something, so an item that leaves none yet may be longer.
      long allowed = item.partial() ? total : total * 5 / 4;
      int longest = (int) Math.max(1, (allowed + blocks - 1) / blocks);
      int pieces = (item.splits() + longest - 1) / longest;
      if (pieces <= 1) {
        result.add(item);
        continue;
      }
      int each = (item.splits() + pieces - 1) / pieces;
      for (int first = item.firstSplit(); first < item.endSplit(); first += each) {
        result.add(item.part(first, Math.min(item.endSplit(), first + each)));
      }
    }
    return result;
  }
}
