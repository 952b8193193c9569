/** Flat records in Parquet files, for what is kept beside tables: no input and no table. */
package dev.espalier.io.record;
