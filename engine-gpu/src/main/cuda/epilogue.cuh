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

// kSilu: up * gate / (1 + e^-gate);
// kGeluTanh: up * gate / 2 * (1 + tanh(sqrt(2 / pi) * (gate + 0.044715 gate^3))).
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

// cap * tanh(logit / cap): logits between -cap and cap.
__device__ __forceinline__ float capped(float logit, float cap) { return cap > 0 ? cap * tanhf(logit / cap) : logit; }

// Applies the epilogue to 16 outputs of one token that begin at a multiple of 16.
__device__ __forceinline__ void store_outputs(const Epilogue& e, int token, int n, float (&v)[16]) {
  if (e.bias != nullptr) {
#pragma unroll
    for (int i = 0; i < 16; i++) {
      v[i] = __fadd_rn(v[i], e.bias[n + i]);
    }
  }
  if (e.output == kGated) {
    uint4 packed = {pack_bf16(gated(v[0], v[8], e.gate), gated(v[1], v[9], e.gate)),
                    pack_bf16(gated(v[2], v[10], e.gate), gated(v[3], v[11], e.gate)),
                    pack_bf16(gated(v[4], v[12], e.gate), gated(v[5], v[13], e.gate)),
                    pack_bf16(gated(v[6], v[14], e.gate), gated(v[7], v[15], e.gate))};
    __nv_bfloat16* to = (__nv_bfloat16*)e.out + panel_index(token, n / 2, e.stride);
    *reinterpret_cast<uint4*>(to) = packed;
  } else if (e.output == kRows) {
    __nv_bfloat16* to = (__nv_bfloat16*)e.out + (size_t)token * e.stride + n;
#pragma unroll
    for (int i = 0; i < 16; i += 8) {
      if (n + i < e.outputs) {
        uint4 packed = {pack_bf16(v[i], v[i + 1]), pack_bf16(v[i + 2], v[i + 3]), pack_bf16(v[i + 4], v[i + 5]),
                        pack_bf16(v[i + 6], v[i + 7])};
        *reinterpret_cast<uint4*>(to + i) = packed;
      }
    }
  } else {
    float* to = (float*)e.out + (size_t)token * e.stride + n;
#pragma unroll
    for (int i = 0; i < 16; i++) {
      if (n + i < e.outputs) {
        to[i] = capped(v[i], e.soft_cap);
      }
    }
  }
}
