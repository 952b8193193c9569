#include "../../main/cuda/attend_few.cu"
#include "../../main/cuda/attend_many.cu"
#include "../../main/cuda/attend_many_wgmma.cu"
#include "../../main/cuda/merge_attention.cu"
#include "check.cuh"
#include "checks.h"

// Checks and times attention over pages.

struct Sequence {
  int length;  // positions in the pages
  int start;   // of the first query; queries go up to the last position
};

struct Cache {
  int heads, kv_heads, head_size, page_size = 16;
  std::vector<Sequence> sequences;
  std::vector<int> first_row, first_page, table;
  std::vector<int> positions;
  int shared_pages = 0;  // the first pages of all sequences

  Cache(int h, int kv, int d, std::vector<Sequence> s, int shared_tokens = 0)
      : heads(h), kv_heads(kv), head_size(d), sequences(std::move(s)), shared_pages(shared_tokens / 16) {
    int pages = shared_pages;
    int total = shared_pages;
    for (auto& q : sequences) {
      total += (q.length + page_size - 1) / page_size;
    }
    for (auto& q : sequences) {
      first_row.push_back((int)positions.size());
      first_page.push_back((int)table.size());
      for (int i = 0; i < (q.length + page_size - 1) / page_size; i++) {
        // Own pages are dealt out with a stride, so that neighbours lie apart.
        table.push_back(i < shared_pages ? i : shared_pages + (int)(((long)(pages++ - shared_pages) * 7919) % kPrime(total)));
      }
      for (int p = q.start; p < q.length; p++) {
        positions.push_back(p);
      }
    }
    page_count = shared_pages + kPrime(total);
  }
  static int kPrime(int n) {
    for (n = std::max(n, 2);; n++) {
      bool prime = n != 7919;
      for (int d = 2; d * d <= n; d++) {
        prime &= n % d != 0;
      }
      if (prime) {
        return n;
      }
    }
  }
  int page_count;
  int rows() const { return (int)positions.size(); }
  size_t page_elements() const { return (size_t)2 * kv_heads * page_size * head_size; }
};

struct Plan {
  std::vector<AttentionItem> few, many;
  std::vector<int> row_list, partial_base, merge_first, merge_splits;
  int partials = 0;
};

// walk: splits that one item walks, 0 for all.
static Plan plan(const Cache& c, bool use_few, int walk, bool share_prefix) {
  Plan p;
  int group = c.heads / c.kv_heads;
  int per_item = (use_few ? 16 : 64) / group;
  p.partial_base.assign(c.rows(), 0);
  p.merge_first.assign(c.rows(), 0);
  p.merge_splits.assign(c.rows(), 0);
  int prefix_splits = share_prefix ? c.shared_pages * c.page_size / kSplitKeys : 0;
  int prefix_walk = walk > 0 ? std::min(walk, prefix_splits) : prefix_splits;
  for (size_t s = 0; s < c.sequences.size(); s++) {
    int count = c.sequences[s].length - c.sequences[s].start;
    for (int q = 0; q < count; q += per_item) {
      int n = std::min(per_item, count - q);
      int keys = c.sequences[s].start + q + n;
      int splits = (keys + kSplitKeys - 1) / kSplitKeys;
      int list = (int)p.row_list.size();
      bool partial = prefix_splits > 0 || (walk > 0 && walk < splits);
      for (int i = 0; i < n; i++) {
        int row = c.first_row[s] + q + i;
        p.row_list.push_back(row);
        if (partial) {
          // The first item leaves one sum for all its splits.
          p.merge_first[row] = (prefix_splits > 0 ? prefix_walk : walk) - 1;
          p.partial_base[row] = p.partials - p.merge_first[row];
          p.merge_splits[row] = splits;
          p.partials += splits - p.merge_first[row];
        }
      }
      int own_walk = walk > 0 ? walk : splits;
      for (int first = prefix_splits; first < splits; first += own_walk) {
        int end = std::min(splits, first + own_walk);
        (use_few ? p.few : p.many).push_back({c.first_page[s], list, n, first, end, keys, partial, 0});
      }
    }
  }
  if (prefix_splits > 0) {
    for (int q = 0; q < c.rows(); q += 64 / group) {
      int n = std::min(64 / group, c.rows() - q);
      int list = (int)p.row_list.size();
      for (int i = 0; i < n; i++) {
        p.row_list.push_back(q + i);
      }
      for (int first = 0; first < prefix_splits; first += prefix_walk) {
        int end = std::min(prefix_splits, first + prefix_walk);
        p.many.push_back({c.first_page[0], list, n, first, end, prefix_splits * kSplitKeys, 1, 0});
      }
    }
  }
  return p;
}

