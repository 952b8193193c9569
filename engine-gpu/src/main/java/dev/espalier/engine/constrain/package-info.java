/** Regular expressions, JSON schemas and grammars, compiled to the tokens that may come next. */
package dev.espalier.engine.constrain;
