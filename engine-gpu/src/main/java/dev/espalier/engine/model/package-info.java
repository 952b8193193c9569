/**
 * A decoder-only transformer: its parts, its weights, one forward pass over about ten operations.
 */
package dev.espalier.engine.model;
