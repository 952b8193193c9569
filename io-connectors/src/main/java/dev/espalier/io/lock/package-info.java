/**
 * Who may write in a place: a lock with a fencing number, on any file system of {@code storage}.
 */
package dev.espalier.io.lock;
