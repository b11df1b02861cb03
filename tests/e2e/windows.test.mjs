import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {beginning, completion, error, json, say, sse} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, post} from '../support/wire.mjs';

/** Context windows: prompts that do not fit, answers that are cut, usage in the client's measure. */

const OPTIONS = {
  timeout: 30_000
};
const words = (count) => ask({max_tokens: 4000, messages: [{role: 'user', content: 'word '.repeat(count)}]});

describe('a window that is set', () => {
  const pair = startPair({CONTEXT_WINDOW: '8000', MAX_TOKENS_LIMIT: '64000'});

  test('refuses what cannot fit without a paid request', OPTIONS, async () => {
    pair.provider.script([]);
    for (const stream of [false, true]) {
      const response = await post(pair.proxy.url, {...words(10_000), stream});
      assert.equal(response.status, 400);
      const {error: refused} = await response.json();
      assert.equal(refused.type, 'invalid_request_error');
      const [, tokens] = /^prompt is too long: (\d+) tokens > 8000 maximum$/.exec(refused.message);
      assert.ok(Number(tokens) > 9200);
    }
    pair.assertAccepted(0);
  });

  test('lets pass what leaves useful room', OPTIONS, async () => {
    pair.provider.script([say('ok')]);
    assert.equal((await post(pair.proxy.url, words(6000))).status, 200);
    pair.assertAccepted(1);
  });

  test('refuses what leaves room for a few words only, with figures that make the client compact enough', OPTIONS, async () => {
    pair.provider.script([say('ok')]);
    const refused = await post(pair.proxy.url, words(7000));
    assert.equal(refused.status, 400);
    const [, told] = /^prompt is too long: (\d+) tokens > 8000 maximum$/.exec((await refused.json()).error.message);
    const shorter = 7000 - (Number(told) - 8000);
    assert.equal((await post(pair.proxy.url, words(shorter))).status, 200);
    const {max_tokens: left} = pair.provider.requests[0].body;
    assert.ok(left >= 800 && left <= 2400, `${left}`);
    pair.assertAccepted(1);
  });

  test('lets pass a request for a few words where a few words have room', OPTIONS, async () => {
    pair.provider.script([say('ok')]);
    assert.equal((await post(pair.proxy.url, {...words(7000), max_tokens: 50})).status, 200);
    pair.assertAccepted(1);
  });

  test('keeps the room that the session\'s latest answers took', OPTIONS, async () => {
    const session = {metadata: {user_id: JSON.stringify({session_id: 'one'})}};
    pair.provider.script([completion({text: 'long', usage: {prompt: 100, completion: 1900}}), say('ok')]);
    assert.equal((await post(pair.proxy.url, {...words(100), ...session})).status, 200);
    assert.equal((await post(pair.proxy.url, {...words(5900), ...session})).status, 400);
    assert.equal((await post(pair.proxy.url, words(5900))).status, 200);
    pair.assertAccepted(2);
  });

  test('max_tokens is fitted into what the prompt leaves', OPTIONS, async () => {
    pair.provider.script([say('ok'), say('ok')]);
    await post(pair.proxy.url, words(5000));
    await post(pair.proxy.url, words(100));
    const [long, short] = pair.provider.requests.map((request) => request.body.max_tokens);
    assert.ok(long >= 2000 && long <= 3000, `${long}`);
    assert.equal(short, 4000);
  });
});

describe('a window that the provider names in its refusal', () => {
  const refusal = error(400, {
    error: {
      message: 'This model\'s maximum context length is 5000 tokens. However, your messages resulted in 9000 ' +
          'tokens. Please reduce the length of the messages.',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded'
    }
  });

  test('is checked before the next request is sent', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {BIG_MODEL: 'local-model', MIDDLE_MODEL: 'local-model'});
    provider.script([refusal, say('short')]);
    const first = await post(proxy.url, words(8000));
    assert.equal((await first.json()).error.message, 'prompt is too long: 9000 tokens > 5000 maximum');
    const second = await post(proxy.url, words(8000));
    assert.match((await second.json()).error.message, /^prompt is too long: \d+ tokens > 5000 maximum$/);
    assert.equal(provider.requests.length, 1, 'it was sent again');
    assert.equal((await post(proxy.url, words(100))).status, 200);
  });

  const event = `data: ${JSON.stringify(refusal.body)}\n\n`;
  for (const [where, reply] of [
         ['in place of a stream', sse(event)],
         ['behind the beginning of a stream', sse(beginning(say('It begins well'), 3) + event)],
         ['in a 200', json(refusal.body)],
  ]) {
    test(`${where} is checked before the next request is sent`, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t, {});
      provider.script([reply]);
      const first = await (await post(proxy.url, {...words(8000), stream: true})).text();
      assert.match(first, /prompt is too long: 9000 tokens > 5000 maximum/);
      const second = await post(proxy.url, words(8000));
      assert.match((await second.json()).error.message, /^prompt is too long: \d+ tokens > 5000 maximum$/);
      assert.equal(provider.requests.length, 1, 'it was sent again');
    });
  }

  test('does not count for another model', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {BIG_MODEL: 'big', MIDDLE_MODEL: 'middle'});
    provider.script([refusal, say('ok')]);
    await post(proxy.url, words(8000));
    assert.equal((await post(proxy.url, {...words(8000), model: 'claude-opus'})).status, 200);
  });
});

