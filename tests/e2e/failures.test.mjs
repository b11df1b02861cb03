import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {startProxy} from '../support/proxy.mjs';
import {beginning, disconnect, error, say, sse} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, post, textOf} from '../support/wire.mjs';

/**
 * What the proxy does when the provider fails before its answer has begun: retries, and what it passes on.
 */

const OPTIONS = {
  timeout: 30_000
};
const busy = error(500, {error: {message: 'busy', type: 'server_error', param: null, code: null}});

async function assertAnswered(response, text) {
  assert.equal(response.status, 200);
  const isStream = response.headers.get('content-type').startsWith('text/event-stream');
  assert.equal(isStream ? textOf(await allEvents(response)) : (await response.json()).content[0].text, text);
}

async function assertFailed(response, status, type, wording) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const body = JSON.parse(text);
  assert.deepEqual([body.type, body.error.type], ['error', type]);
  assert.match(body.error.message, wording);
}

const CALL_FAILED = {
  error: {
    message: 'Failed to call a function. Please adjust your prompt.',
    type: 'invalid_request_error',
    code: 'tool_use_failed',
    failed_generation: '<function=Read{}</function>'
  }
};
const PASSING = {
  'Groq\'s failed call, as a status': error(400, CALL_FAILED),
  'Groq\'s failed call, as an event': sse(`event: error\ndata: ${JSON.stringify(CALL_FAILED)}\n\n`),
  'NIM\'s model that is out of order': error(400, {detail: 'DEGRADED function cannot be invoked'}),
};

describe('a passing fault in a 400', () => {
  const pair = startPair({MAX_RETRIES: '1'});

  for (const [name, fault] of Object.entries(PASSING)) {
    test(`${name}: the next attempt is the answer`, OPTIONS, async () => {
      pair.provider.script([fault, say('now')]);
      await assertAnswered(await post(pair.proxy.url, ask({stream: true})), 'now');
      pair.assertAccepted(2);
    });

    test(`${name}, for good: 503 with its words`, OPTIONS, async () => {
      pair.provider.script(() => fault);
      const words = name.startsWith('Groq') ? /<function=Read/ : /DEGRADED/;
      await assertFailed(await post(pair.proxy.url, ask({stream: true})), 503, 'overloaded_error', words);
    });
  }
});

test('a model that is being loaded is waited for, beyond MAX_RETRIES', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {MAX_RETRIES: '1'});
  const loading = error(503, {error: {code: 503, message: 'Loading model', type: 'unavailable_error'}});
  provider.script([loading, loading, loading, say('loaded')]);
  await assertAnswered(await post(proxy.url, ask({stream: true})), 'loaded');
});

test('Claude Code is shown a lasting refusal once, other clients get its status', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {});
  provider.script(() => error(400, {error: {message: 'Invalid value for temperature'}}));
  const claude = {'user-agent': 'claude-cli/2.1.332 (external, cli)'};
  await assertFailed(
      await post(proxy.url, ask(), {headers: claude}), 424, 'invalid_request_error', /Invalid value/);
  await assertFailed(await post(proxy.url, ask()), 400, 'invalid_request_error', /Invalid value/);
});

