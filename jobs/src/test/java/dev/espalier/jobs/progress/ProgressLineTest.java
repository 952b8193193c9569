package dev.espalier.jobs.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.progress.JobProgress.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void thePhaseFollowsFromWhatIsKnown() {
    assertThat(JobProgress.phase(0, false, 0, 0, true)).isEqualTo(Phase.READING);
    assertThat(JobProgress.phase(3, false, 0, 0, true)).isEqualTo(Phase.PLANNING);
    assertThat(JobProgress.phase(9, true, 9, 0, false)).isEqualTo(Phase.LOADING);
    assertThat(JobProgress.phase(9, true, 9, 8, true)).isEqualTo(Phase.RUNNING);
    assertThat(JobProgress.phase(9, true, 9, 9, true)).isEqualTo(Phase.WRITING);
    assertThat(JobProgress.phase(0, true, 0, 0, false)).isEqualTo(Phase.WRITING);
  }

  @Test
  void eachPhaseSaysWhatItIsAt() {
    ProgressLine line = new ProgressLine(64);
    assertThat(line.at(rows(Phase.READING, 12, 0, 0, 0, 0), 0)).isEqualTo("reading | 12 rows");
    assertThat(line.at(rows(Phase.PLANNING, 100, 30, 10, 0, 0), SECOND))
        .isEqualTo("planning | 30 of 90 rows");
    assertThat(line.at(rows(Phase.LOADING, 100, 90, 10, 90, 0), 2 * SECOND))
        .isEqualTo("loading | 10/100 rows, 0 failed");
    assertThat(line.at(rows(Phase.RUNNING, 100, 90, 10, 90, 0), 3 * SECOND))
        .isEqualTo(
            "running | 10/100 rows, 0 failed | in 0 tok/s, out 0 tok/s | prefix hits 0.0%"
                + " | left --:--");
    assertThat(line.at(rows(Phase.WRITING, 100, 90, 10, 90, 90), 4 * SECOND))
        .isEqualTo("writing | 100/100 rows, 0 failed");
  }

  @Test
  void aJobWithoutAPlaceSaysWhatItWaitsFor() {
    ProgressLine line = new ProgressLine(64);
    String slots = "4 slots of the cluster: it has 3, 1 free";
    assertThat(line.at(JobProgress.NONE.waiting(slots), 0)).isEqualTo("waiting | for " + slots);
    JobProgress lost = rows(Phase.RUNNING, 100, 90, 10, 90, 20).waiting(slots);
    assertThat(line.at(lost, SECOND)).isEqualTo("waiting | 30/100 rows, 0 failed | for " + slots);
  }

  @Test
  void ratesAreOfTheLastSecondsAndTimeLeftOfTheTokens() {
    ProgressLine line = new ProgressLine(10);
    // 100 rows of 20 prompt tokens and 10 generated: 3,000 in all.
    String text = line.at(running(0, 0, 0, 0, 0), 0);
    assertThat(text).contains("left --:--");
    text = line.at(running(0, 400, 1600, 100, 0), 10 * SECOND);
    assertThat(text)
        .isEqualTo(
            "running | 0/100 rows, 0 failed | in 200 tok/s, out 10 tok/s | prefix hits 80.0%"
                + " | left 0:50"); // 2,500 tokens at 50 a second
    text = line.at(running(40, 700, 2800, 400, 400), 14 * SECOND);
    assertThat(text)
        .isEqualTo(
            "running | 40/100 rows, 0 failed | in 375 tok/s, out 75 tok/s | prefix hits 80.0%"
                + " | left 0:24"); // 600 + 1,300 at 78.6
  }

  /**
   * An engine of 16 rows at once, 100 tokens a second, whose rows generate from 5 to 60 tokens: at
   * every tenth of the run the time left is told within a tenth of the whole, at the first within a
   * fifth.
   */
  @Test
  void theTimeLeftComesTrue() {
    for (double expected : new double[] {10, 64, 200}) {
      Simulation simulation = new Simulation(400, new Random(5));
      ProgressLine line = new ProgressLine(expected);
      List<JobProgress> moments = simulation.run();
      double whole = moments.size();
      for (int second = 0; second < moments.size(); second++) {
        String unused = line.at(moments.get(second), second * SECOND);
        if (second > 0 && second % (moments.size() / 10) == 0) {
          double told = line.secondsLeft(moments.get(second), second * SECOND).orElseThrow();
          double off = second < whole / 5 ? 0.2 : 0.1; // the first tenth tells less
          assertThat(told / whole)
              .as("%d of %d seconds, %s a row expected", second, moments.size(), expected)
              .isBetween((whole - second) / whole - off, (whole - second) / whole + off);
        }
      }
    }
  }

  /**
   * Workers that compute 50 tokens a second from the start, and whose word comes seldom, late, and
   * at first after some seconds.
   */
  @Test
  void wordThatComesLateIsOfWhenItWasSo() {
    Random random = new Random(3);
    ProgressLine line = new ProgressLine(10);
    long begin = 100 * SECOND;
    String unused = line.at(rows(Phase.LOADING, 100, 100, 0, 100, 0), begin - SECOND);
    long was = 0; // when the workers said what is known, after they began
    for (long now = 3 * SECOND; now < 58 * SECOND; now += SECOND / 2) {
      if (random.nextInt(3) == 0 || now - was > 3 * SECOND) {
        was = now - SECOND / 4 - (long) (random.nextDouble() * SECOND);
      }
      long tokens = 50 * was / SECOND;
      long done = tokens / 30;
      JobProgress told = running(done, tokens * 2 / 3, 0, tokens / 3, 10 * done, was);
      String text = line.at(told, begin + now);
      if (was > 0) {
        assertThat(line.secondsLeft(told, begin + now).orElseThrow() + now / (double) SECOND)
            .as(text)
            .isBetween(58.0, 64.0);
        assertThat(text).containsPattern("in 3[234] tok/s, out 1[67] tok/s");
      }
    }
  }

  /** Rows of 30 opening tokens, 20 of them in the cache, and 5 to 60 generated ones. */
  private static final class Simulation {
    private static final int IN_FLIGHT = 16;
    private static final int TOKENS_A_SECOND = 100;

    private final int[] lengths;
    private int started;
    private int done;
    private long prompt;
    private long cached;
    private long generated;
    private long endedGenerated;

    Simulation(int rows, Random random) {
      lengths = random.ints(rows, 5, 61).toArray();
    }

    List<JobProgress> run() {
      List<JobProgress> moments = new ArrayList<>();
      List<int[]> running = new ArrayList<>(); // tokens so far, and in all
      moments.add(moment(0));
      int budget = TOKENS_A_SECOND;
      while (done < lengths.length) {
        while (running.size() < IN_FLIGHT && started < lengths.length) {
          running.add(new int[] {0, lengths[started++]});
          prompt += 10;
          cached += 20;
          budget -= 10;
        }
        for (int[] row : List.copyOf(running)) {
          row[0]++;
          generated++;
          budget--;
          if (row[0] == row[1]) {
            running.remove(row);
            done++;
            endedGenerated += row[1];
          }
        }
        for (; budget <= 0; budget += TOKENS_A_SECOND) {
          moments.add(moment(running.size()));
        }
      }
      return moments;
    }

    private JobProgress moment(int running) {
      return new JobProgress(
          Phase.RUNNING,
          lengths.length,
          lengths.length,
          0,
          lengths.length,
          done,
          0,
          10L * lengths.length,
          prompt,
          cached,
          generated,
          running,
          10L * done,
          endedGenerated,
          0,
          "");
    }
  }

  private static JobProgress rows(
      Phase phase, long read, long traced, long finished, long toRun, long done) {
    return new JobProgress(
        phase, read, traced, finished, toRun, done, 0, 0, 0, 0, 0, 0, 0, 0, 0, "");
  }

  /** 100 rows with 2,000 opening tokens to compute. */
  private static JobProgress running(
      long done, long prompt, long cached, long generated, long endedGenerated) {
    return running(done, prompt, cached, generated, endedGenerated, 0);
  }

  private static JobProgress running(
      long done, long prompt, long cached, long generated, long endedGenerated, long elapsedNanos) {
    return new JobProgress(
        Phase.RUNNING,
        100,
        100,
        0,
        100,
        done,
        0,
        2000,
        prompt,
        cached,
        generated,
        0,
        20 * done,
        endedGenerated,
        elapsedNanos,
        "");
  }
}
