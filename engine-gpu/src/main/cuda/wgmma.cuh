#pragma once

#include <stdint.h>

// In code for other architectures than compute capability 9.0, kernels with wgmma have no body but a trap.
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
#define ESPALIER_WGMMA
#endif

// wgmma: D[64][N] (+)= A[64][16] * B[N][16]^T for one warpgroup, bf16 operands in shared memory,
// fp32 sums in registers. Thread t of warp w holds, for every block j of 8 columns, d[4j .. 4j+3]:
// rows 16w + t/4 (two values) and 16w + t/4 + 8 (two values), columns 8j + 2(t%4) and the next.

template <int N>
__device__ void wgmma(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate);

// The instruction lists its N / 2 registers; A, B and P are the numbers after theirs.
#define WGMMA(N, SUMS, REGISTERS, A, B, P)                                                             \
  template <>                                                                                          \
  __device__ __forceinline__ void wgmma<N>(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate) { \
    asm volatile("{\n.reg .pred p;\nsetp.ne.b32 p, %" #P                                                \
                 ", 0;\n"                                                                              \
                 "wgmma.mma_async.sync.aligned.m64n" #N "k16.f32.bf16.bf16 {" REGISTERS "}, %" #A ", %" #B   \
                 ", p, 1, 1, 0, 0;\n}\n"                                                               \
                 : SUMS                                                                                \
                 : "l"(a), "l"(b), "r"(accumulate));                                                   \
  }

#define SUMS_4(i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define SUMS_8(i) SUMS_4(i), SUMS_4(i + 4)
#define SUMS_16 SUMS_8(0)
#define SUMS_32 SUMS_16, SUMS_8(8)
#define SUMS_48 SUMS_32, SUMS_8(16)
#define SUMS_64 SUMS_48, SUMS_8(24)
#define SUMS_80 SUMS_64, SUMS_8(32)
#define SUMS_96 SUMS_80, SUMS_8(40)
#define SUMS_112 SUMS_96, SUMS_8(48)
#define SUMS_128 SUMS_112, SUMS_8(56)
#define SUMS_144 SUMS_128, SUMS_8(64)
#define SUMS_160 SUMS_144, SUMS_8(72)
#define SUMS_176 SUMS_160, SUMS_8(80)
#define SUMS_192 SUMS_176, SUMS_8(88)
#define SUMS_208 SUMS_192, SUMS_8(96)
#define SUMS_224 SUMS_208, SUMS_8(104)
#define SUMS_240 SUMS_224, SUMS_8(112)
#define SUMS_256 SUMS_240, SUMS_8(120)
#define REGISTERS_16 "%0, %1, %2, %3, %4, %5, %6, %7"
#define REGISTERS_32 REGISTERS_16 ", %8, %9, %10, %11, %12, %13, %14, %15"
#define REGISTERS_48 REGISTERS_32 ", %16, %17, %18, %19, %20, %21, %22, %23"
#define REGISTERS_64 REGISTERS_48 ", %24, %25, %26, %27, %28, %29, %30, %31"
#define REGISTERS_80 REGISTERS_64 ", %32, %33, %34, %35, %36, %37, %38, %39"
#define REGISTERS_96 REGISTERS_80 ", %40, %41, %42, %43, %44, %45, %46, %47"
#define REGISTERS_112 REGISTERS_96 ", %48, %49, %50, %51, %52, %53, %54, %55"
#define REGISTERS_128 REGISTERS_112 ", %56, %57, %58, %59, %60, %61, %62, %63"
#define REGISTERS_144 REGISTERS_128 ", %64, %65, %66, %67, %68, %69, %70, %71"
#define REGISTERS_160 REGISTERS_144 ", %72, %73, %74, %75, %76, %77, %78, %79"
#define REGISTERS_176 REGISTERS_160 ", %80, %81, %82, %83, %84, %85, %86, %87"
#define REGISTERS_192 REGISTERS_176 ", %88, %89, %90, %91, %92, %93, %94, %95"
#define REGISTERS_208 REGISTERS_192 ", %96, %97, %98, %99, %100, %101, %102, %103"
#define REGISTERS_224 REGISTERS_208 ", %104, %105, %106, %107, %108, %109, %110, %111"
#define REGISTERS_240 REGISTERS_224 ", %112, %113, %114, %115, %116, %117, %118, %119"
#define REGISTERS_256 REGISTERS_240 ", %120, %121, %122, %123, %124, %125, %126, %127"

