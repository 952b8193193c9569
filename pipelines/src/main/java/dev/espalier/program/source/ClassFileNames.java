package dev.espalier.program.source;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The classes that a class file names: those it uses, and those whose names it holds as texts. */
final class ClassFileNames {
  private static final int MAGIC = 0xCAFEBABE;
  private static final Pattern DOTTED = Pattern.compile("[\\w$]+(\\.[\\w$]+)+");

  private ClassFileNames() {}

  /**
   * Names with slashes; none if {@code bytes} is no class file.
   *
   * @throws IOException if it is a broken one
   */
  static Set<String> in(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    Set<String> names = new HashSet<>();
    if (bytes.length < 10 || in.readInt() != MAGIC) {
      return names;
    }
    in.readInt();
    int count = in.readUnsignedShort();
    String[] texts = new String[count];
    int[] classes = new int[count];
    int[] strings = new int[count];
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts[i] = in.readUTF();
        case 7 -> classes[i] = in.readUnsignedShort();
        case 8 -> strings[i] = in.readUnsignedShort();
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
        case 5, 6 -> {
          in.readLong();
          i++; // takes two places
        }
        case 15 -> {
          in.readUnsignedByte();
          in.readUnsignedShort();
        }
        case 16, 19, 20 -> in.readUnsignedShort();
        default -> throw new IOException("a constant of the unknown kind " + tag);
      }
    }
    for (int i = 1; i < count; i++) {
      if (classes[i] > 0 && texts[classes[i]] != null) {
        names.add(element(texts[classes[i]]));
      }
      if (strings[i] > 0
          && texts[strings[i]] != null
          && DOTTED.matcher(texts[strings[i]]).matches()) {
        names.add(texts[strings[i]].replace('.', '/'));
      }
    }
    return names;
  }

  /** Of {@code [[Lx/Y;} it is {@code x/Y}. */
  private static String element(String name) {
    int dimensions = name.lastIndexOf('[') + 1;
    return dimensions > 0 && name.endsWith(";")
        ? name.substring(dimensions + 1, name.length() - 1)
        : name;
  }
}
