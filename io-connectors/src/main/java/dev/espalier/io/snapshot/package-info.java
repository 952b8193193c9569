/** Snapshots of a table: where they lie, which is current, their history and what changed. */
package dev.espalier.io.snapshot;
