import com.sun.net.httpserver.HttpServer;

// A log store of thirty lines: appends what it is sent to a file, and answers when it is there.
//
//   java Store.java PORT FILE

void main(String[] args) throws IOException {
  var file = Path.of(args[1]);
  var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
  var server = HttpServer.create(address, 0);
  server.createContext(
      "/",
      exchange -> {
        try (exchange) {
          // All of it first, so that a store that dies in between has whole lines.
          byte[] body = exchange.getRequestBody().readAllBytes();
          synchronized (server) {
            Files.write(file, body, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
          }
          exchange.sendResponseHeaders(204, -1);
        }
      });
  server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
  server.start();
}
