#include "attention.cuh"

// Attention for few queries, 16 rows (a query and head each) a block: decode. The warps of a block share each tile: for
// the scores every warp takes 16 of the 64 keys, for the values a quarter of the columns. See attention.cuh for the
// order of the sums.

constexpr int kFewRows = 16;
constexpr int kFewThreads = 128;
constexpr int kFewBlocks = 2;  // on one multiprocessor, where its shared memory is enough
constexpr int kWeightLine = 72;  // bf16 between rows of the weights in shared memory: no two rows on one bank

template <int D>
struct FewShape {
  static constexpr int kStageBytes = 2 * kTileKeys * D * 2;
  static constexpr int kQueryBytes = kFewRows * D * 2;
  static constexpr int shared_bytes(int stages) { return kQueryBytes + stages * kStageBytes; }
};

template <int D>
__device__ __forceinline__ void attend_few(const AttentionArguments& a) {
  using Shape = FewShape<D>;
  constexpr int kBlocks = D / 32;  // blocks of 8 columns of one warp
  extern __shared__ __align__(128) uint8_t shared[];
  __shared__ float warp_maximum[2][4][kFewRows];
  __shared__ __align__(16) __nv_bfloat16 weights[kFewRows * kWeightLine];
  uint32_t queries = shared_address(shared);
  uint32_t stages = queries + Shape::kQueryBytes;
  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  int row = lane / 4;
  int column0 = 8 * warp * kBlocks + 2 * (lane % 4);

  let_next_start();
  wait_for_previous();
  int work = *a.item_count * a.kv_heads;
  for (int w = blockIdx.x; w < work; w += gridDim.x) {
    const AttentionItem item = a.items[w / a.kv_heads];
    int kv_head = w % a.kv_heads;
    int tile = first_tile(a, item);
    int end = end_tile(item);
    __syncthreads();  // the last item's stages are free
    load_queries<D, kFewRows, kFewThreads>(a, item, kv_head, queries);
    TileCopier<D, kFewThreads> copier;
    copier.begin(a, item, kv_head);
    for (int s = 0; s < a.stages - 1; s++) {
      if (tile + s < end) {
        copier.read(a, tile + s);
        copier.copy(a, tile + s, stages + s * Shape::kStageBytes);
      }
      copies_commit();
    }
    copier.read(a, tile + a.stages - 1);

    AttentionSums<kBlocks> sums;
    sums.begin(a, item, kv_head, row);

    for (int stage = 0; tile < end; tile++) {
      if (a.stages == 3) {
        copies_wait<1>();
      } else {
        copies_wait<0>();
      }
      __syncthreads();  // this tile is here, or the only stage is free; the last tile's stage is free
      int ahead = tile + a.stages - 1;
      if (ahead < end) {
        int free = stage == 0 ? a.stages - 1 : stage - 1;
        copier.copy(a, ahead, stages + free * Shape::kStageBytes);
        copier.read(a, ahead + 1);
      }
      copies_commit();
      if (a.stages == 1) {
        copies_wait<0>();
        __syncthreads();
      }
      uint32_t keys = stages + stage * Shape::kStageBytes;
      uint32_t values = keys + kTileKeys * D * 2;
      stage = stage + 1 == a.stages ? 0 : stage + 1;

      float score[2][4] = {};
#pragma unroll
      for (int k = 0; k < D / 16; k++) {
        uint32_t q[4], b[4];
        load_matrices(q, queries + piece_offset<D>(lane % 16, 2 * k + lane / 16));
        load_matrices(b, keys + piece_offset<D>(16 * warp + lane % 8 + (lane / 16) * 8, 2 * k + lane / 8 % 2));
        mma(score[0], q, b[0], b[1]);
        mma(score[1], q, b[2], b[3]);
      }
      float next[2] = {-INFINITY, -INFINITY};
      attention_scores<2>(a, reinterpret_cast<float(&)[8]>(score), tile * kTileKeys + 16 * warp + 2 * (lane % 4),
                          sums.position, false, next);
      float(&shared_maximum)[4][kFewRows] = warp_maximum[tile & 1];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        next[i] = row_maximum(next[i]);
        if (lane % 4 == 0) {
          shared_maximum[warp][row + 8 * i] = next[i];
        }
      }
      __syncthreads();
#pragma unroll
      for (int i = 0; i < 2; i++) {
        float largest = sums.maximum[i];
#pragma unroll
        for (int other = 0; other < 4; other++) {
          largest = fmaxf(largest, shared_maximum[other][row + 8 * i]);
        }
        float base = attention_base(largest);
        sums.raise(i, largest, base);
#pragma unroll
        for (int n = 0; n < 2; n++) {
          uint32_t pair = pack_bf16(exp2_fast(__fsub_rn(score[n][2 * i], base)),
                                    exp2_fast(__fsub_rn(score[n][2 * i + 1], base)));
          *reinterpret_cast<uint32_t*>(weights + (row + 8 * i) * kWeightLine + 16 * warp + 8 * n + 2 * (lane % 4)) = pair;
        }
      }
      __syncthreads();
#pragma unroll
      for (int k = 0; k < kTileKeys / 16; k++) {
        uint32_t p[4];
        load_matrices(p, shared_address(weights + (lane % 16) * kWeightLine + 16 * k + lane / 16 * 8));
#pragma unroll
        for (int n = 0; n < kBlocks / 2; n++) {
          uint32_t b[4];
          load_matrices_transposed(
              b, values + piece_offset<D>(16 * k + lane % 16, warp * kBlocks + 2 * n + lane / 16));
          mma(sums.sum[2 * n], p, b[0], b[1]);
          mma(sums.sum[2 * n + 1], p, b[2], b[3]);
        }
        mma(sums.sum[kBlocks], p, kOnes, kOnes);
      }

      sums.after_tile(a, item, tile, end, column0);
    }
    copies_wait<0>();
    sums.end_item(a, item, column0);
  }
}

extern "C" __global__ void __launch_bounds__(kFewThreads, kFewBlocks) attend_few_64(AttentionArguments arguments) {
  attend_few<64>(arguments);
}

extern "C" __global__ void __launch_bounds__(kFewThreads, kFewBlocks) attend_few_128(AttentionArguments arguments) {
  attend_few<128>(arguments);
}

extern "C" __global__ void __launch_bounds__(kFewThreads, kFewBlocks) attend_few_256(AttentionArguments arguments) {
  attend_few<256>(arguments);
}
