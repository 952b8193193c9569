#include "attention.cuh"
#include "elements.cuh"
#include "mma.cuh"
#include "pipeline.cuh"

// Attention in float32 over pages of float32, in one canonical order. For one query and one head, with s(k) the scaled
// and capped product with key k, which is one chain of fma over the columns, ascending:
//
//   for each split of 256 positions, ascending:
//     m = -inf, l = 0, o = 0
//     for each tile of positions, ascending:                           (64; 32 for heads of more than 128 columns)
//       n = max(m, max s(k));  p(k) = exp(s(k) - n);  l = l * exp(m - n) + sum of p(k);  o *= exp(m - n)
//       o = fma(p(k), v(k), o) for each k, ascending;  m = n
//     M' = max(M, m);  (L, O) = (L, O) * exp(M - M') + (l, o) * exp(m - M');  M = M'
//   out = O / L
//
// The sum of p(k) is a tree over k alone. Items, splits and partial results are those of attention.cuh.

constexpr int kFloatRows = 16;  // a query and head each
constexpr int kFloatAttendThreads = 128;
constexpr int kFloatThreadsOfRow = kFloatAttendThreads / kFloatRows;

// As AttentionArguments.
struct FloatAttentionArguments {
  const float* qkv;    // rows of [heads | kv_heads | kv_heads] of head_size
  const float* pages;  // of one layer: [keys, values][kv_heads][page_size][head_size]
  const AttentionItem* items;
  const int* item_count;
  const int* row_list;
  const int* positions;     // of each row
  const int* page_table;
  const int* partial_base;  // of each row: number of its sums of split 0
  float* partial_sums;      // [partial][heads][head_size]
  float2* partial_scales;   // [partial][heads]: maximum and denominator
  float* out;               // rows of heads * head_size
  int out_rows;
  int heads;
  int kv_heads;
  int head_size;   // a multiple of 4
  int page_shift;  // a page has 2^page_shift positions
  float scale;
  float soft_cap;  // 0 for none
  int window;      // 0 for none
  int pieces;      // of 16 rows that an item is taken in, at most
};

template <int D>
struct FloatAttendShape {
  static constexpr int kKeys = D <= 128 ? 64 : 32;  // of a tile
  static constexpr int kLine = D + 4;               // floats between rows: eight rows never meet on a bank
  static constexpr int kSharedBytes = (kFloatRows + 2 * kKeys) * kLine * 4;
};

__device__ __forceinline__ float float_score(const FloatAttentionArguments& a, float product) {
  float s = __fmul_rn(product, a.scale);
  return a.soft_cap > 0 ? __fmul_rn(a.soft_cap, tanhf(__fdiv_rn(s, a.soft_cap))) : s;
}

// The factors of O and o, and M' in *total_maximum.
__device__ __forceinline__ float2 float_merge_factors(float* total_maximum, float maximum) {
  float merged = fmaxf(*total_maximum, maximum);
  float base = attention_base(merged);
  float2 factors = {expf(__fsub_rn(*total_maximum, base)), expf(__fsub_rn(maximum, base))};
  *total_maximum = merged;
  return factors;
}

// Keys or values of a tile on their way to shared memory. The page numbers of a thread's rows are read one tile ahead.
template <int D>
struct FloatTile {
  using Shape = FloatAttendShape<D>;
  static constexpr int kPieces = D / 4;
  static constexpr int kRowStep = kFloatAttendThreads / kPieces;
  static constexpr int kRows = Shape::kKeys / kRowStep;
  int page[kRows];

  __device__ __forceinline__ void read_pages(const FloatAttentionArguments& a, const AttentionItem& item, int tile) {
#pragma unroll
    for (int j = 0; j < kRows; j++) {
      int key = tile * Shape::kKeys + threadIdx.x / kPieces + j * kRowStep;
      page[j] = key < item.keys ? a.page_table[item.pages + (key >> a.page_shift)] : 0;
    }
  }

