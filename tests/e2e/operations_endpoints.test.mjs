import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {hang, say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {post, Wire, within} from '../support/wire.mjs';

/** The endpoints beside the conversation, client keys, and limits. */

const OPTIONS = {
  timeout: 30_000
};
const pair = startPair({MAX_RETRIES: '0'});

/** The answer is an error envelope of this status and type, with the same request id in header and body. */
async function assertRefused(response, status, type) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const body = JSON.parse(text);
  assert.deepEqual([body.type, body.error.type], ['error', type]);
  assert.match(response.headers.get('request-id') ?? '', /^req_/);
  assert.equal(body.request_id, response.headers.get('request-id'));
  return body.error.message;
}

describe('endpoints', () => {
  test('GET / says what runs here', OPTIONS, async () => {
    const response = await fetch(pair.proxy.url);
    assert.equal(response.status, 200);
    const body = await response.json();
    assert.equal(body.status, 'running');
    assert.equal(body.config.openai_base_url, pair.provider.baseUrl);
    assert.deepEqual([body.config.api_key_configured, body.config.client_api_key_validation], [true, false]);
    assert.deepEqual(body.endpoints, {
      messages: '/v1/messages',
      count_tokens: '/v1/messages/count_tokens',
      health: '/health',
      test_connection: '/test-connection'
    });
    assert.ok(!JSON.stringify(body).includes(pair.provider.key));
  });

  test('HEAD / is the same without a body', OPTIONS, async () => {
    const wire = await Wire.connect(pair.proxy.port);
    wire.write('HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await within(5_000, 'the end of the answer', wire.closed);
    assert.match(wire.text, /^HTTP\/1\.1 200 /);
    assert.match(wire.text, /\r\nContent-Length: [1-9]\d*\r\n/);
    assert.equal(wire.text.indexOf('\r\n\r\n'), wire.text.length - 4, 'something follows the head');
  });

  test('GET /health', OPTIONS, async () => {
    const response = await fetch(`${pair.proxy.url}/health`);
    assert.equal(response.status, 200);
    const {timestamp, ...rest} = await response.json();
    assert.ok(Math.abs(Date.now() - Date.parse(timestamp)) < 60_000, timestamp);
    assert.deepEqual(rest, {
      status: 'healthy',
      openai_api_configured: true,
      api_key_valid: true,
      client_api_key_validation: false,
    });
  });

  test('a path that is none', OPTIONS, async () => {
    const message = await assertRefused(await fetch(`${pair.proxy.url}/v1/nope`), 404, 'not_found_error');
    assert.match(message, /\/v1\/nope/);
  });

  for (const [method, path, allow] of [
           ['GET', '/v1/messages', 'POST'], ['DELETE', '/v1/messages/count_tokens', 'POST'],
           ['POST', '/health', 'GET, HEAD']]) {
    test(`${method} ${path} is not allowed`, OPTIONS, async () => {
      const response = await fetch(`${pair.proxy.url}${path}`, {method});
      await assertRefused(response, 405, 'invalid_request_error');
      assert.equal(response.headers.get('allow'), allow);
    });
  }

  test('a query does not change the path', OPTIONS, async () => {
    pair.provider.script([say('ok')]);
    const response = await post(pair.proxy.url, ask(), {path: '/v1/messages?beta=true'});
    assert.equal((await response.json()).content[0].text, 'ok');
  });

  const count = (body) => post(pair.proxy.url, body, {path: '/v1/messages/count_tokens?beta=true'});

  test('count_tokens grows with the request, and asks nobody', OPTIONS, async () => {
    pair.provider.script([]);
    const {max_tokens: unused, ...small} = ask();
    const large = {...small, messages: [{role: 'user', content: 'one two three '.repeat(100)}]};
    const [few, many] = await Promise.all(
        [small, large].map(async (body) => (await (await count(body)).json()).input_tokens));
    assert.ok(Number.isInteger(few) && few > 0, `${few}`);
    assert.ok(many >= few + 200, `${few}, ${many}`);
    pair.assertAccepted(0);
  });

  for (const body
           of ['', '{', '[]', '{}', '{"model": "m", "messages": 5}', '{"model":"m","messages":[]} x']) {
    for (const path of ['/v1/messages', '/v1/messages/count_tokens']) {
      test(`${path} refuses ${JSON.stringify(body)}`, OPTIONS, async () => {
        pair.provider.script([]);
        const response = await post(pair.proxy.url, body, {path});
        await assertRefused(response, 400, 'invalid_request_error');
        pair.assertAccepted(0);
      });
    }
  }
});

describe('request-id', () => {
  for (const path of ['/', '/health']) {
    test(`of ${path}`, OPTIONS, async () => {
      const response = await fetch(`${pair.proxy.url}${path}`);
      assert.match(response.headers.get('request-id') ?? '', /^req_/);
    });
  }

  for (const [name, bytes] of [
           ['that is no HTTP', 'nonsense\r\n\r\n'], ['without Host', 'GET / HTTP/1.1\r\n\r\n'], [
             'with a head that is too large',
             `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(100_000)}\r\n\r\n`
           ]]) {
    test(`of a request ${name}`, OPTIONS, async (t) => {
      const wire = await Wire.connect(pair.proxy.port);
      t.after(() => wire.destroy());
      wire.write(bytes);
      await within(5_000, 'an answer', wire.until(/\r\n\r\n.*\}$/s));
      assert.match(wire.text, /^HTTP\/1\.1 4\d\d /);
      assert.match(wire.text, /\r\nrequest-id: req_\w+\r\n/i);
    });
  }
});

