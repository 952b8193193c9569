#pragma once

#include <cuda_bf16.h>
#include <stdint.h>

// Operands of matrix products lie in panels: panel p holds columns 64p .. 64p+63 of every row, 128
// bytes a row, rows one after the other. Inside a row the eight 16-byte pieces are permuted by the
// row's number, which is the 128-byte swizzle that wgmma reads. So any run of rows of a panel that
// begins at a multiple of 8 is one piece of memory and is copied into shared memory as it is.

constexpr int kPanelColumns = 64;
constexpr int kPanelRowBytes = 128;

// Index of an element, in elements; rows is the number of rows that the panels have room for.
__host__ __device__ __forceinline__ size_t panel_index(int row, int column, int rows) {
  int piece = (column >> 3) & 7;
  return ((size_t)(column >> 6) * rows + row) * kPanelColumns + ((piece ^ (row & 7)) << 3) + (column & 7);
}

__device__ __forceinline__ uint32_t pack_bf16(float low, float high) {
  __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  return *reinterpret_cast<uint32_t*>(&pair);
}

__device__ __forceinline__ float low_bf16(uint32_t pair) { return __uint_as_float(pair << 16); }

__device__ __forceinline__ float high_bf16(uint32_t pair) { return __uint_as_float(pair & 0xffff0000u); }
