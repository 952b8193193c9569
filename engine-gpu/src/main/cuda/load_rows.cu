#include <cuda_fp16.h>

#include "panels.cuh"
#include "pipeline.cuh"

enum SourceType : int { kBf16 = 0, kF16 = 1, kF32 = 2 };

__device__ __forceinline__ float source_value(const void* from, size_t i, int type) {
  if (type == kBf16) {
    return __bfloat162float(((const __nv_bfloat16*)from)[i]);
  }
  return type == kF16 ? __half2float(((const __half*)from)[i]) : ((const float*)from)[i];
}

// Writes rows of a checkpoint's tensor, row-major, into panels. Row r becomes row
// first_row + (r / run) * stride + r % run: run 8 and stride 16 leave room for a second tensor every 8 rows.
// grid: rows. The panels' padding is zero before.
extern "C" __global__ void load_rows(const void* from, int type, int columns, __nv_bfloat16* panels, int panel_rows,
                                     int row, int run, int stride, int first_row) {
  let_next_start();
  wait_for_previous();
  int source = row + blockIdx.x;
  int to = first_row + source / run * stride + source % run;
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    panels[panel_index(to, c, panel_rows)] =
        __float2bfloat16_rn(source_value(from, (size_t)blockIdx.x * columns + c, type));
  }
}

// The same into row-major rows, which keep every value of bf16 if they are bf16, and of all types if they are fp32.
extern "C" __global__ void load_rows_bf16(const void* from, int type, int columns, __nv_bfloat16* to, int row, int run,
                                          int stride, int first_row) {
  let_next_start();
  wait_for_previous();
  int source = row + blockIdx.x;
  size_t line = (size_t)(first_row + source / run * stride + source % run) * columns;
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    to[line + c] = __float2bfloat16_rn(source_value(from, (size_t)blockIdx.x * columns + c, type));
  }
}

extern "C" __global__ void load_rows_f32(const void* from, int type, int columns, float* to, int row, int run,
                                         int stride, int first_row) {
  let_next_start();
  wait_for_previous();
  int source = row + blockIdx.x;
  size_t line = (size_t)(first_row + source / run * stride + source % run) * columns;
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    to[line + c] = source_value(from, (size_t)blockIdx.x * columns + c, type);
  }
}

// Writes a vector of a checkpoint as fp32, `offset` added, in the places that load_rows gives to rows.
extern "C" __global__ void load_vector(const void* from, int type, int length, float offset, float* to, int run,
                                       int stride, int first_row) {
  let_next_start();
  wait_for_previous();
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < length) {
    to[first_row + i / run * stride + i % run] = source_value(from, i, type) + offset;
  }
}

// Fills `count` values with normally distributed noise of the given deviation: weights for measurements.
extern "C" __global__ void fill_random(__nv_bfloat16* to, size_t count, float deviation, unsigned long long seed) {
  let_next_start();
  wait_for_previous();
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < count; i += (size_t)gridDim.x * blockDim.x) {
    unsigned long long x = (i + 1) * 0x9e3779b97f4a7c15ull + seed * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    x ^= x >> 31;
    float u = ((uint32_t)x >> 8) * 0x1p-24f + 0x1p-25f;
    float v = (uint32_t)(x >> 32) * 0x1p-32f;
    to[i] = __float2bfloat16_rn(deviation * sqrtf(-2 * logf(u)) * cospif(2 * v));
  }
}
