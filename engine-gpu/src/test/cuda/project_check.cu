#include "../../main/cuda/partials.cuh"
#include "../../main/cuda/project_mma.cu"
#include "../../main/cuda/project_split.cu"
#include "../../main/cuda/project_tiled.cu"
#include "check.cuh"
#include "checks.h"

// Checks and times the matrix products.

using ProductKernel = void (*)(const __nv_bfloat16*, int, const __nv_bfloat16*, int, int, int, int, Epilogue);

struct SplitChoice {
  int tokens;
  ProductKernel whole, part;
  int shared_bytes;
};

#define CHOICE(T) {T, project_split_##T, project_part_##T, SplitShape<T>::kSharedBytes}
static const SplitChoice kChoices[] = {CHOICE(8),   CHOICE(16),  CHOICE(32), CHOICE(64),
                                       CHOICE(128), CHOICE(192), CHOICE(256)};

#define MMA_CHOICE(T) {T, project_mma_##T, project_mma_part_##T, MmaShape<T>::kSharedBytes}
static const SplitChoice kMmaChoices[] = {MMA_CHOICE(8), MMA_CHOICE(16), MMA_CHOICE(32), MMA_CHOICE(64),
                                          MMA_CHOICE(128)};
static const int kMostPartial = 256;

struct TiledChoice {
  const char* name;
  bool chunked;
  ProductKernel kernel;
  int shared_bytes;
};

#define TILED(KIND, CHUNKED, W) {#KIND " " #W, CHUNKED, project_tiled_##KIND##_##W, TiledShape<W>::kSharedBytes}
static const TiledChoice kTiled[] = {
    TILED(single, false, 128),
    TILED(single, false, 160),
    TILED(single, false, 192),
    TILED(single, false, 224),
    TILED(single, false, 256),
    TILED(chunked, true, 64),
    TILED(chunked, true, 96),
    TILED(chunked, true, 128),
    TILED(chunked, true, 144),
    TILED(chunked, true, 160),
    TILED(chunked, true, 176),
    TILED(chunked, true, 192),
};

static int multiprocessors;

struct Product {
  int outputs, inputs, rows, panels, splits, chunk;
  Product(int n, int k) : outputs(n), inputs(k) {
    rows = (n + 127) / 128 * 128;
    panels = (k + 63) / 64;
    splits = 1;
    while (splits < 4 && rows / 128 * splits < 120 && panels / (2 * splits) >= 8) {
      splits *= 2;
    }
    chunk = (panels + splits - 1) / splits;
  }
};

// Stands for the readers of partial sums: whole[token][outputs] in bf16, or with soft-capped fp32.
__global__ void add_partials(Partials partials, Epilogue e) {
  let_next_start();
  wait_for_previous();
  int n = 2 * (blockIdx.x * blockDim.x + threadIdx.x);
  int token = blockIdx.y;
  if (n < e.outputs) {
    *(uint32_t*)((__nv_bfloat16*)e.out + (size_t)token * e.stride + n) = partials.pair(token, n);
  }
}

static void launch_split(const Product& p, const __nv_bfloat16* w, const __nv_bfloat16* x, int x_rows, int tokens,
                         const Epilogue& e, float* partials, cudaStream_t stream) {
  for (const SplitChoice& c : kChoices) {
    if (tokens <= c.tokens) {
      Epilogue target = e;
      if (p.splits > 1) {
        target.out = partials;
        target.stride = p.rows;
      }
      launch(p.splits > 1 ? c.part : c.whole, dim3(p.splits, p.rows / 128), kSplitThreads, c.shared_bytes, stream, w,
             p.rows, x, x_rows, p.panels, p.chunk, tokens, target);
      return;
    }
  }
}

static void launch_tiled(const TiledChoice& c, const Product& p, const __nv_bfloat16* w, const __nv_bfloat16* x,
                         int x_rows, int tokens, const Epilogue& e, cudaStream_t stream) {
  launch(c.kernel, dim3(multiprocessors), kTiledThreads, c.shared_bytes, stream, w, p.rows, x, x_rows, p.panels,
         p.chunk, tokens, e);
}

static void launch_mma(const Product& p, const __nv_bfloat16* w, const __nv_bfloat16* x, int x_rows, int tokens,
                       const Epilogue& e, float* partials, cudaStream_t stream) {
  const SplitChoice* c = kMmaChoices;
  while (c->tokens < tokens && c->tokens < 128) {
    c++;
  }
  bool part = p.splits > 1 && tokens <= kMostPartial;
  Epilogue target = e;
  if (part) {
    target.out = partials;
    target.stride = p.rows;
  }
  dim3 grid((tokens + c->tokens - 1) / c->tokens * (p.rows / 128), part ? p.splits : 1);
  launch(part ? c->part : c->whole, grid, kMmaThreads, c->shared_bytes, stream, w, p.rows, x, x_rows, p.panels,
         p.chunk, tokens, target);
}

// Ways to multiply; from 0 on, the tiled kernels.
static const int kMma = -2, kSplit = -1;

