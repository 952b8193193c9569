/** How fast a model shape runs on a device, beside what the machine could do. */
package dev.espalier.engine.bench;
