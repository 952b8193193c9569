/** Files of a model in Hugging Face form: configuration, safetensors and their shards. */
package dev.espalier.engine.checkpoint;
