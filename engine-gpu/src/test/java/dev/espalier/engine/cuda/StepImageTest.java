package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.cuda.StepImage.Part;
import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written down of a step is the step, wherever the parts lie. */
class StepImageTest {
  private static final int ROWS = 256;
  private static final int PAGE = 16;
  private static final int GARBAGE = 0x7bad7bad; // left by earlier steps

  private final Random random = new Random(3);
  private final AttentionPlanner planner =
      new AttentionPlanner(4, 8, PAGE, 264, 264, true, 1 << 20, 1 << 20);
  private final StepImage image = new StepImage(ROWS);
  private IntBuffer content;

  /**
   * @param most tokens of all slices
   * @param earlier most positions before a slice
   * @param outputs most of a token
   */
  private BatchLayout step(int sequences, int most, int earlier, int outputs) {
    List<Slice> slices = new ArrayList<>();
    int left = most;
    for (int i = 0; i < sequences && left > 0; i++) {
      int tokens = 1 + random.nextInt(Math.min(left, most / sequences));
      left -= tokens;
      int start = random.nextInt(earlier + 1);
      int[] pages = random.ints((start + tokens + PAGE - 1) / PAGE, 0, 1 << 20).toArray();
      List<Output> asked = new ArrayList<>();
      for (int token = 0; token < tokens; token++) {
        for (int o = random.nextInt(outputs + 1); o > 0; o--) {
          asked.add(new Output(token, -1, 0, null));
        }
      }
      slices.add(new Slice(random.ints(tokens, 0, 1000).toArray(), start, pages, asked));
    }
    List<PageCopy> copies = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      copies.add(new PageCopy(random.nextInt(1000), random.nextInt(1000), random.nextInt(PAGE)));
    }
    return BatchLayout.of(new ForwardBatch(copies, slices), 1000, PAGE, 1 << 20, null);
  }

  private AttentionPlan write(BatchLayout step, int rows) {
    AttentionPlan plan = planner.plan(step, random.nextBoolean());
    image.reserve(step, plan, rows);
    int[] memory = new int[image.size()];
    Arrays.fill(memory, GARBAGE);
    content = IntBuffer.wrap(memory);
    image.write(step, plan, rows, content);
    return plan;
  }

  private int at(Part part, int index) {
    return content.get(image.offset(part) + index);
  }

  private int[] part(Part part, int count) {
    int[] values = new int[count];
    content.get(image.offset(part), values);
    return values;
  }

  private void check(BatchLayout step, AttentionPlan plan, int rows) {
    assertThat(part(Part.TOKENS, step.rows())).isEqualTo(step.tokens());
    assertThat(part(Part.POSITIONS, step.rows())).isEqualTo(step.positions());
    assertThat(part(Part.OUTPUT_ROWS, step.outputs())).isEqualTo(step.outputRows());
    assertThat(part(Part.ROW_LIST, plan.rowList().length)).isEqualTo(plan.rowList());
    assertThat(part(Part.MERGE_SPLITS, step.rows()))
        .isEqualTo(Arrays.copyOf(plan.mergeSplits(), step.rows()));
    for (int s = 0; s < step.slices(); s++) {
      int[] pages = step.batch().slices().get(s).pages();
      for (int row = step.firstRows()[s]; row < step.firstRows()[s + 1]; row++) {
        assertThat(pagesFrom(at(Part.ROW_PAGES, row), pages.length)).isEqualTo(pages);
      }
    }
    for (int row = step.rows(); row < rows; row++) {
      assertThat(at(Part.TOKENS, row)).isZero();
      assertThat(at(Part.POSITIONS, row)).isZero();
      assertThat(at(Part.ROW_PAGES, row)).isEqualTo(-1);
      assertThat(at(Part.MERGE_SPLITS, row)).isZero();
    }
    for (int output = step.outputs(); output < rows; output++) {
      assertThat(at(Part.OUTPUT_ROWS, output)).isZero();
    }
    assertThat(at(Part.COUNTS, StepImage.FEW_COUNT)).isEqualTo(plan.few().size());
    assertThat(at(Part.COUNTS, StepImage.MANY_COUNT)).isEqualTo(plan.many().size());
    checkItems(step, plan.few(), Part.FEW_ITEMS);
    checkItems(step, plan.many(), Part.MANY_ITEMS);
    List<PageCopy> copies = step.batch().copies();
    for (int i = 0; i < copies.size(); i++) {
      PageCopy copy = copies.get(i);
      assertThat(new PageCopy(at(Part.COPIES, 3 * i), at(Part.COPIES, 3 * i + 1), copy.tokens()))
          .isEqualTo(copy);
      assertThat(at(Part.COPIES, 3 * i + 2)).isEqualTo(copy.tokens());
    }
  }

  private int[] pagesFrom(int index, int count) {
    int[] pages = new int[count];
    content.get(image.offset(Part.PAGE_TABLE) + index, pages);
    return pages;
  }

  private void checkItems(BatchLayout step, List<AttentionItem> items, Part part) {
    for (int i = 0; i < items.size(); i++) {
      AttentionItem item = items.get(i);
      int[] pages = step.batch().slices().get(item.slice()).pages();
      int first = AttentionItem.INTS * i;
      assertThat(pagesFrom(at(part, first), pages.length)).isEqualTo(pages);
      assertThat(
              new AttentionItem(
                  item.slice(),
                  at(part, first + 1),
                  at(part, first + 2),
                  at(part, first + 3),
                  at(part, first + 4),
                  at(part, first + 5),
                  at(part, first + 6) == 1))
          .isEqualTo(item);
    }
  }

  private Map<Part, Integer> places() {
    Map<Part, Integer> places = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      places.put(part, image.offset(part));
    }
    return places;
  }

  @Test
  void everyPartIsThatOfTheStep() {
    for (int round = 0; round < 200; round++) {
      BatchLayout step =
          step(1 + random.nextInt(60), 60 + random.nextInt(ROWS - 60), random.nextInt(5000), 2);
      int rows = step.rows() + random.nextInt(ROWS - step.rows() + 1);
      AttentionPlan plan = write(step, rows);
      check(step, plan, rows);
    }
  }

  @Test
  void nothingIsWrittenBehindWhatIsCopied() {
    for (int round = 0; round < 20; round++) {
      write(step(10, 100, 3000, 1), ROWS);
      assertThat(image.end()).isPositive();
      for (int i = image.end(); i < image.size(); i++) {
        assertThat(content.get(i)).isEqualTo(GARBAGE);
      }
    }
  }

  @Test
  void partsStayWhereTheyAreUntilOneHasTooLittleRoom() {
    int generation = image.generation();
    Map<Part, Integer> places = places();
    for (int round = 0; round < 20; round++) {
      write(step(1 + random.nextInt(40), ROWS, 400, 1), ROWS);
      assertThat(image.generation()).isEqualTo(generation);
      assertThat(places()).isEqualTo(places);
    }
    // More pages than there is room for, then more outputs.
    for (BatchLayout large : List.of(step(40, 40, 60_000, 1), step(40, ROWS, 400, 30))) {
      int size = image.size();
      check(large, write(large, ROWS), ROWS);
      assertThat(image.generation()).isGreaterThan(generation);
      assertThat(image.size()).isGreaterThan(size);
      generation = image.generation();
      places = places();
      check(large, write(large, ROWS), ROWS);
      write(step(20, ROWS, 400, 1), ROWS);
      assertThat(image.generation()).isEqualTo(generation);
      assertThat(places()).isEqualTo(places);
    }
  }
}
