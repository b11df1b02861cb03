import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

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

const profiles = mkdtempSync(join(tmpdir(), 'profiles-'));
after(() => rmSync(profiles, {recursive: true}));

/** A file with the rule that gives the fake provider these settings. */
function profilesFile(settings) {
  if (!settings) return '';
  const file = join(profiles, settings.replace(/\W/g, '_'));
  writeFileSync(file, `127.0.0.1 * ${settings}\n`);
  return file;
}

/** The environment that makes the proxy what the case asks for. */
const environmentOf = (
    {upstream_model: model = 'gpt-4o', limits = { min_tokens: 1, max_tokens: 100000 }, settings, pdf_text: text}) =>
    ({
      PROFILES_FILE: profilesFile(settings),
      PDF_TO_TEXT: text === undefined ? 'off' : '',
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
  return () => say(/<\/block>/.test(golden.clientBody) ? '<block>no' : 'ok');  // a check needs its verdict
}

/** How many requests the provider gets: none when ours is the refusal, two when it names a parameter. */
function requestsOf(golden) {
  if (golden.has('upstream.retry.json')) return 2;
  return golden.has('client.error.json') && !UPSTREAM.some((file) => golden.has(file)) ? 0 : 1;
}

/** An answer that the client wants whole is asked for as a stream and collected, unless streams of this proxy broke. */
const COLLECTED = ',"stream":true,"stream_options":{"include_usage":true}';

/** The bytes of a request as the golden text has them, where only the proxy as a whole collects. */
function wholeRequest(raw, expected) {
  const sent = raw.toString('utf8');
  return JSON.parse(expected).stream ? sent : sent.replace(COLLECTED, '');
}

function assertSent(golden, pair) {
  pair.assertAccepted(requestsOf(golden));
  for (const [i, file] of ['upstream.json', 'upstream.retry.json'].entries()) {
    const expected = golden.text(file);
    if (!expected) continue;
    const sent = wholeRequest(pair.provider.requests[i].raw, expected);
    assert.deepEqual(JSON.parse(sent), JSON.parse(expected));
    assert.equal(sent, minify(expected), 'the bytes of the request');
  }
}

function assertError(response, text, expected) {
  assert.equal(response.status, expected.status, text);
  for (const [name, value] of Object.entries(expected.headers ?? {}))
    assert.equal(response.headers.get(name), value, name);
  assert.equal(response.headers.get('x-should-retry'), expected.headers?.['x-should-retry'] ?? null, 'x-should-retry');
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
  pair.provider.script([replyOf(golden)(cut), ...(golden.has('upstream.retry.json') ? [say('ok')] : [])]);
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
  const {host} = golden.options;
  if (host) return `the rules for ${host}`;
  const asked = ['upstream.json', 'upstream.retry.json'].map((file) => golden.json(file)?.stream);
  return !asked[0] && asked[1] && 'a stream is asked for anyway';
}

/** What a case teaches the proxy would show in the next one: a refused parameter, a window, what becomes of a call. */
function teaches(golden) {
  const told = `${golden.text('client.error.json')}${golden.text('client.sse')}${golden.text('client.answer.json')}`;
  const namesTool = /"tool_choice":\{"type":"tool"/.test(golden.clientBody);
  return golden.has('upstream.retry.json') || namesTool ||
      /prompt is too long|context limit|context_window_exceeded|sent no call|sent the tool call|call without a name/.test(told);
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
  const alone = teaches(golden) ? golden.name : '';
  const key = alone + JSON.stringify(environmentOf(golden.options));
  groups.set(key, [...(groups.get(key) ?? []), golden]);
}

for (const cases of groups.values()) {
  const environment = environmentOf(cases[0].options);
  describe(JSON.stringify(environment), () => {
    // A rule stands for another provider than the OpenAI that the fake one is.
    const pair = startPair(environment, {maxTokens: 1e6, strict: !environment.PROFILES_FILE});
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
