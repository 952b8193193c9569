package dev.espalier.engine.cuda;

import dev.espalier.engine.model.OperationsContract;
import dev.espalier.engine.model.OperationsSubject;
import org.junit.jupiter.api.Nested;

class CudaOperationsTest {

  @Nested
  class Fastest extends OperationsContract {
    @Override
    protected OperationsSubject open(int maxRows) {
      return CudaSubject.fastest(maxRows);
    }
  }

  @Nested
  class Portable extends OperationsContract {
    @Override
    protected OperationsSubject open(int maxRows) {
      return CudaSubject.portable(maxRows);
    }
  }

  @Nested
  class Float32 extends OperationsContract {
    @Override
    protected OperationsSubject open(int maxRows) {
      return CudaSubject.float32(maxRows);
    }
  }
}
