#include <stdio.h>
#include <string.h>

#include "checks.h"

extern int reported_failures();

// Checks every kernel against float64 and against its siblings bit for bit, then times them. Arguments: "check",
// "time" or both. infra/gpu-kernel-check.sh compiles and runs it.
int main(int argc, char** argv) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "check") == 0) {
      check_products();
      check_attention();
      check_float32();
      printf("%d failures\n", reported_failures());
    } else if (strcmp(argv[i], "time") == 0) {
      time_products();
      time_attention();
      time_float32();
    }
  }
  return reported_failures() > 0;
}
