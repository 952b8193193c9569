#include "../../main/cuda/float32_attend.cu"
#include "../../main/cuda/float32_product.cu"
#include "check.cuh"
#include "checks.h"

// Checks and times the products and the attention of float32.

static __global__ void fill_floats(float* to, size_t n, float scale, uint64_t seed) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < n; i += (size_t)gridDim.x * blockDim.x) {
    to[i] = scale * noise(i, seed);
  }
}

static void randomise_floats(Buffer<float>& b, float scale, uint64_t seed) {
  fill_floats<<<1056, 256>>>(b.device, b.size, scale, seed);
  CHECK(cudaGetLastError());
}

static void randomise_weights(Buffer<float>& b, float scale, uint64_t seed) { randomise_floats(b, scale, seed); }
static void randomise_weights(Buffer<__nv_bfloat16>& b, float scale, uint64_t seed) { randomise(b, scale, seed); }

// 0: one token a block; 1: eight; 2: tiles.
template <class W>
static void multiply(int kind, const W* weights, const float* in, int inputs, int tokens, const Epilogue& e,
                     cudaStream_t stream) {
  auto blocks = [](int count, int each) { return (count + each - 1) / each; };
  dim3 grid = kind == 2 ? dim3(blocks(e.outputs, kFloatTileOutputs), blocks(tokens, kFloatTileTokens))
                        : dim3(blocks(e.outputs, kFloatFewOutputs), blocks(tokens, kind == 0 ? 1 : 8));
  if constexpr (sizeof(W) == 2) {
    auto kernel = kind == 0 ? float32_product_1_bf16 : kind == 1 ? float32_product_8_bf16 : float32_product_tiled_bf16;
    launch(kernel, grid, 256, 0, stream, weights, in, inputs, tokens, e);
  } else {
    auto kernel = kind == 0 ? float32_product_1_f32 : kind == 1 ? float32_product_8_f32 : float32_product_tiled_f32;
    launch(kernel, grid, 256, 0, stream, weights, in, inputs, tokens, e);
  }
}

template <class W>
static void check_product(int outputs, int inputs, int tokens, int output) {
  Buffer<W> weights((size_t)outputs * inputs);
  Buffer<float> in((size_t)tokens * inputs), bias(outputs);
  randomise_weights(weights, 1 / sqrtf(inputs), 11);
  randomise_floats(in, 1, 12);
  randomise_floats(bias, 1, 13);
  int stride = output == kGated ? outputs / 2 : outputs;
  std::vector<W> w = weights.get();
  std::vector<float> x = in.get(), b = bias.get();
  std::vector<float> first;
  for (int kind = 0; kind < 3; kind++) {
    Buffer<float> out((size_t)tokens * stride);
    Epilogue e{out.device, bias.device, output, tokens % 2 ? kSilu : kGeluTanh, outputs, stride,
               output == kLogits ? 30.0f : 0.0f};
    multiply(kind, weights.device, in.device, inputs, tokens, e, 0);
    CHECK(cudaDeviceSynchronize());
    std::vector<float> got = out.get();
    std::string what = "float32 product " + std::to_string(outputs) + " x " + std::to_string(inputs) + ", " +
                       std::to_string(tokens) + " tokens, output " + std::to_string(output) + ", kernel " +
                       std::to_string(kind);
    if (kind > 0) {
      expect(memcmp(got.data(), first.data(), got.size() * sizeof(float)) == 0, what + ": other bits");
      continue;
    }
    first = got;
    double worst = 0;
    for (int t = 0; t < tokens; t += std::max(1, tokens / 7)) {
      for (int n = 0; n < stride; n += std::max(1, stride / 97)) {
        auto dot = [&](int row) {
          double sum = b[row];
          for (int k = 0; k < inputs; k++) {
            sum += (double)x[(size_t)t * inputs + k] * (double)(float)w[(size_t)row * inputs + k];
          }
          return sum;
        };
        double want;
        if (output == kGated) {
          double g = dot(2 * n), u = dot(2 * n + 1);
          double inner = 0.7978845608028654 * (g + 0.044715 * g * g * g);
          want = (e.gate == kSilu ? g / (1 + exp(-g)) : 0.5 * g * (1 + tanh(inner))) * u;
        } else {
          want = dot(n);
          want = e.soft_cap > 0 ? e.soft_cap * tanh(want / e.soft_cap) : want;
        }
        double error = fabs(got[(size_t)t * stride + n] - want);
        worst = error <= worst ? worst : error;  // NaN too
      }
    }
    expect(worst < 1e-5, what + ": off by " + std::to_string(worst));
  }
}

