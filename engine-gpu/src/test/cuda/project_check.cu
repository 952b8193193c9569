#include "../../main/cuda/partials.cuh"
#include "../../main/cuda/project_mma.cu"
#include "../../main/cuda/project_split.cu"
#include "../../main/cuda/project_tiled.cu"
#include "check.cuh"
#include "checks.h"

// Checks and times the matrix products.

using ProductKernel = void (*)(const __nv_bfloat16*, int, const __nv_bfloat16*, int, int, int, int, Epilogue);

struct MmaChoice {
  int tokens;
  ProductKernel whole, part;
  int shared_bytes;
};

#define MMA_CHOICE(T) {T, project_mma_##T, project_mma_part_##T, MmaShape<T>::kSharedBytes}
static const MmaChoice kMmaChoices[] = {MMA_CHOICE(8), MMA_CHOICE(16), MMA_CHOICE(32), MMA_CHOICE(64),
                                        MMA_CHOICE(128),
                                        {256, project_mma_256, nullptr, MmaShape<256>::kSharedBytes}};
static const int kMostMmaPartial = 256;

struct PartChoice {
  const char* name;
  int tokens;
  ProductKernel kernel;
  int shared_bytes;
};

#define PART(T, R) {"part " #T " " #R, T, project_part_##T##_##R, SplitShape<T, R>::kSharedBytes}
static const PartChoice kParts[] = {
    PART(8, 2), PART(16, 2), PART(8, 1), PART(16, 1),
    PART(32, 1), PART(64, 1), PART(128, 1), PART(192, 1),
};

struct TiledChoice {
  const char* name;
  bool chunked;
  int tokens;
  ProductKernel kernel;
  int threads, shared_bytes;
};

#define TILED(KIND, CHUNKED, T, W)                                          \
  {#KIND " " #T " " #W, CHUNKED,                  T,                        \
   project_tiled_##KIND##_##T##_##W, TiledShape<T, W>::kThreads, TiledShape<T, W>::kSharedBytes}
#define SINGLE(T, W) TILED(single, false, T, W)
#define CHUNKED(T, W) TILED(chunked, true, T, W)
static const TiledChoice kTiled[] = {
    SINGLE(64, 128), SINGLE(64, 192), SINGLE(64, 224), SINGLE(64, 256),
    SINGLE(128, 128), SINGLE(128, 160), SINGLE(128, 192), SINGLE(128, 224), SINGLE(128, 256),
    SINGLE(192, 112), SINGLE(192, 128), SINGLE(192, 192),
    CHUNKED(64, 48),
    CHUNKED(128, 48), CHUNKED(128, 64), CHUNKED(128, 96), CHUNKED(128, 128), CHUNKED(128, 144), CHUNKED(128, 160), CHUNKED(128, 176), CHUNKED(128, 192),
};

static int multiprocessors;

struct Product {
  int outputs, inputs, rows, panels, splits, chunk;
  Product(int n, int k) : outputs(n), inputs(k) {
    rows = (n + 127) / 128 * 128;
    panels = (k + 63) / 64;
    splits = 1;
    while (splits < kMostChunks && rows / 128 * splits < 120 && panels / (2 * splits) >= 8) {
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

// A launch that multiplies some tokens, whole or leaving the chunks' sums apart.
struct Way {
  const char* name;
  bool part;
  ProductKernel kernel;
  dim3 grid;
  int threads, shared_bytes;
};

static Way mma_way(const Product& p, int tokens) {
  bool part = p.splits > 1 && tokens <= kMostMmaPartial;
  const MmaChoice* c = kMmaChoices;
  while (c->tokens < tokens && c->tokens < (part ? 128 : 256)) {
    c++;
  }
  ProductKernel whole = c->tokens == 256 && p.splits == 1 ? project_mma_single_256 : c->whole;
  dim3 grid((tokens + c->tokens - 1) / c->tokens * (p.rows / 128), part ? p.splits : 1);
  return {"mma", part, part ? c->part : whole, grid, kMmaThreads, c->shared_bytes};
}

// All launches for so many tokens; the first is that of every architecture.
static std::vector<Way> ways(const Product& p, int tokens) {
  std::vector<Way> all = {mma_way(p, tokens)};
  if (!has_wgmma()) {
    return all;
  }
  for (const PartChoice& c : kParts) {
    if (p.splits > 1 && tokens <= c.tokens && (c.tokens == 8 || 2 * tokens > c.tokens)) {
      all.push_back({c.name, true, c.kernel, dim3(p.splits, p.rows / 128), kSplitThreads, c.shared_bytes});
    }
  }
  for (const TiledChoice& c : kTiled) {
    if (c.chunked == (p.splits > 1) && (c.tokens > 64 || tokens <= 64)) {
      all.push_back({c.name, false, c.kernel, dim3(multiprocessors), c.threads, c.shared_bytes});
    }
  }
  return all;
}

static void launch_way(const Way& way, const Product& p, const __nv_bfloat16* w, const __nv_bfloat16* x, int x_rows,
                       int tokens, const Epilogue& e, float* partials, cudaStream_t stream) {
  Epilogue target = e;
  if (way.part) {
    target.out = partials;
    target.stride = p.rows;
  }
  launch(way.kernel, way.grid, way.threads, way.shared_bytes, stream, w, p.rows, x, x_rows, p.panels, p.chunk, tokens,
         target);
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
  const int kRoom = 1280;
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
  Buffer<float> partials((size_t)kMostChunks * kMostMmaPartial * p.rows);
  Epilogue e = {base.device, bias.device, output, kSilu, n, output == kGated ? kRoom : n, wide ? 30.0f : 0.0f};
  launch_way(ways(p, 1000).back(), p, w.device, x.device, kRoom, 1000, e, partials.device, 0);
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
    for (const Way& way : ways(p, tokens)) {
      other.poison();
      e.out = other.device;
      launch_way(way, p, w.device, x.device, kRoom, tokens, e, partials.device, 0);
      if (way.part) {
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
               way.name, different);
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
  Buffer<float> partials((size_t)kMostChunks * kMostMmaPartial * p.rows);
  int most = output == kLogits ? 256 : 8192;
  Buffer<uint8_t> out(out_elements(p, output, kRoom) * (output == kLogits ? 4 : 2));
  Epilogue e = {out.device, nullptr, output, kSilu, n, output == kGated ? kRoom : n, 0};
  for (int tokens : {1, 3, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096, 8192}) {
    if (tokens > most) {
      break;
    }
    double us = 1e30;
    const char* which = "";
    double portable = 0;
    for (const Way& way : ways(p, tokens)) {
      double t = microseconds([&](cudaStream_t s, int i) {
        launch_way(way, p, ws[i % copies]->device, x.device, kRoom, tokens, e, partials.device, s);
      });
      if (portable == 0) {
        portable = t;
      } else if (t < us) {
        us = t;
        which = way.name;
      }
    }
    double bytes = 2.0 * n * k, flops = 2.0 * n * k * tokens;
    printf("%-8s %6dx%-6d M=%-5d %-15s %9.2f us %6.2f TB/s (%3.0f%% of 4.54) %7.1f TFLOP/s; "
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
  check_product(2048, 4096, kRows);
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
