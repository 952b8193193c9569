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
  constexpr uint32_t kOnes = 0x3f803f80u;
  extern __shared__ __align__(128) uint8_t shared[];
  __shared__ float warp_maximum[2][4][kFewRows];
  __shared__ __align__(16) __nv_bfloat16 weights[kFewRows * kWeightLine];
  uint32_t queries = shared_address(shared);
  uint32_t stages = queries + Shape::kQueryBytes;
  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  int group = a.heads / a.kv_heads;

  let_next_start();
  wait_for_previous();
  int work = *a.item_count * a.kv_heads;
  for (int w = blockIdx.x; w < work; w += gridDim.x) {
    const AttentionItem item = a.items[w / a.kv_heads];
    int kv_head = w % a.kv_heads;
    int tile = first_tile(a, item);
    int end = min(item.end_split * (kSplitKeys / kTileKeys), (item.keys + kTileKeys - 1) / kTileKeys);
    __syncthreads();  // the last item's stages are free
    load_queries<D, kFewRows, kFewThreads>(a, item, kv_head, queries);
    TilePages<D, kFewThreads> pages;
    for (int s = 0; s < a.stages - 1; s++) {
      if (tile + s < end) {
        pages.read(a, item, tile + s);
        pages.load(a, item, kv_head, tile + s, stages + s * Shape::kStageBytes);
      }
      copies_commit();
    }
    pages.read(a, item, tile + a.stages - 1);

    int row[2], token[2], position[2];
    float maximum[2] = {-INFINITY, -INFINITY};
    float total_maximum[2] = {-INFINITY, -INFINITY};
#pragma unroll
    for (int i = 0; i < 2; i++) {
      row[i] = lane / 4 + 8 * i;
      bool used = row[i] < item.row_count * group;
      token[i] = used ? a.row_list[item.rows + row[i] / group] : -1;
      position[i] = used ? a.positions[token[i]] : -1;
    }
    float sum[kBlocks + 1][4] = {};  // the last block is the column of ones
    float total[kBlocks + 1][4] = {};

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
        pages.load(a, item, kv_head, ahead, stages + free * Shape::kStageBytes);
        pages.read(a, item, ahead + 1);
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
#pragma unroll
      for (int n = 0; n < 2; n++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          int key = tile * kTileKeys + 16 * warp + 8 * n + 2 * (lane % 4) + (i & 1);
          float s = attention_score(a, score[n][i]);
          score[n][i] = attention_sees(a, key, position[i >> 1]) ? s : -INFINITY;
          next[i >> 1] = fmaxf(next[i >> 1], score[n][i]);
        }
      }
      float(&shared_maximum)[4][kFewRows] = warp_maximum[tile & 1];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        next[i] = fmaxf(next[i], __shfl_xor_sync(0xffffffffu, next[i], 1));
        next[i] = fmaxf(next[i], __shfl_xor_sync(0xffffffffu, next[i], 2));
        if (lane % 4 == 0) {
          shared_maximum[warp][row[i]] = next[i];
        }
      }
      __syncthreads();
#pragma unroll
      for (int i = 0; i < 2; i++) {
        float largest = maximum[i];
#pragma unroll
        for (int other = 0; other < 4; other++) {
          largest = fmaxf(largest, shared_maximum[other][row[i]]);
        }
        float base = attention_base(largest);
        float factor = exp2_fast(__fsub_rn(maximum[i], base));
        maximum[i] = largest;
#pragma unroll
        for (int n = 0; n < kBlocks + 1; n++) {
          sum[n][2 * i] = __fmul_rn(sum[n][2 * i], factor);
          sum[n][2 * i + 1] = __fmul_rn(sum[n][2 * i + 1], factor);
        }
#pragma unroll
        for (int n = 0; n < 2; n++) {
          uint32_t pair = pack_bf16(exp2_fast(__fsub_rn(score[n][2 * i], base)),
                                    exp2_fast(__fsub_rn(score[n][2 * i + 1], base)));
          *reinterpret_cast<uint32_t*>(weights + row[i] * kWeightLine + 16 * warp + 8 * n + 2 * (lane % 4)) = pair;
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
          mma(sum[2 * n], p, b[0], b[1]);
          mma(sum[2 * n + 1], p, b[2], b[3]);
        }
        mma(sum[kBlocks], p, kOnes, kOnes);
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
                int column = 8 * (warp * kBlocks + n) + 2 * (lane % 4);
                if (column < a.head_size) {
                  store_partial(a, token[i], split, head, column, sum[n][2 * i], sum[n][2 * i + 1]);
                }
              }
              if (warp == 0 && lane % 4 == 0) {
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
            int column = 8 * (warp * kBlocks + n) + 2 * (lane % 4);
            if (column < a.head_size) {
              store_attended(a, token[i], head, column, total[n][2 * i], total[n][2 * i + 1],
                             total[kBlocks][2 * i]);
            }
          }
        }
      }
    }
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
