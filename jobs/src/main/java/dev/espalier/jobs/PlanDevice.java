package dev.espalier.jobs;

import dev.espalier.jobs.estimate.DeviceSpec;

/**
 * The devices that a plan estimates the time on.
 *
 * @param count how many, each with the model
 */
record PlanDevice(DeviceSpec spec, int count) {

  /**
   * This machine's CPU.
   *
   * @param threads that compute; 0 for one a core
   */
  static PlanDevice cpu(int threads) {
    int cores = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return new PlanDevice(DeviceSpec.cpu(cores), 1);
  }

  boolean isCpu() {
    return spec.name().equals("cpu");
  }

  /** GPUs for the shape of a roofline whose height is measured. */
  static PlanDevice yardstick(PreparedJob job) {
    int count = job.file().engine().device().each().size();
    return new PlanDevice(DeviceSpec.gpu("h200").orElseThrow(), count);
  }

  @Override
  public String toString() {
    return count == 1 ? spec.name() : count + "x" + spec.name();
  }
}
