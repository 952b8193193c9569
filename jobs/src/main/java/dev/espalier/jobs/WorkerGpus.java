package dev.espalier.jobs;

import dev.espalier.engine.Devices;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.open.ModelRunners;
import dev.espalier.engine.scratch.PrivateDirectory;
import dev.espalier.io.IoReason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The GPUs that a worker of a cluster may take: those that Flink's external resource {@value
 * #RESOURCE} gave its TaskManager, else all that the driver shows it. Two processes of a machine
 * never take the same: each locks those that it takes, by what tells a GPU from all others, as long
 * as it lives. Thread-safe.
 */
final class WorkerGpus {
  /** Of Flink's configuration, {@code external-resources}. */
  static final String RESOURCE = "gpu";

  /**
   * What all class loaders of a process share: a TaskManager loads this class anew for each job.
   */
  private static final String SHARED = WorkerGpus.class.getName();

  private final Path locks;
  private final IntFunction<String> identity;

  /**
   * @param locks directory of the locks, one for all processes of the machine
   * @param identity of the GPU of a number
   */
  WorkerGpus(Path locks, IntFunction<String> identity) {
    this.locks = locks;
    this.identity = identity;
  }

  static WorkerGpus ofMachine() {
    String directory = System.getenv("ESPALIER_GPU_LOCKS");
    return new WorkerGpus(
        Path.of(directory == null || directory.isBlank() ? "/tmp" : directory),
        ModelRunners::gpuIdentity);
  }

  /** Numbers that Flink gave this process; none if its configuration knows no GPUs. */
  static Set<Integer> given() {
    return shared(".given");
  }

  /** The identities of those that this process has taken. */
  private static Set<String> taken() {
    return shared(".taken");
  }

  @SuppressWarnings("unchecked") // nobody else knows the names
  private static <T> Set<T> shared(String name) {
    return (Set<T>)
        System.getProperties().computeIfAbsent(SHARED + name, any -> ConcurrentHashMap.newKeySet());
  }

  /**
   * Takes GPUs for this process.
   *
   * @param wanted of a job: all GPUs are those that this process may take and no other has; those
   *     with numbers are counted among those that it may take
   * @param given numbers that Flink gave; none for all that are there
   * @param there how many the driver shows
   * @throws EngineException DEVICE_UNAVAILABLE if one that is wanted is not there, or another
   *     process has it
   */
  Devices take(Devices wanted, Set<Integer> given, int there) {
    List<Integer> may = new ArrayList<>(new TreeSet<>(given));
    if (may.isEmpty()) {
      for (int gpu = 0; gpu < there; gpu++) {
        may.add(gpu);
      }
    }
    List<Integer> numbers = new ArrayList<>();
    if (wanted.isAllGpus()) {
      may.stream().filter(this::lock).forEach(numbers::add);
      if (numbers.isEmpty()) {
        throw unavailable(
            "cuda:*",
            may.isEmpty() ? "there is no GPU" : "other processes have all of its " + may.size());
      }
    } else {
      for (int index : wanted.gpus()) {
        if (index >= may.size()) {
          throw unavailable("cuda:" + index, "this worker may take " + may.size());
        }
        if (!lock(may.get(index))) {
          throw unavailable("cuda:" + index, "another process has it");
        }
        numbers.add(may.get(index));
      }
    }
    return Devices.of(
        numbers.stream().map(number -> "cuda:" + number).collect(Collectors.joining(",")));
  }

  private static EngineException unavailable(String device, String why) {
    return new EngineException(
        ErrorCode.DEVICE_UNAVAILABLE,
        device
            + " cannot be taken on this machine: "
            + why
            + "; give each TaskManager GPUs of its own, by Flink's external resource `"
            + RESOURCE
            + "` or CUDA_VISIBLE_DEVICES, or let one TaskManager with several slots have them all");
  }

  /** Whether this process has the GPU from now on. */
  private boolean lock(int gpu) {
    String name = identity.apply(gpu);
    synchronized (WorkerGpus.class) {
      if (taken().contains(name)) {
        return true;
      }
      try {
        Files.createDirectories(locks);
        boolean locked = PrivateDirectory.take(locks.resolve("espalier-gpu-" + name)).isPresent();
        if (locked) {
          taken().add(name);
        }
        return locked;
      } catch (AccessDeniedException e) {
        return false; // another user's
      } catch (IOException e) {
        throw new EngineException(
            ErrorCode.DEVICE_UNAVAILABLE,
            locks
                + ": the GPUs of this machine cannot be locked: "
                + IoReason.of(e)
                + "; name a directory of all workers in ESPALIER_GPU_LOCKS",
            e);
      }
    }
  }
}
