/** The tokens of a model by their bytes, and sets of them. */
package dev.espalier.engine.constrain.vocabulary;
