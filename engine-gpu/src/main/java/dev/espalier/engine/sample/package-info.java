/** Sampling, counter-based random numbers and log-probabilities. */
package dev.espalier.engine.sample;
