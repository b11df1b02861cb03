import {once} from 'node:events';
import http from 'node:http';
import {setTimeout as pause} from 'node:timers/promises';

import {parseBody, requireChatRequest, requireHead, requireKey} from './chat_rules.mjs';
import {Refusal} from './refusal.mjs';
import {completionBody, completionStream, sse} from './replies.mjs';

/** One request as the provider saw it. */
class Exchange {
  /** The request's body, as bytes and parsed (undefined when it is not JSON). */
  raw = Buffer.alloc(0);
  body = undefined;
  /** The Refusal when a rule was broken, otherwise null. */
  refusal = null;
  /**
   * Settles with true when the peer went away before the answer was complete, with false when it was sent
   * whole.
   */
  aborted;

  constructor(request, response, connection) {
    this.method = request.method;
    this.path = request.url;
    this.headers = request.headers;
    this.rawHeaders = request.rawHeaders;
    /** The number of the TCP connection, counted from 1. */
    this.connection = connection;
    this.aborted = new Promise((resolve) => {
      response.once('close', () => resolve(!response.writableFinished));
    });
  }
}

/**
 * A fake OpenAI-compatible provider on a free port of 127.0.0.1, as strict as OpenAI: what breaks a rule gets
 * OpenAI's 400 and is listed in `refusals`; what keeps them gets the next scripted reply (see replies.mjs).
 *
 * Options: `path` and `key` it listens for, `strict: false` to answer everything, `models` (what `GET
 * …/models` lists: objects with an id, or a reply; without it there is no such list), `azure` (the api-version
 * to insist on, with the key in `api-key`), `endpoints` (what other POST paths answer: by path, a function of
 * the parsed body that gives a reply; with the method and a space in front for others), and those of requireChatRequest.
 */
export class Provider {
  requests = [];
  /** Requests that came when the script had no reply left; a test with one of these has failed. */
  unexpected = [];
  #server = http.createServer((request, response) => this.#serve(request, response));
  #connections = new Map();
  #waiting = [];
  #next = () => undefined;

  /** How often the list of models was asked for. */
  modelRequests = 0;

