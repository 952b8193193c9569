/** Reads rows from JSON Lines, CSV and Parquet files. */
package dev.espalier.io.read;
