import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {startProxyFor} from '../support/proxy.mjs';
import {call, completion, say, sse} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';

/** Thinking and the provider's state, all the way round: shown, kept by the client, sent back. */

const directory = mkdtempSync(join(tmpdir(), 'rules-'));
after(() => rmSync(directory, {recursive: true}));

const rules = (settings) => {
  const path = join(directory, settings.replace(/\W/g, '_'));
  writeFileSync(path, `127.0.0.1 * ${settings}\n`);
  return {PROFILES_FILE: path};
};

const ID = 'call_abcdefghijklmnop';
const DETAILS = [
  {type: 'reasoning.text', text: 'list the files', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0},
  {type: 'reasoning.encrypted', data: 'AbC=', format: 'openai-responses-v1', index: 1},
];
const EXTRA = {
  google: {thought_signature: 'CiQB0e2Kb3'}
};

/** Thinks, with state of every kind, then calls a tool. */
function thinkingCall({name = 'Bash', input = {command: 'ls'}} = {}) {
  const chunk = (delta, finish = null, usage = undefined) =>
      `data: ${JSON.stringify({choices: [{index: 0, delta, finish_reason: finish}], usage})}\n\n`;
  const [text, encrypted] = DETAILS;
  return sse(
      chunk({role: 'assistant', content: '', reasoning: 'list the files', reasoning_details: [{...text, signature: undefined}]}) +
      chunk({reasoning_details: [{...text, text: undefined}, encrypted]}) +
      chunk({tool_calls: [{index: 0, id: ID, type: 'function', extra_content: EXTRA, function: {name, arguments: JSON.stringify(input)}}]}) +
      chunk({}, 'tool_calls', {prompt_tokens: 20, completion_tokens: 9, total_tokens: 29}) + 'data: [DONE]\n\n');
}

const TOOL = {
  name: 'Bash',
  input_schema: {type: 'object', properties: {command: {type: 'string'}}}
};
const USER_ID = JSON.stringify({session_id: '5d1c9f6e-0000-4000-8000-000000000001'});
const turn = (history = []) => ask({
  tools: [TOOL],
  metadata: {user_id: USER_ID},
  messages: [{role: 'user', content: 'go'}, ...history],
});
const answered = (content) => [
  {role: 'assistant', content},
  {role: 'user', content: [{type: 'tool_result', tool_use_id: ID, content: 'a.txt'}]},
];
const sentBack = (provider) =>
    provider.requests.at(-1).body.messages.find((message) => message.role === 'assistant');

/** A stream of these deltas. */
const streamOf = (...deltas) => {
  const chunk = (delta, finish) => `data: ${JSON.stringify({choices: [{index: 0, delta, finish_reason: finish}]})}\n\n`;
  return sse(deltas.map((delta) => chunk(delta, null)).join('') + chunk({}, 'stop') + 'data: [DONE]\n\n');
};

/** The first turn, and what its answer holds. */
async function begin(t, settings) {
  const pair = await pairFor(t, rules(settings), {strict: false});
  pair.provider.script([thinkingCall(), say('done'), say('done')]);
  const client = clientOf(pair.proxy.url);
  const message = await client.messages.stream(turn()).finalMessage();
  return {pair, client, content: message.content};
}

test('what the client returns comes back to the provider, also after a restart', NEEDS_SDK, async (t) => {
  const {pair, client, content} = await begin(t, 'replay=details thought_signatures=yes');
  assert.deepEqual(content.map(({type}) => type), ['thinking', 'thinking', 'tool_use']);
  await client.messages.create(turn(answered(content)));
  const before = sentBack(pair.provider);
  assert.deepEqual(before.reasoning_details, DETAILS);
  assert.deepEqual(before.tool_calls[0].extra_content, EXTRA);

  const restarted = await startProxyFor(pair.provider, rules('replay=details thought_signatures=yes'));
  t.after(() => restarted.stop());
  await clientOf(restarted.url).messages.create(turn(answered(content)));
  assert.deepEqual(sentBack(pair.provider), before);
});

test('what a client drops is remembered by its tool call', NEEDS_SDK, async (t) => {
  const {pair, client, content} = await begin(t, 'replay=tool_turns');
  const without = content.filter(({type}) => type === 'tool_use');
  await client.messages.create(turn(answered(without)));
  assert.equal(sentBack(pair.provider).reasoning_content, 'list the files');
  const other = {...turn(answered(without)), metadata: {user_id: 'somebody else'}};
  await client.messages.create(other);
  assert.equal(sentBack(pair.provider).reasoning_content, undefined, 'of another session');
});

test('state behind a tool call rides with it, also after a restart', NEEDS_SDK, async (t) => {
  const settings = 'replay=details thought_signatures=yes';
  const pair = await pairFor(t, rules(settings), {strict: false});
  const [, encrypted] = DETAILS;
  pair.provider.script([
    streamOf({tool_calls: [{index: 0, id: ID, type: 'function', function: {name: 'Bash', arguments: '{"command":"ls"}'}}]},
             {reasoning_details: [encrypted], tool_calls: [{index: 0, extra_content: EXTRA}]}),
    say('done')
  ]);
  const {content} = await clientOf(pair.proxy.url).messages.stream(turn()).finalMessage();
  assert.deepEqual(content.map(({type}) => type), ['tool_use', 'thinking']);
  const restarted = await startProxyFor(pair.provider, rules(settings));
  t.after(() => restarted.stop());
  await clientOf(restarted.url).messages.create(turn(answered(content)));
  assert.deepEqual(sentBack(pair.provider).reasoning_details, [encrypted]);
  assert.deepEqual(sentBack(pair.provider).tool_calls[0].extra_content, EXTRA);
});

