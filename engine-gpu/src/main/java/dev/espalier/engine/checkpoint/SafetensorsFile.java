package dev.espalier.engine.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FileReason;
import dev.espalier.engine.JsonReason;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One file in the safetensors format: 8 bytes of header length, a JSON header, and the bytes of the
 * tensors, which the header places. All of it is checked when the file is opened.
 *
 * <p>Source: the format section of the safetensors README.
 */
final class SafetensorsFile implements AutoCloseable {
  /** The format allows 100 MB; headers of the models that are read have one or two at most. */
  private static final long MAX_HEADER_BYTES = 32 << 20;

  private static final int COMPARED_BYTES = 1 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private final Path path;
  private final FileChannel channel;
  private final Map<String, Entry> entries = new TreeMap<>();
  private long dataBegin;

  /**
   * A tensor as the header places it; {@code begin} and {@code end} count from the header's end.
   */
  private record Entry(String name, String type, List<Integer> shape, long begin, long end) {}

  private SafetensorsFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * @throws EngineException CHECKPOINT_INVALID if the file cannot be read or is not whole
   */
  static SafetensorsFile open(Path path) {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        SafetensorsFile file = new SafetensorsFile(path, channel);
        file.readHeader();
        return file;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, path + ": cannot be read: " + FileReason.of(e), e);
    }
  }

  private void readHeader() throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw invalid("has " + size + " bytes, fewer than the 8 of the header's length");
    }
    long headerBytes = read(0, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (headerBytes > MAX_HEADER_BYTES && headerBytes <= size - Long.BYTES) {
      throw invalid("has a header of " + headerBytes + " bytes, more than " + MAX_HEADER_BYTES);
    }
    if (headerBytes < 2 || headerBytes > size - Long.BYTES) {
      throw invalid(
          "says that its header has "
              + Long.toUnsignedString(headerBytes)
              + " bytes, but the file has "
              + size);
    }
    byte[] header = read(Long.BYTES, (int) headerBytes).array();
    JsonNode json;
    try {
      json = JSON.readTree(header);
    } catch (JsonProcessingException e) {
      throw invalid("has a header that is no JSON: " + JsonReason.of(e));
    }
    if (!json.isObject()) {
      throw invalid("has a header that is no JSON object");
    }
    dataBegin = Long.BYTES + headerBytes;
    long dataBytes = size - dataBegin;
    for (Iterator<Map.Entry<String, JsonNode>> it = json.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> field = it.next();
      if (field.getKey().equals("__metadata__")) {
        checkMetadata(field.getValue());
      } else {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue(), dataBytes));
      }
    }
    checkGapless(dataBytes);
  }

  /** The format has texts there and nothing else, or null. */
  private void checkMetadata(JsonNode metadata) {
    boolean sound = metadata.isObject() || metadata.isNull();
    for (JsonNode value : metadata) {
      sound &= value.isTextual();
    }
    if (!sound) {
      throw invalid("has a header whose __metadata__ holds other than texts");
    }
  }

  private ByteBuffer read(long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw invalid("became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private Entry entry(String name, JsonNode json, long dataBytes) {
    JsonNode offsets = json.path("data_offsets");
    JsonNode shape = json.path("shape");
    boolean offsetsAreLongs =
        offsets.size() == 2
            && offsets.get(0).isIntegralNumber()
            && offsets.get(0).canConvertToLong()
            && offsets.get(1).isIntegralNumber()
            && offsets.get(1).canConvertToLong();
    if (!json.path("dtype").isTextual() || !shape.isArray() || !offsetsAreLongs) {
      throw invalid(name, "needs dtype, shape and data_offsets, but is " + json);
    }
    List<Integer> lengths = new ArrayList<>();
    for (JsonNode length : shape) {
      if (!length.isInt() || length.intValue() < 0) {
        throw invalid(name, "has shape " + shape);
      }
      lengths.add(length.intValue());
    }
    long begin = offsets.get(0).longValue();
    long end = offsets.get(1).longValue();
    if (begin < 0 || end < begin || end > dataBytes) {
      throw invalid(
          name,
          "lies at bytes "
              + begin
              + " to "
              + end
              + ", but the data of the file has "
              + dataBytes
              + " bytes");
    }
    return new Entry(name, json.get("dtype").textValue(), List.copyOf(lengths), begin, end);
  }

  private void checkGapless(long dataBytes) {
    long end = 0;
    String before = "the header";
    List<Entry> byOffset = new ArrayList<>(entries.values());
    byOffset.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    for (Entry entry : byOffset) {
      if (entry.begin != end) {
        throw invalid(
            entry.name,
            (entry.begin < end ? "overlaps " : "leaves a gap after ")
                + before
                + ": it begins at byte "
                + entry.begin
                + ", expected "
                + end);
      }
      end = entry.end;
      before = entry.name;
    }
    if (end != dataBytes) {
      throw invalid("has " + dataBytes + " bytes of data, but its tensors end at byte " + end);
    }
  }

  Path path() {
    return path;
  }

  /** Names of all tensors, in order. */
  Iterable<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /**
   * What keeps the tensor {@code name}, which is in {@link #names}, from being read with this
   * shape: another shape, a type that is not supported, or too few bytes; null if nothing does.
   */
  String problem(String name, List<Integer> shape) {
    Entry entry = entries.get(name);
    ElementType type = type(entry);
    if (type == null) {
      return "has dtype " + entry.type + ", expected BF16, F16 or F32; convert the checkpoint";
    }
    if (!entry.shape.equals(shape)) {
      return "has shape " + entry.shape + ", expected " + shape + " by config.json";
    }
    long bytes = type.bytes();
    for (int length : shape) {
      bytes = Math.multiplyExact(bytes, length);
    }
    long found = entry.end - entry.begin;
    return found == bytes
        ? null
        : "has " + found + " bytes, expected " + bytes + " for " + type + " " + shape;
  }

  private static ElementType type(Entry entry) {
    return Arrays.stream(ElementType.values())
        .filter(type -> type.name().equals(entry.type))
        .findAny()
        .orElse(null);
  }

  /**
   * The tensor {@code name}, which is in {@link #names}.
   *
   * @throws EngineException CHECKPOINT_INVALID if there is a {@link #problem} with it
   */
  WeightTensor tensor(String name, List<Integer> shape) {
    String problem = problem(name, shape);
    if (problem != null) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, path + ": tensor " + name + " " + problem);
    }
    Entry entry = entries.get(name);
    return new MappedTensor(name, type(entry), shape, channel, dataBegin + entry.begin, path);
  }

  /** Whether two tensors of this file and {@code other} have type, shape and bytes in common. */
  boolean isSame(String name, SafetensorsFile other, String otherName) {
    Entry mine = entries.get(name);
    Entry theirs = other.entries.get(otherName);
    long length = mine.end - mine.begin;
    if (!mine.type.equals(theirs.type)
        || !mine.shape.equals(theirs.shape)
        || length != theirs.end - theirs.begin) {
      return false;
    }
    try {
      for (long done = 0; done < length; done += COMPARED_BYTES) {
        int bytes = (int) Math.min(COMPARED_BYTES, length - done);
        if (!read(dataBegin + mine.begin + done, bytes)
            .equals(other.read(other.dataBegin + theirs.begin + done, bytes))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, path + ": cannot be read: " + FileReason.of(e), e);
    }
  }

  private EngineException invalid(String what) {
    return new EngineException(
        ErrorCode.CHECKPOINT_INVALID,
        path + " " + what + "; the file is damaged or incomplete, fetch it again");
  }

  private EngineException invalid(String tensor, String what) {
    return new EngineException(
        ErrorCode.CHECKPOINT_INVALID, path + ": tensor " + tensor + " " + what);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new EngineException(ErrorCode.INTERNAL, path + ": cannot be closed", e);
    }
  }
}
