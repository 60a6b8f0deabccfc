package io.containerpatterns.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One container of a {@link Pod}, as restricted as a careful pod manifest makes it: not root, no
 * capabilities, a read-only root file system, no new privileges. Used by one thread.
 */
public final class PodContainer implements AutoCloseable {
  private final DockerClient engine;
  private final String image;
  private final List<String> environment = new ArrayList<>();
  private final List<Bind> binds = new ArrayList<>();
  private final List<Capability> capabilities = new ArrayList<>();
  private String network;
  private String user = "65532:65532";
  private long memoryBytes;
  private long nanoCpus;
  private String cores = "";
  private @Nullable String entrypoint;
  private List<String> arguments = List.of();
  private @Nullable String id;

  PodContainer(DockerClient engine, String pause, String image) {
    this.engine = engine;
    this.network = "container:" + pause;
    this.image = image;
  }

  /** Sets a variable. */
  public PodContainer env(String name, String value) {
    environment.add(name + "=" + value);
    return this;
  }

  /**
   * Mounts a volume, made when it is not there and removed with the last pod that has it, or a
   * folder of the host when {@code source} is an absolute path.
   */
  public PodContainer mount(String source, String path) {
    binds.add(new Bind(source, new Volume(path), AccessMode.rw));
    return this;
  }

  /** The same, not writable. */
  public PodContainer mountReadOnly(String source, String path) {
    binds.add(new Bind(source, new Volume(path), AccessMode.ro));
    return this;
  }

  /** Another user than 65532:65532. */
  public PodContainer user(String user) {
    this.user = user;
    return this;
  }

  /** Gives back one capability, such as {@code CHOWN}. */
  public PodContainer capability(String name) {
    capabilities.add(Capability.valueOf(name));
    return this;
  }

  /** The most memory, without swap; the container is killed above it. */
  public PodContainer memoryMiB(int mebibytes) {
    this.memoryBytes = mebibytes * 1024L * 1024L;
    return this;
  }

  /** The share of one CPU. */
  public PodContainer cpus(double cpus) {
    this.nanoCpus = (long) (cpus * 1_000_000_000L);
    return this;
  }

  /**
   * The cores that it runs on, such as {@code 0}; unlike {@link #cpus} it is never made to wait for
   * the next period of a quota there.
   */
  public PodContainer cores(String cores) {
    this.cores = cores;
    return this;
  }

  /** Another program than the image's. */
  public PodContainer program(String path) {
    this.entrypoint = path;
    return this;
  }

  /** What the program is called with. */
  public PodContainer arguments(String... arguments) {
    this.arguments = Arrays.asList(arguments);
    return this;
  }

  /** The network of this machine instead of the pod's, to reach servers that listen on loopback. */
  public PodContainer onHostNetwork() {
    this.network = "host";
    return this;
  }

  /** Makes and starts it. */
  public PodContainer start() {
    HostConfig host =
        HostConfig.newHostConfig()
            .withNetworkMode(network)
            .withReadonlyRootfs(true)
            .withCapDrop(Capability.ALL)
            .withCapAdd(capabilities.toArray(Capability[]::new))
            .withSecurityOpts(List.of("no-new-privileges"))
            .withBinds(binds);
    if (memoryBytes > 0) {
      host.withMemory(memoryBytes).withMemorySwap(memoryBytes);
    }
    if (nanoCpus > 0) {
      host.withNanoCPUs(nanoCpus);
    }
    if (!cores.isEmpty()) {
      host.withCpusetCpus(cores);
    }
    var create =
        engine
            .createContainerCmd(image)
            .withUser(user)
            .withEnv(environment)
            .withCmd(arguments)
            .withHostConfig(host);
    if (entrypoint != null) {
      create.withEntrypoint(entrypoint);
    }
    id = create.exec().getId();
    engine.startContainerCmd(id()).exec();
    return this;
  }

  /** Starts it again after it ended. */
  public void startAgain() {
    engine.startContainerCmd(id()).exec();
  }

  /** Sends a signal such as {@code KILL}, {@code STOP}, {@code CONT} or {@code TERM}. */
  public void signal(String signal) {
    engine.killContainerCmd(id()).withSignal(signal).exec();
  }

  /** Waits until it has ended and gives its exit code; fails after a minute. */
  public int awaitExit() {
    return awaitExit(Duration.ofMinutes(1));
  }

  /** The same within another time. */
  public int awaitExit(Duration most) {
    try (var wait = engine.waitContainerCmd(id()).start()) {
      return wait.awaitStatusCode(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      throw new IllegalStateException("the engine did not say how " + image + " ended", e);
    }
  }

  /** Waits until it has ended, and ends it by SIGKILL when it takes longer than {@code grace}. */
  void awaitExitOrKill(Duration grace) {
    long until = System.nanoTime() + grace.toNanos();
    while (Boolean.TRUE.equals(state().getRunning())) {
      if (System.nanoTime() > until) {
        signal("KILL");
        awaitExit();
        return;
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** What it has written so far, both streams. */
  public String logs() {
    var text = new Text();
    await(engine.logContainerCmd(id()).withStdOut(true).withStdErr(true).exec(text));
    return text.toString();
  }

  /**
   * Runs a command beside its program and gives what that wrote.
   *
   * @throws IllegalStateException when it ends with another code than 0
   */
  public String run(String... command) {
    var text = new Text();
    String exec =
        engine
            .execCreateCmd(id())
            .withCmd(command)
            .withAttachStdout(true)
            .withAttachStderr(true)
            .exec()
            .getId();
    await(engine.execStartCmd(exec).exec(text));
    Long code = engine.inspectExecCmd(exec).exec().getExitCodeLong();
    if (code == null || code != 0) {
      throw new IllegalStateException(List.of(command) + " ended with " + code + ": " + text);
    }
    return text.toString();
  }

  private static void await(Text text) {
    try {
      text.awaitCompletion(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Whether it has not ended. */
  public boolean isRunning() {
    return Boolean.TRUE.equals(state().getRunning());
  }

  /** The id of its process on this machine. */
  public long pid() {
    return Objects.requireNonNull(state().getPidLong(), "a process id");
  }

  /** Whether the kernel killed it because it wanted more memory than it may have. */
  public boolean wasOutOfMemory() {
    return Boolean.TRUE.equals(state().getOOMKilled());
  }

  private InspectContainerResponse.ContainerState state() {
    return engine.inspectContainerCmd(id()).exec().getState();
  }

  /** The volumes that it mounts by name. */
  List<String> volumes() {
    return binds.stream().map(Bind::getPath).filter(source -> !source.startsWith("/")).toList();
  }

  /** The engine's id of it. */
  public String id() {
    if (id == null) {
      throw new IllegalStateException("the container of " + image + " was not started");
    }
    return id;
  }

  @Override
  public void close() {
    if (id != null) {
      engine.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    }
  }

  /** Both streams, as they come. */
  private static final class Text extends ResultCallback.Adapter<Frame> {
    private final StringBuffer text = new StringBuffer();

    @Override
    public void onNext(Frame frame) {
      text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