WGMMA(8, SUMS_4(0), "%0, %1, %2, %3", 4, 5, 6)
WGMMA(16, SUMS_16, REGISTERS_16, 8, 9, 10)
WGMMA(32, SUMS_32, REGISTERS_32, 16, 17, 18)
WGMMA(48, SUMS_48, REGISTERS_48, 24, 25, 26)
WGMMA(64, SUMS_64, REGISTERS_64, 32, 33, 34)
WGMMA(96, SUMS_96, REGISTERS_96, 48, 49, 50)
WGMMA(112, SUMS_112, REGISTERS_112, 56, 57, 58)
WGMMA(128, SUMS_128, REGISTERS_128, 64, 65, 66)
WGMMA(144, SUMS_144, REGISTERS_144, 72, 73, 74)
WGMMA(160, SUMS_160, REGISTERS_160, 80, 81, 82)
WGMMA(176, SUMS_176, REGISTERS_176, 88, 89, 90)
WGMMA(192, SUMS_192, REGISTERS_192, 96, 97, 98)
WGMMA(224, SUMS_224, REGISTERS_224, 112, 113, 114)
WGMMA(256, SUMS_256, REGISTERS_256, 128, 129, 130)

#undef WGMMA

// As wgmma, with A in registers: of warp w, rows 16w .. 16w+15, as mma takes them. B lies transposed: 16 rows of N.
template <int N>
__device__ void wgmma_transposed(float (&d)[N / 2], const uint32_t (&a)[4], uint64_t b);

#define WGMMA_TRANSPOSED(N, SUMS, REGISTERS, A0, A1, A2, A3, B)                                                   \
  template <>                                                                                                     \
  __device__ __forceinline__ void wgmma_transposed<N>(float (&d)[N / 2], const uint32_t (&a)[4], uint64_t b) {    \
    asm volatile("wgmma.mma_async.sync.aligned.m64n" #N "k16.f32.bf16.bf16 {" REGISTERS "}, {%" #A0 ", %" #A1      \
                 ", %" #A2 ", %" #A3 "}, %" #B ", 1, 1, 1, 1;\n"                                                  \
                 : SUMS                                                                                           \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));                                           \
  }

WGMMA_TRANSPOSED(64, SUMS_64, REGISTERS_64, 32, 33, 34, 35, 36)
WGMMA_TRANSPOSED(128, SUMS_128, REGISTERS_128, 64, 65, 66, 67, 68)

#undef WGMMA_TRANSPOSED

__device__ __forceinline__ void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;\n" ::: "memory"); }

__device__ __forceinline__ void wgmma_commit() { asm volatile("wgmma.commit_group.sync.aligned;\n" ::: "memory"); }

// Waits until at most PENDING groups are in flight.
template <int PENDING>
__device__ __forceinline__ void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;\n" ::"n"(PENDING) : "memory");
}

// Describes rows of 64 bf16 (128 bytes) in the 128-byte swizzle, 8 rows every 1024 bytes.
__device__ __forceinline__ uint64_t wgmma_operand(uint32_t shared_address) {
  return ((uint64_t)(shared_address & 0x3ffff) >> 4) | (1ull << 16) | ((uint64_t)(1024 >> 4) << 32) | (1ull << 62);
}

// The same, for an operand that lies transposed: rows of 64 columns, and 64 columns on, `stride` bytes further.
__device__ __forceinline__ uint64_t wgmma_transposed_operand(uint32_t shared_address, uint32_t stride) {
  return ((uint64_t)(shared_address & 0x3ffff) >> 4) | ((uint64_t)(stride >> 4) << 16) |
         ((uint64_t)(1024 >> 4) << 32) | (1ull << 62);
}

// Makes what this thread wrote to shared memory visible to wgmma.
__device__ __forceinline__ void writes_to_wgmma() { asm volatile("fence.proxy.async.shared::cta;\n" ::: "memory"); }