template <typename T>
struct Uploaded : Buffer<T> {
  explicit Uploaded(const std::vector<T>& v) : Buffer<T>(std::max<size_t>(1, v.size())) { this->set(v); }
};

struct Attention {
  const Cache& cache;
  Plan p;
  Uploaded<AttentionItem> few, many;
  Uploaded<int> few_count, many_count, row_list, positions, table, base, merge, merge_first;
  Buffer<float> sums;
  Buffer<float2> scales;
  Buffer<__nv_bfloat16> out;
  int room;
  bool narrow = false;  // as on GPUs with little shared memory
  bool wgmma = has_wgmma();
  AttentionArguments arguments;

  Attention(const Cache& c, Plan plan, const Buffer<__nv_bfloat16>& qkv, const Buffer<__nv_bfloat16>& pages, float cap,
            int window)
      : cache(c), p(std::move(plan)), few(p.few), many(p.many), few_count({(int)p.few.size()}),
        many_count({(int)p.many.size()}), row_list(p.row_list), positions(c.positions), table(c.table),
        base(p.partial_base), merge(p.merge_splits), merge_first(p.merge_first), sums((size_t)p.partials * c.heads * c.head_size + 1),
        scales((size_t)p.partials * c.heads + 1),
        out((size_t)((c.heads * c.head_size + 63) / 64) * 64 * ((c.rows() + 7) / 8 * 8)), room((c.rows() + 7) / 8 * 8) {
    float scale = 1 / sqrtf(c.head_size);
    arguments = {qkv.device, pages.device, few.device, few_count.device, row_list.device, positions.device,
                 table.device, base.device, sums.device, scales.device, out.device, room, c.heads, c.kv_heads,
                 c.head_size, 4, cap > 0 ? scale : scale * 1.4426950408889634f, cap, window, 3};
  }

  template <int D>
  void launch(cudaStream_t stream) {
    auto few_kernel = D == 64 ? attend_few_64 : D == 128 ? attend_few_128 : attend_few_256;
    auto many_kernel = D == 64 ? attend_many_64 : D == 128 ? attend_many_128 : attend_many_256;
    int many_bytes = ManyShape<D, 2>::kSharedBytes;
    if (D == 256 && narrow) {
      many_kernel = attend_many_256_narrow;
      many_bytes = ManyShape<D, 1>::kSharedBytes;
    }
    if (D <= 128 && wgmma) {
      many_kernel = D == 64 ? attend_many_wgmma_64 : attend_many_wgmma_128;
      many_bytes = ManyWgmmaShape<D>::kSharedBytes;
    }
    if (!p.many.empty()) {
      AttentionArguments a = arguments;
      a.items = many.device;
      a.item_count = many_count.device;
      ::launch(many_kernel, dim3(264), ManyShape<D, 2>::kThreads, many_bytes, stream, a);
    }
    if (!p.few.empty()) {
      ::launch(few_kernel, dim3(132 * kFewBlocks), kFewThreads, FewShape<D>::shared_bytes(arguments.stages), stream, arguments);
    }
    if (std::any_of(p.merge_splits.begin(), p.merge_splits.end(), [](int splits) { return splits > 0; })) {
      ::launch(merge_attention, dim3(cache.rows(), (cache.heads + 3) / 4), 128, 0, stream, arguments, merge.device,
               merge_first.device);
    }
    CHECK(cudaGetLastError());
  }

  void run(cudaStream_t stream = 0) {
    if (cache.head_size <= 64) {
      launch<64>(stream);
    } else if (cache.head_size <= 128) {
      launch<128>(stream);
    } else {
      launch<256>(stream);
    }
  }

  std::vector<float> result() {
    out.poison();
    run();
    CHECK(cudaDeviceSynchronize());
    std::vector<__nv_bfloat16> panels = out.get();
    int columns = cache.heads * cache.head_size;
    std::vector<float> rows((size_t)cache.rows() * columns);
    for (int r = 0; r < cache.rows(); r++) {
      for (int c = 0; c < columns; c++) {
        rows[(size_t)r * columns + c] = __bfloat162float(panels[panel_index(r, c, room)]);
      }
    }
    return rows;
  }
};

