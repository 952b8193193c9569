#pragma once

#include "mma.cuh"
#include "panels.cuh"
#include "pipeline.cuh"

// Attention over pages, in one canonical order. For one query and one head, with s(k) the scaled product with key k in
// units of log 2:
//
//   for each split of 256 positions, ascending:                       (begins at a multiple of 256)
//     m = -inf, o = 0
//     for each tile of 64 positions, ascending:
//       n = max(m, max s(k));  o *= 2^(m-n);  o += sum over k of bf16(2^(s(k)-n)) * [v(k) | 1];  m = n
//     M' = max(M, m);  O = O * 2^(M-M') + o * 2^(m-M');  M = M'
//   out = O / O's last column
//
// The sums over k are the tensor core's, in ascending steps of 16; the column of ones gives the softmax's denominator.
// A tile or split that a query does not see changes nothing, so kernels may walk or skip it; those that lie before the
// windows of all queries of an item are skipped. Which rows share a block, and whether one block walks all splits or
// each walks some, does not enter, so every kernel gives the same bits.

constexpr int kTileKeys = 64;
constexpr int kSplitKeys = 256;

// A share of the attention of one launch: queries that look at the same pages. Rows are taken from the list.
struct AttentionItem {
  int pages;        // where the page numbers begin in the page table
  int rows;         // where the rows begin in the row list
  int row_count;    // queries
  int first_split;
  int end_split;    // after the last one
  int keys;         // positions from here on are not read
  int partial;      // 1: leave the sums of each split for merge_attention; 0: these are all splits of the rows
  int reserved;
};

struct AttentionArguments {
  const __nv_bfloat16* qkv;    // rows of [heads | kv_heads | kv_heads] of head_size
  const __nv_bfloat16* pages;  // of one layer: [keys, values][kv_heads][page_size][head_size]
  const AttentionItem* items;
  const int* item_count;
  const int* row_list;
  const int* positions;     // of each row
  const int* page_table;
  const int* partial_base;  // of each row: number of its sums of split 0
  float* partial_sums;      // [partial][heads][head_size], fp32
  float2* partial_scales;   // [partial][heads]: maximum and denominator
  __nv_bfloat16* out;       // panels, columns heads * head_size
  int out_rows;
  int heads;
  int kv_heads;
  int head_size;
  int page_shift;  // a page has 2^page_shift positions
  float scale;     // without soft cap: times log2(e)
  float soft_cap;  // 0 for none
  int window;      // 0 for none
  int stages;      // attend_few: tiles in shared memory, 1 to 3; does not enter the result
};

__device__ __forceinline__ float exp2_fast(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;\n" : "=f"(y) : "f"(x));
  return y;
}

// s(k) for a key that the query sees.
__device__ __forceinline__ float attention_score(const AttentionArguments& a, float product) {
  float s = __fmul_rn(product, a.scale);
  if (a.soft_cap > 0) {
    s = __fmul_rn(__fmul_rn(a.soft_cap, tanhf(__fdiv_rn(s, a.soft_cap))), 1.4426950408889634f);
  }
  return s;
}

__device__ __forceinline__ bool attention_sees(const AttentionArguments& a, int key, int position) {
  return key <= position && (a.window == 0 || key > position - a.window);
}

// The first key that a query sees.
__device__ __forceinline__ int first_seen(const AttentionArguments& a, int position) {
  return a.window == 0 ? 0 : max(0, position - a.window + 1);
}

// The first tile that an item walks: of those before it, none of its queries sees a key.
__device__ __forceinline__ int first_tile(const AttentionArguments& a, const AttentionItem& item) {
  int tile = item.first_split * (kSplitKeys / kTileKeys);
  if (a.window > 0) {
    int earliest = a.positions[a.row_list[item.rows]];
    for (int r = 1; r < item.row_count; r++) {
      earliest = min(earliest, a.positions[a.row_list[item.rows + r]]);
    }
    tile = max(tile, first_seen(a, earliest) / kTileKeys);
  }
  return tile;
}

// What the exponents are relative to: the maximum, or 0 while nothing was seen.
__device__ __forceinline__ float attention_base(float maximum) { return maximum == -INFINITY ? 0.0f : maximum; }

// The factors of O and o, and M' in *total_maximum.
__device__ __forceinline__ float2 merge_factors(float* total_maximum, float maximum) {
  float merged = fmaxf(*total_maximum, maximum);
  float base = attention_base(merged);
  float2 factors = {exp2_fast(__fsub_rn(*total_maximum, base)), exp2_fast(__fsub_rn(maximum, base))};
  *total_maximum = merged;
  return factors;
}

