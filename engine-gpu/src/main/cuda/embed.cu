#include "panels.cuh"
#include "pipeline.cuh"
#include "sample_answer.cuh"

// out[row][c] = scale * value(token[row], c); one block a row. A token ~i is the one that output i of the step before
// chose; where that chose none, its sequence ends, and any row will do. out: rows x columns, fp32, row-major.
template <class Value>
__device__ __forceinline__ void embed_row(const Value& value, const int* tokens, const SampleAnswer* answers,
                                          float* out, int columns, float scale) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  int token = tokens[row];
  if (token < 0) {
    token = max(0, answers[~token].chosen);
  }
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    out[(size_t)row * columns + c] = scale * value(token, c);
  }
}

// table: panels of table_rows rows, bf16.
extern "C" __global__ void embed(const __nv_bfloat16* table, int table_rows, const int* tokens,
                                 const SampleAnswer* answers, float* out, int columns, float scale) {
  auto value = [=](int token, int c) { return __bfloat162float(table[panel_index(token, c, table_rows)]); };
  embed_row(value, tokens, answers, out, columns, scale);
}

// table: row-major.
extern "C" __global__ void embed_rows_bf16(const __nv_bfloat16* table, const int* tokens, const SampleAnswer* answers,
                                           float* out, int columns, float scale) {
  auto value = [=](int token, int c) { return __bfloat162float(table[(size_t)token * columns + c]); };
  embed_row(value, tokens, answers, out, columns, scale);
}

extern "C" __global__ void embed_rows_f32(const float* table, const int* tokens, const SampleAnswer* answers,
                                          float* out, int columns, float scale) {
  auto value = [=](int token, int c) { return table[(size_t)token * columns + c]; };
  embed_row(value, tokens, answers, out, columns, scale);
}
