package dev.espalier.engine.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FileReason;
import dev.espalier.engine.JsonReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text-related files of a checkpoint's directory. */
final class TokenizerFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerFiles() {}

  /** The content of a UTF-8 file. */
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw invalid(file, "is missing; the checkpoint's directory must be in Hugging Face form", e);
    } catch (IOException e) {
      throw invalid(file, "cannot be read: " + FileReason.of(e), e);
    }
  }

  static JsonNode parse(Path file, String content) {
    try {
      JsonNode tree = JSON.readTree(content);
      if (!tree.isObject()) {
        throw invalid(file, "is no JSON object", null);
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw invalid(file, "is no JSON: " + JsonReason.of(e), e);
    }
  }

  /** The tree of a JSON file, or a missing node when there is no such file. */
  static JsonNode parseIfPresent(Path file) {
    return Files.exists(file) ? parse(file, read(file)) : MissingNode.getInstance();
  }

  /** The text of a special token: a string, or an object with a field {@code content}. */
  static String tokenText(JsonNode token) {
    return token.isObject() ? token.path("content").asText() : token.asText();
  }

  static EngineException invalid(Path file, String problem, Throwable cause) {
    return new EngineException(ErrorCode.CHECKPOINT_INVALID, file + " " + problem, cause);
  }
}
