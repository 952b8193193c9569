package dev.espalier.engine.cpu;

import dev.espalier.engine.model.AttentionContract;
import dev.espalier.engine.model.OperationsSubject;

class CpuAttentionTest extends AttentionContract {

  @Override
  public OperationsSubject open(int maxRows) {
    return new CpuOperationsTest.Subject(maxRows);
  }
}