void check_float32() {
  int before = failures;
  for (int tokens : {1, 3, 17, 63, 65, 129, 1000}) {
    for (int output : {kRows, kLogits, kGated}) {
      check_product<float>(250, 48, tokens, output);
      check_product<__nv_bfloat16>(1000, 1100, tokens, output);
      check_product<float>(384, 4096, tokens, output);
      check_product<__nv_bfloat16>(96, 14336, tokens, output);
    }
  }
  printf("float32 products: %s\n", failures == before ? "as float64, and equal bits from all kernels" : "WRONG");
}

template <class W>
static void time_product(const char* name, int outputs, int inputs) {
  int copies = (int)std::max<size_t>(1, ((size_t)200 << 20) / ((size_t)outputs * inputs * sizeof(W)));
  Buffer<W> weights((size_t)copies * outputs * inputs);
  Buffer<float> in((size_t)4096 * inputs), out((size_t)4096 * outputs);
  randomise_weights(weights, 1 / sqrtf(inputs), 1);
  randomise_floats(in, 1, 2);
  for (int tokens : {1, 2, 8, 16, 32, 64, 128, 256, 512, 1024, 4096}) {
    Epilogue e{out.device, nullptr, kRows, 0, outputs, outputs, 0};
    double best[3];
    for (int kind = 0; kind < 3; kind++) {
      if ((kind == 0 && tokens > 2) || (kind == 1 && tokens > 512) || (kind == 2 && tokens < 32)) {
        best[kind] = NAN;
        continue;
      }
      int calls = tokens > 256 ? 1 : 4;
      best[kind] = microseconds(
          [&](cudaStream_t s, int i) {
            const W* w = weights.device + (size_t)(i % copies) * outputs * inputs;
            multiply(kind, w, in.device, inputs, tokens, e, s);
          },
          calls, 3);
    }
    double fastest = fmin(best[0], fmin(best[1], best[2]));
    printf("%-9s %6d x %5d  M %4d  single %9.1f  eights %9.1f  tiled %9.1f us  %5.2f TB/s  %5.1f TFLOP/s\n", name,
           outputs, inputs, tokens, best[0], best[1], best[2],
           (double)outputs * inputs * sizeof(W) / fastest / 1e6, 2.0 * outputs * inputs * tokens / fastest / 1e6);
  }
}

// Decode of `batch` sequences of `context` positions: 32 heads of D, 8 key-value heads.
template <int D>
static void time_decode(void (*kernel)(FloatAttentionArguments), int batch, int context, int most_each = 3) {
  constexpr int kHeads = 32, kKvHeads = 8, kPage = 16;
  int pages = (context + kPage - 1) / kPage;
  size_t page = (size_t)2 * kKvHeads * kPage * D;
  Buffer<float> qkv((size_t)batch * (kHeads + 2 * kKvHeads) * D), cache(page * pages * batch), out((size_t)batch * kHeads * D);
  randomise_floats(qkv, 1, 3);
  randomise_floats(cache, 1, 4);
  std::vector<AttentionItem> items;
  std::vector<int> rows, positions, table;
  for (int i = 0; i < batch; i++) {
    items.push_back({i * pages, i, 1, 0, (context + kSplitKeys - 1) / kSplitKeys, context, 0, 0});
    rows.push_back(i);
    positions.push_back(context - 1);
    for (int p = 0; p < pages; p++) {
      table.push_back((int)((long)(i * pages + p) * 7919 % (pages * batch)));
    }
  }
  Buffer<AttentionItem> device_items(batch);
  Buffer<int> device_rows(batch), device_positions(batch), device_table(table.size()), count(1);
  device_items.set(items);
  device_rows.set(rows);
  device_positions.set(positions);
  device_table.set(table);
  count.set({batch});
  FloatAttentionArguments a{qkv.device, cache.device, device_items.device, count.device, device_rows.device,
                            device_positions.device, device_table.device, nullptr, nullptr, nullptr, out.device,
                            batch, kHeads, kKvHeads, D, 4, 1 / sqrtf(D), 0, 0, 1};
  int blocks;
  CHECK(cudaDeviceGetAttribute(&blocks, cudaDevAttrMultiProcessorCount, 0));
  for (int each = 1; each <= most_each; each++) {
    double us = microseconds(
        [&](cudaStream_t s, int) {
          launch(kernel, dim3(each * blocks), kFloatAttendThreads, FloatAttendShape<D>::kSharedBytes, s, a);
        },
        2, 3);
    printf("float32 decode attention, heads of %3d, %d x %d, %d blocks each: %8.1f us, %.2f TB/s\n", D, batch, context,
           each, us, (double)page * pages * batch * sizeof(float) / us / 1e6);
  }
}

void time_float32() {
  time_product<__nv_bfloat16>("bf16", 4096, 4096);
  time_product<__nv_bfloat16>("bf16", 28672, 4096);
  time_product<float>("fp32", 4096, 14336);
  time_decode<64>(attend_float32_64, 32, 4096);
  time_decode<128>(attend_float32_128, 32, 4096);
  time_decode<256>(attend_float32_256, 8, 4096);
}
