#include "panels.cuh"
#include "pipeline.cuh"

// Row i of out becomes row rows[i] of in; both in panels, of the given room. grid: (outputs, panels), 8 threads.
extern "C" __global__ void gather(const uint4* in, int in_rows, const int* rows, uint4* out, int out_rows) {
  let_next_start();
  wait_for_previous();
  int to = blockIdx.x;
  int from = rows[to];
  int piece = threadIdx.x;
  size_t panel = blockIdx.y;
  out[(panel * out_rows + to) * 8 + (piece ^ (to & 7))] = in[(panel * in_rows + from) * 8 + (piece ^ (from & 7))];
}

// The same of row-major rows of `pieces` 16-byte pieces each. grid: outputs.
extern "C" __global__ void gather_rows(const uint4* in, const int* rows, uint4* out, int pieces) {
  let_next_start();
  wait_for_previous();
  const uint4* from = in + (size_t)rows[blockIdx.x] * pieces;
  uint4* to = out + (size_t)blockIdx.x * pieces;
  for (int i = threadIdx.x; i < pieces; i += blockDim.x) {
    to[i] = from[i];
  }
}
