#include "pipeline.cuh"
#include "sample_answer.cuh"

// What a step wants to know of each row of logits, as dev.espalier.engine.sample computes it: the choice of a token
// follows TokenSampler bit for bit. Weights are integers, so their sums do not depend on the order. One block a row.

constexpr int kSampleThreads = 1024;
constexpr int kSampleWarps = kSampleThreads / 32;
constexpr float kLeastScore = -28.0f;

enum ChoiceMode : int { kChooseNone = 0, kChooseLargest = 1, kChooseAdjusted = 2 };

// Lists lie in one array of ints, at the given offsets: seen ids; counted ids, then their counts; ids with a bias, then
// the biases as floats; words of the mask.
struct SampleRequest {
  double temperature;
  double top_p;
  uint64_t seed;
  int top_k;
  float floor;  // max(kLeastScore, log(min_p))
  float repetition;
  float frequency;
  float presence;
  int mode;
  int target;  // -1 for none
  int alternatives;
  int first_alternative;
  int seen, seen_count;
  int counted, counted_count;
  int bias, bias_count;
  int mask, mask_words;  // 32 tokens a word; mask is -1 for none
  int position;
};

// e^x for x <= 0, 0 below -87: the polynomial of the Cephes library's expf, one rounding an operation.
__device__ __forceinline__ float exp_exact(float x) {
  if (!(x >= -87.0f)) {
    return 0;
  }
  int n = (int)__fsub_rn(__fmul_rn(x, 1.44269504f), 0.5f);
  float r = __fsub_rn(__fsub_rn(x, __fmul_rn(n, 0.693359375f)), __fmul_rn(n, -2.12194440e-4f));
  float p = 1.9875691500e-4f;
  p = __fadd_rn(__fmul_rn(p, r), 1.3981999507e-3f);
  p = __fadd_rn(__fmul_rn(p, r), 8.3334519073e-3f);
  p = __fadd_rn(__fmul_rn(p, r), 4.1665795894e-2f);
  p = __fadd_rn(__fmul_rn(p, r), 1.6666665459e-1f);
  p = __fadd_rn(__fmul_rn(p, r), 5.0000001201e-1f);
  p = __fadd_rn(__fadd_rn(__fmul_rn(__fmul_rn(p, r), r), r), 1.0f);
  return __fmul_rn(p, __int_as_float((n + 127) << 23));
}

__device__ __forceinline__ uint64_t score_weight(float score) {
  return (uint64_t)__fmul_rn(exp_exact(score), 0x1p40f);
}

