#include "check.cuh"
int reported_failures() { return failures; }
