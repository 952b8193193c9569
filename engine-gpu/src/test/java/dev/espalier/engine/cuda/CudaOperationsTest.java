package dev.espalier.engine.cuda;

import dev.espalier.engine.model.OperationsContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

@Tag("sanitizer")
class CudaOperationsTest {

  @Nested
  class Fastest extends OperationsContract implements CudaSubject.Fastest {}

  @Nested
  class Portable extends OperationsContract implements CudaSubject.Portable {}

  @Nested
  class Float32 extends OperationsContract implements CudaSubject.Float32 {}
}
