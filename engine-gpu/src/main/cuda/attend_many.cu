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
  int warp_column = kThreads == 128 ? 0 : threadIdx.x / 128 * Shape::kColumns;
  int lane = threadIdx.x % 32;
  int column0 = warp_column + 2 * (lane % 4);

  let_next_start();
  wait_for_previous();
  int work = *a.item_count * a.kv_heads;
  for (int w = blockIdx.x; w < work; w += gridDim.x) {
    const AttentionItem item = a.items[w / a.kv_heads];
    int kv_head = w % a.kv_heads;
    int tile = first_tile(a, item);
    int end = end_tile(item);
    __syncthreads();  // the last item's stages are free
    load_queries<D, kManyRows, kThreads>(a, item, kv_head, queries);
    TileCopier<D, kThreads> copier;
    copier.begin(a, item, kv_head);
    copier.read(a, tile);
    copier.copy(a, tile, stages);
    copier.read(a, tile + 1);
    copies_commit();

    AttentionSums<kBlocks> sums;
    sums.begin(a, item, kv_head, 16 * warp + lane / 4);
    int first_position = sums.first_position();

    for (int stage = 0; tile < end; tile++, stage ^= STAGES - 1) {
      if constexpr (STAGES == 1) {
        copies_wait<0>();
      } else {
        if (tile + 1 < end) {
          copier.copy(a, tile + 1, stages + (stage ^ 1) * Shape::kStageBytes);
          copier.read(a, tile + 2);
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
      float next[2] = {sums.maximum[0], sums.maximum[1]};
      bool all_seen = (tile + 1) * kTileKeys - 1 <= first_position && a.window == 0;
      attention_scores<kTileKeys / 8>(a, reinterpret_cast<float(&)[kTileKeys / 2]>(score),
                                      tile * kTileKeys + 2 * (lane % 4), sums.position, all_seen, next);
#pragma unroll
      for (int i = 0; i < 2; i++) {
        next[i] = row_maximum(next[i]);
        float base = attention_base(next[i]);
        sums.raise(i, next[i], base);
        next[i] = base;
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
              b, values + piece_offset<D>(16 * k + lane % 16, warp_column / 8 + 2 * n + lane / 16));
          mma(sums.sum[2 * n], p, b[0], b[1]);
          mma(sums.sum[2 * n + 1], p, b[2], b[3]);
        }
        mma(sums.sum[kBlocks], p, kOnes, kOnes);
      }
      __syncthreads();  // the stage may be written again
      if (STAGES == 1 && tile + 1 < end) {
        copier.copy(a, tile + 1, stages);
        copier.read(a, tile + 2);
        copies_commit();
      }

      sums.after_tile(a, item, tile, end, column0);
    }
    copies_wait<0>();
    sums.end_item(a, item, column0);
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
