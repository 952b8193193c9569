package dev.espalier.io.parquet;

import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;

/**
 * What the levels of one column in one row group say: how many rows there are, and how the groups
 * around the column are there and repeat. Columns of one group must say the same of it, else they
 * would be put together into rows that nobody wrote.
 */
final class ColumnStructure {
  /** Odd, so that no factor is lost modulo 2^64. */
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /**
   * A group that other columns lie in too.
   *
   * @param path of the group, with dots
   * @param repetition the repetition level of what lies in it
   * @param definition the definition level at which it is there
   */
  record Group(String path, int repetition, int definition) {}

  private final int maxRepetition;
  private final int maxDefinition;
  private final List<Integer> repeated; // the definition level of each repeated group around it
  private final List<Group> groups;
  private final long[] sums; // of each group, over its repetition and definition levels in order
  private long rows;
  private boolean begun;
  private int before; // the definition level of the value before

  ColumnStructure(ColumnDescriptor column, SharedGroups groups) {
    this.maxRepetition = column.getMaxRepetitionLevel();
    this.maxDefinition = column.getMaxDefinitionLevel();
    this.repeated = groups.repeated(column);
    this.groups = groups.of(column);
    this.sums = new long[this.groups.size()];
  }

  /**
   * Takes the levels of the next page.
   *
   * @param count levels of each kind
   * @return how many values the page has, nulls not counted
   */
  int add(int count, LevelStream repetition, LevelStream definition) throws DamagedException {
    if (maxRepetition == 0 && maxDefinition == 0 && sums.length == 0) {
      rows += count;
      return count;
    }
    int present = 0;
    for (int i = 0; i < count; i++) {
      int level = repetition.next();
      int defined = definition.next();
      if (level == 0) {
        rows++;
      } else if (!begun) {
        throw new DamagedException("it begins within a row");
      } else if (Math.min(before, defined) < repeated.get(level - 1)) {
        throw new DamagedException("a list without values goes on");
      }
      begun = true;
      before = defined;
      if (defined == maxDefinition) {
        present++;
      }
      for (int g = 0; g < sums.length; g++) {
        Group group = groups.get(g);
        if (level <= group.repetition) {
          long both = ((long) level << Integer.SIZE) + Math.min(defined, group.definition) + 1;
          sums[g] = (sums[g] + both) * FACTOR;
        }
      }
    }
    return present;
  }

  long rows() {
    return rows;
  }

  List<Group> groups() {
    return groups;
  }

  /** Equal, but for a chance of 2^-64, for columns that say the same of a group. */
  long sum(int group) {
    return sums[group];
  }
}
