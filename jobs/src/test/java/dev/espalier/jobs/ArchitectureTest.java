package dev.espalier.jobs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;

/**
 * The arrows between modules and packages, as ARCHITECTURE.md draws them. A rule whose left side
 * matches no class fails by itself; {@link #everyPackageThatARuleNamesIsThere} sees to the other.
 */
@AnalyzeClasses(
    packages = "dev.espalier",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeTestJars.class
    })
class ArchitectureTest {

  /** Jars of other modules' tests, which the first option takes for main code. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String ENGINE = "dev.espalier.engine..";
  private static final String PUBLIC_ENGINE = "dev.espalier.engine";
  private static final String JINJA = "dev.espalier.jinja..";
  private static final String YAML = "dev.espalier.yaml..";
  private static final String BENCH = "dev.espalier.bench..";
  private static final String PROGRAM = "dev.espalier.program..";
  private static final String PREFIX = "dev.espalier.prefix..";
  private static final String PIPELINE = "dev.espalier.pipeline..";
  private static final String EVAL = "dev.espalier.eval..";
  private static final String ROW = "dev.espalier.row..";
  private static final String IO = "dev.espalier.io..";
  private static final String JOBS = "dev.espalier.jobs..";

  private static final String CPU = "dev.espalier.engine.cpu..";
  private static final String CUDA = "dev.espalier.engine.cuda..";
  private static final String DRIVER = "dev.espalier.engine.cuda.driver..";

  /** What the public side of the engine is made of. */
  private static final String[] INSIDE_THE_ENGINE = {
    "dev.espalier.engine.loop..",
    "dev.espalier.engine.route..",
    "dev.espalier.engine.generate..",
    "dev.espalier.engine.schedule..",
    "dev.espalier.engine.cache..",
    "dev.espalier.engine.model..",
    "dev.espalier.engine.family..",
    "dev.espalier.engine.checkpoint..",
    "dev.espalier.engine.forward..",
    "dev.espalier.engine.sample..",
    "dev.espalier.engine.constrain..",
    CPU,
    CUDA
  };

  private static final String BEAM = "org.apache.beam..";
  private static final String VECTOR = "jdk.incubator.vector..";
  private static final String JCUDA = "jcuda..";

  @ArchTest
  static final ArchRule noPackagesFormACircle =
      slices().assignedFrom(eachPackage()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule thePublicTypesOfTheEngineAreALeaf =
      noClasses()
          .that()
          .resideInAPackage(PUBLIC_ENGINE)
          .should()
          .dependOnClassesThat(ours().and(outside(PUBLIC_ENGINE)));

  @ArchTest
  static final ArchRule templatesAreALeaf =
      noClasses()
          .that()
          .resideInAPackage(JINJA)
          .should()
          .dependOnClassesThat(ours().and(outside(JINJA)));

  @ArchTest
  static final ArchRule theYamlReaderIsALeaf =
      noClasses()
          .that()
          .resideInAPackage(YAML)
          .should()
          .dependOnClassesThat(ours().and(outside(YAML)));

  @ArchTest
  static final ArchRule rowsKnowNothingAroundThem =
      noClasses()
          .that()
          .resideInAPackage(ROW)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENGINE, JINJA, BENCH, PROGRAM, PREFIX, PIPELINE, IO, JOBS);

  @ArchTest
  static final ArchRule theEngineKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(BENCH, PROGRAM, PREFIX, PIPELINE, ROW, IO, JOBS, BEAM);

  @ArchTest
  static final ArchRule onlyTheCommandKnowsWhatMeasures =
      noClasses()
          .that()
          .resideOutsideOfPackages(BENCH, JOBS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BENCH);

