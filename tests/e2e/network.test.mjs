import assert from 'node:assert/strict';
import {createServer} from 'node:net';
import {describe, test} from 'node:test';

import {Provider} from '../support/provider.mjs';
import {runToEnd, startProxy, startProxyFor} from '../support/proxy.mjs';
import {say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {Authority, HttpProxy, startTls} from '../support/tunnel.mjs';
import {allEvents, post, textOf} from '../support/wire.mjs';

/** The way to the provider: proxies, private authorities, client certificates. No name is ever looked up. */

const OPTIONS = {
  timeout: 30_000
};

/** A provider, TLS in front of it for `provider.test`, and the authority behind its certificate. */
async function secureProvider(t, {clients = false} = {}) {
  const authority = new Authority();
  const provider = await Provider.start();
  const front = await startTls(provider.port, authority.issue('provider.test'), clients && authority);
  t.after(async () => {
    front.stop();
    await provider.stop();
    authority.remove();
  });
  return {provider, authority, url: `https://provider.test:${front.port}/v1`, target: `provider.test:${front.port}`};
}

async function httpProxy(t, options) {
  const proxy = await HttpProxy.start(options);
  t.after(() => proxy.stop());
  return proxy;
}

async function started(t, provider, environment) {
  const proxy = await startProxyFor(provider, {MAX_RETRIES: '0', ...environment});
  t.after(() => proxy.stop());
  return proxy;
}

const messageOf = async (response) => (await response.json()).error.message;

describe('HTTPS_PROXY', () => {
  test('leads to the provider by CONNECT, and the tunnel is used again', OPTIONS, async (t) => {
    const {provider, authority, url, target} = await secureProvider(t);
    const through = await httpProxy(t);
    const proxy = await started(
        t, provider,
        {OPENAI_BASE_URL: url, SSL_CA_FILE: authority.file, HTTPS_PROXY: `http://${through.authority}`});
    provider.script([say('one'), say('two')]);
    assert.equal((await (await post(proxy.url, ask())).json()).content[0].text, 'one');
    const events = await allEvents(await post(proxy.url, ask({stream: true})));
    assert.equal(textOf(events), 'two');
    assert.deepEqual(through.seen, [`CONNECT ${target}`]);
    assert.equal(provider.requests[0].headers['proxy-authorization'], undefined);
  });

  test('with user and password, in lower case', OPTIONS, async (t) => {
    const {provider, authority, url} = await secureProvider(t);
    const through = await httpProxy(t, {credentials: 'me:p@ss'});
    const proxy = await started(
        t, provider,
        {OPENAI_BASE_URL: url, SSL_CA_FILE: authority.file, https_proxy: `http://me:p%40ss@${through.authority}`});
    provider.script([say('in')]);
    assert.equal((await post(proxy.url, ask())).status, 200);
    assert.doesNotMatch(proxy.stderr, /p%40ss|p@ss/);
  });

  for (const [name, options, status, wording] of [
           ['that asks for a password', {credentials: 'me:secret'}, 502, /asks for a user and password.*HTTPS_PROXY/],
           ['that forbids the host', {refusal: 403}, 502, /refused a tunnel to provider\.test.*403.*NO_PROXY/]]) {
    test(`one ${name} is named with the cure`, OPTIONS, async (t) => {
      const {provider, authority, url} = await secureProvider(t);
      const through = await httpProxy(t, options);
      const proxy = await started(
          t, provider,
          {OPENAI_BASE_URL: url, SSL_CA_FILE: authority.file, HTTPS_PROXY: `u:wrong@${through.authority}`});
      const response = await post(proxy.url, ask());
      assert.equal(response.status, status);
      const message = await messageOf(response);
      assert.match(message, wording);
      assert.ok(message.includes(through.authority) && !message.includes('wrong'), message);
    });
  }
});

test('HTTP_PROXY gets the whole URL', OPTIONS, async (t) => {
  const provider = await Provider.start();
  t.after(() => provider.stop());
  const through = await httpProxy(t, {credentials: 'a:b'});
  const base = `http://provider.test:${provider.port}/v1`;
  const proxy = await started(t, provider, {OPENAI_BASE_URL: base, HTTP_PROXY: `a:b@${through.authority}`});
  provider.script([say('through')]);
  assert.equal((await (await post(proxy.url, ask())).json()).content[0].text, 'through');
  assert.deepEqual(through.seen, [`POST ${base}/chat/completions`]);
});

test('NO_PROXY and this machine are reached directly', OPTIONS, async (t) => {
  const provider = await Provider.start();
  t.after(() => provider.stop());
  const through = await httpProxy(t);
  const proxy = await started(t, provider, {HTTP_PROXY: through.authority, HTTPS_PROXY: through.authority});
  provider.script([say('direct')]);
  assert.equal((await post(proxy.url, ask())).status, 200);
  const listed = await started(t, provider, {
    OPENAI_BASE_URL: 'http://provider.invalid:1/v1',
    HTTP_PROXY: through.authority,
    NO_PROXY: 'x.test, .invalid'
  });
  assert.match(await messageOf(await post(listed.url, ask())), /provider\.invalid/);
  assert.deepEqual(through.seen, []);
});

describe('client certificates', () => {
  const tunnelled = async (t, environment) => {
    const {provider, authority, url} = await secureProvider(t, {clients: true});
    const through = await httpProxy(t);
    const {cert, key} = authority.issue('client');
    const proxy = await started(t, provider, {
      OPENAI_BASE_URL: url,
      SSL_CA_FILE: authority.file,
      HTTPS_PROXY: through.authority,
      ...environment({cert, key})
    });
    provider.script([say('known')]);
    return post(proxy.url, ask());
  };

  test('are presented', OPTIONS, async (t) => {
    const response =
        await tunnelled(t, ({cert, key}) => ({SSL_CLIENT_CERT_FILE: cert, SSL_CLIENT_KEY_FILE: key}));
    assert.equal((await response.json()).content?.[0].text, 'known');
  });

  test('are asked for by name where one is missing', OPTIONS, async (t) => {
    const response = await tunnelled(t, () => ({}));
    assert.equal(response.status, 502);
    assert.match(await messageOf(response), /SSL_CLIENT_CERT_FILE/);
  });
});

describe('the start names every setting that cannot be used', () => {
  test('all at once', OPTIONS, async (t) => {
    const authority = new Authority();
    t.after(() => authority.remove());
    const {cert} = authority.issue('client');
    const {status, stderr} = await runToEnd({
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'https://host:99999/v1',
      HTTPS_PROXY: 'socks5://me:secret@p:1',
      SSL_CLIENT_CERT_FILE: cert,
      SSL_CLIENT_KEY_FILE: '/nowhere/key.pem',
      PORT: 'x'
    });
    assert.equal(status, 2);
    assert.match(stderr, /OPENAI_BASE_URL: .*port/);
    assert.match(stderr, /HTTPS_PROXY: .*socks5.*expected http:\/\//);
    assert.match(stderr, /\/nowhere\/key\.pem/);
    assert.match(stderr, /PORT: "x"/);
    assert.doesNotMatch(stderr, /secret/);
  });

  test('the authority\'s file', OPTIONS, async () => {
    const {status, stderr} = await runToEnd({OPENAI_API_KEY: 'k', SSL_CA_FILE: '/nowhere/ca.pem', OPENAI_BASE_URL: 'https://x.test'});
    assert.equal(status, 2);
    assert.match(stderr, /SSL_CA_FILE.*\/nowhere\/ca\.pem/);
  });
});

test('a connection that takes long: pings, then an error that names the timeout', {timeout: 40_000}, async (t) => {
  const sockets = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));  // never speaks TLS
  await new Promise((listening) => silent.listen(0, '127.0.0.1', listening));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const proxy = await startProxy({
    OPENAI_API_KEY: 'key',
    OPENAI_BASE_URL: `https://127.0.0.1:${silent.address().port}/v1`,
    CONNECT_TIMEOUT: '12',
    MAX_RETRIES: '0',
  });
  t.after(() => proxy.stop());
  const events = await allEvents(await post(proxy.url, ask({stream: true})));
  assert.deepEqual(events.map(({name}) => name), ['message_start', 'ping', 'error']);
  assert.match(events.at(-1).data.error.message, /CONNECT_TIMEOUT|within 12/);
});
