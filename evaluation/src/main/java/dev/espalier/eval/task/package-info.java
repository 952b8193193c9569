/**
 * Task files of lm-evaluation-harness: which tasks and groups directories hold, the documents of a
 * task, its few-shot examples and its prompts, character by character what the harness (0.4.13)
 * builds.
 */
package dev.espalier.eval.task;
