package io.containerpatterns.chassis;

import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.log.Level;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.LogOutput;
import io.containerpatterns.chassis.management.ManagementServer;
import io.containerpatterns.chassis.management.NetworkMetrics;
import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.chassis.metrics.MetricsHelp;
import io.containerpatterns.chassis.settings.Declaration;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.ProcessConfig;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.chassis.settings.SettingsHelp;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * One process of an image: what its command line asks for, and the one way out, through a
 * documented exit code.
 *
 * <pre>
 *   arguments -> Command -> serve: settings -> Life -.
 *                       '-> the others --------------+-> ExitCode
 * </pre>
 */
public final class Container<C> {
  private static final Log log = Log.of(Container.class);

  private final Image<C> image;
  private final Host host;
  private final ManagementPort.Opening opening;

  Container(Image<C> image, Host host, ManagementPort.Opening opening) {
    this.image = image;
    this.host = host;
    this.opening = opening;
  }

  /** What the {@code main} of every image does; does not return. */
  public static <C> void run(Image<C> image, String[] args) {
    Host host =
        new Host(
            System.getenv(),
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            Signals::on,
            code -> Runtime.getRuntime().halt(code.status()),
            Ticker.system(),
            InstantSource.system());
    // Not halt: what the JVM does at its end, such as writing the AOT cache in training, has to
    // happen.
    System.exit(new Container<>(image, host, Container::openPort).run(args).status());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    // Not System.out: in a container without a locale that one turns every foreign letter into a
    // question mark.
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  private static ManagementPort openPort(Managed managed) throws IOException {
    ManagementServer server = ManagementServer.start(managed);
    return new ManagementPort() {
      @Override
      public InetSocketAddress address() {
        return server.address();
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  ExitCode run(String[] args) {
    try {
      return Command.parse(args) instanceof Command.Question question ? answer(question) : serve();
    } catch (InvalidSettings e) {
      return tell(e);
    } catch (UpstreamMissing e) {
      host.err().println(image.name() + ": " + e.getMessage());
      return ExitCode.UPSTREAM_MISSING;
    } catch (Throwable e) {
      log.error("internal error", "cause", e);
      return ExitCode.INTERNAL_ERROR;
    } finally {
      host.out().flush();
      host.err().flush();
    }
  }

  private ExitCode answer(Command.Question question) throws InterruptedException {
    // Standard output carries what was asked for.
    LogOutput.open(host.err(), false, Level.WARN, host.clock());
    return switch (question) {
      case Command.Check check -> check();
      case Command.Wait(Duration timeout) -> await(timeout);
      case Command.Help help -> print(help());
      case Command.ShowVersion show -> print(image.name() + " " + Version.current() + "\n");
      case Command.DescribeSettings describe -> print(SettingsHelp.markdown(declarations()));
      case Command.DescribeMetrics describe -> print(MetricsHelp.markdown(declaredMetrics()));
      case Command.Wrong(String why) -> {
        host.err().print(image.name() + ": " + why + "\n" + Command.LIST);
        yield ExitCode.BAD_COMMAND_LINE;
      }
    };
  }

  private ExitCode serve() throws IOException {
    var configuration = Configuration.read(image, host.environment(), host.clock());
    ProcessConfig process = configuration.process();
    boolean aside = image.stdoutIsProduct().test(configuration.own());
    LogOutput output =
        LogOutput.open(
            aside ? host.err() : host.out(), process.logJson(), process.logLevel(), host.clock());
    return new Life<>(image, configuration, host, output, opening).live();
  }

  private ExitCode check() {
    Configuration.read(image, host.environment(), host.clock());
    return print(image.name() + ": the settings are right\n");
  }

  private ExitCode await(Duration timeout) throws InterruptedException {
    // Only the port matters: the health check may run with less of an environment than the process
    // it asks.
    Settings settings = Settings.of(image.prefix(), host.environment());
    Optional<ProcessConfig> process =
        settings.read(s -> ProcessConfig.read(s, image.managementPort()));
    settings.throwProblems();
    var listen = process.orElseThrow().management().listen();
    Optional<String> failure = new ReadyWait(listen, Deadline.in(timeout, host.ticker())).await();
    if (failure.isEmpty()) {
      return ExitCode.OK;
    }
    host.err().println(image.name() + ": not ready at " + listen + ": " + failure.get());
    return ExitCode.UPSTREAM_MISSING;
  }

  private ExitCode tell(InvalidSettings e) {
    List<Problem> problems = e.problems();
    StringBuilder text = new StringBuilder(image.name()).append(": ");
    text.append(problems.size() == 1 ? "1 problem" : problems.size() + " problems")
        .append(" with the settings\n");
    for (Problem problem : problems) {
      text.append("  ").append(problem).append('\n');
    }
    host.err().print(text);
    return ExitCode.BAD_SETTINGS;
  }

  private String help() {
    return image.name()
        + " "
        + Version.current()
        + ": "
        + image.pattern()
        + "\n\ncommands:\n"
        + Command.LIST
        + "\nsettings, from the environment, else from the YAML file that "
        + image.prefix()
        + "CONFIG names, else as shown:\n"
        + SettingsHelp.text(declarations());
  }

  private ExitCode print(String text) {
    host.out().print(text);
    return ExitCode.OK;
  }

  private List<Declaration> declarations() {
    return declarations(image);
  }

  private Metrics declaredMetrics() {
    return declaredMetrics(image);
  }

  /** Every setting of an image, its own first. */
  static List<Declaration> declarations(Image<?> image) {
    Settings settings = Settings.describing(image.prefix());
    settings.read(image.settings());
    settings.read(s -> ProcessConfig.read(s, image.managementPort()));
    settings.throwProblems();
    return settings.declarations();
  }

  /** Every metric of an image, its own first. */
  static Metrics declaredMetrics(Image<?> image) {
    Metrics metrics = new Metrics(image.noun());
    image.metrics().accept(metrics);
    new SelfMetrics(metrics);
    new NetworkMetrics(metrics, new Network(Ticker.system()));
    return metrics;
  }
}
