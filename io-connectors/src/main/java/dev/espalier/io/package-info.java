/**
 * Reading rows and writing tables: files, shards, commits, manifests and the journal of finished
 * rows.
 */
package dev.espalier.io;
