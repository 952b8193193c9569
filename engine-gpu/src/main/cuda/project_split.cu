#include "epilogue.cuh"
#include "pipeline.cuh"
#include "wgmma.cuh"

// Matrix product for few tokens: out[token][n] = sum over k of input[token][k] * weights[n][k].
//
// Canonical reduction: k is cut into chunks of a constant number of panels; a chunk is summed from zero in ascending
// steps of 16 by the tensor core, and the sums of the chunks are added in ascending order in fp32. project_tiled does
// the same, so both give the same bits for any number of tokens.
//
// The weights are operand A (128 rows), the tokens operand B. One block sums one chunk of 128 rows. A matrix of one
// chunk gets its epilogue here; with more, the chunks' sums are left in memory, and whoever reads the product adds them
// (see partials.cuh). grid: (chunks, weight rows / 128); 8 warps compute, one copies. The first weights are on their
// way before the kernel that makes the input has ended.

constexpr int kSplitRows = 128;
constexpr int kSplitThreads = 288;
constexpr int kSplitLine = kSplitRows + 4;  // floats between tokens of the sums: no two lanes on one bank

template <int TOKENS>
struct SplitShape {
  static constexpr int kStageBytes = (kSplitRows + TOKENS) * kPanelRowBytes;
  static constexpr int kBudget = TOKENS <= 64 ? 104 * 1024 : 210 * 1024;
  static constexpr int kStages = kBudget / kStageBytes < 8 ? kBudget / kStageBytes : 8;
  static constexpr int kSumBytes = TOKENS * kSplitLine * 4;
  static constexpr int kPipelineBytes = kStages * kStageBytes;
  static constexpr int kSharedBytes = (kPipelineBytes > kSumBytes ? kPipelineBytes : kSumBytes) + 1024;
};

// Stores logits so that neighbouring threads write neighbouring floats; they need not begin at a multiple of 16 bytes.
__device__ __forceinline__ void store_logits(const Epilogue& e, const float* sums, int row0, int tokens) {
  int row = threadIdx.x % kSplitRows;
  if (row0 + row >= e.outputs) {
    return;
  }
  for (int token = threadIdx.x / kSplitRows; token < tokens; token += 256 / kSplitRows) {
    float v = __fadd_rn(0.0f, sums[token * kSplitLine + row]);
    if (e.bias != nullptr) {
      v = __fadd_rn(v, e.bias[row0 + row]);
    }
    ((float*)e.out)[(size_t)token * e.stride + row0 + row] = capped(v, e.soft_cap);
  }
}

