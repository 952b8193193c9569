package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Opens {@link FakeEngine}s and remembers them by key.
 *
 * @param cachedPrompts prompts that its cache keeps
 * @param failingRequest the request, counted from 1, that loses the device; 0 for none
 */
record FakeEngineFactory(String key, int cachedPrompts, int failingRequest)
    implements EngineFactory {
  private static final ConcurrentMap<String, List<FakeEngine>> OPENED = new ConcurrentHashMap<>();

  static FakeEngineFactory of(String key) {
    return new FakeEngineFactory(key, 8, 0);
  }

  /** All engines opened so far for this key. */
  List<FakeEngine> opened() {
    return OPENED.computeIfAbsent(key, name -> new CopyOnWriteArrayList<>());
  }

  @Override
  public Engine open() {
    FakeEngine engine = new FakeEngine(this);
    opened().add(engine);
    return engine;
  }
}
