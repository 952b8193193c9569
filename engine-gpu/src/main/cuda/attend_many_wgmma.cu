#include "attention.cuh"
#include "wgmma.cuh"

// As attend_many, on wgmma: a warpgroup for 64 rows (a query and head each), which reads each tile of keys and values
// once. Two blocks on a multiprocessor, so that one multiplies while the other takes exponentials. Heads of up to 128.
// See attention.cuh for the order of the sums.

template <int D>
struct ManyWgmmaShape {
  static constexpr int kRows = 64;
  static constexpr int kThreads = 128;
  static constexpr int kBlocks = 2;  // on one multiprocessor
  static constexpr int kStages = 3;
  static constexpr int kStageBytes = 2 * kTileKeys * D * 2;
  static constexpr int kQueryBytes = kRows * D * 2;
  static constexpr int kSharedBytes = kQueryBytes + kStages * kStageBytes + 1024;
};

template <int D>
__device__ __forceinline__ void attend_many_wgmma(const AttentionArguments& a) {
#ifdef ESPALIER_WGMMA
  using Shape = ManyWgmmaShape<D>;
  constexpr int kStages = Shape::kStages;
  constexpr int kBlocks = D / 8;
  constexpr int kPanel = kTileKeys * kPanelRowBytes;  // bytes of 64 columns of queries, keys or values
  extern __shared__ uint8_t shared_raw[];
  uint32_t queries = (shared_address(shared_raw) + 1023) & ~1023u;
  uint32_t stages = queries + Shape::kQueryBytes;
  uint64_t query_operand = wgmma_operand(queries);
  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  int column0 = 2 * (lane % 4);

  let_next_start();
  wait_for_previous();
  int work = *a.item_count * a.kv_heads;
  for (int w = blockIdx.x; w < work; w += gridDim.x) {
    const AttentionItem item = a.items[w / a.kv_heads];
    int kv_head = w % a.kv_heads;
    int tile = first_tile(a, item);
    int end = end_tile(item);
    __syncthreads();  // the last item's stages are free
    load_queries<D, Shape::kRows, Shape::kThreads, true>(a, item, kv_head, queries);
    TileCopier<D, Shape::kThreads, true> copier;
    copier.begin(a, item, kv_head);
#pragma unroll
    for (int s = 0; s < kStages - 1; s++) {
      if (tile + s < end) {
        copier.read(a, tile + s);
        copier.copy(a, tile + s, stages + s * Shape::kStageBytes);
      }
      copies_commit();
    }
    copier.read(a, tile + kStages - 1);

    AttentionSums<kBlocks> sums;
    sums.begin(a, item, kv_head, 16 * warp + lane / 4);
    int first_position = sums.first_position();

    for (int stage = 0; tile < end; tile++) {
      copies_wait<kStages - 2>();
      writes_to_wgmma();
      __syncthreads();  // this tile is here; the last tile's stage is free
      uint32_t keys = stages + stage * Shape::kStageBytes;
      uint32_t values = keys + kTileKeys * D * 2;
      uint64_t key_operand = wgmma_operand(keys);
      uint64_t value_operand = wgmma_transposed_operand(values, kPanel);
      float score[kTileKeys / 2];
      wgmma_fence();
#pragma unroll
      for (int k = 0; k < D / 16; k++) {
        uint32_t column = (k / 4 * kPanel + k % 4 * 32) >> 4;
        wgmma<kTileKeys>(score, query_operand + column, key_operand + column, k > 0);
      }
      wgmma_commit();
      int ahead = tile + kStages - 1;
      if (ahead < end) {
        int free = stage == 0 ? kStages - 1 : stage - 1;
        copier.copy(a, ahead, stages + free * Shape::kStageBytes);
        copier.read(a, ahead + 1);
      }
      copies_commit();
      stage = stage + 1 == kStages ? 0 : stage + 1;
      wgmma_wait<0>();

      float next[2] = {sums.maximum[0], sums.maximum[1]};
      bool all_seen = (tile + 1) * kTileKeys - 1 <= first_position && a.window == 0;
      attention_scores<kTileKeys / 8>(a, score, tile * kTileKeys + column0, sums.position, all_seen, next);
#pragma unroll
      for (int i = 0; i < 2; i++) {
        next[i] = row_maximum(next[i]);
        float base = attention_base(next[i]);
        sums.raise(i, next[i], base);
        next[i] = base;
      }
      uint32_t p[kTileKeys / 16][4];
#pragma unroll
      for (int k = 0; k < kTileKeys / 16; k++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          float* s = score + 8 * k + 2 * j;
          p[k][j] = pack_bf16(exp2_fast(__fsub_rn(s[0], next[j & 1])), exp2_fast(__fsub_rn(s[1], next[j & 1])));
        }
      }
      wgmma_fence();
#pragma unroll
      for (int k = 0; k < kTileKeys / 16; k++) {
        wgmma_transposed<D>(reinterpret_cast<float(&)[D / 2]>(sums.sum), p[k],
                            value_operand + (k * 16 * kPanelRowBytes >> 4));
      }
      wgmma_commit();
#pragma unroll
      for (int k = 0; k < kTileKeys / 16; k++) {
        mma(sums.sum[kBlocks], p[k], kOnes, kOnes);
      }
      wgmma_wait<0>();

      sums.after_tile(a, item, tile, end, column0);
    }
    copies_wait<0>();
    sums.end_item(a, item, column0);
  }
#else
  __trap();
#endif
}

#define ATTEND_MANY_WGMMA(D)                                                                     \
  extern "C" __global__ void                                                                     \
  __launch_bounds__(ManyWgmmaShape<D>::kThreads, ManyWgmmaShape<D>::kBlocks)                     \
      attend_many_wgmma_##D(AttentionArguments a) {                                              \
    attend_many_wgmma<D>(a);                                                                     \
  }
ATTEND_MANY_WGMMA(64)
ATTEND_MANY_WGMMA(128)
#undef ATTEND_MANY_WGMMA
