package dev.espalier.jobs.direct;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.Test;

class PacedDirectRunnerTest {
  private static final CountDownLatch WORKS = new CountDownLatch(1);
  private static final CountDownLatch MAY_END = new CountDownLatch(1);

  private static Pipeline pipeline() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(PacedDirectRunner.class);
    options.setTargetParallelism(2);
    options.setBlockOnRun(false);
    return Pipeline.create(options);
  }

  @Test
  void theDriverRestsWhileAWorkerWorks() throws Exception {
    Pipeline pipeline = pipeline();
    PAssert.that(
            pipeline
                .apply("Rows", Create.of("a", "b", "a"))
                .apply("Count", Count.perElement())
                .apply("Work", ParDo.of(new LongWork())))
        .containsInAnyOrder(List.of(KV.of("a", 2L), KV.of("b", 1L)));
    PipelineResult running = pipeline.run();
    assertThat(WORKS.await(1, TimeUnit.MINUTES)).isTrue();
    long started = System.nanoTime();
    long before = workersNanos();
    TimeUnit.SECONDS.sleep(1);
    long ran = workersNanos() - before;
    long passed = System.nanoTime() - started;
    MAY_END.countDown();
    assertThat(running.waitUntilFinish()).isEqualTo(PipelineResult.State.DONE);
    // Without a rest they are equal, unless the machine has other work.
    assertThat(ran).isLessThan(passed / 2);
  }

  /** Processor time of the runner's threads: the driver's and the waiting worker's. */
  private static long workersNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().equals("direct-runner-worker")) {
        sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }

  private static final class LongWork extends DoFn<KV<String, Long>, KV<String, Long>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<String, Long> row, OutputReceiver<KV<String, Long>> out)
        throws InterruptedException {
      WORKS.countDown();
      MAY_END.await();
      out.output(row);
    }
  }
}
