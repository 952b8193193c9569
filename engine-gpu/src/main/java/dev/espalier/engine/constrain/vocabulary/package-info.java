/**
 * The tokens of a model by their bytes, sets of them, and what a compiled constraint says of them.
 */
package dev.espalier.engine.constrain.vocabulary;
