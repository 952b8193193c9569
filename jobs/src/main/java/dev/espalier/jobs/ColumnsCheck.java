package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.StoredType;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.TableColumns.Included;
import dev.espalier.program.Program;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.row.Column;
import dev.espalier.yaml.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out what can be known of a table's columns before there are rows. */
final class ColumnsCheck {
  private final JobFile job;
  private final InputCheck input;
  private final FieldProblems problems;

  private ColumnsCheck(JobFile job, InputCheck input, FieldProblems problems) {
    this.job = job;
    this.input = input;
    this.problems = problems;
  }

  /**
   * @param problems takes what is wrong with {@code output.include} and {@code input.id}; then the
   *     columns are none to write
   */
  static TableColumns of(
      JobFile job, InputCheck input, Optional<ProgramSource> program, FieldProblems problems) {
    return new ColumnsCheck(job, input, problems).columns(program);
  }

  private TableColumns columns(Optional<ProgramSource> program) {
    Optional<List<Column>> generated = program.map(ProgramSource::load).flatMap(Program::columns);
    Set<String> names =
        generated.orElse(List.of()).stream().map(Column::name).collect(Collectors.toSet());
    Set<String> met = new HashSet<>();
    List<Included> included = new ArrayList<>();
    for (String field : job.output().include()) {
      if (Column.RESERVED.contains(field)) {
        problems.add(
            place(field),
            "`" + field + "` is a column that every table has",
            "leave it out, or give the field another name in the input");
      } else if (names.contains(field)) {
        problems.add(
            place(field),
            "`" + field + "` is also a value of the program",
            "leave it out, or give the value another name");
      } else if (!met.add(field)) {
        problems.add(place(field), "`" + field + "` stands twice", "keep one of them");
      } else {
        checkKnown(field);
        included.add(new Included(field, stored(field, place(field))));
      }
    }
    return new TableColumns(
            idType(),
            job.input().badLines().equals("row"),
            included,
            generated.orElse(List.of()),
            generated.isPresent())
        .withTokenLogprobs(
            program.map(ProgramSource::load).filter(Program::reportsTokenLogprobs).isPresent());
  }

  /** The name of the place where a field is included. */
  private static String place(String field) {
    return "output.include: " + field;
  }

  /** What was not looked at of JSON lines may have further fields. */
  private void checkKnown(String field) {
    if (input.allFields() && !input.fields().isEmpty() && !input.fields().contains(field)) {
      problems.add(
          place(field),
          "no field `" + field + "` in any row of the input",
          "there are: "
              + String.join(", ", input.fields())
              + NearestName.hint("; ", field, input.fields()));
    }
  }

  private Optional<StoredType> stored(String field, String place) {
    try {
      return input.type(field);
    } catch (FileProblemException e) {
      problems.add(place, e.problem(), e.remedy());
      return Optional.empty();
    }
  }

  private StoredType idType() {
    if (job.input().idType().equals("int64")) {
      return StoredType.INT64;
    }
    boolean isText = job.input().idType().equals("text") || job.input().id().isEmpty();
    return (isText ? Optional.<StoredType>empty() : stored(job.input().id().get(), "input.id"))
        .filter(type -> type.scalar().isPresent())
        .orElse(StoredType.TEXT);
  }
}
