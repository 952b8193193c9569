#include "attention.cuh"

// Merges what attend_few and attend_many left, in ascending order of splits: see attention.cuh. Sums were left for the
// splits from merge_first[row] to merge_splits[row], which is 0 where nothing is to be merged. grid: (rows, heads / 4);
// 4 warps, one a head; a lane has two neighbouring columns of every 64.
extern "C" __global__ void __launch_bounds__(128)
    merge_attention(AttentionArguments a, const int* merge_splits, const int* merge_first) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  int splits = merge_splits[row];
  int head = blockIdx.y * 4 + threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  if (splits == 0 || head >= a.heads) {
    return;
  }
  int base = a.partial_base[row];
  // Items may have skipped those before the window.
  int first = max(merge_first[row], first_seen(a, a.positions[row]) / kSplitKeys);
  for (int column = 2 * lane; column < a.head_size; column += 64) {
    float maximum = -INFINITY;
    float denominator = -0.0f;
    float2 total = {-0.0f, -0.0f};
#pragma unroll 4
    for (int split = first; split < splits; split++) {
      size_t place = (size_t)(base + split) * a.heads + head;
      float2 scale = a.partial_scales[place];
      float2 sum = *reinterpret_cast<const float2*>(a.partial_sums + place * a.head_size + column);
      if (scale.x > -INFINITY) {
        float2 factors = merge_factors(&maximum, scale.x);
        denominator = merge_sums(denominator, scale.y, factors);
        total.x = merge_sums(total.x, sum.x, factors);
        total.y = merge_sums(total.y, sum.y, factors);
      }
    }
    store_attended(a, row, head, column, total.x, total.y, denominator);
  }
}
