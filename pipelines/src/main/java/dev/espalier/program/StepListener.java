package dev.espalier.program;

import java.io.Serializable;

/**
 * Is told of every step of a program when the model has answered it. Steps of branches may end in
 * any order and on any thread, two at the same time: a listener must be thread-safe and quick. An
 * exception it throws fails the step.
 */
@FunctionalInterface
public interface StepListener extends Serializable {

  void onStep(StepView step);
}
