/** Files on the local disk or on any Hadoop file system, behind one interface. */
package dev.espalier.io.storage;
