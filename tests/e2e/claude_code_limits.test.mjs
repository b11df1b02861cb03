import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {png} from '../support/media.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, error, say, sse} from '../support/replies.mjs';

/** How the real Claude Code takes what the proxy tells it: prompts that do not fit, failures, wrong keys. */

const LIMIT = {
  skip: npmMissing,
  timeout: 120_000
};
const MODELS = {
  BIG_MODEL: 'local',
  MIDDLE_MODEL: 'local',
  SMALL_MODEL: 'local'
};

let directory;
beforeEach(() => {
  directory = workingDirectory();
  writeFileSync(join(directory.path, 'a.txt'), 'one line\n');
});
afterEach(() => directory.remove());

const claude = (proxy) => runClaude({url: proxy.url, cwd: directory.path, args: ['Read a.txt']});
const read = (usage) =>
    completion({calls: [call('Read', {file_path: join(directory.path, 'a.txt')})], usage});
const wasCompacted = (session) => session.events.some((event) => event.subtype === 'compact_boundary');
const asksForSummary = (body) => /TEXT ONLY|summary/i.test(JSON.stringify(body.messages.at(-1)));

/** How providers say that a prompt does not fit. */
const OVERFLOWS = {
  'as OpenAI\'s 400': (tokens, window) => error(400, {
    error: {
      message: `This model's maximum context length is ${window} tokens. However, your messages resulted in ${tokens} tokens. ` +
          'Please reduce the length of the messages.',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded'
    }
  }),
  'inside a stream, as OpenRouter has it': (tokens, window) => sse(`: OPENROUTER PROCESSING\n\ndata: ${JSON.stringify({
    id: 'gen-1',
    object: 'chat.completion.chunk',
    choices: [{index: 0, delta: {role: 'assistant', content: ''}, finish_reason: 'error'}],
    error: {
      code: 400,
      message: `This endpoint's maximum context length is ${window} tokens. However, you requested about ${tokens} tokens ` +
          `(${tokens} of text input). Please reduce the length of either one.`
    }
  })}\n\n`),
};

test('the provider\'s overflow makes the client compact and go on', LIMIT, async (t) => {
  const {provider, proxy} = await pairFor(t, MODELS);
  const overflow = OVERFLOWS['as OpenAI\'s 400'](41_000, 30_000);
  provider.script([read(), read(), overflow, say('<summary>a.txt was read.</summary>'), say('Done.')]);
  const session = await claude(proxy);
  assert.deepEqual([session.result.is_error, session.result.result], [false, 'Done.']);
  assert.ok(wasCompacted(session));
  assert.ok(asksForSummary(provider.requests[3].body));
  assert.deepEqual([provider.refusals, provider.unexpected], [[], []]);
});

test('a refused picture is dropped, and the session goes on', LIMIT, async (t) => {
  const {provider, proxy} = await pairFor(t, MODELS);
  const path = join(directory.path, 'a.png');
  writeFileSync(path, png(16));
  const hasPicture = (body) => JSON.stringify(body.messages).includes('data:image/png');
  const refused = error(400, {error: {message: 'cannot identify image file <_io.BytesIO object>', type: 'BadRequestError', code: 400}});
  provider.script((body) => {
    if (hasPicture(body)) return refused;
    const read = body.messages.some((message) => message.role === 'tool');
    return read ? say('Done without it.') : completion({calls: [call('Read', {file_path: path})]});
  });
  const session = await claude(proxy);
  assert.deepEqual([session.result.is_error, session.result.result], [false, 'Done without it.']);
  assert.equal(provider.requests.filter(({body}) => hasPicture(body)).length, 1);
});

test('a lasting refusal is sent once, and shown', LIMIT, async (t) => {
  const {provider, proxy} = await pairFor(t, MODELS);
  provider.script(() => error(400, {error: {message: 'Invalid value for temperature'}}));
  const session = await claude(proxy);
  assert.match(session.result.result, /Invalid value for temperature/);
  assert.equal(provider.requests.length, 1);
});

/** A model with a small window, in front of more files than it holds. */
class SmallModel {
  static window = 30_000;
  static files = 30;
  asked = [];
  #read = 0;

  constructor(directory, overflow) {
    Object.assign(this, {directory, overflow});
    for (let i = 0; i < SmallModel.files; i++) writeFileSync(this.#file(i), `${i}: ${'words '.repeat(12)}\n`.repeat(50));
  }

  answer(body, raw) {
    const tokens = Math.ceil(raw.length / 4), overflows = tokens > SmallModel.window;
    const behind = body.messages.slice(body.messages.findLastIndex(({role}) => role === 'tool'));
    const summary = /Respond with TEXT ONLY/.test(JSON.stringify(behind));
    this.asked.push({tokens, overflows, summary});
    if (overflows) return this.overflow(tokens, SmallModel.window);
    return completion({...this.#step(summary), usage: {prompt: tokens, completion: 20}});
  }

  #step(summary) {
    if (summary) return {text: `<summary>Files up to ${this.#read} were read.</summary>`};
    if (this.#read === SmallModel.files) return {text: 'All read.'};
    return {calls: [call('Read', {file_path: this.#file(this.#read++)})]};
  }

  #file(i) { return join(this.directory, `file-${i}.txt`); }
}

for (const [how, overflow] of Object.entries(OVERFLOWS)) {
  test(`a task that is longer than the model's window, and is told so ${how}`, LIMIT, async (t) => {
    const {provider, proxy} = await pairFor(t, MODELS);
    const model = new SmallModel(directory.path, overflow);
    provider.script((body, _, {raw}) => model.answer(body, raw));
    const session = await claude(proxy);
    assert.deepEqual([session.result.is_error, session.result.result], [false, 'All read.']);
    assert.deepEqual([provider.refusals, provider.unexpected], [[], []]);
    assert.equal(session.toolResults.size, SmallModel.files);

    const {asked} = model;
    const full = asked.flatMap(({overflows}, i) => (overflows ? [i] : []));
    const compactions = session.events.filter(({subtype}) => subtype === 'compact_boundary').length;
    assert.ok(full.length >= 1 && compactions >= 2, `the window was full ${full.length} times, ${compactions} compactions`);
    for (const i of full) {
      assert.ok(asked[i + 1].summary, 'the client asks for a summary at once');
      assert.ok(asked[i + 2].tokens < 0.8 * SmallModel.window, `goes on with ${asked[i + 2].tokens} tokens`);
    }
    // Once the window is known a prompt that does not fit is refused unsent.
    assert.equal(asked.length, SmallModel.files + 1 + full.length + compactions, 'and nothing is asked twice');
  });
}

test('scaled usage makes the client compact before the provider overflows', LIMIT, async (t) => {
  const environment = {...MODELS, CONTEXT_WINDOW: '64000', CLIENT_CONTEXT_WINDOW: '1000000'};
  const {provider, proxy} = await pairFor(t, environment);
  const nearlyFull = {prompt: 63_000, completion: 50};
  provider.script([
    read(), read(nearlyFull), say('<summary>a.txt was read.</summary>'), say('Done.')
  ]);
  const session = await claude(proxy);
  assert.deepEqual([session.result.is_error, session.result.result], [false, 'Done.']);
  assert.ok(wasCompacted(session));
  assert.ok(asksForSummary(provider.requests[2].body));
});

test('a failure of the provider, then success', LIMIT, async (t) => {
  const {provider, proxy} = await pairFor(t, {...MODELS, MAX_RETRIES: '0'});
  provider.script([error(500, {error: {message: 'The server had an error'}}), say('Here.')]);
  const session = await claude(proxy);
  assert.deepEqual([session.result.is_error, session.result.result], [false, 'Here.']);
  assert.equal(provider.requests.length, 2);
});

test('a wrong client key: the client stops at once and says so', LIMIT, async (t) => {
  const {provider, proxy} = await pairFor(t, {...MODELS, ANTHROPIC_API_KEY: 'sesame'});
  provider.script([]);
  const start = performance.now();
  const session = await claude(proxy);
  assert.equal(session.result.is_error, true);
  assert.match(session.result.result, /invalid API key/i);
  assert.ok(performance.now() - start < 30_000, 'it repeated the request');
  assert.equal(provider.requests.length, 0);
});
