package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the written form of a vocabulary's token into the bytes it adds to a text. */
interface TokenDecoder {

  byte[] bytes(String token);

  /** The same for a token that is found in a text as it is written, before the model splits it. */
  byte[] addedBytes(String token);

  /**
   * The decoder of a {@code tokenizer.json}. What it does to a text as a whole, such as stripping
   * the first space, is left out: a token's bytes do not depend on its place.
   *
   * @param decoder the value of the field {@code decoder}
   * @throws IllegalArgumentException if a step of it is not supported, with its name
   */
  static TokenDecoder of(JsonNode decoder) {
    if (!decoder.isObject()) {
      throw new IllegalArgumentException(
          "no decoder; supported are ByteLevel, Metaspace and Replace with ByteFallback");
    }
    return isByteLevel(decoder) ? new ByteLevel() : new SentencePiece(decoder);
  }

  private static boolean isByteLevel(JsonNode decoder) {
    if (decoder.path("type").asText().equals("Sequence")) {
      JsonNode steps = decoder.path("decoders");
      return steps.size() == 1 && isByteLevel(steps.get(0));
    }
    return decoder.path("type").asText().equals("ByteLevel");
  }

  /**
   * The byte alphabet of GPT-2: printable Latin-1 characters stand for themselves, the other bytes
   * for U+0100 and following, in order.
   */
  final class ByteLevel implements TokenDecoder {
    private static final int[] BYTE_OF = byteOfCharacter();

    /** The bytes {@code token} spells; of a token outside the alphabet, its UTF-8. */
    @Override
    public byte[] bytes(String token) {
      byte[] bytes = new byte[token.length()];
      for (int i = 0; i < bytes.length; i++) {
        char c = token.charAt(i);
        if (c >= BYTE_OF.length || BYTE_OF[c] < 0) {
          return token.getBytes(StandardCharsets.UTF_8);
        }
        bytes[i] = (byte) BYTE_OF[c];
      }
      return bytes;
    }

    @Override
    public byte[] addedBytes(String token) {
      return token.getBytes(StandardCharsets.UTF_8);
    }

    private static int[] byteOfCharacter() {
      int[] byteOf = new int[0x144];
      Arrays.fill(byteOf, -1);
      int next = 0x100;
      for (int b = 0; b < 0x100; b++) {
        boolean printable =
            (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
        byteOf[printable ? b : next++] = b;
      }
      return byteOf;
    }
  }

  /** SentencePiece's form: {@code ▁} for a space, {@code <0x0A>} for a byte. */
  final class SentencePiece implements TokenDecoder {
    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");

    private String space;
    private String spaceContent = " ";
    private boolean byteFallback;

    SentencePiece(JsonNode decoder) {
      read(decoder);
      if (space == null) {
        throw new IllegalArgumentException("the decoder turns no character into a space");
      }
    }

    private void read(JsonNode step) {
      String type = step.path("type").asText();
      switch (type) {
        case "Sequence" -> step.path("decoders").forEach(this::read);
        case "Metaspace" -> space = step.path("replacement").asText("▁");
        case "Replace" -> {
          JsonNode pattern = step.path("pattern").path("String");
          if (!pattern.isTextual() || space != null) {
            throw new IllegalArgumentException("decoder Replace of " + step.path("pattern"));
          }
          space = pattern.asText();
          spaceContent = step.path("content").asText();
        }
        case "ByteFallback" -> byteFallback = true;
        case "Fuse", "Strip" -> {} // They concern the text as a whole.
        default -> throw new IllegalArgumentException("decoder " + type + " is not supported");
      }
    }

    @Override
    public byte[] bytes(String token) {
      if (byteFallback) {
        Matcher matcher = BYTE.matcher(token);
        if (matcher.matches()) {
          return new byte[] {(byte) Integer.parseInt(matcher.group(1), 16)};
        }
      }
      return token.replace(space, spaceContent).getBytes(StandardCharsets.UTF_8);
    }

    /** SentencePiece's own whitespace tokens, {@code ▁▁}, are listed as added ones by Gemma. */
    @Override
    public byte[] addedBytes(String token) {
      return bytes(token);
    }
  }
}
