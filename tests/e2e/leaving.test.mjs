import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {beginning, completion, completionStream, hang, say, staged} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {gate, post, postBytes, Wire, within} from '../support/wire.mjs';

/** Clients that end their side of the connection, and clients that go: what they get, and what the log says. */

const OPTIONS = {
  timeout: 30_000
};
const SOON_MS = 5_000;

const metrics = async (proxy) => (await fetch(`${proxy.url}/metrics`)).text();
const linesWith = (proxy, text) => proxy.stderr.split('\n').filter((line) => line.includes(text));

describe('a client that ends its side behind a whole request is served', () => {
  const pair = startPair({LOG_LEVEL: 'INFO'});

  for (const stream of [false, true]) {
    test(stream ? 'with a stream' : 'with a message', OPTIONS, async () => {
      const {passed, open} = gate();
      const whole = completionStream(say('half of it, and the other half'), 'gpt-4o', true);
      const first = beginning(say('half of it, and the other half'), 3);
      pair.provider.script([staged([first, passed, whole.slice(first.length)])]);
      const wire = await Wire.connect(pair.proxy.port);
      wire.socket.allowHalfOpen = true;
      wire.socket.end(postBytes(ask({stream})));
      await pair.provider.request(0);
      if (stream) await within(SOON_MS, 'the first half', wire.until(/text_delta/));
      open();
      await within(SOON_MS, 'the end of the connection', wire.closed);
      assert.match(wire.text, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(wire.text, stream ? /message_stop/ : /"half of it, and the other half"/);
      pair.assertAccepted(1);
    });
  }

  test('a body that it cuts is 400', OPTIONS, async () => {
    pair.provider.script([]);
    const wire = await Wire.connect(pair.proxy.port);
    wire.socket.end(postBytes(ask()).slice(0, -9));
    await within(SOON_MS, 'the end of the connection', wire.closed);
    assert.match(wire.text, /^HTTP\/1\.1 400 Bad Request\r\n[^]*"invalid_request_error"[^]*cut short[^]* of its /);
    pair.assertAccepted(0);
  });
});

describe('a client that goes before the headers is one line, with its own status', () => {
  const lines = (proxy) => proxy.stderr.split('\n').filter((line) => / (499|500)\b/.test(line));

  for (const stream of [false, true]) {
    test(stream ? 'stream' : 'create', OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'DEBUG'});
      provider.script([hang()]);
      const wire = await Wire.connect(proxy.port);
      wire.write(postBytes(ask({stream})));
      await provider.request(0);
      wire.destroy();
      await within(SOON_MS, 'the log', proxy.said(/ POST \/v1\/messages 499 .*error=the client went away/));
      const numbers = await metrics(proxy);
      assert.match(numbers, /ccp_requests_total\{endpoint="\/v1\/messages",status="499"\} 1/);
      assert.doesNotMatch(numbers, /status="(500|0)"/);
      assert.equal(lines(proxy).length, 1, proxy.stderr);
      assert.equal(linesWith(proxy, 'could not be answered').length, 0);
    });
  }

  for (const path of ['/test-connection', '/v1/models']) {
    test(`GET ${path}`, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'DEBUG'}, {models: hang()});
      provider.script([hang()]);
      const wire = await Wire.connect(proxy.port);
      wire.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      if (path === '/test-connection') await provider.request(0);
      while (path === '/v1/models' && !provider.modelRequests) await fetch(`${proxy.url}/health`);
      wire.destroy();
      await within(SOON_MS, 'the log', proxy.said(new RegExp(` GET ${path} 499 `)));
      assert.ok((await metrics(proxy)).includes(`ccp_requests_total{endpoint="${path}",status="499"} 1`));
      assert.equal(lines(proxy).length, 1, proxy.stderr);
    });
  }

  test('while it sends its body', OPTIONS, async (t) => {
    const {proxy} = await pairFor(t, {LOG_LEVEL: 'DEBUG'});
    const wire = await Wire.connect(proxy.port);
    wire.write(postBytes(ask()).slice(0, -9));
    await within(SOON_MS, 'the connection', proxy.url && fetch(`${proxy.url}/health`));
    wire.socket.resetAndDestroy();
    await within(SOON_MS, 'the log', proxy.said(/ POST \/v1\/messages 499 /));
    assert.doesNotMatch(await metrics(proxy), /status="(500|0)"/);
    assert.equal(lines(proxy).length, 1, proxy.stderr);
  });
});

test('first= is the first word of the provider, not our own', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'INFO'});
  const {passed, open} = gate();
  const whole = completionStream(say('at last'), 'gpt-4o', true);
  const role = beginning(say('at last'), 1);
  provider.script([staged([role, passed, whole.slice(role.length)])]);
  const response = await post(proxy.url, ask({stream: true}));
  const reader = response.body.getReader();
  await reader.read();  // message_start
  const held = performance.now();
  while (performance.now() - held < 300) await fetch(`${proxy.url}/health`);
  open();
  while (!(await reader.read()).done);
  const [, first, total] =
      await within(SOON_MS, 'the log', proxy.said(/POST \/v1\/messages 200 .*first=([\d.]+)s total=([\d.]+)s/));
  assert.ok(total - first >= 0 && total - first < 0.3, `first=${first} total=${total}`);
});

describe('an answer whose max_tokens was lowered names the setting in a header', () => {
  const pair = startPair({MAX_TOKENS_LIMIT: '4096'});
  const NAME = 'x-claude-code-proxy-warning';

  for (const stream of [false, true]) {
    test(stream ? 'stream' : 'create', OPTIONS, async () => {
      pair.provider.script([completion({text: 'half a sent', finish: 'length'}), say('short')]);
      const response = await post(pair.proxy.url, ask({stream, max_tokens: 32_000}));
      assert.equal(
          response.headers.get(NAME),
          'MAX_TOKENS_LIMIT lowered max_tokens from 32000 to 4096; raise it as far as the model allows');
      await response.text();
      const own = await post(pair.proxy.url, ask({stream, max_tokens: 1000}));
      assert.equal(own.headers.get(NAME), null);
      await own.text();
    });
  }
});