  // Starts copying keys (part 0) or values (part 1); zeros beyond the last key and column.
  __device__ __forceinline__ void load(const FloatAttentionArguments& a, const AttentionItem& item, int kv_head,
                                       int tile, int part, uint32_t to) const {
    int column = threadIdx.x % kPieces * 4;
#pragma unroll
    for (int j = 0; j < kRows; j++) {
      int row = threadIdx.x / kPieces + j * kRowStep;
      int key = tile * Shape::kKeys + row;
      bool wanted = key < item.keys && column < a.head_size;
      const float* from = a.pages;
      if (wanted) {
        size_t line = ((size_t)page[j] * 2 + part) * a.kv_heads + kv_head;
        from += ((line << a.page_shift) + (key & ((1 << a.page_shift) - 1))) * a.head_size + column;
      }
      copy_piece(to + (row * Shape::kLine + column) * 4, from, wanted);
    }
  }
};

template <int D>
__device__ __forceinline__ void attend_float32(const FloatAttentionArguments& a) {
  using Shape = FloatAttendShape<D>;
  constexpr int kKeys = Shape::kKeys;
  constexpr int kLine = Shape::kLine;
  constexpr int kRowsEach = D / 32;        // rows of outputs that a thread sums, 4 columns of each
  constexpr int kKeysEach = kKeys / 16;    // scores of one row that a thread computes
  extern __shared__ __align__(16) float shared_values[];
  __shared__ __align__(16) float scores[kFloatRows][kKeys + 4];
  __shared__ float tile_factors[kFloatRows];
  __shared__ float2 split_factors[kFloatRows];
  __shared__ int row_positions[kFloatRows];
  __shared__ int row_tokens[kFloatRows];
  float* queries = shared_values;
  float* keys = queries + kFloatRows * kLine;
  float* values = keys + kKeys * kLine;
  int group = a.heads / a.kv_heads;
  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  // Of the scores: keys lane % 16, 16 on, and so on. Of the softmax: keys my_part, 8 on, and so on.
  int score_row = 4 * warp + lane / 16 * 2;
  int my_row = threadIdx.x / kFloatThreadsOfRow;
  int my_part = threadIdx.x % kFloatThreadsOfRow;
  // Of the outputs.
  int first_row = threadIdx.x / (D / 4) * kRowsEach;
  int column = threadIdx.x % (D / 4) * 4;

  let_next_start();
  wait_for_previous();
  int work = *a.item_count * a.kv_heads * a.pieces;
  for (int w = blockIdx.x; w < work; w += gridDim.x) {
    const AttentionItem item = a.items[w / (a.kv_heads * a.pieces)];
    int kv_head = w / a.pieces % a.kv_heads;
    int skipped = w % a.pieces * kFloatRows;  // rows of the item that other pieces have
    int rows = min(kFloatRows, item.row_count * group - skipped);
    if (rows <= 0) {
      continue;
    }
    __syncthreads();  // the last item's memory is free
    if (threadIdx.x < kFloatRows) {
      int row = skipped + threadIdx.x;
      bool used = threadIdx.x < rows;
      int token = used ? a.row_list[item.rows + row / group] : -1;
      row_tokens[threadIdx.x] = token;
      row_positions[threadIdx.x] = used ? a.positions[token] : -1;
    }
    int stride = (a.heads + 2 * a.kv_heads) * a.head_size;
    for (int i = threadIdx.x; i < kFloatRows * D / 4; i += kFloatAttendThreads) {
      int row = i / (D / 4);
      int c = i % (D / 4) * 4;
      bool wanted = row < rows && c < a.head_size;
      size_t offset = 0;
      if (wanted) {
        int token = a.row_list[item.rows + (skipped + row) / group];
        offset = (size_t)token * stride + (kv_head * group + (skipped + row) % group) * a.head_size + c;
      }
      *reinterpret_cast<float4*>(queries + row * kLine + c) = Four<float>::load(a.qkv + offset, wanted).widened();
    }
    __syncthreads();
    int position = row_positions[my_row];
    int tile = item.first_split * (kSplitKeys / kKeys);
    int end = min(item.end_split * (kSplitKeys / kKeys), (item.keys + kKeys - 1) / kKeys);
    if (a.window > 0 && !item.partial) {
      int first = item.keys;
      for (int row = 0; row < rows; row++) {
        first = min(first, row_positions[row] - a.window + 1);
      }
      tile = max(tile, first / kKeys);
    }

    FloatTile<D> loads;
    loads.read_pages(a, item, tile);
    loads.load(a, item, kv_head, tile, 0, shared_address(keys));
    copies_commit();
    loads.load(a, item, kv_head, tile, 1, shared_address(values));
    copies_commit();
    loads.read_pages(a, item, tile + 1);

    float maximum = -INFINITY;  // of my_row, as all its threads have it
    float denominator = 0;
    float total_maximum = -INFINITY;
    float total_denominator = 0;
    float4 sum[kRowsEach] = {};
    float4 total[kRowsEach] = {};
    for (; tile < end; tile++) {
      copies_wait<1>();
      __syncthreads();  // the keys are here
      if (4 * warp < rows) {
        float product[2][kKeysEach] = {};
#pragma unroll 8
        for (int c = 0; c < D; c += 4) {
          float4 q[2];
#pragma unroll
          for (int i = 0; i < 2; i++) {
            q[i] = *reinterpret_cast<const float4*>(queries + (score_row + i) * kLine + c);
          }
#pragma unroll
          for (int j = 0; j < kKeysEach; j++) {
            float4 k = *reinterpret_cast<const float4*>(keys + (lane % 16 + 16 * j) * kLine + c);
            product[0][j] = fma_four(q[0], k, product[0][j]);
            product[1][j] = fma_four(q[1], k, product[1][j]);
          }
        }
#pragma unroll
        for (int j = 0; j < kKeysEach; j++) {
          scores[score_row][lane % 16 + 16 * j] = product[0][j];
          scores[score_row + 1][lane % 16 + 16 * j] = product[1][j];
        }
      }
      __syncthreads();  // the keys are done with
      if (tile + 1 < end) {
        loads.load(a, item, kv_head, tile + 1, 0, shared_address(keys));
      }
      copies_commit();
      if (4 * warp < rows) {
        float score[kKeys / kFloatThreadsOfRow];
        float largest = maximum;
#pragma unroll
        for (int j = 0; j < kKeys / kFloatThreadsOfRow; j++) {
          int in_tile = my_part + kFloatThreadsOfRow * j;
          int key = tile * kKeys + in_tile;
          bool seen = key <= position && (a.window == 0 || key > position - a.window);
          score[j] = seen ? float_score(a, scores[my_row][in_tile]) : -INFINITY;
          largest = fmaxf(largest, score[j]);
        }
#pragma unroll
        for (int distance = kFloatThreadsOfRow / 2; distance > 0; distance >>= 1) {
          largest = fmaxf(largest, __shfl_xor_sync(0xffffffffu, largest, distance));
        }
        float base = attention_base(largest);
        float added = 0;
#pragma unroll
        for (int j = 0; j < kKeys / kFloatThreadsOfRow; j++) {
          float weight = expf(__fsub_rn(score[j], base));
          scores[my_row][my_part + kFloatThreadsOfRow * j] = weight;
          added = __fadd_rn(added, weight);
        }
#pragma unroll
        for (int distance = kFloatThreadsOfRow / 2; distance > 0; distance >>= 1) {
          added = __fadd_rn(added, __shfl_xor_sync(0xffffffffu, added, distance));
        }
        float factor = expf(__fsub_rn(maximum, base));
        denominator = __fmaf_rn(denominator, factor, added);
        maximum = largest;
        if (my_part == 0) {
          tile_factors[my_row] = factor;
        }
      }
      bool split_ends = (tile + 1) % (kSplitKeys / kKeys) == 0 || tile + 1 == end;
      int split = tile / (kSplitKeys / kKeys);
      if (split_ends && 4 * warp < rows) {
        if (item.partial) {
          if (my_part == 0 && my_row < rows) {
            int head = kv_head * group + (skipped + my_row) % group;
            size_t place = (size_t)(a.partial_base[row_tokens[my_row]] + split) * a.heads + head;
            a.partial_scales[place] = {maximum, denominator};
          }
        } else {
          float2 factors = float_merge_factors(&total_maximum, maximum);
          total_denominator = merge_sums(total_denominator, denominator, factors);
          if (my_part == 0) {
            split_factors[my_row] = factors;
          }
        }
        maximum = -INFINITY;
        denominator = 0;
      }
      copies_wait<1>();
      __syncthreads();  // the values and weights are here
      if (first_row < rows) {
#pragma unroll
        for (int i = 0; i < kRowsEach; i++) {
          float factor = tile_factors[first_row + i];
          sum[i] = {__fmul_rn(sum[i].x, factor), __fmul_rn(sum[i].y, factor), __fmul_rn(sum[i].z, factor),
                    __fmul_rn(sum[i].w, factor)};
        }
#pragma unroll 2
        for (int k = 0; k < kKeys; k += 4) {
          float4 v[4];
#pragma unroll
          for (int j = 0; j < 4; j++) {
            v[j] = *reinterpret_cast<const float4*>(values + (k + j) * kLine + column);
          }
#pragma unroll
          for (int i = 0; i < kRowsEach; i++) {
            float4 p = *reinterpret_cast<const float4*>(&scores[first_row + i][k]);
            sum[i] = fma_row(p.w, v[3], fma_row(p.z, v[2], fma_row(p.y, v[1], fma_row(p.x, v[0], sum[i]))));
          }
        }
      }
      if (split_ends) {
#pragma unroll
        for (int i = 0; i < kRowsEach; i++) {
          int row = first_row + i;
          if (row < rows) {
            if (item.partial) {
              int head = kv_head * group + (skipped + row) % group;
              size_t place = (size_t)(a.partial_base[row_tokens[row]] + split) * a.heads + head;
              if (column < a.head_size) {
                *reinterpret_cast<float4*>(a.partial_sums + place * a.head_size + column) = sum[i];
              }
            } else {
              float2 factors = split_factors[row];
              total[i] = {merge_sums(total[i].x, sum[i].x, factors), merge_sums(total[i].y, sum[i].y, factors),
                          merge_sums(total[i].z, sum[i].z, factors), merge_sums(total[i].w, sum[i].w, factors)};
            }
          }
          sum[i] = {0, 0, 0, 0};
        }
      }
      __syncthreads();  // the values and weights are done with
      if (tile + 1 < end) {
        loads.load(a, item, kv_head, tile + 1, 1, shared_address(values));
        loads.read_pages(a, item, tile + 2);
      }
      copies_commit();
    }
    copies_wait<0>();
    if (!item.partial) {
      if (my_part == 0) {
        tile_factors[my_row] = total_denominator;
      }
      __syncthreads();
#pragma unroll
      for (int i = 0; i < kRowsEach; i++) {
        int row = first_row + i;
        if (row < rows && column < a.head_size) {
          float d = tile_factors[row];
          int head = kv_head * group + (skipped + row) % group;
          float* to = a.out + ((size_t)row_tokens[row] * a.heads + head) * a.head_size + column;
          *reinterpret_cast<float4*>(to) = {__fdiv_rn(total[i].x, d), __fdiv_rn(total[i].y, d),
                                            __fdiv_rn(total[i].z, d), __fdiv_rn(total[i].w, d)};
        }
      }
    }
  }
}

