/** The operations of a forward pass on an NVIDIA GPU, through the driver API. */
package dev.espalier.engine.cuda;
