/**
 * From what a task asks, as text, to what an engine computes, as tokens, and back: the rules of
 * lm-evaluation-harness's Hugging Face backend.
 */
package dev.espalier.eval.tokens;
