/** NVIDIA's driver as objects that are closed: devices, memory, kernels, captured launches. */
package dev.espalier.engine.cuda.driver;
