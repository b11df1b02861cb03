import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {completion, error, hang, say, sse} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';
import {post} from '../support/wire.mjs';

/** The list of models, and the test of the connection. */

const OPTIONS = {
  timeout: 30_000
};
const LIST = [{id: 'gpt-4o'}, {id: 'gpt-4o-mini'}, {id: 'vendor/large', context_length: 5000}];

const get = async (url, path) => {
  const response = await fetch(`${url}${path}`);
  return {status: response.status, body: await response.json()};
};

describe('GET /v1/models', () => {
  const pair = startPair({}, {models: LIST});

  test('the SDK lists the mapped names and the provider\'s own, over pages', NEEDS_SDK, async () => {
    const models = [];
    for await (const model of clientOf(pair.proxy.url).models.list({limit: 2})) models.push(model);
    assert.deepEqual(models.map((model) => [model.id, model.display_name]), [
      ['claude-opus', 'gpt-4o (as opus)'],
      ['claude-sonnet', 'gpt-4o (as sonnet)'],
      ['claude-haiku', 'gpt-4o-mini (as haiku)'],
      ['claude/gpt-4o', 'gpt-4o'],
      ['claude/gpt-4o-mini', 'gpt-4o-mini'],
      ['claude/vendor/large', 'vendor/large'],
    ]);
    assert.ok(models.every((model) => model.type === 'model' && !Number.isNaN(Date.parse(model.created_at))));
    assert.equal(pair.provider.modelRequests, 1, 'the provider was asked again for each page');
  });

  test('the SDK retrieves one', NEEDS_SDK, async () => {
    const client = clientOf(pair.proxy.url);
    const shown = async (id) => {
      const model = await client.models.retrieve(id);
      assert.equal(model.id, id);
      return [model.display_name, model.max_input_tokens];
    };
    assert.deepEqual(await shown('vendor/large'), ['vendor/large', 5000]);
    assert.deepEqual(await shown('claude/vendor/large'), ['vendor/large', 5000]);
    assert.deepEqual(await shown('claude-haiku'), ['gpt-4o-mini', null]);
    assert.deepEqual(await shown('claude-opus-4-8'), ['gpt-4o', null]);
    assert.deepEqual(await shown('anything'), ['gpt-4o', null]);
    await assert.rejects(client.models.retrieve(' '), {status: 404});
  });

  test('a listed name is one that can be used', OPTIONS, async () => {
    pair.provider.script([say('ok')]);
    await post(pair.proxy.url, ask({model: 'claude-haiku'}));
    assert.equal(pair.provider.requests[0].body.model, 'gpt-4o-mini');
  });

  test('a bad page is refused', OPTIONS, async () => {
    const {status, body} = await get(pair.proxy.url, '/v1/models?limit=0');
    assert.deepEqual([status, body.error.type], [400, 'invalid_request_error']);
    assert.match(body.error.message, /limit/);
  });

  for (const [name, models] of Object.entries({
         'has none': error(404, {error: {message: 'not here'}}),
         'answers with a web page': error(200, '<html></html>'),
         'does not answer': hang(),
         'answers in drips': sse(' '.repeat(4000), {cut: 1, pauseMs: 20}),
       })) {
    test(`a provider that ${name} leaves the mapped names`, OPTIONS, async (t) => {
      const {proxy} = await pairFor(t, {}, {models});
      const start = performance.now();
      const {status, body} = await get(proxy.url, '/v1/models?limit=1000');
      assert.equal(status, 200);
      assert.deepEqual(body.data.map((model) => model.id), ['claude-opus', 'claude-sonnet', 'claude-haiku']);
      assert.ok(performance.now() - start < 3000, 'longer than Claude Code waits');
    });
  }

  test('a window that the list tells is known from then on', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {BIG_MODEL: 'vendor/large'}, {models: LIST});
    const long = ask({messages: [{role: 'user', content: 'word '.repeat(6000)}]});
    provider.script([say('before')]);
    assert.equal((await post(proxy.url, long)).status, 200);
    await get(proxy.url, '/v1/models');
    const response = await post(proxy.url, long);
    assert.equal(response.status, 400);
    assert.match((await response.json()).error.message, /^prompt is too long: \d+ tokens > 5000 maximum$/);
    assert.equal(provider.requests.length, 1);
  });

  test('it takes the client\'s key where one is set', OPTIONS, async (t) => {
    const {proxy} = await pairFor(t, {ANTHROPIC_API_KEY: 'sesame'}, {models: LIST});
    for (const path of ['/v1/models', '/v1/models/gpt-4o', '/test-connection']) {
      assert.equal((await fetch(`${proxy.url}${path}`)).status, 401, path);
    }
    const response = await fetch(`${proxy.url}/v1/models`, {headers: {authorization: 'Bearer sesame'}});
    assert.equal(response.status, 200);
  });
});

