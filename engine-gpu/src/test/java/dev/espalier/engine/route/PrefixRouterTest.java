package dev.espalier.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PrefixRouterTest {
  private static final int SECTION = 5000;

  @Test
  void groupsStayTogetherAndTheirWorkIsSpread() {
    for (int places = 1; places <= 4; places++) {
      PrefixRouter router = new PrefixRouter(places, SECTION);
      for (int group = 0; group < 200; group++) {
        Set<Integer> met = new HashSet<>();
        for (int row = 0; row < 10; row++) {
          PrefixRouter.Route route = router.route(tokens(50, group, row, 20));
          assertThat(route.shared()).isEqualTo(row == 0 ? 0 : 50);
          router.add(route.place(), 70 - route.shared());
          met.add(route.place());
        }
        assertThat(met).hasSize(1);
      }
      long[] loads = IntStream.range(0, places).mapToLong(router::load).sorted().toArray();
      assertThat(loads[places - 1] - loads[0]).isLessThanOrEqualTo(50 + 10 * 20);
    }
  }

  @Test
  void whatAllShareIsDividedIntoSections() {
    PrefixRouter router = new PrefixRouter(3, SECTION);
    List<Integer> places = new ArrayList<>();
    for (int row = 0; row < 3000; row++) {
      PrefixRouter.Route route = router.route(tokens(300, 0, row, 20));
      router.add(route.place(), 320 - route.shared());
      places.add(route.place());
    }
    assertThat(new HashSet<>(places)).hasSize(3);
    long cuts =
        IntStream.range(1, places.size())
            .filter(i -> !places.get(i).equals(places.get(i - 1)))
            .count();
    // 20 new tokens a row: a place that takes over falls behind by one section and gets ahead by
    // another before the next cut.
    assertThat(cuts).isLessThan(3000 * 20 / SECTION + 3);
    for (int place = 0; place < 3; place++) {
      assertThat(router.load(place)).isGreaterThan(3000 * 20 / 3 - SECTION - 600);
    }
  }

  @Test
  void aPlaceThatFinishesGetsTheNextGroup() {
    PrefixRouter router = new PrefixRouter(2, SECTION);
    assertThat(router.route(tokens(100, 1, 0, 1)).place()).isZero();
    router.add(0, 100);
    assertThat(router.route(tokens(100, 2, 0, 1)).place()).isEqualTo(1);
    router.add(1, 200);
    router.add(0, -100);
    assertThat(router.route(tokens(100, 3, 0, 1)).place()).isZero();
  }

  @Test
  void theNearestNeighbourDecidesInAnyOrder() {
    Random random = new Random(4);
    PrefixRouter router = new PrefixRouter(3, Integer.MAX_VALUE);
    List<TokenSequence> met = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      TokenSequence tokens = TokenSequence.of(random.ints(1 + random.nextInt(8), 0, 3).toArray());
      int longest = met.stream().mapToInt(tokens::commonPrefixLength).max().orElse(0);
      PrefixRouter.Route route = router.route(tokens);
      assertThat(route.shared()).isEqualTo(longest);
      if (longest > 0) {
        int place = route.place();
        assertThat(IntStream.range(0, met.size()))
            .anyMatch(
                k -> places.get(k) == place && met.get(k).commonPrefixLength(tokens) == longest);
      }
      router.add(route.place(), random.nextInt(50));
      met.add(tokens);
      places.add(route.place());
    }
  }

  @Test
  void whatIsRememberedIsBounded() {
    PrefixRouter router = new PrefixRouter(2, SECTION);
    int length = 1 << 18;
    for (int group = 0; group < 40; group++) {
      router.route(tokens(length, group, 0, 1));
    }
    assertThat(router.route(tokens(length, 39, 1, 1)).shared()).isEqualTo(length);
    assertThat(router.route(tokens(length, 0, 1, 1)).shared()).isZero();
  }

  /** The beginning of a group and then a row's own. */
  private static TokenSequence tokens(int shared, int group, int row, int own) {
    int[] tokens = new int[shared + own];
    for (int i = 0; i < shared; i++) {
      tokens[i] = group;
    }
    for (int i = shared; i < tokens.length; i++) {
      tokens[i] = 1_000_000 + row;
    }
    return TokenSequence.of(tokens);
  }
}
