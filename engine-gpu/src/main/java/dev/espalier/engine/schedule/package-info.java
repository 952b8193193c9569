/** Which sequences run next: continuous batching, chunked prefill, preemption. */
package dev.espalier.engine.schedule;
