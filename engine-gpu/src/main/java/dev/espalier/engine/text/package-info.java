/** Tokenizers and chat templates of checkpoints in Hugging Face form. */
package dev.espalier.engine.text;
