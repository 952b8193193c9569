package dev.espalier.io.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipMembersTest {

  @Test
  void membersFollowEachOther() throws IOException {
    Random random = new Random(1);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int size : new int[] {0, 1, 100, 65_536, 200_000, 0, 7}) {
      byte[] part = new byte[size];
      random.nextBytes(part);
      Arrays.fill(part, 0, size / 2, (byte) 'x');
      content.write(part);
      file.write(gzip(part));
    }
    assertThat(read(file.toByteArray())).isEqualTo(content.toByteArray());
  }

  /** As gzip(1) writes it: with the name of the file. */
  @Test
  void headersMayHaveFieldsOfTheirOwn() throws IOException {
    byte[] plain = gzip("abc".getBytes(UTF_8));
    for (String fields :
        new String[] {
          "08" + "612e6a736f6e6c00", "10" + "6300", "04" + "0300" + "616263", "02" + "0000"
        }) {
      byte[] head = HexFormat.of().parseHex("1f8b08" + fields.substring(0, 2) + "000000000003");
      byte[] rest = HexFormat.of().parseHex(fields.substring(2));
      byte[] file = new byte[head.length + rest.length + plain.length - 10];
      System.arraycopy(head, 0, file, 0, head.length);
      System.arraycopy(rest, 0, file, head.length, rest.length);
      System.arraycopy(plain, 10, file, head.length + rest.length, plain.length - 10);
      assertThat(read(file)).as(fields).isEqualTo("abc".getBytes(UTF_8));
    }
  }

  @Test
  void otherBytesAfterAMemberAreAnError() throws IOException {
    byte[] file = gzip("{\"id\":1}\n".getBytes(UTF_8));
    for (String rest : new String[] {"00", "1f", "1f8c", "41", "0000000000000000", "7b7d0a"}) {
      byte[] more = HexFormat.of().parseHex(rest);
      byte[] longer = Arrays.copyOf(file, file.length + more.length);
      System.arraycopy(more, 0, longer, file.length, more.length);
      assertThatThrownBy(() -> read(longer))
          .as(rest)
          .hasMessage(
              "there are other bytes after the end of the compressed data, at byte " + file.length);
    }
  }

  @Test
  void everyShorterOrChangedFileIsAnError() throws IOException {
    byte[] file = gzip("a line of text, a line of text\n".repeat(20).getBytes(UTF_8));
    for (int length = 0; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> read(part)).as("%s bytes", length).isInstanceOf(IOException.class);
    }
    int refused = 0;
    for (int at = 10; at < file.length; at++) { // the header has no checksum
      byte[] changed = file.clone();
      changed[at] ^= 0x10;
      try { // bits that fill up the last byte may change
        assertThat(read(changed)).as("byte %s", at).isEqualTo(read(file));
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(file.length - 10 - 3);
  }

  private static byte[] read(byte[] file) throws IOException {
    try (GzipMembers in = new GzipMembers(new ByteArrayInputStream(file))) {
      return in.readAllBytes();
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(file)) {
      out.write(content);
    }
    return file.toByteArray();
  }
}