// The tiled kernels that multiply by the product's matrix, if there are any.
static std::vector<const TiledChoice*> tiled_choices(const Product& p) {
  std::vector<const TiledChoice*> choices;
  for (const TiledChoice& c : kTiled) {
    if (has_wgmma() && c.chunked == (p.splits > 1)) {
      choices.push_back(&c);
    }
  }
  return choices;
}

// out[token * outputs + n] in float64, before any epilogue.
__global__ void reference_product(const __nv_bfloat16* w, int w_rows, const __nv_bfloat16* x, int x_rows, int inputs,
                                  int outputs, double* out) {
  int n = blockIdx.x * blockDim.x + threadIdx.x;
  int token = blockIdx.y;
  if (n < outputs) {
    double sum = 0;
    for (int k = 0; k < inputs; k++) {
      sum += (double)__bfloat162float(w[panel_index(n, k, w_rows)]) *
             (double)__bfloat162float(x[panel_index(token, k, x_rows)]);
    }
    out[(size_t)token * outputs + n] = sum;
  }
}

// Columns from `columns` to the end of the last panel are zero in every operand.
__global__ void zero_padding(__nv_bfloat16* panels, int rows, int columns) {
  int column = columns / 64 * 64 + threadIdx.x;
  if (columns % 64 != 0 && column >= columns) {
    panels[panel_index(blockIdx.x, column, rows)] = __float2bfloat16(0);
  }
}

static size_t out_elements(const Product& p, int output, int rows) {
  return output == kGated ? (size_t)((p.outputs / 2 + 63) / 64) * 64 * rows : (size_t)rows * p.outputs;
}

static void check_product(int n, int k, int output) {
  Product p(n, k);
  const int kRoom = 1152;
  Buffer<__nv_bfloat16> w((size_t)p.panels * 64 * p.rows), x((size_t)p.panels * 64 * kRoom);
  Buffer<float> bias(p.rows);
  std::vector<float> host_bias(p.rows);
  for (int i = 0; i < p.rows; i++) {
    host_bias[i] = 0.01f * (i % 17 - 8);
  }
  bias.set(host_bias);
  randomise(w, 0.05f, n);
  randomise(x, 1.0f, k + 7);
  zero_padding<<<p.rows, 64>>>(w.device, p.rows, k);
  zero_padding<<<kRoom, 64>>>(x.device, kRoom, k);
  Buffer<double> reference((size_t)1000 * n);
  reference_product<<<dim3((n + 127) / 128, 1000), 128>>>(w.device, p.rows, x.device, kRoom, k, n, reference.device);
  CHECK(cudaDeviceSynchronize());
  std::vector<double> want = reference.get();

  bool wide = output == kLogits;
  Buffer<uint8_t> base(out_elements(p, output, kRoom) * (wide ? 4 : 2)), other(base.size);
  Buffer<float> partials((size_t)4 * 256 * p.rows);
  Epilogue e = {base.device, bias.device, output, kSilu, n, output == kGated ? kRoom : n, wide ? 30.0f : 0.0f};
  std::vector<const TiledChoice*> choices = tiled_choices(p);
  if (choices.empty()) {
    launch_mma(p, w.device, x.device, kRoom, 1000, e, partials.device, 0);
  } else {
    launch_tiled(*choices[0], p, w.device, x.device, kRoom, 1000, e, 0);
  }
  CHECK(cudaDeviceSynchronize());
  std::vector<uint8_t> all = base.get();
  auto value = [&](const std::vector<uint8_t>& bytes, int token, int c) -> float {
    size_t i = output == kGated ? panel_index(token, c, kRoom) : (size_t)token * n + c;
    return wide ? ((const float*)bytes.data())[i] : __bfloat162float(((const __nv_bfloat16*)bytes.data())[i]);
  };
  int columns = output == kGated ? n / 2 : n;
  double error = 0, norm = 0;
  uint64_t hash = 0;
  for (int token = 0; token < 1000; token++) {
    for (int c = 0; c < columns; c++) {
      double v;
      if (output == kGated) {
        int g = c / 8 * 16 + c % 8;
        double gate = want[(size_t)token * n + g] + host_bias[g], up = want[(size_t)token * n + g + 8] + host_bias[g + 8];
        v = gate / (1 + exp(-gate)) * up;
      } else {
        v = want[(size_t)token * n + c] + host_bias[c];
        v = wide ? 30 * tanh(v / 30) : v;
      }
      float got = value(all, token, c);
      hash = 31 * hash + hash_bytes(&got, 4);
      double d = v - got;
      error += d * d;
      norm += v * v;
    }
  }
  double relative = sqrt(error / norm);
  char name[200];
  snprintf(name, sizeof name, "product %dx%d output %d splits %d: error %.2e, hash %016lx", n, k, output, p.splits,
           relative, hash);
  printf("%s\n", name);
  expect(relative < (wide ? 1e-5 : 3e-3), name);

  for (int tokens : {1, 3, 8, 9, 17, 63, 64, 65, 129, 192, 200, 256, 257, 1000}) {
    for (int way = kMma; way < (int)choices.size(); way++) {
      if (way == kSplit && (!has_wgmma() || tokens > 256)) {
        continue;
      }
      other.poison();
      e.out = other.device;
      if (way >= 0) {
        launch_tiled(*choices[way], p, w.device, x.device, kRoom, tokens, e, 0);
      } else if (way == kSplit) {
        launch_split(p, w.device, x.device, kRoom, tokens, e, partials.device, 0);
      } else {
        launch_mma(p, w.device, x.device, kRoom, tokens, e, partials.device, 0);
      }
      if (way < 0 && p.splits > 1 && tokens <= kMostPartial) {
        Partials parts = {partials.device, e.bias, p.splits, tokens, p.rows, 0};
        add_partials<<<dim3((n + 255) / 256, tokens), 128>>>(parts, e);
      }
      CHECK(cudaDeviceSynchronize());
      std::vector<uint8_t> got = other.get();
      long different = 0;
      for (int token = 0; token < tokens; token++) {
        for (int c = 0; c < columns; c++) {
          float a = value(got, token, c), b = value(all, token, c);
          different += memcmp(&a, &b, 4) != 0;
        }
      }
      char what[200];
      snprintf(what, sizeof what, "product %dx%d output %d, %d tokens, %s: %ld values differ", n, k, output, tokens,
               way >= 0 ? choices[way]->name : way == kSplit ? "split" : "mma", different);
      expect(different == 0, what);
    }
  }
}

