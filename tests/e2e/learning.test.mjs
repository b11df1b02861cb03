import assert from 'node:assert/strict';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {runToEnd} from '../support/proxy.mjs';
import {error, say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, post, textOf} from '../support/wire.mjs';

/** A provider that refuses a parameter: changed, repeated at once, remembered per model, said once. */

const OPTIONS = {
  timeout: 40_000
};
const refusal = (message, param = null) =>
    error(400, {error: {message, type: 'invalid_request_error', param, code: 'unsupported_parameter'}});

const REFUSES = {
  temperature: "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
  stop: "Unsupported parameter: 'stop' is not supported with this model.",
};

/** Refuses both, one after the other, as OpenAI does. */
const picky = (body) => {
  for (const [name, message] of Object.entries(REFUSES)) {
    if (name in body) return refusal(message, name);
  }
  return say('fine');
};
const demanding = (model = 'claude-sonnet-4') =>
    ask({model, stream: true, temperature: 0.5, stop_sequences: ['END']});

describe('a refused parameter', () => {
  const pair = startPair({MAX_RETRIES: '0', MIDDLE_MODEL: 'gpt-4o', SMALL_MODEL: 'gpt-4o-mini'});

  test('is left out, request by request once, model by model', OPTIONS, async () => {
    pair.provider.script(picky);
    const first = await allEvents(await post(pair.proxy.url, demanding()));
    assert.equal(textOf(first), 'fine');
    pair.assertAccepted(3);
    const second = await allEvents(await post(pair.proxy.url, demanding()));
    assert.equal(textOf(second), 'fine');
    pair.assertAccepted(4);
    await allEvents(await post(pair.proxy.url, demanding('claude-haiku')));
    pair.assertAccepted(7);
    await pair.proxy.said(/(?:learned from[^]*?max_stop=0\n[^]*?){2}/);
    const learned = pair.proxy.stderr.split('\n').filter((line) => line.includes('learned from'));
    assert.equal(learned.length, 4, learned.join('\n'));
    assert.match(learned[0], /127\.0\.0\.1 gpt-4o sampling=no$/);
  });
});

test('a refusal that nothing we send can cure is told as it is', OPTIONS, async (t) => {
  const pair = await pairFor(t, {MAX_RETRIES: '0'});
  pair.provider.script(() => refusal("Unsupported parameter: 'stop' is not supported with this model.", 'stop'));
  const response = await post(pair.proxy.url, ask({}));
  assert.equal(response.status, 400);
  assert.match((await response.json()).error.message, /'stop' is not supported/);
  pair.assertAccepted(1);
});

test('a change that does not help is not repeated', OPTIONS, async (t) => {
  const pair = await pairFor(t, {MAX_RETRIES: '0'});
  pair.provider.script(() => refusal("Unsupported parameter: 'stop' is not supported with this model.", 'stop'));
  const response = await post(pair.proxy.url, demanding());
  assert.equal(response.status, 400);
  pair.assertAccepted(2);
});

test('the limit of the answer is learned', OPTIONS, async (t) => {
  const pair = await pairFor(t, {MAX_RETRIES: '0', MAX_TOKENS_LIMIT: '64000'});
  pair.provider.script(() => say('fine'));
  for (let i = 0; i < 2; ++i) {
    assert.equal((await post(pair.proxy.url, ask({max_tokens: 32000}))).status, 200);
    assert.equal(pair.provider.refusals.length, 1, 'the fake provider refuses more than 16384, as gpt-4o does');
    assert.match(pair.provider.refusals[0], /at most 16384 completion tokens/);
  }
  assert.equal(pair.provider.requests.at(-1).body.max_tokens, 16384);
});

describe('PROFILES_FILE', () => {
  const file = (text) => {
    const path = join(mkdtempSync(join(tmpdir(), 'profiles-')), 'rules');
    writeFileSync(path, text);
    return path;
  };

  test('its rules apply from the first request', OPTIONS, async (t) => {
    const pair = await pairFor(t, {PROFILES_FILE: file('127.0.0.1 * sampling=no max_stop=0\n')});
    pair.provider.script(picky);
    assert.equal(textOf(await allEvents(await post(pair.proxy.url, demanding()))), 'fine');
    pair.assertAccepted(1);
  });

  test('every wrong line is named at the start', OPTIONS, async () => {
    const run = await runToEnd({OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', PROFILES_FILE: file('h *\nh * sampling=1\n')});
    assert.equal(run.status, 2);
    assert.match(run.stderr, /rules:1: expected HOST MODEL name=value/);
    assert.match(run.stderr, /rules:2: sampling=1: expected no, yes/);
  });

  test('explain shows what applies, without a key', OPTIONS, async () => {
    const run = await runToEnd({OPENAI_BASE_URL: 'https://api.openai.com/v1', BIG_MODEL: 'gpt-5', PROFILES_FILE: file('api.openai.com gpt-5 images=no\n')},
                               {args: ['explain', '--model', 'claude-opus-4']});
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /^claude-opus-4 -> gpt-5 at api\.openai\.com$/m);
    assert.match(run.stdout, /^\* max_tokens +max_completion_tokens /m);
    assert.match(run.stdout, /^\* images +no /m);
    assert.match(run.stdout, /^ {2}inline_system +yes /m);
    assert.match(run.stdout, /rules:1$/m);
    assert.match(run.stdout, /^who searches the web: nobody/m);
    assert.match(run.stdout, /^how PDFs go: as /m);
    assert.match(run.stdout, /^who checks actions in auto mode: gpt-5 \(AUTO_MODE_MODEL names another\)$/m);
  });

  test('explain shows the model of auto mode\'s check', OPTIONS, async () => {
    const run = await runToEnd({OPENAI_BASE_URL: 'https://api.openai.com/v1', AUTO_MODE_MODEL: 'gpt-4.1-mini'},
                               {args: ['explain', '--model', 'claude-opus-4']});
    assert.match(run.stdout, /^who checks actions in auto mode: gpt-4\.1-mini \(AUTO_MODE_MODEL\)$/m);
  });

  test('explain shows who judges actions before that check', OPTIONS, async () => {
    const run = await runToEnd({OPENAI_BASE_URL: 'https://api.openai.com/v1', SAFETY_MODEL: 'gpt-4.1-nano', AUTO_MODE_MODEL: 'gpt-4.1-mini'},
                               {args: ['explain', '--model', 'claude-opus-4']});
    assert.match(
        run.stdout, /^who checks actions in auto mode: gpt-4\.1-nano \(SAFETY_MODEL\); where it gives no verdict, gpt-4\.1-mini \(AUTO_MODE_MODEL\)$/m);
  });
});
