package dev.espalier.eval.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.jinja.PythonText;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PythonRandomTest {
  private static final int[] SIZES = {1, 5, 21, 22, 85, 86, 300, 5000, 100_000};

  private static List<Integer> range(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  private static String call(PythonRandom random, Xorshift argument) {
    int kind = (int) argument.below(11);
    int size = SIZES[(int) argument.below(SIZES.length)];
    return switch (kind) {
      case 0 -> {
        yield PythonText.repr(random.random());
      }
      case 1 -> {
        yield random.getrandbits(1 + (int) argument.below(130)).toString();
      }
      case 2 -> {
        yield Long.toString(random.randbelow(1 + argument.below(1L << (1 + argument.below(62)))));
      }
      case 3, 4 -> {
        yield random.sample(range(size), (int) argument.below(Math.min(size, 40) + 1)).toString();
      }
      case 5 -> {
        yield random.choices(range(size), (int) argument.below(20)).toString();
      }
      case 6 -> {
        double[] weights = new double[Math.min(size, 50)];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = argument.below(1000) / 8.0;
        }
        weights[0] += 1;
        int count = (int) argument.below(20);
        yield random.choices(range(weights.length), weights, count).toString();
      }
      case 7 -> {
        List<Integer> items = new ArrayList<>(range(Math.min(size, 300)));
        random.shuffle(items);
        yield items.toString();
      }
      case 8 -> {
        long low = argument.below(2000) - 1000;
        yield Long.toString(
            random.randint(low, low + argument.below(1L << (1 + argument.below(50)))));
      }
      case 9 -> {
        long start = argument.below(100) - 50;
        long step = 1 + argument.below(9);
        long sign = 1 - 2 * argument.below(2);
        yield Long.toString(
            random.randrange(start, start + sign * (1 + argument.below(1000)), sign * step));
      }
      default -> {
        yield random.choice(range(size)).toString();
      }
    };
  }

  @Test
  void tenThousandCallsGiveWhatCPythonGives() throws Exception {
    JsonNode blocks = Golden.read().path("blocks");
    assertThat(blocks).hasSize(40);
    for (int number = 0; number < blocks.size(); number++) {
      JsonNode block = blocks.get(number);
      String seed = block.path("seed").asText();
      PythonRandom random =
          block.path("text").asBoolean()
              ? new PythonRandom(seed)
              : new PythonRandom(new BigInteger(seed));
      Xorshift argument = new Xorshift(88172645463325252L + number);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < 250; i++) {
        String result = call(random, argument);
        if (i == 0) {
          assertThat(result).as("block %d", number).isEqualTo(block.path("first").asText());
        }
        digest.update((result + "\n").getBytes(StandardCharsets.UTF_8));
      }
      assertThat(HexFormat.of().formatHex(digest.digest()))
          .as("block %d", number)
          .isEqualTo(block.path("sha256").asText());
    }
  }

  @Test
  void samplesAreThoseThatHarnessesDraw() {
    PythonRandom random = new PythonRandom(1234);
    assertThat(random.sampleIndices(7473, 5)).containsExactly(6374, 3610, 957, 61, 742);
    assertThat(random.sampleIndices(7473, 5)).containsExactly(7462, 6610, 4769, 286, 5501);
    random = new PythonRandom(1234);
    assertThat(random.sampleIndices(20, 5)).containsExactly(14, 3, 0, 2, 1);
    assertThat(new PythonRandom(0).choices(range(10), 8)).containsExactly(8, 7, 4, 2, 5, 4, 7, 3);
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    PythonRandom random = new PythonRandom(1);
    assertThatThrownBy(() -> random.sampleIndices(3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("larger than population");
    assertThatThrownBy(() -> random.randint(2, 1)).hasMessageContaining("empty range");
    assertThatThrownBy(() -> random.choice(List.of())).hasMessageContaining("empty");
    assertThatThrownBy(() -> random.choices(List.of(1), new double[] {0}, 1))
        .hasMessageContaining("above zero");
    assertThat(random.sampleIndices(3, 0)).isEmpty();
    assertThat(random.getrandbits(0)).isEqualTo(BigInteger.ZERO);
  }
}
