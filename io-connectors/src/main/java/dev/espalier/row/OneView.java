package dev.espalier.row;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * A side input of one element: as {@link View#asSingleton}, which takes the element through a
 * grouping and three more steps.
 */
public final class OneView<T> implements Serializable {
  private final PCollectionView<Iterable<T>> view;

  private OneView(PCollectionView<Iterable<T>> view) {
    this.view = view;
  }

  /**
   * @param name of the step
   * @param one of one element
   */
  public static <T> OneView<T> of(String name, PCollection<T> one) {
    return new OneView<>(one.apply(name, View.asIterable()));
  }

  /** For {@code withSideInputs}. */
  public PCollectionView<?> sideInput() {
    return view;
  }

  /**
   * @throws IllegalStateException if there are more elements
   * @throws java.util.NoSuchElementException if there is none
   */
  public T get(DoFn<?, ?>.ProcessContext context) {
    Iterator<T> elements = context.sideInput(view).iterator();
    T one = elements.next();
    if (elements.hasNext()) {
      throw new IllegalStateException("a side input of one element has more");
    }
    return one;
  }
}
