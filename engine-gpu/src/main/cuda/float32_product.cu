#include "epilogue.cuh"
#include "elements.cuh"
#include "pipeline.cuh"

// Matrix products in float32, in one canonical order. For token t and output n:
//
//   total = 0
//   for each chunk of 256 inputs, ascending:
//     sum = 0;  for each k of the chunk, ascending: sum = fma(x[t][k], w[n][k], sum)
//     total += sum
//   total + bias[n], and what the epilogue makes of it
//
// One thread sums a chunk of one output by itself, in every kernel, so the number of tokens does not enter.
// x: [tokens][inputs] fp32; w: [outputs][inputs], bf16 or fp32; inputs is a multiple of 4.

constexpr int kFloatChunk = 256;

__device__ __forceinline__ float float_gated(float gate, float up, int function) {
  float activated;
  if (function == kSilu) {
    activated = __fdiv_rn(gate, __fadd_rn(1.0f, expf(-gate)));
  } else {
    float inner = __fmul_rn(0.7978845608028654f, __fmaf_rn(__fmul_rn(__fmul_rn(0.044715f, gate), gate), gate, gate));
    activated = __fmul_rn(__fmul_rn(0.5f, gate), __fadd_rn(1.0f, tanhf(inner)));
  }
  return __fmul_rn(activated, up);
}

// Stores outputs n and n + 1, n even; of kGated the gate and its up.
__device__ __forceinline__ void float_store(const Epilogue& e, int token, int n, float first, float second) {
  float* row = (float*)e.out + (size_t)token * e.stride;
  if (e.bias != nullptr) {
    first = __fadd_rn(first, n < e.outputs ? e.bias[n] : 0);
    second = __fadd_rn(second, n + 1 < e.outputs ? e.bias[n + 1] : 0);
  }
  if (e.output == kGated) {
    if (n < e.outputs) {
      row[n / 2] = float_gated(first, second, e.gate);
    }
    return;
  }
  if (n < e.outputs) {
    row[n] = capped(first, e.soft_cap);
  }
  if (n + 1 < e.outputs) {
    row[n + 1] = capped(second, e.soft_cap);
  }
}

// ---- few tokens: the warps of a block sum different chunks of the same 32 outputs, a lane one output.

constexpr int kFloatFewOutputs = 32;
constexpr int kFloatFewWarps = 8;
constexpr int kFloatFewStep = 32;  // inputs that a warp stages at a time
constexpr int kFloatFewLine = kFloatFewStep + 4;

// TOKENS divides 8. grid: (outputs / 32, tokens / TOKENS), both rounded up.
template <class W, int TOKENS>
__device__ __forceinline__ void multiply_few(const W* weights, const float* in, int inputs, int tokens,
                                             const Epilogue& epilogue) {
  constexpr int kLoads = kFloatFewOutputs * kFloatFewStep / 4 / 32;
  constexpr int kSteps = kFloatChunk / kFloatFewStep;
  __shared__ __align__(16) float staged_weights[kFloatFewWarps][kFloatFewOutputs][kFloatFewLine];
  __shared__ __align__(16) float staged_tokens[kFloatFewWarps][TOKENS][kFloatFewStep];
  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  int first_output = blockIdx.x * kFloatFewOutputs;
  int first_token = blockIdx.y * TOKENS;
  int chunks = (inputs + kFloatChunk - 1) / kFloatChunk;
  int rounds = (chunks + kFloatFewWarps - 1) / kFloatFewWarps;
  let_next_start();

  Four<W> next[kLoads];
  auto fetch = [&](int step) {
    int k = (step / kSteps * kFloatFewWarps + warp) * kFloatChunk + step % kSteps * kFloatFewStep + lane % 8 * 4;
#pragma unroll
    for (int i = 0; i < kLoads; i++) {
      int output = first_output + 4 * i + lane / 8;
      next[i] = Four<W>::load(weights + (size_t)output * inputs + k, k < inputs && output < epilogue.outputs);
    }
  };
  fetch(0);  // weights never change
  wait_for_previous();

  float total = 0;  // of token threadIdx.x / 32 and output `lane`
  for (int round = 0; round < rounds; round++) {
    float sum[TOKENS] = {};
    for (int s = 0; s < kSteps; s++) {
      int step = round * kSteps + s;
      int k = (round * kFloatFewWarps + warp) * kFloatChunk + s * kFloatFewStep;
      __syncwarp();
#pragma unroll
      for (int i = 0; i < kLoads; i++) {
        *reinterpret_cast<float4*>(&staged_weights[warp][4 * i + lane / 8][lane % 8 * 4]) = next[i].widened();
      }
#pragma unroll
      for (int i = 0; i < (TOKENS + 3) / 4; i++) {
        int token = 4 * i + lane / 8;
        if (token < TOKENS) {
          int at = k + lane % 8 * 4;
          const float* from = in + (size_t)(first_token + token) * inputs + at;
          *reinterpret_cast<float4*>(&staged_tokens[warp][token][lane % 8 * 4]) =
              Four<float>::load(from, at < inputs && first_token + token < tokens).widened();
        }
      }
      __syncwarp();
      if (step + 1 < rounds * kSteps) {
        fetch(step + 1);
      }
#pragma unroll
      for (int j = 0; j < kFloatFewStep; j += 4) {
        float4 w = *reinterpret_cast<const float4*>(&staged_weights[warp][lane][j]);
#pragma unroll
        for (int t = 0; t < TOKENS; t++) {
          float4 x = *reinterpret_cast<const float4*>(&staged_tokens[warp][t][j]);
          sum[t] = fma_four(x, w, sum[t]);
        }
      }
    }
    // The sums of a round's chunks take the place of the staged tokens.
    __syncwarp();
#pragma unroll
    for (int t = 0; t < TOKENS; t++) {
      staged_tokens[warp][t][lane] = sum[t];
    }
    __syncthreads();
    if (warp < TOKENS) {
      for (int w = 0; w < kFloatFewWarps && round * kFloatFewWarps + w < chunks; w++) {
        total = __fadd_rn(total, staged_tokens[w][warp][lane]);
      }
    }
    __syncthreads();
  }
  if (warp < TOKENS) {
    float other = __shfl_xor_sync(0xffffffffu, total, 1);
    if (lane % 2 == 0 && first_token + warp < tokens) {
      float_store(epilogue, first_token + warp, first_output + lane, total, other);
    }
  }
}

