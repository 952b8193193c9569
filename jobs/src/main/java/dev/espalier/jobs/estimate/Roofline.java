package dev.espalier.jobs.estimate;

/**
 * How long a model takes for its work on a device, by its operations and its bytes alone: half of
 * the device's operations a second, or four fifths of its memory's bytes a second, whichever takes
 * longer.
 *
 * <p>Prompts take the operations of their tokens. Of the tokens that are generated, each step
 * chooses one a row in flight: it takes the operations of so many tokens, or reads the weights
 * once, reads the keys and values that those rows hold, and takes the device's time for a step. Of
 * what rows share, one reading is counted.
 *
 * @param prefillSeconds for prompts
 * @param decodeSeconds for what is generated
 */
public record Roofline(double prefillSeconds, double decodeSeconds) {
  private static final double OPERATIONS_REACHED = 0.5;
  private static final double BANDWIDTH_REACHED = 0.8;

  /**
   * @param devices that share the work, each with the model
   */
  public static Roofline of(ModelCost model, DeviceSpec device, int devices, Work work) {
    Work one = work.of(devices);
    double operations = OPERATIONS_REACHED * device.operations(model.dtype());
    double bandwidth = BANDWIDTH_REACHED * device.bandwidth();
    double tokenSeconds = 2.0 * model.parameters() / operations;
    double prefill = one.promptTokens() * tokenSeconds;
    double batch = Math.max(1, Math.min(one.inFlight(), one.rows()));
    double steps = one.generatedTokens() / batch;
    double held = one.heldTokens() + batch * one.generatedPerRow() / 2;
    double step =
        Math.max(model.weightBytes() / bandwidth, batch * tokenSeconds)
            + held * model.tokenBytes() / bandwidth
            + device.stepSeconds();
    return new Roofline(prefill, steps * step);
  }

  public double seconds() {
    return prefillSeconds + decodeSeconds;
  }
}
