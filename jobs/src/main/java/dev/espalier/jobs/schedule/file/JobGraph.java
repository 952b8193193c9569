package dev.espalier.jobs.schedule.file;

import dev.espalier.jobs.fields.Section;
import dev.espalier.yaml.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which job runs after which: names that are there, and no circle. */
final class JobGraph {
  private final Map<String, ScheduledJob> jobs = new LinkedHashMap<>();
  private final Section section;

  JobGraph(List<ScheduledJob> jobs, Section section) {
    jobs.forEach(job -> this.jobs.put(job.name(), job));
    this.section = section;
  }

  void check() {
    for (ScheduledJob job : jobs.values()) {
      for (String upstream : job.after()) {
        if (!jobs.containsKey(upstream)) {
          section.problem(
              job.name(),
              "jobs." + job.name() + ".after names `" + upstream + "`, which is no job here",
              "there are "
                  + String.join(", ", jobs.keySet())
                  + NearestName.hint("; ", upstream, jobs.keySet()));
        }
      }
    }
    Set<String> done = new HashSet<>();
    for (String job : jobs.keySet()) {
      visit(job, new ArrayList<>(), done);
    }
  }

  private void visit(String job, List<String> way, Set<String> done) {
    if (way.contains(job)) {
      List<String> circle = new ArrayList<>(way.subList(way.indexOf(job), way.size()));
      circle.add(job);
      section.problem(
          job,
          "jobs wait for each other: " + String.join(" after ", circle),
          "leave one of them out");
      done.addAll(circle);
      return;
    }
    if (done.contains(job) || !jobs.containsKey(job)) {
      return;
    }
    way.add(job);
    jobs.get(job).after().stream().distinct().forEach(upstream -> visit(upstream, way, done));
    way.remove(way.size() - 1);
    done.add(job);
  }
}
