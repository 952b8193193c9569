import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compiles CUDA sources with nvcc, if it is on the PATH, under CUDA_HOME or under /usr/local/cuda,
 * and what it makes is older than a source. Without nvcc says so: the build goes on, and its jar
 * has no GPU engine.
 *
 * <p>{@code image KERNELS FILE} compiles the kernels into one image: code for compute capability 9.0
 * with its own instructions, code for 8.0 that all of 8.x run, and PTX that the driver compiles for
 * what is later. {@code checks KERNELS CHECKS DIRECTORY} compiles the checks of the kernels to PTX,
 * hardly optimised: only to see that they fit the kernels. infra/gpu-kernel-check.sh runs them.
 */
class CompileKernels {
  public static void main(String[] args) throws IOException, InterruptedException {
    boolean checks = args[0].equals("checks");
    Optional<Path> nvcc = nvcc();
    if (nvcc.isEmpty()) {
      System.out.println(
          "No nvcc on the PATH, under CUDA_HOME or /usr/local/cuda: building without GPU kernels"
              + (checks ? ", not compiling their checks" : ""));
    } else if (checks) {
      compileChecks(nvcc.get(), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
    } else {
      compileImage(nvcc.get(), Path.of(args[1]), Path.of(args[2]));
    }
  }

  private static void compileImage(Path nvcc, Path kernels, Path image)
      throws IOException, InterruptedException {
    if (isCurrent(List.of(image), files(kernels, ""))) {
      return;
    }
    Files.createDirectories(image.getParent());
    List<String> arguments = new ArrayList<>(List.of("-O3", "-fatbin"));
    arguments.add("-gencode=arch=compute_80,code=[sm_80,compute_80]");
    arguments.add("-gencode=arch=compute_90a,code=sm_90a");
    arguments.addAll(List.of("-o", image.toString(), kernels.resolve("espalier.cu").toString()));
    run(nvcc, arguments);
  }

  private static void compileChecks(Path nvcc, Path kernels, Path checks, Path directory)
      throws IOException, InterruptedException {
    List<Path> compiled = files(checks, ".cu");
    List<Path> sources = new ArrayList<>(files(kernels, ""));
    sources.addAll(files(checks, ""));
    List<Path> results = new ArrayList<>();
    for (Path file : compiled) {
      results.add(directory.resolve(file.getFileName().toString().replace(".cu", ".ptx")));
    }
    if (isCurrent(results, sources)) {
      return;
    }
    Files.createDirectories(directory);
    List<String> arguments = new ArrayList<>(List.of("-Xcicc", "-O1", "-ptx"));
    arguments.add("-arch=compute_90a");
    arguments.addAll(List.of("-odir", directory.toString()));
    compiled.forEach(file -> arguments.add(file.toString()));
    run(nvcc, arguments);
  }

  private static void run(Path nvcc, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(nvcc.toString());
    command.addAll(List.of("-std=c++17", "-Werror", "all-warnings"));
    command.addAll(arguments);
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException(String.join(" ", command) + " ended with status " + status);
    }
  }

  private static Optional<Path> nvcc() {
    Stream.Builder<Path> places = Stream.builder();
    for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
      places.add(Path.of(directory));
    }
    if (System.getenv("CUDA_HOME") != null) {
      places.add(Path.of(System.getenv("CUDA_HOME"), "bin"));
    }
    places.add(Path.of("/usr/local/cuda/bin"));
    return places.build().map(p -> p.resolve("nvcc")).filter(Files::isExecutable).findFirst();
  }

  private static List<Path> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static boolean isCurrent(List<Path> results, List<Path> sources) throws IOException {
    for (Path result : results) {
      if (!Files.exists(result)) {
        return false;
      }
      FileTime built = Files.getLastModifiedTime(result);
      for (Path source : sources) {
        if (Files.getLastModifiedTime(source).compareTo(built) > 0) {
          return false;
        }
      }
    }
    return true;
  }
}
