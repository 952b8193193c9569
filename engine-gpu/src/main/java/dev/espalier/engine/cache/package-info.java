/** Pages of keys and values, and the radix tree that shares them; pure Java, no device. */
package dev.espalier.engine.cache;
