package dev.espalier.io.table;

/**
 * What the rows of a table decide together.
 *
 * @param shards how many files it has
 */
record TableShape(TableSchema schema, int shards) {}
