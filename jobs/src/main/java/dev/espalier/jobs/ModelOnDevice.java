package dev.espalier.jobs;

import dev.espalier.engine.Devices;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.open.Engines;
import dev.espalier.engine.open.HashedModel;
import dev.espalier.engine.open.ModelRunners;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.pipeline.EngineFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens the model of a job on the device of a job, on whatever worker it runs.
 *
 * @param onCluster whether other workers of the machine may want its GPUs too
 */
record ModelOnDevice(
    String model,
    String modelHash,
    EngineOptions options,
    StorageOptions storage,
    boolean onCluster)
    implements EngineFactory {

  @Override
  public String key() {
    return modelHash + " " + options;
  }

  @Override
  public Devices devices() {
    return options.device();
  }

  private static final AtomicLong OPENINGS = new AtomicLong();
  private static volatile double openingSeconds;

  /** How often this process has opened an engine. */
  static long openings() {
    return OPENINGS.get();
  }

  /** How long the engine that this process opened last took to open; 0 before the first. */
  static double openingSeconds() {
    return openingSeconds;
  }

  @Override
  public void prepare() {
    ModelRunners.prepare(options);
  }

  @Override
  public Engine open() {
    OPENINGS.incrementAndGet();
    long start = System.nanoTime();
    Engine engine = load();
    openingSeconds = (System.nanoTime() - start) / 1e9;
    return engine;
  }

  private Engine load() {
    HashedModel found = ModelCache.ofUser(storage).resolve(model).hashed(UserCache.fileHashes());
    if (!found.hash().equals(modelHash)) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          "Model "
              + PlainUrls.in(model)
              + " is not the one that the job was checked with: its files have the hash "
              + found.hash()
              + ", expected "
              + modelHash
              + "; give every worker the same files, and change none while a job runs");
    }
    return Engines.open(found, onCluster ? options.withDevice(devicesOfWorker()) : options);
  }

  private Devices devicesOfWorker() {
    if (options.device().isCpu()) {
      return options.device();
    }
    int there = ModelRunners.devices(options.withDevice(Devices.ALL_GPUS)).size();
    return WorkerGpus.ofMachine().take(options.device(), WorkerGpus.given(), there);
  }

  @Override
  public long takePreparationMillis() {
    return ModelCache.takeFetchMillis();
  }
}
