/**
 * Says which of two models is better on the same documents, by how much, and how sure that is.
 *
 * <p>All randomness is a function of a seed; all figures are a function of the values and their
 * order.
 */
package dev.espalier.eval.compare;
