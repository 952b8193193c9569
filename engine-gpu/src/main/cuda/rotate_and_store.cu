#include "elements.cuh"
#include "partials.cuh"
#include "pipeline.cuh"

// turns[row][i] = magnitude * (cos, sin) of positions[row] * frequencies[i]; grid: rows. The angle is rounded to
// float32 before it is turned, as in the checkpoints' own code.
extern "C" __global__ void rotations(const int* positions, const float* frequencies, int pairs, float magnitude,
                                     float2* turns) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  for (int i = threadIdx.x; i < pairs; i += blockDim.x) {
    double sine, cosine;
    sincos((double)__fmul_rn((float)positions[row], frequencies[i]), &sine, &cosine);
    turns[(size_t)row * pairs + i] = {(float)cosine * magnitude, (float)sine * magnitude};
  }
}

// How the heads of a row of qkv are rotated, and where their keys and values go.
struct Rotation {
  const float2* turns;        // of each row, head_size / 2
  const float* query_weight;  // null where queries are not normalised
  const float* key_weight;
  const int* positions;
  const int* row_pages;
  const int* page_table;
  float query_epsilon;
  float key_epsilon;
  int heads;
  int kv_heads;
  int head_size;
  int page_size;
};

// Normalises (where a weight is given) and rotates queries and keys, writes queries to qkv and keys and values into
// their page. Columns i and i + head_size / 2 of a head are a pair, turned by turns[i] = (cos, sin):
//   out[i] = x[i] cos - x[i + head_size / 2] sin,  out[i + head_size / 2] = x[i + head_size / 2] cos + x[i] sin;
// before, where it is normalised, x[i] = weight[i] * x[i] / sqrt(mean(x^2) + epsilon).
// One warp a head; head_size is a multiple of 4, at most 256.
// qkv: rows of [heads | kv_heads | kv_heads] of head_size, of which load(row, column) gives two neighbours. pages: of
// one layer, each [keys, values][kv_heads][page_size][head_size]; row_pages[row] is where the row's page numbers begin
// in page_table, -1 for a row that only fills up the launch. grid: (rows, ceil((heads + 2 kv_heads) / 8)), 256 threads.
template <class T, class Load>
__device__ __forceinline__ void rotate_row(const Rotation& r, T* qkv, const Load& load, T* pages) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  int head = blockIdx.y * 8 + threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  if (head >= r.heads + 2 * r.kv_heads) {
    return;
  }
  bool is_query = head < r.heads;
  bool is_value = head >= r.heads + r.kv_heads;
  int half = r.head_size / 2;
  int columns = (r.heads + 2 * r.kv_heads) * r.head_size;
  int first = head * r.head_size;
  T* to = qkv + (size_t)row * columns + first;
  if (!is_query) {
    if (r.row_pages[row] < 0) {
      return;
    }
    int position = r.positions[row];
    size_t page = r.page_table[r.row_pages[row] + position / r.page_size];
    int kv_head = (head - r.heads) % r.kv_heads;
    size_t line = ((page * 2 + is_value) * r.kv_heads + kv_head) * r.page_size + position % r.page_size;
    to = pages + line * r.head_size;
  }
  float2 low[2], high[2];
  float squares = 0;
#pragma unroll
  for (int j = 0; j < 2; j++) {
    int i = 2 * lane + 64 * j;
    if (i < half) {
      low[j] = load(row, first + i);
      high[j] = load(row, first + half + i);
      squares += low[j].x * low[j].x + low[j].y * low[j].y + high[j].x * high[j].x + high[j].y * high[j].y;
    }
  }
  const float* weight = is_query ? r.query_weight : r.key_weight;
  float scale = 1;
  if (!is_value && weight != nullptr) {
#pragma unroll
    for (int distance = 16; distance > 0; distance >>= 1) {
      squares += __shfl_xor_sync(0xffffffffu, squares, distance);
    }
    scale = __frsqrt_rn(squares / r.head_size + (is_query ? r.query_epsilon : r.key_epsilon));
  }
#pragma unroll
  for (int j = 0; j < 2; j++) {
    int i = 2 * lane + 64 * j;
    if (i < half) {
      if (!is_value) {
        float2 a = low[j];
        float2 b = high[j];
        if (weight != nullptr) {
          a = {a.x * (scale * weight[i]), a.y * (scale * weight[i + 1])};
          b = {b.x * (scale * weight[half + i]), b.y * (scale * weight[half + i + 1])};
        }
        float2 t0 = r.turns[(size_t)row * half + i];
        float2 t1 = r.turns[(size_t)row * half + i + 1];
        low[j] = {a.x * t0.x - b.x * t0.y, a.y * t1.x - b.y * t1.y};
        high[j] = {b.x * t0.x + a.x * t0.y, b.y * t1.x + a.y * t1.y};
      }
      store_pair(to + i, low[j]);
      store_pair(to + half + i, high[j]);
    }
  }
}

// qkv and pages are bf16; partial sums of qkv, if there are any, are added up first.
extern "C" __global__ void __launch_bounds__(256)
    rotate_and_store(__nv_bfloat16* qkv, __nv_bfloat16* pages, Rotation rotation, Partials partials) {
  size_t columns = (size_t)(rotation.heads + 2 * rotation.kv_heads) * rotation.head_size;
  auto load = [&](int row, int column) {
    return partials.sums != nullptr ? unpack_bf16(partials.pair(row, column))
                                    : load_pair(qkv + row * columns + column);
  };
  rotate_row(rotation, qkv, load, pages);
}

extern "C" __global__ void __launch_bounds__(256) rotate_and_store_float32(float* qkv, float* pages, Rotation rotation) {
  size_t columns = (size_t)(rotation.heads + 2 * rotation.kv_heads) * rotation.head_size;
  auto load = [&](int row, int column) { return load_pair(qkv + row * columns + column); };
  rotate_row(rotation, qkv, load, pages);
}
