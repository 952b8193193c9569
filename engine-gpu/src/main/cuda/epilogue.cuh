#pragma once

#include "panels.cuh"

// What becomes of a matrix product. Fixed for a launch.
enum Output : int {
  kRows = 0,    // bf16, row-major
  kLogits = 1,  // fp32, row-major, soft-capped
  kGated = 2    // function(gate) * up, bf16, in panels; gate and up take turns every 8 outputs
};

enum Gate : int { kSilu = 0, kGeluTanh = 1 };

struct Epilogue {
  void* out;
  const float* bias;  // one for each output, or null
  int output;         // an Output
  int gate;           // a Gate
  int outputs;        // columns of the product
  int stride;         // kRows, kLogits: elements between rows; kGated: rows that the panels have room for
  float soft_cap;     // kLogits: 0 for none
};

__device__ __forceinline__ float gated(float gate, float up, int function) {
  float activated;
  if (function == kSilu) {
    activated = __fdividef(gate, 1.0f + __expf(-gate));
  } else {
    float inner = 0.7978845608028654f * __fmaf_rn(0.044715f * gate * gate, gate, gate);
    activated = 0.5f * gate * (1.0f + tanhf(inner));
  }
  return __fmul_rn(activated, up);
}

__device__ __forceinline__ float capped(float logit, float cap) { return cap > 0 ? cap * tanhf(logit / cap) : logit; }
