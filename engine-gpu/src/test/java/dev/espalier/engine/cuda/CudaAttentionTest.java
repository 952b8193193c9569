package dev.espalier.engine.cuda;

import dev.espalier.engine.model.AttentionContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

@Tag("sanitizer")
class CudaAttentionTest {

  @Nested
  class Fastest extends AttentionContract implements CudaSubject.Fastest {}

  @Nested
  class Portable extends AttentionContract implements CudaSubject.Portable {}

  @Nested
  class LittleSharedMemory extends AttentionContract implements CudaSubject.LittleSharedMemory {}

  @Nested
  class Float32 extends AttentionContract implements CudaSubject.Float32 {}
}