static double reference_error(const Cache& c, const std::vector<float>& got, const std::vector<__nv_bfloat16>& qkv,
                              const std::vector<__nv_bfloat16>& pages, float cap, int window, int every) {
  int group = c.heads / c.kv_heads, d = c.head_size, stride = (c.heads + 2 * c.kv_heads) * d;
  double error = 0, norm = 0;
  for (size_t s = 0; s < c.sequences.size(); s++) {
    for (int row = c.first_row[s]; row < c.first_row[s] + c.sequences[s].length - c.sequences[s].start; row++) {
      for (int head = row % every; head < c.heads; head += every) {
        int position = c.positions[row];
        std::vector<double> p(position + 1);
        double largest = -INFINITY;
        auto at = [&](int key, int is_value) {
          size_t page = c.table[c.first_page[s] + key / c.page_size];
          return &pages[(((page * 2 + is_value) * c.kv_heads + head / group) * c.page_size + key % c.page_size) * d];
        };
        for (int key = 0; key <= position; key++) {
          double product = 0;
          for (int i = 0; i < d; i++) {
            product += (double)__bfloat162float(qkv[(size_t)row * stride + head * d + i]) * __bfloat162float(at(key, 0)[i]);
          }
          product /= sqrt((double)d);
          product = cap > 0 ? cap * tanh(product / cap) : product;
          p[key] = window > 0 && key <= position - window ? -INFINITY : product;
          largest = std::max(largest, p[key]);
        }
        std::vector<double> out(d);
        double sum = 0;
        for (int key = 0; key <= position; key++) {
          double e = exp(p[key] - largest);
          sum += e;
          for (int i = 0; i < d; i++) {
            out[i] += e * __bfloat162float(at(key, 1)[i]);
          }
        }
        for (int i = 0; i < d; i++) {
          double v = out[i] / sum, g = got[((size_t)row * c.heads + head) * d + i];
          error += (v - g) * (v - g);
          norm += v * v;
        }
      }
    }
  }
  return sqrt(error / norm);
}

static void check_case(const Cache& c, float cap, int window, int every) {
  Buffer<__nv_bfloat16> qkv((size_t)c.rows() * (c.heads + 2 * c.kv_heads) * c.head_size);
  Buffer<__nv_bfloat16> pages(c.page_count * c.page_elements());
  randomise(qkv, 1.5f, 5);
  randomise(pages, 1.0f, 6);
  auto host_qkv = qkv.get();
  auto host_pages = pages.get();
  std::vector<float> first;
  for (int variant = 0; variant < 13; variant++) {
    bool use_few = variant % 2 == 1;
    int walk = variant / 2 % 3;
    bool share = variant == 6 || variant >= 10;
    if (share && c.shared_pages == 0) {
      continue;
    }
    int prefix_walk = variant == 10 ? 0 : variant == 12 ? 1 : 2;
    Attention attention(c, plan(c, use_few, share ? prefix_walk : walk, share), qkv, pages, cap, window);
    attention.narrow = variant > 6;
    attention.wgmma &= variant % 4 != 0;
    attention.arguments.stages = variant == 7 ? 2 : variant == 9 ? 1 : 3;
    std::vector<float> got = attention.result();
    char what[200];
    if (variant == 0) {
      first = got;
      double error = reference_error(c, got, host_qkv, host_pages, cap, window, every);
      snprintf(what, sizeof what, "attention %d/%d heads of %d, %d rows, cap %.0f, window %d: error %.2e, hash %016lx",
               c.heads, c.kv_heads, c.head_size, c.rows(), cap, window, error, hash_bytes(got.data(), 4 * got.size()));
      printf("%s\n", what);
      expect(error < 6e-3, what);
    } else {
      long different = 0;
      for (size_t i = 0; i < got.size(); i++) {
        different += memcmp(&got[i], &first[i], 4) != 0;
      }
      snprintf(what, sizeof what, "attention %d/%d of %d, variant %d: %ld of %zu differ", c.heads, c.kv_heads,
               c.head_size, variant, different, got.size());
      expect(different == 0, what);
    }
  }
}

