package dev.espalier.program.source;

import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlPlace;
import java.util.TreeSet;

/** A place where a program file asks for what some models have and others lack. */
sealed interface ModelUse permits ConstraintUse, ModelUse.Token, ModelUse.Special, ModelUse.Turn {

  /** Says what is wrong with it for {@code model}. */
  void check(TargetModel model, Problems problems);

  /**
   * A token by its id.
   *
   * @param field that lists it, such as {@code stopTokens}
   * @param id 0 or more
   */
  record Token(String field, int id, YamlPlace place) implements ModelUse {
    @Override
    public void check(TargetModel model, Problems problems) {
      if (id >= model.vocabularySize()) {
        problems.add(
            place,
            "`" + field + "` has the token id " + id + ", which the model lacks",
            "write ids from 0 to " + (model.vocabularySize() - 1));
      }
    }
  }

  /** A special token by its text. */
  record Special(String token, YamlPlace place) implements ModelUse {
    /** Models may have thousands, most of them unused. */
    private static final int MOST_NAMED = 20;

    @Override
    public void check(TargetModel model, Problems problems) {
      if (model.specialTokens().isPresent() && !model.specialTokens().get().contains(token)) {
        TreeSet<String> known = new TreeSet<>(model.specialTokens().get());
        String some = String.join(", ", known.stream().limit(MOST_NAMED).toList());
        problems.add(
            place,
            "\"" + token + "\" is no special token of this model",
            NearestName.hint("", token, known)
                + (known.isEmpty()
                    ? " it has none"
                    : " it has " + some + (known.size() > MOST_NAMED ? ", …" : "")));
      }
    }
  }

  /** A turn of a conversation. */
  record Turn(String role, YamlPlace place) implements ModelUse {
    @Override
    public void check(TargetModel model, Problems problems) {
      String turn = "`" + role + "` writes a turn, and the model";
      switch (model.turns()) {
        case WRITTEN -> {}
        case NO_TEMPLATE ->
            problems.add(
                place,
                turn + " has no chat template",
                "write the prompt with `text`, or name a model that has one");
        case NOTHING ->
            problems.add(
                place,
                turn + "'s chat template writes nothing",
                "write the prompt with `text`, or mend the model's chat template");
        case NO_CONTENT ->
            problems.warn(
                place,
                turn + "'s chat template does not write the content of a turn of the user",
                "write the prompt with `text`, or mend the model's chat template");
      }
    }
  }
}
