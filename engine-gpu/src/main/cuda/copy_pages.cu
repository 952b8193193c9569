#include "pipeline.cuh"

// Copies the first tokens of pages, of every layer, keys and values: copy i goes from page copies[3i] to
// copies[3i+1] for copies[3i+2] tokens. Copies of one launch touch different pages.
// A page of one layer: [key-value head][token][head size] of keys, then the same of values.
// grid: (layers * 2 * heads, copies); pieces: 16-byte pieces in the keys of one token and head.
extern "C" __global__ void copy_pages(uint4* cache, const int* copies, size_t layer_pieces, size_t page_pieces,
                                      int heads, int page_size, int pieces) {
  let_next_start();
  wait_for_previous();
  const int* copy = copies + 3 * blockIdx.y;
  int layer = blockIdx.x / (2 * heads);
  int part = blockIdx.x % (2 * heads);
  size_t offset = layer * layer_pieces + (size_t)part * page_size * pieces;
  const uint4* from = cache + offset + copy[0] * page_pieces;
  uint4* to = cache + offset + copy[1] * page_pieces;
  for (int i = threadIdx.x; i < copy[2] * pieces; i += blockDim.x) {
    to[i] = from[i];
  }
}
