import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import tls from 'node:tls';

/** What stands between the proxy and its provider on some networks: TLS, client certificates, HTTP proxies. */

/** An authority made for one test, and certificates signed by it, as PEM files. `remove` takes them away. */
export class Authority {
  #directory = mkdtempSync(join(tmpdir(), 'ccp-ca-'));

  constructor() {
    this.file = this.#path('ca.pem');
    this.#openssl(
        'req', '-x509', ...NEW_KEY, '-keyout', this.#path('ca.key'), '-out', this.file, '-subj', '/CN=Test CA');
  }

  /** {cert, key}: the paths of a certificate for `name` and of its key. */
  issue(name) {
    const [cert, key] = [this.#path(`${name}.pem`), this.#path(`${name}.key`)];
    this.#openssl(
        'req', '-x509', ...NEW_KEY, '-keyout', key, '-out', cert, '-subj', `/CN=${name}`, '-addext',
        `subjectAltName=DNS:${name}`, '-CA', this.file, '-CAkey', this.#path('ca.key'));
    return {cert, key};
  }

  remove() { rmSync(this.#directory, {recursive: true, force: true}); }

  #path(name) { return join(this.#directory, name); }
  #openssl(...args) { execFileSync('openssl', args, {stdio: 'pipe'}); }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

/** Connects two sockets for as long as both live. */
const pipe = (one, other) => {
  for (const [from, to] of [[one, other], [other, one]]) {
    from.on('error', () => to.destroy()).on('close', () => to.destroy()).pipe(to);
  }
};

const listening = async (server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** TLS in front of the plain server at `port`; with `clients` only for those whose certificate it signed. */
export async function startTls(port, {cert, key}, clients) {
  const server = tls.createServer({
    cert: readFileSync(cert),
    key: readFileSync(key),
    ...(clients && {ca: readFileSync(clients.file), requestCert: true, rejectUnauthorized: true})
  });
  const sockets = new Set();
  server.on('connection', (socket) => sockets.add(socket))
      .on('secureConnection', (socket) => pipe(socket, net.connect(port, '127.0.0.1')))
      .on('tlsClientError', () => {});
  await listening(server);
  const stop = () => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  };
  return {port: server.address().port, stop};
}

/**
 * A proxy for HTTP and, by CONNECT, for anything: whatever the name, it leads to 127.0.0.1. `seen` lists
 * "METHOD target" of each request; `credentials` ("user:password") are asked for when given; `refusal` is a
 * status for every request.
 */
export class HttpProxy {
  seen = [];
  #server = http.createServer((request, response) => this.#forward(request, response));
  #sockets = new Set();

  constructor({credentials, refusal} = {}) {
    this.credentials = credentials;
    this.refusal = refusal;
    this.#server.on('connect', (request, socket) => this.#tunnel(request, socket));
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
  }

  static async start(options) {
    const proxy = new HttpProxy(options);
    await listening(proxy.#server);
    return proxy;
  }

  get authority() { return `127.0.0.1:${this.#server.address().port}`; }

  stop() {
    this.#sockets.forEach((socket) => socket.destroy());
    this.#server.close();
  }

  /** The status of a refusal, or undefined. */
  #refused(request) {
    this.seen.push(`${request.method} ${request.url}`);
    const wanted = this.credentials && `Basic ${Buffer.from(this.credentials).toString('base64')}`;
    return this.refusal ?? (request.headers['proxy-authorization'] === wanted ? undefined : 407);
  }

  #tunnel(request, socket) {
    const status = this.#refused(request);
    if (status) return socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    const upstream = net.connect(Number(request.url.split(':').at(-1)), '127.0.0.1');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    pipe(socket, upstream);
  }

  #forward(request, response) {
    const status = this.#refused(request);
    if (status) return response.writeHead(status).end();
    const {port, pathname} = new URL(request.url);
    const {'proxy-authorization': unused, ...headers} = request.headers;
    const onward = http.request({host: '127.0.0.1', port, path: pathname, method: request.method, headers});
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }
}
