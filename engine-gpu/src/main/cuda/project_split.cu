#include "epilogue.cuh"
#include "pipeline.cuh"
#include "wgmma.cuh"

// Matrix product for few tokens and a matrix of several chunks, whose sums are left apart.
//
// Canonical reduction: k is cut into chunks of a constant number of panels; a chunk is summed from zero in ascending
// steps of 16 by the tensor core, and the sums of the chunks are added in ascending order in fp32. project_tiled does
// the same, so both give the same bits for any number of tokens. Whoever reads the product adds the chunks here (see
// partials.cuh).
//
// The weights are operand A (128 rows), the tokens operand B. One block sums one chunk of 128 rows. grid: (chunks,
// weight rows / 128); 8 warps compute, one copies weights and one tokens. The first weights are on their way before the
// kernel that makes the input has ended.

constexpr int kSplitRows = 128;
constexpr int kSplitThreads = 320;

// RESIDENT blocks share a multiprocessor.
template <int TOKENS, int RESIDENT>
struct SplitShape {
  static constexpr int kStageBytes = (kSplitRows + TOKENS) * kPanelRowBytes;
  static constexpr int kStages = (RESIDENT == 1 ? 222 : 111) * 1024 / kStageBytes;
  static constexpr int kSharedBytes = kStages * kStageBytes + 1024;
};

template <int TOKENS, int RESIDENT>
__device__ __forceinline__ void project_part(const __nv_bfloat16* weights, int weight_rows,
                                             const __nv_bfloat16* input, int input_rows, int panels,
                                             int chunk_panels, int tokens, const Epilogue& epilogue) {
#ifdef ESPALIER_WGMMA
  using Shape = SplitShape<TOKENS, RESIDENT>;
  constexpr int kWeightBytes = kSplitRows * kPanelRowBytes;
  extern __shared__ uint8_t shared_raw[];
  uint8_t* shared = (uint8_t*)(((uintptr_t)shared_raw + 1023) & ~(uintptr_t)1023);
  __shared__ uint64_t full[Shape::kStages];
  __shared__ uint64_t empty[Shape::kStages];

  int warp = warp_number();
  int lane = threadIdx.x % 32;
  int row0 = blockIdx.y * kSplitRows;
  int first = blockIdx.x * chunk_panels;
  int last = min(panels, first + chunk_panels);
  if (threadIdx.x == 0) {
    for (int s = 0; s < Shape::kStages; s++) {
      barrier_init(shared_address(&full[s]), 2);
      barrier_init(shared_address(&empty[s]), 8);
    }
    barrier_init_done();
  }
  __syncthreads();
  let_next_start();

  using Copier = PanelCopier<Shape::kStages, Shape::kStageBytes>;
  uint32_t stages = shared_address(shared);
  if (warp == 8) {
    if (lane == 0) {
      Copier copier = {stages, shared_address(full), shared_address(empty), true};
      copier.copy(weights + ((size_t)first * weight_rows + row0) * kPanelColumns, (size_t)weight_rows * kPanelRowBytes,
                  kWeightBytes, last - first);
    }
  } else if (warp == 9) {
    wait_for_previous();
    if (lane == 0) {
      Copier copier = {stages + kWeightBytes, shared_address(full), shared_address(empty), false};
      copier.copy(input + (size_t)first * input_rows * kPanelColumns, (size_t)input_rows * kPanelRowBytes,
                  min(TOKENS, (tokens + 7) / 8 * 8) * kPanelRowBytes, last - first);
    }
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
  }
#endif
}

// weights: panels with room for weight_rows rows (a multiple of 128); input: panels with room for input_rows >= tokens
// rows, a multiple of 8; panels = K / 64, chunk_panels of them to a chunk; tokens <= TOKENS. Leaves the chunks' sums in
// epilogue.out: [chunk][tokens][epilogue.stride] in fp32.
#define PROJECT_PART(TOKENS, RESIDENT)                                                                               \
  extern "C" __global__ void __launch_bounds__(kSplitThreads, RESIDENT)                                              \
      project_part_##TOKENS##_##RESIDENT(const __nv_bfloat16* weights, int weight_rows, const __nv_bfloat16* input,  \
                                         int input_rows, int panels, int chunk_panels, int tokens,                   \
                                         Epilogue epilogue) {                                                        \
    project_part<TOKENS, RESIDENT>(weights, weight_rows, input, input_rows, panels, chunk_panels, tokens, epilogue); \
  }
PROJECT_PART(8, 2)
PROJECT_PART(16, 2)
PROJECT_PART(8, 1)
PROJECT_PART(16, 1)
PROJECT_PART(32, 1)
PROJECT_PART(64, 1)
PROJECT_PART(128, 1)
PROJECT_PART(192, 1)
#undef PROJECT_PART
