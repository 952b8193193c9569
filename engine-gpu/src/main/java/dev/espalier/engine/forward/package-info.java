/**
 * What a forward pass is asked and what it answers: the contract between the scheduler and a
 * device.
 */
package dev.espalier.engine.forward;