// Larger for a larger score; zeros of both signs are equal.
__device__ __forceinline__ uint32_t ordered_score(float score) {
  uint32_t bits = __float_as_uint(__fadd_rn(score, 0.0f));
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// Larger for a larger score, and among equal scores for a smaller token.
__device__ __forceinline__ uint64_t token_key(float score, int token) {
  return ((uint64_t)ordered_score(score) << 32) | (uint32_t)~token;
}

__device__ __forceinline__ int key_token(uint64_t key) { return ~(int)(uint32_t)key; }

__device__ __forceinline__ uint64_t warp_max(uint64_t v) {
#pragma unroll
  for (int d = 16; d > 0; d >>= 1) {
    uint64_t other = __shfl_xor_sync(0xffffffffu, v, d);
    v = other > v ? other : v;
  }
  return v;
}

__device__ __forceinline__ uint64_t warp_sum(uint64_t v) {
#pragma unroll
  for (int d = 16; d > 0; d >>= 1) {
    v += __shfl_xor_sync(0xffffffffu, v, d);
  }
  return v;
}

struct SampleScratch {
  uint64_t warps[kSampleWarps];
  double sums[kSampleWarps];
  unsigned long long mass[256];
  int count[256];
  uint64_t found;
  uint64_t rest;
  uint32_t digit;
};

__device__ __forceinline__ uint64_t block_max(uint64_t v, SampleScratch& s) {
  v = warp_max(v);
  __syncthreads();
  if (threadIdx.x % 32 == 0) {
    s.warps[threadIdx.x / 32] = v;
  }
  __syncthreads();
  return warp_max(s.warps[threadIdx.x % 32]);
}

__device__ __forceinline__ uint64_t block_sum(uint64_t v, SampleScratch& s) {
  v = warp_sum(v);
  __syncthreads();
  if (threadIdx.x % 32 == 0) {
    s.warps[threadIdx.x / 32] = v;
  }
  __syncthreads();
  return warp_sum(s.warps[threadIdx.x % 32]);
}

// The key of the best token whose key is less than `below`, 0 if there is none.
__device__ __forceinline__ uint64_t best_key(const float* scores, int size, uint64_t below, SampleScratch& s) {
  uint64_t best = 0;
#pragma unroll 8
  for (int t = threadIdx.x; t < size; t += kSampleThreads) {
    uint64_t key = token_key(scores[t], t);
    best = key < below && key > best ? key : best;
  }
  return block_max(best, s);
}

// log(sum(exp(logits))): threads over their own tokens ascending, lanes by halving distance, warps ascending.
__device__ __forceinline__ double log_sum_exp(const float* logits, int size, float largest, SampleScratch& s) {
  double sum = 0;
#pragma unroll 8
  for (int t = threadIdx.x; t < size; t += kSampleThreads) {
    sum += exp_exact(__fsub_rn(logits[t], largest));
  }
#pragma unroll
  for (int d = 16; d > 0; d >>= 1) {
    sum += __shfl_xor_sync(0xffffffffu, sum, d);
  }
  __syncthreads();
  if (threadIdx.x % 32 == 0) {
    s.sums[threadIdx.x / 32] = sum;
  }
  __syncthreads();
  sum = 0;
  for (int w = 0; w < kSampleWarps; w++) {
    sum += s.sums[w];
  }
  return largest + log(sum);
}

// Biases, penalties and the mask, on a copy of the logits.
__device__ __forceinline__ void adjust(const float* logits, float* scores, int size, const SampleRequest& r,
                                       const int* lists) {
  for (int t = threadIdx.x; t < size; t += kSampleThreads) {
    scores[t] = logits[t];
  }
  __syncthreads();
  for (int i = threadIdx.x; i < r.bias_count; i += kSampleThreads) {
    int t = lists[r.bias + i];
    scores[t] = __fadd_rn(scores[t], __int_as_float(lists[r.bias + r.bias_count + i]));
  }
  __syncthreads();
  for (int i = threadIdx.x; i < r.seen_count; i += kSampleThreads) {
    int t = lists[r.seen + i];
    scores[t] = scores[t] > 0 ? __fdiv_rn(scores[t], r.repetition) : __fmul_rn(scores[t], r.repetition);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < r.counted_count; i += kSampleThreads) {
    int t = lists[r.counted + i];
    float count = lists[r.counted + r.counted_count + i];
    scores[t] = __fsub_rn(scores[t], __fadd_rn(__fmul_rn(r.frequency, count), r.presence));
  }
  __syncthreads();
  if (r.mask >= 0) {
    for (int t = threadIdx.x; t < size; t += kSampleThreads) {
      int word = t / 32;
      if (word >= r.mask_words || !(lists[r.mask + word] >> (t % 32) & 1)) {
        scores[t] = -INFINITY;
      }
    }
    __syncthreads();
  }
}

// Walks the scores of at least `floor` from the largest down, smaller ids first among equals, until `wanted` of what is
// counted is reached (tokens, or mass). The key of the token that reaches it, and in *mass the mass up to it.
__device__ __forceinline__ uint64_t descend(const float* scores, int size, float floor, bool by_mass, uint64_t wanted,
                                            uint64_t* mass, SampleScratch& s) {
  uint32_t prefix = 0;
  uint64_t passed_mass = 0;
  uint64_t rest = wanted;
  for (int shift = 24; shift >= 0; shift -= 8) {
    __syncthreads();
    for (int i = threadIdx.x; i < 256; i += kSampleThreads) {
      s.mass[i] = 0;
      s.count[i] = 0;
    }
    __syncthreads();
    for (int t = threadIdx.x; t < size; t += kSampleThreads) {
      float score = scores[t];
      if (score >= floor) {
        uint32_t key = ordered_score(score);
        if (shift == 24 || key >> (shift + 8) == prefix) {
          atomicAdd(&s.mass[key >> shift & 255], (unsigned long long)score_weight(score));
          atomicAdd(&s.count[key >> shift & 255], 1);
        }
      }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      int digit = 255;
      uint64_t left = rest;
      uint64_t skipped = 0;
      for (; digit > 0; digit--) {
        uint64_t here = by_mass ? s.mass[digit] : (uint64_t)s.count[digit];
        if (left <= here && here > 0) {
          break;
        }
        left -= here;
        skipped += s.mass[digit];
      }
      s.digit = digit;
      s.rest = left;
      s.found = skipped;
    }
    __syncthreads();
    prefix = prefix << 8 | s.digit;
    rest = s.rest;
    passed_mass += s.found;
  }
  // All tokens of this score weigh the same; take as many of the smallest ids as it needs.
  uint32_t bits = prefix & 0x80000000u ? prefix & 0x7fffffffu : ~prefix;
  float score = __uint_as_float(bits);
  uint64_t weight = score_weight(score);
  uint64_t equals = by_mass ? (rest + weight - 1) / weight : rest;
  *mass = passed_mass + equals * weight;

  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  int share = (size + kSampleWarps - 1) / kSampleWarps;
  int first = warp * share;
  int end = min(size, first + share);
  uint64_t count = 0;
  for (int t = first + lane; t < end; t += 32) {
    count += ordered_score(scores[t]) == prefix;
  }
  count = warp_sum(count);
  __syncthreads();
  if (lane == 0) {
    s.warps[warp] = count;
  }
  __syncthreads();
  uint64_t before = 0;
  for (int w = 0; w < warp; w++) {
    before += s.warps[w];
  }
  if (before < equals && before + count >= equals) {
    for (int base = first; base < end; base += 32) {
      int t = base + lane;
      uint32_t match = __ballot_sync(0xffffffffu, t < end && ordered_score(scores[min(t, size - 1)]) == prefix);
      int here = __popc(match);
      if (before + here >= equals) {
        if ((match >> lane & 1) && before + __popc(match & ((2u << lane) - 1)) == equals) {
          s.found = token_key(score, t);
        }
        break;
      }
      before += here;
    }
  }
  __syncthreads();
  return s.found;
}

// The key of the least probable token that min-p, top-k and top-p keep.
__device__ __forceinline__ uint64_t last_kept(const float* scores, int size, const SampleRequest& r,
                                              SampleScratch& s) {
  if (r.top_k == 0 && r.top_p >= 1) {
    return (uint64_t)ordered_score(r.floor) << 32;
  }
  uint64_t mass = 0;
  uint64_t count = 0;
  for (int t = threadIdx.x; t < size; t += kSampleThreads) {
    if (scores[t] >= r.floor) {
      mass += score_weight(scores[t]);
      count++;
    }
  }
  mass = block_sum(mass, s);
  count = block_sum(count, s);
  if (r.top_k > 0 && r.top_k < count) {
    descend(scores, size, r.floor, false, r.top_k, &mass, s);
  }
  uint64_t wanted = mass;
  if (r.top_p < 1) {
    uint64_t part = (uint64_t)ceil(__dmul_rn(r.top_p, (double)mass));
    wanted = part < mass ? part : mass;
  }
  return descend(scores, size, r.floor, true, wanted, &mass, s);
}

// Philox4x32-10, counter (position, 0, 0, 0): the first two words, low word first.
__device__ __forceinline__ uint64_t philox(uint64_t key, uint32_t position) {
  uint32_t c0 = position, c1 = 0, c2 = 0, c3 = 0;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = 0xD2511F53ull * c0;
    uint64_t p1 = 0xCD9E8D57ull * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c0 | (uint64_t)c1 << 32;
}

__device__ __forceinline__ uint64_t kept_weight(float score, int token, uint64_t last) {
  return score >= kLeastScore && token_key(score, token) >= last ? score_weight(score) : 0;
}

// The first token, by id, at which the sum of kept weights exceeds a uniform share of all.
__device__ __forceinline__ int draw(float* scores, int size, const SampleRequest& r, float largest, SampleScratch& s) {
  for (int t = threadIdx.x; t < size; t += kSampleThreads) {
    scores[t] = (float)__ddiv_rn(__dsub_rn(scores[t], largest), r.temperature);
  }
  __syncthreads();
  uint64_t last = last_kept(scores, size, r, s);
  int warp = threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  int span = (size + kSampleWarps - 1) / kSampleWarps;
  int first = warp * span;
  int end = min(size, first + span);
  uint64_t own = 0;
  for (int t = first + lane; t < end; t += 32) {
    own += kept_weight(scores[t], t, last);
  }
  own = warp_sum(own);
  __syncthreads();
  if (lane == 0) {
    s.warps[warp] = own;
  }
  __syncthreads();
  uint64_t before = 0;
  uint64_t total = 0;
  for (int w = 0; w < kSampleWarps; w++) {
    before += w < warp ? s.warps[w] : 0;
    total += s.warps[w];
  }
  // 63 random bits times twice the total, divided by 2^64: uniform in [0, total).
  uint64_t share = __umul64hi(philox(r.seed, r.position) >> 1, total << 1);
  if (before <= share && share < before + own) {
    for (int base = first; base < end; base += 32) {
      int t = base + lane;
      uint64_t sum = t < end ? kept_weight(scores[t], t, last) : 0;
#pragma unroll
      for (int d = 1; d < 32; d <<= 1) {
        uint64_t other = __shfl_up_sync(0xffffffffu, sum, d);
        sum += lane >= d ? other : 0;
      }
      uint32_t past = __ballot_sync(0xffffffffu, before + sum > share);
      if (past != 0) {
        if (lane == 0) {
          s.found = base + __ffs(past) - 1;
        }
        break;
      }
      before += __shfl_sync(0xffffffffu, sum, 31);
    }
  }
  __syncthreads();
  return (int)s.found;
}

// logits, scores: rows of `size`; the scores are scratch. grid: rows.
extern "C" __global__ void __launch_bounds__(kSampleThreads)
    sample(const float* all_logits, float* all_scores, int size, const SampleRequest* requests, const int* lists,
           SampleAnswer* answers, int* alternative_tokens, float* alternative_logprobs) {
  __shared__ SampleScratch scratch;
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  const SampleRequest r = requests[row];
  const float* logits = all_logits + (size_t)row * size;
  float* scores = all_scores + (size_t)row * size;

  uint64_t best = best_key(logits, size, ~0ull, scratch);
  int argmax = key_token(best);
  double normaliser = log_sum_exp(logits, size, logits[argmax], scratch);
  uint64_t key = ~0ull;
  for (int i = 0; i < r.alternatives; i++) {
    key = i == 0 ? best : best_key(logits, size, key, scratch);
    if (threadIdx.x == 0) {
      alternative_tokens[r.first_alternative + i] = key_token(key);
      alternative_logprobs[r.first_alternative + i] = (float)(logits[key_token(key)] - normaliser);
    }
  }
  int chosen = -1;
  if (r.mode == kChooseLargest) {
    chosen = argmax;
  } else if (r.mode == kChooseAdjusted) {
    adjust(logits, scores, size, r, lists);
    chosen = key_token(best_key(scores, size, ~0ull, scratch));
    float largest = scores[chosen];
    if (largest == -INFINITY) {
      chosen = -2;
    } else if (!(largest < INFINITY)) {
      chosen = -3;
    } else if (r.temperature != 0) {
      __syncthreads();
      chosen = draw(scores, size, r, largest, scratch);
    }
  }
  if (threadIdx.x == 0) {
    SampleAnswer answer = {};
    answer.chosen = chosen;
    answer.chosen_logprob = chosen < 0 ? NAN : (float)(logits[chosen] - normaliser);
    answer.target_logprob = r.target < 0 ? NAN : (float)(logits[r.target] - normaliser);
    answer.argmax = argmax;
    answer.finite = isfinite(normaliser);
    answers[row] = answer;
  }
}