describe('usage in the measure of a client that believes in 200000 tokens', () => {
  const pair = startPair({CONTEXT_WINDOW: '50000', CLIENT_CONTEXT_WINDOW: '200000', LOG_LEVEL: 'INFO'});
  const answer = () => [completion({text: 'ok', usage: {prompt: 1000, completion: 7}})];

  test('in an answer that comes whole', OPTIONS, async () => {
    pair.provider.script(answer());
    const {usage} = await (await post(pair.proxy.url, ask())).json();
    assert.deepEqual([usage.input_tokens, usage.output_tokens], [4000, 7]);
    await pair.proxy.said(/ in=1000 cached=0 out=7 /);
  });

  test('in a stream, cached tokens too', OPTIONS, async () => {
    const {max_tokens: unused, ...counted} = ask();
    // Before the answer, whose usage is learned from.
    const count = await (await post(pair.proxy.url, counted, {path: '/v1/messages/count_tokens'})).json();
    const usage = {prompt_tokens: 1000, completion_tokens: 7, prompt_tokens_details: {cached_tokens: 600}};
    pair.provider.script([json({
      id: 'x',
      choices: [{index: 0, message: {role: 'assistant', content: 'ok'}, finish_reason: 'stop'}],
      usage
    })]);
    const events = await allEvents(await post(pair.proxy.url, ask({stream: true})));
    const told = events.find((event) => event.name === 'message_delta').data.usage;
    assert.deepEqual([told.input_tokens, told.cache_read_input_tokens, told.output_tokens], [1600, 2400, 7]);
    const start = events[0].data.message.usage.input_tokens;
    assert.equal(start, count.input_tokens);
    assert.equal(start % 4, 0);
  });
});

test('a window that an answer ran into is known in the next turn', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'INFO'});
  provider.script([completion({text: 'half a sent', finish: 'length', usage: {prompt: 8000, completion: 192}})]);
  const events = await allEvents(await post(proxy.url, {...words(8000), stream: true}));
  const {delta} = events.find(({name}) => name === 'message_delta').data;
  assert.equal(delta.stop_reason, 'model_context_window_exceeded');
  await proxy.said(/ended with prompt and answer at 8192 tokens/);
  const next = await post(proxy.url, words(8500));
  assert.match((await next.json()).error.message, /^prompt is too long: \d+ tokens > 8192 maximum$/);
  assert.equal(provider.requests.length, 1, 'it was sent');
});

describe('an answer that is cut', () => {
  const cut = () => [completion({text: 'half a sent', finish: 'length'})];

  test('by our limit says so in the log, with the cure', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'WARNING'});
    provider.script(cut());
    const message = await (await post(proxy.url, ask({max_tokens: 32_000}))).json();
    assert.equal(message.stop_reason, 'max_tokens');
    await proxy.said(/warning .*cut at max_tokens=4096, where the client asked for 32000: raise MAX_TOKENS_LIMIT/);
  });

  test('by the client\'s own limit does not', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'INFO'});
    provider.script(cut());
    await post(proxy.url, ask({max_tokens: 1000}));
    await proxy.said(/POST \/v1\/messages 200/);
    assert.doesNotMatch(proxy.stderr, /cut at/);
  });
});

describe('a server that cuts a prompt and does not say so', () => {
  const local = {BIG_MODEL: 'local', MIDDLE_MODEL: 'local', SMALL_MODEL: 'local'};
  const cut = () => completion({text: 'ok', usage: {prompt: 1024, completion: 1}});

  test('Ollama: it is logged with the cure, and the next prompt is refused', OPTIONS, async (t) => {
    const endpoints = {'GET /api/ps': () => json({models: [{name: 'local:latest', context_length: 1024}]})};
    const models = [{id: 'local:latest', owned_by: 'library'}];
    const {provider, proxy} = await pairFor(t, local, {models, endpoints});
    provider.script([cut()]);
    assert.equal((await post(proxy.url, words(3000))).status, 200);
    await proxy.said(/read only 1024 of about 30\d\d tokens .*its window is 1024 tokens.*OLLAMA_CONTEXT_LENGTH/);
    const refused = await post(proxy.url, words(3000));
    assert.equal(refused.status, 400);
    assert.match((await refused.json()).error.message, /^prompt is too long: 3\d\d\d tokens > 1024 maximum/);
    assert.equal(provider.requests.length, 1);
  });

  test('any other: it is logged, and the counts of other prompts stay as they are', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, local);
    provider.script([cut(), say('ok')]);
    await post(proxy.url, words(3000));
    await proxy.said(/read only 1024 of about 30\d\d tokens .*set CONTEXT_WINDOW to it/);
    const [start] = await allEvents(await post(proxy.url, {...words(3000), stream: true}));
    assert.ok(start.data.message.usage.input_tokens > 2900, JSON.stringify(start));
  });
});
