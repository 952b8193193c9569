package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.Operations;

/** Weights of a linear map on the device. */
sealed interface DeviceMatrix extends Operations.Matrix permits PanelMatrix, TokenMatrix {

  /** Rows in memory, padding included. */
  int rows();

  DeviceBuffer weights();
}
