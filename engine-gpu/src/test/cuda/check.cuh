#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

// Small tools of the kernel checks.

#define CHECK(call)                                                                        \
  do {                                                                                     \
    cudaError_t error = (call);                                                            \
    if (error != cudaSuccess) {                                                            \
      printf("%s:%d %s: %s\n", __FILE__, __LINE__, #call, cudaGetErrorString(error));      \
      exit(2);                                                                             \
    }                                                                                      \
  } while (0)

inline int failures = 0;

inline void expect(bool good, const std::string& what) {
  if (!good) {
    failures++;
    printf("FAILED %s\n", what.c_str());
  }
}

template <typename T>
struct Buffer {
  T* device = nullptr;
  size_t size = 0;
  explicit Buffer(size_t n) : size(n) { CHECK(cudaMalloc(&device, n * sizeof(T) + 65536)); poison(); }
  Buffer(const Buffer&) = delete;
  ~Buffer() { cudaFree(device); }
  void poison() { CHECK(cudaMemset(device, 0xff, size * sizeof(T) + 65536)); }
  void set(const std::vector<T>& host) {
    CHECK(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
  }
  std::vector<T> get() const {
    std::vector<T> host(size);
    CHECK(cudaMemcpy(host.data(), device, size * sizeof(T), cudaMemcpyDeviceToHost));
    return host;
  }
};

__device__ inline float noise(uint64_t i, uint64_t seed) {
  uint64_t x = (i + 1) * 0x9e3779b97f4a7c15ull + seed * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  x ^= x >> 31;
  float u = ((uint32_t)x >> 8) * 0x1p-24f + 0x1p-25f, v = (uint32_t)(x >> 32) * 0x1p-32f;
  return sqrtf(-2 * logf(u)) * cosf(6.2831853f * v);
}

static __global__ void fill_noise(__nv_bfloat16* to, size_t n, float scale, uint64_t seed) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < n; i += (size_t)gridDim.x * blockDim.x) {
    to[i] = __float2bfloat16(scale * noise(i, seed));
  }
}

static inline void randomise(Buffer<__nv_bfloat16>& b, float scale, uint64_t seed) {
  fill_noise<<<1056, 256>>>(b.device, b.size, scale, seed);
  CHECK(cudaGetLastError());
}

// Whether the kernels that run were compiled for compute capability 9.0: those have wgmma and wait by themselves for the
// kernel before them.
inline bool has_wgmma() {
  cudaFuncAttributes attributes;
  CHECK(cudaFuncGetAttributes(&attributes, fill_noise));
  return attributes.ptxVersion >= 90;
}

// FNV-1a: to compare results of different builds.
inline uint64_t hash_bytes(const void* bytes, size_t count) {
  uint64_t hash = 0xcbf29ce484222325ull;
  for (size_t i = 0; i < count; i++) {
    hash = (hash ^ ((const uint8_t*)bytes)[i]) * 0x100000001b3ull;
  }
  return hash;
}

// Launches so that the kernel's beginning overlaps the end of the one before it, where kernels are made for it.
template <typename... P, typename... A>
void launch(void (*kernel)(P...), dim3 grid, int threads, int shared_bytes, cudaStream_t stream, A... arguments) {
  CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, shared_bytes));
  cudaLaunchAttribute attribute;
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = dim3(threads);
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  config.attrs = &attribute;
  static const bool dependent = has_wgmma();
  config.numAttrs = dependent ? 1 : 0;
  CHECK(cudaLaunchKernelEx(&config, kernel, P(arguments)...));
}

// Median microseconds of one call, over replays of a captured graph of several.
inline double microseconds(const std::function<void(cudaStream_t, int)>& call, int calls = 10, int repeats = 7) {
  cudaStream_t stream;
  CHECK(cudaStreamCreate(&stream));
  call(stream, 0);
  CHECK(cudaStreamSynchronize(stream));
  cudaGraph_t graph;
  cudaGraphExec_t exec;
  CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  for (int i = 0; i < calls; i++) {
    call(stream, i);
  }
  CHECK(cudaGetLastError());
  CHECK(cudaStreamEndCapture(stream, &graph));
  CHECK(cudaGraphInstantiate(&exec, graph, 0));
  cudaEvent_t start, stop;
  CHECK(cudaEventCreate(&start));
  CHECK(cudaEventCreate(&stop));
  std::vector<float> times;
  for (int i = 0; i < repeats + 1; i++) {
    CHECK(cudaEventRecord(start, stream));
    CHECK(cudaGraphLaunch(exec, stream));
    CHECK(cudaEventRecord(stop, stream));
    CHECK(cudaEventSynchronize(stop));
    float ms;
    CHECK(cudaEventElapsedTime(&ms, start, stop));
    if (i > 0) {
      times.push_back(ms);
    }
  }
  std::sort(times.begin(), times.end());
  CHECK(cudaGraphExecDestroy(exec));
  CHECK(cudaGraphDestroy(graph));
  CHECK(cudaStreamDestroy(stream));
  return times[times.size() / 2] * 1000 / calls;
}
