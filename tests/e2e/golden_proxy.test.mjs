import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {goldenCases, minify, normaliseGoldenStream, normaliseJson, normaliseStream} from '../support/golden.mjs';
import {startPair} from '../support/pair.mjs';
import {error, say, sse} from '../support/replies.mjs';

/**
 * The golden corpus through the whole proxy, over sockets: what the provider gets, and what the client gets.
 */

/** How a case says what the provider answers. */
const UPSTREAM = ['upstream.error.json', 'upstream.answer.json', 'upstream.sse'];

/** Bytes per write of a stream. */
const CUTS = [Infinity, 7];

/** The environment that makes the proxy what the case asks for. */
const environmentOf = ({upstream_model: model = 'gpt-4o', limits = { min_tokens: 1, max_tokens: 100000 }}) =>
    ({
      BIG_MODEL: model,
      MIDDLE_MODEL: model,
      SMALL_MODEL: model,
      MAX_RETRIES: '0',
      MIN_TOKENS_LIMIT: String(limits.min_tokens),
      MAX_TOKENS_LIMIT: String(limits.max_tokens),
    });

/** What the provider answers: a function, because a stream is replayed in several cuts. */
function replyOf(golden) {
  if (golden.has('upstream.error.json')) {
    const {status, headers, body} = golden.json('upstream.error.json');
    return () => error(status, body, headers);
  }
  if (golden.has('upstream.answer.json')) {
    const body = golden.text('upstream.answer.json');
    if (body.trimStart().startsWith('<')) return () => error(200, body, {'content-type': 'text/html'});
    return () => error(200, minify(body), {'content-type': 'application/json'});
  }
  if (golden.has('upstream.sse')) return (cut) => sse(golden.bytes('upstream.sse'), {cut});
  return () => say('ok');
}

function assertSent(golden, pair) {
  const refusedHere = golden.has('client.error.json') && !UPSTREAM.some((file) => golden.has(file));
  pair.assertAccepted(refusedHere ? 0 : 1);
  const expected = golden.text('upstream.json');
  if (!expected) return;
  const {body, raw} = pair.provider.requests[0];
  assert.deepEqual(body, JSON.parse(expected));
  assert.equal(raw.toString('utf8'), minify(expected), 'the bytes of the request');
}

function assertError(response, text, expected) {
  assert.equal(response.status, expected.status, text);
  for (const [name, value] of Object.entries(expected.headers ?? {}))
    assert.equal(response.headers.get(name), value, name);
  assert.deepEqual(JSON.parse(normaliseJson(text)), expected.body);
}

/**
 * A stream that ends in an error, of which the proxy knew before it had sent anything: then the error keeps
 * its HTTP status, and the body is what the error event would have carried.
 */
function assertEarlyError(response, text, expected) {
  const [, event] = /\nevent: error\ndata: (.*)\n\n$/.exec(`\n${expected}`) ?? [];
  assert.ok(event, `status ${response.status} for a stream that ends well: ${text}`);
  assert.ok(response.status >= 400, `status ${response.status}`);
  assert.deepEqual(JSON.parse(normaliseJson(text)), JSON.parse(event));
}

function assertStream(response, text, expected) {
  if (response.status !== 200) return assertEarlyError(response, text, expected);
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  return assert.equal(normaliseStream(text, expected), normaliseGoldenStream(expected));
}

function assertReceived(golden, response, text) {
  assert.match(response.headers.get('request-id') ?? '', /\S/, 'request-id');
  const refused = golden.json('client.error.json');
  if (refused) return assertError(response, text, refused);
  if (golden.has('client.sse')) return assertStream(response, text, golden.text('client.sse'));
  assert.equal(response.status, 200, text);
  if (golden.has('client.answer.json')) {
    const expected = minify(golden.text('client.answer.json'));
    return assert.equal(normaliseJson(text, expected), expected);
  }
  return assert.ok(
      golden.has('upstream.json'),
      'a case without an expected answer and without upstream.json checks nothing');
}

async function replay(golden, pair, cut) {
  pair.provider.script([replyOf(golden)(cut)]);
  const response = await fetch(`${pair.proxy.url}/v1/messages`, {
    method: 'POST',
    body: golden.clientBody,
    headers: {'content-type': 'application/json', 'x-api-key': 'any'},
  });
  const text = await response.text();
  assertSent(golden, pair);
  assertReceived(golden, response, text);
}

/** Why no environment makes the proxy do what the case is about; undefined when one does. */
function unreachable(golden) {
  const {profile, stream_only: streamOnly} = golden.options;
  if (profile) return `the profile (${Object.keys(profile)}) of another host`;
  if (streamOnly && golden.has('upstream.json')) return 'a provider that is known to stream only';
  return undefined;
}

/** The cases that one proxy can run, by its environment. */
const groups = new Map();
const elsewhere = [];
for (const golden of goldenCases()) {
  const reason = unreachable(golden);
  if (reason) {
    elsewhere.push(`${golden.name}: ${reason}`);
    continue;
  }
  const key = JSON.stringify(environmentOf(golden.options));
  groups.set(key, [...(groups.get(key) ?? []), golden]);
}

for (const cases of groups.values()) {
  const environment = environmentOf(cases[0].options);
  describe(JSON.stringify(environment), () => {
    const pair = startPair(environment, {maxTokens: 1e6});
    for (const golden of cases) {
      test(golden.name, {timeout: 60_000}, async () => {
        for (const cut of golden.has('upstream.sse') ? CUTS : [Infinity]) await replay(golden, pair, cut);
      });
    }
  });
}

test('the other cases', (t) => {
  for (const line of elsewhere) t.diagnostic(`NOT HERE, only in the C++ golden test: ${line}`);
});
