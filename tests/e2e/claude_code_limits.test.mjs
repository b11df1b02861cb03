import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, error, say} from '../support/replies.mjs';

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

test('the provider\'s overflow makes the client compact and go on', LIMIT, async (t) => {
  const {provider, proxy} = await pairFor(t, MODELS);
  const overflow = error(400, {
    error: {
      message: 'This model\'s maximum context length is 30000 tokens. However, your messages resulted in 41000 ' +
          'tokens. Please reduce the length of the messages.',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded'
    }
  });
  provider.script([read(), read(), overflow, say('<summary>a.txt was read.</summary>'), say('Done.')]);
  const session = await claude(proxy);
  assert.deepEqual([session.result.is_error, session.result.result], [false, 'Done.']);
  assert.ok(wasCompacted(session));
  assert.ok(asksForSummary(provider.requests[3].body));
  assert.deepEqual([provider.refusals, provider.unexpected], [[], []]);
});

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
