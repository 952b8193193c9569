package dev.espalier.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules and packages, as the README draws them. */
@AnalyzeClasses(packages = "dev.espalier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ENGINE = "dev.espalier.engine..";
  private static final String PROGRAM = "dev.espalier.program..";
  private static final String PREFIX = "dev.espalier.prefix..";
  private static final String PIPELINE = "dev.espalier.pipeline..";
  private static final String ROW = "dev.espalier.row..";
  private static final String IO = "dev.espalier.io..";
  private static final String JOBS = "dev.espalier.jobs..";
  private static final String BEAM = "org.apache.beam..";

  @ArchTest
  static final ArchRule theEngineKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PROGRAM, PREFIX, PIPELINE, ROW, IO, JOBS, BEAM);

  @ArchTest
  static final ArchRule rowsKnowNothingAroundThem =
      noClasses()
          .that()
          .resideInAPackage(ROW)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENGINE, PROGRAM, PREFIX, PIPELINE, IO, JOBS);

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
          .resideInAnyPackage(
              "dev.espalier.engine.schedule..",
              "dev.espalier.engine.cache..",
              "dev.espalier.engine.model..",
              "dev.espalier.engine.family..",
              "dev.espalier.engine.checkpoint..",
              "dev.espalier.engine.step..",
              "dev.espalier.engine.sample..",
              "dev.espalier.engine.constrain..",
              "dev.espalier.engine.cpu..",
              "dev.espalier.engine.cuda..");

  @ArchTest
  static final ArchRule theCacheKnowsNoDevice =
      noClasses()
          .that()
          .resideInAPackage("dev.espalier.engine.cache..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.espalier.engine.cpu..", "dev.espalier.engine.cuda..");

  @ArchTest
  static final ArchRule onlyTheCpuBackendUsesTheVectorApi =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.espalier.engine.cpu..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator.vector..");

  @ArchTest
  static final ArchRule onlyTheCudaBackendUsesTheDriver =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.espalier.engine.cuda..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jcuda..");

  @ArchTest
  static final ArchRule onlyJobsReadsTheEnvironment =
      noClasses()
          .that()
          .resideOutsideOfPackage(JOBS)
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
  static final ArchRule enginePackagesFormNoCycles =
      slices()
          .matching(
              "dev.espalier.engine.(cache|sample|text|constrain|model|family|checkpoint|step)..")
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule transformsAreNamedByVerbs =
      classes()
          .that()
          .areAssignableTo("org.apache.beam.sdk.transforms.PTransform")
          .and()
          .arePublic()
          .should()
          .haveSimpleNameStartingWith("Read")
          .orShould()
          .haveSimpleNameStartingWith("Write")
          .orShould()
          .haveSimpleNameStartingWith("Trace")
          .orShould()
          .haveSimpleNameStartingWith("Plan")
          .orShould()
          .haveSimpleNameStartingWith("Group")
          .orShould()
          .haveSimpleNameStartingWith("Run")
          .allowEmptyShould(true);
}
