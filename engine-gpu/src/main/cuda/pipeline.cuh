#pragma once

#include <stdint.h>

// Copies from global to shared memory by the bulk copy engine, announced on barriers in shared memory.

__device__ __forceinline__ uint32_t shared_address(const void* pointer) {
  return (uint32_t)__cvta_generic_to_shared(pointer);
}

__device__ __forceinline__ void barrier_init(uint32_t barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;\n" ::"r"(barrier), "r"(arrivals));
}

// Makes initialised barriers visible to the copy engine and to the cluster.
__device__ __forceinline__ void barrier_init_done() { asm volatile("fence.mbarrier_init.release.cluster;\n" ::: "memory"); }

__device__ __forceinline__ void barrier_arrive(uint32_t barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];\n" ::"r"(barrier) : "memory");
}

__device__ __forceinline__ void barrier_expect(uint32_t barrier, uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;\n" ::"r"(barrier), "r"(bytes) : "memory");
}

__device__ __forceinline__ void barrier_wait(uint32_t barrier, uint32_t phase) {
  asm volatile(
      "{\n.reg .pred done;\n"
      "again:\n"
      "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@done bra.uni ready;\n"
      "bra.uni again;\n"
      "ready:\n}\n" ::"r"(barrier),
      "r"(phase)
      : "memory");
}

// bytes and both addresses are multiples of 16.
__device__ __forceinline__ void bulk_copy(uint32_t to, const void* from, uint32_t bytes, uint32_t barrier) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];\n" ::"r"(to),
               "l"(__cvta_generic_to_global(from)), "r"(bytes), "r"(barrier)
               : "memory");
}

// As bulk_copy, of what nobody reads again: it is the first to leave the L2 cache.
__device__ __forceinline__ void bulk_copy_once(uint32_t to, const void* from, uint32_t bytes, uint32_t barrier) {
  uint64_t policy;
  asm("createpolicy.fractional.L2::evict_first.b64 %0;\n" : "=l"(policy));
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1], %2, [%3], %4;\n" ::
          "r"(to),
      "l"(__cvta_generic_to_global(from)), "r"(bytes), "r"(barrier), "l"(policy)
      : "memory");
}

// Kernels follow each other by programmatic dependent launch: blocks of the next kernel may start before this one ends,
// but touch nothing that it writes, or reads and they write, before wait_for_previous. Some thread of every block calls
// it, so that the end of a kernel is the end of all before it. Code for older architectures does not have these
// instructions, and its launches do not overlap.
__device__ __forceinline__ void wait_for_previous() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;\n" ::: "memory");
#endif
}

__device__ __forceinline__ void let_next_start() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;\n" ::: "memory");
#endif
}

// The number of this warp in its block. Asked from one lane, so that the compiler knows it to be the same for all and
// keeps in uniform registers what follows from it: copies and wgmma take their operands there.
__device__ __forceinline__ int warp_number() { return __shfl_sync(0xffffffffu, threadIdx.x / 32, 0); }

// The place in a ring of shared-memory stages, with the phase of its barriers.
template <int STAGES>
struct Ring {
  int stage = 0;
  uint32_t phase = 0;

  __device__ __forceinline__ void advance() {
    if (++stage == STAGES) {
      stage = 0;
      phase ^= 1;
    }
  }
};

// One thread that copies one operand of a product, panel after panel, to the same place of each stage of a ring. The
// stages have a barrier `full`, at which every such thread arrives, and a barrier `empty`; both lie 8 bytes apart.
template <int STAGES, int STAGE_BYTES>
struct PanelCopier {
  uint32_t to;  // the place in the first stage
  uint32_t full, empty;
  bool once;  // whether nobody else reads what is copied
  Ring<STAGES> ring;

  // Panels lie `stride` bytes apart.
  __device__ __forceinline__ void copy(const void* first, size_t stride, uint32_t bytes, int panels) {
    const uint8_t* from = (const uint8_t*)first;
    for (int panel = 0; panel < panels; panel++) {
      barrier_wait(empty + 8 * ring.stage, ring.phase ^ 1);
      uint32_t barrier = full + 8 * ring.stage;
      barrier_expect(barrier, bytes);
      if (once) {
        bulk_copy_once(to + ring.stage * STAGE_BYTES, from, bytes, barrier);
      } else {
        bulk_copy(to + ring.stage * STAGE_BYTES, from, bytes, barrier);
      }
      from += stride;
      ring.advance();
    }
  }
};
