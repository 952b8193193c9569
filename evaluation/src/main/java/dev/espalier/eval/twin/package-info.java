/**
 * Twins in Java of functions that task files of lm-evaluation-harness name by {@code !function},
 * written from what they do.
 */
package dev.espalier.eval.twin;
