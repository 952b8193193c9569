package dev.espalier.engine.cuda;

import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepLayout;
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

  // Reading this many splits once less pays for merging partial results.
  private static final int LEAST_SAVING = 4;

  private final int group;
  private final int keyValueHeads;
  private final int pageSize;
  private final int blocks;
  private final int mostPartials;

  private final List<AttentionItem> few = new ArrayList<>();
  private final List<AttentionItem> many = new ArrayList<>();
  private int[] rowList = new int[1024];
  private int listed;
  private StepLayout step;

  /**
   * @param group query heads for each key-value head, at most 64
   * @param blocks that run at the same time
   * @param mostPartials room for partial results
   */
  AttentionPlanner(int group, int keyValueHeads, int pageSize, int blocks, int mostPartials) {
    if (group > MANY_ROWS || SPLIT % pageSize != 0) {
      throw new IllegalArgumentException(group + " heads a group, pages of " + pageSize);
    }
    this.group = group;
    this.keyValueHeads = keyValueHeads;
    this.pageSize = pageSize;
    this.blocks = blocks;
    this.mostPartials = mostPartials;
  }

  /**
   * The plan of a step.
   *
   * @param sharing whether beginnings in common are attended once
   */
  AttentionPlan plan(StepLayout layout, boolean sharing) {
    step = layout;
    AttentionPlan plan = divide(sharing, true);
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
    List<Integer> decoding = new ArrayList<>();
    for (int s = 0; s < step.slices(); s++) {
      if (rows(s) * group <= FEW_ROWS) {
        decoding.add(s);
      } else {
        prefill(s);
      }
    }
    if (sharing) {
      decoding.sort(Comparator.comparing(this::pages, Arrays::compare));
      cover(decoding, 0);
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
    StepBatch.Slice first = step.batch().slices().get(a);
    StepBatch.Slice second = step.batch().slices().get(b);
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
    long total = 0;
    for (AttentionItem item : few) {
      total += item.splits();
    }
    for (AttentionItem item : many) {
      total += item.splits();
    }
    int longest =
        cutting
            ? (int) Math.max(1, (total * keyValueHeads * 5 / 4 + blocks - 1) / blocks)
            : Integer.MAX_VALUE;
    int[] base = new int[step.rows()];
    int[] merge = new int[step.rows()];
    int partials = 0;
    List<AttentionItem> cutFew = cut(few, longest);
    List<AttentionItem> cutMany = cut(many, longest);
    for (List<AttentionItem> items : List.of(cutFew, cutMany)) {
      for (AttentionItem item : items) {
        if (item.partial()) {
          for (int i = 0; i < item.rowCount(); i++) {
            int row = rowList[item.firstRow() + i];
            if (merge[row] == 0) {
              merge[row] = splits(step.positions()[row] + 1);
              base[row] = partials;
              // An item also writes sums of splits that only its later rows see.
              partials += merge[row] + 1;
            }
          }
        }
      }
    }
    return new AttentionPlan(
        cutFew, cutMany, Arrays.copyOf(rowList, listed), base, merge, partials);
  }

  private static List<AttentionItem> cut(List<AttentionItem> items, int longest) {
    List<AttentionItem> result = new ArrayList<>();
    for (AttentionItem item : items) {
      if (item.splits() <= longest) {
        result.add(item);
        continue;
      }
      for (int first = item.firstSplit(); first < item.endSplit(); first += longest) {
        int end = Math.min(item.endSplit(), first + longest);
        result.add(
            new AttentionItem(
                item.slice(), item.firstRow(), item.rowCount(), first, end, item.keys(), true));
      }
    }
    result.sort(Comparator.comparingInt(AttentionItem::splits).reversed());
    return List.copyOf(result);
  }
}
