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
//     M' = max(M, m);  O = O * 2^(M-M') + o * 2^(m-M');  M = M'      (begins with M = -inf, O = -0: changes nothing)
//   out = O / O's last column
//
// The sums over k are the tensor core's, in ascending steps of 16; the column of ones gives the softmax's denominator.
// A tile or split that a query does not see changes nothing, so kernels may walk or skip it; those that lie before the
// windows of all queries of an item are skipped. Which rows share a block, and whether one block walks all splits or
// each walks some, does not enter, so every kernel gives the same bits.

constexpr int kTileKeys = 64;
constexpr int kSplitKeys = 256;
constexpr uint32_t kOnes = 0x3f803f80u;  // two of the column of ones, in bfloat16

// A share of the attention of one launch: queries that look at the same pages. Rows are taken from the list.
struct AttentionItem {
  int pages;        // where the page numbers begin in the page table
  int rows;         // where the rows begin in the row list
  int row_count;    // queries
  int first_split;
  int end_split;    // after the last one
  int keys;         // positions from here on are not read
  // 0: it has all splits of its rows, and writes what they attended. 1: it leaves sums for merge_attention: if it begins
  // with split 0, those of all its splits, merged, at its last one; else each split's.
  int partial;
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
  int stages;      // tiles in shared memory, 1 to 3; does not enter the result
};

__device__ __forceinline__ float exp2_fast(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;\n" : "=f"(y) : "f"(x));
  return y;
}

// Makes scores of products: for two queries, two neighbouring keys of each of BLOCKS blocks of 8. -inf for keys that a
// query does not see; maximum becomes the largest one, if that is larger.
// key: the first one. all_seen: whether the queries see all keys of the tile.
template <int BLOCKS>
__device__ __forceinline__ void attention_scores(const AttentionArguments& a, float (&score)[BLOCKS * 4], int key,
                                                 const int (&position)[2], bool all_seen, float (&maximum)[2]) {
  if (a.soft_cap > 0) {
#pragma unroll
    for (int i = 0; i < BLOCKS * 4; i++) {
      float s = __fmul_rn(score[i], a.scale);
      score[i] = __fmul_rn(__fmul_rn(a.soft_cap, tanhf(__fdiv_rn(s, a.soft_cap))), 1.4426950408889634f);
    }
  } else {
#pragma unroll
    for (int i = 0; i < BLOCKS * 4; i++) {
      score[i] = __fmul_rn(score[i], a.scale);
    }
  }
  if (!all_seen) {
#pragma unroll
    for (int row = 0; row < 2; row++) {
      int last = position[row] - key;  // that the query sees, from `key` on
      int before = a.window == 0 ? -1 : last - a.window;
#pragma unroll
      for (int n = 0; n < BLOCKS; n++) {
#pragma unroll
        for (int j = 0; j < 2; j++) {
          int k = 8 * n + j;
          float& s = score[4 * n + 2 * row + j];
          s = k <= last && k > before ? s : -INFINITY;
        }
      }
    }
  }
#pragma unroll
  for (int i = 0; i < BLOCKS * 4; i++) {
    maximum[i / 2 % 2] = fmaxf(maximum[i / 2 % 2], score[i]);
  }
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

// After the last tile that an item walks.
__device__ __forceinline__ int end_tile(const AttentionItem& item) {
  return min(item.end_split * (kSplitKeys / kTileKeys), (item.keys + kTileKeys - 1) / kTileKeys);
}

// The largest of the four lanes that hold a row.
__device__ __forceinline__ float row_maximum(float value) {
  value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, 1));
  return fmaxf(value, __shfl_xor_sync(0xffffffffu, value, 2));
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

// The same in panels of 64 columns and ROWS rows, with the 128-byte swizzle that wgmma reads.
template <int ROWS>
__device__ __forceinline__ uint32_t panel_offset(int row, int piece) {
  return (piece >> 3) * (ROWS * kPanelRowBytes) + row * kPanelRowBytes + (((piece ^ row) & 7) << 4);
}

// Copies the keys and values of an item's tiles: each thread a piece of some rows. Page numbers are read one tile ahead.
// In shared memory the rows lie one after the other, or in panels.
template <int D, int THREADS, bool PANELS = false>
struct TileCopier {
  static constexpr int kPieces = D / 8;
  static constexpr int kRowStep = THREADS / kPieces;
  static constexpr int kRows = kTileKeys / kRowStep;
  static constexpr int kLineBytes = PANELS ? kPanelRowBytes : D * 2;
  static constexpr int kPlaces = kRowStep < 8 ? 8 / kRowStep : 1;  // the permutation repeats every 8 rows
  const uint8_t* pages;      // the thread's piece of position 0 of page 0
  const int* page_numbers;   // of the item, from the thread's first row on
  int keys;                  // of the item, from the thread's first row on
  uint32_t place[kPlaces];   // of the thread's first rows in a tile
  bool wanted;               // whether the head has the piece
  int page[kRows];

