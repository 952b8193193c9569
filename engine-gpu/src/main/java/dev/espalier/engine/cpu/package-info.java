/** The operations of a forward pass on the Vector API. */
package dev.espalier.engine.cpu;