  @ArchTest
  static final ArchRule whatMeasuresKnowsNoJobs =
      noClasses()
          .that()
          .resideInAPackage(BENCH)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROGRAM, PREFIX, PIPELINE, ROW, IO, JOBS, BEAM);

  @ArchTest
  static final ArchRule programsAndPrefixesKnowNoBeam =
      noClasses()
          .that()
          .resideInAnyPackage(PROGRAM, PREFIX)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(BEAM, PIPELINE, IO, JOBS);

  @ArchTest
  static final ArchRule pipelinesKnowNoFilesAndNoJobs =
      noClasses()
          .that()
          .resideInAPackage(PIPELINE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(IO, JOBS);

  @ArchTest
  static final ArchRule evaluationRunsNothing =
      noClasses()
          .that()
          .resideInAPackage(EVAL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROGRAM, PREFIX, PIPELINE, BENCH, JOBS, BEAM);

  @ArchTest
  static final ArchRule connectorsKnowNoPromptsAndNoEngine =
      noClasses()
          .that()
          .resideInAPackage(IO)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENGINE, PROGRAM, PREFIX, PIPELINE, JOBS);

  @ArchTest
  static final ArchRule whatIsAboveTheEngineUsesItsPublicSide =
      noClasses()
          .that()
          .resideInAnyPackage(PROGRAM, PREFIX, PIPELINE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INSIDE_THE_ENGINE);

  @ArchTest
  static final ArchRule theCacheKnowsNoDevice =
      noClasses()
          .that()
          .resideInAPackage("dev.espalier.engine.cache..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CPU, CUDA);

  @ArchTest
  static final ArchRule onlyTheCpuBackendUsesTheVectorApi =
      noClasses()
          .that()
          .resideOutsideOfPackage(CPU)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(VECTOR);

  @ArchTest
  static final ArchRule onlyDriverTouchesTheDriver =
      noClasses()
          .that()
          .resideOutsideOfPackage(DRIVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(JCUDA);

  @ArchTest
  static final ArchRule theDriversObjectsKnowNoOperations =
      noClasses()
          .that()
          .resideInAPackage(DRIVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.espalier.engine.cuda");

  @ArchTest
  static final ArchRule onlyJobsReadsTheEnvironment =
      noClasses()
          .that()
          .resideOutsideOfPackage(JOBS)
          .and()
          .doNotHaveFullyQualifiedName("dev.espalier.engine.cuda.driver.NativeDriver")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class, String.class)
          .orShould()
          .callMethod(System.class, "setProperty", String.class, String.class)
          .orShould()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule packageNamesSayWhatIsInside =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..misc..");

  @ArchTest
  static final ArchRule transformsAreNamedByVerbs =
      classes()
          .that()
          .areAssignableTo("org.apache.beam.sdk.transforms.PTransform")
          .and()
          .arePublic()
          .should()
          .haveNameMatching(".*\\.(Answer|Group|Plan|Read|Run|Total|Trace|Write)[A-Z]\\w*");

  @ArchTest
  static void everyPackageThatARuleNamesIsThere(JavaClasses classes) {
    List<String> ours =
        List.of(
            PUBLIC_ENGINE, JINJA, YAML, BENCH, PROGRAM, PREFIX, PIPELINE, ROW, IO, JOBS, DRIVER);
    for (String name : ours) {
      assertThat(classes.that(resideInAPackage(name))).as("classes of %s", name).isNotEmpty();
    }
    for (String name : INSIDE_THE_ENGINE) {
      assertThat(classes.that(resideInAPackage(name))).as("classes of %s", name).isNotEmpty();
    }
    for (String name : List.of(BEAM, VECTOR, JCUDA)) {
      assertThat(
              classes.stream()
                  .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                  .map(Dependency::getTargetClass)
                  .filter(resideInAPackage(name)))
          .as("uses of %s", name)
          .isNotEmpty();
    }
  }

  private static DescribedPredicate<JavaClass> ours() {
    return resideInAPackage("dev.espalier..");
  }

  private static DescribedPredicate<JavaClass> outside(String name) {
    return DescribedPredicate.not(resideInAnyPackage(name));
  }

  private static SliceAssignment eachPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return SliceIdentifier.of(type.getPackageName());
      }

      @Override
      public String getDescription() {
        return "each package";
      }
    };
  }
}
