package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProductTasksTest {

  @Test
  void tasksCoverTheTilesAndFitIntoAThreadsMemory() {
    for (int blocks : new int[] {1, 2, 9, 15, 48, 768}) {
      for (int parts : new int[] {1, 2, 4}) {
        for (int tiles : new int[] {1, 2, 6, 7, 32, 33, 128, 513}) {
          for (int threads : new int[] {1, 2, 3, 8, 64}) {
            ProductTasks tasks = ProductTasks.of(blocks, parts, tiles, threads);
            assertThat(parts % tasks.columnParts()).isZero();
            assertThat(tasks.tileTasks() * tasks.tilesPerTask()).isGreaterThanOrEqualTo(tiles);
            assertThat((tasks.tileTasks() - 1) * tasks.tilesPerTask()).isLessThan(tiles);
            assertThat(tasks.tilesPerTask() * Tiling.LARGE)
                .isLessThanOrEqualTo(PackedMatrix.Scratch.ROWS);
            assertThat(tasks.count(blocks))
                .isEqualTo(blocks * tasks.columnParts() * tasks.tileTasks());
          }
        }
      }
    }
  }

  @Test
  void weightsAreReadOnceWhereBlocksOrPartsOfThemKeepAllThreadsAtWork() {
    assertThat(ProductTasks.of(48, 2, 6, 2)).isEqualTo(new ProductTasks(1, 6, 1));
    assertThat(ProductTasks.of(9, 2, 6, 2)).isEqualTo(new ProductTasks(2, 6, 1));
    assertThat(ProductTasks.of(9, 4, 6, 4)).isEqualTo(new ProductTasks(4, 6, 1));
    assertThat(ProductTasks.of(9, 1, 6, 2)).isEqualTo(new ProductTasks(1, 3, 2));
  }
}
