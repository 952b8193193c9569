/**
 * Writes a table: rows in shards by the hash of their ids, sorted by id, as Parquet files whose
 * bytes depend on the rows alone, made visible together by a manifest.
 */
package dev.espalier.io.table;