const forced = {
  tools: ['Read', 'Glob'].map((name) => ({name, input_schema: {type: 'object', properties: {}}})),
  tool_choice: {type: 'tool', name: 'Glob'}
};
const choice = ({body}) => [body.tool_choice ?? null, body.tools.map(({function: {name}}) => name)];

for (const [owner, expected] of [['llamacpp', 'required'], ['library', null]]) {
  test(`a list of ${owner} tells what becomes of a named tool_choice`, OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {}, {models: [{id: 'local', owned_by: owner}], strict: false});
    provider.script(() => say('ok'));
    await get(proxy.url, '/v1/models');
    await post(proxy.url, ask(forced));
    assert.deepEqual(choice(provider.requests[0]), [expected, ['Glob']]);
  });
}

test('a server that calls nothing where a tool is named is told `required` the next time', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {});
  provider.script([say('I would rather talk'), completion({text: 'cut', finish: 'length'}), say('ok')]);
  for (const stream of [true, false, true]) await (await post(proxy.url, {...ask(forced), stream})).text();
  const glob = {type: 'function', function: {name: 'Glob'}};
  assert.deepEqual(provider.requests.map(choice), [[glob, ['Read', 'Glob']], ['required', ['Glob']], ['required', ['Glob']]]);
  await proxy.said(/tool_choice=required for gpt-4o/);
});

test('an answer that was cut before its call teaches nothing', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {});
  provider.script([completion({text: 'cut', finish: 'length'}), say('ok')]);
  for (const stream of [true, false]) await (await post(proxy.url, {...ask(forced), stream})).text();
  assert.equal(choice(provider.requests[1])[0]?.function?.name, 'Glob');
});

describe('GET /test-connection', () => {
  const pair = startPair();
  const tried = async () => get(pair.proxy.url, '/test-connection');

  test('success', OPTIONS, async () => {
    pair.provider.script([say('ok')]);
    const {status, body} = await tried();
    assert.equal(status, 200);
    const {timestamp, message, ...rest} = body;
    assert.deepEqual(
        rest, {status: 'success', model_used: 'gpt-4o-mini', response_id: 'chatcmpl-fake'});
    assert.ok(message.length > 0 && Math.abs(Date.now() - Date.parse(timestamp)) < 60_000);
    pair.assertAccepted(1);
    assert.equal(pair.provider.requests[0].body.model, 'gpt-4o-mini');
    assert.ok(pair.provider.requests[0].body.max_tokens <= 16);
  });

  for (const [name, reply, type, suggestion] of [
           ['a refused key', error(401, {error: {message: 'bad key'}}), 'permission_error', /OPENAI_API_KEY/],
           ['a wrong path', error(404, '<html>nothing</html>'), 'not_found_error', /\/v1/],
           ['something else', error(200, '<html>hello</html>'), 'api_error', /OPENAI_BASE_URL/],
           ['exhausted credit', error(429, {error: {message: 'slow down'}}), 'rate_limit_error', /limits/],
  ]) {
    test(name, OPTIONS, async () => {
      pair.provider.script([reply]);
      const {status, body} = await tried();
      assert.deepEqual([status, body.status, body.error_type], [503, 'failed', type]);
      assert.ok(body.message.length > 0 && !Number.isNaN(Date.parse(body.timestamp)));
      assert.match(body.suggestions.join('\n'), suggestion);
    });
  }

  test('a client that goes away ends it', OPTIONS, async () => {
    pair.provider.script([hang()]);
    const abort = new AbortController();
    const asked = fetch(`${pair.proxy.url}/test-connection`, {signal: abort.signal}).catch(() => 'gone');
    const exchange = await pair.provider.request(0);
    abort.abort();
    assert.equal(await asked, 'gone');
    assert.equal(await exchange.aborted, true);
  });

  test('a page of another site cannot spend the credit', OPTIONS, async () => {
    pair.provider.script([]);
    const response =
        await fetch(`${pair.proxy.url}/test-connection`, {headers: {'sec-fetch-site': 'cross-site'}});
    assert.equal(response.status, 403);
    pair.assertAccepted(0);
  });
});
