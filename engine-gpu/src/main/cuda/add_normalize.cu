#include "elements.cuh"
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
// One block a row. residual: fp32 row-major; weights: fp32. Rows say whether there is a delta, and how it and the
// output lie in memory; columns is a multiple of 4, and Rows::kAlignment the multiple up to which the output is zero.
template <class Rows>
__device__ __forceinline__ void add_and_normalize(const Rows& rows, float* residual, const float* post_weight,
                                                  float post_epsilon, const float* weight, float epsilon,
                                                  int columns) {
  let_next_start();
  wait_for_previous();
  extern __shared__ float row_values[];
  __shared__ float scratch[kNormalizeThreads / 32];
  int row = blockIdx.x;
  float* x = residual + (size_t)row * columns;
  int quads = columns / 4;
  if (rows.adds()) {
    float scale = 1;
    if (post_weight != nullptr) {
      float squares = 0;
      for (int i = threadIdx.x; i < quads; i += kNormalizeThreads) {
        float4 v = rows.added(row, 4 * i, columns);
        squares += v.x * v.x + v.y * v.y + v.z * v.z + v.w * v.w;
      }
      scale = __frsqrt_rn(row_sum(squares, scratch) / columns + post_epsilon);
    }
    for (int i = threadIdx.x; i < quads; i += kNormalizeThreads) {
      float4 add = rows.added(row, 4 * i, columns);
      float4 r = reinterpret_cast<float4*>(x)[i];
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
  float scale = __frsqrt_rn(row_sum(squares, scratch) / columns + epsilon);
  int padded = (columns + Rows::kAlignment - 1) / Rows::kAlignment * Rows::kAlignment;
  for (int i = threadIdx.x; i < padded / 4; i += kNormalizeThreads) {
    float4 v = {0, 0, 0, 0};
    if (i < quads) {
      float4 r = reinterpret_cast<float4*>(row_values)[i];
      float4 w = reinterpret_cast<const float4*>(weight)[i];
      v = {r.x * scale * w.x, r.y * scale * w.y, r.z * scale * w.z, r.w * scale * w.w};
    }
    rows.store(row, 4 * i, columns, v);
  }
}

// delta: bf16 row-major, or partial sums, or nothing; out: bf16 panels with room for out_rows rows.
struct NormalizedPanels {
  static constexpr int kAlignment = kPanelColumns;
  const __nv_bfloat16* delta;
  const Partials& partials;
  __nv_bfloat16* out;
  int out_rows;

  __device__ __forceinline__ bool adds() const { return delta != nullptr || partials.sums != nullptr; }

  __device__ __forceinline__ float4 added(int row, int column, int columns) const {
    return Four<__nv_bfloat16>{partials.sums != nullptr
                                   ? partials.quad(row, column)
                                   : *reinterpret_cast<const uint2*>(delta + (size_t)row * columns + column)}
        .widened();
  }

  __device__ __forceinline__ void store(int row, int column, int, float4 v) const {
    *reinterpret_cast<uint2*>(out + panel_index(row, column, out_rows)) = {pack_bf16(v.x, v.y), pack_bf16(v.z, v.w)};
  }
};

extern "C" __global__ void __launch_bounds__(kNormalizeThreads)
    add_normalize(float* residual, const __nv_bfloat16* delta, const float* post_weight, float post_epsilon,
                  const float* weight, float epsilon, __nv_bfloat16* out, int out_rows, int columns,
                  Partials partials) {
  add_and_normalize(NormalizedPanels{delta, partials, out, out_rows}, residual, post_weight, post_epsilon, weight,
                    epsilon, columns);
}

// delta: fp32 row-major, or nothing; out: fp32 row-major.
struct NormalizedRows {
  static constexpr int kAlignment = 4;
  const float* delta;
  float* out;

  __device__ __forceinline__ bool adds() const { return delta != nullptr; }

  __device__ __forceinline__ float4 added(int row, int column, int columns) const {
    return *reinterpret_cast<const float4*>(delta + (size_t)row * columns + column);
  }

  __device__ __forceinline__ void store(int row, int column, int columns, float4 v) const {
    *reinterpret_cast<float4*>(out + (size_t)row * columns + column) = v;
  }
};

extern "C" __global__ void __launch_bounds__(kNormalizeThreads)
    add_normalize_float32(float* residual, const float* delta, const float* post_weight, float post_epsilon,
                          const float* weight, float epsilon, float* out, int columns) {
  add_and_normalize(NormalizedRows{delta, out}, residual, post_weight, post_epsilon, weight, epsilon, columns);
}
