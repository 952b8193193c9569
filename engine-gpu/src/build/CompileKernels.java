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
 * Compiles the CUDA kernels into one image with nvcc: code for compute capability 9.0 with its own
 * instructions, code for 8.0 that all of 8.x run, and PTX that the driver compiles for what is
 * later. Does so if nvcc is on the PATH, under CUDA_HOME or under /usr/local/cuda, and the image is
 * older than a source. Without nvcc says so: the build goes on, and its jar has no GPU engine.
 */
class CompileKernels {
  public static void main(String[] args) throws IOException, InterruptedException {
    Path sources = Path.of(args[0]);
    Path image = Path.of(args[1]);
    Optional<Path> nvcc = nvcc();
    if (nvcc.isEmpty()) {
      System.out.println(
          "No nvcc on the PATH, under CUDA_HOME or /usr/local/cuda: building without GPU kernels");
      return;
    }
    if (isCurrent(image, sources)) {
      return;
    }
    Files.createDirectories(image.getParent());
    List<String> command = new ArrayList<>();
    command.add(nvcc.get().toString());
    command.addAll(List.of("-std=c++17", "-O3", "-Werror", "all-warnings", "-fatbin"));
    command.add("-gencode=arch=compute_80,code=[sm_80,compute_80]");
    command.add("-gencode=arch=compute_90a,code=sm_90a");
    command.addAll(List.of("-o", image.toString(), sources.resolve("espalier.cu").toString()));
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

  private static boolean isCurrent(Path image, Path sources) throws IOException {
    if (!Files.exists(image)) {
      return false;
    }
    FileTime built = Files.getLastModifiedTime(image);
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.getLastModifiedTime(file).compareTo(built) > 0) {
          return false;
        }
      }
    }
    return true;
  }
}
