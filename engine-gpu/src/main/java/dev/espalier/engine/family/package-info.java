/** Model families: how the config.json of each becomes a model. */
package dev.espalier.engine.family;
