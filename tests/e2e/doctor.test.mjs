import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor} from '../support/pair.mjs';
import {Provider} from '../support/provider.mjs';
import {runToEnd} from '../support/proxy.mjs';
import {call, completion, completionStream, error, say, sse} from '../support/replies.mjs';

/** The subcommands: what they print, and their exit codes. */

const OPTIONS = {
  timeout: 40_000
};
const MODELS = [{id: 'gpt-4o'}, {id: 'gpt-4o-mini'}];

const answer = (body) => (body.tools ? completion({calls: [call('Glob', {pattern: '*.md'})]}) : say('ok'));

/** Runs doctor against a provider with these options and replies. */
async function doctor(t, {replies = answer, options = {}, environment = {}} = {}) {
  const provider = await Provider.start({models: MODELS, ...options});
  t.after(() => provider.stop());
  provider.script(replies);
  const run = await runToEnd(
      {OPENAI_API_KEY: provider.key, OPENAI_BASE_URL: provider.baseUrl, ...environment}, {args: ['doctor']});
  assert.ok(!run.stdout.includes(provider.key), 'the key is shown');
  return {...run, provider};
}

describe('doctor', () => {
  test('all is well', OPTIONS, async (t) => {
    const {status, stdout, provider} = await doctor(t);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /\n0 failed, 0 to look at\n$/);
    for (const subject of ['connection', 'key', 'models', 'gpt-4o', 'gpt-4o-mini', 'streaming', 'token counts', 'tools', 'images']) {
      assert.match(stdout, new RegExp(`^ok +${subject} `, 'm'));
    }
    assert.deepEqual(provider.refusals, []);
    assert.equal(provider.requests.length, 5);
  });

  test('a refused key', OPTIONS, async (t) => {
    const {status, stdout, provider} = await doctor(t, {environment: {OPENAI_API_KEY: 'another'}});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +key .*\n +-> set OPENAI_API_KEY to a key of 127\.0\.0\.1$/m);
    assert.equal(provider.requests.length, 0, 'it went on');
  });

  test('a missing /v1', OPTIONS, async (t) => {
    const provider = await Provider.start({models: MODELS});
    t.after(() => provider.stop());
    const base = `http://127.0.0.1:${provider.port}`;
    const run = await runToEnd({OPENAI_API_KEY: provider.key, OPENAI_BASE_URL: base}, {args: ['doctor']});
    assert.equal(run.status, 1);
    assert.match(run.stdout, new RegExp(`^FAIL +base URL .*\\n +-> set OPENAI_BASE_URL=${base}/v1$`, 'm'));
  });

  test('a model that is not in the list', OPTIONS, async (t) => {
    const {status, stdout} = await doctor(t, {environment: {BIG_MODEL: 'gpt-4oo'}});
    assert.equal(status, 0);
    assert.match(stdout, /^warn +models +BIG_MODEL=gpt-4oo is not in the list\n +-> did you mean BIG_MODEL=gpt-4o/m);
  });

  test('no list of models', OPTIONS, async (t) => {
    const {status, stdout} = await doctor(t, {options: {models: error(404, {error: {message: 'none'}})}});
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^warn +models +127\.0\.0\.1 gives no list of models/m);
  });

  test('no token counts in the stream', OPTIONS, async (t) => {
    const replies = (body) => (body.stream && !body.tools ? sse(completionStream(say('ok'), 'm', false)) : answer(body));
    const {status, stdout} = await doctor(t, {replies});
    assert.equal(status, 0);
    assert.match(stdout, /^warn +token counts .*estimates\n +-> set CONTEXT_WINDOW/m);
  });

  test('a model without tools, and without eyes', OPTIONS, async (t) => {
    const blind = error(400, {error: {message: 'image input is not supported'}});
    const replies = (body) => (JSON.stringify(body).includes('image_url') ? blind : say('ok'));
    const {status, stdout} = await doctor(t, {replies});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +tools /m);
    assert.match(stdout, /^warn +images +image input is not supported/m);
  });

  test('a model that is unknown', OPTIONS, async (t) => {
    const unknown = error(404, {error: {message: 'The model does not exist', code: 'model_not_found'}});
    const {status, stdout} = await doctor(t, {replies: () => unknown});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +gpt-4o .*\n +-> check the model's name/m);
  });

  test('a host that is not there', OPTIONS, async () => {
    const {status, stdout} =
        await runToEnd({OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1'}, {args: ['doctor']});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +connection .*127\.0\.0\.1:1.*\n +-> check OPENAI_BASE_URL/m);
  });

  test('settings that cannot be used', OPTIONS, async () => {
    const {status, stderr} = await runToEnd({PORT: 'x'}, {args: ['doctor']});
    assert.equal(status, 2);
    assert.match(stderr, /PORT: "x".*\n.*OPENAI_API_KEY/s);
  });

  test('with the demo provider', OPTIONS, async () => {
    const {status, stdout} = await runToEnd({}, {args: ['doctor', '--demo']});
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ok +streaming/m);
  });
});

describe('healthcheck', () => {
  const check = (environment) => runToEnd(environment, {args: ['healthcheck']});

  test('a proxy that runs, whatever else is set', OPTIONS, async (t) => {
    const {proxy} = await pairFor(t, {ANTHROPIC_API_KEY: 'sesame'});
    const {status, stdout, stderr} = await check({PORT: String(proxy.port), HOST: '0.0.0.0'});
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });

  test('none', OPTIONS, async () => {
    const {status, stderr} = await check({PORT: '1'});
    assert.equal(status, 1);
    assert.match(stderr, /not healthy: cannot connect to 127\.0\.0\.1/);
  });

  test('something else', OPTIONS, async (t) => {
    const provider = await Provider.start();
    t.after(() => provider.stop());
    const {status, stderr} = await check({PORT: String(provider.port)});
    assert.equal(status, 1);
    assert.match(stderr, /status 404/);
  });
});