describe('client keys', () => {
  const guarded = startPair({ANTHROPIC_API_KEY: 'right-key'});
  const send = (headers) => fetch(`${guarded.proxy.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify(ask()),
    headers: {'content-type': 'application/json', ...headers},
  });

  for (const headers
           of [{'x-api-key': 'right-key'}, {authorization: 'Bearer right-key'},
               {authorization: 'bearer  right-key'}]) {
    test(`${JSON.stringify(headers)} is let in`, OPTIONS, async () => {
      guarded.provider.script([say('ok')]);
      assert.equal((await send(headers)).status, 200);
      guarded.assertAccepted(1);
    });
  }

  for (const headers
           of [{}, {'x-api-key': ''}, {'x-api-key': 'right-ke'}, {'x-api-key': 'right-key2'},
               {authorization: 'right-key'}, {authorization: 'Basic right-key'},
               {authorization: 'Bearer wrong'}]) {
    test(`${JSON.stringify(headers)} is not`, OPTIONS, async () => {
      guarded.provider.script([]);
      const response = await send(headers);
      assert.equal(response.headers.get('x-should-retry'), 'false');
      await assertRefused(response, 401, 'authentication_error');
      guarded.assertAccepted(0);
    });
  }

  test('count_tokens wants the key too', OPTIONS, async () => {
    await assertRefused(
        await post(guarded.proxy.url, ask(), {path: '/v1/messages/count_tokens'}), 401,
        'authentication_error');
  });

  for (const path of ['/', '/health']) {
    test(`${path} is open`, OPTIONS, async () => {
      const response = await fetch(`${guarded.proxy.url}${path}`);
      assert.equal(response.status, 200);
      const text = await response.text();
      assert.match(text, /"client_api_key_validation":true/);
      assert.ok(!text.includes('right-key'));
    });
  }
});

describe('limits', () => {
  test('MAX_REQUESTS: one more is told to come back', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {MAX_REQUESTS: '1'});
    provider.script([hang(), say('free again')]);
    const abort = new AbortController();
    const first = post(proxy.url, ask(), {signal: abort.signal});
    const exchange = await provider.request(0);
    const second = await post(proxy.url, ask());
    assert.match(second.headers.get('retry-after') ?? '', /^\d+$/);
    assert.match(await assertRefused(second, 529, 'overloaded_error'), /MAX_REQUESTS/);

    abort.abort();
    await assert.rejects(first);
    assert.equal(await exchange.aborted, true);
    assert.equal((await (await post(proxy.url, ask())).json()).content[0].text, 'free again');
  });

  test('MAX_BODY_SIZE', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {MAX_BODY_SIZE: '1'});
    provider.script([say('ok')]);
    const size = (bytes) => ask({messages: [{role: 'user', content: 'x'.repeat(bytes)}]});
    await assertRefused(await post(proxy.url, size(2 << 20)), 413, 'request_too_large');
    assert.equal((await post(proxy.url, size(1 << 19))).status, 200);
    assert.equal(provider.requests.length, 1);
  });

  test('20 MB are no problem', OPTIONS, async () => {
    pair.provider.script([say('read')]);
    const content = 'All work and no play. '.repeat(950_000);
    const request = ask({model: 'a/large-one', messages: [{role: 'user', content}]});
    const response = await post(pair.proxy.url, request);
    assert.equal(response.status, 200);
    assert.equal((await response.json()).content[0].text, 'read');
    pair.assertAccepted(1);
    assert.equal(pair.provider.requests[0].body.messages[0].content.length, content.length);
  });
});

test('a web page cannot spend the credit of a proxy without a client key', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t);
  const body = JSON.stringify(ask());
  const response = await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: {'content-type': 'application/json', origin: 'https://page.example'},
    body,
  });
  assert.match(await assertRefused(response, 403, 'permission_error'), /ANTHROPIC_API_KEY/);
  assert.equal(response.headers.get('x-should-retry'), 'false');
  assert.equal(provider.requests.length, 0);
});
