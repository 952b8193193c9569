package dev.espalier.io.storage;

/**
 * A file or a directory.
 *
 * @param path as {@link Storage} takes it
 * @param name last element of the path
 * @param length in bytes; 0 of a directory
 */
public record StoredFile(String path, String name, boolean directory, long length) {}