  __device__ __forceinline__ void begin(const AttentionArguments& a, const AttentionItem& item, int kv_head) {
    int piece = threadIdx.x % kPieces;
    int row = threadIdx.x / kPieces;
    pages = reinterpret_cast<const uint8_t*>(a.pages) +
            2 * ((size_t)kv_head * (a.head_size << a.page_shift) + piece * 8);
    page_numbers = a.page_table + item.pages;
    keys = item.keys - row;
    wanted = piece * 8 < a.head_size;
#pragma unroll
    for (int j = 0; j < kPlaces; j++) {
      int r = row + j * kRowStep;
      place[j] = PANELS ? panel_offset<kTileKeys>(r, piece) : piece_offset<D>(r, piece);
    }
  }

  __device__ __forceinline__ void read(const AttentionArguments& a, int tile) {
    int row = threadIdx.x / kPieces;
#pragma unroll
    for (int j = 0; j < kRows; j++) {
      int key = tile * kTileKeys + j * kRowStep;  // less the thread's first row
      page[j] = key < keys ? page_numbers[(key + row) >> a.page_shift] : 0;
    }
  }

  // Starts copying the tile that was read: keys to `to`, values behind them; zeros beyond the last key and column.
  __device__ __forceinline__ void copy(const AttentionArguments& a, int tile, uint32_t to) const {
    // Where nothing else limits, the shorter code is worth its branch.
    if (PANELS && wanted && (tile + 1) * kTileKeys - kRowStep < keys) {
      copy_rows<true>(a, tile, to);
    } else {
      copy_rows<false>(a, tile, to);
    }
  }

 private:
  template <bool ALL>
  __device__ __forceinline__ void copy_rows(const AttentionArguments& a, int tile, uint32_t to) const {
    uint32_t mask = (1 << a.page_shift) - 1;
    uint32_t line_bytes = 2 * a.head_size;
    uint32_t value_bytes = a.kv_heads * (line_bytes << a.page_shift);
    const uint8_t* values = pages + value_bytes;
    uint32_t first = tile * kTileKeys + threadIdx.x / kPieces;
#pragma unroll
    for (int j = 0; j < kRows; j++) {
      uint32_t in_page = ((first + j * kRowStep) & mask) * line_bytes;
      uint64_t from = (uint64_t)(uint32_t)page[j] * (2 * value_bytes) + in_page;
      bool there = ALL || (wanted && tile * kTileKeys + j * kRowStep < keys);
      uint32_t offset = to + place[j % kPlaces] + j / kPlaces * (kPlaces * kRowStep * kLineBytes);
      copy_piece(offset, pages + from, there);
      copy_piece(offset + kTileKeys * D * 2, values + from, there);
    }
  }
};

// Copies the queries of an item that share kv_head: row r is head r % group of query r / group; zeros elsewhere.
template <int D, int ROWS, int THREADS, bool PANELS = false>
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
    uint32_t place = PANELS ? panel_offset<ROWS>(row, piece) : piece_offset<D>(row, piece);
    copy_piece(to + place, a.qkv + offset, wanted);
  }
}

// Where two neighbouring output columns of one query go.
__device__ __forceinline__ void store_attended(const AttentionArguments& a, int row, int head, int column, float first,
                                               float second, float denominator) {
  *reinterpret_cast<uint32_t*>(a.out + panel_index(row, head * a.head_size + column, a.out_rows)) =
      pack_bf16(__fdiv_rn(first, denominator), __fdiv_rn(second, denominator));
}

// The sums of a thread: for two rows, two neighbouring columns of each of BLOCKS blocks of 8, and a column of ones.
template <int BLOCKS>
struct AttentionSums {
  int token[2];     // row of the step; -1 for none
  int position[2];
  int head[2];
  float maximum[2];         // of the split
  float total_maximum[2];   // of the splits before
  float sum[BLOCKS + 1][4];
  float total[BLOCKS + 1][4];

