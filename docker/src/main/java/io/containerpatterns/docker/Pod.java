package io.containerpatterns.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.DockerClientFactory;

/**
 * Containers that share one network namespace, as those of a Kubernetes pod do. A container that
 * does nothing holds the namespace, so that each of the others may die and come back.
 *
 * <pre>
 *   test --> published ports --> [ pause ]
 *                                [ main container ] --localhost--> [ container of ours ]
 * </pre>
 *
 * Closing removes all of them and the volumes that they mount by name. Used by one thread.
 */
public final class Pod implements AutoCloseable {
  private static final String PAUSE = "busybox:1.35";

  private final DockerClient engine;
  private final String pause;
  private final List<PodContainer> containers = new ArrayList<>();

  private Pod(DockerClient engine, String pause) {
    this.engine = engine;
    this.pause = pause;
  }

  /**
   * Starts a pod without containers.
   *
   * @param hostName what the containers see as their host name
   * @param ports those that the test wants to reach from outside
   */
  public static Pod start(String hostName, int... ports) {
    DockerClient engine = DockerClientFactory.lazyClient();
    var exposed = new ArrayList<ExposedPort>();
    var bindings = new Ports();
    for (int port : ports) {
      exposed.add(ExposedPort.tcp(port));
      bindings.bind(ExposedPort.tcp(port), Ports.Binding.bindIp("127.0.0.1"));
    }
    String id =
        engine
            .createContainerCmd(PAUSE)
            .withEntrypoint("/bin/busybox")
            .withCmd("sleep", "86400")
            .withHostName(hostName)
            .withExposedPorts(exposed)
            .withHostConfig(HostConfig.newHostConfig().withPortBindings(bindings).withInit(true))
            .exec()
            .getId();
    engine.startContainerCmd(id).exec();
    return new Pod(engine, id);
  }

  /** A container of this pod, described next and then started. */
  public PodContainer container(String image) {
    var container = new PodContainer(engine, pause, image);
    containers.add(container);
    return container;
  }

  /** The address under which the test reaches a port of this pod. */
  public URI address(int port) {
    Ports.Binding[] bound =
        engine
            .inspectContainerCmd(pause)
            .exec()
            .getNetworkSettings()
            .getPorts()
            .getBindings()
            .get(ExposedPort.tcp(port));
    if (bound == null) {
      throw new IllegalArgumentException("the pod was started without port " + port);
    }
    return URI.create("http://127.0.0.1:" + bound[0].getHostPortSpec());
  }

  /** The pod's own address, as a kubelet would use it. */
  public String ip() {
    String address =
        engine
            .inspectContainerCmd(pause)
            .exec()
            .getNetworkSettings()
            .getNetworks()
            .values()
            .iterator()
            .next()
            .getIpAddress();
    if (address == null) {
      throw new IllegalStateException("the pod has no address");
    }
    return address;
  }

  @Override
  public void close() {
    containers.forEach(PodContainer::close);
    containers.stream().map(PodContainer::volumes).flatMap(List::stream).forEach(this::remove);
    engine.removeContainerCmd(pause).withForce(true).withRemoveVolumes(true).exec();
  }

  private void remove(String volume) {
    try {
      engine.removeVolumeCmd(volume).exec();
    } catch (ConflictException anotherPodHasIt) {
      // Removed with that one.
    } catch (NotFoundException gone) {
      // Mounted by two containers of this pod, or by none that started.
    }
  }
}
