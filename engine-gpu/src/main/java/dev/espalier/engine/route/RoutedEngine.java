package dev.espalier.engine.route;

import dev.espalier.engine.Devices;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineActivity;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenSequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One engine for each of several devices. A session stays on the device of its first request, which
 * goes where its announced opening went, and openings are divided by {@link PrefixRouter}. An
 * engine's outcomes do not depend on where and beside what a request runs, so neither do these.
 */
public final class RoutedEngine implements Engine {
  /** Work by which devices may differ: a fraction of a second on a GPU. */
  private static final long SECTION_TOKENS = 1 << 14;

  /** What a row counts for beside the tokens of its opening that are new to its device. */
  private static final int ROW_TOKENS = 256;

  private static final int REMEMBERED_SESSIONS = 1 << 16;

  /** An engine and its device, for failures. */
  public record Place(Devices device, Engine engine) {}

  private final List<Place> places;

  // Guarded by this.
  private final PrefixRouter router;
  private final TreeMap<TokenSequence, Deque<Integer>> expected = new TreeMap<>();
  private final Map<Long, Integer> sessions =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
          return size() > REMEMBERED_SESSIONS;
        }
      };

  /**
   * @param places engines over the same model; closed with this one
   * @param sectionTokens see {@link PrefixRouter}
   */
  public RoutedEngine(List<Place> places, long sectionTokens) {
    this.places = List.copyOf(places);
    this.router = new PrefixRouter(places.size(), sectionTokens);
  }

  /**
   * One engine for each device, opened at the same time; with one device, that engine alone.
   *
   * @param opener opens the engine of a device; called on several threads
   * @throws EngineException the first failure, with its device's name, once all are closed again
   */
  public static Engine open(List<Devices> devices, Function<Devices, Engine> opener) {
    if (devices.size() == 1) {
      return opener.apply(devices.get(0));
    }
    List<CompletableFuture<Engine>> opening = new ArrayList<>();
    for (Devices device : devices) {
      CompletableFuture<Engine> engine = new CompletableFuture<>();
      opening.add(engine);
      Thread thread =
          new Thread(
              () -> {
                try {
                  engine.complete(opener.apply(device));
                } catch (RuntimeException | Error e) {
                  engine.completeExceptionally(EngineException.of(e).on(device.toString()));
                }
              },
              "espalier-open-" + device);
      thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
      thread.start();
    }
    List<Place> places = new ArrayList<>();
    EngineException failure = null;
    for (int i = 0; i < devices.size(); i++) {
      try {
        places.add(new Place(devices.get(i), opening.get(i).join()));
      } catch (CompletionException e) {
        failure = failure == null ? (EngineException) e.getCause() : failure;
      }
    }
    if (failure != null) {
      places.forEach(place -> place.engine.close());
      throw failure;
    }
    return new RoutedEngine(places, SECTION_TOKENS);
  }

  @Override
  public ModelInfo model() {
    return places.get(0).engine.model();
  }

  @Override
  public int devices() {
    return places.size();
  }

  @Override
  public CompletableFuture<GenerationResult> generate(GenerationRequest request) {
    return send(request.prompt(), request.session(), engine -> engine.generate(request));
  }

  @Override
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    return send(request.prefix(), request.session(), engine -> engine.score(request));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // both chains end in the future that is returned
  private <R> CompletableFuture<R> send(
      TokenSequence prompt, long session, Function<Engine, CompletableFuture<R>> request) {
    int place = begin(prompt, session);
    CompletableFuture<R> sent = request.apply(places.get(place).engine);
    CompletableFuture<R> result = new CompletableFuture<>();
    sent.whenComplete(
        (outcome, failure) -> {
          finish(place, ROW_TOKENS);
          if (failure == null) {
            result.complete(outcome);
          } else {
            result.completeExceptionally(named(places.get(place), failure));
          }
        });
    result.whenComplete(
        (outcome, failure) -> {
          if (result.isCancelled()) {
            sent.cancel(true);
          }
        });
    return result;
  }

  /** A failure of a machine says which device it was. */
  private static Throwable named(Place place, Throwable failure) {
    return failure instanceof EngineException e && e.code().kind() == ErrorCode.Kind.MACHINE
        ? e.on(place.device.toString())
        : failure;
  }

  private synchronized int begin(TokenSequence prompt, long session) {
    Integer known = session == 0 ? null : sessions.get(session);
    int place = known == null ? firstPlace(prompt) : known;
    if (session != 0 && known == null) {
      sessions.put(session, place);
    }
    router.add(place, ROW_TOKENS);
    return place;
  }

  private synchronized void finish(int place, long work) {
    router.add(place, -work);
  }

  /** The place of the longest announced opening of {@code prompt}, or a new one. */
  private int firstPlace(TokenSequence prompt) {
    TokenSequence beginning = prompt;
    while (!beginning.isEmpty()) {
      Map.Entry<TokenSequence, Deque<Integer>> before = expected.floorEntry(beginning);
      if (before == null) {
        break;
      }
      int shared = before.getKey().commonPrefixLength(beginning);
      if (shared == before.getKey().length()) {
        // Equal openings are asked for in the order in which they were announced.
        Deque<Integer> announced = before.getValue();
        int place = announced.remove();
        announced.add(place);
        return place;
      }
      beginning = beginning.slice(0, shared);
    }
    return router.route(prompt).place();
  }

  @Override
  public synchronized Expectation expect(TokenSequence opening) {
    PrefixRouter.Route route = router.route(opening);
    int place = route.place();
    long work = (long) opening.length() - route.shared() + ROW_TOKENS;
    router.add(place, work);
    expected.computeIfAbsent(opening, o -> new ArrayDeque<>(1)).add(place);
    Expectation expectation = places.get(place).engine.expect(opening);
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (!closed.getAndSet(true)) {
        withdraw(opening, place, work);
        expectation.close();
      }
    };
  }

  private synchronized void withdraw(TokenSequence opening, int place, long work) {
    router.add(place, -work);
    expected.computeIfPresent(
        opening,
        (o, announced) -> {
          announced.removeFirstOccurrence(place);
          return announced.isEmpty() ? null : announced;
        });
  }

  @Override
  public EngineStatistics statistics() {
    return places.stream()
        .map(place -> place.engine.statistics())
        .reduce(EngineStatistics::plus)
        .orElseThrow();
  }

  @Override
  public EngineActivity activity() {
    return places.stream()
        .map(place -> place.engine.activity())
        .reduce(EngineActivity.NONE, EngineActivity::plus);
  }

  @Override
  public void checkIntegrity() {
    places.forEach(place -> place.engine.checkIntegrity());
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (Place place : places) {
      try {
        place.engine.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
