#include "panels.cuh"
#include "pipeline.cuh"

// out[row][c] = scale * table[token[row]][c]; one block a row.
// table: panels of table_rows rows, bf16; out: rows x columns, fp32, row-major.
extern "C" __global__ void embed(const __nv_bfloat16* table, int table_rows, const int* tokens, float* out, int columns,
                                 float scale) {
  let_next_start();
  wait_for_previous();
  int row = blockIdx.x;
  int token = tokens[row];
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    out[(size_t)row * columns + c] = scale * __bfloat162float(table[panel_index(token, c, table_rows)]);
  }
}
