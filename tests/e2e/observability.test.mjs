import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {completion, completionBody, error, json, say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, post} from '../support/wire.mjs';

/** What an operator sees: the log for programs, bodies, numbers, and what becomes of a client's telemetry. */

const OPTIONS = {
  timeout: 30_000
};
const PROMPT = 'the quick brown secret prompt';
const prompt = (fields) => ask({messages: [{role: 'user', content: PROMPT}], ...fields});

/** The events of a JSON log; the banner, which is for eyes, stands before the first. */
const eventsOf = (stderr) =>
    stderr.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

describe('--log-format json', () => {
  test('one object a line, with what a request was', OPTIONS, async (t) => {
    const {provider, proxy} =
        await pairFor(t, {LOG_LEVEL: 'INFO', MAX_RETRIES: '0'}, {}, {args: ['--log-format', 'json']});
    const words = 'said "no"\n\u0001 😀';
    provider.script([
      completion({text: 'ok', usage: {prompt: 21, completion: 3}}), error(400, {error: {message: words}})
    ]);
    const headers = {'x-claude-code-session-id': '0123456789abcdef'};
    await allEvents(await post(proxy.url, prompt({stream: true}), {headers}));
    const refused = await post(proxy.url, prompt());
    await proxy.said(/"status":400.*\n/);
    const [good, bad] = eventsOf(proxy.stderr);
    const {time, client, request_id, total_seconds, first_byte_seconds, ...rest} = good;
    assert.deepEqual(rest, {
      level: 'info',
      message: 'POST /v1/messages 200',
      method: 'POST',
      path: '/v1/messages',
      status: 200,
      session: '01234567',
      model: 'claude-sonnet-4',
      upstream_model: 'gpt-4o',
      upstream_request_id: 'req_fake',
      input_tokens: 21,
      cache_read_input_tokens: 0,
      output_tokens: 3,
      retries: 0,
    });
    assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000, time);
    assert.match(client, /^127\.0\.0\.1:\d+$/);
    assert.ok(0 <= first_byte_seconds && first_byte_seconds <= total_seconds);
    assert.deepEqual([bad.level, bad.request_id], ['warning', refused.headers.get('request-id')]);
    assert.ok(bad.cause.includes(words), bad.cause);
    assert.doesNotMatch(proxy.stderr, /secret prompt/);
  });

  test('another format is refused', OPTIONS, async (t) => {
    await assert.rejects(pairFor(t, {}, {}, {args: ['--log-format', 'xml']}), /LOG_FORMAT: "xml"/);
  });
});

describe('--log-bodies', () => {
  const KEY = 'sk-very-secret-key';

  async function logOf(t, args, environment = {}) {
    const {provider, proxy} = await pairFor(t, environment, {key: KEY}, {args});
    const answer = json(completionBody(say(`an answer with ${KEY} inside`), 'gpt-4o'));
    provider.script([error(400, {error: {message: `no ${KEY}`}}), answer]);
    for (const stream of [true, false]) await (await post(proxy.url, prompt({stream}))).text();
    await proxy.stop();
    return proxy.stderr;
  }

  test('shows what came and went, at every level, and no key', OPTIONS, async (t) => {
    const log = await logOf(t, ['--log-bodies'], {LOG_LEVEL: 'ERROR'});
    assert.equal(log.match(/from the client: .*secret prompt/g)?.length, 2, log);
    assert.equal(log.match(/to the provider: .*secret prompt/g)?.length, 2);
    assert.match(log, /from the provider: .*an answer with \[secret\] inside/);
    assert.ok(!log.includes(KEY));
  });

  test('without it no word of a prompt or an answer is written', OPTIONS, async (t) => {
    const log = await logOf(t, [], {LOG_LEVEL: 'DEBUG'});
    assert.match(log, /POST \/v1\/messages 200/);
    assert.doesNotMatch(log, /secret prompt|an answer/);
    assert.ok(!log.includes(KEY));
  });
});

test('fields that are not known are named at DEBUG, each request on one line', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'DEBUG'});
  provider.script([say('ok')]);
  assert.equal((await post(proxy.url, ask({of_next_year: 1, 'of the year\nafter': {}}))).status, 200);
  await proxy.said(/fields that are not known here were ignored: of_next_year, of the year\\nafter\n/);
});

describe('/metrics', () => {
  const pair = startPair({MAX_RETRIES: '1'});
  const LINE = /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? (\d+(\.\d+)?(e[+-]\d+)?|\+Inf))$/;

  test('counts what was served', OPTIONS, async () => {
    pair.provider.script([
      error(503, {error: {message: 'down'}}), completion({text: 'ok', usage: {prompt: 21, completion: 3}}),
      error(400, {error: {message: 'no'}})
    ]);
    await (await post(pair.proxy.url, ask({of_next_year: 1, 'of the year\nafter': {}}))).text();
    await (await post(pair.proxy.url, ask())).text();
    await fetch(`${pair.proxy.url}/nothing/here`);
    const response = await fetch(`${pair.proxy.url}/metrics`);
    assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
    const lines = (await response.text()).trimEnd().split('\n');
    for (const line of lines) assert.match(line, LINE);
    const values = Object.fromEntries(lines.filter((line) => !line.startsWith('#')).map((line) => line.split(' ')));
    for (const [name, value] of Object.entries({
           'ccp_requests_total{endpoint="/v1/messages",status="200"}': 1,
           'ccp_requests_total{endpoint="/v1/messages",status="400"}': 1,
           'ccp_requests_total{endpoint="other",status="404"}': 1,
           'ccp_upstream_requests_total{status="503"}': 1,
           'ccp_upstream_requests_total{status="200"}': 1,
           'ccp_upstream_requests_total{status="400"}': 1,
           'ccp_retries_total': 1,
           'ccp_unknown_fields_total': 2,
           'ccp_tokens_total{type="input"}': 21,
           'ccp_tokens_total{type="output"}': 3,
           'ccp_request_duration_seconds_count{endpoint="/v1/messages"}': 2,
           'ccp_prompt_count_ratio_count': 1,
           'ccp_requests_in_flight': 0,
         })) {
      assert.equal(Number(values[name]), value, name);
    }
    const ratio = Number(values.ccp_prompt_count_ratio_sum);
    assert.ok(ratio > 0.2 && ratio < 2, `${ratio}: message_start's count against 21`);
    assert.ok(values.process_resident_memory_bytes > 1e6 && values.ccp_client_connections >= 1);
  });

  test('takes the client\'s key where one is set', OPTIONS, async (t) => {
    const {proxy} = await pairFor(t, {ANTHROPIC_API_KEY: 'sesame'});
    assert.equal((await fetch(`${proxy.url}/metrics`)).status, 401);
    assert.equal((await fetch(`${proxy.url}/metrics`, {headers: {'x-api-key': 'sesame'}})).status, 200);
  });

  for (const path of ['/v1/metrics', '/v1/logs', '/v1/traces']) {
    test(`a client's telemetry to ${path} is taken`, OPTIONS, async () => {
      const response = await post(pair.proxy.url, 'any bytes', {path});
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), {});
    });
  }
});