__device__ __forceinline__ float merge_sums(float total, float sum, float2 factors) {
  return __fmaf_rn(sum, factors.y, __fmul_rn(total, factors.x));
}

// Byte offset of a 16-byte piece in rows of D bf16, permuted so that eight rows never meet on a bank.
template <int D>
__device__ __forceinline__ uint32_t piece_offset(int row, int piece) {
  return row * D * 2 + ((piece ^ (row & 7)) << 4);
}

// The page numbers of the rows of a tile that a thread copies, read one tile ahead.
template <int D, int THREADS>
struct TilePages {
  static constexpr int kPieces = D / 8;
  static constexpr int kRowStep = THREADS / kPieces;
  static constexpr int kRows = kTileKeys / kRowStep;
  int page[kRows];

  __device__ __forceinline__ void read(const AttentionArguments& a, const AttentionItem& item, int tile) {
#pragma unroll
    for (int j = 0; j < kRows; j++) {
      int key = tile * kTileKeys + threadIdx.x / kPieces + j * kRowStep;
      page[j] = key < item.keys ? a.page_table[item.pages + (key >> a.page_shift)] : 0;
    }
  }

  // Starts copying keys and values of the tile: keys at `to`, values behind them; zeros beyond the last key and column.
  __device__ __forceinline__ void load(const AttentionArguments& a, const AttentionItem& item, int kv_head, int tile,
                                       uint32_t to) const {
    int piece = threadIdx.x % kPieces;
    int head_elements = a.head_size << a.page_shift;
    int values = a.kv_heads * head_elements;
#pragma unroll
    for (int j = 0; j < kRows; j++) {
      int row = threadIdx.x / kPieces + j * kRowStep;
      int key = tile * kTileKeys + row;
      bool wanted = key < item.keys && piece * 8 < a.head_size;
      const __nv_bfloat16* from = a.pages;
      if (wanted) {
        int in_page = key & ((1 << a.page_shift) - 1);
        from += (size_t)page[j] * (2 * values) + kv_head * head_elements + in_page * a.head_size + piece * 8;
      }
      uint32_t place = piece_offset<D>(row, piece);
      copy_piece(to + place, from, wanted);
      copy_piece(to + kTileKeys * D * 2 + place, from + (wanted ? values : 0), wanted);
    }
  }
};

// Copies the queries of an item that share kv_head: row r is head r % group of query r / group; zeros elsewhere.
template <int D, int ROWS, int THREADS>
__device__ __forceinline__ void load_queries(const AttentionArguments& a, const AttentionItem& item, int kv_head,
                                             uint32_t to) {
  constexpr int kPieces = D / 8;
  int group = a.heads / a.kv_heads;
  int stride = (a.heads + 2 * a.kv_heads) * a.head_size;
  for (int i = threadIdx.x; i < ROWS * kPieces; i += THREADS) {
    int row = i / kPieces;
    int piece = i % kPieces;
    bool wanted = row < item.row_count * group && piece * 8 < a.head_size;
    size_t offset = 0;
    if (wanted) {
      offset = (size_t)a.row_list[item.rows + row / group] * stride + (kv_head * group + row % group) * a.head_size +
               piece * 8;
    }
    copy_piece(to + piece_offset<D>(row, piece), a.qkv + offset, wanted);
  }
}

// Where two neighbouring output columns of one query go.
__device__ __forceinline__ void store_attended(const AttentionArguments& a, int row, int head, int column, float first,
                                               float second, float denominator) {
  *reinterpret_cast<uint32_t*>(a.out + panel_index(row, head * a.head_size + column, a.out_rows)) =
      pack_bf16(__fdiv_rn(first, denominator), __fdiv_rn(second, denominator));
}

__device__ __forceinline__ void store_partial(const AttentionArguments& a, int row, int split, int head, int column,
                                              float first, float second) {
  size_t place = (size_t)(a.partial_base[row] + split) * a.heads + head;
  *reinterpret_cast<float2*>(a.partial_sums + place * a.head_size + column) = {first, second};
}

__device__ __forceinline__ void store_partial_scale(const AttentionArguments& a, int row, int split, int head,
                                                    float maximum, float denominator) {
  a.partial_scales[(size_t)(a.partial_base[row] + split) * a.heads + head] = {maximum, denominator};
}