  constructor({path = '/v1/chat/completions', key = 'sk-test', strict = true, models, azure, endpoints = {}, ...rules} = {}) {
    this.path = path;
    this.endpoints = endpoints;
    this.azure = azure;
    this.models = models;
    this.key = key;
    this.strict = strict;
    this.rules = rules;
    this.#server.on('connection', (socket) => {
      socket.setNoDelay(true);
      this.#connections.set(socket, this.#connections.size + 1);
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(options) {
    const provider = new Provider(options);
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get port() { return this.#server.address().port; }

  /** What OPENAI_BASE_URL must be. */
  get baseUrl() { return `http://127.0.0.1:${this.port}${this.path.replace(/\/chat\/completions$/, '')}`; }

  get #modelsPath() { return this.path.replace(/\/chat\/completions$/, '/models'); }

  get refusals() {
    return this.requests.filter((exchange) => exchange.refusal)
        .map((exchange) => exchange.refusal.body.error.message);
  }

  get connections() { return this.#connections.size; }

  /**
   * Replies in order, or a function of (body, index since this call, exchange). Forgets what was recorded
   * before.
   */
  script(replies) {
    this.requests = [];
    this.unexpected = [];
    const list = typeof replies === 'function' ? undefined : [...replies];
    this.#next = list ? () => list.shift() : replies;
    return this;
  }

  /** The request number `index` (from 0) since the last script(), when it has come. */
  async request(index) {
    if (!this.requests[index]) await new Promise((resolve) => this.#waiting.push({index, resolve}));
    return this.requests[index];
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #serve(request, response) {
    const exchange = new Exchange(request, response, this.#connections.get(request.socket));
    const bytes = [];
    request.on('error', () => {}).on('data', (data) => bytes.push(data));
    await once(request, 'end').catch(() => {});
    exchange.raw = Buffer.concat(bytes);
    if (request.method === 'GET' && request.url === this.#modelsPath) return send(response, this.#list(request));
    const endpoint = this.endpoints[request.method === 'POST' ? request.url : `${request.method} ${request.url}`];
    if (endpoint) return send(response, this.#keyRefusal(request) ?? endpoint(exchange.raw.length ? parseBody(exchange.raw) : undefined));
    exchange.refusal = this.#check(request, exchange);
    const index = this.requests.push(exchange) - 1;
    this.#waiting = this.#waiting.filter((wait) => wait.index !== index || wait.resolve());
    const reply = exchange.refusal ? refusalReply(exchange.refusal) : await this.#reply(exchange, index);
    await send(response, reply, exchange.body);
  }

  #check(request, exchange) {
    try {
      if (this.strict) requireHead(request, this);
      exchange.body = parseBody(exchange.raw);
      if (this.strict) requireChatRequest(exchange.body, this.rules);
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  #keyRefusal(request) {
    try {
      if (this.strict) requireKey(request.headers, this.key);
    } catch (refusal) {
      return refusalReply(refusal);
    }
  }

  /** OpenAI's list of models, for the right key. */
  #list(request) {
    this.modelRequests++;
    const refused = this.#keyRefusal(request);
    if (refused) return refused;
    if (!this.models) return {kind: 'whole', status: 404, headers: {}, body: {error: {message: 'no list here'}}};
    if (!Array.isArray(this.models)) return this.models;
    const data =
        this.models.map((model) => ({object: 'model', created: 1700000000, owned_by: 'fake', ...model}));
    return {kind: 'whole', status: 200, headers: {}, body: {object: 'list', data}};
  }

  async #reply(exchange, index) {
    let problem = 'the script has no reply for this request';
    try {
      const reply = await this.#next(exchange.body, index, exchange);
      if (reply) return reply;
    } catch (error) {
      problem = `the script failed: ${error.stack}`;
    }
    this.unexpected.push(problem);
    return {
      kind: 'whole',
      status: 400,
      headers: {},
      body: {error: {message: problem, type: 'fake_provider', param: null, code: null}}
    };
  }
}

const refusalReply = (refusal) => ({kind: 'whole', status: refusal.status, headers: {}, body: refusal.body});

const SENDERS = {
  hang() {},
  disconnect(response) { response.socket?.destroy(); },
  whole(response, {status, headers, body}) {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/plain' : 'application/json';
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'x-request-id': 'req_fake',
      ...headers
    });
    response.end(text);
  },
  completion(response, reply, request) {
    if (!request.stream)
      return SENDERS.whole(response, {status: 200, headers: {}, body: completionBody(reply, request.model)});
    return SENDERS.sse(
        response, sse(completionStream(reply, request.model, request.stream_options?.include_usage)));
  },
  async sse(response, {bytes, cut, pauseMs, end, headers}) {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-request-id': 'req_fake',
      ...headers
    });
    response.flushHeaders();
    for (let at = 0; at < bytes.length && !response.destroyed; at += cut) {
      await written(response, bytes.subarray(at, at + cut));
      if (pauseMs) await pause(pauseMs);
    }
    if (end === 'end') response.end();
    if (end === 'disconnect') response.socket?.destroy();
  },
  async staged(response, {parts, status, headers}) {
    response.writeHead(status, {'content-type': 'text/event-stream', ...headers});
    response.flushHeaders();
    for (const part of parts) {
      if (typeof part === 'string' || Buffer.isBuffer(part))
        await written(response, part);
      else
        await part;
      if (response.destroyed) return;
    }
    response.end();
  },
};

const send = (response, reply, request) => SENDERS[reply.kind](response, reply, request);

/** Each write leaves as a segment of its own: the callback comes when the kernel has it. */
const written = (response, bytes) => new Promise((resolve) => {
  response.once('close', resolve);
  response.write(bytes, () => {
    response.off('close', resolve);
    setImmediate(resolve);
  });
});
