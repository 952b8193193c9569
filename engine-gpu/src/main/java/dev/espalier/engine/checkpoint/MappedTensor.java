package dev.espalier.engine.checkpoint;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A tensor in a file. Its rows are mapped into memory in pieces of whole rows when they are first
 * asked for; what is {@linkplain #read read} is copied from the file, since a map gives a page that
 * cannot be read as an error of the virtual machine, which may come late and in any frame.
 */
final class MappedTensor implements WeightTensor {
  private static final long PIECE_BYTES = 1L << 30;

  private final String name;
  private final ElementType type;
  private final List<Integer> shape;
  private final FileChannel channel;
  private final long position;
  private final Path path;
  private final ByteBuffer[] pieces;
  private final int rowsPerPiece;

  /**
   * @param position of the first byte in the file
   * @param path named in messages
   */
  MappedTensor(
      String name,
      ElementType type,
      List<Integer> shape,
      FileChannel channel,
      long position,
      Path path) {
    this.name = name;
    this.type = type;
    this.shape = List.copyOf(shape);
    this.channel = channel;
    this.position = position;
    this.path = path;
    this.rowsPerPiece = (int) Math.max(1, Math.min(rowCount(), PIECE_BYTES / rowBytes()));
    this.pieces = new ByteBuffer[(rowCount() + rowsPerPiece - 1) / rowsPerPiece];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ElementType type() {
    return type;
  }

  @Override
  public List<Integer> shape() {
    return shape;
  }

  private long rowBytes() {
    return (long) rowLength() * type.bytes();
  }

  @Override
  public ByteBuffer rows(int first, int count) {
    int piece = first / rowsPerPiece;
    int inPiece = first - piece * rowsPerPiece;
    if (inPiece + count <= rowsPerPiece) {
      return piece(piece).slice((int) (inPiece * rowBytes()), Math.toIntExact(count * rowBytes()));
    }
    if (count * rowBytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(count + " rows of " + rowBytes() + " bytes");
    }
    return map(first, count);
  }

  @Override
  public void read(int first, int count, int begin, ByteBuffer to) {
    long at = position + first * rowBytes() + begin;
    try {
      while (to.hasRemaining()) {
        int bytes = channel.read(to, at);
        if (bytes < 0) {
          throw new EngineException(
              ErrorCode.CHECKPOINT_INVALID,
              path + ": became shorter after it was opened; tensor " + name + " is cut off");
        }
        at += bytes;
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private EngineException unreadable(IOException cause) {
    return new EngineException(
        ErrorCode.CHECKPOINT_INVALID,
        path + ": tensor " + name + " cannot be read (" + cause + ")",
        cause);
  }

  private synchronized ByteBuffer piece(int index) {
    if (pieces[index] == null) {
      int first = index * rowsPerPiece;
      pieces[index] = map(first, Math.min(rowsPerPiece, rowCount() - first));
    }
    return pieces[index];
  }

  private ByteBuffer map(int first, int count) {
    try {
      return channel.map(
          FileChannel.MapMode.READ_ONLY, position + first * rowBytes(), count * rowBytes());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
