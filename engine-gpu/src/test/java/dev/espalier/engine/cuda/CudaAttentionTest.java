package dev.espalier.engine.cuda;

import dev.espalier.engine.model.AttentionContract;
import dev.espalier.engine.model.OperationsSubject;
import org.junit.jupiter.api.Nested;

class CudaAttentionTest {

  @Nested
  class Fastest extends AttentionContract {
    @Override
    protected OperationsSubject open(int maxRows) {
      return CudaSubject.fastest(maxRows);
    }
  }

  @Nested
  class Portable extends AttentionContract {
    @Override
    protected OperationsSubject open(int maxRows) {
      return CudaSubject.portable(maxRows);
    }
  }

  @Nested
  class LittleSharedMemory extends AttentionContract {
    @Override
    protected OperationsSubject open(int maxRows) {
      return CudaSubject.littleSharedMemory(maxRows);
    }
  }

  @Nested
  class Float32 extends AttentionContract {
    @Override
    protected OperationsSubject open(int maxRows) {
      return CudaSubject.float32(maxRows);
    }
  }
}
