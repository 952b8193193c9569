package dev.espalier.program;

/** An option of {@link State#gen}; see {@link Options}. */
public sealed interface GenOption permits Options.Gen, TypeOption {}
