#pragma once

#include "panels.cuh"

constexpr int kMostChunks = 8;

// A matrix product whose chunks were summed apart: [chunk][token][stride] in fp32. Whoever reads it adds the chunks in
// ascending order and rounds to bf16, which gives the bits of a product that was never apart.
struct Partials {
  const float* sums;  // null if the product is whole
  const float* bias;  // one for each column, or null
  int chunks;
  int tokens;
  int stride;
  int reserved;

  // Two neighbouring columns, the first of them even.
  __device__ __forceinline__ uint32_t pair(int token, int column) const {
    float2 total = {0, 0};
    for (int chunk = 0; chunk < chunks; chunk++) {
      float2 part = *reinterpret_cast<const float2*>(sums + ((size_t)chunk * tokens + token) * stride + column);
      total = {__fadd_rn(total.x, part.x), __fadd_rn(total.y, part.y)};
    }
    if (bias != nullptr) {
      total = {__fadd_rn(total.x, bias[column]), __fadd_rn(total.y, bias[column + 1])};
    }
    return pack_bf16(total.x, total.y);
  }

  // Four neighbouring columns, the first a multiple of 4.
  __device__ __forceinline__ uint2 quad(int token, int column) const {
    float4 parts[kMostChunks];
#pragma unroll
    for (int chunk = 0; chunk < kMostChunks; chunk++) {
      if (chunk < chunks) {
        parts[chunk] = *reinterpret_cast<const float4*>(sums + ((size_t)chunk * tokens + token) * stride + column);
      }
    }
    float4 total = {0, 0, 0, 0};
#pragma unroll
    for (int chunk = 0; chunk < kMostChunks; chunk++) {
      if (chunk < chunks) {
        float4 part = parts[chunk];
        total = {__fadd_rn(total.x, part.x), __fadd_rn(total.y, part.y), __fadd_rn(total.z, part.z),
                 __fadd_rn(total.w, part.w)};
      }
    }
    if (bias != nullptr) {
      float4 b = *reinterpret_cast<const float4*>(bias + column);
      total = {__fadd_rn(total.x, b.x), __fadd_rn(total.y, b.y), __fadd_rn(total.z, b.z), __fadd_rn(total.w, b.w)};
    }
    return {pack_bf16(total.x, total.y), pack_bf16(total.z, total.w)};
  }
};
