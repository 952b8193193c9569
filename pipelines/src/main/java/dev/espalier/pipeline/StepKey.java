package dev.espalier.pipeline;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.SeedPath;
import dev.espalier.engine.TokenSequence;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Names of requests by all that decides their results, and nothing else: equal names are equal
 * results, on whatever machine and in whatever run.
 */
final class StepKey {
  /** Changes with the way names and results are encoded. */
  private static final String SCHEME = "1";

  private static final int BYTES = 16;

  private StepKey() {}

  /**
   * @param identity of the model and its arithmetic
   */
  static String of(String identity, GenerationRequest request) {
    Hashing hash = new Hashing("gen", identity, request.prompt());
    hash.components(request.sampling());
    Optional<Constraint> constraint = request.constraint();
    hash.text(constraint.map(some -> some.getClass().getSimpleName()).orElse(""));
    constraint.ifPresent(hash::components);
    if (isRandom(request.sampling())) {
      SeedPath seed = request.seed();
      hash.text(seed.runSeed() + " " + seed.rowId().length());
      hash.text(seed.rowId());
      hash.text(seed.stepPath());
    }
    return hash.name();
  }

  static String of(String identity, ScoreRequest request) {
    Hashing hash = new Hashing("score", identity, request.prefix());
    request.continuations().forEach(hash::tokens);
    return hash.name();
  }

  private static boolean isRandom(SamplingParameters sampling) {
    return sampling.temperature() != 0;
  }

  private static final class Hashing {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    Hashing(String kind, String identity, TokenSequence prompt) {
      text(SCHEME);
      text(kind);
      text(identity);
      tokens(prompt);
    }

    /** The parts of a record, with their names, so that one that is new gives new names. */
    void components(Object parts) {
      for (RecordComponent part : parts.getClass().getRecordComponents()) {
        text(part.getName());
        try {
          value(part.getAccessor().invoke(parts));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("the parts of a record are public", e);
        }
      }
    }

    private void value(Object value) {
      if (value instanceof Map<?, ?> map) {
        text(Integer.toString(map.size()));
        new TreeMap<>(map)
            .forEach(
                (key, item) -> {
                  value(key);
                  value(item);
                });
      } else if (value instanceof Set<?> set) {
        items(List.copyOf(new TreeSet<>(set)));
      } else if (value instanceof List<?> list) {
        items(list);
      } else {
        text(String.valueOf(value));
      }
    }

    private void items(List<?> items) {
      text(Integer.toString(items.size()));
      items.forEach(this::value);
    }

    void text(String text) {
      try {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void tokens(TokenSequence tokens) {
      try {
        out.writeInt(tokens.length());
        for (int i = 0; i < tokens.length(); i++) {
          out.writeInt(tokens.get(i));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String name() {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        return HexFormat.of().formatHex(digest, 0, BYTES);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JVM has SHA-256", e);
      }
    }
  }
}
