/**
 * What tasks, metrics, sweeps and reports of an evaluation say to each other: a task and its
 * documents, what a model is asked and answers, and what came of it. A leaf of the module.
 *
 * <p>Values of documents and templates are those of Python: {@code String}, {@code Long} (or {@code
 * BigInteger} beyond it), {@code Double}, {@code Boolean}, null, {@code List} and {@code Map} in
 * its order.
 */
package dev.espalier.eval;