void check_attention() {
  std::vector<Sequence> borders;
  for (int length : {1, 2, 15, 16, 17, 63, 64, 65, 127, 255, 256, 257, 511, 513, 700}) {
    borders.push_back({length, std::max(0, length - 21)});
  }
  check_case(Cache(6, 2, 64, borders), 0, 0, 1);
  check_case(Cache(32, 8, 128, borders), 0, 0, 3);
  check_case(Cache(8, 8, 96, borders), 0, 0, 1);
  check_case(Cache(8, 4, 80, borders), 0, 0, 1);
  check_case(Cache(8, 4, 256, borders), 0, 0, 1);
  check_case(Cache(4, 1, 256, borders), 50, 100, 1);
  check_case(Cache(4, 2, 200, borders), 0, 0, 1);
  check_case(Cache(16, 1, 32, borders), 30, 0, 1);
  check_case(Cache(8, 2, 128, borders), 0, 100, 1);
  std::vector<Sequence> shared;
  for (int i = 0; i < 37; i++) {
    shared.push_back({512 + 1 + i * 11, 512 + i * 11});
  }
  check_case(Cache(32, 8, 128, shared, 512), 0, 0, 5);
  check_case(Cache(6, 2, 64, shared, 512), 0, 0, 1);
  check_case(Cache(8, 4, 256, shared, 512), 50, 0, 2);
  check_case(Cache(8, 2, 128, shared, 512), 0, 70, 1);
  check_case(Cache(8, 2, 64, {{1500, 1390}, {1281, 1280}, {700, 0}}), 0, 300, 7);
}

static void time_case(const char* name, const Cache& c, bool use_few, int walk, bool share, double bytes, double flops,
                      bool wgmma = has_wgmma()) {
  Buffer<__nv_bfloat16> qkv((size_t)c.rows() * (c.heads + 2 * c.kv_heads) * c.head_size);
  Buffer<__nv_bfloat16> pages(c.page_count * c.page_elements());
  randomise(qkv, 1.0f, 5);
  randomise(pages, 1.0f, 6);
  Attention attention(c, plan(c, use_few, walk, share), qkv, pages, 0, 0);
  attention.wgmma = wgmma;
  double us = microseconds([&](cudaStream_t s, int) { attention.run(s); }, 5);
  printf("%-40s walk %d%s %9.1f us %6.2f TB/s %7.1f TFLOP/s\n", name, walk, wgmma ? ", wgmma" : "", us, bytes / us / 1e6, flops / us / 1e6);
}

void time_attention() {
  for (int batch : {1, 8, 32, 128, 256}) {
    for (int context : {512, 1024, 4096, 16384}) {
      if ((long)batch * context > 256 * 4096) {
        continue;
      }
      Cache c(32, 8, 128, std::vector<Sequence>(batch, Sequence{context, context - 1}));
      double bytes = (double)batch * context * 4096;
      char name[100];
      snprintf(name, sizeof name, "decode batch %d context %d", batch, context);
      for (int walk : {0, 1, 4}) {
        time_case(name, c, true, walk, false, bytes, 0);
      }
    }
  }
  for (int batch : {8, 64}) {
    Cache c(8, 4, 256, std::vector<Sequence>(batch, Sequence{4096, 4095}));
    time_case("heads of 256, decode, context 4096", c, true, 4, false, (double)batch * 4096 * 4096, 0);
  }
  {
    Cache c(8, 4, 256, {{4096, 0}});
    time_case("heads of 256, prefill 4096", c, false, 0, false, 0, 2.0 * 4096 * 4096 * 2048);
  }
  for (int length : {512, 2048, 8192}) {
    Cache c(32, 8, 128, {{length, 0}});
    char name[100];
    snprintf(name, sizeof name, "prefill %d", length);
    time_case(name, c, false, 0, false, 0, 2.0 * length * length * 4096);
    time_case(name, c, false, 0, false, 0, 2.0 * length * length * 4096, false);
  }
  for (int prefix : {2048, 8192}) {
    for (int batch : {16, 64, 256}) {
      Cache c(32, 8, 128, std::vector<Sequence>(batch, Sequence{prefix + 256, prefix + 255}), prefix);
      double bytes = ((double)prefix + batch * 256.0) * 4096;
      char name[100];
      snprintf(name, sizeof name, "prefix %d, %d x 256", prefix, batch);
      time_case(name, c, true, 4, false, bytes, 0);
      time_case(name, c, true, 1, true, bytes, 0);
      time_case(name, c, true, 4, true, bytes, 0);
      time_case(name, c, true, 4, true, bytes, 0, false);
    }
  }
}
