package io.containerpatterns.elector;

import io.containerpatterns.chassis.management.ManagementApiContract;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The management API of the image. */
@Tag("image")
class ManagementApiIT extends ManagementApiContract {
  @TempDir Path folder;
  private final List<ElectorPod> started = new ArrayList<>();

  @Override
  protected InetSocketAddress start() throws IOException {
    ElectorPod elector = ElectorPod.start(folder);
    started.add(elector);
    return elector.ready().address(9474);
  }

  @Override
  protected String token() {
    return ElectorPod.TOKEN;
  }

  @AfterEach
  void end() {
    started.forEach(ElectorPod::close);
  }
}
