// A server of the forward protocol that writes down what it gets: one line of JSON for each event.
//   node server.js OPTIONS FILE     prints its port
// Its peers and what it decodes with are a foreign package's.
const fs = require("fs");
const { FluentServer } = require("@fluent-org/logger");

const options = JSON.parse(process.argv[2]);
const file = fs.openSync(process.argv[3], "a");
const tls = options.tls && {
  key: fs.readFileSync(options.tls.key),
  cert: fs.readFileSync(options.tls.cert),
  ca: fs.readFileSync(options.tls.ca),
  requestCert: options.tls.requestCert,
  rejectUnauthorized: options.tls.requestCert,
};
const server = new FluentServer({
  listenOptions: { host: "127.0.0.1", port: options.port || 0 },
  tlsOptions: tls,
  security: options.security,
});
server.on("entry", (tag, time, record) => {
  const when = [time.epoch, time.nano];
  fs.writeSync(file, JSON.stringify({ tag, time: when, record }) + "\n");
});
server.listen().then(() => console.log(server.port));
