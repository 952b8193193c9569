package dev.espalier.eval.metric;

import java.util.Map;

/**
 * A metric of a task, with all that its file leaves out.
 *
 * @param higherIsBetter null if nobody says
 * @param function the value of a document from its target and answer; null if {@code own} has it,
 *     or the rule of the output type
 * @param own a metric that the harness does not know; null for others
 */
record TaskMetric(
    String name,
    Aggregation aggregation,
    Boolean higherIsBetter,
    MetricFunction function,
    Metric own,
    Map<String, Object> arguments) {}
