/**
 * Reads the fields of files in YAML that configure something, and finds all that is wrong with
 * them.
 */
package dev.espalier.jobs.fields;
