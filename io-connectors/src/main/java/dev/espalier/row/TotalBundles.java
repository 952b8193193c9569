package dev.espalier.row;

import java.util.List;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollection;

/**
 * {@link Combine#globally} that adds the elements of a bundle where they are, and hands on one
 * accumulator for each: a runner that keeps no accumulators before it groups takes every element
 * through three more steps. For bounded input in the global window.
 */
public final class TotalBundles<InputT, AccumT, OutputT>
    extends PTransform<PCollection<InputT>, PCollection<OutputT>> {
  private final CombineFn<InputT, AccumT, OutputT> fn;

  private TotalBundles(CombineFn<InputT, AccumT, OutputT> fn) {
    this.fn = fn;
  }

  /**
   * @param fn commutative and associative
   */
  public static <InputT, AccumT, OutputT> TotalBundles<InputT, AccumT, OutputT> globally(
      CombineFn<InputT, AccumT, OutputT> fn) {
    return new TotalBundles<>(fn);
  }

  @Override
  public PCollection<OutputT> expand(PCollection<InputT> input) {
    CoderRegistry coders = input.getPipeline().getCoderRegistry();
    Coder<AccumT> coder;
    Coder<OutputT> output;
    try {
      coder = fn.getAccumulatorCoder(coders, input.getCoder());
      output = fn.getDefaultOutputCoder(coders, input.getCoder());
    } catch (CannotProvideCoderException e) {
      throw new IllegalStateException("no coder for " + fn, e);
    }
    return input
        .apply("Add", ParDo.of(new AddFn<>(fn)))
        .setCoder(coder)
        .apply("Join", Combine.globally(new JoinFn<>(fn, coder, output)));
  }

  private static final class AddFn<InputT, AccumT> extends DoFn<InputT, AccumT> {
    private final CombineFn<InputT, AccumT, ?> fn;
    private transient AccumT sum;

    AddFn(CombineFn<InputT, AccumT, ?> fn) {
      this.fn = fn;
    }

    @StartBundle
    public void start() {
      sum = fn.createAccumulator();
    }

    @ProcessElement
    public void process(@Element InputT element) {
      sum = fn.addInput(sum, element);
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      context.output(sum, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE);
      sum = null;
    }
  }

  private static final class JoinFn<AccumT, OutputT> extends CombineFn<AccumT, AccumT, OutputT> {
    private final CombineFn<?, AccumT, OutputT> fn;
    private final Coder<AccumT> coder;
    private final Coder<OutputT> output;

    JoinFn(CombineFn<?, AccumT, OutputT> fn, Coder<AccumT> coder, Coder<OutputT> output) {
      this.fn = fn;
      this.coder = coder;
      this.output = output;
    }

    @Override
    public AccumT createAccumulator() {
      return fn.createAccumulator();
    }

    @Override
    public AccumT addInput(AccumT sum, AccumT part) {
      return fn.mergeAccumulators(List.of(sum, part));
    }

    @Override
    public AccumT mergeAccumulators(Iterable<AccumT> parts) {
      return fn.mergeAccumulators(parts);
    }

    @Override
    public OutputT extractOutput(AccumT sum) {
      return fn.extractOutput(sum);
    }

    @Override
    public Coder<AccumT> getAccumulatorCoder(CoderRegistry registry, Coder<AccumT> input) {
      return coder;
    }

    @Override
    public Coder<OutputT> getDefaultOutputCoder(CoderRegistry registry, Coder<AccumT> input) {
      return output;
    }
  }
}
