package dev.espalier.engine.model;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardResult;
import java.util.List;

/**
 * The operations of a forward pass on one device. The sequence that {@link TransformerRunner} calls
 * is the same on every device:
 *
 * <pre>
 * begin
 * embed                          x   = scale * table[token]
 * for each layer
 *   addNormalize                 x  += post(delta);  h = norm(x)
 *   project                      qkv = h * W + bias
 *   rotateAndStore               q, k norms and rotation in place; k and v into the pages
 *   attend                       a   = softmax(scale * q * k) * v
 *   project                      delta = a * W
 *   addNormalize                 x  += post(delta);  h = norm(x)
 *   projectGated                 g   = act(h * W_gate) * (h * W_up)
 *   project                      delta = g * W
 * addNormalize                   x  += post(delta);  h = norm(x)
 * gather                         rows that report something
 * sample                         logits, soft cap, log-probabilities and choices
 * </pre>
 *
 * <p><b>Canonical reduction.</b> A row of an output is a function of its own sequence alone, bit
 * for bit. Every matrix product walks its inputs in chunks of a constant length, accumulates each
 * chunk from zero in a fixed order, and adds the partial sums in ascending order; attention does
 * the same over tiles of a constant number of positions that begin at multiples of it. Nothing
 * about a batch (its size, the place of a row in it, the page numbers, the number of threads) may
 * choose an order.
 *
 * <p><b>Streams.</b> Only {@link #begin} and {@link #sample} exchange data with the host; what lies
 * between may be queued, captured and replayed. Order of effects is the order of calls. The next
 * step may begin before the answers of the last one were awaited, and then embeds tokens that the
 * last one chose; not more than two are under way.
 *
 * <p>Not thread-safe: one thread at a time. Failures of the device are {@link
 * dev.espalier.engine.EngineException}s of kind MACHINE.
 */
public interface Operations extends WeightReceiver, AutoCloseable {

  /**
   * One row for each token of a step (or, after {@link #gather}, for each output), in the device's
   * own type and layout. Its contents last until an operation writes it again.
   */
  interface Activation {
    /** Values in one row. */
    int columns();
  }

  /** Weights of a linear map in the device's own type and layout, with its bias if it has one. */
  interface Matrix {
    /** Columns of the product: the rows of the tensor in the checkpoint. */
    int outputs();

    /** Columns of the factor. */
    int inputs();
  }

  /** Weights of a root-mean-square normalisation. */
  interface Norm {
    int length();
  }

  // ---- while loading, beside what WeightReceiver has

  /** Makes an activation with room for the most tokens of a step. */
  Activation activation(int columns);

  /**
   * Makes the pages of keys and values, once, after everything else is loaded.
   *
   * @param layers attention of each layer
   * @param pageSize tokens in a page
   * @param bytes memory to spend; 0 lets the device choose
   * @param pass runs steps for a device that has to see how much memory they need before it can
   *     choose; what they leave in pages is lost
   * @return number of pages, at least 1
   * @throws dev.espalier.engine.EngineException OUT_OF_MEMORY if not one page fits, with the bytes
   *     that one needs
   */
  int openCache(List<AttentionConfig> layers, int pageSize, long bytes, Pass pass);

  /** A forward pass. */
  @FunctionalInterface
  interface Pass {
    /** Carries out {@code step} from {@link #begin} to {@link #sample}, and waits for it. */
    void run(BatchLayout step);
  }

  // ---- of a step, in the order above

  /** Takes over the host data of a step and carries out its page copies. */
  void begin(BatchLayout step);

  /**
   * {@code out[row] = scale * table[token of row]}. A token {@code ~i} is the one that output
   * {@code i} of the step before chose.
   */
  void embed(Matrix table, float scale, Activation out);

  /**
   * Adds to the residual stream and normalises: {@code residual += post(delta)}, then {@code out =
   * norm(residual)}. Every argument is a different activation.
   *
   * @param delta what to add, or null for nothing
   * @param post normalises {@code delta} before it is added, or null for as it is
   */
  void addNormalize(Activation residual, Activation delta, Norm post, Norm norm, Activation out);

  /** {@code out = in * matrix + bias}. */
  void project(Activation in, Matrix matrix, Activation out);

  /** {@code out = function(in * gate + bias) * (in * up + bias)}. */
  void projectGated(Activation in, Matrix gatedMatrix, GateFunction function, Activation out);

  /**
   * Normalises (if the family does) and rotates the queries and keys of the step in place, and
   * writes its keys and values into the pages of {@code layer}.
   *
   * @param qkv rows of {@code [heads * headSize | keyValueHeads * headSize | keyValueHeads *
   *     headSize]}: queries, keys, values
   * @param queryNorm over the values of one head, or null for none
   * @param keyNorm over the values of one head, or null for none
   */
  void rotateAndStore(
      int layer, AttentionConfig attention, Norm queryNorm, Norm keyNorm, Activation qkv);

  /**
   * Attention of each token of the step over the pages of its sequence, itself included: {@code out
   * = softmax(cap(scale * q * k)) * v} over the positions that {@code attention} lets it see. Head
   * {@code h} reads key-value head {@code h / (heads / keyValueHeads)}.
   *
   * @param qkv as {@link #rotateAndStore} left it; its queries are read
   * @param out rows of {@code heads * headSize}
   */
  void attend(int layer, AttentionConfig attention, Activation qkv, Activation out);

  /**
   * Row {@code i} of {@code out} becomes row {@code step.outputRows()[i]} of {@code in}. Tokens may
   * have several outputs each: where there are more of them than {@code out} has room for, {@link
   * #sample} gathers the rest, and {@code in} stays as it is until then.
   */
  void gather(Activation in, Activation out);

  /**
   * Computes {@code logits = cap(in * head)} in float32 for the gathered rows, and what each output
   * asks of them.
   *
   * @param softCap {@code cap(x) = softCap * tanh(x / softCap)}; 0 for none
   * @param asked the step that was begun last, whose outputs may ask other things than then
   */
  Answers sample(Activation in, Matrix head, float softCap, BatchLayout asked);

  /** What a step reports, perhaps still on its way. */
  @FunctionalInterface
  interface Answers {
    /** Waits for the device; called once, before the step after the next begins. */
    ForwardResult await();
  }

  /** Whether operations return before the device has carried them out. */
  boolean runsAhead();

  /** Frees what the device holds. */
  @Override
  void close();
}