  // row: of the item, a query and head each; the other one is 8 on.
  __device__ __forceinline__ void begin(const AttentionArguments& a, const AttentionItem& item, int kv_head, int row) {
    int group = a.heads / a.kv_heads;
#pragma unroll
    for (int i = 0; i < 2; i++) {
      bool used = row + 8 * i < item.row_count * group;
      token[i] = used ? a.row_list[item.rows + (row + 8 * i) / group] : -1;
      position[i] = used ? a.positions[token[i]] : -1;
      head[i] = kv_head * group + (row + 8 * i) % group;
      maximum[i] = -INFINITY;
      total_maximum[i] = -INFINITY;
#pragma unroll
      for (int n = 0; n < BLOCKS + 1; n++) {
        sum[n][2 * i] = sum[n][2 * i + 1] = 0;
        total[n][2 * i] = total[n][2 * i + 1] = -0.0f;
      }
    }
  }

  // The least position of the warp's queries; -1 if a row has none.
  __device__ __forceinline__ int first_position() const {
    return __reduce_min_sync(0xffffffffu, min(position[0], position[1]));
  }

  // Goes on from a maximum to a larger one, in a tile.
  __device__ __forceinline__ void raise(int i, float larger, float base) {
    float factor = exp2_fast(__fsub_rn(maximum[i], base));
    maximum[i] = larger;
#pragma unroll
    for (int n = 0; n < BLOCKS + 1; n++) {
      sum[n][2 * i] = __fmul_rn(sum[n][2 * i], factor);
      sum[n][2 * i + 1] = __fmul_rn(sum[n][2 * i + 1], factor);
    }
  }

  // Where what is left for a split lies, in heads.
  __device__ __forceinline__ size_t left(const AttentionArguments& a, int i, int split) const {
    return (size_t)(a.partial_base[token[i]] + split) * a.heads + head[i];
  }

  __device__ __forceinline__ void leave(const AttentionArguments& a, int i, int split, int column0, float scale,
                                        const float (&sums)[BLOCKS + 1][4]) const {
    if (token[i] < 0) {
      return;
    }
    size_t place = left(a, i, split);
#pragma unroll
    for (int n = 0; n < BLOCKS; n++) {
      int column = column0 + 8 * n;
      if (column < a.head_size) {
        *reinterpret_cast<float2*>(a.partial_sums + place * a.head_size + column) = {sums[n][2 * i],
                                                                                    sums[n][2 * i + 1]};
      }
    }
    if (column0 == 0) {
      a.partial_scales[place] = {scale, sums[BLOCKS][2 * i]};
    }
  }

  __device__ __forceinline__ void end_split(const AttentionArguments& a, const AttentionItem& item, int split,
                                            int column0) {
#pragma unroll
    for (int i = 0; i < 2; i++) {
      if (item.partial && item.first_split > 0) {
        leave(a, i, split, column0, maximum[i], sum);
      } else if (maximum[i] > -INFINITY) {
        float2 factors = merge_factors(&total_maximum[i], maximum[i]);
#pragma unroll
        for (int n = 0; n < BLOCKS + 1; n++) {
          total[n][2 * i] = merge_sums(total[n][2 * i], sum[n][2 * i], factors);
          total[n][2 * i + 1] = merge_sums(total[n][2 * i + 1], sum[n][2 * i + 1], factors);
        }
      }
      maximum[i] = -INFINITY;
#pragma unroll
      for (int n = 0; n < BLOCKS + 1; n++) {
        sum[n][2 * i] = sum[n][2 * i + 1] = 0;
      }
    }
  }

  // Ends the split with its last tile, or with the item's. column0: the thread's first column.
  __device__ __forceinline__ void after_tile(const AttentionArguments& a, const AttentionItem& item, int tile, int end,
                                             int column0) {
    if ((tile + 1) % (kSplitKeys / kTileKeys) == 0 || tile + 1 == end) {
      end_split(a, item, tile / (kSplitKeys / kTileKeys), column0);
    }
  }

  __device__ __forceinline__ void end_item(const AttentionArguments& a, const AttentionItem& item, int column0) const {
#pragma unroll
    for (int i = 0; i < 2; i++) {
      if (item.partial) {
        if (item.first_split == 0) {
          leave(a, i, item.end_split - 1, column0, total_maximum[i], total);
        }
      } else if (token[i] >= 0) {
#pragma unroll
        for (int n = 0; n < BLOCKS; n++) {
          int column = column0 + 8 * n;
          if (column < a.head_size) {
            store_attended(a, token[i], head[i], column, total[n][2 * i], total[n][2 * i + 1], total[BLOCKS][2 * i]);
          }
        }
      }
    }
  }
};
