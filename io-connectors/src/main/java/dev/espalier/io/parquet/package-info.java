/**
 * Parquet files as columns of pages: every size that a file states is checked before anything is
 * allocated for it. Knows no rows.
 */
package dev.espalier.io.parquet;
