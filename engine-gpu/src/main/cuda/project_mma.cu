#include "epilogue.cuh"
#include "mma.cuh"
#include "pipeline.cuh"

// Matrix product for any number of tokens on instructions that every architecture since Ampere has, with the bits of
// project_split: see there for the canonical reduction.
//
// The weights are operand A (128 rows a block), the tokens operand B (TOKENS a block). Panels are copied into a ring of
// stages as they lie in memory, and read by ldmatrix where the swizzle put them. Every shape needs at most 96 KiB of
// shared memory, which compute capabilities 8.6 and 8.9 have.

constexpr int kMmaRows = 128;
constexpr int kMmaThreads = 256;
constexpr int kMmaTileGroup = 16;           // tiles of tokens walked under one tile of weights, for the L2 cache
constexpr int kMmaLine = kMmaRows + 4;      // floats between tokens of the sums: no two lanes on one bank

template <int TOKENS>
struct MmaShape {
  static constexpr int kStages = TOKENS <= 64 ? 4 : TOKENS == 128 ? 3 : 2;
  static constexpr int kStageBytes = (kMmaRows + TOKENS) * kPanelRowBytes;
  static constexpr int kSharedBytes = kStages * kStageBytes;
  static constexpr int kWarpsAcross = TOKENS <= 32 ? 1 : TOKENS == 64 ? 2 : 4;  // warps that share rows of weights
  static constexpr int kWarpRows = kMmaRows / (kMmaThreads / 32 / kWarpsAcross);
  static constexpr int kWarpTokens = TOKENS / kWarpsAcross;
  static constexpr int kStoredTokens = TOKENS < 128 ? TOKENS : 128;  // at a time
  static_assert(kStoredTokens * kMmaLine * 4 <= kSharedBytes, "the sums take the place of the stages");
};

__device__ __forceinline__ uint32_t swizzled(int row, int piece) {
  return row * kPanelRowBytes + ((piece ^ (row & 7)) << 4);
}

// sum[r][c] += 16 rows of weights times 8 tokens, over the 64 columns of a panel in ascending steps of 16.
template <int R, int C>
__device__ __forceinline__ void multiply_panel(float (&sum)[R][C][4], uint32_t weights, uint32_t tokens, int lane) {
  uint32_t b[C == 1 ? 1 : C / 2][4];
#pragma unroll
  for (int step = 0; step < 4; step++) {
    uint32_t a[R][4];
#pragma unroll
    for (int r = 0; r < R; r++) {
      load_matrices(a[r], weights + swizzled(16 * r + lane % 16, 2 * step + lane / 16));
    }
    if constexpr (C == 1) {
      if (step % 2 == 0) {  // the columns of two steps at once
        load_matrices(b[0], tokens + swizzled(lane % 8, 2 * step + lane / 8));
      }
#pragma unroll
      for (int r = 0; r < R; r++) {
        mma(sum[r][0], a[r], b[0][step % 2 * 2], b[0][step % 2 * 2 + 1]);
      }
    } else {
#pragma unroll
      for (int c = 0; c < C / 2; c++) {
        load_matrices(b[c], tokens + swizzled(16 * c + lane % 8 + lane / 16 * 8, 2 * step + lane / 8 % 2));
      }
#pragma unroll
      for (int r = 0; r < R; r++) {
#pragma unroll
        for (int c = 0; c < C; c++) {
          mma(sum[r][c], a[r], b[c / 2][c % 2 * 2], b[c / 2][c % 2 * 2 + 1]);
        }
      }
    }
  }
}

// What a kernel makes of the chunks.
enum MmaKind { kMmaChunked, kMmaSingle, kMmaPart };  // adds them up; there is one; leaves the sums of one

