package dev.espalier.program;

import java.util.concurrent.CompletableFuture;

/** A part of what a program has written. */
sealed interface PromptPart {

  /** Plain text: special tokens written in it are text like any other. */
  record Text(String text) implements PromptPart {}

  /** A special token, which becomes a control token. */
  record Special(String token) implements PromptPart {}

  /** The output of a step of the model. */
  record Generated(CompletableFuture<String> text) implements PromptPart {}
}
