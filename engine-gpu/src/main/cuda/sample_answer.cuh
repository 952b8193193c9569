#pragma once

// What `sample` leaves for each output. `embed` of the next step reads what was chosen.
struct SampleAnswer {
  int chosen;  // -1 if none was asked for, -2 if the choice allows none, -3 if float32 cannot hold the adjusted logits
  float chosen_logprob;
  float target_logprob;
  int argmax;
  int finite;
  int reserved[3];
};
