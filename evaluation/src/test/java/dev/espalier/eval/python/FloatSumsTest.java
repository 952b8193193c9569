package dev.espalier.eval.python;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.jinja.PythonText;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FloatSumsTest {
  @Test
  void sumsAndMeansAreThoseOfPythonAndNumpy() throws IOException {
    JsonNode cases = Golden.read().path("floats");
    assertThat(cases.size()).isGreaterThan(20);
    Xorshift argument = new Xorshift(4711);
    for (JsonNode each : cases) {
      double[] values = new double[each.path("size").asInt()];
      for (int i = 0; i < values.length; i++) {
        long part = argument.below(1L << 53) - (1L << 52);
        values[i] = Math.scalb((double) part, -(int) (10 + argument.below(60)));
      }
      String what = values.length + " values";
      assertThat(PythonText.repr(FloatSums.sum(values)))
          .as(what)
          .isEqualTo(each.path("sum").asText());
      assertThat(PythonText.repr(FloatSums.pairwiseMean(values)))
          .as(what)
          .isEqualTo(each.path("mean").asText());
    }
  }
}