describe('retries', () => {
  const pair = startPair();

  for (const status of [408, 409, 429, 500, 502, 503, 529]) {
    test(`the client does not see a ${status} that passes`, OPTIONS, async () => {
      pair.provider.script([error(status, {error: {message: 'not now'}}), say('now')]);
      await assertAnswered(await post(pair.proxy.url, ask({stream: status % 2 === 0})), 'now');
      pair.assertAccepted(2);
      const [first, second] = pair.provider.requests;
      assert.ok(first.raw.equals(second.raw), 'the second request is another');
    });
  }

  test('a connection that closes before the answer is tried again', OPTIONS, async () => {
    pair.provider.script([disconnect(), disconnect(), say('now')]);
    await assertAnswered(await post(pair.proxy.url, ask()), 'now');
    assert.ok(pair.provider.requests.length >= 3, `${pair.provider.requests.length} requests`);
  });

  test('MAX_RETRIES=2 is three requests', OPTIONS, async () => {
    pair.provider.script(() => busy);
    await assertFailed(await post(pair.proxy.url, ask()), 500, 'api_error', /busy/);
    pair.assertAccepted(3);
  });

  for (const status of [400, 401, 403, 404, 413, 422]) {
    test(`a ${status} is final`, OPTIONS, async () => {
      pair.provider.script([error(status, {error: {message: 'no'}}), say('never')]);
      assert.notEqual((await post(pair.proxy.url, ask())).status, 200);
      pair.assertAccepted(1);
    });
  }

  test('retry-after is waited for', OPTIONS, async () => {
    const times = [];
    pair.provider.script((body, index) => {
      times.push(performance.now());
      return index ? say('now') : error(429, {error: {message: 'Rate limit reached'}}, {'retry-after': '1'});
    });
    await assertAnswered(await post(pair.proxy.url, ask()), 'now');
    const pause = times[1] - times[0];
    assert.ok(pause >= 990 && pause < 5_000, `${pause} ms`);
  });

  test('rate limits are passed on, with errors and with answers', OPTIONS, async () => {
    const limits = {'x-ratelimit-remaining-tokens': '0', 'X-RateLimit-Reset-Tokens': '6m0s', 'retry-after-ms': '119500'};
    const answer = sse(beginning(say('a'), 3) + 'data: [DONE]\n\n', {headers: limits});
    pair.provider.script([error(429, {error: {message: 'Rate limit reached'}}, limits), answer]);
    const refused = await post(pair.proxy.url, ask());
    assert.deepEqual(['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens', 'retry-after'].map((name) => refused.headers.get(name)),
                     ['0', '6m0s', '120']);
    const streamed = await post(pair.proxy.url, ask({stream: true}));
    assert.equal(streamed.headers.get('x-ratelimit-reset-tokens'), '6m0s');
    assert.equal(textOf(await allEvents(streamed)), 'a');
  });

  test('a long retry-after is the client\'s business', OPTIONS, async () => {
    pair.provider.script([error(429, {error: {message: 'Rate limit reached'}}, {'retry-after': '120'})]);
    const response = await post(pair.proxy.url, ask());
    assert.equal(response.headers.get('retry-after'), '120');
    await assertFailed(response, 429, 'rate_limit_error', /Rate limit reached/);
    pair.assertAccepted(1);
  });

  test('a quota that is used up is not', OPTIONS, async () => {
    pair.provider.script([error(429, {
      error:
          {message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota'}
    })]);
    const response = await post(pair.proxy.url, ask());
    assert.equal(response.headers.get('x-should-retry'), 'false');
    await assertFailed(response, 429, 'rate_limit_error', /quota/);
    pair.assertAccepted(1);
  });

  for (const stream of [false, true]) {
    test(`the proxy's own key is refused, ${stream ? 'stream' : 'create'}`, OPTIONS, async () => {
      pair.provider.script(
          [error(401, {error: {message: 'Incorrect API key provided', code: 'invalid_api_key'}})]);
      const response = await post(pair.proxy.url, ask({stream}));
      assert.equal(response.headers.get('x-should-retry'), 'false');
      await assertFailed(response, 403, 'permission_error', /OPENAI_API_KEY/);
      pair.assertAccepted(1);
    });

    test(`a web page instead of an API, ${stream ? 'stream' : 'create'}`, OPTIONS, async () => {
      pair.provider.script([error(
          200, '<!doctype html><title>Welcome</title>', {'content-type': 'text/html; charset=utf-8'})]);
      await assertFailed(await post(pair.proxy.url, ask({stream})), 502, 'api_error', /OPENAI_BASE_URL/);
      pair.assertAccepted(1);
    });
  }
});

describe('MAX_RETRIES=0', () => {
  const pair = startPair({MAX_RETRIES: '0'});

  test('passes the first error on', OPTIONS, async () => {
    pair.provider.script([error(503, {error: {message: 'down'}}, {'retry-after': '7'}), say('never')]);
    const response = await post(pair.proxy.url, ask());
    assert.equal(response.headers.get('retry-after'), '7');
    await assertFailed(response, 503, 'overloaded_error', /down/);
    pair.assertAccepted(1);
  });

  for (const stream of [false, true]) {
    test(`a used connection that closes is replaced, ${stream ? 'stream' : 'create'}`, OPTIONS, async () => {
      pair.provider.script([say('first'), disconnect(), say('second')]);
      await assertAnswered(await post(pair.proxy.url, ask()), 'first');
      await assertAnswered(await post(pair.proxy.url, ask({stream})), 'second');
      const [first, broken, again] = pair.provider.requests.map((exchange) => exchange.connection);
      assert.equal(broken, first, 'the connection was not used again');
      assert.notEqual(again, first);
      pair.assertAccepted(3);
    });
  }

  test('but only once', OPTIONS, async () => {
    pair.provider.script([say('first'), disconnect(), disconnect(), say('never')]);
    await assertAnswered(await post(pair.proxy.url, ask()), 'first');
    await assertFailed(await post(pair.proxy.url, ask()), 502, 'api_error', /ended the connection/);
    pair.assertAccepted(3);
  });
});

describe('a provider that is not there', () => {
  /** A port that nobody listens on: it was free a moment ago. */
  async function freePort() {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const {port} = server.address();
    server.close();
    await once(server, 'close');
    return port;
  }

  for (const stream of [false, true]) {
    test(`is named after the retries, ${stream ? 'stream' : 'create'}`, OPTIONS, async (t) => {
      const port = await freePort();
      const proxy = await startProxy({
        OPENAI_API_KEY: 'sk-test',
        OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
        MAX_RETRIES: '1',
        LOG_LEVEL: 'INFO'
      });
      t.after(() => proxy.stop());
      const response = await post(proxy.url, ask({stream}));
      await assertFailed(response, 502, 'api_error', new RegExp(`127\\.0\\.0\\.1:${port}`));
      const id = response.headers.get('request-id');
      await proxy.said(new RegExp(`${id}.* 502 .*retries=1`));
    });
  }

  test('a name that does not exist', OPTIONS, async (t) => {
    const {proxy} = await pairFor(t, {OPENAI_BASE_URL: 'http://no-such-host.invalid/v1', MAX_RETRIES: '0'});
    await assertFailed(await post(proxy.url, ask()), 502, 'api_error', /no-such-host\.invalid/);
  });
});
