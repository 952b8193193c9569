#include "attention.cuh"

// Attention for many queries over the same pages: prefill, and prefixes that sequences share. 64 rows (a query and head
// each) a block, 16 a warp; every warp walks all keys. Of heads with more than 128 columns a warp sums 128, so that they
// stay in registers, and the scores are computed once for each 128. See attention.cuh for the order of the sums.

constexpr int kManyRows = 64;

// STAGES: tiles in shared memory.
template <int D, int STAGES>
struct ManyShape {
  static constexpr int kColumns = D < 128 ? D : 128;  // of one warp
  static constexpr int kThreads = 128 * (D / kColumns);
  static constexpr int kStageBytes = 2 * kTileKeys * D * 2;
  static constexpr int kQueryBytes = kManyRows * D * 2;
  static constexpr int kSharedBytes = kQueryBytes + STAGES * kStageBytes;
};

template <int D, int STAGES>
__device__ __forceinline__ void attend_many(const AttentionArguments& a) {
  using Shape = ManyShape<D, STAGES>;
  extern __shared__ __align__(128) uint8_t shared[];
  uint32_t queries = shared_address(shared);
  uint32_t stages = queries + Shape::kQueryBytes;
  constexpr int kThreads = Shape::kThreads;
  constexpr int kBlocks = Shape::kColumns / 8;
  int warp = kThreads == 128 ? threadIdx.x / 32 : threadIdx.x / 32 % 4;
  int column0 = kThreads == 128 ? 0 : threadIdx.x / 128 * Shape::kColumns;
  int lane = threadIdx.x % 32;
  int group = a.heads / a.kv_heads;
  constexpr uint32_t kOnes = 0x3f803f80u;

  let_next_start();
  wait_for_previous();
  int work = *a.item_count * a.kv_heads;
  for (int w = blockIdx.x; w < work; w += gridDim.x) {
    const AttentionItem item = a.items[w / a.kv_heads];
    int kv_head = w % a.kv_heads;
    int tile = first_tile(a, item);
    int end = min(item.end_split * (kSplitKeys / kTileKeys), (item.keys + kTileKeys - 1) / kTileKeys);
    __syncthreads();  // the last item's stages are free
    load_queries<D, kManyRows, kThreads>(a, item, kv_head, queries);
    TilePages<D, kThreads> pages;
    pages.read(a, item, tile);
    pages.load(a, item, kv_head, tile, stages);
    pages.read(a, item, tile + 1);
    copies_commit();

    int row[2], token[2], position[2];
    float maximum[2] = {-INFINITY, -INFINITY};
    float total_maximum[2] = {-INFINITY, -INFINITY};
#pragma unroll
    for (int i = 0; i < 2; i++) {
      row[i] = 16 * warp + lane / 4 + 8 * i;
      bool used = row[i] < item.row_count * group;
      token[i] = used ? a.row_list[item.rows + row[i] / group] : -1;
      position[i] = used ? a.positions[token[i]] : -1;
    }
    int first_position = __reduce_min_sync(0xffffffffu, min(position[0], position[1]));
    float sum[kBlocks + 1][4] = {};  // the last block is the column of ones
    float total[kBlocks + 1][4] = {};

    for (int stage = 0; tile < end; tile++, stage ^= STAGES - 1) {
      if constexpr (STAGES == 1) {
        copies_wait<0>();
      } else {
        if (tile + 1 < end) {
          pages.load(a, item, kv_head, tile + 1, stages + (stage ^ 1) * Shape::kStageBytes);
          pages.read(a, item, tile + 2);
        }
        copies_commit();
        copies_wait<1>();
      }
      __syncthreads();
      uint32_t keys = stages + stage * Shape::kStageBytes;
      uint32_t values = keys + kTileKeys * D * 2;

      float score[kTileKeys / 8][4] = {};
#pragma unroll
      for (int k = 0; k < D / 16; k++) {
        uint32_t q[4];
        load_matrices(q, queries + piece_offset<D>(16 * warp + lane % 16, 2 * k + lane / 16));
#pragma unroll
        for (int n = 0; n < kTileKeys / 16; n++) {
          uint32_t b[4];
          load_matrices(b, keys + piece_offset<D>(16 * n + lane % 8 + (lane / 16) * 8, 2 * k + lane / 8 % 2));
          mma(score[2 * n], q, b[0], b[1]);
          mma(score[2 * n + 1], q, b[2], b[3]);
        }
      }
      float next[2] = {maximum[0], maximum[1]};
      bool all_seen = (tile + 1) * kTileKeys - 1 <= first_position && a.window == 0;
#pragma unroll
      for (int n = 0; n < kTileKeys / 8; n++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          int key = tile * kTileKeys + 8 * n + 2 * (lane % 4) + (i & 1);
          float s = attention_score(a, score[n][i]);
          score[n][i] = all_seen || attention_sees(a, key, position[i >> 1]) ? s : -INFINITY;
          next[i >> 1] = fmaxf(next[i >> 1], score[n][i]);
        }
      }
#pragma unroll
      for (int i = 0; i < 2; i++) {
        next[i] = fmaxf(next[i], __shfl_xor_sync(0xffffffffu, next[i], 1));
        next[i] = fmaxf(next[i], __shfl_xor_sync(0xffffffffu, next[i], 2));
        float base = attention_base(next[i]);
        float factor = exp2_fast(__fsub_rn(maximum[i], base));
        maximum[i] = next[i];
        next[i] = base;
#pragma unroll
        for (int n = 0; n < kBlocks + 1; n++) {
          sum[n][2 * i] = __fmul_rn(sum[n][2 * i], factor);
          sum[n][2 * i + 1] = __fmul_rn(sum[n][2 * i + 1], factor);
        }
      }
#pragma unroll
      for (int k = 0; k < kTileKeys / 16; k++) {
        uint32_t p[4];
#pragma unroll
        for (int j = 0; j < 2; j++) {
          float(&s)[4] = score[2 * k + j];
          p[2 * j] = pack_bf16(exp2_fast(__fsub_rn(s[0], next[0])), exp2_fast(__fsub_rn(s[1], next[0])));
          p[2 * j + 1] = pack_bf16(exp2_fast(__fsub_rn(s[2], next[1])), exp2_fast(__fsub_rn(s[3], next[1])));
        }
#pragma unroll
        for (int n = 0; n < kBlocks / 2; n++) {
          uint32_t b[4];
          load_matrices_transposed(
              b, values + piece_offset<D>(16 * k + lane % 16, column0 / 8 + 2 * n + lane / 16));
          mma(sum[2 * n], p, b[0], b[1]);
          mma(sum[2 * n + 1], p, b[2], b[3]);
        }
        mma(sum[kBlocks], p, kOnes, kOnes);
      }
      __syncthreads();  // the stage may be written again
      if (STAGES == 1 && tile + 1 < end) {
        pages.load(a, item, kv_head, tile + 1, stages);
        pages.read(a, item, tile + 2);
        copies_commit();
      }

      if ((tile + 1) % (kSplitKeys / kTileKeys) == 0 || tile + 1 == end) {
        int split = tile / (kSplitKeys / kTileKeys);
#pragma unroll
        for (int i = 0; i < 2; i++) {
          int head = kv_head * group + row[i] % group;
          if (item.partial) {
            if (token[i] >= 0) {
#pragma unroll
              for (int n = 0; n < kBlocks; n++) {
                int column = column0 + 8 * n + 2 * (lane % 4);
                if (column < a.head_size) {
                  store_partial(a, token[i], split, head, column, sum[n][2 * i], sum[n][2 * i + 1]);
                }
              }
              if (column0 == 0 && lane % 4 == 0) {
                store_partial_scale(a, token[i], split, head, maximum[i], sum[kBlocks][2 * i]);
              }
            }
          } else if (maximum[i] > -INFINITY) {
            float2 factors = merge_factors(&total_maximum[i], maximum[i]);
#pragma unroll
            for (int n = 0; n < kBlocks + 1; n++) {
              total[n][2 * i] = merge_sums(total[n][2 * i], sum[n][2 * i], factors);
              total[n][2 * i + 1] = merge_sums(total[n][2 * i + 1], sum[n][2 * i + 1], factors);
            }
          }
          maximum[i] = -INFINITY;
#pragma unroll
          for (int n = 0; n < kBlocks + 1; n++) {
            sum[n][2 * i] = 0;
            sum[n][2 * i + 1] = 0;
          }
        }
      }
    }
    copies_wait<0>();
    if (!item.partial) {
#pragma unroll
      for (int i = 0; i < 2; i++) {
        if (token[i] >= 0) {
          int head = kv_head * group + row[i] % group;
#pragma unroll
          for (int n = 0; n < kBlocks; n++) {
            int column = column0 + 8 * n + 2 * (lane % 4);
            if (column < a.head_size) {
              store_attended(a, token[i], head, column, total[n][2 * i], total[n][2 * i + 1], total[kBlocks][2 * i]);
            }
          }
        }
      }
    }
  }
}

#define ATTEND_MANY(NAME, D, STAGES, BLOCKS)                                                                          \
  extern "C" __global__ void __launch_bounds__(ManyShape<D, STAGES>::kThreads, BLOCKS) NAME(AttentionArguments a) { \
    attend_many<D, STAGES>(a);                                                                                      \
  }
ATTEND_MANY(attend_many_64, 64, 2, 2)
ATTEND_MANY(attend_many_128, 128, 2, 2)
ATTEND_MANY(attend_many_256, 256, 2, 1)
ATTEND_MANY(attend_many_256_narrow, 256, 1, 1)  // for less than 160 KiB of shared memory
#undef ATTEND_MANY
