#include "partials.cuh"
#include "pipeline.cuh"

constexpr int kNormalizeThreads = 256;

// Sum over the block, the same order whatever the row: lanes by halving distance, warps ascending.
__device__ __forceinline__ float row_sum(float value, float* scratch) {
#pragma unroll
  for (int distance = 16; distance > 0; distance >>= 1) {
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  }
  __syncthreads();
  if (threadIdx.x % 32 == 0) {
    scratch[threadIdx.x / 32] = value;
  }
  __syncthreads();
  float sum = 0;
#pragma unroll
  for (int warp = 0; warp < kNormalizeThreads / 32; warp++) {
    sum += scratch[warp];
  }
  return sum;
}

// residual += post(delta), then out = norm(residual), where
//   norm(x)[c] = x[c] * rsqrt(sum(x^2) / columns + epsilon) * weight[c].
// One block a row. residual: fp32 row-major; delta: bf16 row-major, or partial sums, or nothing; weights: fp32;
// out: bf16 panels with room for out_rows rows, zero in columns beyond the last.
extern "C" __global__ void __launch_bounds__(kNormalizeThreads)
    add_normalize(float* residual, const __nv_bfloat16* delta, const float* post_weight, float post_epsilon,
                  const float* weight, float epsilon, __nv_bfloat16* out, int out_rows, int columns,
                  Partials partials) {
  let_next_start();
  wait_for_previous();
  extern __shared__ float row_values[];
  __shared__ float scratch[kNormalizeThreads / 32];
  int row = blockIdx.x;
  float* x = residual + (size_t)row * columns;
  int quads = columns / 4;
  if (delta != nullptr || partials.sums != nullptr) {
    const uint2* d = reinterpret_cast<const uint2*>(delta + (size_t)row * columns);
    auto added = [&](int i) { return partials.sums != nullptr ? partials.quad(row, 4 * i) : d[i]; };
    float scale = 1;
    if (post_weight != nullptr) {
      float squares = 0;
      for (int i = threadIdx.x; i < quads; i += kNormalizeThreads) {
        uint2 v = added(i);
        squares += low_bf16(v.x) * low_bf16(v.x) + high_bf16(v.x) * high_bf16(v.x) + low_bf16(v.y) * low_bf16(v.y) +
                   high_bf16(v.y) * high_bf16(v.y);
      }
      scale = rsqrtf(row_sum(squares, scratch) / columns + post_epsilon);
    }
    for (int i = threadIdx.x; i < quads; i += kNormalizeThreads) {
      uint2 v = added(i);
      float4 r = reinterpret_cast<float4*>(x)[i];
      float4 add = {low_bf16(v.x), high_bf16(v.x), low_bf16(v.y), high_bf16(v.y)};
      if (post_weight != nullptr) {
        float4 w = reinterpret_cast<const float4*>(post_weight)[i];
        add = {add.x * scale * w.x, add.y * scale * w.y, add.z * scale * w.z, add.w * scale * w.w};
      }
      r = {__fadd_rn(r.x, add.x), __fadd_rn(r.y, add.y), __fadd_rn(r.z, add.z), __fadd_rn(r.w, add.w)};
      reinterpret_cast<float4*>(x)[i] = r;
      reinterpret_cast<float4*>(row_values)[i] = r;
    }
  } else {
    for (int i = threadIdx.x; i < quads; i += kNormalizeThreads) {
      reinterpret_cast<float4*>(row_values)[i] = reinterpret_cast<float4*>(x)[i];
    }
  }
  float squares = 0;
  for (int i = threadIdx.x; i < quads; i += kNormalizeThreads) {
    float4 r = reinterpret_cast<float4*>(row_values)[i];
    squares += r.x * r.x + r.y * r.y + r.z * r.z + r.w * r.w;
  }
  float scale = rsqrtf(row_sum(squares, scratch) / columns + epsilon);
  int padded = (columns + kPanelColumns - 1) / kPanelColumns * kPanelColumns;
  for (int i = threadIdx.x; i < padded / 4; i += kNormalizeThreads) {
    uint2 v = {0, 0};
    if (i < quads) {
      float4 r = reinterpret_cast<float4*>(row_values)[i];
      float4 w = reinterpret_cast<const float4*>(weight)[i];
      v = {pack_bf16(r.x * scale * w.x, r.y * scale * w.y), pack_bf16(r.z * scale * w.z, r.w * scale * w.w)};
    }
    *reinterpret_cast<uint2*>(out + panel_index(row, 4 * i, out_rows)) = v;
  }
}
