package dev.espalier.engine;

import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.model.StepResult;
import dev.espalier.engine.schedule.Scheduler;
import dev.espalier.engine.schedule.Step;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The one thread that owns the scheduler, the cache and the model runner. Others hand it commands,
 * which it carries out between steps.
 */
final class StepLoop {

  /** Something to do on the loop's thread. */
  interface Command {
    void run();

    /** Called instead, on any thread, when the loop has ended. */
    void refuse(EngineException cause);
  }

  /** What the loop tells its owner, on its thread. */
  interface Listener {
    /** Commands were carried out or a step was completed. */
    void advanced();

    /** The last call: nothing will run any more. */
    void ended(EngineException cause);
  }

  private final ModelRunner runner;
  private final Scheduler scheduler;
  private final Listener listener;
  private final Thread thread;

  // Guarded by commands.
  private final Queue<Command> commands = new ArrayDeque<>();
  private boolean closing;
  private EngineException refusal;

  StepLoop(ModelRunner runner, Scheduler scheduler, Listener listener) {
    this.runner = runner;
    this.scheduler = scheduler;
    this.listener = listener;
    this.thread = new Thread(this::run, "espalier-engine");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Hands over a command; the order of commands of one thread is kept. */
  void submit(Command command) {
    EngineException cause;
    synchronized (commands) {
      cause = refusal;
      if (cause == null) {
        commands.add(command);
        commands.notifyAll();
      }
    }
    if (cause != null) {
      command.refuse(cause);
    }
  }

  /** Ends the loop after the step under way, and waits for that. */
  void close() {
    synchronized (commands) {
      closing = true;
      commands.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    EngineException cause = new EngineException(ErrorCode.ENGINE_CLOSED, "The engine was closed");
    try {
      while (obeyCommands()) {
        step();
        listener.advanced();
      }
    } catch (Throwable e) {
      // Not a failed step but a fault of the engine itself: nothing it holds can be trusted.
      cause = new EngineException(ErrorCode.INTERNAL, "The engine broke down: " + e, e);
    }
    end(cause);
  }

  /** Carries out the commands, waiting for one if there is nothing else to do; false at the end. */
  private boolean obeyCommands() throws InterruptedException {
    Command command = await();
    while (command != null) {
      command.run();
      synchronized (commands) {
        command = commands.poll();
      }
    }
    synchronized (commands) {
      return !closing;
    }
  }

  /** The next command, or null if there is other work or the loop ends. */
  private Command await() throws InterruptedException {
    synchronized (commands) {
      while (commands.isEmpty() && !closing && scheduler.isIdle()) {
        commands.wait();
      }
      return closing ? null : commands.poll();
    }
  }

  private void step() {
    Step step = scheduler.next();
    if (step.isEmpty()) {
      return;
    }
    StepResult result;
    try {
      result = runner.run(step.batch());
    } catch (RuntimeException | Error e) {
      scheduler.fail(step, EngineException.of(e));
      return;
    }
    scheduler.complete(step, result);
  }

  private void end(EngineException cause) {
    List<Command> refused;
    synchronized (commands) {
      refusal = cause;
      refused = List.copyOf(commands);
      commands.clear();
    }
    refused.forEach(command -> command.refuse(cause));
    try {
      listener.ended(cause);
    } finally {
      runner.close();
    }
  }
}