template <int TOKENS, MmaKind KIND>
__device__ __forceinline__ void project_mma(const __nv_bfloat16* weights, int weight_rows, const __nv_bfloat16* input,
                                            int input_rows, int panels, int chunk_panels, int tokens,
                                            const Epilogue& epilogue) {
  using Shape = MmaShape<TOKENS>;
  constexpr int kStages = Shape::kStages;
  constexpr int kR = Shape::kWarpRows / 16;
  constexpr int kC = Shape::kWarpTokens / 8;
  extern __shared__ __align__(128) uint8_t shared[];
  int lane = threadIdx.x % 32;
  int warp_row = threadIdx.x / 32 / Shape::kWarpsAcross * Shape::kWarpRows;
  int warp_token = threadIdx.x / 32 % Shape::kWarpsAcross * Shape::kWarpTokens;

  int token_tiles = (tokens + TOKENS - 1) / TOKENS;
  int group_tiles = kMmaTileGroup * (weight_rows / kMmaRows);
  int group = blockIdx.x / group_tiles;
  int in_group = min(kMmaTileGroup, token_tiles - group * kMmaTileGroup);
  int token0 = (group * kMmaTileGroup + blockIdx.x % group_tiles % in_group) * TOKENS;
  int row0 = blockIdx.x % group_tiles / in_group * kMmaRows;
  int first = KIND == kMmaPart ? blockIdx.y * chunk_panels : 0;
  int last = KIND == kMmaPart ? min(panels, first + chunk_panels) : panels;

  auto copy_panel = [&](int panel, int stage) {
    uint32_t to = shared_address(shared) + stage * Shape::kStageBytes;
    const __nv_bfloat16* from = weights + ((size_t)panel * weight_rows + row0) * kPanelColumns;
#pragma unroll
    for (int i = threadIdx.x; i < kMmaRows * 8; i += kMmaThreads) {
      copy_piece(to + 16 * i, from + 8 * i, true);
    }
    to += kMmaRows * kPanelRowBytes;
    from = input + ((size_t)panel * input_rows + token0) * kPanelColumns;
#pragma unroll
    for (int i = threadIdx.x; i < TOKENS * 8; i += kMmaThreads) {
      copy_piece(to + 16 * i, from + 8 * i, true);
    }
  };

  let_next_start();
  wait_for_previous();
  for (int s = 0; s < kStages - 1; s++) {
    if (first + s < last) {
      copy_panel(first + s, s);
    }
    copies_commit();
  }
  float sum[kR][kC][4] = {};
  float total[kR][kC][4] = {};
  int chunk_end = first + chunk_panels;
  int stage = 0;
  for (int panel = first; panel < last; panel++) {
    copies_wait<kStages - 2>();
    __syncthreads();  // this panel is here, and the last one's stage is free
    if (panel + kStages - 1 < last) {
      copy_panel(panel + kStages - 1, stage == 0 ? kStages - 1 : stage - 1);
    }
    copies_commit();
    uint32_t base = shared_address(shared) + stage * Shape::kStageBytes;
    multiply_panel<kR, kC>(sum, base + warp_row * kPanelRowBytes, base + (kMmaRows + warp_token) * kPanelRowBytes,
                           lane);
    stage = stage + 1 == kStages ? 0 : stage + 1;
    if (KIND == kMmaChunked && (panel + 1 == chunk_end || panel + 1 == last)) {
      chunk_end += chunk_panels;
#pragma unroll
      for (int r = 0; r < kR; r++) {
#pragma unroll
        for (int c = 0; c < kC; c++) {
#pragma unroll
          for (int i = 0; i < 4; i++) {
            total[r][c][i] = __fadd_rn(total[r][c][i], sum[r][c][i]);
            sum[r][c][i] = 0;
          }
        }
      }
    }
  }

  if constexpr (KIND == kMmaPart) {
    float* to = (float*)epilogue.out + (size_t)blockIdx.y * tokens * epilogue.stride + row0 + warp_row + lane / 4;
#pragma unroll
    for (int c = 0; c < kC; c++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        int token = token0 + warp_token + 8 * c + 2 * (lane % 4) + (i & 1);
        if (token < tokens) {
#pragma unroll
          for (int r = 0; r < kR; r++) {
            to[(size_t)token * epilogue.stride + 16 * r + 8 * (i >> 1)] = sum[r][c][i];
          }
        }
      }
    }
  } else {
    float* sums = (float*)shared;
    for (int stored = 0; stored < TOKENS && token0 + stored < tokens; stored += Shape::kStoredTokens) {
      __syncthreads();  // the stages, or the sums before these, are free
      if (warp_token >= stored && warp_token < stored + Shape::kStoredTokens) {
#pragma unroll
        for (int r = 0; r < kR; r++) {
#pragma unroll
          for (int c = 0; c < kC; c++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
              int token = warp_token - stored + 8 * c + 2 * (lane % 4) + (i & 1);
              sums[token * kMmaLine + warp_row + 16 * r + lane / 4 + 8 * (i >> 1)] =
                  KIND == kMmaSingle ? __fadd_rn(0.0f, sum[r][c][i]) : total[r][c][i];
            }
          }
        }
      }
      __syncthreads();
      int used = min(Shape::kStoredTokens, tokens - token0 - stored);
      for (int unit = threadIdx.x; unit < 8 * used; unit += kMmaThreads) {
        int token = unit / 8;
        int n = unit % 8 * 16;
        __align__(16) float v[16];
#pragma unroll
        for (int i = 0; i < 16; i += 4) {
          *reinterpret_cast<float4*>(v + i) = *reinterpret_cast<const float4*>(sums + token * kMmaLine + n + i);
        }
        if (row0 + n < epilogue.outputs) {
          store_outputs(epilogue, token0 + stored + token, row0 + n, v);
        }
      }
    }
  }
}

// weights: panels with room for weight_rows rows (a multiple of 128); input: panels with room for input_rows rows, a
// multiple of 256, at least tokens; panels = K / 64, chunk_panels of them to a chunk. grid: tiles of tokens times tiles
// of weights; for project_mma_part, which leaves the chunks' sums in epilogue.out as [chunk][tokens][epilogue.stride]
// in fp32, by chunks. project_mma_single needs no second set of sums, which would not fit the registers at 256 tokens.
#define PROJECT_MMA(NAME, TOKENS, KIND)                                                                          \
  extern "C" __global__ void __launch_bounds__(kMmaThreads, TOKENS <= 64 ? 2 : 1)                                \
      NAME##_##TOKENS(const __nv_bfloat16* weights, int weight_rows, const __nv_bfloat16* input, int input_rows, \
                      int panels, int chunk_panels, int tokens, Epilogue epilogue) {                             \
    project_mma<TOKENS, KIND>(weights, weight_rows, input, input_rows, panels, chunk_panels, tokens, epilogue);  \
  }
#define PROJECT_MMAS(TOKENS) PROJECT_MMA(project_mma, TOKENS, kMmaChunked) PROJECT_MMA(project_mma_part, TOKENS, kMmaPart)
PROJECT_MMAS(8)
PROJECT_MMAS(16)
PROJECT_MMAS(32)
PROJECT_MMAS(64)
PROJECT_MMAS(128)
PROJECT_MMA(project_mma, 256, kMmaChunked)
PROJECT_MMA(project_mma_single, 256, kMmaSingle)
#undef PROJECT_MMAS
#undef PROJECT_MMA
