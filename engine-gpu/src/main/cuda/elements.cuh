#pragma once

#include <cuda_bf16.h>

#include "panels.cuh"

// Neighbouring values in memory, of type bf16 or fp32, that are computed with in float32.

__device__ __forceinline__ float2 unpack_bf16(uint32_t pair) { return {low_bf16(pair), high_bf16(pair)}; }

__device__ __forceinline__ float2 load_pair(const __nv_bfloat16* from) {
  return unpack_bf16(*reinterpret_cast<const uint32_t*>(from));
}

__device__ __forceinline__ float2 load_pair(const float* from) { return *reinterpret_cast<const float2*>(from); }

__device__ __forceinline__ void store_pair(__nv_bfloat16* to, float2 pair) {
  *reinterpret_cast<uint32_t*>(to) = pack_bf16(pair.x, pair.y);
}

__device__ __forceinline__ void store_pair(float* to, float2 pair) { *reinterpret_cast<float2*>(to) = pair; }

// Four values as they lie in memory.
template <class T>
struct Four;

template <>
struct Four<float> {
  float4 values;

  // Zeros if not wanted.
  static __device__ __forceinline__ Four load(const float* from, bool wanted) {
    return {wanted ? *reinterpret_cast<const float4*>(from) : float4{0, 0, 0, 0}};
  }

  __device__ __forceinline__ float4 widened() const { return values; }
};

template <>
struct Four<__nv_bfloat16> {
  uint2 pairs;

  static __device__ __forceinline__ Four load(const __nv_bfloat16* from, bool wanted) {
    return {wanted ? *reinterpret_cast<const uint2*>(from) : uint2{0, 0}};
  }

  __device__ __forceinline__ float4 widened() const {
    return {low_bf16(pairs.x), high_bf16(pairs.x), low_bf16(pairs.y), high_bf16(pairs.y)};
  }
};

// sum + x . w, in ascending order.
__device__ __forceinline__ float fma_four(float4 x, float4 w, float sum) {
  return __fmaf_rn(x.w, w.w, __fmaf_rn(x.z, w.z, __fmaf_rn(x.y, w.y, __fmaf_rn(x.x, w.x, sum))));
}

// sum + p * v, column by column.
__device__ __forceinline__ float4 fma_row(float p, float4 v, float4 sum) {
  return {__fmaf_rn(p, v.x, sum.x), __fmaf_rn(p, v.y, sum.y), __fmaf_rn(p, v.z, sum.z), __fmaf_rn(p, v.w, sum.w)};
}

// Stores four values `line` floats apart.
__device__ __forceinline__ void put_column(float* to, int line, float4 values) {
  to[0] = values.x;
  to[line] = values.y;
  to[2 * line] = values.z;
  to[3 * line] = values.w;
}

__device__ __forceinline__ void get_four(float* values, const float* from) {
  *reinterpret_cast<float4*>(values) = *reinterpret_cast<const float4*>(from);
}
