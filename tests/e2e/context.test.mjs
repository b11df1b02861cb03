import assert from 'node:assert/strict';
import {test} from 'node:test';

import {startPair} from '../support/pair.mjs';
import {completion} from '../support/replies.mjs';
import {clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';
import {within} from '../support/wire.mjs';

/** What an answer says of `context_management`, as the official SDK reads it. */

const pair = startPair({LOG_LEVEL: 'WARNING'});

const turn = (id) => [
  {role: 'user', content: 'go'},
  {role: 'assistant', content: [{type: 'tool_use', id, name: 'Read', input: {}}]},
  {role: 'user', content: [{type: 'tool_result', tool_use_id: id, content: 'y'.repeat(800)}]},
];
const edits = [{
  type: 'clear_tool_uses_20250919',
  trigger: {type: 'tool_uses', value: 2},
  keep: {type: 'tool_uses', value: 1},
}];
const question = (fields) => ({
  model: 'claude-opus-4-1',
  messages: ['a', 'b', 'c'].flatMap(turn),
  tools: [{name: 'Read', input_schema: {type: 'object', properties: {}}}],
  betas: ['context-management-2025-06-27'],
  ...fields,
});
const cleared = {applied_edits: [{type: 'clear_tool_uses_20250919', cleared_tool_uses: 2, cleared_input_tokens: 376}]};

const ways = {
  whole: (messages, body) => messages.create(body),
  streamed: (messages, body) => messages.stream(body).finalMessage(),
};

for (const [name, ask] of Object.entries(ways)) {
  test(`an answer that is ${name} says which edits were applied`, NEEDS_SDK, async () => {
    pair.provider.script([completion({text: 'Done.'}), completion({text: 'Done.'}), completion({text: 'Done.'})]);
    const {messages} = clientOf(pair.proxy.url).beta;
    const told = async (fields) => (await ask(messages, question({max_tokens: 100, ...fields}))).context_management;
    assert.deepEqual(await told({context_management: {edits}}), cleared);
    assert.deepEqual(await told({context_management: {edits: []}}), {applied_edits: []});
    assert.equal(await told({}), null);
  });
}

test('count_tokens says what it would have been without the edits', NEEDS_SDK, async () => {
  const {messages} = clientOf(pair.proxy.url).beta;
  const whole = await messages.countTokens(question());
  assert.equal(whole.context_management, null);
  const edited = await messages.countTokens(question({context_management: {edits}}));
  assert.ok(edited.input_tokens < whole.input_tokens);
  assert.equal(edited.context_management.original_input_tokens, edited.input_tokens + 376);
  const untouched = await messages.countTokens(question({context_management: {edits: []}}));
  assert.deepEqual(untouched.context_management, {original_input_tokens: whole.input_tokens});
});

test('a compaction that does not pause is ignored, and a warning says so', NEEDS_SDK, async () => {
  pair.provider.script([completion({text: 'Done.'})]);
  const {messages} = clientOf(pair.proxy.url).beta;
  const answer = await messages.create(question({
    max_tokens: 100,
    context_management: {edits: [{type: 'compact_20260112', trigger: {type: 'input_tokens', value: 50}}]},
  }));
  assert.equal(answer.content[0].text, 'Done.');
  await within(5_000, 'the warning', pair.proxy.said(/compact edit is ignored unless it has pause_after_compaction/));
});
