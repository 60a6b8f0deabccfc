import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * An OpenSearch of one node on loopback, for as long as its standard input is open. Says {@code
 * listening on <port>} when it takes requests. A program of its own, started from this file,
 * because the jars of OpenSearch are no company for ours.
 */
public final class OpenSearchNode extends Node {
  private static final PluginInfo HTTP =
      new PluginInfo(
          "netty4",
          "HTTP",
          "1",
          Version.CURRENT,
          "21",
          Netty4ModulePlugin.class.getName(),
          null,
          List.of(),
          false);

  private OpenSearchNode(Settings settings) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
        List.of(HTTP),
        false);
  }

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    Files.createDirectories(home.resolve("config"));
    Settings settings =
        Settings.builder()
            .put("path.home", home.toString())
            .put("cluster.name", "test")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.type", "netty4")
            .put("http.port", "0")
            .put("transport.type", "netty4")
            .put("transport.port", "0")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    var node = new OpenSearchNode(settings);
    node.start();
    int port =
        node.injector()
            .getInstance(HttpServerTransport.class)
            .boundAddress()
            .publishAddress()
            .getPort();
    System.out.println("listening on " + port);
    while (System.in.read() >= 0) {
      // Until whoever started this ends, in whatever way.
    }
    Runtime.getRuntime().halt(0); // Nothing of it is kept, so nothing has to be closed.
  }
}