static void time_product(const char* name, int n, int k, int output) {
  Product p(n, k);
  // Several copies, so that no run finds its weights in the L2 cache.
  size_t elements = (size_t)p.panels * 64 * p.rows;
  int copies = (int)std::max<size_t>(2, std::min<size_t>(10, (400u << 20) / (elements * 2) + 1));
  const int kRoom = 8192;
  std::vector<Buffer<__nv_bfloat16>*> ws;
  for (int i = 0; i < copies; i++) {
    ws.push_back(new Buffer<__nv_bfloat16>(elements));
    randomise(*ws.back(), 0.05f, i + 1);
  }
  Buffer<__nv_bfloat16> x((size_t)p.panels * 64 * kRoom);
  randomise(x, 1.0f, 99);
  Buffer<float> partials((size_t)4 * 256 * p.rows);
  int most = output == kLogits ? 256 : 8192;
  Buffer<uint8_t> out(out_elements(p, output, kRoom) * (output == kLogits ? 4 : 2));
  Epilogue e = {out.device, nullptr, output, kSilu, n, output == kGated ? kRoom : n, 0};
  for (int tokens : {1, 8, 16, 32, 64, 128, 192, 256, 512, 1024, 2048, 4096, 8192}) {
    if (tokens > most) {
      break;
    }
    double us = 1e30;
    const char* which = "";
    std::vector<const TiledChoice*> choices = tiled_choices(p);
    double portable = 0;
    for (int way = kMma; way < (int)choices.size(); way++) {
      if ((way >= 0 && tokens < 128) || (way == kSplit && (!has_wgmma() || tokens > 256))) {
        continue;
      }
      double t = microseconds([&](cudaStream_t s, int i) {
        const __nv_bfloat16* w = ws[i % copies]->device;
        if (way >= 0) {
          launch_tiled(*choices[way], p, w, x.device, kRoom, tokens, e, s);
        } else if (way == kSplit) {
          launch_split(p, w, x.device, kRoom, tokens, e, partials.device, s);
        } else {
          launch_mma(p, w, x.device, kRoom, tokens, e, partials.device, s);
        }
      });
      if (way == kMma) {
        portable = t;
      } else if (t < us) {
        us = t;
        which = way >= 0 ? choices[way]->name : "split";
      }
    }
    double bytes = 2.0 * n * k, flops = 2.0 * n * k * tokens;
    printf("%-8s %6dx%-6d M=%-5d %-12s %9.2f us %6.2f TB/s (%3.0f%% of 4.54) %7.1f TFLOP/s; "
           "mma %9.2f us %6.2f TB/s %7.1f TFLOP/s\n",
           name, n, k, tokens, which, us, bytes / us / 1e6, 100 * bytes / us / 1e6 / 4.54, flops / us / 1e6, portable,
           bytes / portable / 1e6, flops / portable / 1e6);
  }
  for (auto* w : ws) {
    delete w;
  }
}

static void find_multiprocessors() {
  cudaDeviceProp properties;
  CHECK(cudaGetDeviceProperties(&properties, 0));
  multiprocessors = properties.multiProcessorCount;
}

void check_products() {
  find_multiprocessors();
  check_product(384, 384, kRows);
  check_product(1280, 384, kGated);
  check_product(8192, 384, kLogits);
  check_product(1000, 200, kRows);
  check_product(2568, 4168, kRows);
  check_product(6144, 4096, kRows);
  check_product(4096, 1536, kRows);
  check_product(28672, 512, kGated);
}

void time_products() {
  find_multiprocessors();
  time_product("qkv", 6144, 4096, kRows);
  time_product("o", 4096, 4096, kRows);
  time_product("gate_up", 28672, 4096, kGated);
  time_product("down", 4096, 14336, kRows);
  time_product("lm_head", 128256, 4096, kLogits);
}
