package dev.espalier.engine.loop;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.schedule.Scheduler;
import dev.espalier.engine.schedule.Step;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The one thread that owns the scheduler, the cache and the model runner. Others hand it commands,
 * which it carries out between steps.
 *
 * <p>Where the device runs ahead, the next step is put together and launched before the result of
 * the last is there. What it asks of its logits follows when that was handed to the sequences,
 * while the device is busy with the forward pass.
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
  private final LoopClock clock = new LoopClock(System::nanoTime);
  private final Thread thread;
  private StepUnderWay underWay; // of the thread

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

  /** Where its time went so far. */
  LoopClock.Times times() {
    return clock.times();
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
      if (underWay != null) {
        StepUnderWay last = underWay;
        underWay = null;
        finish(last);
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
      while (commands.isEmpty() && !closing && scheduler.isIdle() && underWay == null) {
        clock.enter(LoopClock.Phase.IDLE);
        commands.wait();
      }
      if (underWay == null) {
        clock.enter(LoopClock.Phase.HOST);
      }
      return closing ? null : commands.poll();
    }
  }

  private void step() {
    if (underWay == null) {
      Step step = scheduler.next();
      if (step.isEmpty()) {
        return;
      }
      clock.enter(busy());
      underWay = new StepUnderWay(runner, step);
      underWay.sample();
    }
    StepUnderWay current = underWay;
    underWay = launchAfter(current);
    finish(current);
  }

  private LoopClock.Phase busy() {
    return scheduler.isShortOfPages() ? LoopClock.Phase.BUSY_SHORT_OF_PAGES : LoopClock.Phase.BUSY;
  }

  /** The step after {@code current}, launched, or null if it is better to wait for that. */
  private StepUnderWay launchAfter(StepUnderWay current) {
    if (!runner.runsAhead() || current.hasFailed()) {
      return null;
    }
    Step step = scheduler.ahead();
    return step.isEmpty() ? null : new StepUnderWay(runner, step);
  }

  /** Hands over the result of {@code current} and asks the step after it, if one is under way. */
  private void finish(StepUnderWay current) {
    ForwardResult result;
    try {
      result = current.await();
    } catch (EngineException e) {
      clock.enter(LoopClock.Phase.HOST);
      fail(current, e);
      return;
    }
    clock.enter(underWay == null ? LoopClock.Phase.HOST : busy());
    scheduler.complete(current.step(), result, underWay == null ? null : underWay.step());
    if (underWay != null) {
      underWay.sample();
    }
  }

  private void fail(StepUnderWay current, EngineException cause) {
    if (underWay != null) {
      underWay.abandon();
    }
    scheduler.fail(current.step(), cause);
    if (underWay != null) {
      scheduler.fail(underWay.step(), cause);
      underWay = null;
    }
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