// ---- many tokens: 128 tokens and 64 outputs a block, 8 x 4 a thread.

constexpr int kFloatTileTokens = 128;
constexpr int kFloatTileOutputs = 64;
constexpr int kFloatTileStep = 16;

// grid: (outputs / 64, tokens / 128), both rounded up; 256 threads.
template <class W>
__device__ __forceinline__ void multiply_tiled(const W* weights, const float* in, int inputs, int tokens,
                                               const Epilogue& epilogue) {
  __shared__ __align__(16) float staged_weights[2][kFloatTileStep][kFloatTileOutputs + 4];
  __shared__ __align__(16) float staged_tokens[2][kFloatTileStep][kFloatTileTokens + 4];
  int first_output = blockIdx.x * kFloatTileOutputs;
  int first_token = blockIdx.y * kFloatTileTokens;
  int load_row = threadIdx.x / 4;  // of tokens also 64 rows on
  int load_column = threadIdx.x % 4 * 4;
  int token = threadIdx.x / 16 * 4;  // four, and four 64 on
  int output = threadIdx.x % 16 * 4;
  let_next_start();
  wait_for_previous();

  Four<W> next_weights;
  Four<float> next_tokens[2];
  auto fetch = [&](int step) {
    int k = step * kFloatTileStep + load_column;
    int n = first_output + load_row;
    next_weights = Four<W>::load(weights + (size_t)n * inputs + k, k < inputs && n < epilogue.outputs);
#pragma unroll
    for (int i = 0; i < 2; i++) {
      int t = first_token + load_row + 64 * i;
      next_tokens[i] = Four<float>::load(in + (size_t)t * inputs + k, k < inputs && t < tokens);
    }
  };
  auto stage = [&](int buffer) {
    put_column(&staged_weights[buffer][load_column][load_row], kFloatTileOutputs + 4, next_weights.widened());
#pragma unroll
    for (int i = 0; i < 2; i++) {
      put_column(&staged_tokens[buffer][load_column][load_row + 64 * i], kFloatTileTokens + 4,
                 next_tokens[i].widened());
    }
  };

  float sum[8][4] = {};  // [token][output]
  float total[8][4] = {};
  int steps = (inputs + kFloatTileStep - 1) / kFloatTileStep;
  fetch(0);
  stage(0);
  for (int step = 0; step < steps; step++) {
    __syncthreads();  // this step's stage is there, and the other one's readers are done
    int buffer = step % 2;
    if (step + 1 < steps) {
      fetch(step + 1);
    }
#pragma unroll
    for (int k = 0; k < kFloatTileStep; k++) {
      float x[8], w[4];
      get_four(x, &staged_tokens[buffer][k][token]);
      get_four(x + 4, &staged_tokens[buffer][k][token + 64]);
      get_four(w, &staged_weights[buffer][k][output]);
#pragma unroll
      for (int i = 0; i < 8; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          sum[i][j] = __fmaf_rn(x[i], w[j], sum[i][j]);
        }
      }
    }
    if (step + 1 < steps) {
      stage(1 - buffer);
    }
    if ((step + 1) % (kFloatChunk / kFloatTileStep) == 0 || step + 1 == steps) {
#pragma unroll
      for (int i = 0; i < 8; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          total[i][j] = __fadd_rn(total[i][j], sum[i][j]);
          sum[i][j] = 0;
        }
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 8; i++) {
    int t = first_token + token + i % 4 + i / 4 * 64;
    if (t < tokens) {
#pragma unroll
      for (int j = 0; j < 4; j += 2) {
        float_store(epilogue, t, first_output + output + j, total[i][j], total[i][j + 1]);
      }
    }
  }
}

#define FLOAT_PRODUCT(NAME, W, BODY, ...)                                                                     \
  extern "C" __global__ void __launch_bounds__(256)                                                           \
      NAME(const W* weights, const float* in, int inputs, int tokens, Epilogue epilogue) {                    \
    BODY<__VA_ARGS__>(weights, in, inputs, tokens, epilogue);                                                 \
  }

FLOAT_PRODUCT(float32_product_1_bf16, __nv_bfloat16, multiply_few, __nv_bfloat16, 1)
FLOAT_PRODUCT(float32_product_8_bf16, __nv_bfloat16, multiply_few, __nv_bfloat16, 8)
FLOAT_PRODUCT(float32_product_tiled_bf16, __nv_bfloat16, multiply_tiled, __nv_bfloat16)
FLOAT_PRODUCT(float32_product_1_f32, float, multiply_few, float, 1)
FLOAT_PRODUCT(float32_product_8_f32, float, multiply_few, float, 8)
FLOAT_PRODUCT(float32_product_tiled_f32, float, multiply_tiled, float)
