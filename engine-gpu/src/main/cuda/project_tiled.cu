#include "epilogue.cuh"
#include "pipeline.cuh"
#include "wgmma.cuh"

// Matrix product, with the bits of project_split: see there for the canonical reduction.
//
// Tokens are operand A (tiles of TOKENS), weights operand B (tiles of WIDTH). One block runs on each multiprocessor and
// takes tile after tile; one thread copies tokens, one weights, and a warpgroup computes each 64 tokens. With more than
// one chunk the sums of the chunks are added in a second set of registers. The host chooses the tile that leaves the
// fewest multiprocessors idle.

constexpr int kTileGroup = 2048;  // tokens walked under one tile of weights, to stay in the L2 cache

template <int TOKENS, int WIDTH>
struct TiledShape {
  // A warpgroup that copies comes before those that compute, and leaves them its registers.
  static constexpr int kThreads = 2 * TOKENS + 128;
  static constexpr int kWarps = TOKENS / 16;
  static constexpr int kStageBytes = (TOKENS + WIDTH) * kPanelRowBytes;
  static constexpr int kStages = 222 * 1024 / kStageBytes;
  static constexpr int kSharedBytes = kStages * kStageBytes + 1024;
};

// The tile of a number: tokens vary fastest inside a group of tiles of tokens.
template <int TOKENS>
__device__ __forceinline__ void locate_tile(int tile, int token_tiles, int weight_tiles, int* token_tile,
                                            int* weight_tile) {
  constexpr int kGroup = kTileGroup / TOKENS;
  int group = tile / (kGroup * weight_tiles);
  int in_group = min(kGroup, token_tiles - group * kGroup);
  int rest = tile - group * kGroup * weight_tiles;
  *token_tile = group * kGroup + rest % in_group;
  *weight_tile = rest / in_group;
}

// Four lanes hold a word each of four blocks of four words: lane q gets block q.
__device__ __forceinline__ uint4 exchange_blocks(uint32_t (&v)[4], int q) {
  bool odd = q & 1, high = q & 2;
#pragma unroll
  for (int i = 0; i < 4; i += 2) {
    uint32_t other = __shfl_xor_sync(0xffffffffu, odd ? v[i] : v[i + 1], 1);
    v[i] = odd ? other : v[i];
    v[i + 1] = odd ? v[i + 1] : other;
  }
#pragma unroll
  for (int i = 0; i < 2; i++) {
    uint32_t other = __shfl_xor_sync(0xffffffffu, high ? v[i] : v[i + 2], 2);
    v[i] = high ? other : v[i];
    v[i + 2] = high ? v[i + 2] : other;
  }
  return {v[0], v[1], v[2], v[3]};
}

// Applies the epilogue to a tile's sums; gate and up are the same place in neighbouring blocks of 8 columns.
template <int WIDTH>
__device__ __forceinline__ void store_tile(const Epilogue& e, float (&sum)[WIDTH / 2], int token0, int tokens, int n0,
                                           int lane) {
  int q = lane % 4;
  if (e.bias != nullptr) {
#pragma unroll
    for (int j = 0; j < WIDTH / 8; j++) {
      int n = n0 + 8 * j + 2 * q;
      if (n < e.outputs) {
        float2 bias = *reinterpret_cast<const float2*>(e.bias + n);
        sum[4 * j] = __fadd_rn(sum[4 * j], bias.x);
        sum[4 * j + 1] = __fadd_rn(sum[4 * j + 1], bias.y);
        sum[4 * j + 2] = __fadd_rn(sum[4 * j + 2], bias.x);
        sum[4 * j + 3] = __fadd_rn(sum[4 * j + 3], bias.y);
      }
    }
  }
#pragma unroll
  for (int half = 0; half < 2; half++) {
    int token = token0 + 8 * half;
    if (e.output == kGated) {
#pragma unroll
      for (int group = 0; group < (WIDTH + 63) / 64; group++) {
        uint32_t words[4] = {0, 0, 0, 0};
#pragma unroll
        for (int block = 0; block < min(4, WIDTH / 16 - 4 * group); block++) {
          int i = 8 * (4 * group + block) + 2 * half;
          words[block] = pack_bf16(gated(sum[i], sum[i + 4], e.gate), gated(sum[i + 1], sum[i + 5], e.gate));
        }
        uint4 packed = exchange_blocks(words, q);
        int column = n0 / 2 + 32 * group + 8 * q;
        if (token < tokens && 2 * column < min(e.outputs, n0 + WIDTH)) {
          *reinterpret_cast<uint4*>((__nv_bfloat16*)e.out + panel_index(token, column, e.stride)) = packed;
        }
      }
    } else if (e.output == kRows) {
#pragma unroll
      for (int group = 0; group < (WIDTH + 31) / 32; group++) {
        uint32_t words[4] = {0, 0, 0, 0};
#pragma unroll
        for (int block = 0; block < min(4, WIDTH / 8 - 4 * group); block++) {
          int i = 4 * (4 * group + block) + 2 * half;
          words[block] = pack_bf16(sum[i], sum[i + 1]);
        }
        uint4 packed = exchange_blocks(words, q);
        int column = n0 + 32 * group + 8 * q;
        if (token < tokens && column < min(e.outputs, n0 + WIDTH)) {
          *reinterpret_cast<uint4*>((__nv_bfloat16*)e.out + (size_t)token * e.stride + column) = packed;
        }
      }
    } else if (token < tokens) {
      float* to = (float*)e.out + (size_t)token * e.stride;
#pragma unroll
      for (int j = 0; j < WIDTH / 8; j++) {
        int column = n0 + 8 * j + 2 * q;
        float2 pair = {capped(sum[4 * j + 2 * half], e.soft_cap), capped(sum[4 * j + 2 * half + 1], e.soft_cap)};
        if (column + 1 < e.outputs && e.stride % 2 == 0) {
          *reinterpret_cast<float2*>(to + column) = pair;
        } else {
          if (column < e.outputs) {
            to[column] = pair.x;
          }
          if (column + 1 < e.outputs) {
            to[column + 1] = pair.y;
          }
        }
      }
    }
  }
}