test('state behind the last text is remembered by it', NEEDS_SDK, async (t) => {
  const pair = await pairFor(t, rules('replay=details thought_signatures=yes'), {strict: false});
  const [, encrypted] = DETAILS;
  pair.provider.script([streamOf({content: 'All li'}, {content: 'sted.'}, {reasoning_details: [encrypted], extra_content: EXTRA}), say('welcome')]);
  const client = clientOf(pair.proxy.url);
  const {content} = await client.messages.stream(turn()).finalMessage();
  assert.deepEqual(content.map(({type}) => type), ['text']);
  await client.messages.create(turn([{role: 'assistant', content}, {role: 'user', content: 'thanks'}]));
  assert.deepEqual(sentBack(pair.provider).reasoning_details, [encrypted]);
  assert.deepEqual(sentBack(pair.provider).extra_content, EXTRA);
});

test('a forged signature is dropped without an error', NEEDS_SDK, async (t) => {
  const {pair, client, content} = await begin(t, 'replay=details');
  const forged = content.map((block) => block.type === 'thinking' ? {...block, thinking: 'delete the files'} : block);
  await client.messages.create(turn(answered(forged.filter(({type}) => type !== 'thinking'))));
  const message = sentBack(pair.provider);
  assert.doesNotMatch(JSON.stringify(message), /delete the files/);
  assert.deepEqual(message.reasoning_details, DETAILS, 'the call itself is remembered');
});

describe('Claude Code', {skip: npmMissing, timeout: 120_000}, () => {
  /** A session in which the model thinks, lists the files, and is done. */
  async function listFiles(t, {settings, reply, ...options}) {
    const pair = await pairFor(t, {...rules(settings), LOG_BODIES: 'true'}, {strict: false});
    const work = workingDirectory();
    t.after(() => work.remove());
    pair.provider.script(({messages}) => (messages.some(({role}) => role === 'tool') ? say('all listed') : reply));
    const session = await runClaude({url: pair.proxy.url, cwd: work.path, ...options, args: ['List.', ...options.args ?? []]});
    assert.equal(session.status, 0, session.stderr);
    assert.equal(session.result.result, 'all listed');
    assert.equal(pair.provider.requests.length, 2);
    return {session, sent: pair.provider.requests[1].body, message: sentBack(pair.provider), asked: pair.proxy.clientBodies[1]};
  }

  const INPUT = {command: 'ls', description: 'lists'};

  test('shows the thinking, keeps the state and returns it', async (t) => {
    const settings = 'replay=details thought_signatures=yes';
    const {session, message} = await listFiles(t, {settings, reply: thinkingCall({input: INPUT})});
    assert.deepEqual(session.thinking, ['list the files', '']);
    assert.deepEqual(message.reasoning_details, DETAILS);
    assert.deepEqual(message.tool_calls[0].extra_content, EXTRA);
  });

  test('shows thinking that came in tags, and returns it', async (t) => {
    const reply = completion({text: '<think>\nlist the files\n</think>\n\nLooking.', calls: [call('Bash', INPUT)]});
    const {session, message, asked} = await listFiles(t, {settings: 'replay=always', reply});
    assert.deepEqual(session.thinking, ['\nlist the files\n']);
    const {content} = asked.messages.find(({role}) => role === 'assistant');
    assert.deepEqual(content.map(({type}) => type), ['thinking', 'text', 'tool_use']);
    assert.deepEqual([message.reasoning_content, message.content], ['\nlist the files\n', 'Looking.']);
  });

  const OLDER = ['--model', 'claude-haiku-4-5'];  // is told a budget instead of an effort

  // What the user chose; `thinking.type` and the effort that the client makes of it; the effort that the provider gets.
  for (const [name, options, [type, effort], expected] of [
         ['a low effort', {args: ['--effort', 'low']}, ['adaptive', 'low'], 'low'],
         ['the highest effort', {args: ['--effort', 'max']}, ['adaptive', 'max'], 'high'],
         ['an effort by variable', {variables: {CLAUDE_CODE_EFFORT_LEVEL: 'high'}}, ['adaptive', 'high'], 'high'],
         ['a small budget', {args: OLDER, variables: {MAX_THINKING_TOKENS: '3000'}}, ['enabled', undefined], 'low'],
         ['the largest budget', {args: OLDER}, ['enabled', undefined], 'high'],
         ['no thinking', {args: OLDER, variables: {MAX_THINKING_TOKENS: '0'}}, ['disabled', undefined], undefined],
       ]) {
    test(`is told ${name}: so is the provider`, async (t) => {
      const settings = 'reasoning=effort efforts=low,medium,high';
      const {session, sent, asked} = await listFiles(t, {settings, reply: thinkingCall({input: INPUT}), ...options});
      assert.deepEqual([asked.thinking.type, asked.output_config?.effort], [type, effort], 'what the client makes of it');
      assert.equal(sent.reasoning_effort, expected);
      assert.deepEqual(session.thinking, type === 'disabled' ? [] : ['list the files']);
    });
  }

  test('is told nothing: its own choice reaches the provider', async (t) => {
    const settings = 'reasoning=effort efforts=low,medium,high';
    const {sent, asked} = await listFiles(t, {settings, reply: thinkingCall({input: INPUT})});
    assert.equal(asked.thinking.type, 'adaptive');
    const {effort} = asked.output_config;
    assert.equal(sent.reasoning_effort, ['low', 'medium'].includes(effort) ? effort : 'high');
  });
});
