import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor, startPair} from '../support/pair.mjs';
import {startProxy} from '../support/proxy.mjs';
import {completion, say} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {post} from '../support/wire.mjs';

/** The first minute with the program: addresses, keys and names as people really set them. */

const OPTIONS = {
  timeout: 30_000
};
const REAL = {
  skip: npmMissing,
  timeout: 120_000
};
const LIST = [{id: 'gpt-4o'}, {id: 'qwen2.5-coder:7b', context_length: 32768}, {id: 'anthropic/claude-x'}];

const pair = startPair({}, {models: LIST});

describe('a base URL with a path of its own', () => {
  for (const path of ['/v1/v1/messages', '/v1/v1/messages?beta=true', '/v1/v1/v1/messages', '/anthropic/v1/messages',
                      '/v1/messages/v1/messages']) {
    test(path, OPTIONS, async () => {
      pair.provider.script([say('here')]);
      const response = await post(pair.proxy.url, ask(), {path});
      assert.equal(response.status, 200, await response.clone().text());
      assert.equal((await response.json()).content[0].text, 'here');
    });
  }

  test('the other endpoints', OPTIONS, async () => {
    const counted = await post(pair.proxy.url, ask(), {path: '/v1/v1/messages/count_tokens'});
    assert.ok((await counted.json()).input_tokens > 0);
    const list = await (await fetch(`${pair.proxy.url}/v1/v1/models?limit=1000`)).json();
    assert.equal(list.data.length, 6);
    const one = await (await fetch(`${pair.proxy.url}/v1/v1/models/claude%2Fvendor%2Flarge`)).json();
    assert.deepEqual([one.id, one.display_name], ['claude/vendor/large', 'vendor/large']);
    for (const method of ['HEAD', 'GET']) {
      assert.equal((await fetch(`${pair.proxy.url}/v1/api/hello`, {method})).status, 200, method);
    }
  });

  test('the key counts there too', OPTIONS, async (t) => {
    const {proxy} = await pairFor(t, {ANTHROPIC_API_KEY: 'sesame'});
    for (const path of ['/v1/v1/messages', '/x/v1/messages']) {
      assert.equal((await post(proxy.url, ask(), {path})).status, 401, path);
    }
  });

  for (const path of ['/v1/nope', '/v1', '/v1/', '/v1/v1', '/messages', '/v1/chat/completions', '/xv1/messages']) {
    test(`${path} is nothing`, OPTIONS, async () => {
      assert.equal((await post(pair.proxy.url, ask(), {path})).status, 404);
    });
  }
});

describe('two keys, of which one is old', () => {
  const cases = [
    ['the token is right', {'x-api-key': 'old', authorization: 'Bearer secret-1'}, 200],
    ['the key is right', {'x-api-key': 'secret-1', authorization: 'Bearer old'}, 200],
    ['both are right', {'x-api-key': 'secret-1', authorization: 'Bearer secret-1'}, 200],
    ['both are wrong', {'x-api-key': 'old', authorization: 'Bearer older'}, 401],
  ];
  for (const [name, headers, status] of cases) {
    test(name, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t, {ANTHROPIC_API_KEY: 'secret-1'});
      provider.script([say('let in')]);
      assert.equal((await post(proxy.url, ask(), {headers})).status, status);
    });
  }
});

test('the client\'s probe is answered without a word in the log', OPTIONS, async (t) => {
  const {proxy} = await pairFor(t, {ANTHROPIC_API_KEY: 'sesame', LOG_LEVEL: 'INFO'});
  for (const method of ['HEAD', 'GET']) {
    const response = await fetch(`${proxy.url}/api/hello`, {method});
    assert.equal(response.status, 200);
    assert.equal(await response.text(), method === 'HEAD' ? '' : '{"message":"hello"}');
  }
  assert.equal((await fetch(`${proxy.url}/api/bye`)).status, 404);
  await proxy.said(/api\/bye/);
  assert.doesNotMatch(proxy.stderr, /api\/hello/);
});

