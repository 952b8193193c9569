/** Checkpoints, model families, and one forward pass written once over coarse operations. */
package dev.espalier.engine.model;
