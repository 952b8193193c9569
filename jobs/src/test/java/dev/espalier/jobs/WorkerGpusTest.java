package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Devices;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerGpusTest {
  /** GPUs of a machine of its own for each test. */
  private final String machine = UUID.randomUUID().toString();

  @TempDir private Path directory;

  private WorkerGpus gpus() {
    return new WorkerGpus(directory, gpu -> machine + gpu);
  }

  /** Another worker on the machine: takes what it is told, says so in a file, and stays. */
  public static final class Worker {
    public static void main(String[] arguments) throws Exception {
      String machine = arguments[1];
      Devices taken =
          new WorkerGpus(Path.of(arguments[0]), gpu -> machine + gpu)
              .take(Devices.of(arguments[2]), Set.of(), Integer.parseInt(arguments[3]));
      Path aside = Files.writeString(Path.of(arguments[4] + ".tmp"), taken.toString());
      Files.move(aside, Path.of(arguments[4]));
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private ChildCommand worker(String wanted, int there) throws Exception {
    Path said = directory.resolve("said-" + UUID.randomUUID());
    ChildCommand worker =
        ChildCommand.start(
            directory,
            Worker.class,
            directory.toString(),
            machine,
            wanted,
            Integer.toString(there),
            said.toString());
    while (!Files.exists(said)) {
      assertThat(worker.isAlive()).isTrue();
      Thread.sleep(5);
    }
    return worker;
  }

  private void assertRefused(String wanted, Set<Integer> given, int there, String why) {
    assertThatThrownBy(() -> gpus().take(Devices.of(wanted), given, there))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_UNAVAILABLE))
        .hasMessageContaining(why)
        .hasMessageContaining("CUDA_VISIBLE_DEVICES");
  }

  @Test
  void aWorkerTakesWhatFlinkGaveIt() {
    assertThat(gpus().take(Devices.ALL_GPUS, Set.of(5, 2), 8)).hasToString("cuda:2,cuda:5");
    assertThat(gpus().take(Devices.gpu(1), Set.of(5, 2), 8)).hasToString("cuda:5");
    assertRefused("cuda:2", Set.of(5, 2), 8, "this worker may take 2");
  }

  @Test
  void whatFlinkDoesNotTellTheDriverTells() {
    assertThat(gpus().take(Devices.ALL_GPUS, Set.of(), 2)).hasToString("cuda:0,cuda:1");
    assertThat(gpus().take(Devices.of("cuda:1"), Set.of(), 2)).hasToString("cuda:1");
    assertRefused("cuda:2", Set.of(), 2, "this worker may take 2");
    assertRefused("cuda:*", Set.of(), 0, "there is no GPU");
  }

  @Test
  void twoProcessesNeverTakeTheSame() throws Exception {
    try (ChildCommand other = worker("cuda:1", 4)) {
      assertThat(gpus().take(Devices.ALL_GPUS, Set.of(), 4)).hasToString("cuda:0,cuda:2,cuda:3");
      assertRefused("cuda:1", Set.of(), 4, "another process has it");
      assertRefused("cuda:*", Set.of(1), 4, "other processes have all of its 1");
      other.kill();
    }
    // The lock ended with its process.
    assertThat(gpus().take(Devices.gpu(1), Set.of(), 4)).hasToString("cuda:1");
  }
}
