import {once} from 'node:events';
import net from 'node:net';

/** The proxy as a plain HTTP client sees it: no SDK between the test and the bytes. */

/** The promise's value, or a failure that says what did not come in time. */
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A promise and the function that resolves it. */
export function gate() {
  let open;
  const passed = new Promise((resolve) => {
    open = resolve;
  });
  return {passed, open};
}

/** A POST of a JSON body (or of the bytes of a string). */
export const post = (url, body, {path = '/v1/messages', headers = {}, signal} = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: {'content-type': 'application/json', 'x-api-key': 'any', ...headers},
      signal,
    });

const parseEvent = (text) => {
  const [, name, data] = /^event: ([^\r\n]*)\ndata: ([^\r\n]*)$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`not one event: ${text}`);
  return {name, data: JSON.parse(data)};
};

/** The events of a stream, as they come. */
export async function* eventsOf(response) {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    const parts = (rest + decoder.decode(bytes, {stream: true})).split('\n\n');
    rest = parts.pop();
    for (const part of parts) yield parseEvent(part);
  }
  if (rest) throw new Error(`the stream ends inside an event: ${rest}`);
}

/** All events of a stream. */
export async function allEvents(response) {
  const events = [];
  for await (const event of eventsOf(response)) events.push(event);
  return events;
}

export const namesOf = (events) => events.map((event) => event.name);

export const textOf = (events) => events.filter((event) => event.data.delta?.type === 'text_delta')
                                      .map((event) => event.data.delta.text)
                                      .join('');

/** A TCP connection to the proxy that keeps what it reads in `text`. */
export class Wire {
  text = '';
  #changed = [];

  static async connect(port) {
    const wire = new Wire();
    wire.socket = net.connect(port, '127.0.0.1');
    wire.closed = new Promise((resolve) => wire.socket.once('close', resolve));
    wire.socket.setEncoding('utf8').on('data', (text) => {
      wire.text += text;
      wire.#changed.splice(0).forEach((look) => look());
    });
    await once(wire.socket, 'connect');
    wire.socket.on('error', () => {});
    return wire;
  }

  write(text) { this.socket.write(text); }

  /** Waits until what was read matches. */
  async until(pattern) {
    while (!pattern.test(this.text)) await new Promise((resolve) => this.#changed.push(resolve));
  }

  destroy() { this.socket.destroy(); }
}

/** The bytes of a POST /v1/messages. */
export function postBytes(body, path = '/v1/messages') {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${
      Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** Whether the port takes a connection. */
export async function accepts(port) {
  const socket = net.connect(port, '127.0.0.1');
  const outcome = await new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return outcome;
}