#define ATTEND_FLOAT32(D)                                                      \
  extern "C" __global__ void __launch_bounds__(kFloatAttendThreads)            \
      attend_float32_##D(FloatAttentionArguments arguments) {                  \
    attend_float32<D>(arguments);                                              \
  }

ATTEND_FLOAT32(64)
ATTEND_FLOAT32(128)
ATTEND_FLOAT32(256)

// Merges what attend_float32 left for each split, in ascending order. merge_splits[row] is the number of splits, 0
// where nothing is to be merged. grid: (rows, heads / 4); 4 warps, one a head.
extern "C" __global__ void __launch_bounds__(128)
    merge_attention_float32(FloatAttentionArguments a, const int* merge_splits) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  int splits = merge_splits[row];
  int head = blockIdx.y * 4 + threadIdx.x / 32;
  if (splits == 0 || head >= a.heads) {
    return;
  }
  size_t base = a.partial_base[row];
  for (int column = threadIdx.x % 32; column < a.head_size; column += 32) {
    float maximum = -INFINITY;
    float denominator = 0;
    float total = 0;
    for (int split = 0; split < splits; split++) {
      size_t place = (base + split) * a.heads + head;
      float2 scale = a.partial_scales[place];
      float2 factors = float_merge_factors(&maximum, scale.x);
      denominator = merge_sums(denominator, scale.y, factors);
      total = merge_sums(total, a.partial_sums[place * a.head_size + column], factors);
    }
    a.out[((size_t)row * a.heads + head) * a.head_size + column] = __fdiv_rn(total, denominator);
  }
}
