/** Whether the regular expressions of a tokenizer can be matched without blowing up. */
package dev.espalier.engine.text.pattern;
