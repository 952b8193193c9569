package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.Operations;

/**
 * Weights of a normalisation.
 *
 * @param weights fp32, the family's offset added
 */
record DeviceNorm(int length, float epsilon, DeviceBuffer weights) implements Operations.Norm {}
