import assert from 'node:assert/strict';
import {test} from 'node:test';

import {assertContent, assertMessage, goldenCases} from '../support/golden.mjs';
import {npmMissing, sdk} from '../support/npm.mjs';

/** Every answer of the golden corpus, read by the official SDK, must be what expect.json says it is. */

const REQUEST = {
  model: 'claude-sonnet-4',
  max_tokens: 1024,
  messages: [{role: 'user', content: 'hi'}]
};

/** An SDK client whose server answers with these bytes. */
const clientOf = (body, type) => new sdk.Anthropic({
  apiKey: 'any',
  baseURL: 'http://golden.test',
  maxRetries: 0,
  fetch: async () => new Response(body, {status: 200, headers: {'content-type': type}}),
});

const STREAMS = {
  messages: (client) => client.messages,
  'beta.messages': (client) => client.beta.messages
};

async function assertStream(messages, expected) {
  const stream = messages.stream(REQUEST);
  const blocks = [], raws = [];
  stream.on('contentBlock', (block) => blocks.push(block));
  stream.on('streamEvent', ({type, index, delta}) => {
    if (type !== 'content_block_delta' || delta.type !== 'input_json_delta') return;
    raws[index] = (raws[index] ?? '') + delta.partial_json;
  });
  if (!expected.error) return assertMessage(await stream.finalMessage(), expected, raws);
  await assert.rejects(stream.finalMessage(), (error) => {
    assert.ok(error instanceof sdk.APIError, `the SDK's own error, not ${error}`);
    assert.equal(error.type, expected.error.type);
    assert.ok(error.message.includes(expected.error.message_contains ?? ''), error.message);
    return true;
  });
  if (expected.content_before_error) assertContent(blocks, expected.content_before_error, raws);
}

const cases = goldenCases();

test('there are golden cases', () => assert.ok(cases.length > 200, `only ${cases.length}`));

for (const golden of cases) {
  const stream = golden.bytes('client.sse');
  const answer = golden.bytes('client.answer.json');
  if (!stream && !answer && !golden.has('expect.json')) continue;

  test(`${golden.name}: has its oracle and its answer`, () => {
    assert.ok(golden.has('expect.json'), 'an answer without expect.json is not checked against anything');
    assert.ok(
        stream || answer,
        'expect.json without client.sse or client.answer.json: run ./dev golden --update and review it');
  });
  const expected = golden.json('expect.json');
  if (!expected) continue;
  if (stream) {
    for (const [api, messages] of Object.entries(STREAMS)) {
      test(
          `${golden.name}: ${api}.stream`, {skip: npmMissing},
          () => assertStream(messages(clientOf(stream, 'text/event-stream')), expected));
    }
  }
  if (answer) {
    test(
        `${golden.name}: messages.create`, {skip: npmMissing},
        async () =>
            assertMessage(await clientOf(answer, 'application/json').messages.create(REQUEST), expected));
  }
}
