/** Results of steps by their content, kept from run to run: a cache, which may lose anything. */
package dev.espalier.io.step;
