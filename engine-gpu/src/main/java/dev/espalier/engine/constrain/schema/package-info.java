/** JSON schemas, from their text to rules for the documents that are valid under them. */
package dev.espalier.engine.constrain.schema;
