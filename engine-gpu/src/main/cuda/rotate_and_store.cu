#include "partials.cuh"
#include "pipeline.cuh"

// turns[row][i] = magnitude * (cos, sin) of positions[row] * frequencies[i]; grid: rows. The angle is rounded to
// float32 before it is turned, as in the checkpoints' own code.
extern "C" __global__ void rotations(const int* positions, const float* frequencies, int pairs, float magnitude,
                                     float2* turns) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  for (int i = threadIdx.x; i < pairs; i += blockDim.x) {
    double sine, cosine;
    sincos((double)__fmul_rn((float)positions[row], frequencies[i]), &sine, &cosine);
    turns[(size_t)row * pairs + i] = {(float)cosine * magnitude, (float)sine * magnitude};
  }
}

// Adds up the partial sums of qkv if there are any, normalises (where a weight is given) rotates queries and keys, writes queries to qkv and keys and values
// into their page. One warp a head; head_size is a multiple of 4, at most 256.
// qkv: rows of [heads | kv_heads | kv_heads] of head_size, bf16. pages: of one layer, each
// [keys, values][kv_heads][page_size][head_size] bf16; row_pages[row] is where the row's page numbers begin in
// page_table, -1 for a row that only fills up the launch. grid: (rows, ceil((heads + 2 kv_heads) / 8)), 256 threads.
extern "C" __global__ void __launch_bounds__(256)
    rotate_and_store(__nv_bfloat16* qkv, const float2* turns, const float* query_weight, float query_epsilon,
                     const float* key_weight, float key_epsilon, int heads, int kv_heads, int head_size,
                     __nv_bfloat16* pages, int page_size, const int* positions, const int* row_pages,
                     const int* page_table, Partials partials) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  int head = blockIdx.y * 8 + threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  if (head >= heads + 2 * kv_heads) {
    return;
  }
  bool is_query = head < heads;
  bool is_value = head >= heads + kv_heads;
  int half = head_size / 2;
  int columns = (heads + 2 * kv_heads) * head_size;
  __nv_bfloat16* from = qkv + (size_t)row * columns + head * head_size;
  __nv_bfloat16* to = from;
  if (!is_query) {
    if (row_pages[row] < 0) {
      return;
    }
    int position = positions[row];
    size_t page = page_table[row_pages[row] + position / page_size];
    int kv_head = (head - heads) % kv_heads;
    size_t line = ((page * 2 + is_value) * kv_heads + kv_head) * page_size + position % page_size;
    to = pages + line * head_size;
  }
  uint32_t low[2], high[2];
  float squares = 0;
#pragma unroll
  for (int j = 0; j < 2; j++) {
    int i = 2 * lane + 64 * j;
    if (i < half) {
      if (partials.sums != nullptr) {
        low[j] = partials.pair(row, head * head_size + i);
        high[j] = partials.pair(row, head * head_size + half + i);
      } else {
        low[j] = *reinterpret_cast<const uint32_t*>(from + i);
        high[j] = *reinterpret_cast<const uint32_t*>(from + half + i);
      }
      squares += low_bf16(low[j]) * low_bf16(low[j]) + high_bf16(low[j]) * high_bf16(low[j]) +
                 low_bf16(high[j]) * low_bf16(high[j]) + high_bf16(high[j]) * high_bf16(high[j]);
    }
  }
  const float* weight = is_query ? query_weight : key_weight;
  float scale = 1;
  if (!is_value && weight != nullptr) {
#pragma unroll
    for (int distance = 16; distance > 0; distance >>= 1) {
      squares += __shfl_xor_sync(0xffffffffu, squares, distance);
    }
    scale = rsqrtf(squares / head_size + (is_query ? query_epsilon : key_epsilon));
  }
#pragma unroll
  for (int j = 0; j < 2; j++) {
    int i = 2 * lane + 64 * j;
    if (i < half) {
      if (!is_value) {
        float a0 = low_bf16(low[j]), a1 = high_bf16(low[j]), b0 = low_bf16(high[j]), b1 = high_bf16(high[j]);
        if (weight != nullptr) {
          a0 *= scale * weight[i];
          a1 *= scale * weight[i + 1];
          b0 *= scale * weight[half + i];
          b1 *= scale * weight[half + i + 1];
        }
        float2 t0 = turns[(size_t)row * half + i];
        float2 t1 = turns[(size_t)row * half + i + 1];
        low[j] = pack_bf16(a0 * t0.x - b0 * t0.y, a1 * t1.x - b1 * t1.y);
        high[j] = pack_bf16(b0 * t0.x + a0 * t0.y, b1 * t1.x + a1 * t1.y);
      }
      *reinterpret_cast<uint32_t*>(to + i) = low[j];
      *reinterpret_cast<uint32_t*>(to + half + i) = high[j];
    }
  }
}
