/**
 * How answers become numbers, as lm-evaluation-harness makes them: filters, the value of each
 * document, aggregations, standard errors, and groups of tasks. What a task file names by {@code
 * !function} comes from outside, as {@link dev.espalier.eval.metric.TaskFunctions}.
 */
package dev.espalier.eval.metric;
