package dev.espalier.io.storage;

/**
 * A file or a directory.
 *
 * @param path as {@link Storage} takes it
 * @param name last element of the path
 * @param length in bytes; 0 of a directory
 * @param version what the file system changes when the file is written: its ETag where there is
 *     one, else when it was modified; empty of a directory, or where nothing is told
 */
public record StoredFile(
    String path, String name, boolean directory, long length, String version) {}
