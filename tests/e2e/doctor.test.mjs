import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {pairFor} from '../support/pair.mjs';
import {Provider} from '../support/provider.mjs';
import {runToEnd} from '../support/proxy.mjs';
import {call, completion, completionStream, error, hang, json, say, sse} from '../support/replies.mjs';

/** The subcommands: what they print, and their exit codes. */

const OPTIONS = {
  timeout: 40_000
};
const MODELS = [{id: 'gpt-4o'}, {id: 'gpt-4o-mini'}];

const shows = (body) => JSON.stringify(body).includes('image_url');
const answer = (body) =>
    (body.tools ? completion({calls: [call('Glob', {pattern: '*.md'})]}) : say(shows(body) ? 'Yellow.' : 'ok'));

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
    assert.equal(provider.requests.length, 4);
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

describe('doctor and the window', () => {
  const local = {BIG_MODEL: 'local', MIDDLE_MODEL: 'local', SMALL_MODEL: 'local'};
  const whole = (body) => () => json(body);
  const ollama = (window, parameters = '') => ({
    models: [{id: 'local:latest', owned_by: 'library'}],
    endpoints: {
      'GET /api/ps': whole({models: window ? [{name: 'local:latest', context_length: window}] : []}),
      '/api/show': whole({parameters, model_info: {'qwen2.context_length': 32768}}),
    },
  });

  test('of Ollama, too small', OPTIONS, async (t) => {
    const {status, stdout} = await doctor(t, {options: ollama(4096), environment: local});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +window +4096 tokens.*\n +-> start it with OLLAMA_CONTEXT_LENGTH=64000 ollama serve/m);
    assert.doesNotMatch(stdout, /not in the list/);
  });

  test('of Ollama, large enough', OPTIONS, async (t) => {
    const {status, stdout} = await doctor(t, {options: ollama(65536), environment: local});
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ok +window +65536 tokens/m);
  });

  test('of a Modelfile, while the model is not loaded', OPTIONS, async (t) => {
    const {status, stdout} = await doctor(t, {options: ollama(0, 'num_ctx      8192'), environment: local});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +window +8192 tokens/m);
  });

  test('that CONTEXT_WINDOW makes larger than it is', OPTIONS, async (t) => {
    const {status, stdout} =
        await doctor(t, {options: ollama(40_000), environment: {...local, CONTEXT_WINDOW: '64000'}});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +window +CONTEXT_WINDOW=64000, but local has only 40000.*\n +-> set CONTEXT_WINDOW=40000/m);
  });

  test('of llama.cpp, whose one model answers to any name', OPTIONS, async (t) => {
    const models = [{id: 'model.gguf', owned_by: 'llamacpp', meta: {n_ctx: 4096, n_ctx_train: 32768}}];
    const {status, stdout} = await doctor(t, {options: {models}, environment: local});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +window +4096 tokens.*\n +-> start it with -c 65536/m);
    assert.match(stdout, /^info +models +BIG_MODEL=local is not in the list, but model\.gguf answers to any name/m);
  });

  test('of llama.cpp without it in the list', OPTIONS, async (t) => {
    const models = [{id: 'local', owned_by: 'llamacpp'}];
    const endpoints = {'GET /props': whole({default_generation_settings: {n_ctx: 8192}})};
    const {stdout} = await doctor(t, {options: {models, endpoints}, environment: local});
    assert.match(stdout, /^FAIL +window +8192 tokens/m);
  });

  test('of vLLM', OPTIONS, async (t) => {
    const models = [{id: 'local', owned_by: 'vllm', max_model_len: 16384}];
    const {stdout} = await doctor(t, {options: {models}, environment: local});
    assert.match(stdout, /^FAIL +window +16384 tokens.*\n +-> start it with --max-model-len 65536/m);
  });

  test('that nobody tells', OPTIONS, async (t) => {
    const {status, stdout} = await doctor(t, {options: {models: [{id: 'local'}]}, environment: local});
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^info +window +that of local is not known\n +-> set CONTEXT_WINDOW/m);
  });

  test('explain asks the server too', OPTIONS, async (t) => {
    const provider = await Provider.start(ollama(4096));
    t.after(() => provider.stop());
    const run = await runToEnd(
        {OPENAI_API_KEY: provider.key, OPENAI_BASE_URL: provider.baseUrl, ...local}, {args: ['explain', '--model', 'claude-opus-5-5']});
    assert.match(run.stdout, /^context window: 4096 tokens \(the server says so\)\ntrained for: 32768 tokens/m);
  });
});

describe('doctor and what a model does', () => {
  test('the one model of the server is named', OPTIONS, async (t) => {
    const {stdout} = await doctor(t, {options: {models: [{id: 'the-only-one'}]}});
    assert.match(stdout, /BIG_MODEL=gpt-4o is not in the list\n +-> set BIG_MODEL=the-only-one, the one model/);
  });

  test('a model that takes a picture and does not see it', OPTIONS, async (t) => {
    const replies = (body) => (shows(body) ? say('It is red, or yellowish.') : answer(body));
    const {status, stdout} = await doctor(t, {replies});
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^warn +images +gpt-4o takes them, but of a yellow square it said: it is red, or yellowish/m);
  });

  test('a model that thinks until its tokens are used up has not refused the tool', OPTIONS, async (t) => {
    const replies = (body) => (body.tools ? completion({text: 'hm', finish: 'length'}) : answer(body));
    const {status, stdout} = await doctor(t, {replies});
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^warn +tools +gpt-4o came to no call before its tokens were used up/m);
  });

  test('a time-out of REQUEST_TIMEOUT names it', OPTIONS, async (t) => {
    const {status, stdout} =
        await doctor(t, {replies: () => hang(), environment: {REQUEST_TIMEOUT: '1'}});
    assert.equal(status, 1);
    assert.match(stdout, /^FAIL +gpt-4o +no answer within 1 seconds\n +-> raise REQUEST_TIMEOUT/m);
  });
});

describe('every command takes what the server takes', () => {
  const portal = {
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL:
        'https://name.openai.azure.com/openai/deployments/gpt-5/chat/completions?api-version=2025-04-01-preview'
  };
  for (const [args, shown] of [
           [['--print-config'], /^AZURE_API_VERSION=2025-04-01-preview$/m],
           [['--check-config'], /^$/],
           [['explain', '--model', 'claude-opus-5-5'], / at name\.openai\.azure\.com$/m],
           [['healthcheck'], /^$/],
  ]) {
    test(`${args.join(' ')}, with the URL of Azure's portal`, OPTIONS, async (t) => {
      const {proxy} = await pairFor(t);
      const {status, stdout, stderr} = await runToEnd({...portal, PORT: String(proxy.port)}, {args});
      assert.equal(status, 0, stderr);
      assert.match(stdout, shown);
    });
  }
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