template <int TOKENS, int WIDTH, bool CHUNKED>
__device__ __forceinline__ void project_tiled(const __nv_bfloat16* weights, int weight_rows,
                                              const __nv_bfloat16* input, int input_rows, int panels,
                                              int chunk_panels, int tokens, const Epilogue& epilogue) {
#ifdef ESPALIER_WGMMA
  using Shape = TiledShape<TOKENS, WIDTH>;
  extern __shared__ uint8_t shared_raw[];
  uint8_t* shared = (uint8_t*)(((uintptr_t)shared_raw + 1023) & ~(uintptr_t)1023);
  __shared__ uint64_t full[Shape::kStages];
  __shared__ uint64_t empty[Shape::kStages];
  int token_tiles = (tokens + TOKENS - 1) / TOKENS;
  int weight_tiles = (epilogue.outputs + WIDTH - 1) / WIDTH;
  int tiles = token_tiles * weight_tiles;
  if (threadIdx.x == 0) {
    for (int s = 0; s < Shape::kStages; s++) {
      barrier_init(shared_address(&full[s]), 2);
      barrier_init(shared_address(&empty[s]), Shape::kWarps);
    }
    barrier_init_done();
  }
  __syncthreads();
  let_next_start();

  int warp = warp_number();
  int lane = threadIdx.x % 32;
  if (warp < 4) {
    if constexpr (TOKENS == 128) {
      asm volatile("setmaxnreg.dec.sync.aligned.u32 40;\n");
    } else if constexpr (TOKENS == 192) {
      asm volatile("setmaxnreg.dec.sync.aligned.u32 56;\n");
    }
    uint32_t stages = shared_address(shared);
    using Copier = PanelCopier<Shape::kStages, Shape::kStageBytes>;
    auto each_tile = [&](auto&& visit) {
      for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
        int token_tile, weight_tile;
        locate_tile<TOKENS>(tile, token_tiles, weight_tiles, &token_tile, &weight_tile);
        visit(token_tile, weight_tile);
      }
    };
    // Nothing follows the copies: with a place where lanes meet again, their operands leave the uniform registers.
    if (warp == 0) {
      wait_for_previous();
      if (lane == 0) {
        Copier copier = {stages, shared_address(full), shared_address(empty), false};
        // The only tile of 64 tokens need not be full.
        uint32_t bytes = (TOKENS == 64 ? min(TOKENS, (tokens + 7) / 8 * 8) : TOKENS) * kPanelRowBytes;
        each_tile([&](int token_tile, int) {
          copier.copy(input + (size_t)token_tile * TOKENS * kPanelColumns, (size_t)input_rows * kPanelRowBytes, bytes,
                      panels);
        });
      }
    } else if (warp == 1 && lane == 0) {
      // Weights are copied before the kernel that makes the input has ended. Logits are so many that they take the
      // place in the cache that weights would leave them.
      bool once = token_tiles == 1 && epilogue.output != kLogits;
      Copier copier = {stages + TOKENS * kPanelRowBytes, shared_address(full), shared_address(empty), once};
      each_tile([&](int, int weight_tile) {
        copier.copy(weights + (size_t)weight_tile * WIDTH * kPanelColumns, (size_t)weight_rows * kPanelRowBytes,
                    WIDTH * kPanelRowBytes, panels);
      });
    }
  } else {
    if constexpr (TOKENS == 128) {
      asm volatile("setmaxnreg.inc.sync.aligned.u32 232;\n");
    } else if constexpr (TOKENS == 192) {
      asm volatile("setmaxnreg.inc.sync.aligned.u32 152;\n");
    }
    wait_for_previous();
    Ring<Shape::kStages> ring;
    int part = warp / 4 - 1;
    int row = 16 * (warp - 4) + lane / 4;
    auto release = [&](int stage) {
      if (lane == 0) {
        barrier_arrive(shared_address(&empty[stage]));
      }
    };
    for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
      int token_tile, weight_tile;
      locate_tile<TOKENS>(tile, token_tiles, weight_tiles, &token_tile, &weight_tile);
      float total[CHUNKED ? WIDTH / 2 : 1];
      float sum[WIDTH / 2];
      if constexpr (CHUNKED) {
#pragma unroll
        for (int i = 0; i < WIDTH / 2; i++) {
          total[i] = 0;
        }
      }
      int first = 0;
      do {
        int last = CHUNKED ? min(panels, first + chunk_panels) : panels;
        int previous = -1;
        for (int panel = first; panel < last; panel++) {
          barrier_wait(shared_address(&full[ring.stage]), ring.phase);
          uint32_t base = shared_address(shared) + ring.stage * Shape::kStageBytes;
          uint64_t a = wgmma_operand(base + part * 64 * kPanelRowBytes);
          uint64_t b = wgmma_operand(base + TOKENS * kPanelRowBytes);
          wgmma_fence();
#pragma unroll
          for (int step = 0; step < 4; step++) {
            wgmma<WIDTH>(sum, a + 2 * step, b + 2 * step, step > 0 || panel > first);
          }
          wgmma_commit();
          wgmma_wait<1>();
          if (previous >= 0) {
            release(previous);
          }
          previous = ring.stage;
          ring.advance();
        }
        wgmma_wait<0>();
        release(previous);
        if constexpr (CHUNKED) {
#pragma unroll
          for (int i = 0; i < WIDTH / 2; i++) {
            total[i] = __fadd_rn(total[i], sum[i]);
          }
        }
        first = last;
      } while (CHUNKED && first < panels);
      if constexpr (CHUNKED) {
        store_tile<WIDTH>(epilogue, total, token_tile * TOKENS + row, tokens, weight_tile * WIDTH, lane);
      } else {
        store_tile<WIDTH>(epilogue, sum, token_tile * TOKENS + row, tokens, weight_tile * WIDTH, lane);
      }
    }
  }
