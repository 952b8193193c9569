package dev.espalier.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private final Resources resources = new Resources();
  private final List<String> closed = new ArrayList<>();

  private void own(String name, boolean fails) {
    resources.own(
        () -> {
          closed.add(name);
          if (fails) {
            throw new EngineException(ErrorCode.DEVICE_LOST, name);
          }
        });
  }

  @Test
  void theLastIsClosedFirstAndEachOnce() {
    own("a", false);
    own("b", false);
    resources.close();
    resources.close();
    own("c", false);
    resources.close();
    assertThat(closed).containsExactly("b", "a", "c");
  }

  @Test
  void eachIsClosedAndTheFirstFailureReported() {
    own("a", true);
    own("b", false);
    own("c", true);
    assertThatThrownBy(resources::close)
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_LOST);
              assertThat(e.getSuppressed()).singleElement().hasToString(named("a"));
            })
        .hasMessage("c");
    assertThat(closed).containsExactly("c", "b", "a");
    resources.close();
    assertThat(closed).hasSize(3);
  }

  private static String named(String name) {
    return new EngineException(ErrorCode.DEVICE_LOST, name).toString();
  }
}