test('a listed name is one that the picker keeps and that can be used', OPTIONS, async () => {
  const {data} = await (await fetch(`${pair.proxy.url}/v1/models?limit=1000`)).json();
  assert.deepEqual(data.map(({id, display_name: name}) => [id, name]), [
    ['claude-opus', 'gpt-4o (as opus)'],
    ['claude-sonnet', 'gpt-4o (as sonnet)'],
    ['claude-haiku', 'gpt-4o-mini (as haiku)'],
    ['claude/gpt-4o', 'gpt-4o'],
    ['claude/qwen2.5-coder:7b', 'qwen2.5-coder:7b'],
    ['anthropic/claude-x', 'anthropic/claude-x'],
  ]);
  assert.ok(data.every(({id, description}) => /claude|anthropic/.test(id) && description.length <= 100));
  for (const [{id}, model] of [[data[4], 'qwen2.5-coder:7b'], [data[5], 'anthropic/claude-x']]) {
    pair.provider.script([say('ok')]);
    const message = await (await post(pair.proxy.url, ask({model: id}))).json();
    assert.equal(message.model, id);
    assert.equal(pair.provider.requests[0].body.model, model);
  }
});

test('the banner says what to set for names that the client does not know', OPTIONS, () => {
  assert.match(pair.proxy.stderr, /CLAUDE_CODE_MAX_CONTEXT_TOKENS/);
  assert.match(pair.proxy.stderr, /CLAUDE_CODE_AUTO_COMPACT_WINDOW/);
});

describe('the real Claude Code', () => {
  let directory;
  beforeEach(() => {
    directory = workingDirectory();
  });
  afterEach(() => directory.remove());

  const claude = (url, args, variables) => runClaude({url, cwd: directory.path, args, variables});

  test('a base URL that ends in /v1', REAL, async () => {
    pair.provider.script(() => say('It works.'));
    const session = await claude(`${pair.proxy.url}/v1`, ['hi']);
    assert.equal(session.result?.result, 'It works.', session.stderr);
  });

  test('an old key in the shell beside the right token', REAL, async (t) => {
    const {provider, proxy} = await pairFor(t, {ANTHROPIC_API_KEY: 'secret-1'});
    provider.script(() => say('Let in.'));
    const session =
        await claude(proxy.url, ['hi'], {ANTHROPIC_API_KEY: 'old', ANTHROPIC_AUTH_TOKEN: 'secret-1'});
    assert.equal(session.result?.result, 'Let in.', session.stderr);
  });

  test('its start, with nonessential traffic, leaves no warning', REAL, async (t) => {
    const {provider, proxy} = await pairFor(t, {LOG_LEVEL: 'DEBUG'});
    provider.script(() => completion({text: 'Quiet.', usage: {prompt: 10_000, completion: 2}}));
    const session = await claude(proxy.url, ['hi'], {CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: ''});
    assert.equal(session.result?.result, 'Quiet.', session.stderr);
    assert.match(proxy.stderr, /HEAD \/api\/hello 200/);
    assert.doesNotMatch(proxy.stderr, / warning /);
  });

  test('a name from the list of models', REAL, async () => {
    pair.provider.script(() => say('From the list.'));
    const session = await claude(
        pair.proxy.url, ['hi', '--model', 'claude/qwen2.5-coder:7b'], {CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1'});
    assert.equal(session.result?.result, 'From the list.', session.stderr);
    assert.equal(pair.provider.requests[0].body.model, 'qwen2.5-coder:7b');
  });

  test('the demo quotes the user', REAL, async (t) => {
    const proxy = await startProxy({}, {args: ['--demo']});
    t.after(() => proxy.stop());
    const session = await claude(proxy.url, ['Which folder is this?']);
    const texts = session.events.filter(({type}) => type === 'assistant')
                      .flatMap(({message}) => message.content.map(({text}) => text ?? ''));
    assert.match(texts.join('\n'), /You wrote: "Which folder is this\?"/);
    assert.equal(session.result.is_error, false);
  });

  test('the demo gives an answer in a fixed form', REAL, async (t) => {
    const proxy = await startProxy({}, {args: ['--demo']});
    t.after(() => proxy.stop());
    const schema = {
      type: 'object',
      properties: {folder: {type: 'string'}, files: {type: 'integer'}},
      required: ['folder', 'files'],
      additionalProperties: false
    };
    const session = await claude(proxy.url, ['Which folder is this?', '--json-schema', JSON.stringify(schema)]);
    assert.deepEqual(session.result.structured_output, {folder: 'Demo conversation', files: 1});
  });
});