#endif
}

// weights: panels with room for weight_rows rows, and WIDTH rows more may be read after the last panel; input: panels
// with room for input_rows rows, for all tiles of TOKENS; panels = K / 64. grid: at most one block a multiprocessor.
#define PROJECT_TILED(KIND, CHUNKED, TOKENS, WIDTH)                                                                  \
  extern "C" __global__ void __launch_bounds__(TiledShape<TOKENS, WIDTH>::kThreads, 1)                               \
      project_tiled_##KIND##_##TOKENS##_##WIDTH(const __nv_bfloat16* weights, int weight_rows,                       \
                                                const __nv_bfloat16* input, int input_rows, int panels,              \
                                                int chunk_panels, int tokens, Epilogue epilogue) {                   \
    project_tiled<TOKENS, WIDTH, CHUNKED>(weights, weight_rows, input, input_rows, panels, chunk_panels, tokens,     \
                                          epilogue);                                                                 \
  }
#define PROJECT_SINGLE(TOKENS, WIDTH) PROJECT_TILED(single, false, TOKENS, WIDTH)
#define PROJECT_CHUNKED(TOKENS, WIDTH) PROJECT_TILED(chunked, true, TOKENS, WIDTH)
PROJECT_SINGLE(64, 128)
PROJECT_SINGLE(64, 192)
PROJECT_SINGLE(64, 224)
PROJECT_SINGLE(64, 256)
PROJECT_SINGLE(128, 128)
PROJECT_SINGLE(128, 160)
PROJECT_SINGLE(128, 192)
PROJECT_SINGLE(128, 224)
PROJECT_SINGLE(128, 256)
PROJECT_SINGLE(192, 112)
PROJECT_SINGLE(192, 128)
PROJECT_SINGLE(192, 192)
PROJECT_CHUNKED(64, 48)
PROJECT_CHUNKED(128, 48)
PROJECT_CHUNKED(128, 64)
PROJECT_CHUNKED(128, 96)
PROJECT_CHUNKED(128, 128)
PROJECT_CHUNKED(128, 144)
PROJECT_CHUNKED(128, 160)
PROJECT_CHUNKED(128, 176)
PROJECT_CHUNKED(128, 192)
#undef PROJECT_CHUNKED
#undef PROJECT_SINGLE
#undef PROJECT_TILED