template <int TOKENS, bool PARTIAL>
__device__ __forceinline__ void project_split(const __nv_bfloat16* weights, int weight_rows,
                                              const __nv_bfloat16* input, int input_rows, int panels,
                                              int chunk_panels, int tokens, const Epilogue& epilogue) {
#ifdef ESPALIER_WGMMA
  using Shape = SplitShape<TOKENS>;
  constexpr int kWeightBytes = kSplitRows * kPanelRowBytes;
  extern __shared__ uint8_t shared_raw[];
  uint8_t* shared = (uint8_t*)(((uintptr_t)shared_raw + 1023) & ~(uintptr_t)1023);
  __shared__ uint64_t full[Shape::kStages];
  __shared__ uint64_t empty[Shape::kStages];

  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  int row0 = blockIdx.y * kSplitRows;
  int first = blockIdx.x * chunk_panels;
  int last = min(panels, first + chunk_panels);
  if (threadIdx.x == 0) {
    for (int s = 0; s < Shape::kStages; s++) {
      barrier_init(shared_address(&full[s]), 1);
      barrier_init(shared_address(&empty[s]), 8);
    }
    barrier_init_done();
  }
  __syncthreads();
  let_next_start();

  if (warp == 8) {
    if (lane == 0) {
      uint32_t base = shared_address(shared);
      auto copy_weights = [&](int panel, int stage) {
        uint32_t barrier = shared_address(&full[stage]);
        barrier_expect(barrier, Shape::kStageBytes);
        bulk_copy(base + stage * Shape::kStageBytes,
                  weights + ((size_t)panel * weight_rows + row0) * kPanelColumns, kWeightBytes, barrier);
      };
      auto copy_input = [&](int panel, int stage) {
        bulk_copy(base + stage * Shape::kStageBytes + kWeightBytes,
                  input + (size_t)panel * input_rows * kPanelColumns, TOKENS * kPanelRowBytes,
                  shared_address(&full[stage]));
      };
      int early = min(last - first, Shape::kStages);
      for (int i = 0; i < early; i++) {
        copy_weights(first + i, i);
      }
      wait_for_previous();
      for (int i = 0; i < early; i++) {
        copy_input(first + i, i);
      }
      Ring<Shape::kStages> ring;
      for (int panel = first + early; panel < last; panel++) {
        barrier_wait(shared_address(&empty[ring.stage]), ring.phase);
        copy_weights(panel, ring.stage);
        copy_input(panel, ring.stage);
        ring.advance();
      }
    }
    __syncwarp();
    wait_for_previous();
  } else {
    int group = warp / 4;
    float sum[TOKENS / 2];
    Ring<Shape::kStages> ring;
    int previous = -1;
    for (int panel = first; panel < last; panel++) {
      barrier_wait(shared_address(&full[ring.stage]), ring.phase);
      uint32_t base = shared_address(shared) + ring.stage * Shape::kStageBytes;
      uint64_t a = wgmma_operand(base + group * 64 * kPanelRowBytes);
      uint64_t b = wgmma_operand(base + kWeightBytes);
      wgmma_fence();
#pragma unroll
      for (int step = 0; step < 4; step++) {
        wgmma<TOKENS>(sum, a + 2 * step, b + 2 * step, step > 0 || panel > first);
      }
      wgmma_commit();
      wgmma_wait<1>();
      if (previous >= 0 && lane == 0) {
        barrier_arrive(shared_address(&empty[previous]));
      }
      previous = ring.stage;
      ring.advance();
    }
    wgmma_wait<0>();
    wait_for_previous();  // nobody reads the last product's sums any more
    int row = 64 * group + 16 * (warp % 4) + lane / 4;
    if constexpr (PARTIAL) {
      float* to = (float*)epilogue.out + (size_t)blockIdx.x * tokens * epilogue.stride + row0 + row;
#pragma unroll
      for (int j = 0; j < TOKENS / 8; j++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          int token = 8 * j + 2 * (lane % 4) + (i & 1);
          if (token < tokens) {
            to[(size_t)token * epilogue.stride + 8 * (i >> 1)] = sum[4 * j + i];
          }
        }
      }
    } else {
      // The stages are free once both groups are here; the sums take their place.
      asm volatile("bar.sync 1, 256;\n" ::: "memory");
      float* sums = (float*)shared;
#pragma unroll
      for (int j = 0; j < TOKENS / 8; j++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          sums[(8 * j + 2 * (lane % 4) + (i & 1)) * kSplitLine + row + 8 * (i >> 1)] = sum[4 * j + i];
        }
      }
      asm volatile("bar.sync 1, 256;\n" ::: "memory");
      if (epilogue.output == kLogits) {
        store_logits(epilogue, sums, row0, tokens);
        return;
      }
      for (int unit = threadIdx.x; unit < 8 * tokens; unit += 256) {
        int token = unit / 8;
        int n = unit % 8 * 16;
        float v[16];
#pragma unroll
        for (int i = 0; i < 16; i++) {
          v[i] = __fadd_rn(0.0f, sums[token * kSplitLine + n + i]);
        }
        if (row0 + n < epilogue.outputs) {
          store_outputs(epilogue, token, row0 + n, v);
        }
      }
    }
  }
#else
  __trap();
#endif
}

// weights: panels with room for weight_rows rows (a multiple of 128); input: panels with room for input_rows >= TOKENS
// rows; panels = K / 64, chunk_panels of them to a chunk; tokens <= TOKENS. project_part leaves the chunks' sums in
// epilogue.out: [chunk][tokens][epilogue.stride] in fp32.
#define PROJECT_SPLIT(NAME, TOKENS, PARTIAL)                                                                        \
  extern "C" __global__ void __launch_bounds__(kSplitThreads, TOKENS <= 64 ? 2 : 1)                                 \
      NAME##_##TOKENS(const __nv_bfloat16* weights, int weight_rows, const __nv_bfloat16* input, int input_rows,    \
                      int panels, int chunk_panels, int tokens, Epilogue epilogue) {                                \
    project_split<TOKENS, PARTIAL>(weights, weight_rows, input, input_rows, panels, chunk_panels, tokens, epilogue); \
  }
#define PROJECT_SPLITS(TOKENS) PROJECT_SPLIT(project_split, TOKENS, false) PROJECT_SPLIT(project_part, TOKENS, true)
PROJECT_SPLITS(8)
PROJECT_SPLITS(16)
PROJECT_SPLITS(32)
PROJECT_SPLITS(64)
PROJECT_SPLITS(128)
PROJECT_SPLITS(192)
PROJECT_SPLITS(256)
#undef PROJECT_SPLITS
#undef PROJECT_SPLIT
